import { type Command, Option } from 'commander';
import { confirm } from './ask.ts';
import { Failure } from './failure.ts';
import { examples, type Options } from './options.ts';
import { printJson, printNote, printRows, type Row } from './print.ts';
import { callFunction, readRestDays } from './query.ts';
import { withTarget } from './target.ts';
import { LIST_LIMIT, positive, readNote } from './values.ts';

type Role = 'user' | 'admin';

interface ListOptions extends Options {
  search?: string;
  role?: Role;
  limit: number;
  all?: boolean;
}

interface ForceOptions extends Options {
  force?: boolean;
}

interface RemoveOptions extends ForceOptions {
  reason?: string;
}

interface Found {
  id: number;
  username: string;
  posts: number;
  is_last_admin: boolean;
}

export function add(program: Command): void {
  const group = program.command('users').description('manage users');
  group
    .command('list')
    .description('list users, newest first')
    .option('--search <text>', 'a part of the username or the email')
    .addOption(new Option('--role <role>', 'only users with this role').choices(['user', 'admin']))
    .option('--limit <number>', 'list so many users at most', positive, LIST_LIMIT)
    .option('--all', 'list all users')
    .addHelpText('after', examples('users list --search ada', 'users list --role admin --json'))
    .action((_, command: Command) => list(command));
  group
    .command('create')
    .description('create a user; the password is asked for, or read from stdin')
    .argument('<email>')
    .argument('<username>')
    .option('--bio <text>', 'the bio of the profile')
    .option('--admin', 'make the user an admin')
    .option('--verified', 'mark the email as verified')
    .addHelpText('after', examples('users create ada@example.com ada --admin --verified'))
    .action(async (email: string, username: string, _, command: Command) => {
      const { create } = await import('./registration.ts');
      await create(email, username, command);
    });
  group
    .command('delete')
    .description('delete a user with all posts and other data')
    .argument('<user>', 'an id, a username or an email')
    .option('--reason <text>', 'why, for the list of what admins did')
    .option('--force', 'do not ask, and delete the last admin too')
    .addHelpText('after', examples('users delete ada --reason spam', 'users delete ada@example.com --force'))
    .action((person: string, _, command: Command) => remove(person, command));
  group
    .command('promote')
    .description('make a user an admin')
    .argument('<user>', 'an id, a username or an email')
    .addHelpText('after', examples('users promote ada'))
    .action((person: string, _, command: Command) => setRole(person, 'admin', command));
  group
    .command('demote')
    .description('take the admin role away')
    .argument('<user>', 'an id, a username or an email')
    .option('--force', 'demote the last admin too')
    .addHelpText('after', examples('users demote ada'))
    .action((person: string, _, command: Command) => setRole(person, 'user', command));
}

function list(command: Command): Promise<void> {
  const { search = null, role = null, limit, all, json } = command.optsWithGlobals<ListOptions>();
  return withTarget(command, 'read', async ({ backend }) => {
    // One more than is shown tells whether there are more.
    const row_limit = all ? null : limit + 1;
    const found = await callFunction<Row[]>(backend, 'admin_list_users', { row_limit, search, role });
    const shown = all ? found : found.slice(0, limit);
    printRows(shown, { json, none: 'There are no users.' });
    if (shown.length < found.length)
      printNote(`These are the newest ${limit}, and there are more: --limit ${limit * 2}, or --all.`, {
        json,
      });
  });
}

const lastAdmin = (username: string) =>
  new Failure(`${username} is the last admin: promote somebody else first (users promote), or use --force.`);

async function remove(person: string, command: Command): Promise<void> {
  const { force = false, reason: given, json } = command.optsWithGlobals<RemoveOptions>();
  const reason = await readNote('--reason', given);
  await withTarget(command, 'write', async ({ backend }) => {
    const found = await callFunction<Found | null>(backend, 'admin_find_user', { person });
    if (!found) throw new Failure(`There is no user ${person}.`);
    const { id, username, posts, is_last_admin } = found;
    if (is_last_admin && !force) throw lastAdmin(username);
    await confirm(`Delete ${username} with ${posts} ${posts === 1 ? 'post' : 'posts'} and all other data?`, {
      force,
    });
    const outcome = await callFunction<string>(backend, 'admin_delete_user', {
      id,
      force,
      rest_days: readRestDays(),
      reason,
    });
    if (outcome === 'user_not_found') throw new Failure(`There is no user ${person} any more.`);
    if (outcome === 'last_admin') throw lastAdmin(username);
    if (outcome === 'closed') {
      printNote(
        `${username} is gone for everybody. What is left is deleted now, or, if you stop this, on schedule.`,
        { json },
      );
      while (await callFunction<boolean>(backend, 'delete_rest_of_account', {}));
    }
    if (json) printJson({ deleted: id });
    else console.log(`Deleted ${username}.`);
  });
}

const DONE: Record<Role, string> = { admin: 'is an admin now.', user: 'is not an admin any more.' };
const UNCHANGED: Record<Role, string> = {
  admin: 'is an admin already: nothing was changed.',
  user: 'is not an admin: nothing was changed.',
};

function setRole(person: string, role: Role, command: Command): Promise<void> {
  const { force = false, json } = command.optsWithGlobals<ForceOptions>();
  return withTarget(command, 'write', async ({ backend }) => {
    const values = { person, role, force };
    const found = await callFunction<{ username: string; user: Row | null; changed: boolean } | null>(
      backend,
      'admin_set_role',
      values,
    );
    if (!found) throw new Failure(`There is no user ${person}.`);
    const { username, user, changed } = found;
    if (!user) throw lastAdmin(username);
    if (json) printJson(user);
    else console.log(`${username} ${(changed ? DONE : UNCHANGED)[role]}`);
  });
}
