// Sends requests made from the document to all its operations: every answer must be documented and below 500.
import { afterAll, describe, expect, it } from 'vitest';
import { fuzz } from '../tools/chaos/fuzz';
import { api, withSettings } from './support/api';
import { document, routes } from './support/document';
import { promote, signUp, signUpMany } from './support/people';
import { sql } from './support/sql';
import { openStandInPort, REPLICA_URL } from './support/stand-in-replica';

/** The same requests in each run, so that what fails belongs to the change. `npm run test:chaos` sends others each time. */
const SEEDS = Array.from({ length: 10 }, (_, i) => 20_261_125 + i);
/** For each seed. */
const REQUESTS = 300;

/** Every second seed is sent to a server with a replica, which asks again of the primary what that does not have. */
const withReplica = {
  fetch: withSettings({ DATABASE_READ_URL: REPLICA_URL, DATABASE_READ: openStandInPort(() => 0) }),
  checks: { roundTrips: false },
} as const;

const bytesOf = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

// Other tests expect that nobody has the name of an example.
afterAll(() => sql`DELETE FROM users WHERE email = 'ada@example.com' OR username = 'ada'`);

describe('a random request', () => {
  it.each(SEEDS)('of seed %i gets a documented answer below 500', async (seed) => {
    const { faults, sent } = await fuzz(
      document,
      {
        async send({ method, target, body }, headers) {
          const hasBody = body !== null && method !== 'GET' && method !== 'HEAD';
          const server = seed % 2 === 0 ? withReplica : {};
          return api(`${method} ${target}`, { headers, ...(hasBody && { body: bytesOf(body) }), ...server });
        },
        async signUp(actor) {
          const person = await signUp();
          if (actor === 'admin') await promote(person);
          return person;
        },
      },
      { seed, requests: REQUESTS },
    );

    expect(faults).toEqual([]);
    expect(sent).toBe(REQUESTS);
  });

  it('gets an answer below 500 when many are sent at once', async () => {
    const people = await signUpMany(5);
    const calls = people.flatMap(({ token }) =>
      routes
        .filter(({ method, operation }) => method === 'GET' && operation.security)
        .map(({ template }) =>
          api(`GET ${template.replaceAll(/\{[^}]+\}/g, '1')}?x=${'%F0%9F%92%A5'.repeat(50)}`, { token }),
        ),
    );

    for (const { status } of await Promise.all(calls)) expect(status).toBeLessThan(500);
  });
});
