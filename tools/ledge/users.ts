import { type Command, InvalidArgumentError, Option } from 'commander';
import { confirm } from './ask.ts';
import { Failure } from './failure.ts';
import { printJson, printRows, type Row } from './print.ts';
import type { Options } from './program.ts';
import { PERSON, rows, WHOSE } from './query.ts';
import { withTarget } from './target.ts';

type Role = 'user' | 'admin';

interface ListOptions extends Options {
  search?: string;
  role?: Role;
  limit: number;
}

const LIST_LIMIT = 50;

function positive(text: string): number {
  if (/^[1-9][0-9]{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a number from 1 to 999999.');
}

export function add(program: Command): void {
  const group = program.command('users').description('people');
  group
    .command('list')
    .description('list people, newest first')
    .option('--search <text>', 'a part of the username or the email')
    .addOption(new Option('--role <role>', 'only these').choices(['user', 'admin']))
    .option('--limit <number>', 'how many at most', positive, LIST_LIMIT)
    .action((_, command: Command) => list(command));
  group
    .command('create')
    .description('add a person; the password is asked for, or read from stdin')
    .argument('<email>')
    .argument('<username>')
    .option('--bio <text>')
    .option('--admin', 'make them an admin')
    .option('--verified', 'their email is known to be theirs')
    .action(async (email: string, username: string, _, command: Command) => {
      const { create } = await import('./registration.ts');
      await create(email, username, command);
    });
  group
    .command('delete')
    .description('delete a person and everything of theirs')
    .argument('<person>', 'an id, a username or an email')
    .option('--force', 'do not ask')
    .action((person: string, _, command: Command) => remove(person, command));
  group
    .command('promote')
    .description('make somebody an admin')
    .argument('<person>', 'an id, a username or an email')
    .action((person: string, _, command: Command) => setRole(person, 'admin', command));
  group
    .command('demote')
    .description('make an admin a user again')
    .argument('<person>', 'an id, a username or an email')
    .action((person: string, _, command: Command) => setRole(person, 'user', command));
}

function list(command: Command): Promise<void> {
  const { search = null, role = null, limit, json } = command.optsWithGlobals<ListOptions>();
  return withTarget(command, 'read', async ({ backend }) => {
    const found = await rows<Row>(
      backend,
      `SELECT ${PERSON} FROM users
         WHERE ($1::text IS NULL OR strpos(lower(username), lower($1)) > 0 OR strpos(lower(email), lower($1)) > 0)
           AND ($2::text IS NULL OR role = $2)
         ORDER BY users.created_at DESC, id DESC LIMIT $3::integer`,
      [search, role, limit],
    );
    printRows(found, { json, none: 'There is nobody.' });
  });
}

function remove(person: string, command: Command): Promise<void> {
  const { force, json } = command.optsWithGlobals<Options & { force?: boolean }>();
  return withTarget(command, 'write', async ({ backend }) => {
    const [found] = await rows<{ id: number; username: string; posts: number }>(
      backend,
      `SELECT id, username, posts FROM users WHERE ${WHOSE}`,
      [person],
    );
    if (!found) throw new Failure(`There is no user ${person}.`);
    await confirm(`Delete ${found.username}, ${found.posts} posts and everything else of theirs?`, { force });
    await backend.query({
      text: 'DELETE FROM users USING hold_person($1) AS held WHERE id = held',
      params: [String(found.id)],
    });
    if (json) printJson({ deleted: found.id });
    else console.log(`Deleted ${found.username}.`);
  });
}

function setRole(person: string, role: Role, command: Command): Promise<void> {
  return withTarget(command, 'write', async ({ backend }) => {
    const [changed] = await rows<Row>(
      backend,
      `SELECT ${PERSON} FROM changed`,
      [person, role],
      `changed AS (UPDATE users SET role = $2 WHERE ${WHOSE} RETURNING *)`,
    );
    if (!changed) throw new Failure(`There is no user ${person}.`);
    if (command.optsWithGlobals<Options>().json) printJson(changed);
    else console.log(`${changed.username} is ${role === 'admin' ? 'an admin' : 'a user'} now.`);
  });
}
