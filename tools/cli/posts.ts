import type { Command } from 'commander';
import { confirm } from './ask.ts';
import { Failure } from './failure.ts';
import { examples, type Options } from './options.ts';
import { printJson } from './print.ts';
import { callFunction } from './query.ts';
import { withTarget } from './target.ts';
import { idOf, readNote } from './values.ts';

interface DeleteOptions extends Options {
  force?: boolean;
  reason?: string;
}

interface Found {
  username: string;
  excerpt: string;
}

export function add(program: Command): void {
  const group = program.command('posts').description('moderate posts');
  group
    .command('delete')
    .description('delete a post with its votes and history; its replies stay')
    .argument('<id>', 'the post', idOf('post'))
    .option('--reason <text>', 'why, for the list of what admins did')
    .option('--force', 'do not ask')
    .addHelpText('after', examples('posts delete 12', 'posts delete 12 --reason spam'))
    .action(async (id: number, { force, reason: given }: DeleteOptions, command: Command) => {
      const reason = await readNote('--reason', given);
      await withTarget(command, 'write', async ({ backend }) => {
        const post = await callFunction<Found | null>(backend, 'admin_find_post', { id });
        if (!post) throw new Failure(`There is no post ${id}.`);
        await confirm(`Delete post ${id} of ${post.username} ("${post.excerpt}")?`, { force });
        const deleted = await callFunction<boolean>(backend, 'admin_delete_post', { id, reason });
        if (!deleted) throw new Failure(`There is no post ${id} any more.`);
        if (command.optsWithGlobals<Options>().json) printJson({ deleted: id });
        else console.log(`Deleted post ${id}.`);
      });
    });
}
