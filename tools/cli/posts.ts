import { type Command, InvalidArgumentError } from 'commander';
import { confirm } from './ask.ts';
import { Failure } from './failure.ts';
import { printJson } from './print.ts';
import type { Options } from './program.ts';
import { rows, writtenRows } from './query.ts';
import { withTarget } from './target.ts';

interface DeleteOptions extends Options {
  force?: boolean;
}

function postId(text: string): number {
  const id = Number(text);
  if (/^[1-9][0-9]*$/.test(text) && Number.isSafeInteger(id)) return id;
  throw new InvalidArgumentError('It must be the id of a post.');
}

export function add(program: Command): void {
  const group = program.command('posts').description('moderate');
  group
    .command('delete')
    .description('delete a post, its votes and its history; replies of others survive')
    .argument('<id>', 'the post', postId)
    .option('--force', 'do not ask')
    .action((id: number, { force }: DeleteOptions, command: Command) =>
      withTarget(command, 'write', async ({ backend }) => {
        const [post] = await rows<{ username: string; excerpt: string }>(
          backend,
          `SELECT username, left(regexp_replace(coalesce(title, content), '\\s+', ' ', 'g'), 60) AS excerpt
             FROM posts JOIN users ON users.id = owner_id WHERE posts.id = $1::bigint`,
          [id],
        );
        if (!post) throw new Failure(`There is no post ${id}.`);
        await confirm(`Delete post ${id} of ${post.username} ("${post.excerpt}")?`, { force });
        const gone = await writtenRows(
          backend,
          'SELECT id FROM gone',
          [id],
          'gone AS (DELETE FROM posts WHERE id = $1::bigint RETURNING id)',
        );
        if (gone.length === 0) throw new Failure(`There is no post ${id} any more.`);
        if (command.optsWithGlobals<Options>().json) printJson({ deleted: id });
        else console.log(`Deleted post ${id}.`);
      }),
    );
}
