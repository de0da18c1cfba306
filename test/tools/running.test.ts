// What a person does with a running Ledge: look whether it works, try the client, walk the collection.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import vm from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ledge as client } from '../../src/client.ts';
import { type DevServer, freePort, ROOT, startDev, temporaryFolder } from '../support/dev-server.ts';
import { ledge } from './executable.ts';

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

async function run(program: string, ...args: string[]) {
  const child = spawn(process.execPath, [path.join(ROOT, program), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((resolve) => child.once('exit', resolve)),
  ]);
  return { code, stdout, stderr };
}

/** The running Ledge behind a proxy that spoils the answers of one route. */
async function spoiled<T>(route: string, work: (url: string) => Promise<T>): Promise<T> {
  const proxy = createServer((incoming, answer) => {
    if (incoming.url === route) {
      answer.writeHead(500, { 'Content-Type': 'application/problem+json' }).end('{"code":"internal_error"}');
      return;
    }
    const { method, headers, url } = incoming;
    incoming.pipe(
      request(`${dev.url}${url}`, { method, headers }, (response) => {
        answer.writeHead(response.statusCode ?? 500, response.headers);
        response.pipe(answer);
      }),
    );
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return work(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`).finally(() => proxy.close());
}

describe('npm run smoke', () => {
  it('is green where everything works, and leaves nobody behind', async () => {
    const { code, stdout } = await run('tools/smoke.ts', dev.url);
    expect(code).toBe(0);
    for (const step of ['ready', 'register', 'sign in', 'post', 'vote', 'recover', 'clean up'])
      expect(stdout).toMatch(new RegExp(`^✓ ${step} \\(\\d+ ms\\)$`, 'm'));
    const { data: people } = (await (await fetch(`${dev.url}/users?limit=1`)).json()) as {
      data: { username: string }[];
    };
    expect(people[0]?.username).toBe('arjun');
  });

  it.each([
    ['/readyz', 'ready', false],
    ['/users', 'register', false],
    ['/votes', 'vote', true],
    ['/auth/password/forgot', 'recover', true],
  ])('is red when %s is broken, and cleans up', async (route, step, cleans) => {
    const { code, stdout, stderr } = await spoiled(route, (url) => run('tools/smoke.ts', url));
    expect(code).toBe(1);
    expect(stderr).toMatch(
      new RegExp(`^✗ ${step}: \\w+ ${route} answered 500 instead of \\d+ \\(internal_error\\)$`, 'm'),
    );
    expect(stdout.includes('✓ clean up')).toBe(cleans);
  });

  it('is red where nobody answers, and wants an address', async () => {
    expect(await run('tools/smoke.ts', `http://127.0.0.1:${await freePort()}`)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^✗ ready: fetch failed.*ECONNREFUSED/),
    });
    expect(await run('tools/smoke.ts')).toMatchObject({ code: 2 });
  });
});

describe('the typed client', () => {
  it('runs its worked example', async () => {
    const { code, stdout, stderr } = await run('tools/example.ts', dev.url);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('A second vote: already_voted');
  });

  it('takes a new token when the old has expired, once for all calls', async () => {
    const calls: string[] = [];
    const answers = { status: 401, headers: { 'Content-Type': 'application/problem+json' } };
    const { api, signIn } = client(dev.url, {
      fetch: async (input, init) => {
        const { pathname } = new URL(String(input));
        calls.push(pathname);
        // The first two calls meet a token that is over; nothing else is changed.
        const expired = pathname === '/users/me' && calls.filter((each) => each === '/users/me').length <= 2;
        return expired ? new Response('{"code":"token_expired"}', answers) : fetch(input, init);
      },
    });
    await signIn('mira', 'correct horse battery staple');
    const both = await Promise.all([api.users.me.$get(), api.users.me.$get()]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(calls.filter((each) => each === '/auth/refresh')).toHaveLength(1);
  });

  it('knows what each call takes and answers', async () => {
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
});

interface Item {
  name: string;
  event?: { script: { exec: string[] } }[];
  request: {
    method: string;
    auth?: { type: string };
    body?: { mode: string; raw?: string; urlencoded?: { key: string; value: string }[] };
    url: { raw: string; variable: { key: string; value: string }[] };
  };
}

describe('the Postman collection', () => {
  const read = (name: string) => JSON.parse(readFileSync(path.join(ROOT, 'docs/postman', name), 'utf8'));
  const { item: folders } = read('ledge.postman_collection.json') as { item: { item: Item[] }[] };
  const items = folders.flatMap(({ item }) => item);

  it('has every operation once, and the same names in each environment', () => {
    const { paths } = JSON.parse(readFileSync(path.join(ROOT, 'openapi.json'), 'utf8')) as {
      paths: Record<string, object>;
    };
    const operations = Object.entries(paths).flatMap(([route, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${route.replace(/\{(\w+)\}/g, ':$1')}`),
    );
    const written = items.map(
      ({ request: { method, url } }) => `${method} ${url.raw.replace(/^\{\{address\}\}|\?.*$/g, '')}`,
    );
    expect(written.sort()).toEqual(operations.sort());
    const names = ['development', 'staging', 'production'].map((name) =>
      read(`${name}.postman_environment.json`).values.map(({ key }: { key: string }) => key),
    );
    expect(new Set(names.map(String)).size).toBe(1);
  });

  it('signs in, keeps the token, and meets no request that the API does not understand', async () => {
    const environment = new Map<string, string>(
      read('development.postman_environment.json').values.map(
        ({ key, value }: { key: string; value: string }) => [key, value],
      ),
    );
    environment.set('address', dev.url).set('username', 'mira');
    const fill = (template: string) =>
      template.replace(/\{\{(\w+)\}\}/g, (_, key) => environment.get(key) ?? '');
    const send = async ({ request: { method, auth, body, url }, event }: Item) => {
      const address = url.variable.reduce(
        (raw, { key, value }) => raw.replace(`:${key}`, value),
        fill(url.raw),
      );
      const response = await fetch(address, {
        method,
        headers: {
          ...(auth?.type !== 'noauth' && { Authorization: `Bearer ${environment.get('token')}` }),
          ...(body?.mode === 'raw' && { 'Content-Type': 'application/json' }),
        },
        ...(body?.raw !== undefined && { body: fill(body.raw) }),
        ...(body?.urlencoded && {
          body: new URLSearchParams(body.urlencoded.map(({ key, value }) => [key, fill(value)])),
        }),
      });
      const answer = await response.text();
      const pm = { response: { code: response.status, json: () => JSON.parse(answer) }, environment };
      for (const { script } of event ?? []) vm.runInNewContext(script.exec.join('\n'), { pm });
      return { status: response.status, answer };
    };
    const signIn = items.find(({ request }) => request.url.raw.endsWith('/auth/login')) as Item;
    expect(await send(signIn)).toMatchObject({ status: 200 });
    expect(environment.get('token')).toMatch(/^eyJ/);
    // Those that change nothing can be tried in any order.
    for (const item of items.filter(({ request }) => request.method === 'GET')) {
      const { status, answer } = await send(item);
      expect([200, 404], `${item.name}: ${status} ${answer}`).toContain(status);
    }
  });
});
