import { beforeAll, describe, expect, it } from 'vitest';
import { api } from '../support/api';
import { countOutcomes } from '../support/count-outcomes';
import { holdLock } from '../support/locks';
import { type Person, signUp, signUpMany, write } from '../support/people';
import { sql } from '../support/sql';

const vote = ({ token }: Person, post_id: number, dir = 1) =>
  api('POST /votes', { token, json: { post_id, dir } });

const ascending = (a: number, b: number) => a - b;
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
const newPost = async () => (await write(await signUp())).id as number;

/** The counter of the post, and the number of its votes. */
async function countsOf(post: number): Promise<number[]> {
  const shown = (await api(`GET /posts/${post}`)).body.votes;
  const [row] = await sql`SELECT count(*)::integer AS votes FROM votes WHERE post_id = ${post}`;
  return [shown, row?.votes];
}

/** Locks the counters of a post until twenty transactions wait for them. */
const lockUntilTwentyWait = (post: number) =>
  holdLock(
    sql`SELECT FROM post_counts WHERE post_id = ${post} FOR UPDATE`,
    () => sql`SELECT 1 FROM post_counts WHERE post_id = ${post} FOR UPDATE SKIP LOCKED`,
    20,
  );

describe('200 people', () => {
  let people: Person[];
  beforeAll(async () => {
    people = await signUpMany(200);
  });

  it('vote for one post at once, each with another count, and withdraw at once', async () => {
    const post = await newPost();
    const { unlocked } = await lockUntilTwentyWait(post);
    const added = await Promise.all(people.map((person) => vote(person, post)));

    await unlocked;
    expect(countOutcomes(added)).toEqual({ 201: 200 });
    expect(added.map(({ body }) => body.votes).sort(ascending)).toEqual(upTo(200));
    expect(await countsOf(post)).toEqual([200, 200]);

    const withdrawn = await Promise.all(people.map((person) => vote(person, post, 0)));

    expect(countOutcomes(withdrawn)).toEqual({ 201: 200 });
    expect(withdrawn.map(({ body }) => body.votes + 1).sort(ascending)).toEqual(upTo(200));
    expect(await countsOf(post)).toEqual([0, 0]);
  });

  it('vote and withdraw in any order, and the counter is exact', async () => {
    const post = await newPost();
    const calls = people.flatMap((person, i) => [
      api(`PUT /votes/${post}`, { token: person.token }),
      ...(i % 2 ? [api(`DELETE /votes/${post}`, { token: person.token })] : []),
      ...(i % 3 ? [vote(person, post, i % 2)] : []),
    ]);

    const { 200: put, 204: removed, ...posted } = countOutcomes(await Promise.all(calls));

    expect([put, removed]).toEqual([200, 100]);
    expect(['201', 'already_voted', 'vote_not_found']).toEqual(expect.arrayContaining(Object.keys(posted)));
    const [shown, counted] = await countsOf(post);
    expect(shown).toBe(counted);
  });
});

describe('one person', () => {
  it('who votes 50 times at once has one vote', async () => {
    const [voter, post] = [await signUp(), await newPost()];

    const answers = await Promise.all(Array.from({ length: 50 }, () => vote(voter, post)));

    expect(countOutcomes(answers)).toEqual({ 201: 1, already_voted: 49 });
    expect(await countsOf(post)).toEqual([1, 1]);
  });

  it('who withdraws 50 times at once withdraws once', async () => {
    const [voter, post] = [await signUp(), await newPost()];
    await vote(voter, post);

    const answers = await Promise.all(Array.from({ length: 50 }, () => vote(voter, post, 0)));

    expect(countOutcomes(answers)).toEqual({ 201: 1, vote_not_found: 49 });
    expect(await countsOf(post)).toEqual([0, 0]);
  });

  it('who sends 50 PUTs at once gets the count 1 each time', async () => {
    const [{ token }, post] = [await signUp(), await newPost()];

    const answers = await Promise.all(Array.from({ length: 50 }, () => api(`PUT /votes/${post}`, { token })));

    expect(new Set(answers.map(({ body }) => body.votes))).toEqual(new Set([1]));
    expect(await countsOf(post)).toEqual([1, 1]);
  });
});

describe('during votes', () => {
  it('users are deleted with their votes, without a deadlock', async () => {
    const posts = [await newPost(), await newPost(), await newPost(), await newPost(), await newPost()];
    const [leaving, staying] = [await signUpMany(20), await signUpMany(20)];

    const votes = [...leaving, ...staying].flatMap((person) => posts.map((post) => vote(person, post)));
    const deletions = leaving.map(({ id }) => sql`DELETE FROM users WHERE id = ${id}`);
    const [answers] = await Promise.all([Promise.all(votes), Promise.all(deletions)]);

    const { 201: voted = 0, token_revoked: revoked = 0, ...other } = countOutcomes(answers);
    expect([other, voted + revoked]).toEqual([{}, 200]);
    for (const post of posts) expect(await countsOf(post)).toEqual([20, 20]);
  });

  it('a post is deleted with its votes', async () => {
    const [author, voters] = [await signUp(), await signUpMany(30)];
    const [kept, gone] = [(await write(author)).id, (await write(author)).id];

    const [deletion, ...answers] = await Promise.all([
      api(`DELETE /posts/${gone}`, { token: author.token }),
      ...voters.flatMap((voter) => [vote(voter, gone), vote(voter, kept)]),
    ]);

    expect(deletion.status).toBe(204);
    const { 201: voted = 0, post_not_found: late = 0, ...other } = countOutcomes(answers);
    expect([other, voted + late]).toEqual([{}, 60]);
    expect(await countsOf(kept)).toEqual([30, 30]);
    const [row] = await sql`SELECT count(*)::integer AS votes FROM votes WHERE post_id = ${gone}`;
    expect(row?.votes).toBe(0);
  });
});
