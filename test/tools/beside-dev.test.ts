// The command line while `npm run dev` has the local database open.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCHEMA } from '../../src/db/functions.ts';
import { openShared } from '../../tools/neon/sharing.ts';
import { freePort } from '../../tools/postgres/free-port.ts';
import { type DevServer, startDev, temporaryFolder } from '../support/dev-server.ts';
import { ledge, type Outcome } from './run-ledge.ts';

const { folder, remove } = temporaryFolder();
const database = path.join(folder, 'postgres');
let dev: DevServer;

beforeAll(async () => {
  dev = await startDev(folder, await freePort());
});
afterAll(async () => {
  await dev?.stop();
  remove();
});

const run = (command: string, input = '') =>
  ledge(command.split(' '), { input, env: { DATA_DIR: folder, JWT_SECRET: 'x'.repeat(32) } });

const json = (outcome: Outcome) => {
  expect(outcome.code, outcome.stderr).toBe(0);
  return JSON.parse(outcome.stdout);
};

const signIn = (username: string, password: string) =>
  fetch(`${dev.url}/auth/login`, { method: 'POST', body: new URLSearchParams({ username, password }) });

describe('ledge beside npm run dev', () => {
  it('changes the database that is being served', async () => {
    expect(json(await run('seed --json'))).toMatchObject({ users: 24 });
    const password = 'analytical engine';
    const bio = 'Two\nlines';
    const made = await ledge(['users', 'create', 'ada@example.com', 'ada', '--bio', bio], {
      input: password,
      env: { DATA_DIR: folder },
    });
    expect(made).toEqual({ code: 0, stdout: 'Created ada with the id 25.\n', stderr: '' });
    expect(await (await fetch(`${dev.url}/users/ada`)).json()).toMatchObject({ id: 25, bio });
    expect(await run('users create ADA@example.com other', password)).toMatchObject({
      code: 1,
      stderr: 'ledge: An account with this email exists already.\n',
    });

    const { access_token } = (await (await signIn('ada', password)).json()) as { access_token: string };
    const headers = { Authorization: `Bearer ${access_token}` };
    expect((await fetch(`${dev.url}/users/me`, { headers })).status).toBe(200);
    expect(json(await run('tokens revoke ada --json'))).toEqual({ ended: 1 });
    expect((await fetch(`${dev.url}/users/me`, { headers })).status).toBe(401);

    expect(await run('users demote leila_b')).toMatchObject({ code: 1 });
    expect(json(await run('posts delete 1 --force --json'))).toEqual({ deleted: 1 });
    expect((await fetch(`${dev.url}/posts/1`)).status).toBe(404);
    expect((await run('users delete ada --force')).stdout).toBe('Deleted ada.\n');
    expect((await signIn('ada', password)).status).toBe(401);
  });

  it('migrates the database down and up while it is served', async () => {
    const { current } = json(await run('migrations current --json'));
    expect(json(await run('migrations down -1 --json'))).toEqual([current]);
    expect((await fetch(`${dev.url}/readyz`)).status).toBe(503);
    const [migrations] = json(await run('doctor --json').then((found) => ({ ...found, code: 0 }))).filter(
      ({ subject }: { subject: string }) => subject === 'migrations',
    );
    expect(migrations).toMatchObject({ ok: false, fix: 'npm run ledge -- migrations up' });
    expect((await run('migrations up')).stdout).toBe(`Applied: ${current}, ${SCHEMA}\n`);
    expect((await fetch(`${dev.url}/readyz`)).status).toBe(200);
  });

  it('reports the state of the database with doctor', async () => {
    const findings: { subject: string }[] = json(await run('doctor --json'));
    const of = (name: string) => findings.find(({ subject }) => subject === name);
    expect(of('database')).toMatchObject({
      ok: true,
      finding: expect.stringMatching(/postgres answers: PostgreSQL \d+/),
    });
    expect(of('migrations')).toMatchObject({ ok: true, finding: expect.stringMatching(/^all \d applied$/) });
  });

  it('has a shell with the functions of the database', async () => {
    const { code, stdout } = await run(
      'shell',
      "await sql`SELECT count(*) AS n FROM users`\n(await call(db, 'read_user', { person: 'mira' })).user.id\n",
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: '[ { n: 24 } ]\n1\n' });
  });

  it('resets the database', async () => {
    expect((await run('database reset --force')).code).toBe(0);
    const list = await fetch(`${dev.url}/users?total=true`);
    expect(await list.json()).toMatchObject({ data: [], page: { total: 0 } });
  });
});

describe('the database that npm run dev shares', () => {
  it('undoes what a disconnected client left open', async () => {
    const shared = openShared(database);
    const failed = shared?.session(async (session) => {
      await session.execute('BEGIN; CREATE TABLE unfinished (); SET statement_timeout = 1');
      throw new Error('The client has disconnected.');
    });
    await expect(failed).rejects.toThrow('The client has disconnected.');
    const after = await shared?.transaction([
      { text: "SELECT to_regclass('unfinished') IS NULL" },
      { text: 'SHOW statement_timeout' },
    ]);
    expect(after?.map(({ rows }) => rows)).toEqual([[['t']], [['0']]]);
    await expect(shared?.query({ text: 'SELECT 1/0' })).rejects.toMatchObject({ code: '22012' });
    expect((await fetch(`${dev.url}/readyz`)).status).toBe(200);
  });

  it('refuses clients without the key, which only its owner can read', async () => {
    expect(statSync(`${database}.shared`).mode & 0o777).toBe(0o600);
    const { port, key } = JSON.parse(readFileSync(`${database}.shared`, 'utf8'));
    for (const wrong of ['', 'POST / HTTP/1.1', 'x'.repeat(key.length), 'é'.repeat(key.length)]) {
      const answer = await new Promise((resolve, reject) => {
        let text = '';
        const socket = connect(port, '127.0.0.1', () =>
          socket.write(`${wrong}\n{"query":{"text":"SELECT 1"}}\n`),
        );
        socket
          .on('data', (chunk) => (text += chunk))
          .once('error', reject)
          .once('close', () => resolve(text));
      });
      expect(answer).toBe('');
    }
  });

  it('is reported as in use when its owner does not answer', async () => {
    const other = temporaryFolder();
    writeFileSync(path.join(other.folder, 'postgres.lock'), `${process.pid}\n`);
    const share = { owner: process.pid, port: await freePort(), key: 'unknown' };
    writeFileSync(path.join(other.folder, 'postgres.shared'), JSON.stringify(share));
    expect(await ledge(['users', 'list'], { env: { DATA_DIR: other.folder } })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`in use by process ${process.pid}: another command`),
    });
    // Its owner was killed: the files that it left behind are ignored.
    const ended = 2 ** 22 + 1;
    writeFileSync(path.join(other.folder, 'postgres.lock'), `${ended}\n`);
    writeFileSync(path.join(other.folder, 'postgres.shared'), JSON.stringify({ ...share, owner: ended }));
    const up = await ledge(['migrations', 'up'], { env: { DATA_DIR: other.folder } });
    expect(up).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Applied: /) });
    other.remove();
  });

  it('is not shared after npm run dev has ended', async () => {
    expect(await dev.stop()).toBe(0);
    expect(openShared(database)).toBeUndefined();
    expect((await run('users list')).stdout).toBe('There are no users.\n');
  });
});
