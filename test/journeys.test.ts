// People do at random what people do, one after another, and a plain model in memory (`support/model`) says what the API has
// to answer. At once: races/journeys.test.ts.
import { describe, expect, inject, it } from 'vitest';
import { beginJourney, endJourney, walk } from './support/model/journey';

const { seed, steps = 400 } = inject('journeys');

describe(`${steps} steps of people who do whatever they like, one after another (SEED=${seed})`, () => {
  it('are all answered as the model answers them', { timeout: 3_600_000 }, async () => {
    const journey = await beginJourney(seed);
    try {
      await walk(journey, steps);
      // Of many kinds: else they would tell little.
      expect(journey.refused.size).toBeGreaterThan(Math.min(10, steps / 30));
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
