// NGINX and Caddy in front of the server, each with its file of server/ as it is but for addresses.
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openPostgres } from '../../tools/neon/postgres';
import { type HomeProcess, holdPort, homeSettings, startHome } from '../support/node/process';
import { PROXIES, type ProxyProcess, startProxy } from '../support/node/proxies';
import { openScratchServer, type ScratchServer } from '../support/scratch';

const SCRIPT = '/vendor/redoc/redoc.standalone.js';

let scratch: ScratchServer;

beforeAll(async () => {
  scratch = await openScratchServer();
});

afterAll(() => scratch?.stop());

const post = (body: unknown, headers: Record<string, string> = {}) => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

async function signUp(url: string, headers?: Record<string, string>) {
  const [username, password] = ['ada_writes', 'correct horse battery staple'];
  await fetch(`${url}/users`, post({ email: 'ada@example.com', username, password }, headers));
  const login = await fetch(`${url}/auth/login`, post({ username, password }, headers));
  const { access_token } = (await login.json()) as { access_token: string };
  return { Authorization: `Bearer ${access_token}` };
}

for (const kind of PROXIES)
  describe.runIf(kind.isInstalled)(`the server behind ${kind.name}`, () => {
    let home: HomeProcess;
    let proxy: ProxyProcess;
    let url: string;

    beforeAll(async () => {
      home = await startHome({
        ...homeSettings(await scratch.create()),
        MIGRATE_ON_START: 'true',
        SIGN_INS_PER_MINUTE: '2',
        TRUSTED_PROXIES: '127.0.0.1',
      });
      proxy = await startProxy(kind, home.url);
      url = proxy.url;
    });

    afterAll(async () => {
      await proxy?.stop();
      await home?.stop('SIGKILL');
    });

    it('answers as without it: status, headers, files', async () => {
      for (const path of ['/posts', '/posts/0', '/nothing', '/openapi.json', SCRIPT]) {
        const headers = { 'Accept-Encoding': 'identity' };
        const [direct, behind] = await Promise.all([
          fetch(home.url + path, { headers }),
          fetch(url + path, { headers }),
        ]);
        const headersOf = ({ headers }: Response) =>
          Object.fromEntries(
            [...headers].filter(
              ([name]) =>
                ![
                  'connection',
                  'date',
                  'keep-alive',
                  'server',
                  'transfer-encoding',
                  'via',
                  'x-request-id',
                ].includes(name),
            ),
          );
        expect(behind.status).toBe(direct.status);
        expect(headersOf(behind)).toEqual(headersOf(direct));
      }
    });

    it('takes the tag of a compressed answer in conditions, where the proxy compresses', async () => {
      // From another address than the requests whose limit is tested.
      const authorization = await signUp(home.url, { 'X-Forwarded-For': '203.0.113.9' });
      const written = await fetch(
        `${url}/posts`,
        post({ content: 'A long text. '.repeat(99) }, authorization),
      );
      for (const path of [written.headers.get('location') ?? '', SCRIPT]) {
        const ask = (headers: Record<string, string>) =>
          fetch(url + path, { headers: { 'Accept-Encoding': 'gzip', ...headers } });
        const answer = await ask({});
        const tag = answer.headers.get('etag') ?? '';
        const again = await ask({ 'If-None-Match': tag });

        expect([path, answer.headers.get('content-encoding')]).toEqual([path, kind.encoding]);
        expect([answer.status, again.status]).toEqual([200, 304]);
      }
    });

    it('counts limits by the address of the connection to the proxy, whatever a client says', async () => {
      const ask = async (forged: string) => {
        const headers = { 'X-Forwarded-For': forged, 'CF-Connecting-IP': forged };
        return (await fetch(`${url}/auth/password/forgot`, post({ email: 'nobody@example.com' }, headers)))
          .status;
      };

      expect([await ask('203.0.113.1'), await ask('203.0.113.2'), await ask('203.0.113.3')]).toEqual([
        202, 202, 429,
      ]);
    });

    it('takes the address that browsers have for the own origin, and no other', async () => {
      const ask = async (address: string, headers: Record<string, string>) => {
        const answer = await fetch(`${address}/auth/refresh`, {
          method: 'POST',
          headers: { 'Ledge-Session': 'cookie', ...headers },
        });
        return ((await answer.json()) as { code: string }).code;
      };
      const secure = url.replace('http:', 'https:');

      expect(await ask(url, { Origin: url })).toBe('token_missing');
      expect(await ask(url, { Origin: secure })).toBe('cross_origin');
      expect(await ask(url, { Origin: home.url })).toBe('cross_origin');
      // The proxy says how it was reached, whatever a client says.
      expect(await ask(url, { Origin: secure, 'X-Forwarded-Proto': 'https' })).toBe('cross_origin');
      // This test is a proxy with TLS, whom the server trusts.
      expect(
        await ask(home.url, { Origin: home.url.replace('http:', 'https:'), 'X-Forwarded-Proto': 'https' }),
      ).toBe('token_missing');
      expect(await ask(home.url, { Origin: home.url, 'X-Forwarded-Proto': 'https' })).toBe('cross_origin');
    });

    it('lets the API answer for a large body, and for one that is too large', async () => {
      const send = (characters: number) => fetch(`${url}/posts`, post({ content: 'x'.repeat(characters) }));
      const [large, too_large] = [await send(200_000), await send(300_000)];

      expect(large.status).toBe(401);
      expect([too_large.status, too_large.headers.get('content-type')]).toEqual([
        413,
        'application/problem+json',
      ]);
    });
  });

for (const kind of PROXIES)
  describe.runIf(kind.isInstalled)(`restarts of the server behind ${kind.name}`, () => {
    it.each(['1', '2'])(
      'fail no request, lose no acknowledged post and make none twice, with WORKERS=%s',
      async (workers) => {
        const database = await scratch.create();
        const settings = {
          ...homeSettings(database),
          WORKERS: workers,
          TRUSTED_PROXIES: '127.0.0.1',
          REQUESTS_PER_MINUTE: '1000000',
          WRITES_PER_MINUTE: '1000000',
        };
        const port = await holdPort();
        let home = await startHome({ ...settings, MIGRATE_ON_START: 'true' }, port);
        onTestFinished(async () => {
          await home.stop('SIGKILL');
        });
        const proxy = await startProxy(kind, home.url);
        onTestFinished(proxy.stop);
        const authorization = await signUp(proxy.url);
        const acknowledged: string[] = [];
        const failures: unknown[] = [];
        let ending = false;
        const clients = Array.from({ length: 16 }, async (_, client) => {
          for (let i = 0; !ending; i += 1) {
            const content = `Post ${i} of client ${client}`;
            try {
              const written = await fetch(`${proxy.url}/posts`, post({ content }, authorization));
              expect([written.status, await written.json()]).toMatchObject([201, { content }]);
              acknowledged.push(content);
              const read = await fetch(`${proxy.url}/posts?limit=1`);
              expect([read.status, await read.json()]).toMatchObject([200, { data: [{}] }]);
            } catch (error) {
              failures.push(error);
              return;
            }
          }
        });
        const more = (count: number) => {
          const before = acknowledged.length;
          return vi.waitUntil(() => failures.length > 0 || acknowledged.length >= before + count, {
            timeout: 60_000,
          });
        };

        for (let restarts = 0; restarts < 3; restarts += 1) {
          await more(50);
          expect(await home.stop()).toBe(0);
          home = await startHome(settings, port);
        }
        await more(50);
        ending = true;
        await Promise.all(clients);

        const owner = await openPostgres({ url: database, poolSize: 1 });
        const { rows } = await owner.query({ text: 'SELECT content FROM posts' });
        await owner.close();
        expect(failures).toEqual([]);
        expect(rows.map(([content]) => content).sort()).toEqual(acknowledged.sort());
      },
    );
  });
