import { describe, expect, it } from 'vitest';
import { api } from '../support/api';
import { holdLock, waitForLockWaiters } from '../support/locks';
import { type Person, promote, signUpMany, write } from '../support/people';
import { roundTripsSoFar } from '../support/round-trips';
import { sql } from '../support/sql';
import { withoutRetry } from '../support/without-retry';

type Call = Parameters<typeof api>;

const naming = (people: Person[]) => people.map(({ username }) => `@${username}`).join(' ');
const create = ({ token }: Person, content: string, more: object = {}): Call => [
  'POST /posts',
  { token, json: { content, ...more } },
];
const edit = ({ token }: Person, id: number, json: object): Call => [`PATCH /posts/${id}`, { token, json }];

/** Mentions of people who are not there, or of posts that do not mention them. */
const wrongMentions = (people: Person[]) => sql`
  SELECT user_id, post_id FROM post_mentions LEFT JOIN posts ON posts.id = post_id LEFT JOIN users ON users.id = user_id
    WHERE user_id = ANY (${people.map(({ id }) => id)}::bigint[])
      AND (published AND user_id = ANY (mentioned_ids) AND users.id IS NOT NULL) IS NOT TRUE`;

async function withAdmin(work: (admin: Person) => Promise<void>): Promise<void> {
  const [admin] = (await signUpMany(1)) as [Person];
  await promote(admin);
  await work(admin).finally(() => sql`UPDATE users SET role = 'user' WHERE id = ${admin.id}`);
}

describe('a person who is deleted while posts mention them', () => {
  it('is mentioned in none of them, and all are written', () =>
    withAdmin(async (admin) => {
      const authors = await signUpMany(8);
      for (let round = 0; round < 8; round += 1) {
        const [leaving, staying] = (await signUpMany(2)) as [Person, Person];
        const content = naming(round % 2 ? [leaving, staying] : [staying, leaving]);
        const drafts = await Promise.all(
          authors.map((author) => write(author, { content, published: false })),
        );
        const plain = await Promise.all(authors.map((author) => write(author)));

        const answers = await withoutRetry([
          ...authors.map((author) => create(author, content)),
          [`DELETE /users/${leaving.id}`, { token: admin.token }],
          ...authors.map((author, i) => edit(author, drafts[i].id, { published: true })),
          ...authors.map((author, i) => edit(author, plain[i].id, { content })),
          ...authors.map((author) => create(author, content, { published: false })),
        ]);

        expect(answers.filter(({ status }) => status > 204)).toEqual([]);
        const { body } = await api('GET /posts?limit=100&replies=include', { token: admin.token });
        const about = body.data.filter((post: { content: string }) => post.content === content);
        expect(about).toHaveLength(3 * authors.length);
        for (const { mentions } of about)
          expect(mentions).toEqual([{ id: staying.id, username: staying.username }]);
        expect(await wrongMentions([leaving, staying])).toEqual([]);
      }
    }));

  it('does not deadlock with those who mention and follow them, in either order of ids', () =>
    withAdmin(async (admin) => {
      for (let round = 0; round < 12; round += 1) {
        const people = await signUpMany(6);
        // The first or the last id is deleted, and they all follow it: the deletion locks them, too.
        const leaving = people[round % 2 ? 0 : 5] as Person;
        const staying = people.filter((person) => person !== leaving);
        for (const { token } of staying) await api(`PUT /users/${leaving.id}/follow`, { token });

        await withoutRetry([
          ...staying.map((author) => create(author, naming(people))),
          [`DELETE /users/${leaving.id}`, { token: admin.token }],
          ...staying.map((author) => create(author, naming(people.toReversed()))),
          ...people.map((author) => create(author, naming([leaving]))),
        ]);
        expect(await wrongMentions(people)).toEqual([]);
      }
    }));

  it('does not deadlock with the deletion of those whose posts mention them', () =>
    withAdmin(async (admin) => {
      for (let round = 0; round < 10; round += 1) {
        const people = await signUpMany(4);
        // In another order for each, so that the rows of two people lie in different orders.
        for (const author of people)
          await Promise.all(
            [people, people.toReversed(), people].map((list) => write(author, { content: naming(list) })),
          );
        await withoutRetry(people.map(({ id }): Call => [`DELETE /users/${id}`, { token: admin.token }]));
        const left =
          await sql`SELECT FROM post_mentions WHERE user_id = ANY (${people.map(({ id }) => id)}::bigint[])`;
        expect(left).toEqual([]);
      }
    }));
});

/** Locks a person until two transactions wait. */
const lockUntilTwoWait = ({ id }: Person) =>
  holdLock(
    sql`SELECT FROM users WHERE id = ${id} FOR UPDATE`,
    () => sql`SELECT 1 FROM users WHERE id = ${id} FOR UPDATE SKIP LOCKED`,
    2,
  );

describe('the locks of people', () => {
  // A deletion locks the one who leaves and their followers. Whoever locked themselves before those whom they mention
  // would wait for the one who leaves, while the deletion waits for them.
  it.each([
    ['creates', false],
    ['publishes', true],
  ])('are taken in the order of ids by a follower who %s what mentions a leaving person', (_, isDraft) =>
    withAdmin(async (admin) => {
      const [leaving, author] = (await signUpMany(2)) as [Person, Person];
      expect(leaving.id).toBeLessThan(author.id);
      await api(`PUT /users/${leaving.id}/follow`, { token: author.token });
      const content = naming([leaving]);
      const draft = isDraft ? await write(author, { content, published: false }) : undefined;
      const { unlocked } = await lockUntilTwoWait(author);

      const before = roundTripsSoFar();
      const send = ([call, more]: Call) => api(call, { ...more, checks: { roundTrips: false } });
      const written = send(draft ? edit(author, draft.id, { published: true }) : create(author, content));
      await waitForLockWaiters(1);
      const deleted = send([`DELETE /users/${leaving.id}`, { token: admin.token }]);
      const answers = await Promise.all([written, deleted]);
      await unlocked;

      expect(answers.map(({ status }) => status)).toEqual([draft ? 200 : 201, 204]);
      expect(roundTripsSoFar() - before).toBe(2);
      expect((await api(`GET /posts/${answers[0].body.id}`)).body.mentions).toEqual([]);
    }),
  );
});

describe('edits of posts that mention each other', () => {
  it('do not deadlock with each other, with deletions of posts and with renames', async () => {
    const people = await signUpMany(6);
    for (let round = 0; round < 10; round += 1) {
      const posts = await Promise.all(people.map((author) => write(author, { content: naming(people) })));
      await withoutRetry(
        people.flatMap((author, i): Call[] => [
          edit(author, posts[i].id, { content: naming(people.toReversed()) }),
          [
            'PATCH /users/me',
            {
              token: author.token,
              json: { username: `${author.username.slice(0, 28)}${round % 2 ? 'x' : 'y'}` },
            },
          ],
          edit(author, posts[i].id, { published: round % 2 === 0 }),
          edit(author, posts[i].id, { content: 'Nobody.' }),
          [`DELETE /posts/${posts[i].id}`, { token: author.token }],
        ]),
      );
    }
    expect(await wrongMentions(people)).toEqual([]);
  });

  it('leave what a draft mentions when it is edited and published at once', async () => {
    const [author, ...people] = (await signUpMany(7)) as [Person, ...Person[]];
    for (let round = 0; round < 15; round += 1) {
      const draft = await write(author, { content: naming(people.slice(0, 3)), published: false });

      // Whoever publishes what was just edited begins again, so there may be more round trips than calls.
      const answers = await Promise.all(
        [
          edit(author, draft.id, { content: naming(people.slice(3)) }),
          edit(author, draft.id, { published: true }),
          edit(author, draft.id, { content: naming(people.slice(2, 5)) }),
        ].map(([call, more]) => api(call, { ...more, checks: { roundTrips: false } })),
      );

      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      const { body } = await api(`GET /posts/${draft.id}`);
      const rows =
        await sql`SELECT user_id::integer AS id FROM post_mentions WHERE post_id = ${draft.id} ORDER BY 1`;
      expect(rows.map((row) => (row as { id: number }).id)).toEqual(
        body.mentions.map(({ id }: { id: number }) => id).sort((a: number, b: number) => a - b),
      );
      expect(naming(body.mentions)).toBe(body.content);
    }
  });
});
