// How many round trips to the database a request made, counted where they leave the Worker and not by the Worker itself.
import { env } from 'cloudflare:workers';
import type { Route } from './document';
import { calls, isAfterAnswer } from './node/port';
import { ROUTES } from './routes';

/** The most round trips that a request of each route has made so far. */
export const mostRoundTrips = new Map<string, number>();

let inFlight = 0;
let started = 0;

/** The requests to Neon in the name of the Worker so far; those of the tests are in the name of the owner. */
let requests = 0;
const originalFetch = globalThis.fetch;
const worker = `//${new URL(env.DATABASE_URL).username}:`;
globalThis.fetch = (input, init) => {
  const isOfWorker = new Headers(init?.headers).get('Neon-Connection-String')?.includes(worker);
  if (isOfWorker && !isAfterAnswer(String(init?.body))) requests += 1;
  return originalFetch(input, init);
};

/** The number of calls of the database that the Worker, or the server for Node, has made so far. */
export const roundTripsSoFar = (): number => ('DATABASE' in env ? calls.count : requests);

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
