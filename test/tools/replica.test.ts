// Reads from a real streaming replica whose replay is paused, by both homes: the deploy bundle under plain workerd, and the
// server for Node. Each has two processes, and a third one that takes older pages.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ledge, unwrap } from '../../client/index.ts';
import { FUNCTIONS, SCHEMA } from '../../src/db/functions.ts';
import { buildPrograms, type Home, startNodeHome, startWorkerHome } from '../../tools/chaos/homes.ts';
import type { Backend } from '../../tools/neon/backend.ts';
import { openPostgres } from '../../tools/neon/postgres.ts';
import { type Neon, startNeon } from '../../tools/neon/server.ts';
import { type Cluster, hasBinaries, startCluster } from '../../tools/postgres/cluster.ts';
import { readDocument } from '../support/operations.ts';
import { openWorkerDatabase, type WorkerDatabase } from '../support/scratch.ts';
import { ledge as runLedge } from './run-ledge.ts';

const LAG_SECONDS = 2;
/** For so long after a write, its author reads from the primary. */
const WINDOW_MS = 2 * LAG_SECONDS * 1_000;
/** What the third process takes: longer than a test. */
const LONG_LAG_SECONDS = 60;
const PATIENCE = { timeout: 60_000, interval: 50 };
const PASSWORD = 'correct horse battery staple';

let primary: Cluster;
let database: WorkerDatabase;
let replica: Cluster;
/** The replica as its superuser sees it. */
let admin: Backend;
let neon: Neon;
let reader: Backend;
let removePrograms: () => void;
const homes: Record<'Worker' | 'Node', Home[]> = { Worker: [], Node: [] };

const isPossible = hasBinaries();
if (!isPossible)
  console.warn('Skipped: no PostgreSQL server is installed, of which a replica could be started.');

const onReplica = (url: string) => {
  const changed = new URL(url);
  changed.port = new URL(replica.url).port;
  return changed.href;
};

const rowsOf = async (backend: Backend, text: string) => (await backend.query({ text })).rows;
const pause = () => rowsOf(admin, 'SELECT pg_wal_replay_pause()');
const resume = () => rowsOf(admin, 'SELECT pg_wal_replay_resume()');

beforeAll(async () => {
  if (!isPossible) return;
  primary = await startCluster();
  database = await openWorkerDatabase(primary.url);
  replica = await startCluster({ replicaOf: primary.url });
  admin = await openPostgres({ url: onReplica(primary.url), poolSize: 2 });
  reader = await openPostgres({ url: onReplica(database.url) });
  neon = await startNeon({ backend: database.backend, backends: { reader } });
  const programs = buildPrograms({ withNode: true });
  removePrograms = programs.remove;
  for (const lag_seconds of [LAG_SECONDS, LAG_SECONDS, LONG_LAG_SECONDS]) {
    const shared = { DATABASE_READ_LAG_SECONDS: String(lag_seconds) };
    const worker = { ...shared, DATABASE_READ_URL: 'postgresql://reader:chaos@ep-chaos-ro.localhost/ledge' };
    const node = { ...shared, DATABASE_READ_URL: onReplica(database.url) };
    homes.Worker.push(await startWorkerHome(programs, neon.url, { settings: worker }));
    homes.Node.push(await startNodeHome(database.url, node));
  }
});

afterAll(async () => {
  for (const home of [...homes.Worker, ...homes.Node]) await home.stop();
  await neon?.close();
  await reader?.close();
  await admin?.close();
  await replica?.stop();
  await database?.remove();
  await primary?.stop();
  removePrograms?.();
});

interface Reply {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of a body is its type.
  body: any;
  /** Whether it came from the replica. */
  isOld: boolean;
  age: number;
  mark: string | null;
}

async function ask(home: Home, path: string, init: RequestInit = {}): Promise<Reply> {
  const answer = await fetch(`${home.addresses[0]}${path}`, init);
  const text = await answer.text();
  const isJson = /json/.test(answer.headers.get('content-type') ?? '');
  return {
    status: answer.status,
    body: isJson ? JSON.parse(text) : text,
    isOld: answer.headers.has('age'),
    age: Number(answer.headers.get('age')),
    mark: answer.headers.get('ledge-written'),
  };
}

/** The client of an API that is two processes, of which `turn` says which is asked. */
function clientOf([one, other]: Home[]) {
  const state = { turn: 0, isOld: false };
  const address = one?.addresses[0] ?? '';
  const client = ledge(address, {
    fetch: async (input, init) => {
      const answer = await fetch(
        input.replace(address, (state.turn ? other : one)?.addresses[0] ?? ''),
        init,
      );
      state.isOld = answer.headers.has('age');
      return answer;
    },
  });
  return { ...client, state };
}

let people = 0;
async function register(homes: Home[]) {
  people += 1;
  const username = `reader_${people}`;
  const client = clientOf(homes);
  const me = await client.register({ email: `${username}@example.com`, username, password: PASSWORD });
  return { ...client, me };
}

/** Waits until this reads from the replica: it is there, and the reader's last write was a while ago. */
const untilOld = (read: () => Promise<unknown>, isOld: () => boolean) =>
  vi.waitFor(async () => {
    await read();
    expect(isOld()).toBe(true);
  }, PATIENCE);

async function untilReplicaAnswers(home: Home, path: string) {
  return vi.waitFor(async () => {
    const answer = await ask(home, path);
    expect(answer).toMatchObject({ status: 200, isOld: true });
    return answer;
  }, PATIENCE);
}

describe.runIf(isPossible).each(['Worker', 'Node'] as const)('the home %s with a replica', (name) => {
  it('serves every read that anybody may make from the replica, which refuses none', async () => {
    const [home] = homes[name] as [Home];
    const { api, me } = await register(homes[name]);
    const post = await unwrap(api.posts.$post({ json: { content: 'About #trains.', title: 'Trains' } }));
    await unwrap(
      api.posts[':id'].$patch({ param: { id: post.id }, json: { content: 'About #boats.' }, header: {} }),
    );
    await unwrap(
      api.posts[':id'].replies.$post({ param: { id: post.id }, json: { content: 'A reply.' }, header: {} }),
    );
    await untilReplicaAnswers(home, `/posts/${post.id}/history`);
    const file = path.resolve(import.meta.dirname, '../../openapi.json');
    const open = readDocument(JSON.parse(readFileSync(file, 'utf8'))).routes.filter(
      ({ method, operation: { security = [] } }) => method === 'GET' && security.length === 2,
    );

    expect(open.length).toBeGreaterThan(12);
    for (const { template } of open) {
      const asked = template.replace('{id}', String(post.id)).replace('{user}', String(me.id));
      for (const query of ['', '?total=true', '?search=boats&tag=boats&sort=top'])
        await untilReplicaAnswers(home, asked + query);
    }
  });

  it('shows everybody their own writes through either process while replay is paused', async () => {
    const { api, me, state } = await register(homes[name]);
    const [, other, patient] = homes[name] as [Home, Home, Home];
    const first = await unwrap(api.posts.$post({ json: { content: 'Before.' } }));
    const read = (content?: string) =>
      unwrap(api.users[':user'].posts.$get({ param: { user: me.username }, query: {} })).then(({ data }) => {
        if (content) expect(data[0]?.content).toBe(content);
        return data;
      });
    for (const turn of [0, 1]) {
      state.turn = turn;
      await untilOld(read, () => state.isOld);
    }
    await untilReplicaAnswers(patient, `/users/${me.username}/posts`);
    await pause();
    try {
      state.turn = 0;
      await unwrap(api.posts.$post({ json: { content: 'While it is paused.' } }));
      const written_ms = Date.now();
      // Who is not signed in gets an older page, which says so.
      const theirs = await ask(patient, `/users/${me.username}/posts`);
      expect([theirs.isOld, theirs.body.data[0].content]).toEqual([true, 'Before.']);
      expect(theirs.age).toBeLessThanOrEqual(LONG_LAG_SECONDS);
      let reads = 0;
      for (; Date.now() < written_ms + WINDOW_MS + 1_000; reads += 1) {
        state.turn = reads % 2;
        await read('While it is paused.');
        await unwrap(api.posts[':id'].$get({ param: { id: first.id }, header: {} }));
      }
      expect(reads).toBeGreaterThan(1);
      // By now the replica is too old for anybody.
      const late = await ask(other, `/users/${me.username}/posts`);
      expect([late.status, late.isOld, late.body.data[0].content]).toEqual([
        200,
        false,
        'While it is paused.',
      ]);
    } finally {
      await resume();
    }
    await untilOld(
      () => read('While it is paused.'),
      () => state.isOld,
    );
  });

  it('shows a client that knows nothing of marks its own writes, always', async () => {
    const [home, other] = homes[name] as [Home, Home];
    const { me, api } = await register(homes[name]);
    const login = await ask(home, '/auth/login', form({ username: me.username, password: PASSWORD }));
    const headers = {
      Authorization: `Bearer ${login.body.access_token}`,
      'Content-Type': 'application/json',
    };
    await unwrap(api.posts.$post({ json: { content: 'Mine.' } }));
    await untilReplicaAnswers(other, `/users/${me.username}/posts`);
    await pause();
    try {
      const edited = await ask(home, '/users/me', { method: 'PATCH', headers, body: '{"bio":"New."}' });
      expect(edited).toMatchObject({ status: 200, mark: expect.any(String) });
      const answers = await Promise.all(
        [home, other, home, other].map((each) => ask(each, `/users/${me.username}`, { headers })),
      );
      for (const { status, isOld, body } of answers)
        expect([status, isOld, body.bio]).toEqual([200, false, 'New.']);
      // A mark that nobody gave is as none.
      for (const mark of ['0', `1700000000000.${'0'.repeat(32)}`, edited.mark?.replace(/^\d/, '0') ?? '']) {
        const { isOld, body } = await ask(other, `/users/${me.username}`, {
          headers: { ...headers, 'Ledge-Written': mark },
        });
        expect([isOld, body.bio]).toEqual([false, 'New.']);
      }
    } finally {
      await resume();
    }
  });

  it('refuses an ended session: at once for all that is private, and everywhere once the replica may lag no more', async () => {
    const [home, other] = homes[name] as [Home, Home];
    const { me } = await register(homes[name]);
    const login = await ask(home, '/auth/login', form({ username: me.username, password: PASSWORD }));
    const headers = { Authorization: `Bearer ${login.body.access_token}`, 'Ledge-Written': login.mark ?? '' };
    await untilOld(
      async () => Object.assign(state, await ask(other, '/posts/timeline', { headers })),
      () => state.isOld,
    );
    await pause();
    try {
      expect((await ask(home, '/auth/logout', { method: 'POST', headers })).status).toBe(204);
      const ended_ms = Date.now();
      for (const asked of [
        '/users/me',
        '/users/me/notifications',
        '/posts/bookmarks',
        '/posts/mine',
        '/auth/sessions',
      ])
        expect([asked, (await ask(other, asked, { headers })).status]).toEqual([asked, 401]);
      const write = {
        method: 'POST',
        headers: { ...headers, 'Content-Type': 'application/json' },
        body: '{"content":"x"}',
      };
      expect((await ask(other, '/posts', write)).status).toBe(401);
      for (let status = 200; status !== 401; ) {
        const asked_ms = Date.now();
        const answer = await ask(other, '/posts/timeline', { headers });
        status = answer.status;
        const isEarly = asked_ms <= ended_ms + LAG_SECONDS * 1_000;
        if (status !== 401) expect([status, answer.isOld, isEarly]).toEqual([200, true, true]);
      }
    } finally {
      await resume();
    }
  });
});

const state = { isOld: false };

const form = (fields: Record<string, string>): RequestInit => ({
  method: 'POST',
  body: new URLSearchParams(fields),
});

/** What a replica says to a write, a lock, a temporary table and a transaction id. */
const REFUSALS = ['25006', '0A000', '55000', 'XX000'];

describe.runIf(isPossible)('a replica', () => {
  it('lets every function run that only reads', async () => {
    const refused: string[] = [];
    for (const [name, { reads, names }] of Object.entries(FUNCTIONS)) {
      if (!reads) continue;
      const text = `SELECT ${SCHEMA}.${name}(${names.map((_, i) => `$${i + 1}`).join(', ')})`;
      const params = names.map(() => null);
      const error = await reader.query({ text, params }).catch((failure) => failure);
      if (REFUSALS.includes(error.code)) refused.push(`${name}: ${error.message}`);
    }
    expect(refused).toEqual([]);
  });

  it('is known to doctor, which also knows what is none', async () => {
    const of = async (url: string) => {
      const { stdout } = await runLedge(['doctor', '--json'], {
        url: primary.url,
        env: { DATABASE_READ_URL: url },
      });
      return JSON.parse(stdout).find(({ subject }: { subject: string }) => subject === 'replica');
    };
    expect(await of(onReplica(database.url))).toMatchObject({
      ok: true,
      finding: expect.stringMatching(/ms old$/),
    });
    expect(await of(database.url)).toMatchObject({
      ok: false,
      finding: expect.stringContaining('is no replica'),
    });
    const unreachable = new URL(database.url);
    unreachable.port = '1';
    const { ok, finding } = await of(unreachable.href);
    expect([ok, finding]).toEqual([false, expect.not.stringContaining(unreachable.password)]);
  });

  it('that stops is no error for anybody, and is used again once it is back', async () => {
    const all = [...homes.Worker, ...homes.Node];
    for (const home of all) await untilReplicaAnswers(home, '/posts');
    await replica.halt();
    try {
      for (let i = 0; i < 20; i += 1)
        for (const home of all)
          expect(await ask(home, '/posts')).toMatchObject({ status: 200, isOld: false });
    } finally {
      await replica.start();
    }
    for (const home of all) await untilReplicaAnswers(home, '/posts');
  });
});
