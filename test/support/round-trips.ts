// How many round trips to the database a request made, counted where they leave the Worker and not by the Worker itself.
import { env } from 'cloudflare:workers';
import type { Route } from './document';
import { calls } from './node/port';
import { ROUTES } from './routes';

/** The most round trips that a request of each route has made so far. */
export const mostRoundTrips = new Map<string, number>();

let inFlight = 0;
let started = 0;

// Kept on the object that all test files share, so that it is wrapped once.
const WRAPPED: unique symbol = Symbol.for('ledge.round-trips');
const shared = globalThis as unknown as { [WRAPPED]?: { count: number } };
shared[WRAPPED] ??= countFetches();
const fetches = shared[WRAPPED];

/** Counts the requests to Neon in the name of the Worker; those of the tests are in the name of the owner. */
function countFetches(): { count: number } {
  const counter = { count: 0 };
  const fetchAnything = globalThis.fetch;
  const worker = `//${new URL(env.DATABASE_URL).username}:`;
  globalThis.fetch = (input, init) => {
    const database = new Headers(init?.headers).get('Neon-Connection-String');
    if (database?.includes(worker)) counter.count += 1;
    return fetchAnything(input, init);
  };
  return counter;
}

/** The number of calls of the database that the Worker, or the server for Node, has made so far. */
export const roundTripsSoFar = (): number => ('DATABASE' in env ? calls.count : fetches.count);

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
    const before = roundTripsSoFar();
    const answer = await request();
    const stayedAlone = isAlone && turn === started;
    return { answer, roundTrips: stayedAlone ? roundTripsSoFar() - before : undefined };
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
