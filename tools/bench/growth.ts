// Whether what a request costs grows with the data: the same requests over ever more posts, one at a time.
//   npm run bench:growth [-- --sizes 1000,10000,100000,1000000 --seconds 3 --write docs/growth.md]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Cluster } from '../postgres/cluster.ts';
import { startDatabases, startLedge, startNeonWorld } from './contenders.ts';
import { measure, type Request } from './load.ts';
import { median, table } from './report.ts';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1000,10000,100000,1000000' },
    seconds: { type: 'string', default: '3' },
    write: { type: 'string' },
  },
});

const ROUNDS = 3;
/** The last may cost so much more than the first. */
const GROWTH_MAX = 1.3;

/** In each the post number 1 is the one that everybody voted for. */
const requestsFor = (tokens: string[]): Record<string, Request> => ({
  'the newest posts': { method: 'GET', path: '/posts?limit=10' },
  'the newest posts, signed in': { method: 'GET', path: '/posts?limit=10', tokens },
  'a post': { method: 'GET', path: '/posts/{post}' },
  'the most popular post': { method: 'GET', path: '/posts/1' },
  'who voted for it': { method: 'GET', path: '/posts/1/votes?limit=10' },
  'the posts with most votes': { method: 'GET', path: '/posts?sort=top&limit=10' },
  'the posts of a person': { method: 'GET', path: '/users/77/posts?limit=10' },
  'a tag': { method: 'GET', path: '/posts?tag=tag7&limit=10' },
  'a common word': { method: 'GET', path: '/posts?search=work&limit=10' },
  'a word that nobody wrote': { method: 'GET', path: '/posts?search=nowhere&limit=10' },
  'a timeline of 50 people': { method: 'GET', path: '/posts/timeline?limit=10', tokens },
  'a profile': { method: 'GET', path: '/users/77' },
  'a new post': { method: 'POST', path: '/posts', tokens, body: '{"content":"Seen on the way to work."}' },
  'a vote': { method: 'PUT', path: '/votes/{post}', tokens },
});

const sizes = values.sizes.split(',').map(Number);
const scratch = mkdtempSync(path.join(tmpdir(), 'ledge-growth-'));
const cluster = await startDatabases();
try {
  const measured = new Map<number, Record<string, number>>();
  for (const size of sizes) measured.set(size, await medians(cluster, size));
  const names = Object.keys(requestsFor([]));
  const rows = names.map((name) => {
    const times = sizes.map((size) => measured.get(size)?.[name] ?? Number.NaN);
    const growth = (times.at(-1) as number) / (times[0] as number);
    return [name, ...times.map((time) => time.toFixed(2)), growth.toFixed(2)];
  });
  const text = table(['p50 in ms', ...sizes.map((size) => size.toLocaleString('en')), 'growth'], rows);
  console.log(text);
  if (values.write) writeFileSync(values.write, page(text));
  const grown = rows.filter((row) => Number(row.at(-1)) > GROWTH_MAX);
  for (const [name, ...rest] of grown) console.error(`${name} grows ${rest.at(-1)} times`);
  process.exitCode = grown.length > 0 ? 1 : 0;
} finally {
  await cluster.stop();
  rmSync(scratch, { recursive: true, force: true });
}

/** Of each request in milliseconds, over a database of that size. */
async function medians(cluster: Cluster, posts: number): Promise<Record<string, number>> {
  const neon = await startNeonWorld(cluster, posts);
  const ledge = await startLedge(scratch, neon, posts, 1);
  const load = { connections: 1, seconds: Number(values.seconds), posts };
  const times: Record<string, number[]> = {};
  for (let round = 0; round <= ROUNDS; round += 1)
    for (const [name, request] of Object.entries(requestsFor(ledge.requests.vote?.tokens ?? []))) {
      const { p50_ms, failed } = await measure(ledge.addresses, request, load, {});
      if (failed > 0) throw new Error(`${name}: ${failed} requests failed over ${posts} posts`);
      console.error(`${posts} posts, ${name}: ${p50_ms.toFixed(2)} ms`);
      // The first round warms up.
      if (round > 0) times[name] = [...(times[name] ?? []), p50_ms];
    }
  await ledge.stop();
  await neon.stop();
  return Object.fromEntries(Object.entries(times).map(([name, each]) => [name, median(each)]));
}

function page(text: string): string {
  return `# What grows with the data

Written by \`npm run bench:growth -- --write docs/growth.md\`, which fails where the last column is above ${GROWTH_MAX}: the median time of
a request, one at a time, through the deploy bundle under plain workerd, the local Neon and a real PostgreSQL, over ever
more posts, a tenth as many people and ten votes a post.

${text}
`;
}
