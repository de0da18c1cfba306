import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readPassword } from '../../tools/cli/ask.ts';
import { checkTarget } from '../../tools/cli/target.ts';
import { readFunctions } from '../../tools/postgres/functions.ts';
import { migrateUp, readMigrations } from '../../tools/postgres/migrations.ts';
import { buildWorld } from '../../tools/seed/world.ts';
import { temporaryFolder } from '../support/dev-server.ts';
import { type Databases, openFastest } from './databases.ts';
import { ledge, type Outcome } from './run-ledge.ts';

const TAGS = readMigrations().map(({ tag }) => tag);
const NEWEST = TAGS.at(-1) ?? '';
const FUNCTIONS = readFunctions().schema;
const PASSWORD = 'analytical engine';

let databases: Databases;
beforeAll(async () => {
  databases = await openFastest();
});
afterAll(() => databases.remove());

/** Runs SQL while no command uses the database. */
async function runSql<Row = string[]>(url: string, sql: string): Promise<Row[]> {
  const backend = await databases.open(url);
  try {
    return (await backend.query({ text: sql })).rows as Row[];
  } finally {
    await backend.close();
  }
}

async function createMigrated(): Promise<string> {
  const url = await databases.create();
  const backend = await databases.open(url);
  await migrateUp(backend);
  await backend.close();
  return url;
}

const json = (outcome: Outcome) => {
  expect(outcome.code).toBe(0);
  return JSON.parse(outcome.stdout);
};

const COMMANDS = [
  '',
  'users',
  'users list',
  'users create',
  'users delete',
  'users promote',
  'users demote',
  'tokens revoke',
  'posts delete',
  'reports',
  'reports list',
  'reports resolve',
  'migrations',
  'migrations up',
  'migrations down',
  'migrations stamp',
  'migrations current',
  'migrations history',
  'migrations heads',
  'migrations check',
  'database reset',
  'database grant',
  'seed',
  'import',
  'shell',
  'openapi',
  'doctor',
  'completion',
];

describe('ledge', () => {
  it.concurrent.each(COMMANDS)('%s --help prints its usage', async (command) => {
    const { code, stdout, stderr } = await ledge([...command.split(' ').filter(Boolean), '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Usage: ledge${command && ` ${command}`} [options]`);
    expect(stdout).toContain('--json');
  });

  it.concurrent.each([
    ['usres', 'Did you mean users?'],
    ['users lst', 'Did you mean list?'],
    ['users list --limt 3', 'Did you mean --limit?'],
    ['users list --limit none', 'ledge: --limit must be a number from 1 to 999999.\n'],
    ['users list --role king', 'Allowed choices are user, admin'],
    ['users create ada@example.com', "ledge: Missing required argument 'username'."],
    ['users promote', "Missing required argument 'user'"],
    ['tokens revoke', "Missing required argument 'user'"],
    ['posts delete first', "ledge: 'first' is not the id of a post.\n"],
    ['posts delete 1.5', "ledge: '1.5' is not the id of a post.\n"],
    ['posts delete 1 --reason a\u0007', 'ledge: --reason must not hold control characters.\n'],
    ['users delete ada --reason a\u0007', 'ledge: --reason must not hold control characters.\n'],
    ['reports resolve none', "ledge: 'none' is not the id of a report.\n"],
    ['reports resolve', "Missing required argument 'id'"],
    [`reports resolve 1 --note ${'x'.repeat(1_001)}`, 'ledge: --note must have at most 1000 characters.\n'],
    ['reports list --status closed', 'Allowed choices are open, resolved'],
    ['reports list --limit 0', 'ledge: --limit must be a number from 1 to 999999.\n'],
    ['migrations up -1', 'ledge: Write +1, not -1.\n'],
    ['migrations down', "Missing required argument 'how-far'"],
    ['seed --scale 0', 'ledge: --scale must be a number from 1 to 1000; 1000 makes 24,000 users'],
    ['seed --scale 1001', 'ledge: --scale must be a number from 1 to 1000'],
    ['import', "Required option '--from <name>' not specified"],
    ['completion powershell', 'Allowed choices are bash, zsh, fish'],
    ['doctor --env moon', 'Allowed choices are development, staging, production'],
  ])('%s exits with 2 and says why', async (command, reason) => {
    const { code, stdout, stderr } = await ledge(command.split(' '));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(reason);
  });

  it('says what is wrong with the address of the database', async () => {
    const refused = async (url: string | undefined, ...args: string[]) => {
      const { code, stderr } = await ledge(args, url === undefined ? {} : { url });
      expect(code).toBe(1);
      return stderr;
    };
    expect(await refused('nonsense', 'users', 'list')).toBe('ledge: DATABASE_URL is not a URL.\n');
    expect(await refused('file://elsewhere/a', 'users', 'list')).toContain('must be file:///');
    expect(await refused('mysql://a/b', 'users', 'list')).toContain('must be a postgres:// URL');
    expect(await refused(undefined, 'users', 'list', '--database-url-env', 'NOWHERE')).toContain(
      'NOWHERE is not set',
    );
    expect(await refused(undefined, 'users', 'list', '--env', 'production')).toContain(
      "DATABASE_URL is not set. Set it to the owner's connection string of production.",
    );
    expect(await refused('postgres://a:secret@127.0.0.1:1/b', 'users', 'list')).toBe(
      "ledge: DATABASE_URL: Postgres can't be reached: connect ECONNREFUSED 127.0.0.1:1\n",
    );
  });

  it('does not take a remote server for a local one', async () => {
    const url = await databases.create();
    if (!url.startsWith('postgres')) return;
    const elsewhere = await ledge(['migrations', 'up'], { url: `${url}?host=127.0.0.1` });
    expect(elsewhere.stderr).toContain('is not on this machine. Name its environment with --env');
    expect((await ledge(['migrations', 'up'], { url })).code).toBe(0);
  });

  it.each([
    'users list',
    'users create a@example.com ada',
    'migrations current',
    'migrations up --sql',
    'seed',
    'doctor',
    'shell',
  ])('%s makes no database, and says what to do', async (command) => {
    const { folder, remove } = temporaryFolder();
    const env = { DATA_DIR: path.join(folder, 'forgotten'), JWT_SECRET: 'x'.repeat(32) };
    const { code, stdout, stderr } = await ledge(command.split(' '), { env, input: PASSWORD });
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(
      /There is no database in .*forgotten.postgres\.\s+(→ )?Start "npm run dev" once, or run: npm run ledge -- migrations up\. If its data is elsewhere, set DATA_DIR\.\n/,
    );
    expect(readdirSync(folder)).toEqual([]);
    remove();
  });

  it('fails with one JSON object on stderr when the answer is JSON', async () => {
    const url = await createMigrated();
    const failed = async (command: string) => {
      const { code, stdout, stderr } = await ledge([...command.split(' '), '--json'], { url });
      return { code, stdout, failure: JSON.parse(stderr) };
    };
    expect(await failed('users promote nobody')).toEqual({
      code: 1,
      stdout: '',
      failure: { error: 'There is no user nobody.', exit_code: 1 },
    });
    expect(await failed('tokens revoke nobody')).toMatchObject({ code: 1, failure: { exit_code: 1 } });
    expect(await failed('users list --limit none')).toMatchObject({
      code: 2,
      stdout: '',
      failure: { error: '--limit must be a number from 1 to 999999.', exit_code: 2 },
    });
    expect(await failed('usres')).toMatchObject({
      code: 2,
      failure: { error: "Unknown command 'usres' (Did you mean users?)" },
    });
    expect(await failed('seed --env production')).toMatchObject({
      code: 1,
      failure: { error: expect.stringContaining('where this command is not allowed') },
    });
  });

  it('uses colours where they are wanted', async () => {
    const url = await createMigrated();
    const wanted = await ledge(['users', 'promote', 'nobody'], {
      url,
      env: { FORCE_COLOR: '1', NO_COLOR: '' },
    });
    expect(wanted.stderr).toContain('\x1b[31mledge:\x1b[39m There is no user nobody.');
    const unwanted = await ledge(['users', 'promote', 'nobody'], { url });
    expect(unwanted.stderr).toBe('ledge: There is no user nobody.\n');
  });

  it('says what to do when tables are missing', async () => {
    const url = await databases.create();
    const { code, stderr } = await ledge(['users', 'list'], { url });
    expect(code).toBe(1);
    expect(stderr).toMatch(/Run: npm run ledge -- migrations up\n$/);
    const staging = await ledge(['users', 'list', '--env', 'staging'], { url });
    expect(staging.stderr).toMatch(/Run: npm run ledge -- migrations up --env staging\n$/);
  });
});

describe('the commands users, tokens and posts', () => {
  let url: string;
  const run = (command: string, input = '') => ledge(command.split(' '), { url, input });

  beforeAll(async () => {
    url = await createMigrated();
  });

  it('create, list, promote, demote and delete users', async () => {
    const made = await run(
      'users create Ada@example.com ada --bio Engines --admin --verified --json',
      `${PASSWORD}\n`,
    );
    expect(json(made)).toMatchObject({ id: 1, username: 'ada', role: 'admin', posts: 0 });
    expect(made.stdout + made.stderr).not.toContain(PASSWORD);
    const [row] = await runSql(url, 'SELECT email, email_verified, password_hash, bio FROM users');
    expect(row).toEqual(['Ada@example.com', 't', expect.stringMatching(/^pbkdf2-sha256\$/), 'Engines']);

    const second = await run('users create grace@example.com grace', PASSWORD);
    expect(second).toEqual({ code: 0, stdout: 'Created grace with the id 2.\n', stderr: '' });
    expect(json(await run('users list --json')).map((user: { username: string }) => user.username)).toEqual([
      'grace',
      'ada',
    ]);
    expect(json(await run('users list --role admin --search EXAMPLE --limit 5 --json'))).toHaveLength(1);
    const table = await run('users list');
    expect(table.stdout.split('\n').slice(0, 3)).toEqual([
      expect.stringMatching(/^id {2}username {2}email +role/),
      expect.stringMatching(/^─+ {2}─+/),
      expect.stringMatching(/^ 2 {2}grace {5}grace@example\.com/),
    ]);

    expect((await run('users promote GRACE@example.com')).stdout).toBe('grace is an admin now.\n');
    expect(json(await run('users demote 2 --json'))).toMatchObject({ username: 'grace', role: 'user' });
    expect(await run('users delete grace')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('use --force'),
    });
    expect(json(await run('users delete grace --force --json'))).toEqual({ deleted: 2 });
    expect((await run('users list --search nobody')).stdout).toBe('There are no users.\n');
    for (const command of ['promote', 'demote', 'delete'])
      expect(await run(`users ${command} grace`)).toMatchObject({
        code: 1,
        stderr: 'ledge: There is no user grace.\n',
      });
  });

  it('let the username of a deleted user rest, as the setting says', async () => {
    const create = (email: string, days?: string) =>
      ledge(['users', 'create', email, 'resting', '--json'], {
        url,
        input: PASSWORD,
        ...(days !== undefined && { env: { USERNAME_REST_DAYS: days } }),
      });
    const remove = (days: string) =>
      ledge(['users', 'delete', 'resting', '--force'], { url, env: { USERNAME_REST_DAYS: days } });

    expect((await create('first@example.com')).code).toBe(0);
    expect((await remove('30')).code).toBe(0);
    expect(await create('second@example.com')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('This username is taken.'),
    });
    expect((await create('second@example.com', '0')).code).toBe(0);
    expect((await remove('soon')).stderr).toBe('ledge: USERNAME_REST_DAYS must be a number of days.\n');
    expect((await remove('0')).code).toBe(0);
    expect((await create('third@example.com')).code).toBe(0);
    expect((await remove('0')).code).toBe(0);
  });

  it('delete a user with thousands of followers to the last row, and know nobody who is being deleted', async () => {
    for (const name of ['crowded', 'closed'])
      expect((await run(`users create ${name}@example.com ${name} --json`, PASSWORD)).code).toBe(0);
    await runSql(
      url,
      `WITH followers AS (
        INSERT INTO users (email, username, password_hash) SELECT n || '@crowd.example', 'crowd_' || n, '-' FROM generate_series(1, 1200) AS n
          RETURNING id)
      INSERT INTO follows SELECT followers.id, users.id FROM followers, users WHERE username = 'crowded'`,
    );
    const [closed] = await runSql(
      url,
      `UPDATE users SET deleted_at = now(), email = NULL, username = NULL, password_hash = NULL
        WHERE username = 'closed' RETURNING id`,
    );

    for (const command of ['promote', 'demote', 'delete'])
      expect((await run(`users ${command} ${closed?.[0]}`)).stderr).toContain('There is no user');
    expect((await run('users list --all')).stdout).not.toContain('null');
    const gone = await run('users delete crowded --force');

    expect(gone).toMatchObject({ code: 0, stdout: expect.stringMatching(/Deleted crowded\.\n$/) });
    expect(await runSql(url, 'SELECT FROM follows')).toEqual([]);
    expect(await runSql(url, 'SELECT FROM users WHERE deleted_at IS NOT NULL')).toEqual([]);
    await runSql(url, "DELETE FROM users WHERE username LIKE 'crowd%'");
  });

  it('keep the last admin, except with --force', async () => {
    const sentence =
      'ledge: ada is the last admin: promote somebody else first (users promote), or use --force.\n';
    for (const command of ['demote', 'delete'])
      expect(await run(`users ${command} ada`)).toEqual({ code: 1, stdout: '', stderr: sentence });
    expect(json(await run('users list --role admin --json'))).toMatchObject([{ username: 'ada' }]);

    expect(json(await run('users demote ada --force --json'))).toMatchObject({ role: 'user' });
    expect((await run('users demote ada')).stdout).toBe('ada is not an admin: nothing was changed.\n');
    expect((await run('users promote ada')).stdout).toBe('ada is an admin now.\n');
    expect((await run('users promote ada')).stdout).toBe('ada is an admin already: nothing was changed.\n');
    expect(json(await run('users create boss@example.com boss --admin --json', PASSWORD))).toMatchObject({
      role: 'admin',
    });
    expect((await run('users demote boss')).stdout).toBe('boss is not an admin any more.\n');
    expect((await run('users delete boss --force')).stdout).toBe('Deleted boss.\n');
    const [row] = await runSql(url, "SELECT version FROM users WHERE username = 'ada'");
    // A change of the role changes the ETag of the account.
    expect(Number(row?.[0])).toBeGreaterThan(1);
  });

  it('keep one admin when two are demoted at once', async ({ skip }) => {
    // Only one command at a time can open PGlite.
    skip(databases.name !== 'Postgres');
    const own = await createMigrated();
    for (const name of ['one', 'two'])
      await ledge(['users', 'create', `${name}@example.com`, name, '--admin'], { url: own, input: PASSWORD });
    const backend = await databases.open(own);
    const racers = await backend.session(async (session) => {
      await session.execute('BEGIN; SELECT FROM users FOR UPDATE');
      const started = ['one', 'two'].map((name) => ledge(['users', 'demote', name], { url: own }));
      const text = `SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      await vi.waitUntil(async () => (await backend.query({ text })).rows[0]?.[0] === '2', 60_000);
      await session.execute('COMMIT');
      return started;
    });
    const codes = (await Promise.all(racers)).map(({ code }) => code);
    const { rows } = await backend.query({ text: "SELECT count(*) FROM users WHERE role = 'admin'" });
    await backend.close();
    expect(codes.sort()).toEqual([0, 1]);
    expect(rows).toEqual([['1']]);
  });

  it.each([
    ['users create ada@example.com other', PASSWORD, 'An account with this email exists already.'],
    ['users create other@example.com ADA', PASSWORD, 'This username is taken.'],
    ['users create other@example.com other', 'short', 'password: must have at least 8 characters'],
    ['users create other@example.com other', '', 'stdin is empty'],
    ['users create nonsense other', PASSWORD, 'email:'],
    ['users create other@example.com me', PASSWORD, 'username:'],
  ])('%s is refused with "%s": %s', async (command, password, reason) => {
    const { code, stdout, stderr } = await run(command, password);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(reason);
    if (password) expect(stderr).not.toContain(password);
  });

  it.each(['short', ''])('refuse the password "%s" before it is asked for again', async (given) => {
    const { stdin } = process;
    const terminal = Object.assign(new PassThrough(), { isTTY: true });
    const asked: string[] = [];
    const write = vi
      .spyOn(process.stderr, 'write')
      .mockImplementation((text) => asked.push(String(text)) > 0);
    Object.defineProperty(process, 'stdin', { value: terminal, configurable: true });
    try {
      terminal.write(`${given}\n`);
      const refuse = (password: string) => {
        throw new Error(`refused: ${password}`);
      };
      await expect(readPassword(refuse)).rejects.toThrow(`refused: ${given}`);
      expect(asked).toEqual(['Password: ', '\n']);
    } finally {
      Object.defineProperty(process, 'stdin', { value: stdin, configurable: true });
      write.mockRestore();
    }
  });

  it('look at the email and the name before the password is asked for', async () => {
    // Without a password at stdin, the first thing that is wrong is the name.
    for (const [command, reason] of [
      ['users create ada@example.com other', 'An account with this email exists already.'],
      ['users create other@example.com ADA', 'This username is taken.'],
      ['users create other@example.com a', 'username: '],
      ['users create nonsense other', 'email: '],
    ] as const)
      expect((await run(command, '')).stderr).toContain(reason);
  });

  it('say when there are more users than are shown', async () => {
    const own = await createMigrated();
    const names = Array.from({ length: 3 }, (_, i) => `('u${i}@example.com', 'user_${i}', '')`);
    await runSql(own, `INSERT INTO users (email, username, password_hash) VALUES ${names.join()}`);
    const list = (...args: string[]) => ledge(['users', 'list', ...args], { url: own });
    const two = await list('--limit', '2');
    expect(two.stdout.trim().split('\n')).toHaveLength(4);
    expect(two.stderr).toBe('ledge: These are the newest 2, and there are more: --limit 4, or --all.\n');
    const asJson = await list('--limit', '2', '--json');
    expect(JSON.parse(asJson.stdout)).toHaveLength(2);
    expect(JSON.parse(asJson.stderr)).toEqual({ note: expect.stringContaining('--all') });
    for (const args of [['--all'], ['--limit', '3'], ['--all', '--limit', '1']]) {
      const all = await list(...args);
      expect(all.stdout.trim().split('\n')).toHaveLength(5);
      expect(all.stderr).toBe('');
    }
  });

  it('end all sessions of a user, or one', async () => {
    const ids = [
      '00000000-0000-4000-8000-000000000001',
      '00000000-0000-4000-8000-000000000002',
      '00000000-0000-4000-8000-000000000003',
    ];
    const values = ids.map((id) => `('${id}', 1, '\\x00', now() + interval '1 day')`);
    await runSql(
      url,
      `INSERT INTO sessions (id, user_id, token_digest, expires_at) VALUES ${values.join()} `,
    );
    expect(json(await run(`tokens revoke ada --session ${ids[0]} --json`))).toEqual({ ended: 1 });
    expect(await run(`tokens revoke ada --session ${ids[0]}`)).toMatchObject({ code: 1 });
    expect(await run('tokens revoke ada --session 1')).toMatchObject({ code: 1 });
    expect((await run('tokens revoke 1')).stdout).toBe('Ended 2 sessions of 1.\n');
    expect(await run('tokens revoke nobody')).toMatchObject({
      code: 1,
      stderr: 'ledge: There is no user nobody.\n',
    });
  });

  it('ask before a user is deleted, and say with how many posts', async () => {
    const own = await createMigrated();
    await runSql(
      own,
      `INSERT INTO users (email, username, password_hash)
        SELECT name || '@example.com', name, '' FROM unnest('{none,one,two}'::text[]) AS name;`,
    );
    await runSql(
      own,
      `INSERT INTO posts (owner_id, content, published_at) VALUES (2, 'a', now()), (3, 'b', now()), (3, 'c', now())`,
    );
    for (const [name, posts] of [
      ['none', '0 posts'],
      ['one', '1 post'],
      ['two', '2 posts'],
    ] as const)
      expect((await ledge(['users', 'delete', name], { url: own })).stderr).toContain(
        `Delete ${name} with ${posts} and all other data?`,
      );
  });

  it('delete a post', async () => {
    await runSql(
      url,
      `INSERT INTO posts (owner_id, content, published_at) VALUES (1, 'gone', now()), (1, E'a\\x1b[31m\\r\\nb', now())`,
    );
    const asked = await run('posts delete 2');
    expect(asked).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Delete post 2 of ada ("a\ufffd[31m b")?'),
    });
    expect(json(await run('posts delete 2 --force --json'))).toEqual({ deleted: 2 });
    expect(await run('posts delete 2 --force')).toMatchObject({
      code: 1,
      stderr: 'ledge: There is no post 2.\n',
    });
    expect(await runSql(url, 'SELECT id FROM posts')).toEqual([['1']]);
  });

  it('escape control characters in what users wrote', async () => {
    const own = await createMigrated();
    const hostile = '\x1b[2J\x9b2J\x7f\b\u202e\u2066\u2069\u200f\u2028\u2029';
    await runSql(
      own,
      `INSERT INTO users (email, username, password_hash, bio) VALUES ('a${hostile}@b.c', 'ada', '', '${hostile}')`,
    );
    await runSql(
      own,
      `INSERT INTO posts (owner_id, title, content, published_at) VALUES (1, 'a${hostile}b', '${hostile}', now())`,
    );
    const script = `await sql\`SELECT bio FROM users\`\n`;
    const listed = await ledge(['users', 'list'], { url: own });
    const asJson = await ledge(['users', 'list', '--json'], { url: own });
    const asked = await ledge(['posts', 'delete', '1'], { url: own });
    const unknown = await ledge(['users', 'delete', hostile, '--force'], { url: own });
    const shown = await ledge(['shell'], { url: own, input: script });
    const outcomes = [listed, asJson, asked, unknown, shown];
    for (const { stdout, stderr } of outcomes) {
      expect(stdout + stderr).not.toMatch(
        /[^\P{Cc}\n]|[\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/u,
      );
    }
    expect(listed.stdout).toContain('a\ufffd[2J\ufffd2J');
    expect(JSON.parse(asJson.stdout)).toMatchObject([{ email: `a${hostile}@b.c` }]);
    expect(asked.stderr).toMatch(/^ledge: Delete post 1 of ada \("a\ufffd.+b"\)\?/);
    expect(shown.stdout).toContain('\\u202e');
  });
});

describe('the command line during other transactions', () => {
  /** Makes deletions fail with this many deadlocks. They are counted by a sequence, which a rollback doesn't reset. */
  const addDeadlocks = (url: string, deadlocks: number) =>
    databases.open(url).then((backend) =>
      backend
        .execute(`DROP SEQUENCE IF EXISTS met; CREATE SEQUENCE met;
          CREATE OR REPLACE FUNCTION clash() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF nextval('met') <= ${deadlocks} THEN RAISE 'deadlock detected' USING ERRCODE = '40P01'; END IF;
            RETURN OLD; END $$;
          CREATE OR REPLACE TRIGGER clash_1 BEFORE DELETE ON posts FOR EACH ROW EXECUTE FUNCTION clash();
          CREATE OR REPLACE TRIGGER clash_2 BEFORE DELETE ON users FOR EACH ROW EXECUTE FUNCTION clash()`)
        .finally(() => backend.close()),
    );

  it.each(['posts delete 1', 'users delete ada'])(
    'retries %s after a deadlock, at most twice',
    async (command) => {
      const url = await createMigrated();
      const run = () => ledge([...command.split(' '), '--force'], { url });
      await runSql(url, `INSERT INTO users (email, username, password_hash) VALUES ('a@b.c', 'ada', '')`);
      if (command.startsWith('posts'))
        await runSql(url, `INSERT INTO posts (owner_id, content, published_at) VALUES (1, 'gone', now())`);
      await addDeadlocks(url, 99);
      expect(await run()).toEqual({
        code: 1,
        stdout: '',
        stderr:
          'ledge: Others were changing the same rows (deadlock detected), and nothing was done. Try again in a moment.\n',
      });
      expect(await runSql(url, 'SELECT last_value FROM met')).toEqual([['3']]);
      await addDeadlocks(url, 2);
      expect(await run()).toMatchObject({ code: 0, stderr: '' });
    },
  );
});

describe('the command migrations', () => {
  it('migrates up and down, and shows what is applied', async () => {
    const url = await databases.create();
    const run = (command: string) => ledge(['migrations', ...command.split(' ')], { url });
    expect(json(await run('current --json'))).toMatchObject({ current: null, missing: TAGS });
    expect((await run('up --sql')).stdout).toMatch(/^BEGIN;[\s\S]*CREATE TABLE "users"[\s\S]*COMMIT;\n+$/);
    expect(json(await run('up +1 --json'))).toEqual(TAGS.slice(0, 1));
    expect((await run('current')).stdout).toContain(`(development): ${TAGS[0]}\nMissing: ${TAGS[1]}`);
    expect((await run('up')).stdout).toBe(`Applied: ${TAGS.slice(1).join(', ')}, ${FUNCTIONS}\n`);
    expect((await run('up')).stdout).toBe('Everything is applied already.\n');
    const history = json(await run('history --json'));
    expect(history.migrations).toHaveLength(TAGS.length);
    expect(history.migrations[0]).toMatchObject({ migration: TAGS[0], state: 'applied' });
    expect(history.releases).toMatchObject([{ functions: FUNCTIONS, state: 'newest' }]);
    expect((await run('down -1')).stdout).toBe(`Undone: ${NEWEST}\nFunctions dropped: ${FUNCTIONS}\n`);
    expect((await run('down 0000')).code).toBe(0);
    expect(await run('down nothing')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no terminal to answer at: use --force.'),
    });
    expect(await run('down -2')).toMatchObject({
      code: 1,
      stderr: 'ledge: -2 is more than the number of applied migrations, 1. To undo all of them: nothing\n',
    });
    expect((await run('down nothing --force')).stdout).toBe(`Undone: ${TAGS[0]}\n`);
    expect((await run('down nothing')).stdout).toBe('There is nothing to undo.\n');
    expect((await run('stamp head')).stdout).toBe(`Stamped: ${TAGS.join(', ')}\n`);
    expect((await run('stamp 0000')).stdout).toBe(`Unstamped: ${TAGS.slice(1).join(', ')}\n`);
    expect(json(await run('stamp nothing --json'))).toEqual({ stamped: [], unstamped: TAGS.slice(0, 1) });
    expect(await run('up 4711')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no migration 4711'),
    });
  });

  it('prints a script without a database', async () => {
    const url = 'postgres://a:b@127.0.0.1:1/nowhere';
    const { code, stdout } = await ledge(['migrations', 'down', '-1', '--sql', '--from', 'head'], { url });
    expect(code).toBe(0);
    expect(stdout).toContain(`-- ${NEWEST}\n`);
    expect(await ledge(['migrations', 'up', '--from', 'nothing'], { url })).toMatchObject({ code: 1 });
    expect((await ledge(['migrations', 'heads'])).stdout).toBe(`${NEWEST}\n`);
  });

  it('checks that schema, migrations and down migrations agree', async () => {
    expect(json(await ledge(['migrations', 'check', '--json']))).toEqual([]);
  });

  it('changes only the environment that is named', async () => {
    const url = await databases.create();
    expect((await ledge(['migrations', 'up', '--env', 'production'], { url })).code).toBe(0);
    const refusal = async (...args: string[]) => {
      const { code, stderr } = await ledge(args, { url, input: PASSWORD });
      expect(code).toBe(1);
      return stderr;
    };
    expect(await refusal('migrations', 'down', '-1')).toContain('To change it, use --env production.');
    expect(await refusal('migrations', 'down', '-1', '--env', 'production')).toMatch(
      new RegExp(`^ledge: Undo ${NEWEST} in .* \\(production\\).*use --force\\.\\n$`),
    );
    const forced = ['migrations', 'down', '-1', '--env', 'production', '--force'];
    expect((await ledge(forced, { url })).stdout).toContain(`Undone: ${NEWEST}\n`);
    expect((await ledge(['migrations', 'up', '--env', 'production'], { url })).code).toBe(0);
    expect(await refusal('migrations', 'up', '--env', 'staging')).toContain(
      'is the database of production, not of staging',
    );
    expect(await refusal('database', 'reset', '--force', '--env', 'production')).toContain(
      'where this command is not allowed',
    );
    expect(await refusal('seed', '--env', 'production')).toContain('where this command is not allowed');
    expect(await refusal('users', 'create', 'a@example.com', 'ada')).toContain('--env production');
    expect((await ledge(['users', 'list'], { url })).code).toBe(0);
    expect(
      (
        await ledge(['users', 'create', 'a@example.com', 'ada', '--env', 'production'], {
          url,
          input: PASSWORD,
        })
      ).code,
    ).toBe(0);
  });

  it('requires the environment of a remote database', () => {
    const remote = { declared: undefined, local: false, name: 'db.example.com/ledge' } as const;
    expect(() => checkTarget({ ...remote, requested: undefined, purpose: 'write' })).toThrow(
      'is not on this machine',
    );
    expect(() => checkTarget({ ...remote, requested: undefined, purpose: 'read' })).not.toThrow();
    expect(() => checkTarget({ ...remote, requested: 'staging', purpose: 'destroy' })).not.toThrow();
    expect(() => checkTarget({ ...remote, requested: 'production', purpose: 'destroy' })).toThrow(
      'where this command is not allowed',
    );
  });
});

describe('the commands seed and database', () => {
  const WRONG_COUNTERS = path.resolve(import.meta.dirname, '../races/wrong-counters.sql');
  const FINGERPRINT = `SELECT md5(string_agg(line, ',' ORDER BY line)) FROM (
    SELECT concat_ws('|', username, bio, posts, followers, following) AS line FROM users
    UNION ALL SELECT concat_ws('|', posts.id, posts.owner_id, parent_id, title, content, tags, votes, replies)
      FROM posts JOIN post_counts ON post_id = posts.id) AS one`;

  it('insert the same data each time, once', async () => {
    const url = await createMigrated();
    const counts = json(await ledge(['seed', '--json'], { url }));
    expect(counts).toMatchObject({ users: 24, posts: expect.any(Number), password: expect.any(String) });
    const first = await runSql(url, FINGERPRINT);
    const [row] = await runSql(
      url,
      'SELECT (SELECT count(*) FROM posts WHERE parent_id IS NOT NULL), sum(votes) FROM post_counts',
    );
    expect(row).toEqual([expect.stringMatching(/^[1-9]\d+$/), String(counts.votes)]);
    const [named] = await runSql(
      url,
      `SELECT (SELECT count(*) FROM post_mentions), count(*) FROM posts WHERE published AND hashtags <> '{}'`,
    );
    expect(named).toEqual([expect.stringMatching(/^[1-9]\d$/), expect.stringMatching(/^[1-9]\d$/)]);
    expect(await runSql(url, readFileSync(WRONG_COUNTERS, 'utf8'))).toEqual([]);
    const again = await ledge(['seed'], { url });
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.stdout).toMatch(
      /^The example data is already there: nothing was added\..* database reset\nSign in as mira/,
    );
    expect(json(await ledge(['seed', '--json'], { url }))).toMatchObject({ users: 0, posts: 0 });
    expect(await runSql(url, FINGERPRINT)).toEqual(first);
    expect(await ledge(['database', 'reset'], { url })).toMatchObject({ code: 1 });
    expect(json(await ledge(['database', 'reset', '--force', '--json'], { url }))).toMatchObject({
      applied: TAGS,
    });
    expect((await ledge(['seed'], { url })).stdout).toContain('Sign in as mira');
    expect(await runSql(url, FINGERPRINT)).toEqual(first);
  });

  it('add the world beside other people, and more of it later', async () => {
    const url = await createMigrated();
    await ledge(['users', 'create', 'ada@example.com', 'ada'], { url, input: PASSWORD });
    const counts = json(await ledge(['seed', '--json'], { url }));
    expect(counts.users).toBe(24);
    const more = await ledge(['seed', '--scale', '2'], { url });
    expect(more).toMatchObject({ code: 0, stderr: '' });
    const [, said, total] = /^Added (.*): (\d+) rows\.$/m.exec(more.stdout) ?? [];
    const counted = [...(said ?? '').matchAll(/\d+/g)].reduce((sum, [count]) => sum + Number(count), 0);
    expect(counted).toBe(Number(total));
    const [row] = await runSql(url, 'SELECT count(*), (SELECT sum(votes) FROM post_counts) > 0 FROM users');
    expect(row).toEqual(['49', 't']);
    // Two people with one name can't be.
    const other = await createMigrated();
    await ledge(['users', 'create', 'someone@example.com', 'Aiko'], { url: other, input: PASSWORD });
    expect(await ledge(['seed'], { url: other })).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'ledge: Nothing was added, because these names are taken: Aiko. For an empty database: npm run ledge -- database reset\n',
    });
    expect(await runSql(other, 'SELECT username FROM users')).toEqual([['Aiko']]);
  });

  it('insert more data for a larger scale, always the same', () => {
    expect(buildWorld(3)).toEqual(buildWorld(3));
    const names = buildWorld(3).flatMap(({ users }) => users.map(({ username }) => username));
    expect(names).toHaveLength(72);
    expect(new Set(names).size).toBe(72);
    // What the examples of the document say holds for every scale.
    for (const scale of [2, 10]) expect(buildWorld(scale)[0]).toEqual(buildWorld(1)[0]);
  });

  it('reset a database and keep the rights of other roles', async () => {
    const url = await createMigrated();
    // Roles belong to the whole server, which other tests may use.
    const role = `worker "${randomBytes(4).toString('hex')}"`;
    const name = `"${role.replaceAll('"', '""')}"`;
    const rights = `SELECT has_schema_privilege('${role}', 'public', 'USAGE'), has_schema_privilege('${role}', 'public', 'CREATE'),
      has_table_privilege('${role}', 'posts', 'INSERT'), has_table_privilege('${role}', 'posts', 'TRUNCATE'),
      has_sequence_privilege('${role}', 'posts_id_seq', 'USAGE'),
      has_table_privilege('${role}', 'drizzle.__drizzle_migrations', 'SELECT'),
      has_table_privilege('${role}', 'users', 'SELECT WITH GRANT OPTION'), has_table_privilege('${role}', 'later', 'UPDATE'),
      has_table_privilege('${role}', 'codes', 'UPDATE'), has_table_privilege('${role}', 'posts', 'REFERENCES'),
      has_column_privilege('${role}', 'posts', 'title', 'REFERENCES')`;
    const backend = await databases.open(url);
    await backend.execute(`CREATE ROLE ${name};
      GRANT USAGE ON SCHEMA public, drizzle TO ${name};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${name};
      GRANT SELECT ON users TO ${name} WITH GRANT OPTION;
      GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${name};
      GRANT SELECT ON ALL TABLES IN SCHEMA drizzle TO ${name};
      ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, UPDATE ON TABLES TO ${name};
      REVOKE UPDATE ON codes FROM ${name};
      GRANT REFERENCES (title) ON posts TO ${name};
      CREATE TABLE gone (); CREATE TABLE later ()`);
    const before = (await backend.query({ text: rights })).rows;
    await backend.close();
    expect(before).toEqual([['t', 'f', 't', 'f', 't', 't', 't', 't', 'f', 'f', 't']]);
    const { code, stdout, stderr } = await ledge(['database', 'reset', '--force'], { url });
    const again = await databases.open(url);
    await again.execute('CREATE TABLE later ()');
    const after = (await again.query({ text: rights })).rows;
    await again.execute(`DROP OWNED BY ${name}; DROP ROLE ${name}`);
    await again.close();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`The rights of ${role} were kept.`);
    expect(after).toEqual(before);
  });

  it('reset a database with any tables', async () => {
    const url = await databases.create();
    await runSql(url, 'CREATE TABLE users (nonsense int)');
    expect((await ledge(['database', 'reset', '--force'], { url })).code).toBe(0);
    expect((await ledge(['users', 'list'], { url })).stdout).toBe('There are no users.\n');
  });
});

describe('a folder as the database', () => {
  it('may have characters that its URL escapes', async () => {
    const { folder, remove } = temporaryFolder();
    const url = pathToFileURL(path.join(folder, 'a b%20#é')).href;
    expect(url).toContain('a%20b%2520%23%C3%A9');
    expect((await ledge(['migrations', 'up'], { url })).code).toBe(0);
    expect(readdirSync(folder)).toEqual(['a b%20#é']);
    remove();
  });
});

describe('the commands shell, openapi and completion', () => {
  it('run a script of stdin with the database', async () => {
    const url = await createMigrated();
    const lines = [
      'await sql`SELECT 7 AS n`',
      'tables.users.email.name',
      "await call(db, 'read_post', { post: 1 })",
    ];
    const { code, stdout } = await ledge(['shell'], { url, input: `${lines.join('\n')}\n` });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "[ { n: 7 } ]\n'email'\nnull\n" });
  });

  it('explains itself', async () => {
    const url = await createMigrated();
    for (const asked of ['help', 'help()']) {
      const { code, stdout } = await ledge(['shell'], { url, input: `${asked}\n` });
      expect(code).toBe(0);
      expect(stdout).toContain("await call(db, 'read_post', { post: 1 })");
      expect(stdout).toContain('Ctrl-D');
    }
  });

  it('run any statement', async () => {
    const url = await createMigrated();
    const person = `sql\`INSERT INTO users (email, username, password_hash) VALUES (\${'a@b.c'}, \${'ada'}, '') RETURNING id, username\``;
    const lines = [
      `await ${person}`,
      `await sql\`UPDATE users SET bio = \${'Engines'} WHERE id = \${1};\``,
      'await sql`SELECT bio, ARRAY[1,2] AS list FROM users;`',
    ];
    const { code, stdout } = await ledge(['shell'], { url, input: `${lines.join('\n')}\n` });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout:
        "[ { id: 1, username: 'ada' } ]\n{ command: 'UPDATE', rowCount: 1 }\n[ { bio: 'Engines', list: [ 1, 2 ] } ]\n",
    });
  });

  it('continue after an error, and exit with 1', async () => {
    const url = await createMigrated();
    const lines = [
      'nothere',
      'await sql`SELECT nothere`',
      'await sql`SELECT 1 AS n`',
      'throw new Error("mine")',
      ')',
      '1 + 1',
    ];
    const { code, stdout } = await ledge(['shell'], { url, input: `${lines.join('\n')}\n` });
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /nothere is not defined[\s\S]*column "nothere" does not exist[\s\S]*\[ \{ n: 1 \} \][\s\S]*mine[\s\S]*SyntaxError[\s\S]*\n2\n$/,
    );
    expect(await ledge(['shell'], { url, input: 'nothere\n.exit\n' })).toMatchObject({ code: 1 });
    expect(await ledge(['shell'], { url, input: 'nothere' })).toMatchObject({
      stdout: expect.stringContaining('nothere is not defined'),
    });
  });

  it('print the document', async () => {
    expect(json(await ledge(['openapi']))).toMatchObject({ openapi: '3.1.0', info: { title: 'Ledge' } });
  });

  it('complete commands and options in bash', async () => {
    const { stdout } = await ledge(['completion', 'bash']);
    const complete = (...words: string[]) => {
      const script = `${stdout}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _ledge; echo "\${COMPREPLY[@]}"`;
      return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim();
    };
    expect(complete('ledge', 'mig')).toBe('migrations');
    expect(complete('ledge', 'users', '--json', 'd')).toBe('delete demote');
    expect(complete('ledge', 'users', 'list', '--r')).toBe('--role');
    expect((await ledge(['completion', 'zsh'])).stdout).toContain('bashcompinit');
    expect((await ledge(['completion', 'fish'])).stdout).toMatch(
      /^complete -c ledge -f -n 'not .* -a users -d 'manage users'$/m,
    );
  });
});

describe('the command doctor', () => {
  const SECRET = 'x'.repeat(32);
  const runDoctor = async (url: string, ...args: string[]) => {
    const outcome = await ledge(['doctor', '--json', ...args], { url, env: { JWT_SECRET: SECRET } });
    const findings = JSON.parse(outcome.stdout) as {
      subject: string;
      ok: boolean;
      finding: string;
      fix?: string;
    }[];
    return { code: outcome.code, of: (subject: string) => findings.find((each) => each.subject === subject) };
  };

  it('finds no fault in a valid setup', async () => {
    const { of } = await runDoctor(await createMigrated());
    for (const subject of ['node', 'settings', 'database', 'migrations', 'functions', 'bindings'])
      expect(of(subject)).toMatchObject({ ok: true });
  });

  it('names a wrong setting without its value', async () => {
    const url = await createMigrated();
    const { code, stdout } = await ledge(['doctor'], { url, env: { JWT_SECRET: 'far-too-short' } });
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ settings .*JWT_SECRET must be at least 32 bytes[\s\S]*→ .*\.dev\.vars/);
    expect(stdout).not.toContain('far-too-short');
  });

  it('reports a database that is not running', async () => {
    const { code, of } = await runDoctor('postgres://a:secret@127.0.0.1:1/b');
    expect(code).toBe(1);
    expect(of('database')).toMatchObject({ ok: false, finding: expect.stringContaining('ECONNREFUSED') });
    expect(of('database')?.fix).toContain('Is the server running');
  });

  it('reports a missing database, one of another environment, and a role without rights', async () => {
    expect((await runDoctor('', '--env', 'staging')).of('database')?.fix).toContain(
      "to the owner's connection string of staging",
    );
    const url = await databases.create();
    await ledge(['migrations', 'up', '--env', 'production'], { url });
    expect((await runDoctor(url, '--env', 'staging')).of('database')?.fix).toContain('Use --env production');
    if (databases.name !== 'Postgres') return;
    const role = `guest_${Date.now()}`;
    const backend = await databases.open(url);
    await backend.execute(`CREATE ROLE ${role} LOGIN PASSWORD 'guest'`);
    await backend.close();
    const guest = new URL(url);
    guest.username = role;
    guest.password = 'guest';
    const { of } = await runDoctor(guest.href);
    await runSql(url, `DROP ROLE ${role}`);
    expect(of('database')).toMatchObject({
      finding: expect.stringContaining('permission denied for schema drizzle'),
      fix: expect.stringContaining('may not read the journal'),
    });
  });

  it('reports a database without migrations, and names the environment in the fix', async () => {
    const url = await databases.create();
    const { code, of } = await runDoctor(url);
    expect(code).toBe(1);
    expect(of('migrations')).toMatchObject({ ok: false, fix: 'npm run ledge -- migrations up' });
    const staging = await runDoctor(url, '--env', 'staging');
    expect(staging.of('migrations')?.fix).toBe('npm run ledge -- migrations up --env staging');
  });

  it('accepts a connection string of Neon without a warning', async () => {
    const url = 'postgres://a:secret@127.0.0.1:1/b?sslmode=require&channel_binding=require';
    const { stderr } = await ledge(['users', 'list'], { url });
    expect(stderr).toBe("ledge: DATABASE_URL: Postgres can't be reached: connect ECONNREFUSED 127.0.0.1:1\n");
  });
});
