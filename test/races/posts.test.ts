import { describe, expect, it } from 'vitest';
import { api } from '../support/api';
import { type Person, promote, signUpMany, write } from '../support/people';
import { sql } from '../support/sql';
import { withoutRetry } from '../support/without-retry';

const post = (person: Person, key: string, json: object) =>
  api('POST /posts', { token: person.token, json, headers: { 'Idempotency-Key': key } });

describe('20 requests with one Idempotency-Key at once', () => {
  it('create one post and get 20 equal answers, of which 19 are replayed', async () => {
    const [ada, bob] = (await signUpMany(2)) as [Person, Person];

    for (let round = 0; round < 5; round += 1) {
      const key = `key ${round}`;
      const answers = await Promise.all([
        ...Array.from({ length: 20 }, () => post(ada, key, { content: 'Once.', tags: ['one'] })),
        post(bob, key, { content: 'Once.' }),
      ]);
      const others = answers.pop();
      expect(others?.status).toBe(201);
      expect(others?.headers.get('idempotency-replayed')).toBeNull();
      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201));
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
      expect(new Set(answers.map(({ headers }) => headers.get('etag'))).size).toBe(1);
      expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(
        19,
      );
      expect((await api(`GET /users/${ada.id}`)).body.posts).toBe(round + 1);
    }
    const other = await post(ada, 'key 0', { content: 'Something else.' });
    expect(other.status).toBe(422);
    expect(other.body.code).toBe('idempotency_key_reused');
  });

  it('create one post with one of two bodies, and refuse the other', async () => {
    const [ada] = (await signUpMany(1)) as [Person];

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => post(ada, 'k', { content: i % 2 ? 'odd' : 'even' })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(10);
    expect((await api(`GET /users/${ada.id}`)).body.posts).toBe(1);
  });

  it.each([1, 2])('create one post with a key that was used a day before (%i bodies)', async (bodies) => {
    const [ada] = (await signUpMany(1)) as [Person];
    await post(ada, 'old', { content: 'Yesterday.' });

    for (let round = 1; round <= 5; round += 1) {
      await sql`UPDATE idempotency_keys SET created_at = now() - interval '24 hours' WHERE user_id = ${ada.id}`;
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) => post(ada, 'old', { content: `Round ${round}, ${i % bodies}.` })),
      );
      const made = answers.filter(({ status }) => status === 201);
      expect(made).toHaveLength(20 / bodies);
      expect(answers.filter(({ body }) => body.code === 'idempotency_key_reused')).toHaveLength(
        20 - 20 / bodies,
      );
      expect(new Set(made.map(({ text }) => text)).size).toBe(1);
      expect(made.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1);
      expect((await api(`GET /users/${ada.id}`)).body.posts).toBe(round + 1);
    }
  });
});

describe('edits at once', () => {
  it('with the same If-Match: one passes, the others get 412, and no version is lost', async () => {
    const [ada] = (await signUpMany(1)) as [Person];
    const { id } = await write(ada, { content: 'round 0' });
    const contents = ['round 0'];

    for (let round = 1; round <= 10; round += 1) {
      const etag = (await api(`GET /posts/${id}`)).headers.get('etag') as string;
      const edit = (editor: number) =>
        api(`PATCH /posts/${id}`, {
          token: ada.token,
          json: { content: `round ${round} by ${editor}` },
          headers: { 'If-Match': etag },
        });
      const answers = await Promise.all([edit(1), edit(2)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
      contents.push(answers.find(({ status }) => status === 200)?.body.content);
    }
    const history = await api(`GET /posts/${id}/history?limit=100&order=asc`);
    const versions = history.body.data.map((version: { content: string }) => version.content);
    expect([...versions, (await api(`GET /posts/${id}`)).body.content]).toEqual(contents);
  });

  it('without If-Match: all versions are in the history', async () => {
    const [ada] = (await signUpMany(1)) as [Person];
    const { id } = await write(ada, { content: 'first' });

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        api(`PATCH /posts/${id}`, { token: ada.token, json: { content: `edit ${i}` } }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    const history = await api(`GET /posts/${id}/history?limit=100&total=true`);
    expect(history.body.page.total).toBe(20);
    const all = new Set(history.body.data.map((version: { content: string }) => version.content));
    all.add((await api(`GET /posts/${id}`)).body.content);
    expect(all.size).toBe(21);
  });
});

describe('deletions of posts', () => {
  it('do not deadlock with votes and replies', async () => {
    const [owner, ...others] = (await signUpMany(9)) as [Person, ...Person[]];
    for (let round = 0; round < 20; round += 1) {
      const { id } = await write(owner);
      const answer = { json: { content: 'To this.' } };
      await withoutRetry([
        ...others.map(({ token }): Parameters<typeof api> => [`PUT /votes/${id}`, { token }]),
        ...others.map(
          ({ token }): Parameters<typeof api> => [`POST /posts/${id}/replies`, { token, ...answer }],
        ),
        [`DELETE /posts/${id}`, { token: owner.token }],
        ...others.map(({ token }): Parameters<typeof api> => [`DELETE /votes/${id}`, { token }]),
      ]);
    }
  });

  it('do not deadlock with other posts of the owner and changes of their role', async () => {
    const [owner, admin] = (await signUpMany(2)) as [Person, Person];
    await promote(admin);
    const { token } = owner;
    for (let round = 0; round < 15; round += 1) {
      const posts = await Promise.all([1, 2, 3, 4].map(() => write(owner)));
      const [gone, ...kept] = posts.map(({ id }) => id);
      await withoutRetry([
        ...kept.flatMap((id): Parameters<typeof api>[] => [
          [`PATCH /posts/${id}`, { token, json: { published: false } }],
          [`PATCH /posts/${id}`, { token, json: { content: 'Again.' } }],
        ]),
        ...[1, 2, 3].map(
          (): Parameters<typeof api> => [
            `PATCH /users/${owner.id}`,
            { token: admin.token, json: { role: 'user' } },
          ],
        ),
        [`DELETE /posts/${gone}`, { token: admin.token }],
        ...[1, 2, 3].map(
          (): Parameters<typeof api> => ['POST /posts', { token, json: { content: 'Anew.' } }],
        ),
      ]);
    }
    await sql`UPDATE users SET role = 'user' WHERE id = ${admin.id}`;
  });

  it('do not deadlock with new posts with a tag that nobody has used', async () => {
    const people = await signUpMany(40);
    const [editors, others] = [people.slice(20), people.slice(0, 20)];
    for (let round = 0; round < 5; round += 1) {
      const old = await Promise.all(
        editors.map(async (owner) => ({ ...(await write(owner, { tags: ['used'] })), owner })),
      );
      await withoutRetry(
        old.flatMap(({ id, owner: { token } }, i): Parameters<typeof api>[] => {
          const unused = `new_${round}_${i}`;
          const json = { content: 'Anew.', tags: ['used', unused] };
          return [
            [`PATCH /posts/${id}`, { token, json: { tags: [unused] } }],
            ['POST /posts', { token: others[i]?.token, json }],
          ];
        }),
      );
    }
  });

  it('do not deadlock with new posts with the same tags', async () => {
    // Of one shard of the totals, so that they also lock the same row of it.
    const people = (await signUpMany(64)).filter(
      ({ id }, _, [first]) => id % 16 === (first as Person).id % 16,
    );
    const tags = ['hot', 'hotter'];
    for (let round = 0; round < 5; round += 1) {
      const old = await Promise.all(
        people.flatMap((owner) => [1, 2, 3].map(async () => ({ ...(await write(owner, { tags })), owner }))),
      );
      await withoutRetry([
        ...old.flatMap(({ id, owner: { token } }): Parameters<typeof api>[] => [
          [`DELETE /posts/${id}`, { token }],
          ['POST /posts', { token, json: { content: 'Anew.', tags: tags.toReversed() } }],
        ]),
      ]);
    }
  });
});
