import { beforeAll, describe, expect, it } from 'vitest';
import { api } from '../support/api';
import { countOutcomes } from '../support/count-outcomes';
import { holdLock, waitForLockWaiters } from '../support/locks';
import { type Person, signUp, signUpMany, write } from '../support/people';
import { sql } from '../support/sql';
import { withoutRetry } from '../support/without-retry';
import { watchCounters } from '../support/wrong-counters';

const WAITERS = 20;

const lockUntilTheyWait = (table: 'post_counts' | 'users', key: string, id: number) =>
  holdLock(
    sql.query(`SELECT FROM ${table} WHERE ${key} = ${id} FOR UPDATE`),
    () => sql.query(`SELECT 1 FROM ${table} WHERE ${key} = ${id} FOR UPDATE SKIP LOCKED`),
    WAITERS,
  );

/** One waits for the row, and has its newest version once it is free; the others have not looked at it yet. */
const IN_LINE = [
  { locktype: 'advisory', waiting: WAITERS - 1 },
  { locktype: 'transactionid', waiting: 1 },
];

describe('twenty people at once', () => {
  let people: Person[];
  let author: Person;
  let post: number;
  beforeAll(async () => {
    people = await signUpMany(WAITERS);
    author = await signUp();
    post = (await write(author)).id;
  });

  it('stand in line to vote for one post', async () => {
    const { unlocked } = await lockUntilTheyWait('post_counts', 'post_id', post);
    const voted = await Promise.all(people.map(({ token }) => api(`PUT /votes/${post}`, { token })));

    expect(await unlocked).toEqual(IN_LINE);
    expect(countOutcomes(voted)).toEqual({ 200: WAITERS });
    expect((await api(`GET /posts/${post}`)).body.votes).toBe(WAITERS);
  });

  it('stand in line to reply to one post', async () => {
    const { unlocked } = await lockUntilTheyWait('post_counts', 'post_id', post);
    const replies = await Promise.all(
      people.map(({ token }) => api(`POST /posts/${post}/replies`, { token, json: { content: 'Me too.' } })),
    );

    expect(await unlocked).toEqual(IN_LINE);
    expect(countOutcomes(replies)).toEqual({ 201: WAITERS });
    expect((await api(`GET /posts/${post}`)).body.replies).toBe(WAITERS);
  });

  it('stand in line to follow one person', async () => {
    const { unlocked } = await lockUntilTheyWait('users', 'id', author.id);
    const followed = await Promise.all(
      people.map(({ token }) => api(`PUT /users/${author.id}/follow`, { token })),
    );

    expect(await unlocked).toEqual(IN_LINE);
    expect(new Set(followed.map(({ status }) => status < 300))).toEqual(new Set([true]));
    expect((await api(`GET /users/${author.id}`)).body.followers).toBe(WAITERS);
  });

  it('see what became of a post while they stood in line to vote', async () => {
    const { id } = await write(author);
    const [one, other] = people as [Person, Person];
    const { unlocked } = await holdLock(
      sql.query(`SELECT pg_advisory_xact_lock(1, ${id})`),
      () => sql.query(`SELECT 1 WHERE pg_try_advisory_xact_lock(1, ${id})`),
      2,
    );
    const before = api(`PUT /votes/${id}`, { token: one.token });
    await waitForLockWaiters(1);
    await api(`PATCH /posts/${id}`, { token: author.token, json: { published: false } });
    const after = await api(`PUT /votes/${id}`, { token: other.token });

    expect([(await before).status, after.status]).toEqual([404, 404]);
    await unlocked;
  });

  it('vote, reply and follow each other in any order, and nobody deadlocks', async () => {
    const posts = await Promise.all(people.map((person) => write(person)));
    const findWrong = await watchCounters();
    const next = (i: number) => people[(i + 1) % WAITERS] as Person;

    const answers = await withoutRetry(
      people.flatMap(({ token, id }, i) => [
        [`PUT /users/${next(i).id}/follow`, { token }],
        [`POST /posts/${posts[i]?.id}/replies`, { token: next(i).token, json: { content: 'Why?' } }],
        [`PUT /users/${id}/follow`, { token: next(i).token }],
        [`PUT /votes/${posts[(i + 1) % WAITERS]?.id}`, { token }],
        [`DELETE /users/${next(i).id}/follow`, { token }],
        [`DELETE /votes/${posts[(i + 1) % WAITERS]?.id}`, { token }],
        ...(i % 4 === 0 ? [[`DELETE /posts/${posts[i]?.id}`, { token }]] : []),
      ]) as Parameters<typeof api>[],
    );

    // A post that is deleted meanwhile is 404.
    expect(answers.filter(({ status }) => status >= 300 && status !== 404)).toEqual([]);
    expect(await findWrong()).toEqual([]);
  });
});
