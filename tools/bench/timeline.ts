// What a timeline costs by the number of people followed, and what it would cost to write each post into the timelines of all
// followers instead.
//   npm run bench:timeline [-- --posts 200000 --seconds 5]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { SCHEMA } from '../../src/db/functions.ts';
import type { Backend } from '../neon/backend.ts';
import { openPostgres } from '../neon/postgres.ts';
import { sessionOf } from '../postgres/load-world.ts';
import { treeMeter } from './cpu.ts';
import { createWorld, script, startDatabases } from './databases.ts';
import { runPgbench } from './pgbench.ts';
import { table } from './report.ts';

const { values } = parseArgs({
  options: { posts: { type: 'string', default: '200000' }, seconds: { type: 'string', default: '5' } },
});
const posts = Number(values.posts);
const people = posts / 10;
const FOLLOWED = [10, 100, 1_000, 10_000];
if (people <= Math.max(...FOLLOWED)) throw new Error(`${posts} posts are by too few people to follow`);

const scratch = mkdtempSync(path.join(tmpdir(), 'ledge-timeline-'));
const cluster = await startDatabases();
try {
  const database = await createWorld(cluster, posts, script('growth.sql', posts));
  const backend = await openPostgres({ url: database, poolSize: 1 });
  const as = (person: number) => `session => '${sessionOf(person)}', caller => ${person}`;
  const run = async (call: string) => {
    const load = { connections: 1, until: `--time=${Number(values.seconds)}`, variables: {} } as const;
    const measured = await runPgbench(database, call, load, scratch, treeMeter([cluster.pid]));
    return [
      measured.p50_ms.toFixed(2),
      measured.p99_ms.toFixed(2),
      (measured.cpu_us.postgres ?? 0).toFixed(0),
    ];
  };
  const rows: string[][] = [];
  for (const [i, count] of FOLLOWED.entries()) {
    const reader = 10 + i;
    await backend.execute(`SET session_replication_role = replica;
      DELETE FROM follows WHERE follower_id = ${reader};
      INSERT INTO follows (follower_id, followee_id) SELECT ${reader}, 100 + n FROM generate_series(1, ${count}) AS n;
      ANALYZE follows;`);
    const page = `ROW('-infinity', 0, 'infinity', 0, false, 11, 0)::${SCHEMA}.time_stretch`;
    const call = `SELECT ${SCHEMA}.list_timeline(page => ${page}, kinds => ARRAY[false], include_self => false, before => NULL, whole => NULL, ${as(reader)});`;
    rows.push([`read a timeline of ${count.toLocaleString('en')} people`, ...(await run(call))]);
  }
  for (const [person, what] of [
    [1, `${people.toLocaleString('en')} followers`],
    [20, 'few followers'],
  ] as const) {
    const call = `SELECT ${SCHEMA}.create_post(content => 'Seen on the way to work, once more.', published => true, tags => '{}', ${as(person)});`;
    rows.push([`write a post as somebody with ${what}`, ...(await run(call))]);
  }
  console.log(table(['on one connection', 'p50 ms', 'p99 ms', 'CPU µs'], rows));
  console.log(`\n${await writeToAll(backend)}`);
  await backend.close();
} finally {
  await cluster.stop();
  rmSync(scratch, { recursive: true, force: true });
}

/** Writes posts of the most followed person into a table of timelines, as large a one as it would be: the last 100 of everybody. */
async function writeToAll(backend: Backend): Promise<string> {
  const POSTS = 10;
  await backend.execute(`CREATE TABLE timeline (
      reader_id bigint, listed_at timestamptz, post_id bigint, owner_id bigint, PRIMARY KEY (reader_id, listed_at, post_id));
    INSERT INTO timeline SELECT users.id, now() - n * interval '1 minute', n, n
      FROM users, generate_series(1, 100) AS n ORDER BY random()`);
  const meter = treeMeter([cluster.pid]);
  const position = async () =>
    (await backend.query({ text: 'SELECT pg_current_wal_lsn() - $1', params: ['0/0'] })).rows[0]?.[0];
  const [cpu, log, started] = [meter(), Number(await position()), performance.now()];
  for (let post = 1; post <= POSTS; post += 1)
    await backend.execute(
      `INSERT INTO timeline SELECT follower_id, now(), ${post} + 1000, 1 FROM follows WHERE followee_id = 1`,
    );
  const took_ms = (performance.now() - started) / POSTS;
  const rows = POSTS * (people - 1);
  const us = ((meter() - cpu) * 1e6) / rows;
  const bytes = (Number(await position()) - log) / rows;
  return (
    `To write one post into ${(people - 1).toLocaleString('en')} timelines takes ${took_ms.toFixed(0)} ms, ` +
    `${us.toFixed(1)} µs of CPU and ${bytes.toFixed(0)} bytes of log a follower.`
  );
}
