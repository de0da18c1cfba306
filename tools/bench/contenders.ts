// Who is measured. Each runs as two processes, one for each core that it is given; the canned ones as one.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { freePort } from '../postgres/free-port.ts';
import { sessionOf } from '../postgres/load-world.ts';
import { startCannedNeon } from './canned.ts';
import { type Meter, treeMeter } from './cpu.ts';
import { type CreateCourseDatabase, startNeon } from './databases.ts';
import type { Load, Measured, Request } from './load.ts';
import { measureByPgbench, PGBENCH_OPERATIONS } from './pgbench.ts';
import { courseTokens, type Operation, requestsWith, SECRET, tokensOf } from './requests.ts';
import { type Server, startServer } from './server.ts';
import { type Bundle, bundle, startWorker } from './workers.ts';
import '../import-worker.ts';

/** The processes of a server, and what they are asked. */
export interface Contender {
  name: string;
  addresses: string[];
  requests: Partial<Record<Operation, Request>>;
  /** Where its CPU goes: the server itself, and what stands between it and Postgres. */
  meters: Record<string, Meter>;
  /** Where it is no server: measures itself. */
  measure?(operation: Operation, load: Load, postgres: Meter): Promise<Measured>;
  stop(): Promise<void>;
}

/** What Ledge, and whatever is built as it is, needs to run. */
export interface Surroundings {
  /** A folder for bundles. */
  scratch: string;
  /** The local Neon before Ledge's tables. */
  neon: Server;
  /** The connection string of Ledge's database. */
  database: string;
  posts: number;
}

const PROCESSES = 2;
/** Nobody is asked at that address: a Worker's only way out leads to the local Neon. */
const DATABASE_URL = 'postgresql://ledge:bench@ep-bench.localhost/ledge';

const LEDGE_SETTINGS = {
  ENVIRONMENT: 'production',
  DATABASE_URL,
  JWT_SECRET: SECRET,
  JWT_ISSUER: 'ledge',
  JWT_AUDIENCE: 'ledge',
  MAIL_FROM: 'ledge@example.com',
};

/** Tokens of the people whose sessions stand in world.sql. */
async function ledgeTokens(posts: number): Promise<string[]> {
  const { issueAccessToken } = await import(new URL('../../src/security/token.ts', import.meta.url).href);
  return tokensOf(posts, (user) => issueAccessToken(LEDGE_SETTINGS, { user, session: sessionOf(user) }));
}

const SELECT_ONE: Contender['requests'] = { one: { method: 'GET', path: '/' } };

/** As production has it, but for the numbers of its limits. */
export async function startLedge(
  { scratch, neon, posts }: Omit<Surroundings, 'database'>,
  processes = PROCESSES,
): Promise<Contender> {
  const requests = requestsWith(await ledgeTokens(posts));
  return startWorkers('Ledge', bundle(scratch), neon, LEDGE_SETTINGS, requests, processes);
}

export const startEmpty = ({ scratch, neon }: Surroundings) =>
  startWorkers('an empty Worker', bundle(scratch, 'peers/empty.ts'), neon, {}, SELECT_ONE);

export const startSelectOne = ({ scratch, neon }: Surroundings) =>
  startWorkers(
    'select 1 through the driver',
    bundle(scratch, 'peers/select-one.ts'),
    neon,
    { DATABASE_URL },
    SELECT_ONE,
  );

/** Over the courses' tables with an index on votes(post_id), and a local Neon of its own. */
export async function startConventional(
  { scratch, posts }: Surroundings,
  createDatabase: CreateCourseDatabase,
): Promise<Contender> {
  const neon = await startNeon(await createDatabase('conventional', { indexed: true }));
  const settings = { DATABASE_URL, JWT_SECRET: SECRET };
  const bundled = bundle(scratch, 'peers/conventional.ts');
  const requests = requestsWith(await courseTokens(posts));
  const started = await startWorkers('a conventional Worker', bundled, neon, settings, requests);
  return alsoStopping(started, neon);
}

export async function startCannedSelectOne({ scratch, neon }: Surroundings): Promise<Contender> {
  const bundled = bundle(scratch, 'peers/select-one.ts');
  return startCanned('select 1 through the driver', bundled, neon, { DATABASE_URL }, SELECT_ONE);
}

export async function startCannedLedge({ scratch, neon, posts }: Surroundings): Promise<Contender> {
  const { list, one, create, vote } = requestsWith(await ledgeTokens(posts));
  return startCanned('Ledge', bundle(scratch), neon, LEDGE_SETTINGS, { list, one, create, vote });
}

/** Before a Neon that answers what the real one answered to the first request of each kind. */
async function startCanned(
  name: string,
  bundled: Bundle,
  neon: Server,
  settings: Record<string, string>,
  requests: Contender['requests'],
): Promise<Contender> {
  const canned = await startCannedNeon(neon.address);
  const started = await startWorkers(`${name} (canned Neon)`, bundled, canned, settings, requests, 1);
  await canned.record(started.addresses, Object.values(requests));
  return alsoStopping(started, canned);
}

async function startWorkers(
  name: string,
  bundled: Bundle,
  neon: Server,
  settings: Record<string, string>,
  requests: Contender['requests'],
  processes = PROCESSES,
): Promise<Contender> {
  const servers = await several(processes, () => startWorker(bundled, neon.address, settings));
  return contender(name, servers, requests, { neon: treeMeter([neon.pid]) });
}

/** The floor: no server, only Postgres. */
export const startPgbench = async ({ database, scratch }: Surroundings): Promise<Contender> => ({
  name: 'pgbench',
  addresses: [],
  requests: Object.fromEntries(PGBENCH_OPERATIONS.map((name) => [name, { method: '', path: '' }])),
  meters: {},
  measure: (operation, load, postgres) => measureByPgbench(database, operation, load, scratch, postgres),
  stop: async () => undefined,
});

/** Built as for production. One process, with `WORKERS`, starts the two that serve. */
export async function startLedgeOnNode({ database, posts }: Surroundings): Promise<Contender> {
  const root = path.resolve(import.meta.dirname, '../..');
  execFileSync(process.execPath, [path.join(root, 'tools/build/main.ts')], { stdio: 'pipe' });
  const port = await freePort();
  const limits = ['REQUESTS_PER_MINUTE', 'WRITES_PER_MINUTE', 'SIGN_INS_PER_MINUTE'];
  const env = {
    ...LEDGE_SETTINGS,
    ...Object.fromEntries(limits.map((name) => [name, '10000000'])),
    DATABASE_URL: database,
    MAIL_VIA: 'smtp',
    SMTP_URL: 'smtp://127.0.0.1:1',
    WORKERS: String(PROCESSES),
    PORT: String(port),
  };
  const flags = ['--enable-source-maps', path.join(root, 'dist/server/main.js')];
  const server = await startServer(process.execPath, flags, { port, env });
  const started = contender('Ledge on Node', [server], requestsWith(await ledgeTokens(posts)));
  // As much load as on the others, which have an address for each process.
  return { ...started, addresses: Array.from({ length: PROCESSES }, () => server.address) };
}

export const startFastify = (surroundings: Surroundings, createDatabase: CreateCourseDatabase) =>
  startNodePeer('Fastify with pg', 'fastify', surroundings, createDatabase);

export const startHonoOnNode = (surroundings: Surroundings, createDatabase: CreateCourseDatabase) =>
  startNodePeer('Hono on Node with Drizzle', 'hono-pg', surroundings, createDatabase);

/** A program of `peers/`, over the courses' tables with an index on votes(post_id). */
async function startNodePeer(
  name: string,
  program: string,
  { posts }: Surroundings,
  createDatabase: CreateCourseDatabase,
): Promise<Contender> {
  const database = await createDatabase(program.replace('-', '_'), { indexed: true });
  const tokens = await courseTokens(posts);
  const servers = await several(PROCESSES, async () => {
    const port = await freePort();
    const env = {
      COURSE_DATABASE_URL: database,
      JWT_SECRET: SECRET,
      PORT: String(port),
      NODE_ENV: 'production',
    };
    return startServer(process.execPath, [path.join(import.meta.dirname, `peers/${program}.ts`)], {
      port,
      env,
    });
  });
  return contender(name, servers, requestsWith(tokens));
}

/** `indexed`: with the index on votes(post_id) that the courses forget. */
export async function startCourse(
  { posts }: Surroundings,
  createDatabase: CreateCourseDatabase,
  { indexed }: { indexed: boolean },
): Promise<Contender> {
  const database = await createDatabase(indexed ? 'course_indexed' : 'course', { indexed });
  const tokens = await courseTokens(posts);
  const servers = await several(PROCESSES, async () => {
    const port = await freePort();
    const env = { COURSE_DATABASE_URL: database, JWT_SECRET: SECRET };
    const flags = ['-m', 'uvicorn', 'course:app', '--app-dir', path.join(import.meta.dirname, 'peers')];
    const quiet = ['--port', String(port), '--log-level', 'warning'];
    return startServer('/usr/bin/python3', [...flags, ...quiet], { port, env });
  });
  const vote = { method: 'POST', path: '/vote', tokens, body: '{"post_id":{post},"dir":1}' };
  const name = indexed ? 'the course app with an index' : 'the course app';
  return contender(name, servers, { ...requestsWith(tokens), vote });
}

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

function alsoStopping(started: Contender, server: Server): Contender {
  return {
    ...started,
    async stop() {
      await started.stop();
      await server.stop();
    },
  };
}
