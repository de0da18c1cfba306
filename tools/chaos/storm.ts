// Many people sign in at once, and others read.
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from './client.ts';
import type { Home } from './homes.ts';
import type { Account } from './knowledge.ts';
import { counts, latencies, type Row } from './report.ts';
import type { World } from './world.ts';

interface Storm {
  home: Home;
  world: World;
  client: Client;
  /** How many sign in at the same time. */
  logins: number;
  readers: number;
}

const CALM_MS = 2_000;
const PAUSE_MS = 20;
/** A right password gets its answer within this time. */
const LOGIN_MAX_MS = 60_000;

export async function signInBesideReaders({ home, world, client, logins, readers }: Storm): Promise<Row[]> {
  const people = await world.signUp(logins);
  const statuses = new Map<number, number>();
  const broken: string[] = [];
  const took_ms: number[] = [];
  const addressOf = (i: number) => home.addresses[i % home.addresses.length] as string;

  const read = async (until: () => boolean) => {
    const times_ms: number[] = [];
    const reader = async (_: unknown, i: number) => {
      while (!until()) {
        const started_ms = performance.now();
        const { status } = await client(addressOf(i), { method: 'GET', target: '/posts?limit=10' });
        times_ms.push(performance.now() - started_ms);
        if (status !== 200) broken.push(`a read was answered with ${status}`);
        await pause(PAUSE_MS);
      }
    };
    await Promise.all(Array.from({ length: readers }, reader));
    return times_ms;
  };
  const signIn = async ({ username, password }: Account, i: number) => {
    const started_ms = Date.now();
    const headers = { 'Content-Type': 'application/json', 'CF-Connecting-IP': `203.0.113.${i % 250}` };
    const body = JSON.stringify({ username, password });
    const { status } = await client(addressOf(i), { method: 'POST', target: '/auth/login', headers, body });
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    took_ms.push(Date.now() - started_ms);
    if (status !== 200) broken.push(`a right password was answered with ${status}`);
  };

  const calm_end_ms = Date.now() + CALM_MS;
  const calm = await read(() => Date.now() > calm_end_ms);
  let isOver = false;
  const reading = read(() => isOver);
  await Promise.all(people.map(signIn));
  isOver = true;
  const stormy = await reading;
  const longest_ms = Math.max(...took_ms);
  if (longest_ms > LOGIN_MAX_MS) broken.push(`a sign-in took ${longest_ms} ms`);
  const processes = home.addresses.length;
  return [
    {
      what: `${home.name}, ${processes} processes: ${logins} sign-ins at once, with right passwords`,
      count: logins.toLocaleString('en'),
      seen: `${counts(statuses)}; ${latencies(took_ms)}`,
      broken: [...broken, ...home.unforeseen()],
    },
    {
      what: `${home.name}, ${processes} processes: reads beside them, by ${readers} readers`,
      count: stormy.length.toLocaleString('en'),
      seen: `${latencies(stormy)}; before them ${latencies(calm)}`,
      broken: [],
    },
  ];
}
