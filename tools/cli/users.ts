import { type Command, InvalidArgumentError, Option } from 'commander';
import { confirm } from './ask.ts';
import { Failure } from './failure.ts';
import { printJson, printRows, type Row } from './print.ts';
import type { Options } from './program.ts';
import { judged, PERSON, rows, WHOSE, writtenRows } from './query.ts';
import { withTarget } from './target.ts';

type Role = 'user' | 'admin';

interface ListOptions extends Options {
  search?: string;
  role?: Role;
  limit: number;
}

interface ForceOptions extends Options {
  force?: boolean;
}

interface Verdict {
  id: number;
  username: string;
  posts: number;
  /** Nobody would be an admin any more. */
  last: boolean;
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
    .option('--force', 'do not ask, and delete the last admin too')
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
    .option('--force', 'the last admin too')
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

const lastAdmin = (username: string) =>
  new Failure(`${username} is the last admin: make somebody else one first (users promote), or say --force.`);

/** The person and everybody whose counters go with them. */
const BY_ID = 'id = $1::bigint';
const CIRCLE = `id IN (SELECT followee_id FROM follows WHERE follower_id = $1::bigint
  UNION SELECT follower_id FROM follows WHERE followee_id = $1::bigint)`;

function remove(person: string, command: Command): Promise<void> {
  const { force = false, json } = command.optsWithGlobals<ForceOptions>();
  return withTarget(command, 'write', async ({ backend }) => {
    const [found] = await rows<Verdict>(backend, 'SELECT * FROM verdict', [person], judged(WHOSE));
    if (!found) throw new Failure(`There is no user ${person}.`);
    const { id, username, posts, last } = found;
    if (last && !force) throw lastAdmin(username);
    await confirm(`Delete ${username}, ${posts} posts and everything else of theirs?`, { force });
    const [outcome] = await writtenRows<{ last: boolean; gone: boolean }>(
      backend,
      'SELECT last, EXISTS (SELECT FROM gone) AS gone FROM verdict',
      [id, String(force)],
      `${judged(BY_ID, CIRCLE)},
       cleared AS MATERIALIZED (SELECT hold_person(id) AS id FROM verdict WHERE NOT last OR $2::boolean),
       gone AS (DELETE FROM users USING cleared WHERE users.id = cleared.id RETURNING users.id)`,
    );
    if (!outcome) throw new Failure(`There is no user ${person} any more.`);
    if (!outcome.gone) throw lastAdmin(username);
    if (json) printJson({ deleted: id });
    else console.log(`Deleted ${username}.`);
  });
}

function setRole(person: string, role: Role, command: Command): Promise<void> {
  const { force = false, json } = command.optsWithGlobals<ForceOptions>();
  return withTarget(command, 'write', async ({ backend }) => {
    const [outcome] = await writtenRows<{ username: string; changed: Row | null }>(
      backend,
      `SELECT username, (SELECT row_to_json(one) FROM (SELECT ${PERSON} FROM changed) AS one) AS changed FROM verdict`,
      [person, role, String(force || role === 'admin')],
      `${judged(WHOSE)},
       changed AS (UPDATE users SET role = $2, version = version + 1 FROM verdict
         WHERE users.id = verdict.id AND (NOT last OR $3::boolean) RETURNING users.*)`,
    );
    if (!outcome) throw new Failure(`There is no user ${person}.`);
    const { username, changed } = outcome;
    if (!changed) throw lastAdmin(username);
    if (json) printJson(changed);
    else console.log(`${username} is ${role === 'admin' ? 'an admin' : 'a user'} now.`);
  });
}
