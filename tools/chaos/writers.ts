// People who write while calls of the database fail. What was acknowledged is there, and nothing is there twice.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from './client.ts';
import type { Home } from './homes.ts';
import type { Account } from './knowledge.ts';
import { counts, latencies, type Row } from './report.ts';
import type { World } from './world.ts';

export interface Writing {
  home: Home;
  world: World;
  client: Client;
  writers: number;
  /** Ends when it answers false. */
  goesOn: (acknowledged: number) => boolean;
}

export interface Written {
  acknowledged: number;
  requests: number;
  statuses: Map<string | number, number>;
  times_ms: number[];
  /** When each request began and ended, and whether it was served. */
  outcomes: { began_ms: number; ended_ms: number; served: boolean }[];
  broken: string[];
}

const RETRY_MS = 30;
/** A write that is repeated for so long is given up: whether it was made is then unknown. */
const GIVE_UP_MS = 60_000;

/** Each writer creates posts, and votes for every third one, and repeats what was not acknowledged. */
export async function write({ home, world, client, writers, goesOn }: Writing): Promise<Written> {
  const run = randomUUID();
  const people = await world.signUp(writers);
  const written: Written = {
    acknowledged: 0,
    requests: 0,
    statuses: new Map(),
    times_ms: [],
    outcomes: [],
    broken: [],
  };
  const acknowledged = new Set<string>();
  const votes = new Set<string>();

  const attempt = async (
    address: string,
    account: Account,
    method: string,
    target: string,
    body?: object,
  ) => {
    const key = randomUUID();
    for (const started_ms = Date.now(); Date.now() - started_ms < GIVE_UP_MS; await pause(RETRY_MS)) {
      const status = await sendOnce(address, account, method, target, key, body);
      if (status !== undefined) return status;
    }
    return undefined;
  };
  /** The answer if it is final; undefined when the write is to be repeated. */
  const sendOnce = async (
    address: string,
    { token }: Account,
    method: string,
    target: string,
    key: string,
    body?: object,
  ) => {
    const headers = {
      Authorization: `Bearer ${token}`,
      ...(body && { 'Content-Type': 'application/json', 'Idempotency-Key': key }),
    };
    const started_ms = Date.now();
    written.requests += 1;
    let answer: Awaited<ReturnType<Client>> | undefined;
    try {
      answer = await client(address, { method, target, headers, body: body ? JSON.stringify(body) : null });
    } catch (error) {
      if (written.broken.length < 20) written.broken.push(`${method} ${target}: ${(error as Error).message}`);
    }
    const status = answer?.status;
    written.statuses.set(status ?? 'no answer', (written.statuses.get(status ?? 'no answer') ?? 0) + 1);
    const isServed = status !== undefined && status < 300;
    written.outcomes.push({ began_ms: started_ms, ended_ms: Date.now(), served: isServed });
    if (isServed) {
      written.times_ms.push(Date.now() - started_ms);
      return answer;
    }
    if (status !== undefined && status !== 503)
      written.broken.push(`${method} ${target} answered ${status}: ${answer?.text.slice(0, 200)}`);
    return undefined;
  };

  const writer = async (account: Account, i: number) => {
    const address = home.addresses[i % home.addresses.length] as string;
    for (let n = 0; goesOn(written.acknowledged); n += 1) {
      const content = `writer ${run} ${i} ${n}`;
      const answer = await attempt(address, account, 'POST', '/posts', { content });
      if (!answer) continue;
      acknowledged.add(content);
      written.acknowledged += 1;
      const { id } = JSON.parse(answer.text);
      if (n % 3 !== 0) continue;
      const vote = await attempt(address, account, 'PUT', `/votes/${id}`);
      if (vote) votes.add(`${account.id} ${id}`);
    }
  };
  await Promise.all(people.map(writer));

  const kept = await world.query(
    'SELECT content, count(*) AS count FROM posts WHERE content LIKE $1 GROUP BY content',
    [`writer ${run} %`],
  );
  const stored = new Map(kept.map(({ content, count }) => [content, Number(count)]));
  const voted = await world.query(
    'SELECT user_id, post_id FROM votes JOIN posts ON posts.id = post_id WHERE content LIKE $1',
    [`writer ${run} %`],
  );
  const storedVotes = new Set(voted.map(({ user_id, post_id }) => `${user_id} ${post_id}`));
  written.broken.push(
    ...[...acknowledged].filter((content) => !stored.has(content)).map((content) => `lost: ${content}`),
    ...[...stored].filter(([, count]) => count > 1).map(([content, count]) => `${count} times: ${content}`),
    ...[...votes].filter((vote) => !storedVotes.has(vote)).map((vote) => `lost the vote ${vote}`),
    ...(await world.wrongCounters()),
    ...home.unforeseen(),
  );
  return written;
}

/** A third of all calls fails, by any of the faults that `fail` arranges. */
export async function writeWithFaults(
  writing: Omit<Writing, 'goesOn'>,
  posts: number,
  what: string,
): Promise<Row> {
  const { acknowledged, requests, statuses, times_ms, broken } = await write({
    ...writing,
    goesOn: (so_far) => so_far < posts,
  });
  return {
    what: `${writing.home.name}: ${what}, ${writing.writers} writers`,
    count: `${acknowledged.toLocaleString('en')} posts acknowledged`,
    seen: `${requests.toLocaleString('en')} requests, ${counts(statuses)}; ${latencies(times_ms)}`,
    broken,
  };
}
