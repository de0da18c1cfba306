// How often a route may ask the database, and how often it did: counted by the local Neon, not by our own code.
import { env } from 'cloudflare:workers';
import { inject } from 'vitest';
import type { Route } from './document';
import { ROUTES } from './routes';

/** The most that any request of the suite has cost so far, route by route. */
export const mostRoundTrips = new Map<string, number>();

let inFlight = 0;
let started = 0;

const WORKER = new URL(env.DATABASE_URL).username;

/** How many calls of `POST /sql` the local Neon has seen of the Worker. */
export async function roundTripsSoFar(): Promise<number> {
  const stats = await fetch(`${inject('neon')}/stats?user=${WORKER}`);
  return ((await stats.json()) as { round_trips: number }).round_trips;
}

/**
 * Makes a request and counts its round trips. Undefined when another was under way: then nobody can say whose they
 * were.
 */
export async function counted<Answer>(
  request: () => Promise<Answer>,
): Promise<{ answer: Answer; roundTrips: number | undefined }> {
  const alone = inFlight === 0;
  inFlight += 1;
  started += 1;
  const turn = started;
  try {
    const before = alone ? await roundTripsSoFar() : 0;
    const answer = await request();
    const undisturbed = alone && turn === started;
    return { answer, roundTrips: undisturbed ? (await roundTripsSoFar()) - before : undefined };
  } finally {
    inFlight -= 1;
  }
}

/** Throws when a request cost more than its route may. */
export function checkRoundTrips({ name }: Route, roundTrips: number): void {
  const allowed = ROUTES[name]?.roundTrips;
  if (allowed === undefined) throw new Error(`${name} does not stand in test/support/routes.ts.`);
  mostRoundTrips.set(name, Math.max(roundTrips, mostRoundTrips.get(name) ?? 0));
  if (roundTrips > allowed)
    throw new Error(`${name} made ${roundTrips} round trips; it may make ${allowed}.`);
}
