import { describe, expect, it } from 'vitest';
import { api } from './support/api';
import { type Person, signUp, write } from './support/people';
import { sql, withoutTimeout } from './support/sql';

const idsOf = async (path: string, person?: Person) => {
  const answer = await api(`GET ${path}`, { token: person?.token });
  expect(answer.status, `${path} ${answer.text}`).toBe(200);
  return answer.body.data.map((row: { id: number }) => row.id);
};

/** A word that is in no other post. Its letters are w and a to f, so that no other search finds it. */
const word = () => `w${crypto.randomUUID().replaceAll('-', '')}`;

describe('GET /posts', () => {
  it('lists top-level posts, all posts, or replies', async () => {
    const ada = await signUp();
    const tag = word();
    const top = await write(ada, { tags: [tag] });
    const reply = await write(ada, { parent_id: top.id, tags: [tag] });
    await write(ada, { tags: [tag], published: false });

    for (const by of [
      `tag=${tag}`,
      `author=${ada.id}`,
      `author=${ada.username}&tag=${tag}`,
      `ids=${top.id},${reply.id}`,
    ]) {
      for (const sort of ['new', 'top']) {
        expect(await idsOf(`/posts?${by}&sort=${sort}`, ada)).toEqual([top.id]);
        expect(await idsOf(`/posts?${by}&sort=${sort}&replies=only`)).toEqual([reply.id]);
        expect(await idsOf(`/posts?${by}&sort=${sort}&replies=include`)).toEqual([reply.id, top.id]);
      }
    }
  });

  it('answers totals from counters, and counts others up to 10,000', async () => {
    const ada = await signUp();
    const insertNotes = (count: number) =>
      withoutTimeout(sql`INSERT INTO posts (owner_id, content, parent_id, published, published_at)
        SELECT ${ada.id}, 'n', CASE WHEN n % 100 = 1 THEN 1 END, n > 1, now() FROM generate_series(1, ${count}::integer) AS n`);
    const totalOf = async (path: string) =>
      (await api(`GET ${path}total=true&limit=1`, { token: ada.token })).body.page.total;

    await insertNotes(10_000);
    expect(await totalOf('/posts/mine?')).toBe(10_000);
    await insertNotes(10);
    expect(await totalOf('/posts/mine?')).toBe(null);
    expect(await totalOf(`/posts?author=${ada.id}&since=2020-01-01&replies=include&`)).toBe(null);
    for (const author of [ada.id, ada.username]) {
      expect(await totalOf(`/posts?author=${author}&`)).toBe(9_909);
      expect(await totalOf(`/posts?author=${author}&replies=include&sort=top&`)).toBe(10_008);
      expect(await totalOf(`/posts?author=${author}&replies=only&`)).toBe(99);
    }
    const listed = await api(`GET /users/${ada.id}/posts?total=true&include_replies=true`);
    expect(listed.body.page.total).toBe(10_008);
    await withoutTimeout(sql`DELETE FROM posts WHERE owner_id = ${ada.id}`);
    expect(await totalOf(`/posts?author=${ada.id}&`)).toBe(0);
  });

  it('deletes a tag with its last post', async () => {
    const ada = await signUp();
    const tag = word();
    const posts = [await write(ada, { tags: [tag] }), await write(ada, { tags: [tag] })];
    for (const left of [1, 0]) {
      await api(`DELETE /posts/${posts[left]?.id}`, { token: ada.token });
      expect(await sql`SELECT posts FROM tags WHERE tag = ${tag}`).toEqual(left > 0 ? [{ posts: left }] : []);
    }
  });

  it('refuses control characters in a search', async () => {
    for (const word of ['%03', 'a%01', '%02trains', 'a%0Ab']) {
      const { status, body } = await api(`GET /posts?search=${word}`);
      expect([status, body.errors[0].code]).toEqual([422, 'invalid_characters']);
    }
  });

  it('sorts by votes', async () => {
    const [ada, bob] = [await signUp(), await signUp()];
    const [one, two, three] = [await write(ada), await write(ada), await write(ada)];
    for (const voter of [ada, bob]) await api(`PUT /votes/${one.id}`, { token: voter.token });
    await api(`PUT /votes/${three.id}`, { token: bob.token });
    const { id: reply } = await write(ada, { parent_id: one.id });
    await api(`PUT /votes/${reply}`, { token: bob.token });

    expect(await idsOf(`/posts?author=${ada.id}&sort=top`)).toEqual([one.id, three.id, two.id]);
    expect(await idsOf(`/posts?author=${ada.id}&sort=top&order=asc`)).toEqual([two.id, three.id, one.id]);
    expect(await idsOf(`/posts?author=${ada.id}&sort=top&replies=include`)).toEqual([
      one.id,
      reply,
      three.id,
      two.id,
    ]);
  });

  it.each([
    ['İstanbul', 'istanbul'],
    ['I\u0307stanbul', 'istanbul'],
    ['E\u0301TE\u0301', 'été'],
    ['ΟΔΟΣ', 'οδος'],
    ['J\u030cEM', 'ǰem'],
    ['\u212aELVIN', 'kelvin'],
    ['東京_2026', '東京_2026'],
    ['हिन्दी', 'हिन्दी'],
    ['ภาษาไทย', 'ภาษาไทย'],
  ])('stores one form of a tag: %s', async (written, stored) => {
    const ada = await signUp();
    const of = (tag: string) => `/posts?author=${ada.id}&tag=${encodeURIComponent(tag)}`;
    const post = await write(ada, { tags: [written, stored] });

    expect(post.tags).toEqual([stored]);
    expect(stored).toMatch(/^[\p{L}\p{M}\p{N}_-]+$/u);
    for (const tag of [written, stored, stored.normalize('NFD')])
      expect(await idsOf(of(tag))).toEqual([post.id]);
  });

  it('accepts days and times, both inclusive', async () => {
    const ada = await signUp();
    const post = await write(ada);
    const day = post.created_at.slice(0, 10);
    const before = new Date(Date.parse(post.created_at) - 1).toISOString();
    const after = new Date(Date.parse(post.created_at) + 1).toISOString();
    const idsIn = (span: string) => idsOf(`/posts?author=${ada.id}&${span}`);

    expect(await idsIn(`since=${day}&until=${day}`)).toEqual([post.id]);
    expect(await idsIn(`since=${post.created_at}&until=${post.created_at}`)).toEqual([post.id]);
    expect(await idsIn(`since=${after}`)).toEqual([]);
    expect(await idsIn(`until=${before}`)).toEqual([]);
    expect(await idsIn(`since=${encodeURIComponent(post.created_at.replace('Z', '+00:00'))}`)).toEqual([
      post.id,
    ]);
    for (const wrong of [
      'yesterday',
      '2026-02-30',
      '2026-01-01T25:00:00Z',
      '0000-01-01',
      '2026-01-01T00:00:00',
    ]) {
      const answer = await api(`GET /posts?since=${wrong}`);
      expect(answer.status, wrong).toBe(422);
      expect(answer.body.errors[0].path).toBe('since');
    }
  });
});

describe('GET /posts?search=', () => {
  it.each([
    ['cafe\u0301', 'CAFÉ'],
    ['café', 'CAFE\u0301'],
    ['Straße', 'STRASSE'],
    ['STRASSE', 'straße'],
    ['ﬁne', 'Fine'],
    ['ΟΔΟΣ', 'οδος'],
    ['οδός', 'ΟΔΌΣ'],
    ['İstanbul', 'i\u0307stanbul'],
    ['ᾄ', 'ἄι'],
    ['K', 'k'],
  ])('finds %j by %j, in recent posts and through the index', async (content, search) => {
    const ada = await signUp();
    const unique = word();
    const post = await write(ada, { content: `${unique} ${content}` });
    const found = `${unique} ${search}`;

    expect(await idsOf(`/posts?search=${encodeURIComponent(found)}`)).toEqual([post.id]);
    expect(await idsOf(`/posts?sort=top&search=${encodeURIComponent(found)}`)).toEqual([post.id]);
    const index =
      await sql`SELECT post_grams(title, content, tags, owner_id, reply) @@ grams_query(${found}, '') AS found
      FROM posts WHERE id = ${post.id}`;
    expect(index).toEqual([{ found: true }]);
  });

  it('finds any part of title or content, in any case, of any script', async () => {
    const ada = await signUp();
    const unique = word();
    const createPost = async (content: string, title: string | null = null) =>
      (await write(ada, { content: `${content} ${unique}`, title })).id;
    const engine = await createPost('The Analytical ENGINE weaves');
    const chinese = await createPost('机器编织代数图案');
    const emoji = await createPost('look: 🦄🧵 and é');
    const percent = await createPost("100%_sure, isn't \\ it");
    const titled = await createPost('nothing here', 'Engine notes');
    const find = (search: string, more = '') =>
      idsOf(`/posts?author=${ada.id}&search=${encodeURIComponent(search)}${more}`);

    expect(await find('engine')).toEqual([titled, engine]);
    expect(await find('engine', '&search_in=title')).toEqual([titled]);
    expect(await find('en')).toEqual([titled, engine]);
    expect(await find('图案')).toEqual([chinese]);
    expect(await find('数')).toEqual([chinese]);
    expect(await find('🦄')).toEqual([emoji]);
    expect(await find('🦄🧵')).toEqual([emoji]);
    expect(await find('%_s')).toEqual([percent]);
    expect(await find('%')).toEqual([percent]);
    expect(await find("n't \\ i")).toEqual([percent]);
    expect(await find('\\')).toEqual([percent]);
    expect(await find(`${unique}z`)).toEqual([]);
    // Without an author, the search reads the index.
    expect(await idsOf(`/posts?search=${unique}`)).toEqual([titled, percent, emoji, chinese, engine]);
    expect(await idsOf(`/posts?search=${unique.toUpperCase()}&limit=2&order=asc`)).toEqual([engine, chinese]);
    expect(await idsOf(`/posts?search=${unique}&sort=top`)).toEqual([
      titled,
      percent,
      emoji,
      chinese,
      engine,
    ]);
    expect((await api(`GET /posts?search=${unique}&total=true`)).body.page.total).toBe(5);
  });

  it('finds people by a part of their name', async () => {
    const ada = await signUp('Quill');
    const part = ada.username.slice(2, 20).toUpperCase();

    expect(await idsOf(`/users?q=${part}`)).toEqual([ada.id]);
    expect(await idsOf(`/users?q=${part}&ids=${ada.id}`)).toEqual([ada.id]);
    expect(await idsOf(`/users?q=%25`)).toEqual([]);
    expect(await idsOf(`/users?ids=${ada.id},9007199254740991`)).toEqual([ada.id]);
  });
});

describe('GET /posts/tags', () => {
  it('counts published posts, and lists no unused tag', async () => {
    const ada = await signUp();
    const [one, two] = [word(), word()];
    const post = await write(ada, { tags: [one, two] });
    await write(ada, { tags: [one], published: false });
    const count = async () => {
      const counts: Record<string, number> = {};
      // Other tests leave tags as well, and a tag of one post is far down.
      for (let cursor: string | null = ''; cursor !== null; ) {
        const path: string = `/posts/tags?limit=100${cursor && `&cursor=${cursor}`}`;
        const { body } = await api(`GET ${path}`);
        for (const { tag, posts } of body.data) counts[tag] = posts;
        cursor = body.page.next_cursor;
      }
      return counts;
    };
    expect(await count()).toMatchObject({ [one]: 1, [two]: 1 });
    await api(`PATCH /posts/${post.id}`, { token: ada.token, json: { tags: [one.toUpperCase()] } });
    expect((await count())[one]).toBe(1);
    expect((await count())[two]).toBeUndefined();
    await api(`DELETE /posts/${post.id}`, { token: ada.token });
    expect((await count())[one]).toBeUndefined();
  });
});

describe('GET /users/{user}/posts and /votes', () => {
  it('show drafts to their owner only', async () => {
    const [ada, bob] = [await signUp(), await signUp()];
    const post = await write(ada);
    const draft = await write(ada, { published: false });
    const reply = await write(ada, { parent_id: post.id });

    expect(await idsOf(`/users/${ada.username}/posts`, ada)).toEqual([draft.id, post.id]);
    expect(await idsOf(`/users/${ada.id}/posts?include_replies=true`, ada)).toEqual([
      reply.id,
      draft.id,
      post.id,
    ]);
    expect(await idsOf(`/users/${ada.username}/posts`, bob)).toEqual([post.id]);
    expect(await idsOf(`/users/${ada.username}/posts?include_replies=true`)).toEqual([reply.id, post.id]);
    expect(await idsOf('/posts/mine', ada)).toEqual([reply.id, draft.id, post.id]);
  });

  it('list the posts that a user voted for, the latest vote first', async () => {
    const [ada, bob] = [await signUp(), await signUp()];
    const [one, two, hidden] = [await write(ada), await write(ada), await write(ada)];
    for (const { id } of [two, hidden, one]) await api(`PUT /votes/${id}`, { token: bob.token });
    await api(`PATCH /posts/${hidden.id}`, { token: ada.token, json: { published: false } });

    expect(await idsOf(`/users/${bob.username}/votes`, ada)).toEqual([one.id, two.id]);
    expect(await idsOf(`/posts/${one.id}/votes`)).toEqual([bob.id]);
  });
});
