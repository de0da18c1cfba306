// How many round trips to the database a request made, counted by the local Neon and not by the Worker itself.
import { env } from 'cloudflare:workers';
import { inject } from 'vitest';
import type { Route } from './document';
import { calls } from './node/port';
import { ROUTES } from './routes';

/** The most round trips that a request of each route has made so far. */
export const mostRoundTrips = new Map<string, number>();

let inFlight = 0;
let started = 0;

const WORKER = new URL(env.DATABASE_URL).username;

/** The number of calls of the database that the Worker, or the server for Node, has made so far. */
export async function roundTripsSoFar(): Promise<number> {
  if ('DATABASE' in env) return calls.count;
  const stats = await fetch(`${inject('neon')}/stats?user=${WORKER}`);
  return ((await stats.json()) as { round_trips: number }).round_trips;
}

/**
 * Makes a request and counts its round trips; undefined when another request ran at the same time, since the two can't be
 * told apart.
 */
export async function countRoundTrips<Answer>(
  request: () => Promise<Answer>,
): Promise<{ answer: Answer; roundTrips: number | undefined }> {
  const isAlone = inFlight === 0;
  inFlight += 1;
  started += 1;
  const turn = started;
  try {
    const before = isAlone ? await roundTripsSoFar() : 0;
    const answer = await request();
    const stayedAlone = isAlone && turn === started;
    return { answer, roundTrips: stayedAlone ? (await roundTripsSoFar()) - before : undefined };
  } finally {
    inFlight -= 1;
  }
}

/** Throws when a request made more round trips than its route may. */
export function checkRoundTrips({ name }: Route, roundTrips: number): void {
  const allowed = ROUTES[name]?.roundTrips;
  if (allowed === undefined) throw new Error(`${name} is missing in test/support/routes.ts.`);
  mostRoundTrips.set(name, Math.max(roundTrips, mostRoundTrips.get(name) ?? 0));
  if (roundTrips > allowed)
    throw new Error(`${name} made ${roundTrips} round trips; it may make ${allowed}.`);
}
