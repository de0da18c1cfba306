import { describe, expect, it } from 'vitest';
import { api } from './support/api';
import { signUp, write } from './support/people';
import { sql } from './support/sql';

const ids = (rows: { id: number }[]) => rows.map(({ id }) => id);

describe('POST and GET /posts/{id}/replies', () => {
  it('reply, and list direct replies, oldest first', async () => {
    const [ada, bob] = [await signUp(), await signUp()];
    const post = await write(ada);

    const reply = await api(`POST /posts/${post.id}/replies`, {
      token: bob.token,
      json: { content: 'Yes.', parent_id: 1 },
    });
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({ parent_id: post.id, owner_id: bob.id, content: 'Yes.' });
    expect(reply.headers.get('location')).toBe(`/posts/${reply.body.id}`);
    const second = await write(ada, { parent_id: post.id });
    await write(ada, { parent_id: reply.body.id });
    await write(ada, { parent_id: post.id, published: false });

    const replies = await api(`GET /posts/${post.id}/replies?total=true`);
    expect(replies.status).toBe(200);
    expect(ids(replies.body.data)).toEqual([reply.body.id, second.id]);
    expect(replies.body.page.total).toBe(2);
    expect((await api(`GET /posts/${post.id}`)).body.replies).toBe(2);
    expect(ids((await api(`GET /posts/${post.id}/replies?order=desc`)).body.data)).toEqual([
      second.id,
      reply.body.id,
    ]);
  });

  it('answer 404 when there is no such post, or only a draft', async () => {
    const [ada, bob] = [await signUp(), await signUp()];
    const draft = await write(ada, { published: false });

    for (const id of [draft.id, 9007199254740991]) {
      const reply = await api(`POST /posts/${id}/replies`, { token: bob.token, json: { content: 'Hm.' } });
      expect(reply.status).toBe(404);
      expect(reply.body.code).toBe('parent_not_found');
      for (const list of ['replies', 'thread', 'history', 'votes']) {
        const answer = await api(`GET /posts/${id}/${list}`, { token: bob.token });
        expect(answer.status).toBe(404);
        expect(answer.body.code).toBe('post_not_found');
      }
    }
  });
});

describe('GET /posts/{id}/thread', () => {
  it('shows what a post answers and everything beneath it, also where a post between is gone', async () => {
    const [ada, bob] = [await signUp(), await signUp()];
    const root = await write(ada);
    const middle = await write(bob, { parent_id: root.id });
    const leaf = await write(ada, { parent_id: middle.id, content: 'Leaf.' });
    const deeper = await write(bob, { parent_id: leaf.id });
    const draft = await write(bob, { parent_id: leaf.id, published: false });

    const thread = async (id: number, token?: string) =>
      (await api(`GET /posts/${id}/thread`, { token })).body;
    expect(ids((await thread(leaf.id)).ancestors)).toEqual([root.id, middle.id]);
    expect((await thread(leaf.id)).post.content).toBe('Leaf.');
    expect(ids((await thread(leaf.id)).descendants)).toEqual([deeper.id]);
    expect(ids((await thread(leaf.id, ada.token)).descendants)).toEqual([deeper.id]);
    expect(ids((await thread(leaf.id, bob.token)).descendants)).toEqual([deeper.id, draft.id]);

    expect((await api(`DELETE /posts/${middle.id}`, { token: bob.token })).status).toBe(204);
    expect(ids((await thread(leaf.id)).ancestors)).toEqual([root.id]);
    expect(ids((await thread(root.id)).descendants)).toEqual([leaf.id, deeper.id]);
    expect((await api(`GET /posts/${leaf.id}`)).body.parent_id).toBe(middle.id);
    expect(ids((await api(`GET /posts?author=${ada.id}`)).body.data)).toEqual([root.id]);
  });

  it('stays an answer that Neon can give, however long the replies', async () => {
    const author = await signUp();
    const post = await write(author);
    const long = '\u{1F600}\u{1F600}\u{1F600} '.repeat(2_500);
    await sql`
      WITH replies AS (
        INSERT INTO posts (owner_id, parent_id, content) SELECT ${author.id}, ${post.id}, ${long} FROM generate_series(1, 100)
          RETURNING id
      )
      INSERT INTO post_ancestors (ancestor_id, post_id, distance) SELECT ${post.id}, id, 1 FROM replies`;

    const { status, body, text } = await api(`GET /posts/${post.id}/thread`);

    expect(status).toBe(200);
    expect(body.descendants.length).toBeGreaterThan(10);
    expect(body.descendants.length).toBeLessThan(100);
    expect(new TextEncoder().encode(text).length).toBeLessThan(2_500_000);
  });

  it('reaches a hundred levels', async () => {
    const ada = await signUp();
    const line = [(await write(ada)).id];
    while (line.length < 103) line.push((await write(ada, { parent_id: line.at(-1) })).id);

    const bottom = await api(`GET /posts/${line.at(-1)}/thread`);
    expect(ids(bottom.body.ancestors)).toEqual(line.slice(2, -1));
    const top = await api(`GET /posts/${line[0]}/thread`);
    expect(ids(top.body.descendants)).toEqual(line.slice(1, 101));
  });
});

describe('GET /posts/{id}/history', () => {
  it('holds every version that was published, and none of a draft', async () => {
    const ada = await signUp();
    const post = await write(ada, { content: 'draft one', published: false });
    const edit = (json: object) => api(`PATCH /posts/${post.id}`, { token: ada.token, json });
    await edit({ content: 'draft two' });
    await edit({ content: 'first', published: true });
    await edit({ content: 'second', title: 'Title' });
    await edit({ content: 'third', title: null, tags: ['x'] });
    await edit({ tags: ['x'] });

    const history = await api(`GET /posts/${post.id}/history?total=true`);
    expect(history.status).toBe(200);
    expect(history.body.data).toMatchObject([
      { version: 4, content: 'second', title: 'Title', tags: [] },
      { version: 3, content: 'first', title: null, tags: [] },
    ]);
    expect(history.body.page.total).toBe(2);
    expect(history.text).not.toContain('draft');
  });
});
