import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { lockOwner } from '../../tools/neon/folder-lock.ts';
import { openPglite } from '../../tools/neon/pglite.ts';
import { freePort } from '../../tools/postgres/free-port.ts';
import { copyCheckout } from '../support/checkout.ts';
import { type DevServer, ROOT, startDev, temporaryFolder } from '../support/dev-server.ts';

const { folder, remove } = temporaryFolder();
afterAll(remove);

/** The time that processes may take to end. */
const LATE = 30_000;
const json = { 'Content-Type': 'application/json' };

async function post(url: string, body: unknown, token?: string) {
  const headers = token ? { ...json, Authorization: `Bearer ${token}` } : json;
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return (await response.json()) as Record<string, unknown>;
}

/** The processes whose arguments contain this text. */
const processesOf = (text: string) =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(text));

/** The ports that a process and its descendants listen on; Linux only. */
function listeningPorts(pid: number): number[] {
  if (process.platform !== 'linux') return [];
  const tree = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = tree
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const processes = new Set([pid]);
  for (let size = 0; size < processes.size; ) {
    size = processes.size;
    for (const [child = 0, parent = 0] of pairs) if (processes.has(parent)) processes.add(child);
  }
  const openFiles = (each: number) => {
    try {
      return readdirSync(`/proc/${each}/fd`).map((fd) => readlinkSync(`/proc/${each}/fd/${fd}`));
    } catch {
      // The process has ended, or closed a file meanwhile.
      return [];
    }
  };
  const sockets = new Set([...processes].flatMap(openFiles));
  // proc_pid_net(5): the local address, the state (0A listens), the inode.
  const rows = readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1);
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === '0A' && sockets.has(`socket:[${inode}]`))
    .map(([, local = '']) => Number.parseInt(local.split(':')[1] ?? '', 16));
}

/** The body of the answer, or the message of the error. */
const ask = (port: number, route: string, init: RequestInit = {}) =>
  fetch(`http://127.0.0.1:${port}${route}`, { ...init, signal: AbortSignal.timeout(5_000) }).then(
    (response) => response.text(),
    (error: Error) => error.message,
  );

/** Six lines at the start, then one a request, mails in a box, and all else in the log. */
async function expectHumanLines(server: DevServer, token: string): Promise<void> {
  const headers = { Authorization: `Bearer ${token}` };
  const secrets = ['7K3M9QTX', 'ada@example.com', token];
  for (const [i, secret] of secrets.entries()) {
    await fetch(`${server.url}/posts?limit=${i + 1}&search=${encodeURIComponent(secret)}&code=${secret}`, {
      headers,
    });
    await fetch(`${server.url}/users/${encodeURIComponent(secret)}`);
  }
  await post(`${server.url}/auth/password/forgot`, { email: 'ada@example.com' });
  await post(`${server.url}/posts`, { content: '' }, token);
  const wanted = /^\d\d:\d\d:\d\d {2}POST {4}\/posts +422 +\d+ ms {2}\d trips? +@ada invalid_input$/m;
  await expect.poll(() => server.output(), { timeout: LATE }).toMatch(wanted);
  await expect.poll(() => server.output(), { timeout: LATE }).toContain('Reset your password');

  const lines = server.output().split('\n');
  expect(lines.slice(0, 7)).toEqual([
    'Ledge is ready.',
    ...['API', 'Docs', 'Data', 'Seed', 'Stop'].map((label) => expect.stringMatching(`^  ${label} `)),
    '',
  ]);
  expect(lines.filter((line) => / POST +\/users /.test(line))).toHaveLength(1);
  for (const i of secrets.keys())
    expect(lines).toContainEqual(
      expect.stringMatching(new RegExp(`GET +/posts\\?limit=${i + 1}&search=…&code=… +(200|422) `)),
    );
  expect(lines).toContainEqual(expect.stringMatching(/^│ {5}[0-9A-Z]{8} +│$/));
  // That of the test: those that ask whether the Worker is ready are not shown.
  expect(lines.filter((line) => line.includes('readyz'))).toHaveLength(1);
  expect(server.output()).not.toContain(token);
  expect(server.output()).not.toMatch(/[?&/][^ ]*(ada@|ada%40|7K3M9QTX)/);
  expect(server.output()).not.toMatch(/wrangler:|bindings|WARNING|⛅|\{"level"/);
  expect(server.output()).not.toContain('\x1b');

  const log = path.join(folder, 'dev.log');
  expect(statSync(log).mode & 0o777).toBe(0o600);
  expect(readFileSync(log, 'utf8')).toMatch(/wrangler[\s\S]*"event":"request"/);
}

describe('npm run dev', () => {
  it('serves the API, keeps its data after a restart, and leaves no process behind', async () => {
    const port = await freePort();
    const first = await startDev(folder, port);
    expect(first.output()).toContain(`http://localhost:${port}/docs`);
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
    const account = { email: 'ada@example.com', username: 'ada', password: 'correct horse battery' };
    await post(`${first.url}/users`, account);
    const { access_token } = await post(`${first.url}/auth/login`, account);
    await post(`${first.url}/posts`, { content: 'Still here?' }, String(access_token));
    await expectHumanLines(first, String(access_token));

    const second = await startDev(folder, port);
    expect(await second.stop()).toBe(1);
    expect(second.output()).toBe(
      `ledge: Port ${port} is in use. Choose another: PORT=${port + 1} DATA_DIR=${folder}-2 npm run dev\n`,
    );

    const elsewhere = await startDev(folder, await freePort());
    expect(await elsewhere.stop()).toBe(1);
    expect(elsewhere.output().trim().split('\n')).toHaveLength(1);

    expect(await first.stop()).toBe(0);
    await vi.waitUntil(() => processesOf(folder).length === 0, LATE);

    const again = await startDev(folder, port);
    const { data: posts } = (await (await fetch(`${again.url}/posts`)).json()) as {
      data: { content: string }[];
    };
    expect(posts.map(({ content }) => content)).toEqual(['Still here?']);
    expect(await again.stop()).toBe(0);
  });

  it('ends when the npm that started it ends', async () => {
    const own = temporaryFolder();
    const npm = spawn('npm', ['run', 'dev'], {
      cwd: ROOT,
      env: { ...process.env, PORT: String(await freePort()), DATA_DIR: own.folder, VITEST: undefined },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let printed = '';
    for await (const chunk of npm.stdout) {
      printed += chunk;
      if (!printed.includes('Ledge is ready')) continue;
      npm.kill('SIGTERM');
      printed = '';
    }
    await vi.waitUntil(() => processesOf(own.folder).length === 0, LATE);
    expect(lockOwner(path.join(own.folder, 'postgres'))).toBeUndefined();
    own.remove();
  });

  it('ends when the shell that npm started ends, although no signal reaches it', async () => {
    const own = temporaryFolder();
    // A shell that starts another process and waits, as dash and cmd.exe do.
    const shell = spawn('sh', ['-c', `'${process.execPath}' tools/dev/main.ts; true`], {
      cwd: ROOT,
      env: {
        ...process.env,
        PORT: String(await freePort()),
        DATA_DIR: own.folder,
        VITEST: undefined,
        npm_lifecycle_event: 'dev',
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let printed = '';
    for await (const chunk of shell.stdout) {
      printed += chunk;
      if (!printed.includes('Ledge is ready')) continue;
      shell.kill('SIGKILL');
      printed = '';
    }
    await vi.waitUntil(() => processesOf(own.folder).length === 0, LATE);
    expect(lockOwner(path.join(own.folder, 'postgres'))).toBeUndefined();
    own.remove();
  });

  it('can be stopped while it starts, and leaves a whole database', async () => {
    const own = temporaryFolder();
    const child = spawn(process.execPath, ['tools/dev/main.ts'], {
      cwd: ROOT,
      env: { ...process.env, PORT: String(await freePort()), DATA_DIR: own.folder, VITEST: undefined },
      stdio: 'ignore',
    });
    const ended = once(child, 'exit');
    const dataDir = path.join(own.folder, 'postgres');
    await vi.waitUntil(() => existsSync(path.join(own.folder, 'dev.log')), { timeout: LATE, interval: 1 });
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(processesOf(own.folder)).toEqual([]);
    expect(readdirSync(own.folder).filter((name) => /lock|shared/.test(name))).toEqual([]);
    const backend = await openPglite({ dataDir });
    expect((await backend.query({ text: 'SELECT 1' })).rows).toEqual([['1']]);
    await backend.close();
    own.remove();
  });

  it('creates a secret that git ignores', () => {
    expect(readFileSync(path.join(ROOT, '.dev.vars'), 'utf8')).toMatch(/^JWT_SECRET=\S{43,}$/m);
    expect(execFileSync('git', ['check-ignore', '.dev.vars'], { cwd: ROOT, encoding: 'utf8' })).toBe(
      '.dev.vars\n',
    );
  });

  it('hides settings from other users of the machine, and protects the database from them', async () => {
    const copy = copyCheckout();
    const secrets = path.join(copy.folder, '.dev.vars');
    const [key, visible] = ['a-key-of-mail:$1', 're_mail=again'];
    const settings = `PUBLIC_READS=false\nJWT_SECRET_PREVIOUS='${key.repeat(3)}'\nRESEND_API_KEY=${visible}\n`;
    writeFileSync(secrets, settings, { mode: 0o644 });
    const data = path.join(copy.folder, '.data');
    const server = await startDev(data, await freePort(), copy.folder);
    expect(server.output()).toContain('.dev.vars holds secrets and was open to others');
    expect(statSync(secrets).mode & 0o777).toBe(0o600);
    expect(readFileSync(secrets, 'utf8')).toMatch(/^PUBLIC_READS=false\n[\s\S]+\nJWT_SECRET=\S{43}\n$/);
    // The settings were used.
    expect((await fetch(`${server.url}/posts`)).status).toBe(401);

    const seen = processesOf(copy.folder).join('\n');
    expect(seen).toContain('wrangler');
    for (const secret of ['PUBLIC_READS', key, visible, 'postgresql:']) expect(seen).not.toContain(secret);

    const ports = listeningPorts(server.process.pid as number);
    // Those of the API, the database, and the sharing of the database.
    if (process.platform === 'linux') expect(ports.length).toBeGreaterThanOrEqual(3);
    const refusals = await Promise.all(
      ports.map(async (each) => {
        const headers = { 'Neon-Connection-String': 'postgresql://local:local@localhost/local' };
        return ask(each, '/sql', { method: 'POST', headers, body: '{"query":"SELECT 1"}' });
      }),
    );
    if (process.platform === 'linux')
      expect(refusals).toContainEqual(expect.stringContaining('password authentication failed'));
    expect(refusals.filter((text) => text.includes('rowCount'))).toEqual([]);

    expect(await server.stop()).toBe(0);
    expect(processesOf(copy.folder)).toEqual([]);
    copy.remove();
  });

  it('reads settings like Wrangler, and always uses its own database', async () => {
    const copy = copyCheckout();
    const secrets = path.join(copy.folder, '.dev.vars');
    const settings = `DATABASE_URL=postgresql://a:b@c/d
no setting
DATABASE_URL=postgresql://e:f@g/h
RESEND_API_KEY=ends with \\
JWT_SECRET_PREVIOUS="#${'0123456789'.repeat(4)}"
Neither is this.
PUBLIC_READS=false
  export JWT_SECRET = "#${'0123456789'.repeat(4)}"
`;
    writeFileSync(secrets, settings);
    vi.stubEnv('DATABASE_URL', 'postgresql://i:j@k/l');
    vi.stubEnv('CLOUDFLARE_INCLUDE_PROCESS_ENV', 'true');
    const server = await startDev(path.join(copy.folder, '.data'), await freePort(), copy.folder);
    vi.unstubAllEnvs();
    expect((await fetch(`${server.url}/posts`)).status).toBe(401);
    expect(readFileSync(secrets, 'utf8')).toBe(settings);
    expect(await server.stop()).toBe(0);
    copy.remove();
  });

  it('ends when a setting cannot be read, and says which', async () => {
    const copy = copyCheckout();
    writeFileSync(path.join(copy.folder, '.dev.vars'), 'RESEND_API_KEY="\'`"\n');
    const data = path.join(copy.folder, '.data');
    const server = await startDev(data, await freePort(), copy.folder);
    expect(await server.stop()).toBe(1);
    expect(server.output()).toMatch(/^ledge: \.dev\.vars: Wrangler can't read RESEND_API_KEY/m);
    expect(readdirSync(data)).toEqual([]);
    copy.remove();
  });

  it('ends at once when a setting is invalid, and says which', async () => {
    const copy = copyCheckout();
    writeFileSync(path.join(copy.folder, '.dev.vars'), 'PUBLIC_READS=perhaps\n', { mode: 0o600 });
    const server = await startDev(path.join(copy.folder, '.data'), await freePort(), copy.folder);
    expect(await server.stop()).toBe(1);
    expect(server.output()).toContain('PUBLIC_READS');
    expect(server.output()).toMatch(/^ledge: The Worker did not become ready\. .*PUBLIC_READS/m);
    copy.remove();
  });

  it('reloads a changed source file', async () => {
    const copy = copyCheckout();
    const file = path.join(copy.folder, 'src/http/methods.ts');
    const source = readFileSync(file, 'utf8');
    const words = 'There is no $';
    expect(source).toContain(words);
    const port = await freePort();
    const server = await startDev(path.join(copy.folder, '.data'), port, copy.folder);
    writeFileSync(file, source.replace(words, 'Changed: no $'));
    await expect
      .poll(() => ask(port, '/nowhere'), { timeout: 60_000, interval: 200 })
      .toContain('Changed: no /nowhere');
    const line = /^\d\d:\d\d:\d\d {2}Reloaded: src\/http\/methods\.ts has changed\.$/m;
    await expect.poll(() => server.output(), { timeout: LATE }).toMatch(line);
    writeFileSync(file, `${source}\nconst unfinished = (;\n`);
    await expect
      .poll(() => server.output(), { timeout: LATE })
      .toMatch(/^✘ Build failed[^\n]*\n {2}Unexpected ";"\n +src\/http\/methods\.ts:\d+/m);
    expect(await server.stop()).toBe(0);
    copy.remove();
  });

  it('takes up changes of the web client, and builds it once for each', async () => {
    const copy = copyCheckout();
    const file = path.join(copy.folder, 'web/src/words.ts');
    const port = await freePort();
    const data = path.join(copy.folder, '.data');
    const server = await startDev(data, port, copy.folder);
    const browser = { headers: { Accept: 'text/html' } };
    /** The script that Vite has built for the page. */
    const script = async () => {
      const [, src = ''] = /<script[^>]* src="(\/app\/[^"]+)"/.exec(await ask(port, '/', browser)) ?? [];
      return fetch(server.url + src);
    };
    const first = await script();
    expect([first.status, first.headers.get('cache-control')]).toEqual([
      200,
      'public, max-age=31536000, immutable',
    ]);
    expect(first.headers.get('x-content-type-options')).toBe('nosniff');
    // The page has no other address than those of the client.
    for (const name of ['/app/index.html', '/app/', '/app'])
      expect((await fetch(server.url + name, { redirect: 'manual' })).status).toBe(404);

    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('Sign in', 'Come in'));
    await expect
      .poll(async () => (await script()).url, { timeout: 60_000, interval: 200 })
      .not.toBe(first.url);
    await expect
      .poll(() => server.output(), { timeout: LATE })
      .toMatch(/Reloaded: web\/src\/words\.ts has changed\.$/m);
    // A file that is no source is served as it is now, without a build.
    writeFileSync(path.join(copy.folder, 'public/docs.js'), '// Changed.\n');
    await expect.poll(() => ask(port, '/docs.js'), { timeout: LATE }).toBe('// Changed.\n');
    expect(await server.stop()).toBe(0);
    const log = readFileSync(path.join(data, 'dev.log'), 'utf8');
    expect(log.match(/\[custom build\] Running/g)).toHaveLength(2);
    copy.remove();
  });

  it('shows what Wrangler finds wrong with the configuration, and writes all of it to its log', async () => {
    const copy = copyCheckout();
    const configuration = path.join(copy.folder, 'wrangler.toml');
    writeFileSync(configuration, `unheard_of = true\n${readFileSync(configuration, 'utf8')}`);
    const data = path.join(copy.folder, '.data');
    const server = await startDev(data, await freePort(), copy.folder);
    expect(await server.stop()).toBe(0);
    expect(server.output()).toContain('unheard_of');
    expect(readFileSync(path.join(data, 'dev.log'), 'utf8')).toContain('unheard_of');
    copy.remove();
  });

  it('refuses an argument in one line', () => {
    const { status, stderr } = spawnSync(process.execPath, ['tools/dev/main.ts', '--port', '8888'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([
      1,
      'ledge: unknown argument "--port". Settings are environment variables: PORT=8888 npm run dev\n',
    ]);
  });

  it.each(['0', '70000', 'abc'])('refuses PORT=%s in one line', async (port) => {
    const refused = await startDev(folder, port as unknown as number);
    expect(await refused.stop()).toBe(1);
    expect(refused.output()).toBe(`ledge: PORT must be a number from 1 to 65535, not "${port}".\n`);
  });

  it.each<[string, (root: string) => void, RegExp]>([
    [
      'a broken migration',
      (root) => appendFileSync(path.join(root, 'drizzle/0001_tables.sql'), '\nSELECT nonsense;'),
      /^ledge: Migration 0001_tables failed at line \d+: column "nonsense" does not exist$/m,
    ],
    [
      'a missing migration',
      (root) => rmSync(path.join(root, 'drizzle/0001_tables.sql')),
      /^ledge: .*drizzle\/0001_tables\.sql.*$/m,
    ],
    [
      'a missing wrangler.toml',
      (root) => rmSync(path.join(root, 'wrangler.toml')),
      /^ledge: .*wrangler\.toml is missing.*$/m,
    ],
  ])('reports %s in one line and ends', async (_, damage, line) => {
    const copy = copyCheckout();
    damage(copy.folder);
    const server = await startDev(path.join(copy.folder, '.data'), await freePort(), copy.folder);
    expect(await server.stop()).toBe(1);
    expect(server.output()).toMatch(line);
    expect(server.output().trim().split('\n')).toHaveLength(1);
    copy.remove();
  });
});
