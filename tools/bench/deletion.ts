// How long the deletion of large accounts takes, and how long others wait meanwhile, on a Postgres of its own.
//   npm run bench:deletion
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { SCHEMA } from '../../src/db/functions.ts';
import { openPostgres } from '../neon/postgres.ts';
import { startCluster } from '../postgres/cluster.ts';
import { loadWorld } from '../postgres/load-world.ts';
import { migrateUp } from '../postgres/migrations.ts';
import { median } from './results.ts';

const WRITERS = 4;

const ACCOUNTS = [
  [1, '120,000 followers'],
  [2, 'follows 120,000 people'],
  [3, '120,000 votes'],
  [4, '20,000 posts with 60,000 votes'],
  [5, 'mentioned by 20,000 posts'],
  [7, 'one post with 120,000 bookmarks'],
] as const;

const POSTS = [
  [20_001, '120,000 votes'],
  [20_003, '120,000 reports'],
  [20_004, '120,000 replies'],
  [20_005, '120,000 earlier versions'],
] as const;

const cluster = await startCluster({
  settings: { shared_buffers: '256MB', max_wal_size: '4GB' },
});
const backend = await openPostgres({ url: cluster.url, poolSize: WRITERS + 2 });
try {
  await migrateUp(backend);
  const world = readFileSync(path.join(import.meta.dirname, 'deletion.sql'), 'utf8');
  await loadWorld(backend, world, () => undefined);

  console.log(
    '| deleted | answered after | all gone after | batches | the longest batch | writes meanwhile, p50 | the longest |',
  );
  console.log('|---|---|---|---|---|---|---|');
  for (const [account, what] of ACCOUNTS)
    await show(`a person: ${what}`, () => value(`admin_delete_user(${account}, false, 30)`));
  for (const [post, what] of POSTS) await show(`a post: ${what}`, () => value(`admin_delete_post(${post})`));
  const wrong = readFileSync(
    path.resolve(import.meta.dirname, '../../test/races/wrong-counters.sql'),
    'utf8',
  );
  const { rows } = await backend.query({ text: wrong });
  for (const row of rows) console.error(`wrong: ${row.join(' ')}`);
  process.exitCode = rows.length > 0 ? 1 : 0;
} finally {
  await backend.close();
  await cluster.stop();
}

/** Deletes something while others write, and prints a row about it. */
async function show(what: string, remove: () => Promise<string | null>): Promise<void> {
  const writers = startWriters();
  const [, answered_ms] = await measureTime(remove);
  const batches: number[] = [];
  for (;;) {
    const [more, ms] = await measureTime(() => value('delete_rest_of_account()'));
    if (more !== 't') break;
    batches.push(ms);
  }
  const all_ms = batches.reduce((sum, ms) => sum + ms, answered_ms);
  const waits = await writers.stop();
  const cells = [
    what,
    `${answered_ms} ms`,
    `${(all_ms / 1_000).toFixed(1)} s`,
    batches.length,
    `${Math.max(0, ...batches)} ms`,
    `${median(waits)} ms`,
    `${Math.max(...waits)} ms`,
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

async function value(call: string): Promise<string | null> {
  const { rows } = await backend.query({ text: `SELECT ${SCHEMA}.${call}` });
  return rows[0]?.[0] ?? null;
}

async function measureTime<T>(work: () => Promise<T>): Promise<[T, number]> {
  const started = performance.now();
  const result = await work();
  return [result, Math.round(performance.now() - started)];
}

/** Follow and unfollow, vote and take the vote back, as the followers and the voters of those who are deleted. */
function startWriters() {
  const waits: number[] = [];
  let stopped = false;
  const random = (from: number, to: number) => from + Math.floor(Math.random() * (to - from));
  const write = async () => {
    while (!stopped) {
      const [me, other, post] = [random(1_001, 121_000), random(1_001, 121_000), random(20_006, 140_000)];
      const statements = [
        `INSERT INTO follows (follower_id, followee_id) SELECT ${me}, ${other} WHERE ${me} <> ${other} ON CONFLICT DO NOTHING`,
        `DELETE FROM follows WHERE follower_id = ${me} AND followee_id = ${other}`,
        `INSERT INTO votes (user_id, post_id, owner_id) VALUES (${me}, ${post}, ${other}) ON CONFLICT DO NOTHING`,
        `DELETE FROM votes WHERE user_id = ${me} AND post_id = ${post}`,
      ];
      for (const text of statements) {
        const [, ms] = await measureTime(() => backend.query({ text }));
        waits.push(ms);
      }
    }
  };
  const running = Array.from({ length: WRITERS }, write);
  return {
    async stop() {
      stopped = true;
      await Promise.all(running);
      return waits;
    },
  };
}
