import { describe, expect, it } from 'vitest';
import { api } from '../support/api';
import { type Person, promote, signUpMany } from '../support/people';
import { sql } from '../support/sql';
import { watchCounters } from '../support/wrong-counters';

const OPERATIONS = 10_000;
const CLIENTS = 16;
/** So few that clients often change the same rows. */
const PEOPLE = 24;

const pick = <T>(items: T[]): T | undefined => items[Math.floor(Math.random() * items.length)];
const flipCoin = () => Math.random() < 0.5;

interface State {
  admin: Person;
  people: Person[];
  posts: { id: number; owner: Person }[];
}

/** Mentions up to three people, some of them twice, and has hashtags of the tags that are also given. */
const contentOf = ({ people }: State) =>
  ['A note.', ...Array.from({ length: 3 }, () => (flipCoin() ? `@${pick(people)?.username}` : '#b #d'))].join(
    ' ',
  );

type Operation = (state: State, me: Person) => Promise<{ status: number; text: string } | undefined>;

const createPost: Operation = async (state, me) => {
  const parent = flipCoin() ? pick(state.posts) : undefined;
  const json = {
    content: contentOf(state),
    published: Math.random() < 0.8,
    tags: ['a', 'b', 'c'].filter(flipCoin),
    parent_id: parent?.id ?? null,
  };
  const answer = await api('POST /posts', { token: me.token, json });
  if (answer.status === 201) state.posts.push({ id: answer.body.id, owner: me });
  return answer;
};

const onPost =
  (act: (post: State['posts'][number], me: Person) => Promise<{ status: number; text: string }>): Operation =>
  async (state, me) => {
    const post = pick(state.posts);
    return post && act(post, me);
  };

const onPerson =
  (act: (person: Person, me: Person) => Promise<{ status: number; text: string }>): Operation =>
  async (state, me) =>
    act(pick(state.people) as Person, me);

const OPERATION_WEIGHTS: [weight: number, operation: Operation][] = [
  [20, createPost],
  [20, onPost((post, { token }) => api(`PUT /votes/${post.id}`, { token }))],
  [8, onPost((post, { token }) => api(`DELETE /votes/${post.id}`, { token }))],
  [
    6,
    onPost((post, { token }) =>
      api('POST /votes', { token, json: { post_id: post.id, dir: flipCoin() ? 1 : 0 } }),
    ),
  ],
  [12, onPerson((person, { token }) => api(`PUT /users/${person.id}/follow`, { token }))],
  [8, onPerson((person, { token }) => api(`DELETE /users/${person.id}/follow`, { token }))],
  [0.5, onPerson((person, { token }) => api(`PUT /users/${person.id}/block`, { token }))],
  [4, onPerson((person, { token }) => api(`DELETE /users/${person.id}/block`, { token }))],
  [1, onPerson((person, { token }) => api(`PUT /users/${person.id}/mute`, { token }))],
  [1, onPerson((person, { token }) => api(`DELETE /users/${person.id}/mute`, { token }))],
  [
    12,
    async (state) => {
      const post = pick(state.posts);
      const json = {
        published: flipCoin(),
        ...(flipCoin() && { tags: ['a', 'b', 'c'].filter(flipCoin) }),
        ...(flipCoin() && { content: contentOf(state) }),
      };
      return post && api(`PATCH /posts/${post.id}`, { token: post.owner.token, json });
    },
  ],
  [
    10,
    async (state) => {
      const post = pick(state.posts);
      if (!post) return undefined;
      state.posts = state.posts.filter((other) => other !== post);
      return api(`DELETE /posts/${post.id}`, { token: post.owner.token });
    },
  ],
  [
    0.6,
    async (state) => {
      const deleted = pick(state.people) as Person;
      const [next] = await signUpMany(1, 'next');
      state.people = [...state.people.filter((person) => person !== deleted), next as Person];
      return api(`DELETE /users/${deleted.id}`, { token: state.admin.token });
    },
  ],
];

const TOTAL = OPERATION_WEIGHTS.reduce((sum, [weight]) => sum + weight, 0);

function pickOperation(): Operation {
  let dice = Math.random() * TOTAL;
  for (const [weight, operation] of OPERATION_WEIGHTS) {
    dice -= weight;
    if (dice < 0) return operation;
  }
  return createPost;
}

describe(`${OPERATIONS} random operations of ${CLIENTS} clients at once`, () => {
  it('leave every counter exact, and get no answer of 500 or above', { timeout: 600_000 }, async () => {
    const findWrong = await watchCounters();
    const [admin] = (await signUpMany(1)) as [Person];
    await promote(admin);
    const state: State = { admin, people: await signUpMany(PEOPLE), posts: [] };
    const statuses = new Map<number, number>();
    const failures: string[] = [];
    let left = OPERATIONS;
    const client = async () => {
      while (left > 0) {
        left -= 1;
        const answer = await pickOperation()(state, pick(state.people) as Person);
        if (!answer) continue;
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        if (answer.status >= 500) failures.push(answer.text);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));

    expect(failures).toEqual([]);
    expect(await findWrong()).toEqual([]);
    expect(statuses.get(201)).toBeGreaterThan(OPERATIONS / 10);

    // What people are told about posts and users agrees with the rows, too.
    for (const { id, token } of state.people.slice(0, 5)) {
      const { body: posts } = await api('GET /posts?limit=100&replies=include', { token });
      const votes = await sql`SELECT post_id::integer AS id FROM votes WHERE user_id = ${id}`;
      const voted = new Set(votes.map((row) => (row as { id: number }).id));
      for (const post of posts.data) expect(post.viewer.voted).toBe(voted.has(post.id));
      const { body: people } = await api(`GET /users?limit=100`, { token });
      const follows = await sql`SELECT follower_id::integer AS a, followee_id::integer AS b FROM follows`;
      const pairs = new Set(follows.map((row) => `${(row as { a: number }).a} ${(row as { b: number }).b}`));
      const blocks = await sql`SELECT other_id::integer AS id FROM blocks WHERE user_id = ${id}`;
      const mutes = await sql`SELECT other_id::integer AS id FROM mutes WHERE user_id = ${id}`;
      const has = (rows: Record<string, unknown>[], other: number) => rows.some((row) => row.id === other);
      for (const { id: other, viewer } of people.data)
        expect(viewer).toEqual({
          following: pairs.has(`${id} ${other}`),
          followed_by: pairs.has(`${other} ${id}`),
          blocking: has(blocks, other),
          muting: has(mutes, other),
        });
      const hiders = await sql`SELECT user_id::integer AS id FROM blocks WHERE other_id = ${id}`;
      for (const { owner_id } of posts.data)
        expect([blocks, mutes, hiders].some((rows) => has(rows, owner_id))).toBe(false);
    }
  });
});
