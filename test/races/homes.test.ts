// The Worker and the server for Node over one database, as while one moves from the one to the other.
import { describe, expect, it } from 'vitest';
import { type Answer, api, type Call, isWorker, withSettings } from '../support/api';
import { countDerivations } from '../support/count-derivations';
import { countOutcomes } from '../support/count-outcomes';
import { signUp, signUpMany, write } from '../support/people';
import { sql } from '../support/sql';
import { loginAttempt, prolongWaits } from '../support/waits';

/** The app as the Worker has it: it reaches the database through Neon's driver. */
const worker = withSettings({ DATABASE: undefined, HASHING: undefined });
const homes: ((call: string, options?: Call) => Promise<Answer>)[] = [
  (call, options) => api(call, options),
  (call, options) => api(call, { ...options, fetch: worker }),
];
const CLIENTS = 16;

/** Everybody's calls at once, half of them at each home. */
const together = <Value>(
  values: Value[],
  work: (value: Value, home: (typeof homes)[number]) => Promise<Answer>,
) => Promise.all(values.map((value, i) => work(value, homes[i % 2] as (typeof homes)[number])));

// In the lanes of the Worker there is only one home.
describe.runIf(!isWorker)('both homes, 16 clients on each', () => {
  it('count votes, replies, follows and posts exactly', async () => {
    const author = await signUp();
    const post = (await write(author)).id as number;
    const people = await signUpMany(2 * CLIENTS);

    const votes = await together(people, ({ token }, home) => home(`PUT /votes/${post}`, { token }));
    const replies = await together(people, ({ token }, home) =>
      home(`POST /posts/${post}/replies`, { token, json: { content: 'From one of two homes.' } }),
    );
    const follows = await together(people, ({ token }, home) =>
      home(`PUT /users/${author.id}/follow`, { token }),
    );
    // Half of them withdraw while the other half votes again.
    const changes = await together(people, ({ token, id }, home) =>
      home(`${id % 2 ? 'PUT' : 'DELETE'} /votes/${post}`, { token }),
    );

    const [row] = await sql`SELECT count(*)::integer AS votes FROM votes WHERE post_id = ${post}`;
    const left = people.filter(({ id }) => id % 2).length;
    for (const answers of [votes, replies, follows, changes])
      expect(answers.filter(({ status }) => status >= 300)).toEqual([]);
    for (const home of homes) {
      expect((await home(`GET /posts/${post}`)).body).toMatchObject({ votes: left, replies: 32 });
      expect((await home(`GET /users/${author.id}`)).body).toMatchObject({ followers: 32 });
    }
    expect(row?.votes).toBe(left);
  });

  it('share sessions: one that ends at one home has ended at the other', async () => {
    const [one, other] = homes;
    const people = await signUpMany(2 * CLIENTS);
    expect(
      countOutcomes(await together(people, ({ token }, home) => home('GET /users/me', { token }))),
    ).toEqual({
      200: 32,
    });

    await together(people, ({ token }, home) => home('POST /auth/logout', { token }));
    const after = await Promise.all(
      people.map(({ token }, i) => (i % 2 ? one : other)?.('GET /users/me', { token }) as Promise<Answer>),
    );

    expect(countOutcomes(after)).toEqual({ token_revoked: 32 });
  });

  it('share refresh tokens: used at both homes at once, one has one successor', async () => {
    const { refresh_token } = await signUp();
    const uses = Array.from({ length: 2 * CLIENTS });

    const answers = await together(uses, (_, home) =>
      home('POST /auth/refresh', { json: { refresh_token } }),
    );

    expect(countOutcomes(answers)).toEqual({ 200: 32 });
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
  });

  it('share the limits of wrong passwords', async () => {
    const { username, password } = await signUp();
    const address = '198.51.100.77';
    const headers = { 'cf-connecting-ip': address };
    // At each home fewer than its own tries without a wait.
    const tries = Array.from({ length: 16 }, (_, i) => `wrong password ${i}`);
    const answers = await together(tries, (wrong, home) =>
      home('POST /auth/login', { json: { username, password: wrong }, headers }),
    );

    expect(countOutcomes(answers)).toEqual({ invalid_credentials: 10, too_many_tries: 6 });
    await prolongWaits(await loginAttempt(username, address));
    const { calls } = await countDerivations(async () => {
      for (const home of homes)
        expect((await home('POST /auth/login', { json: { username, password }, headers })).status).toBe(429);
    });
    expect(calls).toBe(0);
  });
});
