import { describe, expect, it } from 'vitest';
import { api } from './support/api';
import { type Person, signUp, signUpMany, write } from './support/people';
import { sql } from './support/sql';

const UNKNOWN_POST = 9_007_199_254_740_991;

async function postAndVoter(): Promise<{ post: number; author: Person; voter: Person }> {
  const [author, voter] = [await signUp(), await signUp()];
  return { post: (await write(author)).id, author, voter };
}

const vote = ({ token }: Person, post_id: number, dir = 1) =>
  api('POST /votes', { token, json: { post_id, dir } });
const votesOf = async (post: number) => (await api(`GET /posts/${post}`)).body.votes;

describe('POST /votes', () => {
  it('adds a vote and answers the exact count', async () => {
    const { post, voter } = await postAndVoter();

    const { status, body } = await vote(voter, post);

    expect(status).toBe(201);
    expect(body).toEqual({ message: 'Vote added.', post_id: post, dir: 1, votes: 1 });
    expect(await votesOf(post)).toBe(1);
  });

  it('withdraws a vote with dir 0', async () => {
    const { post, voter } = await postAndVoter();
    await vote(voter, post);

    const { status, body } = await vote(voter, post, 0);

    expect(status).toBe(201);
    expect(body).toEqual({ message: 'Vote withdrawn.', post_id: post, dir: 0, votes: 0 });
    expect(await votesOf(post)).toBe(0);
  });

  it('counts one vote per person', async () => {
    const { post, voter } = await postAndVoter();
    await vote(voter, post);

    const { status, body } = await vote(voter, post);

    expect([status, body.code]).toEqual([409, 'already_voted']);
    expect(body.detail).toBe(`You have already voted for post ${post}.`);
    expect(await votesOf(post)).toBe(1);
  });

  it('counts the votes of several people, the author included', async () => {
    const { post, author } = await postAndVoter();
    const voters = [author, ...(await signUpMany(3))];

    const counts = [];
    for (const voter of voters) counts.push((await vote(voter, post)).body.votes);

    expect(counts).toEqual([1, 2, 3, 4]);
  });

  it('answers 404 for an unknown post, and for a missing vote', async () => {
    const { post, voter } = await postAndVoter();

    for (const dir of [0, 1]) {
      const { status, body } = await vote(voter, UNKNOWN_POST, dir);
      expect([status, body.code]).toEqual([404, 'post_not_found']);
    }
    const { status, body } = await vote(voter, post, 0);
    expect([status, body.code]).toEqual([404, 'vote_not_found']);
    expect(await votesOf(post)).toBe(0);
  });

  it('lets a person vote again after withdrawing', async () => {
    const { post, voter } = await postAndVoter();
    for (const [dir, votes] of [
      [1, 1],
      [0, 0],
      [1, 1],
    ] as const)
      expect((await vote(voter, post, dir)).body.votes).toBe(votes);
  });
});

describe('PUT /votes/{post_id}', () => {
  it('adds a vote, and can be repeated', async () => {
    const { post, voter } = await postAndVoter();

    for (let times = 0; times < 3; times += 1) {
      const { status, body } = await api(`PUT /votes/${post}`, { token: voter.token });
      expect(status).toBe(200);
      expect(body).toEqual({ post_id: post, votes: 1 });
    }
    expect(await votesOf(post)).toBe(1);
  });

  it('answers 404 for an unknown post', async () => {
    const { token } = await signUp();

    expect((await api(`PUT /votes/${UNKNOWN_POST}`, { token })).body.code).toBe('post_not_found');
  });
});

describe('DELETE /votes/{post_id}', () => {
  it('withdraws a vote, and can be repeated', async () => {
    const { post, voter } = await postAndVoter();
    await vote(voter, post);

    for (let times = 0; times < 3; times += 1) {
      const { status, text } = await api(`DELETE /votes/${post}`, { token: voter.token });
      expect([status, text]).toEqual([204, '']);
    }
    expect(await votesOf(post)).toBe(0);
  });

  it('does not change votes of others', async () => {
    const { post, author, voter } = await postAndVoter();
    await vote(voter, post);

    await api(`DELETE /votes/${post}`, { token: author.token });

    expect(await votesOf(post)).toBe(1);
  });

  it('answers 404 for an unknown post', async () => {
    const { token } = await signUp();

    expect((await api(`DELETE /votes/${UNKNOWN_POST}`, { token })).body.code).toBe('post_not_found');
  });
});

describe('GET /votes', () => {
  it('answers the posts that the caller voted for', async () => {
    const { post, author, voter } = await postAndVoter();
    const [other, draft] = [(await write(author)).id, (await write(voter, { published: false })).id];
    await vote(voter, post);
    const asked = [other, post, draft, post, UNKNOWN_POST].join();

    expect((await api(`GET /votes?post_ids=${asked}`, { token: voter.token })).body).toEqual({
      data: [post],
    });
    expect((await api(`GET /votes?post_ids=${asked}`, { token: author.token })).body).toEqual({ data: [] });
  });

  it('accepts a hundred ids', async () => {
    const { token } = await signUp();
    const hundred = Array.from({ length: 100 }, (_, i) => UNKNOWN_POST - i).join();

    expect((await api(`GET /votes?post_ids=${hundred}`, { token })).body).toEqual({ data: [] });
  });
});

describe('a count of votes', () => {
  it('excludes the votes of a deleted user', async () => {
    const { post, voter, author } = await postAndVoter();
    await vote(voter, post);
    await vote(author, post);

    await sql`DELETE FROM users WHERE id = ${voter.id}`;

    expect(await votesOf(post)).toBe(1);
  });

  it('is the same in the post, in lists and after a vote', async () => {
    const { post, voter, author } = await postAndVoter();

    const { body } = await vote(voter, post);

    const listed = (await api(`GET /posts?author=${author.id}`, { token: voter.token })).body.data[0];
    expect([listed.votes, listed.viewer]).toEqual([body.votes, { voted: true, bookmarked: false }]);
  });
});

describe('a vote for a post that was unpublished', () => {
  it('is hidden until the post is published again', async () => {
    const { post, voter, author } = await postAndVoter();
    await vote(voter, post);
    const publish = (published: boolean) =>
      api(`PATCH /posts/${post}`, { token: author.token, json: { published } });
    const withdraw = () => api(`DELETE /votes/${post}`, { token: voter.token });
    const voted = async () => (await api(`GET /votes?post_ids=${post}`, { token: voter.token })).body.data;

    await publish(false);
    for (let times = 0; times < 2; times += 1) {
      const { status, body } = await withdraw();
      expect([status, body.code]).toEqual([404, 'post_not_found']);
    }
    expect(await voted()).toEqual([]);
    expect((await publish(true)).body.votes).toBe(1);
    expect(await voted()).toEqual([post]);

    for (let times = 0; times < 2; times += 1) expect((await withdraw()).status).toBe(204);
    expect(await votesOf(post)).toBe(0);
  });
});
