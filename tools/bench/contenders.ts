import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sign } from 'hono/jwt';
import { openPostgres } from '../neon/postgres.ts';
import { type Cluster, startCluster } from '../postgres/cluster.ts';
import { freePort } from '../postgres/free-port.ts';
import { migrateUp } from '../postgres/migrations.ts';
import '../import-worker.ts';
import { loadWorld, sessionOf } from '../postgres/load-world.ts';
import { type Meter, treeMeter } from './cpu.ts';
import type { Request } from './load.ts';
import { type Server, startServer } from './server.ts';
import { bundle, startWorker } from './workers.ts';

/** Two processes of a server on two cores, and what they are asked. */
export interface Contender {
  name: string;
  addresses: string[];
  requests: Partial<Record<Operation, Request>>;
  /** Where its CPU goes: the server itself, and what stands between it and Postgres. */
  meters: Record<string, Meter>;
  stop(): Promise<void>;
}

export type Operation = 'list' | 'one' | 'create' | 'vote';

const PROCESSES = 2;
/** Nobody is asked at that address: a Worker's only way out leads to the local Neon. */
const DATABASE_URL = 'postgresql://ledge:bench@ep-bench.localhost/ledge';
const SECRET = 'a secret that signs nothing but this run';
/** So many people are signed in, or everybody: world.sql. */
const PEOPLE_MAX = 1_000;

/** `:posts` in it is how many posts there are to be. */
const script = (file: string, posts: number) =>
  readFileSync(path.join(import.meta.dirname, file), 'utf8').replaceAll(':posts', String(posts));

export const startDatabases = () =>
  startCluster({ settings: { shared_buffers: '1GB', max_wal_size: '8GB', jit: 'off' } });

/** Creates a database of that name and resolves to its URL. */
async function createDatabase(cluster: Cluster, name: string): Promise<string> {
  const admin = await openPostgres({ url: cluster.url, poolSize: 1 });
  await admin.execute(`CREATE DATABASE ${name}`).finally(() => admin.close());
  const url = new URL(cluster.url);
  url.pathname = `/${name}`;
  return url.href;
}

/** A local Neon in a process of its own, over `posts` posts with ten votes each. */
export async function startNeonWorld(cluster: Cluster, posts: number): Promise<Server> {
  const url = await createDatabase(cluster, `ledge_${posts}`);
  const backend = await openPostgres({ url, poolSize: 1 });
  await migrateUp(backend);
  await loadWorld(backend, script('world.sql', posts), () => undefined);
  await backend.close();
  const port = await freePort();
  const main = path.resolve(import.meta.dirname, '../neon/main.ts');
  return startServer(process.execPath, [main, '--port', String(port), '--url', url], { port, env: {} });
}

/** Ledge itself, as production has it but for the numbers of its shield. */
export async function startLedge(
  scratch: string,
  neon: Server,
  posts: number,
  processes = PROCESSES,
): Promise<Contender> {
  const settings = {
    ENVIRONMENT: 'production',
    DATABASE_URL,
    JWT_SECRET: SECRET,
    JWT_ISSUER: 'ledge',
    JWT_AUDIENCE: 'ledge',
    MAIL_FROM: 'ledge@example.com',
  };
  const { issueAccessToken } = await import(new URL('../../src/security/token.ts', import.meta.url).href);
  const tokens = await everybody(posts, (user) =>
    issueAccessToken(settings, { user, session: sessionOf(user) }),
  );
  return startWorkers('Ledge', bundle(scratch), neon, settings, processes, requestsWith(tokens));
}

/** What nothing in a Worker can be quicker than. */
export const startEmpty = (scratch: string, neon: Server) =>
  startWorkers('an empty Worker', bundle(scratch, 'peers/empty.ts'), neon, {}, PROCESSES, {
    one: { method: 'GET', path: '/' },
  });

/** What no Worker that asks Neon can be quicker than. */
export const startSelectOne = (scratch: string, neon: Server) =>
  startWorkers(
    'select 1 through the driver',
    bundle(scratch, 'peers/select-one.ts'),
    neon,
    { DATABASE_URL },
    PROCESSES,
    { one: { method: 'GET', path: '/' } },
  );

async function startWorkers(
  name: string,
  bundled: ReturnType<typeof bundle>,
  neon: Server,
  settings: Record<string, string>,
  processes: number,
  requests: Contender['requests'],
): Promise<Contender> {
  const servers = await several(processes, () => startWorker(bundled, neon.address, settings));
  return contender(name, servers, requests, { neon: treeMeter([neon.pid]) });
}

/** The same API on Node, on the database of the courses with the index that they lack. */
export async function startFastify(database: string, posts: number): Promise<Contender> {
  const tokens = await courseTokens(posts);
  const servers = await several(PROCESSES, async () => {
    const port = await freePort();
    const env = {
      COURSE_DATABASE_URL: database,
      JWT_SECRET: SECRET,
      PORT: String(port),
      NODE_ENV: 'production',
    };
    return startServer(process.execPath, [path.join(import.meta.dirname, 'peers/fastify.ts')], { port, env });
  });
  return contender('Fastify with pg', servers, requestsWith(tokens));
}

/** The application of the courses, as it is taught. */
export async function startCourse(name: string, database: string, posts: number): Promise<Contender> {
  const tokens = await courseTokens(posts);
  const servers = await several(PROCESSES, async () => {
    const port = await freePort();
    const env = { COURSE_DATABASE_URL: database, JWT_SECRET: SECRET };
    const flags = ['-m', 'uvicorn', 'course:app', '--app-dir', path.join(import.meta.dirname, 'peers')];
    const quiet = ['--port', String(port), '--log-level', 'warning'];
    return startServer('/usr/bin/python3', [...flags, ...quiet], { port, env });
  });
  const vote = { method: 'POST', path: '/vote', tokens, body: '{"post_id":{post},"dir":1}' };
  return contender(name, servers, { ...requestsWith(tokens), vote });
}

/** The schema of the courses; `indexed` adds what they lack, the index on votes(post_id). */
export async function createCourseDatabase(
  cluster: Cluster,
  posts: number,
  name: string,
  indexed: boolean,
): Promise<string> {
  const url = await createDatabase(cluster, name);
  const backend = await openPostgres({ url, poolSize: 1 });
  await backend.execute(script('course.sql', posts));
  if (indexed) await backend.execute('CREATE INDEX ON votes (post_id)');
  await backend.execute('VACUUM ANALYZE');
  await backend.close();
  return url;
}

const NOTE = JSON.stringify({ title: 'A note', content: 'Seen on the way to work, once more.' });

const requestsWith = (tokens: string[]): Record<Operation, Request> => ({
  list: { method: 'GET', path: '/posts?limit=10' },
  one: { method: 'GET', path: '/posts/{post}' },
  create: { method: 'POST', path: '/posts', tokens, body: NOTE },
  vote: { method: 'PUT', path: '/votes/{post}', tokens },
});

const everybody = (posts: number, make: (user: number) => Promise<string>) =>
  Promise.all(Array.from({ length: Math.min(PEOPLE_MAX, posts / 10) }, (_, i) => make(i + 1)));

const courseTokens = (posts: number) =>
  everybody(posts, (user_id) =>
    sign({ user_id, exp: Math.floor(Date.now() / 1000) + 7_200 }, SECRET, 'HS256'),
  );

const several = <Value>(count: number, start: () => Promise<Value>) =>
  Promise.all(Array.from({ length: count }, start));

function contender(
  name: string,
  servers: Server[],
  requests: Contender['requests'],
  meters: Contender['meters'] = {},
): Contender {
  return {
    name,
    addresses: servers.map(({ address }) => address),
    requests,
    meters: { server: treeMeter(servers.map(({ pid }) => pid)), ...meters },
    async stop() {
      for (const server of servers) await server.stop();
    },
  };
}
