// Whether what a request costs grows with the data: the same requests over ever more posts, one at a time.
//   npm run bench:growth [-- --sizes 1000,100000,1000000 --seconds 1 --rounds 3 --write docs/growth.md --json growth.json]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openPostgres } from '../neon/postgres.ts';
import type { Cluster } from '../postgres/cluster.ts';
import { type Contender, startLedge } from './contenders.ts';
import { createWorld, script, startDatabases, startNeon } from './databases.ts';
import { grownRows, growthPage, growthTable, type Times } from './growth-report.ts';
import { type GrowthRequests, growthRequests, type Landmarks } from './growth-requests.ts';
import { ask, measure, type Request } from './load.ts';
import { median } from './results.ts';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1000,100000,1000000' },
    seconds: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '3' },
    write: { type: 'string' },
    json: { type: 'string' },
  },
});

/** Ledge over so many posts. */
interface World {
  posts: number;
  ledge: Contender;
  requests: GrowthRequests;
  stop(): Promise<void>;
}

const sizes = values.sizes.split(',').map(Number);
const rounds = Number(values.rounds);
const scratch = mkdtempSync(path.join(tmpdir(), 'ledge-growth-'));
const cluster = await startDatabases();
const worlds: World[] = [];
try {
  const urls: string[] = [];
  for (const posts of sizes) urls.push(await load(cluster, posts));
  // Only now, because the tokens of those who are signed in last half an hour.
  for (const [i, posts] of sizes.entries()) worlds.push(await startWorld(posts, urls[i] as string));
  // Writes make a world larger, a small one by much: they come when nothing is to be read any more.
  const times = { reads: await medians(worlds, 'reads'), writes: await medians(worlds, 'writes') };
  console.log(growthTable(sizes, times));
  const grown = grownRows(sizes, times);
  for (const { name, growth } of grown) console.error(`${name} grows ${growth.toFixed(2)} times`);
  process.exitCode = grown.length > 0 ? 1 : 0;
  if (values.write) writeFileSync(values.write, growthPage(sizes, rounds, Number(values.seconds), times));
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ sizes, p50_ms: times }, null, 2)}\n`);
} finally {
  for (const { stop } of worlds) await stop();
  await cluster.stop();
  rmSync(scratch, { recursive: true, force: true });
}

async function load(cluster: Cluster, posts: number): Promise<string> {
  const started = Date.now();
  const url = await createWorld(cluster, posts, script('growth.sql', posts));
  console.error(`${posts} posts are loaded in ${Math.round((Date.now() - started) / 1000)} s`);
  return url;
}

async function startWorld(posts: number, url: string): Promise<World> {
  const neon = await startNeon(url);
  const ledge = await startLedge({ scratch, neon, posts }, 1);
  const tokens = ledge.requests.vote?.tokens ?? [];
  const requests = growthRequests(tokens, await findLandmarks(url, ledge));
  // What is refused should be known before minutes are spent.
  for (const request of Object.values(requests.reads)) await ask(ledge.addresses[0] ?? '', request);
  return {
    posts,
    ledge,
    requests,
    async stop() {
      await ledge.stop();
      await neon.stop();
    },
  };
}

async function findLandmarks(url: string, ledge: Contender): Promise<Landmarks> {
  const backend = await openPostgres({ url, poolSize: 1 });
  const { rows } = await backend.query({
    text: `SELECT parent_id, max(id) FROM posts WHERE parent_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 1`,
  });
  await backend.close();
  const [conversation, reply] = rows[0] as [string, string];
  const response = await ask(ledge.addresses[0] ?? '', { method: 'GET', path: '/posts' });
  const { page } = (await response.json()) as { page: { next_cursor: string } };
  return { conversation, reply, cursor: page.next_cursor };
}

/** In milliseconds: of each request, for each world in turn within a round, so that a slow hour slows all of them. */
async function medians(worlds: World[], kind: keyof GrowthRequests): Promise<Times> {
  const seen: Record<string, number[][]> = {};
  // The first round warms up.
  for (let round = 0; round <= rounds; round += 1)
    for (const name of Object.keys(worlds[0]?.requests[kind] ?? {})) {
      const times: number[] = [];
      for (const world of worlds) times.push(await p50(world, name, world.requests[kind][name] as Request));
      if (round === 0) continue;
      console.error(`round ${round}, ${name}: ${times.map((time) => time.toFixed(2)).join(', ')} ms`);
      seen[name] = [...(seen[name] ?? []), times];
    }
  return Object.fromEntries(
    Object.entries(seen).map(([name, all]) => [
      name,
      worlds.map((_, i) => median(all.map((times) => times[i] as number))),
    ]),
  );
}

async function p50({ ledge, posts }: World, name: string, request: Request): Promise<number> {
  const load = { connections: 1, seconds: Number(values.seconds), posts };
  const { p50_ms, failed } = await measure(ledge.addresses, request, load, {});
  if (failed > 0) throw new Error(`${name}: ${failed} requests failed over ${posts} posts`);
  return p50_ms;
}
