import { describe, expect, it } from 'vitest';
import { api } from '../support/api';
import { holdLock, waitForLockWaiters } from '../support/locks';
import { type Person, promote, signUpMany, write } from '../support/people';
import { sql } from '../support/sql';
import { withoutRetry } from '../support/without-retry';

type Call = Parameters<typeof api>;

const ROUNDS = 12;
const block = (me: Person, other: Person): Call => [`PUT /users/${other.id}/block`, { token: me.token }];
const follow = (me: Person, other: Person): Call => [`PUT /users/${other.id}/follow`, { token: me.token }];

/** Follows of people who block each other: there must be none. */
const followsOfBlocked = ([one, other]: [Person, Person]) => sql`
  SELECT FROM follows WHERE follower_id IN (${one.id}, ${other.id}) AND followee_id IN (${one.id}, ${other.id})`;

/** What both do to each other, with posts that are there. */
const contacts = (me: Person, other: Person, { mine, theirs }: { mine: number; theirs: number }): Call[] => [
  follow(me, other),
  follow(other, me),
  [`PUT /votes/${theirs}`, { token: me.token }],
  [`PUT /votes/${mine}`, { token: other.token }],
  ['POST /votes', { token: other.token, json: { post_id: mine, dir: 1 } }],
  [`POST /posts/${theirs}/replies`, { token: me.token, json: { content: 'Yes.' } }],
  [`POST /posts/${mine}/replies`, { token: other.token, json: { content: 'Yes.' } }],
  ['POST /posts', { token: me.token, json: { content: `@${other.username}` } }],
  ['POST /posts', { token: other.token, json: { content: `@${me.username}` } }],
];

describe('a block against follows, votes, replies and mentions at once', () => {
  it('leaves no follow, and deadlocks with none of them', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const people = (await signUpMany(2)) as [Person, Person];
      const [me, other] = round % 2 ? people : (people.toReversed() as [Person, Person]);
      const posts = { mine: (await write(me)).id, theirs: (await write(other)).id };
      const all = contacts(me, other, posts);
      const place = (round * 5) % all.length;
      const answers = await withoutRetry([...all.slice(0, place), block(me, other), ...all.slice(place)]);
      for (const { status, body, text } of answers)
        if (status >= 300) expect(['blocked', 'already_voted'], text).toContain(body.code);
      expect(await followsOfBlocked(people)).toEqual([]);
      const counts =
        await sql`SELECT followers + following AS follows FROM users WHERE id IN (${me.id}, ${other.id})`;
      expect(counts).toEqual([{ follows: 0 }, { follows: 0 }]);

      // Once the block is there, nothing more comes.
      const later = await withoutRetry(all);
      expect(later.map(({ status }) => status)).toEqual([...all.slice(0, 7).map(() => 403), 201, 201]);
      for (const { body } of later.slice(7)) expect(body.mentions).toEqual([]);
    }
  });

  // Whoever acts waits for a block that has begun, and finds it. A weak lock on oneself would not wait, and see nothing yet.
  it.each([
    ['a vote', 403, ({ mine }) => [`PUT /votes/${mine}`]],
    ['a vote by POST', 403, ({ mine }) => ['POST /votes', { post_id: mine, dir: 1 }]],
    ['a follow', 403, ({ me }) => [`PUT /users/${me.id}/follow`]],
    ['a reply', 403, ({ mine }) => [`POST /posts/${mine}/replies`, { content: 'Yes.' }]],
    ['a mention', 201, ({ me }) => ['POST /posts', { content: `@${me.username}` }]],
    ['a draft that becomes a reply', 403, ({ draft }) => [`PATCH /posts/${draft}`, { published: true }]],
    ['a draft that mentions', 200, ({ naming }) => [`PATCH /posts/${naming}`, { published: true }]],
  ] satisfies [string, number, (scene: Scene) => [call: string, json?: object]][])(
    '%s waits for a block that is being made',
    async (_, expected, act) => {
      const scene = await setScene();
      const { me, other } = scene;
      // The block waits for this lock of the follows, when it has locked both people and inserted its row.
      const { unlocked } = await holdLock(
        sql`SELECT FROM follows WHERE follower_id = ${me.id} AND followee_id = ${other.id} FOR UPDATE`,
        () =>
          sql`SELECT 1 FROM follows WHERE follower_id = ${me.id} AND followee_id = ${other.id} FOR UPDATE SKIP LOCKED`,
        2,
      );
      const [call, options] = block(me, other);
      const blocked = api(call, { ...options, checks: { roundTrips: false } });
      await waitForLockWaiters(1);
      const [path, json] = act(scene);
      const acted = api(path, { token: other.token, json, checks: { roundTrips: false } });
      const answers = await Promise.all([blocked, acted]);
      await unlocked;
      expect(answers.map(({ status }) => status)).toEqual([204, expected]);
      if (expected < 300) expect(answers[1].body.mentions).toEqual([]);
    },
  );
});

interface Scene {
  me: Person;
  other: Person;
  mine: number;
  /** Of `other`: a reply to `mine`, and a post that mentions `me`. */
  draft: number;
  naming: number;
}

async function setScene(): Promise<Scene> {
  const [me, other] = (await signUpMany(2)) as [Person, Person];
  const [call, options] = follow(me, other);
  await api(call, options);
  const { id: mine } = await write(me);
  const { id: draft } = await write(other, { parent_id: mine, published: false });
  const { id: naming } = await write(other, { content: `@${me.username}`, published: false });
  return { me, other, mine, draft, naming };
}

describe('people who block and mute each other', () => {
  it('do so at once, in both directions, while they take it back', async () => {
    const people = await signUpMany(5);
    for (let round = 0; round < ROUNDS; round += 1) {
      const calls = people.flatMap((me, i) => {
        const other = people[(i + 1 + (round % 4)) % people.length] as Person;
        return ['PUT', 'DELETE', 'PUT'].flatMap((method): Call[] =>
          ['block', 'mute'].map((verb) => [`${method} /users/${other.id}/${verb}`, { token: me.token }]),
        );
      });
      const answers = await withoutRetry([...calls, ...calls.toReversed()]);
      expect(answers.filter(({ status }) => status !== 204)).toEqual([]);
    }
  });

  it('are deleted at once, without a deadlock', async () => {
    const [admin] = (await signUpMany(1)) as [Person];
    await promote(admin);
    try {
      for (let round = 0; round < ROUNDS; round += 1) {
        const people = await signUpMany(5);
        for (const me of people)
          for (const other of people)
            if (me !== other)
              for (const verb of ['block', 'mute'])
                await api(`PUT /users/${other.id}/${verb}`, { token: me.token });
        const [first, ...rest] = people as [Person, ...Person[]];
        const answers = await withoutRetry([
          ...people.map(({ id }): Call => [`DELETE /users/${id}`, { token: admin.token }]),
          ...rest.map((me): Call => [`DELETE /users/${first.id}/block`, { token: me.token }]),
          ...rest.map((me): Call => [`PUT /users/${first.id}/mute`, { token: me.token }]),
        ]);
        expect(answers.slice(0, 5).map(({ status }) => status)).toEqual([204, 204, 204, 204, 204]);
        const left = await sql`SELECT FROM blocks, mutes
          WHERE blocks.user_id = ANY (${people.map(({ id }) => id)}::bigint[]) OR mutes.user_id = ANY (${people.map(({ id }) => id)}::bigint[])`;
        expect(left).toEqual([]);
      }
    } finally {
      await sql`UPDATE users SET role = 'user' WHERE id = ${admin.id}`;
    }
  });
});
