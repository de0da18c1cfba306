// Compares Ledge with what it could have been, in one run: `npm run bench -- --help`.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Cluster } from '../postgres/cluster.ts';
import {
  type Contender,
  type Surroundings,
  startCannedLedge,
  startCannedSelectOne,
  startConventional,
  startCourse,
  startEmpty,
  startFastify,
  startHonoOnNode,
  startLedge,
  startLedgeOnNode,
  startPgbench,
  startSelectOne,
} from './contenders.ts';
import { treeMeter } from './cpu.ts';
import {
  type CreateCourseDatabase,
  courseDatabases,
  createWorld,
  startDatabases,
  startNeon,
} from './databases.ts';
import { type Load, measure } from './load.ts';
import { page, tablesOf } from './report.ts';
import type { Operation } from './requests.ts';
import type { Result } from './results.ts';

type Start = (surroundings: Surroundings, createDatabase: CreateCourseDatabase) => Promise<Contender>;

/** By the names that `--only` takes. */
const STARTS: Record<string, Start[]> = {
  empty: [startEmpty],
  select: [startSelectOne],
  ledge: [(surroundings) => startLedge(surroundings)],
  conventional: [startConventional],
  pgbench: [startPgbench],
  node: [startLedgeOnNode],
  fastify: [startFastify],
  hono: [startHonoOnNode],
  indexed: [(surroundings, create) => startCourse(surroundings, create, { indexed: true })],
  course: [(surroundings, create) => startCourse(surroundings, create, { indexed: false })],
  canned: [startCannedSelectOne, startCannedLedge],
};

const USAGE = `npm run bench -- [options]
  --seconds 5         how long a request is sent in each round
  --rounds 3          how many rounds, after one that warms up
  --connections 16
  --posts 100000
  --only NAME,…       of ${Object.keys(STARTS).join(', ')}
  --write FILE        the page, as docs/benchmark.md has it
  --json FILE         every round of every server
Needs Linux, PostgreSQL's server and wrk; the courses' application (indexed, course) Debian's python3-fastapi,
python3-sqlalchemy, python3-psycopg2, python3-jose and uvicorn.`;

/** V8 needs some seconds to compile the code of a server. */
const WARM_UP_SECONDS_MAX = 5;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '16' },
    posts: { type: 'string', default: '100000' },
    only: { type: 'string', default: Object.keys(STARTS).join() },
    write: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else await bench();

async function bench(): Promise<void> {
  const starts = values.only.split(',').flatMap((name) => {
    const found = STARTS[name];
    if (!found) throw new Error(`--only knows no ${name}: ${Object.keys(STARTS).join(', ')}`);
    return found;
  });
  const rounds = Number(values.rounds);
  const load: Load = {
    connections: Number(values.connections),
    seconds: Number(values.seconds),
    posts: Number(values.posts),
  };
  const scratch = mkdtempSync(path.join(tmpdir(), 'ledge-bench-'));
  const cluster = await startDatabases();
  const database = await createWorld(cluster, load.posts);
  const neon = await startNeon(database);
  const createDatabase = courseDatabases(cluster, load.posts);
  const contenders: Contender[] = [];
  try {
    for (const start of starts)
      contenders.push(await start({ scratch, neon, database, posts: load.posts }, createDatabase));
    // Caches fill, code is compiled, pools are opened.
    await runRound(contenders, cluster, { ...load, seconds: Math.min(load.seconds, WARM_UP_SECONDS_MAX) }, 0);
    const results: Result[] = [];
    for (let round = 1; round <= rounds; round += 1)
      results.push(...(await runRound(contenders, cluster, load, round)));
    console.log(tablesOf(results));
    if (values.write) writeFileSync(values.write, page(results, load, rounds));
    if (values.json) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
  } finally {
    for (const { stop } of contenders) await stop();
    await neon.stop();
    await cluster.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Every contender in turn, with every request it has. */
async function runRound(
  contenders: Contender[],
  cluster: Cluster,
  load: Load,
  round: number,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const contender of contenders)
    for (const [operation, request] of Object.entries(contender.requests)) {
      const { name, addresses, meters } = contender;
      const postgres = treeMeter([cluster.pid]);
      const measured = contender.measure
        ? await contender.measure(operation as Operation, load, postgres)
        : await measure(addresses, request, load, { ...meters, postgres });
      results.push({ contender: name, operation, round, ...measured });
      console.error(lineOf(results.at(-1) as Result));
    }
  return results;
}

function lineOf({ contender, operation, round, requests_per_second, cpu_us }: Result): string {
  const cpu = Object.entries(cpu_us).map(([who, us]) => `${who} ${Math.round(us)}`);
  const when = round === 0 ? 'warming up' : `round ${round}`;
  return `${when}: ${contender}, ${operation}: ${Math.round(requests_per_second)}/s; CPU µs: ${cpu.join(', ')}`;
}
