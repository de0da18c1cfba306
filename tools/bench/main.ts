// Compares Ledge with what it could have been, in one run: `npm run bench -- --help`.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Cluster } from '../postgres/cluster.ts';
import {
  type Contender,
  createCourseDatabase,
  startCourse,
  startDatabases,
  startEmpty,
  startFastify,
  startLedge,
  startNeonWorld,
  startSelectOne,
} from './contenders.ts';
import { treeMeter } from './cpu.ts';
import { type Load, type Measured, measure } from './load.ts';
import { page, tablesOf } from './report.ts';

const USAGE = `npm run bench [-- --seconds 5 --rounds 3 --connections 16 --posts 100000 --only Ledge,select --write docs/benchmark.md]
Needs Linux, PostgreSQL's server, wrk, and for the courses' application Debian's python3-fastapi, python3-sqlalchemy,
python3-psycopg2, python3-jose and uvicorn.`;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '16' },
    posts: { type: 'string', default: '100000' },
    only: { type: 'string', default: '' },
    write: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

/** What one contender did in one round. */
export interface Result extends Measured {
  contender: string;
  operation: string;
}

if (values.help) console.log(USAGE);
else await bench();

async function bench(): Promise<void> {
  const load: Load = {
    connections: Number(values.connections),
    seconds: Number(values.seconds),
    posts: Number(values.posts),
  };
  const scratch = mkdtempSync(path.join(tmpdir(), 'ledge-bench-'));
  const cluster = await startDatabases();
  const neon = await startNeonWorld(cluster, load.posts);
  const contenders: Contender[] = [];
  try {
    for (const start of starters(cluster, scratch, neon, load.posts)) contenders.push(await start());
    const results: Result[] = [];
    for (let round = 0; round <= Number(values.rounds); round += 1)
      // The first one warms up: caches fill, code is compiled, pools are opened.
      results.push(
        ...(await runRound(contenders, cluster, { ...load, ...(round === 0 && { seconds: 2 }) }, round)),
      );
    const tables = tablesOf(results);
    console.log(tables);
    if (values.write) writeFileSync(values.write, page(tables, load, Number(values.rounds)));
  } finally {
    for (const { stop } of contenders) await stop();
    await neon.stop();
    await cluster.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

function starters(
  cluster: Cluster,
  scratch: string,
  neon: Awaited<ReturnType<typeof startNeonWorld>>,
  posts: number,
): (() => Promise<Contender>)[] {
  const wanted = values.only.split(',');
  const all: [string, () => Promise<Contender>][] = [
    ['empty', () => startEmpty(scratch, neon)],
    ['select', () => startSelectOne(scratch, neon)],
    ['ledge', () => startLedge(scratch, neon, posts)],
    ['fastify', async () => startFastify(await createCourseDatabase(cluster, posts, 'fastify', true), posts)],
    [
      'indexed',
      async () =>
        startCourse(
          'the course app with an index',
          await createCourseDatabase(cluster, posts, 'course_indexed', true),
          posts,
        ),
    ],
    [
      'course',
      async () =>
        startCourse('the course app', await createCourseDatabase(cluster, posts, 'course', false), posts),
    ],
  ];
  return all.filter(([name]) => values.only === '' || wanted.includes(name)).map(([, start]) => start);
}

/** Every contender in turn with every request it has; resolves to nothing for round 0. */
async function runRound(
  contenders: Contender[],
  cluster: Cluster,
  load: Load,
  round: number,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const { name, addresses, requests, meters } of contenders) {
    for (const [operation, request] of Object.entries(requests)) {
      const measured = await measure(addresses, request, load, {
        ...meters,
        postgres: treeMeter([cluster.pid]),
      });
      console.error(
        `${round === 0 ? 'warming up' : `round ${round}`}: ${name}, ${operation}: ${Math.round(measured.requestsPerSecond)}/s`,
        JSON.stringify(
          Object.fromEntries(Object.entries(measured.cpu).map(([who, us]) => [who, Math.round(us)])),
        ),
      );
      if (round > 0) results.push({ contender: name, operation, ...measured });
    }
  }
  return results;
}
