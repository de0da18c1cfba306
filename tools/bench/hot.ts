// What a viral post costs: many connections vote for one post, reply to it or follow one person, against as many whose
// targets differ. pgbench calls the functions that the Worker calls, so that nothing but Postgres is measured.
//   npm run bench:hot [-- --connections 200 --posts 200000 --rounds 3 --commit-ms 2 --only vote,follow]
// `--commit-ms`: each commit waits so long for its log, as it does for the disks or the machines that keep it. Without it
// Postgres waits for nothing, as in the other benchmarks.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { SCHEMA } from '../../src/db/functions.ts';
import { openPostgres } from '../neon/postgres.ts';
import { treeMeter } from './cpu.ts';
import { createWorld, script, startDatabases } from './databases.ts';
import type { Measured } from './load.ts';
import { runPgbench, SESSION } from './pgbench.ts';
import { table } from './report.ts';
import { median } from './results.ts';

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '200' },
    posts: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '3' },
    'commit-ms': { type: 'string', default: '0' },
    only: { type: 'string', default: 'vote,reply,follow' },
  },
});
const connections = Number(values.connections);
const posts = Number(values.posts);
const rounds = Number(values.rounds);
const commitMs = Number(values['commit-ms']);
const people = posts / 10;
/** Each connection acts for people of its own, for each of them once in a round. */
const each = Math.floor(people / connections / 2);
if (each < 1) throw new Error(`${connections} connections need at least ${connections * 20} posts`);

/** Nobody follows themselves: the one who is followed by all comes after those who act. */
const STAR = people;

const CALLER = `\\set n :n + 1
\\set person :client_id * :each + :n
`;
const AS_PERSON = `session => ${SESSION}, caller => :person`;

/** `:target` is one post or person. */
const WRITES: Record<string, { one: (round: number) => number; many: string; call: string }> = {
  vote: {
    one: (round) => 1 + round,
    many: '\\set target random(2, :posts)',
    call: `SELECT ${SCHEMA}.add_vote(post => :target, ${AS_PERSON});`,
  },
  reply: {
    one: (round) => 1 + round,
    many: '\\set target random(2, :posts)',
    call: `SELECT ${SCHEMA}.create_post(content => 'Seen on the way to work, once more.', published => true, tags => '{}', parent_id => :target, ${AS_PERSON});`,
  },
  follow: {
    one: (round) => STAR - round,
    many: `\\set target random(:posts / 20 + 100, :posts / 10 - 10)`,
    call: `SELECT ${SCHEMA}.add_follow(person => (:target)::text, ${AS_PERSON});`,
  },
};

/** How many connections waited for what, on average; `cpu` are those that did not wait. */
type Waits = Record<string, number>;

type Seen = Measured & { waits: Waits };

const scratch = mkdtempSync(path.join(tmpdir(), 'ledge-hot-'));
const cluster = await startDatabases({
  max_connections: String(connections + 20),
  ...(commitMs > 0 && {
    ...{ fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' },
    ...{ commit_delay: String(commitMs * 1_000), commit_siblings: '0' },
  }),
});
try {
  const database = await createWorld(cluster, posts, script('hot.sql', posts));
  const rows: (string | number)[][] = [];
  for (const name of values.only.split(',')) {
    const seen = { one: [] as Seen[], many: [] as Seen[] };
    // The first round warms up.
    for (let round = 0; round <= rounds; round += 1)
      for (const target of ['many', 'one'] as const) {
        const result = await run(database, name, target, round);
        console.error(`round ${round}, ${name}, ${target}: ${JSON.stringify(result)}`);
        if (round > 0) seen[target].push(result);
      }
    rows.push(row(name, seen));
  }
  const kinds = ['different', 'the same'].flatMap((kind) => [
    `${kind}: a second`,
    'p99 ms',
    'CPU µs',
    'waiting',
  ]);
  console.log(table([`${connections} at once`, ...kinds, 'ratio'], rows));
} finally {
  await cluster.stop();
  rmSync(scratch, { recursive: true, force: true });
}

async function run(database: string, name: string, target: 'one' | 'many', round: number): Promise<Seen> {
  const { one, many, call } = findWrite(name);
  const watch = watchWaits(database);
  const measured = await runPgbench(
    database,
    `${CALLER}${target === 'many' ? `${many}\n` : ''}${call}`,
    {
      connections,
      until: `--transactions=${each}`,
      // In another round everybody votes for another post.
      variables: { posts, each, n: 0, ...(target === 'one' && { target: one(round) }) },
    },
    scratch,
    treeMeter([cluster.pid]),
  );
  const waits = await watch.stop();
  return { ...measured, waits };
}

function findWrite(name: string) {
  const write = WRITES[name];
  if (!write) throw new Error(`--only knows no ${name}: ${Object.keys(WRITES).join(', ')}`);
  return write;
}

/** Asks Postgres ten times a second what the connections of pgbench wait for. */
function watchWaits(database: string) {
  const opened = openPostgres({ url: database, poolSize: 1 });
  const sums: Waits = {};
  let samples = 0;
  let stopped = false;
  const watching = (async () => {
    const backend = await opened;
    while (!stopped) {
      const { rows } = await backend.query({
        text: `SELECT coalesce(wait_event_type, 'cpu'), count(*) FROM pg_stat_activity
          WHERE application_name = 'pgbench' AND state = 'active' GROUP BY 1`,
      });
      samples += 1;
      for (const [what, count] of rows as [string, string][]) sums[what] = (sums[what] ?? 0) + Number(count);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await backend.close();
  })();
  return {
    async stop(): Promise<Waits> {
      stopped = true;
      await watching;
      return Object.fromEntries(Object.entries(sums).map(([what, sum]) => [what, Math.round(sum / samples)]));
    },
  };
}

function row(name: string, { one, many }: Record<'one' | 'many', Seen[]>): (string | number)[] {
  const rate = (all: Seen[]) => median(all.map((each) => each.requests_per_second));
  const cells = (all: Seen[]) => [
    Math.round(rate(all)).toLocaleString('en'),
    median(all.map((each) => each.p99_ms)).toFixed(0),
    Math.round(median(all.map((each) => each.cpu_us.postgres ?? 0))).toLocaleString('en'),
    // The lock of a row is seen as one of its tuple and one of the transaction that holds it.
    `${median(all.map(({ waits }) => waits.Lock ?? 0))} for rows, ${median(all.map(({ waits }) => (waits.LWLock ?? 0) + (waits.IO ?? 0)))} for others`,
  ];
  return [name, ...cells(many), ...cells(one), (rate(many) / rate(one)).toFixed(2)];
}
