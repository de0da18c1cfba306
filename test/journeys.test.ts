// People do at random what people do, one after another, and a plain model in memory (`support/model`) says what the API has
// to answer. At once: races/journeys.test.ts.
import { describe, expect, inject, it } from 'vitest';
import { beginJourney, endJourney, walk } from './support/model/journey';

const { seed, steps = 300 } = inject('journeys');

const REFUSALS = [
  ...['token_missing', 'token_revoked', 'blocked', 'not_owner', 'admin_only', 'precondition_failed'],
  ...['post_not_found', 'parent_not_found', 'user_not_found', 'vote_not_found'],
  ...['already_voted', 'username_taken', 'idempotency_key_reused', 'cannot_follow_self'],
];

describe(`${steps} steps of people who do whatever they like, one after another (SEED=${seed})`, () => {
  it('are all answered as the model answers them', { timeout: 3_600_000 }, async () => {
    const journey = await beginJourney(seed);
    try {
      await walk(journey, steps);
      // It went where the rules are.
      if (steps >= 300) expect([...journey.refused]).toEqual(expect.arrayContaining(REFUSALS));
    } catch (error) {
      // The last of them say what was wrong.
      throw new Error(
        `SEED=${seed}, after ${journey.log.length} steps:\n${journey.log.slice(-12).join('\n')}`,
        {
          cause: error,
        },
      );
    } finally {
      await endJourney(journey);
    }
  });
});
