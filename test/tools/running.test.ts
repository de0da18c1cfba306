// The smoke test, the typed client and the Postman collection, with a running Ledge.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ledge as client } from '../../client/index.ts';
import { freePort } from '../../tools/postgres/free-port.ts';
import { type DevServer, ROOT, startDev, temporaryFolder } from '../support/dev-server.ts';
import { type Intercept, withProxy } from '../support/proxy.ts';
import { ledge } from './run-ledge.ts';

const { folder, remove } = temporaryFolder();
let dev: DevServer;

beforeAll(async () => {
  for (const command of ['migrations up', 'seed'])
    await ledge(command.split(' '), { env: { DATA_DIR: folder } });
  dev = await startDev(folder, await freePort());
});

afterAll(async () => {
  await dev?.stop();
  remove();
});

async function run(program: string, args: string[] = [], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [path.join(ROOT, program), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((resolve) => child.once('exit', resolve)),
  ]);
  return { code, stdout, stderr };
}

const PROBLEM = { 'Content-Type': 'application/problem+json' };
const answerError = (answer: ServerResponse) =>
  answer.writeHead(500, PROBLEM).end('{"code":"internal_error"}');

/** Runs `work` with a proxy that answers one route itself, after a number of calls. */
function withBrokenRoute<T>(
  route: string,
  work: (url: string) => Promise<T>,
  { answerBroken = answerError, after = 0 } = {},
): Promise<T> {
  let calls = 0;
  const intercept: Intercept = ({ url }, answer) => {
    if (url !== route || ++calls <= after) return false;
    answerBroken(answer);
    return true;
  };
  return withProxy(dev.url, intercept, work);
}

describe('npm run smoke', () => {
  const log = path.join(folder, 'dev.log');
  const smoke = (url: string, mailbox?: string, env = {}) =>
    run('tools/check/smoke.ts', [url, ...(mailbox ? ['--mailbox', mailbox] : [])], env);
  const newest = async () => {
    const list = await fetch(`${dev.url}/users?limit=1`);
    return ((await list.json()) as { data: { username: string }[] }).data[0]?.username;
  };

  it('passes when everything works, recovers with the mailed code, and deletes its user', async () => {
    const { code, stdout, stderr } = await smoke(dev.url, `cat '${log}'`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const step of ['ready', 'register', 'sign in', 'post', 'vote', 'recover', 'clean up'])
      expect(stdout).toMatch(new RegExp(`^✓ ${step} \\(\\d+ ms\\)$`, 'm'));
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(`${dev.url} works.`);
    expect(await newest()).toBe('arjun');
    // The notice is only mailed after a reset.
    const notice = /^--- mail to smoke\+smoke_\w+@example\.com: Your password was changed ---$/m;
    await expect.poll(() => readFileSync(log, 'utf8'), { timeout: 20_000 }).toMatch(notice);
  });

  it('tests recovery only up to the mail without a mailbox', async () => {
    const { code, stdout } = await smoke(dev.url);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✓ recover, up to the mail \(\d+ ms\)$/m);
    expect(stdout).toContain('works. The mailed code was not read');
  });

  it.each([
    ['HTML', '<p>Hello NAME,</p>\n<p>to reset the password</p>\n<p style="font: 24px">CODE</p>'],
    ['the JSON of Mailpit', '{"Text":"Hello NAME,\\n\\nreset the password\\n\\n    CODE\\n\\nIt","ID":"x"}'],
    [
      'JSON of HTML',
      '"\\u003cp\\u003eHello NAME,\\u003c/p\\u003ereset the password\\u003cp\\u003eCODE\\u003c/p\\u003e"',
    ],
  ])('finds the code in a mailbox that shows %s', async (_, mail) => {
    const mailbox = path.join(folder, 'mailbox.mjs');
    // What was mailed, as another mailbox would show it.
    writeFileSync(
      mailbox,
      `import { readFileSync } from 'node:fs';
      const [, name] = /\\+(smoke_\\w+)@/.exec(process.env.MAILBOX_TO);
      const mails = readFileSync(${JSON.stringify(log)}, 'utf8').split('--- mail to ');
      const reset = mails.find((mail) => mail.startsWith(process.env.MAILBOX_TO + ': Reset'));
      const [, code] = /^    (\\w{8})$/m.exec(reset);
      console.log(${JSON.stringify(mail)}.replace('NAME', name).replace('CODE', code));`,
    );
    const { code, stdout, stderr } = await smoke(dev.url, `'${process.execPath}' '${mailbox}'`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`${dev.url} works.\n`);
  });

  it('fails when no code comes, and cleans up', async () => {
    const { code, stdout, stderr } = await smoke(dev.url, 'echo none >&2', { SMOKE_MAIL_SECONDS: '1' });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^✗ recover: no mail with a code came to smoke\+\w+@example\.com in 1 s; its mailbox says: none$/m,
    );
    expect(stdout).toContain('✓ clean up');
  });

  it('fails when a reset is answered and not done, and cleans up', async () => {
    const answerBroken = (answer: ServerResponse) => answer.writeHead(204).end();
    const { code, stdout, stderr } = await withBrokenRoute(
      '/auth/password/reset',
      (url) => smoke(url, `cat '${log}'`),
      { answerBroken, after: 1 },
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/^✗ recover: POST \/auth\/login answered 401 instead of 200/m);
    expect(stdout).toContain('✓ clean up');
    expect(await newest()).toBe('arjun');
  });

  it.each([
    ['/readyz', 'ready', false],
    ['/users', 'register', false],
    ['/votes', 'vote', true],
    ['/auth/password/forgot', 'recover', true],
    ['/auth/password/reset', 'recover', true],
  ])('fails when %s is broken, and cleans up', async (route, step, cleans) => {
    const { code, stdout, stderr } = await withBrokenRoute(route, (url) => smoke(url, `cat '${log}'`));
    expect(code).toBe(1);
    expect(stderr).toMatch(
      new RegExp(`^✗ ${step}: \\w+ ${route} answered 500 instead of \\d+ \\(internal_error\\)$`, 'm'),
    );
    expect(stdout.includes('✓ clean up')).toBe(cleans);
  });

  it('exits with 2 when no server answers, and requires an address', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    expect(await smoke(url)).toMatchObject({
      code: 2,
      stdout: `${url} could not be checked.\n`,
      stderr: expect.stringMatching(`^✗ ready: no server answers at ${url}: connect ECONNREFUSED`),
    });
    for (const args of [[], [''], ['nonsense'], [dev.url, '--mailbx', 'true'], [dev.url, dev.url]])
      expect(await run('tools/check/smoke.ts', args)).toMatchObject({ code: 2, stdout: '' });
  });

  it.each<[string, (answer: ServerResponse) => ServerResponse]>([
    ['the limit of its network is used up', (answer) => answer.writeHead(429, PROBLEM).end('{}')],
    [
      "Cloudflare's firewall stopped the check",
      (answer) => answer.writeHead(403, { 'cf-mitigated': 'challenge' }).end('<p>Are you human?'),
    ],
    [
      'this is not Ledge',
      (answer) => answer.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>Sign in'),
    ],
    ['this is not Ledge', (answer) => answer.writeHead(404, { 'Content-Type': 'text/plain' }).end('none')],
    [
      'terminated',
      (answer) => {
        answer.writeHead(200, { 'Content-Length': '9' }).write('{', () => answer.destroy());
        return answer;
      },
    ],
  ])('exits with 2 when it learns nothing: %s', async (says, answerBroken) => {
    for (const [route, step] of [
      ['/readyz', 'ready'],
      ['/votes', 'vote'],
    ] as const) {
      const result = await withBrokenRoute(route, smoke, { answerBroken });
      expect(result).toMatchObject({ code: 2, stdout: expect.stringMatching(/could not be checked\.\n$/) });
      expect(result.stderr).toContain(`✗ ${step}: `);
      expect(result.stderr.replace('this network', 'its network')).toContain(says);
    }
    expect(await newest()).toBe('arjun');
  });

  it('exits with 1 when Cloudflare answers that the Worker is broken', async () => {
    const answerBroken = (answer: ServerResponse) =>
      answer.writeHead(500, { 'Content-Type': 'text/html' }).end('<p>error code: 1101');
    expect(await withBrokenRoute('/readyz', smoke, { answerBroken })).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/is broken\.\n$/),
    });
  });

  describe('when it is told to come again', () => {
    const again = (code: string) => (answer: ServerResponse) =>
      answer.writeHead(503, { ...PROBLEM, 'Retry-After': '0' }).end(JSON.stringify({ code }));
    /** The first `count` calls of a route are answered so. */
    const withBusyRoute = (route: string, count: number, code: string) => {
      let calls = 0;
      const intercept: Intercept = ({ url }, answer) => {
        if (url !== route || ++calls > count) return false;
        again(code)(answer);
        return true;
      };
      return withProxy(dev.url, intercept, smoke);
    };

    it.each([
      ['/readyz', 'database_unavailable'],
      ['/users/me', 'database_unavailable'],
      ['/auth/login', 'overloaded'],
      ['/users', 'overloaded'],
    ])('does so at %s', async (route, code) => {
      expect(await withBusyRoute(route, 2, code)).toMatchObject({ code: 0, stderr: '' });
    });

    it.each([
      ['/readyz', 'schema_outdated', 1],
      ['/auth/login', 'overloaded', 2],
      // It may have been counted: nobody knows what became of it.
      ['/votes', 'database_unavailable', 1],
    ])('gives up at %s', async (route, says, code) => {
      expect(await withBusyRoute(route, Infinity, says)).toMatchObject({ code });
    });
  });

  it.each([
    ['does not exist', 'no-such-command'],
    ['is refused', 'echo 401 >&2; exit 22'],
  ])('exits with 2, and cleans up, when the command of the mailbox %s', async (_, mailbox) => {
    const { code, stdout, stderr } = await smoke(dev.url, mailbox, { SMOKE_MAIL_SECONDS: '1' });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^✗ recover: the command of the mailbox failed each time; its mailbox says: /m);
    expect(stdout).toContain('✓ clean up');
  });

  it.each([
    ['SMOKE_EMAIL', 'smoke@example.com'],
    ['SMOKE_EMAIL', 'smoke+{}@localhost'],
    ['SMOKE_EMAIL', '{}'],
    ['SMOKE_MAIL_SECONDS', 'a minute'],
    ['SMOKE_MAIL_SECONDS', '-1'],
  ])('exits with 2 before any call for %s=%s', async (name, value) => {
    expect(await smoke(dev.url, 'true', { [name]: value })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(new RegExp(`^${name} must be`)),
    });
  });
});

describe('the typed client', () => {
  it('runs its example', async () => {
    const { code, stdout, stderr } = await run('client/example.ts', [dev.url]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('A second vote: already_voted');
    expect(stdout).toMatch(/^Read (1 post|(?!1 )\d+ posts) about engines\.$/m);
  });

  it.each(['client/example.ts', 'tools/check/examples.ts'])(
    '%s says in a sentence that no server answers',
    async (program) => {
      for (const address of [`http://127.0.0.1:${await freePort()}`, 'http://nowhere.invalid']) {
        const { code, stdout, stderr } = await run(program, [address]);
        expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
        expect(stderr).toMatch(/^(ledge: )?No Ledge answers at http.*"npm run dev".*\n$/);
      }
    },
  );

  it('refreshes an expired token once for parallel calls', async () => {
    const calls: string[] = [];
    const answers = { status: 401, headers: { 'Content-Type': 'application/problem+json' } };
    const { api, signIn } = client(dev.url, {
      fetch: async (input, init) => {
        const { pathname } = new URL(String(input));
        calls.push(pathname);
        // The first two calls get an expired token; all others are passed on.
        const expired = pathname === '/users/me' && calls.filter((each) => each === '/users/me').length <= 2;
        return expired ? new Response('{"code":"token_expired"}', answers) : fetch(input, init);
      },
    });
    await signIn('mira', 'correct horse battery staple');
    const both = await Promise.all([api.users.me.$get(), api.users.me.$get()]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(calls.filter((each) => each === '/auth/refresh')).toHaveLength(1);
  });

  it('has types of what each call takes and answers', async () => {
    const { api } = client(dev.url);
    // @ts-expect-error: a post has content
    expect((await api.posts.$post({ json: { title: 'Empty' } })).status).toBe(401);
    const found = await api.users[':user'].$get({ param: { user: 'mira' } });
    if (found.status === 200) expect((await found.json()).posts).toBeGreaterThan(0);
    const missing = await api.users[':user'].$get({ param: { user: 'nobody_at_all' } });
    if (missing.status === 404) {
      const { code } = await missing.json();
      // @ts-expect-error: there is one way only for a profile not to be found
      expect(code === 'post_not_found').toBe(false);
      expect(code).toBe('user_not_found');
    }
    expect([found.status, missing.status]).toEqual([200, 404]);
  });

  it('escapes names in paths', async () => {
    const { api } = client(dev.url);
    const at = (user: string) => api.users[':user'].$get({ param: { user } });
    // The route of profiles answers that nobody can have such a name.
    for (const user of ['../posts', 'mira?x', 'mira#', 'mira/posts', ' ']) {
      const { status, url } = await at(user);
      expect([status, new URL(url).pathname]).toEqual([404, `/users/${encodeURIComponent(user)}`]);
    }
    for (const user of ['', '.', '..', undefined as unknown as string])
      expect(() => at(user)).toThrow(TypeError);
  });
});

interface Item {
  name: string;
  event: { listen: string; script: { exec: string[] } }[];
  request: { method: string; url: { raw: string } };
}

// That it passes from top to bottom is what newman tests: npm run test:clients.
describe('the Postman collection', () => {
  const read = (name: string) => JSON.parse(readFileSync(path.join(ROOT, 'docs/postman', name), 'utf8'));
  const { item: folders } = read('ledge.postman_collection.json') as { item: { item: Item[] }[] };
  const items = folders.flatMap(({ item }) => item);
  const callOf = ({ request: { method, url } }: Item) =>
    `${method} ${url.raw.replace(/^\{\{address\}\}|\?.*$/g, '')}`;

  it('has every operation, and the same names in each environment', () => {
    const { paths } = JSON.parse(readFileSync(path.join(ROOT, 'openapi.json'), 'utf8')) as {
      paths: Record<string, object>;
    };
    const operations = Object.entries(paths).flatMap(([route, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${route.replace(/\{(\w+)\}/g, ':$1')}`),
    );
    expect([...new Set(items.map(callOf))].sort()).toEqual(operations.sort());
    const names = ['development', 'staging', 'production'].map((name) =>
      read(`${name}.postman_environment.json`).values.map(({ key }: { key: string }) => key),
    );
    expect(new Set(names.map(String)).size).toBe(1);
  });

  it('tests the answer of each request, and has a name for each', () => {
    const scripts = items.map(({ event }) =>
      event.find(({ listen }) => listen === 'test')?.script.exec.join('\n'),
    );
    for (const script of scripts) expect(script).toMatch(/pm\.test\('answers \d{3}'[\s\S]*pm\.test\(/);
    expect(new Set(items.map(({ name }) => name)).size).toBe(items.length);
  });

  it('creates its accounts before it needs them, and deletes them at its end', () => {
    const calls = items.map(callOf);
    const needsToken = calls.indexOf('POST /posts');
    expect(calls.slice(0, needsToken)).toEqual(expect.arrayContaining(['POST /users', 'POST /auth/login']));
    expect(calls.filter((call) => call === 'POST /users')).toHaveLength(2);
    const deleting = calls.flatMap((call, index) => (call === 'DELETE /users/me' ? [index] : []));
    expect(deleting).toEqual([calls.length - 3, calls.length - 1]);
    expect(calls.lastIndexOf('POST /auth/logout')).toBe(calls.length - 5);
  });
});
