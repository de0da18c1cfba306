// Sixteen clients do at random what people do, all at once. One after another, with every answer predicted: journeys.test.ts.
import { describe, expect, inject, it } from 'vitest';
import { act, type Crowd, expectOutcomes } from '../support/model/crowd';
import { beginJourney, endJourney } from '../support/model/journey';
import { watchCounters } from '../support/wrong-counters';

const CLIENTS = 16;
const { seed, steps = 600 } = inject('journeys');

describe(`${steps} random operations of ${CLIENTS} clients at once`, () => {
  it('leave what was acknowledged, and everybody sees what the rows say', {
    timeout: 3_600_000,
  }, async () => {
    const findWrongCounters = await watchCounters();
    const journey = await beginJourney(seed, CLIENTS);
    const crowd: Crowd = {
      ...journey,
      onceBlocked: new Set(),
      signedOut: new Set(),
      failures: [],
      statuses: new Map(),
    };
    let begun = 0;
    const isOver = () => {
      begun += 1;
      return begun > steps;
    };
    const people = [...journey.world.people.values()].filter(({ id }) => id !== journey.admin.id);
    await Promise.all(people.map((person) => act(crowd, person, isOver)));
    try {
      await expectOutcomes(crowd);
      expect(await findWrongCounters()).toEqual([]);
    } finally {
      await endJourney(journey);
    }

    expect(crowd.statuses.get(201)).toBeGreaterThan(steps / 10);
    expect(crowd.statuses.get(204)).toBeGreaterThan(steps / 10);
  });
});
