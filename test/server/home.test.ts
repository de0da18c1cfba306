import { once } from 'node:events';
import { get } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openPool } from '../../server/postgres';
import { openPostgres } from '../../tools/neon/postgres';
import { type HomeProcess, holdPort, homeSettings, startHome } from '../support/node/process';
import { startSmtp } from '../support/node/smtp';
import { openScratchServer, type ScratchServer } from '../support/scratch';

let scratch: ScratchServer;
let database: string;

beforeAll(async () => {
  scratch = await openScratchServer();
  database = await scratch.create();
  const first = await startHome({ ...homeSettings(database), MIGRATE_ON_START: 'true' });
  expect(await first.stop()).toBe(0);
});

afterAll(() => scratch?.stop());

/** Runs `work` with a server that is stopped afterwards, and with a session of its own on its database. */
async function withHome<T>(
  settings: Record<string, string>,
  work: (home: HomeProcess) => Promise<T>,
): Promise<T> {
  const home = await startHome({ ...homeSettings(database), ...settings });
  try {
    return await work(home);
  } finally {
    await home.stop('SIGKILL');
  }
}

const json = (body: unknown, token?: string) => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
  body: JSON.stringify(body),
});

let people = 0;
async function signUp({ url }: HomeProcess) {
  people += 1;
  const [username, password] = [`person_${people}`, 'correct horse battery staple'];
  await fetch(`${url}/users`, json({ email: `${username}@example.com`, username, password }));
  const answer = await fetch(`${url}/auth/login`, json({ username, password }));
  return ((await answer.json()) as { access_token: string }).access_token;
}

const count = async (statement: string) => {
  const owner = await openPostgres({ url: database, poolSize: 1 });
  try {
    return Number((await owner.query({ text: statement })).rows[0]?.[0]);
  } finally {
    await owner.close();
  }
};

describe('the server', () => {
  it('serves the API, and the files of public/ with their headers', () =>
    withHome({}, async ({ url, lines }) => {
      const ready = await fetch(`${url}/readyz`);
      const script = await fetch(`${url}/vendor/redoc/redoc.standalone.js`);
      const again = await fetch(script.url, {
        headers: { 'If-None-Match': script.headers.get('etag') ?? '' },
      });

      expect(ready.status).toBe(200);
      expect([script.status, again.status]).toEqual([200, 304]);
      expect(script.headers.get('cache-control')).toBe('public, max-age=86400');
      expect(script.headers.get('x-content-type-options')).toBe('nosniff');
      for (const path of ['/_headers', '/..%2fpackage.json', '/vendor/../../package.json', '/app/index.html'])
        expect((await fetch(url + path)).status).toBe(404);
      const [listening, request] = lines().map((line) => JSON.parse(line));
      expect(listening).toMatchObject({ event: 'listening' });
      expect(request).toMatchObject({ event: 'request', route: '/healthz', status: 200 });
    }));

  it('serves the web client as Cloudflare does: the page by the app, its files for ever', () =>
    withHome({}, async ({ url }) => {
      const page = await fetch(`${url}/@ada`, { headers: { Accept: 'text/html' } });
      const text = await page.text();
      const files = [...text.matchAll(/"(\/app\/assets\/[^"]+)"/g)].map(([, file = '']) => file);

      expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'private, no-cache']);
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(text).toContain('href="/users/ada/feed.atom"');
      expect(files.length).toBeGreaterThan(1);
      for (const file of files) {
        const { status, headers } = await fetch(url + file);
        expect([file, status, headers.get('cache-control')]).toEqual([
          file,
          200,
          'public, max-age=31536000, immutable',
        ]);
      }
      for (const [file, type] of [
        ['/favicon.ico', /icon/],
        ['/mark.svg', /^image\/svg\+xml/],
        ['/brand.css', /^text\/css/],
        ['/card.png', /^image\/png/],
        ['/docs-sign-in.js', /javascript/],
      ] as const) {
        const { status, headers } = await fetch(url + file);
        expect([file, status]).toEqual([file, 200]);
        expect(headers.get('content-type')).toMatch(type);
        expect(headers.get('cache-control')).toBe('public, max-age=0, must-revalidate');
        expect(headers.get('x-content-type-options')).toBe('nosniff');
      }
    }));

  it('writes its log as JSON, one object a line, up to the last line before it ends', () =>
    withHome({}, async ({ url, lines, stop }) => {
      await Promise.all(Array.from({ length: 20 }, () => fetch(`${url}/posts?limit=1`)));
      await stop();

      const events = lines().map((line) => JSON.parse(line));
      expect(events.filter(({ route }) => route === '/posts')).toHaveLength(20);
      expect(events.at(-1)).toMatchObject({ level: 'info', event: 'stopped' });
    }));

  it('writes its log for people with LOG_FORMAT=pretty', () =>
    withHome({ LOG_FORMAT: 'pretty', NO_COLOR: '1' }, async ({ url, lines }) => {
      await fetch(`${url}/posts?limit=1`);
      await fetch(`${url}/posts/no-such-id`);
      const [listed, refused] = await vi.waitUntil(
        () => {
          const shown = lines().filter((line) => line.includes('/posts'));
          return shown.length === 2 && shown;
        },
        { timeout: 20_000 },
      );

      expect(listed).toMatch(/^\d\d:\d\d:\d\d {2}GET +\/posts +200 +\d+ ms +1 trip +anonymous/);
      expect(refused).toMatch(/GET +\/posts\/:id +422/);
      expect(lines().filter((line) => line.startsWith('{'))).toEqual([]);
    }));

  it('sends mail by SMTP', async () => {
    const smtp = await startSmtp();
    await withHome({ SMTP_URL: smtp.url, MAIL_VIA: 'smtp', MAIL_FROM: 'ledge@example.com' }, async (home) => {
      await signUp(home);
      const [mail] = await vi.waitUntil(() => smtp.mails.length > 0 && smtp.mails, { timeout: 20_000 });
      expect(mail).toMatch(/^From: Ledge <ledge@example.com>/m);
      expect(mail).toMatch(/^ {4}[0-9A-Z]{8}\r?$/m);
      expect(mail).toMatch(/^Content-Type: text\/html/m);
    });
    await smtp.close();
  });

  it('counts limits by the address that a trusted proxy names', () =>
    withHome({ SIGN_INS_PER_MINUTE: '2', TRUSTED_PROXIES: '127.0.0.1' }, async ({ url }) => {
      const ask = async (address: string, forged?: string) => {
        const { headers, ...rest } = json({ email: 'nobody@example.com' });
        const answer = await fetch(`${url}/auth/password/forgot`, {
          ...rest,
          headers: { ...headers, 'X-Forwarded-For': address, ...(forged && { 'CF-Connecting-IP': forged }) },
        });
        return answer.status;
      };

      expect([await ask('203.0.113.1'), await ask('203.0.113.1'), await ask('203.0.113.2')]).toEqual([
        202, 202, 202,
      ]);
      expect(await ask('203.0.113.1')).toBe(429);
      expect(await ask('203.0.113.1', '203.0.113.9')).toBe(429);
    }));

  it('believes nobody but a trusted proxy that the page came over TLS', () =>
    withHome({}, async ({ url }) => {
      const answer = await fetch(`${url}/auth/refresh`, {
        method: 'POST',
        headers: {
          'Ledge-Session': 'cookie',
          'X-Forwarded-Proto': 'https',
          Origin: url.replace('http:', 'https:'),
        },
      });
      expect(await answer.json()).toMatchObject({ status: 403, code: 'cross_origin' });
    }));

  it('answers 503 with Retry-After in time when all connections are busy', () =>
    withHome({ DATABASE_POOL_SIZE: '1', DATABASE_TIMEOUT_MS: '400' }, async (home) => {
      const token = await signUp(home);
      const owner = await openPostgres({ url: database, poolSize: 1 });
      await owner.session(async (session) => {
        await session.execute('BEGIN; LOCK TABLE posts IN ACCESS EXCLUSIVE MODE');
        const answers = await Promise.all(
          [1, 2, 3].map((i) => fetch(`${home.url}/posts`, json({ content: `Number ${i}` }, token))),
        );
        expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
        for (const { headers } of answers) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
        await session.execute('ROLLBACK');
      });
      await owner.close();
      await vi.waitUntil(async () => (await fetch(`${home.url}/posts`)).ok, { timeout: 20_000 });
    }));

  it('goes on after the database has closed all its connections', () =>
    withHome({}, async (home) => {
      const token = await signUp(home);
      await count(
        `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'ledge' AND pid <> pg_backend_pid()`,
      );

      expect((await fetch(`${home.url}/posts`)).status).toBe(200);
      expect((await fetch(`${home.url}/posts`, json({ content: 'Back again.' }, token))).status).toBe(201);
    }));

  it('takes a request without a length for one without a body', () =>
    withHome({}, async (home) => {
      const token = await signUp(home);
      const made = await fetch(`${home.url}/posts`, json({ content: 'Vote for this.' }, token));
      const { id } = (await made.json()) as { id: number };
      const socket = connect(Number(new URL(home.url).port), '127.0.0.1').setEncoding('utf8');
      const vote = (method: string) =>
        `${method} /votes/${id} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n`;
      let answers = '';
      socket.on('data', (text) => {
        answers += text;
      });

      socket.write(`${vote('PUT')}\r\n${vote('DELETE')}Connection: close\r\n\r\n`);
      await once(socket, 'end');

      expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 204']);
    }));

  it('reads every header, also after the first thousand', () =>
    withHome({ SIGN_INS_PER_MINUTE: '2' }, async ({ url }) => {
      const { port } = new URL(url);
      const send = async (hidden: string, body: string) => {
        const socket = connect(Number(port), '127.0.0.1');
        const head =
          'POST /auth/login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n';
        socket.write(`${head}${'a:b\r\n'.repeat(1_000)}${hidden}\r\n\r\n`);
        socket.write(`${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`);
        return Number((await text(socket)).slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length));
      };
      const login = JSON.stringify({ username: 'nobody_here', password: 'a password' });
      const chunked = 'Transfer-Encoding: chunked';

      expect(await send(chunked, 'x'.repeat(3_000_000))).toBe(413);
      const statuses = [];
      for (const address of ['203.0.113.1', '203.0.113.2', '203.0.113.3'])
        statuses.push(await send(`${chunked}\r\nCF-Connecting-IP: ${address}`, login));
      expect(statuses).toEqual([401, 401, 429]);
    }));

  it('goes on after a body in chunks that is too large', () =>
    withHome({}, async ({ url }) => {
      const { port } = new URL(url);
      const socket = connect(Number(port), '127.0.0.1');
      const chunk = `186a0\r\n${'x'.repeat(100_000)}\r\n`;
      socket.write(
        `POST /posts HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(30)}0\r\n\r\n`,
      );
      socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');

      expect((await text(socket)).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200']);
    }));

  it('reads a body that it refused to its end before it closes the connection', () =>
    withHome({}, async ({ url, lines }) => {
      const { hostname, port } = new URL(url);
      const socket = connect(Number(port), hostname);
      const third = 'x'.repeat(100_000);
      socket.write(
        `POST /posts HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\nContent-Length: 300000\r\n\r\n${third}`,
      );
      await vi.waitUntil(() => lines().some((line) => line.includes('"status":413')), { timeout: 20_000 });
      // Each fails where the connection is closed, as it did for NGINX, which answered 502.
      for (const _ of [2, 3])
        await new Promise<void>((resolve, reject) => {
          socket.once('error', reject).write(third, (error) => (error ? reject(error) : resolve()));
        });

      expect(await text(socket)).toMatch(/^HTTP\/1\.1 413 /);
    }));

  it('refuses a request that is no HTTP, and one that does not end, without harm to others', () =>
    withHome({}, async ({ url }) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      socket.write('this is no HTTP\r\n\r\n');
      const [answer] = await once(socket, 'data');
      expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /);
      socket.destroy();
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
    }));
});

describe('SIGTERM', () => {
  it('under load loses no acknowledged write, cuts no answer, and ends with 0', () =>
    withHome({ WRITES_PER_MINUTE: '1000000' }, async (home) => {
      const token = await signUp(home);
      const before = await count('SELECT count(*) FROM posts');
      let acknowledged = 0;
      let stopping = false;
      const clients = Array.from({ length: 16 }, async () => {
        for (;;) {
          // A connection that is refused or closed before an answer began: nothing was promised.
          const answer = await fetch(`${home.url}/posts`, json({ content: 'Under load.' }, token)).catch(
            () => undefined,
          );
          if (!answer) return;
          expect(answer.status).toBe(201);
          expect(((await answer.json()) as { content: string }).content).toBe('Under load.');
          acknowledged += 1;
          if (acknowledged === 100 && !stopping) {
            stopping = true;
            void home.stop();
          }
        }
      });
      await Promise.all(clients);

      expect(await home.stop()).toBe(0);
      expect(acknowledged).toBeGreaterThanOrEqual(100);
      expect(await count('SELECT count(*) FROM posts')).toBe(before + acknowledged);
      expect(home.lines().at(-1)).toContain('"stopped"');
    }));
});

describe('a port that is held, as systemd holds it', () => {
  it.each(['1', '2'])('keeps new connections for the next server, with WORKERS=%s', async (workers) => {
    const settings = { ...homeSettings(database), WORKERS: workers };
    const port = await holdPort();
    const first = await startHome(settings, port);
    expect(await first.stop()).toBe(0);
    const waiting = once(get(`${first.url}/healthz`, { agent: false }), 'response');
    const next = await startHome(settings, port);
    const [answer] = await waiting;

    expect(answer.statusCode).toBe(200);
    answer.resume();
    expect(await next.stop()).toBe(0);
  });
});

describe('WORKERS', () => {
  it('serves one port from several processes, replaces one that ends, and stops all of them', () =>
    withHome({ WORKERS: '2' }, async ({ url, lines, stop }) => {
      const listening = () => lines().filter((line) => line.includes('"listening"')).length;
      await vi.waitUntil(() => listening() === 2, { timeout: 20_000 });
      const [pid] = lines().flatMap((line) => (line.includes('"listening"') ? [JSON.parse(line).pid] : []));
      process.kill(pid, 'SIGKILL');
      await vi.waitUntil(() => listening() === 3, { timeout: 20_000 });

      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      expect(await stop()).toBe(0);
      expect(lines().filter((line) => line.includes('"stopped"'))).toHaveLength(2);
    }));

  it('ends with 1 when no process can start', async () => {
    await expect(startHome({ ...homeSettings(database), WORKERS: '2', HOST: '192.0.2.1' })).rejects.toThrow();
  });
});

describe('runAlone', () => {
  it('runs for one of several processes at a time', async () => {
    const [one, other] = [1, 2].map(() => openPool({ url: database, pool_size: 2, timeout_ms: 8_000 }));
    if (!one || !other) throw new Error('There are two.');
    const ran: boolean[] = [];
    await one.runAlone(7, async () => {
      ran.push(await other.runAlone(7, async () => undefined));
    });
    ran.push(await other.runAlone(7, async () => undefined));

    expect(ran).toEqual([false, true]);
    await one.close();
    await other.close();
  });

  it('leaves the pool to the work, even if it has one connection', async () => {
    const pool = openPool({ url: database, pool_size: 1, timeout_ms: 8_000 });
    const ran = await pool.runAlone(7, async () => {
      expect(await pool.port.row('SELECT 1', [])).toEqual([1]);
    });

    expect(ran).toBe(true);
    await pool.close();
  });
});
