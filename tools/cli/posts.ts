import type { Command } from 'commander';
import { confirm } from './ask.ts';
import { Failure, UsageFailure } from './failure.ts';
import { examples, type Options } from './options.ts';
import { printJson } from './print.ts';
import { callFunction } from './query.ts';
import { withTarget } from './target.ts';

interface DeleteOptions extends Options {
  force?: boolean;
}

interface Found {
  username: string;
  excerpt: string;
}

function postId(text: string): number {
  const id = Number(text);
  if (/^[1-9][0-9]*$/.test(text) && Number.isSafeInteger(id)) return id;
  throw new UsageFailure(`'${text}' is not the id of a post.`);
}

export function add(program: Command): void {
  const group = program.command('posts').description('moderate posts');
  group
    .command('delete')
    .description('delete a post with its votes and history; its replies stay')
    .argument('<id>', 'the post', postId)
    .option('--force', 'do not ask')
    .addHelpText('after', examples('posts delete 12'))
    .action((id: number, { force }: DeleteOptions, command: Command) =>
      withTarget(command, 'write', async ({ backend }) => {
        const post = await callFunction<Found | null>(backend, 'admin_find_post', { id });
        if (!post) throw new Failure(`There is no post ${id}.`);
        await confirm(`Delete post ${id} of ${post.username} ("${post.excerpt}")?`, { force });
        const deleted = await callFunction<boolean>(backend, 'admin_delete_post', { id });
        if (!deleted) throw new Failure(`There is no post ${id} any more.`);
        if (command.optsWithGlobals<Options>().json) printJson({ deleted: id });
        else console.log(`Deleted post ${id}.`);
      }),
    );
}
