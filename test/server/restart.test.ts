// A database that crashes and comes back while 16 clients write.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openPostgres } from '../../tools/neon/postgres';
import { type Cluster, startCluster } from '../../tools/postgres/cluster';
import { type HomeProcess, homeSettings, startHome } from '../support/node/process';

let cluster: Cluster;
let home: HomeProcess;

beforeAll(async () => {
  // What is acknowledged is written, as on a Postgres that keeps its data.
  cluster = await startCluster({ settings: { synchronous_commit: 'on' } });
  home = await startHome({
    ...homeSettings(cluster.url),
    MIGRATE_ON_START: 'true',
    WRITES_PER_MINUTE: '1000000',
    REQUESTS_PER_MINUTE: '1000000',
    DATABASE_TIMEOUT_MS: '2000',
  });
});

afterAll(async () => {
  await home?.stop('SIGKILL');
  await cluster?.stop();
});

const send = (path: string, body: unknown, token?: string) =>
  fetch(home.url + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });

describe('a database that is stopped and started again', () => {
  it('is survived: 503 meanwhile, no acknowledged write lost, every answer whole', async () => {
    const [username, password] = ['ada_writes', 'correct horse battery staple'];
    await send('/users', { email: 'ada@example.com', username, password });
    const login = (await (await send('/auth/login', { username, password })).json()) as {
      access_token: string;
    };
    const acknowledged = new Set<string>();
    const refused: number[] = [];
    let ending = false;
    const clients = Array.from({ length: 16 }, async (_, client) => {
      for (let i = 0; !ending; i += 1) {
        const content = `Post ${i} of client ${client}`;
        // Neither a refused connection nor half a body: either would throw here.
        const answer = await send('/posts', { content }, login.access_token);
        const body = (await answer.json()) as { content: string; code: string };
        if (answer.status === 201) {
          expect(body.content).toBe(content);
          acknowledged.add(content);
        } else {
          expect([answer.status, body.code]).toEqual([503, 'database_unavailable']);
          expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
          refused.push(answer.status);
        }
      }
    });
    const more = (count: number) => {
      const before = acknowledged.size;
      return vi.waitUntil(() => acknowledged.size >= before + count, { timeout: 60_000 });
    };

    // If one of them fails, its error is that of the test.
    const done = Promise.all(clients).then(() => undefined);
    const whole = (wait: Promise<unknown>) => Promise.race([wait, done]);
    for (const _ of [1, 2]) {
      await whole(more(50));
      await cluster.halt();
      const before = refused.length;
      await whole(vi.waitUntil(() => refused.length > before, { timeout: 60_000 }));
      expect((await fetch(`${home.url}/healthz`)).status).toBe(200);
      expect((await fetch(`${home.url}/readyz`)).status).toBe(503);
      await cluster.start();
    }
    await whole(more(50));
    ending = true;
    await done;

    const owner = await openPostgres({ url: cluster.url, poolSize: 1 });
    const { rows } = await owner.query({ text: 'SELECT content FROM posts' });
    await owner.close();
    const stored = new Set(rows.map(([content]) => content));
    expect([...acknowledged].filter((content) => !stored.has(content))).toEqual([]);
    expect(home.child.exitCode).toBeNull();
  });
});
