import { expect } from 'vitest';
import { type Answer, api } from './api';
import { roundTripsSoFar } from './round-trips';

/**
 * Sends calls of one round trip each at once, and expects that none is answered 500 or above, and that Postgres undid none:
 * a call that deadlocks is sent again, and then there are more round trips than calls.
 */
export async function withoutRetry(calls: Parameters<typeof api>[]): Promise<Answer[]> {
  const before = roundTripsSoFar();
  const answers = await Promise.all(
    calls.map(([call, more]) => api(call, { ...more, checks: { roundTrips: false } })),
  );
  expect(roundTripsSoFar() - before).toBe(calls.length);
  for (const { status, text } of answers) expect(status, text).toBeLessThan(500);
  return answers;
}
