import { describe, expect, it } from 'vitest';
import { api } from './support/api';
import { type Person, signUp, unusedName, write } from './support/people';

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const UNKNOWN_POST = 9_007_199_254_740_991;

interface Item {
  id: number;
  title: string | null;
  content: string;
}
const ids = (body: { data: Item[] }) => body.data.map(({ id }) => id);
const contents = (body: { data: Item[] }) => body.data.map(({ content }) => content);

/** A person with posts of these texts. */
async function authorOf(...texts: string[]): Promise<Person & { written: number[] }> {
  const author = await signUp();
  const written: number[] = [];
  for (const content of texts) written.push((await write(author, { content })).id);
  return { ...author, written };
}

describe('POST /posts', () => {
  it('answers the whole post with its Location and ETag', async () => {
    const { id, username, token } = await signUp();
    const json = { title: 'On engines', content: 'They weave.', tags: ['Looms', 'engines', 'looms'] };

    const { status, body, headers } = await api('POST /posts', { token, json });

    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(Number),
      title: 'On engines',
      content: 'They weave.',
      published: true,
      parent_id: null,
      tags: ['looms', 'engines'],
      mentions: [],
      created_at: expect.stringMatching(TIMESTAMP),
      published_at: expect.stringMatching(TIMESTAMP),
      edited_at: null,
      owner_id: id,
      owner: { id, username, avatar_url: null },
      votes: 0,
      replies: 0,
      viewer: { voted: false, bookmarked: false },
    });
    expect(headers.get('location')).toBe(`/posts/${body.id}`);
    const read = await api(`GET /posts/${body.id}`, { token });
    expect(read.body).toEqual(body);
    expect(read.headers.get('etag')).toBe(headers.get('etag'));
    expect(headers.get('etag')).toMatch(/^"[^"]+"$/);
  });

  it('accepts a post without a title', async () => {
    const { token } = await signUp();

    for (const json of [{ content: 'A note.' }, { content: 'A note.', title: null }])
      expect((await api('POST /posts', { token, json })).body).toMatchObject({
        title: null,
        published: true,
      });
  });

  it('trims texts, and counts them in code points', async () => {
    const { token } = await signUp();
    const post = (json: object) => api('POST /posts', { token, json });
    const [title, content] = ['🦉'.repeat(200), '🦉'.repeat(10_000)];

    expect((await post({ title: ` ${title} `, content: `\n${content}\t` })).body).toMatchObject({
      title,
      content,
    });
    expect((await post({ title: `${title}x`, content })).body.errors).toMatchObject([
      { path: 'title', code: 'too_long' },
    ]);
    expect((await post({ content: `${content}x` })).body.errors).toMatchObject([
      { path: 'content', code: 'too_long' },
    ]);
    for (const empty of ['', ' ', '\n\t\u00a0\u2003']) {
      expect((await post({ content: empty })).body.errors).toMatchObject([
        { path: 'content', code: 'too_short' },
      ]);
    }
  });

  it('keeps every character unchanged but line breaks, which become \\n', async () => {
    const { token } = await signUp();
    const content =
      'Ünïcödé 漢字 🏳️‍🌈 \u202eabc\u202c <script>alert(1)</script> \\ \' " $1 %s {{x}}\n\r\n\tend';

    const { body } = await api('POST /posts', { token, json: { content } });

    expect(body.content).toBe(content.replace('\r', ''));
    expect((await api(`GET /posts/${body.id}`)).body.content).toBe(body.content);
  });

  it.each([
    [{}, 'content', 'required'],
    [{ content: 1 }, 'content', 'invalid_type'],
    [{ content: null }, 'content', 'invalid_type'],
    [{ content: 'A', title: 1 }, 'title', 'invalid_type'],
    [{ content: 'A', published: 'yes' }, 'published', 'invalid_type'],
    [{ content: 'A', published: null }, 'published', 'invalid_type'],
    [{ content: 'A', tags: 'a' }, 'tags', 'invalid_type'],
    [{ content: 'A', tags: ['a b'] }, 'tags.0', 'invalid_format'],
    [{ content: 'A', tags: [''] }, 'tags.0', 'invalid_format'],
    [{ content: 'A', tags: ['\u0301'] }, 'tags.0', 'invalid_format'],
    [{ content: 'A', tags: ['-\u0301'] }, 'tags.0', 'invalid_format'],
    [{ content: 'A', tags: ['\u0130'.repeat(51)] }, 'tags.0', 'invalid_format'],
    [{ content: 'A', tags: Array.from({ length: 11 }, (_, i) => `t${i}`) }, 'tags', 'too_long'],
    [{ content: 'A', parent_id: 0 }, 'parent_id', 'too_small'],
    [{ content: 'A', parent_id: '1' }, 'parent_id', 'invalid_type'],
  ])('refuses %j at %s', async (json, path, code) => {
    const { token } = await signUp();

    const { status, body } = await api('POST /posts', { token, json });

    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ path, code }]);
  });

  it('answers 404 for an unknown parent, and for a draft of somebody else', async () => {
    const [author, replier] = [await signUp(), await signUp()];
    const draft = await write(author, { published: false });

    for (const parent_id of [UNKNOWN_POST, draft.id]) {
      const answer = await api('POST /posts', {
        token: replier.token,
        json: { content: 'A reply.', parent_id },
      });

      expect([answer.status, answer.body.code]).toEqual([404, 'parent_not_found']);
    }
  });

  it('creates a reply, which is not listed among top-level posts', async () => {
    const [author, replier] = [await signUp(), await signUp()];
    const post = await write(author);

    const reply = await write(replier, { content: 'A reply.', parent_id: post.id });

    expect(reply.parent_id).toBe(post.id);
    expect((await api(`GET /posts/${post.id}`)).body.replies).toBe(1);
    expect((await api(`GET /posts?author=${replier.id}`)).body.data).toEqual([]);
  });
});

describe('GET /posts/{id}', () => {
  it('shows a post to anyone, and whether the caller voted for it', async () => {
    const [author, reader] = [await signUp(), await signUp()];
    const { id } = await write(author);
    await api('POST /votes', { token: reader.token, json: { post_id: id, dir: 1 } });

    const as = async (token?: string) => (await api(`GET /posts/${id}`, { token })).body;

    expect(await as()).toMatchObject({ id, votes: 1, viewer: null });
    expect(await as(reader.token)).toMatchObject({ votes: 1, viewer: { voted: true, bookmarked: false } });
    expect(await as(author.token)).toMatchObject({ votes: 1, viewer: { voted: false, bookmarked: false } });
  });

  it('answers 404 for an unknown post', async () => {
    const { status, body } = await api(`GET /posts/${UNKNOWN_POST}`);

    expect([status, body.code]).toEqual([404, 'post_not_found']);
  });
});

describe('a draft', () => {
  it('is visible to its owner only', async () => {
    const [owner, other] = [await signUp(), await signUp()];
    const { id } = await write(owner, { content: 'Not yet.', published: false });

    expect((await api(`GET /posts/${id}`, { token: owner.token })).body).toMatchObject({
      id,
      published: false,
    });
    for (const token of [undefined, other.token]) {
      expect((await api(`GET /posts/${id}`, { token })).body.code).toBe('post_not_found');
    }
    for (const call of [`PUT /posts/${id}`, `PATCH /posts/${id}`, `DELETE /posts/${id}`]) {
      const json = call.startsWith('DELETE') ? undefined : { content: 'Taken.' };
      expect((await api(call, { token: other.token, json })).body.code).toBe('post_not_found');
    }
  });

  it('is listed for its owner only, and is not counted', async () => {
    const owner = await signUp();
    const { id } = await write(owner, { content: 'Not yet.', published: false });

    for (const token of [undefined, owner.token]) {
      const { body } = await api(`GET /posts?author=${owner.id}&total=true`, { token });
      expect([body.data, body.page.total]).toEqual([[], 0]);
    }
    expect(ids((await api('GET /posts/mine', { token: owner.token })).body)).toEqual([id]);
    expect((await api(`GET /users/${owner.id}`)).body.posts).toBe(0);
  });

  it("can't be voted for", async () => {
    const [owner, other] = [await signUp(), await signUp()];
    const { id } = await write(owner, { published: false });

    for (const { token } of [owner, other]) {
      expect((await api('POST /votes', { token, json: { post_id: id, dir: 1 } })).body.code).toBe(
        'post_not_found',
      );
      expect((await api(`PUT /votes/${id}`, { token })).body.code).toBe('post_not_found');
    }
  });

  it('is listed when it is published, and not when it is unpublished again', async () => {
    const { id: owner, token } = await signUp();
    const { id } = await write({ token }, { published: false });
    const listedIds = async () => ids((await api(`GET /posts?author=${owner}`)).body);
    const postsOfOwner = async () => (await api(`GET /users/${owner}`)).body.posts;

    await api(`PATCH /posts/${id}`, { token, json: { published: true } });
    expect([await listedIds(), await postsOfOwner()]).toEqual([[id], 1]);

    await api(`PATCH /posts/${id}`, { token, json: { published: false } });
    expect([await listedIds(), await postsOfOwner()]).toEqual([[], 0]);
  });
});

describe('PUT /posts/{id}', () => {
  it('replaces the whole post: missing keys get their defaults', async () => {
    const { token } = await signUp();
    const post = await write({ token }, { title: 'Old', published: false, tags: ['old'] });

    const { status, body, headers } = await api(`PUT /posts/${post.id}`, {
      token,
      json: { content: 'New.' },
    });

    expect(status).toBe(200);
    expect(body).toEqual({
      ...post,
      title: null,
      content: 'New.',
      published: true,
      tags: [],
      published_at: expect.stringMatching(TIMESTAMP),
      // It was published for the first time.
      edited_at: null,
    });
    const read = await api(`GET /posts/${post.id}`, { token });
    expect(read.body).toEqual(body);
    expect(read.headers.get('etag')).toBe(headers.get('etag'));
  });

  it('is idempotent', async () => {
    const { token } = await signUp();
    const { id } = await write({ token });
    const put = async () =>
      (await api(`PUT /posts/${id}`, { token, json: { title: 'T', content: 'C' } })).body;

    const [first, second] = [await put(), await put()];

    expect(second).toEqual(first);
  });

  it('requires the content', async () => {
    const { token } = await signUp();
    const { id } = await write({ token });

    const { status, body } = await api(`PUT /posts/${id}`, { token, json: { title: 'T' } });

    expect([status, body.errors[0].path]).toEqual([422, 'content']);
  });
});

describe('PATCH /posts/{id}', () => {
  it('publishes a draft as the newest post', async () => {
    const person = await signUp();
    const draft = await write(person, { published: false });
    expect(draft.published_at).toBe(null);
    const later = await write(person);

    const { body } = await api(`PATCH /posts/${draft.id}`, {
      token: person.token,
      json: { published: true },
    });

    expect(body).toMatchObject({ created_at: draft.created_at, edited_at: null });
    expect(body.published_at > later.published_at).toBe(true);
    const { body: list } = await api(`GET /posts?author=${person.id}`);
    expect(list.data.map(({ id }: { id: number }) => id)).toEqual([draft.id, later.id]);
    const { body: since } = await api(`GET /posts?author=${person.id}&since=${body.published_at}`);
    expect(since.data.map(({ id }: { id: number }) => id)).toEqual([draft.id]);
  });

  it('keeps the time of the first publication of a post that is published again', async () => {
    const person = await signUp();
    const first = await write(person);
    const later = await write(person);
    const change = (json: object) => api(`PATCH /posts/${first.id}`, { token: person.token, json });

    expect((await change({ published: false })).body.published_at).toBe(first.published_at);
    expect((await change({ published: true })).body.published_at).toBe(first.published_at);
    const { body: list } = await api(`GET /posts?author=${person.id}`);
    expect(list.data.map(({ id }: { id: number }) => id)).toEqual([later.id, first.id]);
  });

  it.each([
    [{}],
    [{ title: 'Same', tags: ['same'] }],
    [{ title: 'Same', content: 'Same.', published: true, tags: ['same'] }],
  ])('makes no new version when %j changes no value', async (json) => {
    const { token } = await signUp();
    const post = await write({ token }, { title: 'Same', content: 'Same.', tags: ['same'] });
    const { headers } = await api(`GET /posts/${post.id}`, { token });

    const { body, headers: after } = await api(`PATCH /posts/${post.id}`, { token, json });

    expect(body).toEqual(post);
    expect(after.get('etag')).toBe(headers.get('etag'));
    expect((await api(`GET /posts/${post.id}/history`, { token })).body.data).toEqual([]);
  });

  it.each([
    [{ content: 'New.' }],
    [{ title: 'New' }],
    [{ title: null }],
    [{ published: false }],
    [{ tags: ['new'] }],
    [{ tags: [] }],
    [{ title: 'New', content: 'New.' }],
  ])('changes %j and nothing else', async (json) => {
    const { token } = await signUp();
    const post = await write({ token }, { title: 'Old', content: 'Old.', tags: ['old'] });

    const { status, body } = await api(`PATCH /posts/${post.id}`, { token, json });

    expect(status).toBe(200);
    expect(body).toEqual({ ...post, ...json, edited_at: expect.stringMatching(TIMESTAMP) });
    expect((await api(`GET /posts/${post.id}`, { token })).body).toEqual(body);
  });

  it.each([{ content: null }, { content: '' }, { published: null }, { tags: null }, { title: 1 }])(
    'refuses %j',
    async (json) => {
      const { token } = await signUp();
      const post = await write({ token });

      expect((await api(`PATCH /posts/${post.id}`, { token, json })).status).toBe(422);
      expect((await api(`GET /posts/${post.id}`, { token })).body).toEqual(post);
    },
  );

  it('changes nothing without keys', async () => {
    const person = await signUp();
    const post = await write(person, { title: 'As it was' });

    const { status, body, headers } = await api(`PATCH /posts/${post.id}`, { token: person.token, json: {} });

    expect(status).toBe(200);
    expect(body).toEqual(post);
    expect(headers.get('etag')).toMatch(/^"1-/);
  });

  it('changes the ETag', async () => {
    const { token } = await signUp();
    const { id } = await write({ token });
    const before = (await api(`GET /posts/${id}`, { token })).headers.get('etag');

    const { headers } = await api(`PATCH /posts/${id}`, { token, json: { content: 'New.' } });

    expect(headers.get('etag')).not.toBe(before);
  });
});

describe('DELETE /posts/{id}', () => {
  it('deletes the post, once', async () => {
    const { id: owner, token } = await signUp();
    const { id } = await write({ token });

    const { status, text } = await api(`DELETE /posts/${id}`, { token });

    expect([status, text]).toEqual([204, '']);
    expect((await api(`GET /posts/${id}`, { token })).status).toBe(404);
    expect((await api(`DELETE /posts/${id}`, { token })).body.code).toBe('post_not_found');
    expect((await api(`GET /users/${owner}`)).body.posts).toBe(0);
  });

  it('deletes the votes of the post', async () => {
    const [author, voter] = [await signUp(), await signUp()];
    const { id } = await write(author);
    await api('POST /votes', { token: voter.token, json: { post_id: id, dir: 1 } });

    expect((await api(`DELETE /posts/${id}`, { token: author.token })).status).toBe(204);

    expect((await api(`GET /votes?post_ids=${id}`, { token: voter.token })).body.data).toEqual([]);
  });
});

describe('another user', () => {
  it("can't change or delete a post", async () => {
    const [owner, other] = [await signUp(), await signUp()];
    const post = await write(owner);
    const json = { content: 'Taken.' };

    for (const [call, body] of [
      [`PUT /posts/${post.id}`, json],
      [`PATCH /posts/${post.id}`, json],
      [`DELETE /posts/${post.id}`, undefined],
    ] as const) {
      const answer = await api(call, { token: other.token, json: body });
      expect([answer.status, answer.body.code]).toEqual([403, 'not_owner']);
    }
    expect((await api(`GET /posts/${post.id}`, { token: owner.token })).body).toEqual(post);
  });
});

describe('GET /posts', () => {
  it('lists ten, newest first, with owner, votes and viewer', async () => {
    const author = await authorOf(...Array.from({ length: 11 }, (_, i) => `Note ${i}.`));

    const { status, body } = await api(`GET /posts?author=${author.id}`);

    expect(status).toBe(200);
    expect(ids(body)).toEqual(author.written.slice(1).reverse());
    expect(body.data[0]).toMatchObject({ owner: { username: author.username }, votes: 0, viewer: null });
    expect(body.page).toMatchObject({ limit: 10, prev_cursor: null });
    expect(body.page.next_cursor).toEqual(expect.any(String));
    expect(body.page).not.toHaveProperty('total');
  });

  it('lists the posts of everybody', async () => {
    const [one, two] = [await authorOf('One.'), await authorOf('Two.')];

    const { body } = await api('GET /posts?limit=100');

    expect(ids(body)).toEqual(expect.arrayContaining([...one.written, ...two.written]));
  });

  it('supports limit, skip, order and total', async () => {
    const { id, written } = await authorOf('1', '2', '3', '4', '5');
    const list = async (query: string) => (await api(`GET /posts?author=${id}&${query}`)).body;

    expect(ids(await list('limit=2'))).toEqual([written[4], written[3]]);
    expect(ids(await list('limit=2&skip=2'))).toEqual([written[2], written[1]]);
    expect(ids(await list('skip=5'))).toEqual([]);
    expect(ids(await list('order=asc'))).toEqual(written);
    expect(ids(await list('order=desc'))).toEqual([...written].reverse());
    expect((await list('limit=1&total=true')).page.total).toBe(5);
    expect((await list('limit=1&total=false')).page).not.toHaveProperty('total');
  });

  it.each(['asc', 'desc'])('has pages that join into the whole list, both ways (%s)', async (order) => {
    const { id, written } = await authorOf('1', '2', '3', '4', '5', '6', '7');
    const expected = order === 'asc' ? written : [...written].reverse();
    const page = async (cursor?: string) =>
      (await api(`GET /posts?author=${id}&limit=3&order=${order}${cursor ? `&cursor=${cursor}` : ''}`)).body;

    const first = await page();
    const second = await page(first.page.next_cursor);
    const third = await page(second.page.next_cursor);
    expect([...ids(first), ...ids(second), ...ids(third)]).toEqual(expected);
    expect([first.page.prev_cursor, third.page.next_cursor]).toEqual([null, null]);

    const secondAgain = await page(third.page.prev_cursor);
    const firstAgain = await page(secondAgain.page.prev_cursor);
    expect([ids(secondAgain), ids(firstAgain)]).toEqual([ids(second), ids(first)]);
    expect(firstAgain.page.prev_cursor).toBeNull();
  });

  it('has no next page after a full last page', async () => {
    const { id } = await authorOf('1', '2', '3', '4');

    const first = (await api(`GET /posts?author=${id}&limit=2`)).body;
    const second = (await api(`GET /posts?author=${id}&limit=2&cursor=${first.page.next_cursor}`)).body;

    expect(first.page.next_cursor).not.toBeNull();
    expect(second.data).toHaveLength(2);
    expect(second.page.next_cursor).toBeNull();
    expect((await api(`GET /posts?author=${id}&limit=4`)).body.page.next_cursor).toBeNull();
  });

  it('links the next and the previous page with all filters', async () => {
    const { id } = await authorOf('a 1', 'a 2', 'a 3');
    const link = async (path: string, rel: string) => {
      const header = (await api(`GET ${path}`)).headers.get('link') ?? '';
      return new RegExp(`<([^>]+)>; rel="${rel}"`).exec(header)?.[1];
    };
    const path = `/posts?author=${id}&search=a%20&limit=1&total=true`;

    const next = (await link(path, 'next')) as string;

    for (const part of [`author=${id}`, 'limit=1', 'total=true', 'cursor=']) expect(next).toContain(part);
    expect(contents((await api(`GET ${next}`)).body)).toEqual(['a 2']);
    expect(await link(path, 'prev')).toBeUndefined();
    const back = (await link(next, 'prev')) as string;
    expect(contents((await api(`GET ${back}`)).body)).toEqual(['a 3']);
  });

  it.each(['a & b=c#d', '100% + "x" <y>', "l'été, 東京 🚋 (!*~)"])(
    'links the next page of a search for %s',
    async (words) => {
      const { id } = await authorOf(`1 ${words}`, '2', `3 ${words}`);
      const path = `/posts?author=${id}&search=${encodeURIComponent(words)}&limit=1&skip=0&other=1&other=2`;

      const header = (await api(`GET ${path}`)).headers.get('link') ?? '';

      const next = /^<([\x21-\x7e]+)>; rel="next"$/.exec(header)?.[1] ?? '';
      const { searchParams } = new URL(next, 'https://x.example');
      expect(searchParams.get('search')).toBe(words);
      expect(searchParams.getAll('other')).toEqual(['1', '2']);
      expect(searchParams.has('skip')).toBe(false);
      expect(contents((await api(`GET ${next}`)).body)).toEqual([`1 ${words}`]);
    },
  );

  it('skips and repeats no post while others are created and deleted', async () => {
    const author = await authorOf('1', '2', '3', '4', '5', '6');
    const page = async (cursor = '') =>
      (await api(`GET /posts?author=${author.id}&limit=2${cursor && `&cursor=${cursor}`}`)).body;

    const first = await page();
    await write(author, { content: 'New.' });
    await api(`DELETE /posts/${author.written[4]}`, { token: author.token });
    await api(`DELETE /posts/${author.written[3]}`, { token: author.token });
    const second = await page(first.page.next_cursor);

    expect(contents(first)).toEqual(['6', '5']);
    expect(contents(second)).toEqual(['3', '2']);
  });

  it('keeps the order of posts with the same time', async () => {
    const author = await authorOf(...Array.from({ length: 20 }, (_, i) => String(i)));
    const seen: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const path: string = `/posts?author=${author.id}&limit=3${cursor && `&cursor=${cursor}`}`;
      const { body } = await api(`GET ${path}`);
      seen.push(...ids(body));
      cursor = body.page.next_cursor;
    }

    expect(seen).toEqual([...author.written].reverse());
  });

  it('filters by author: by id, or by username in any case', async () => {
    const [one] = [await authorOf('Mine.'), await authorOf('Theirs.')];

    for (const author of [one.id, one.username, one.username.toUpperCase()])
      expect(ids((await api(`GET /posts?author=${author}`)).body)).toEqual(one.written);
    for (const nobody of [UNKNOWN_POST, unusedName()])
      expect((await api(`GET /posts?author=${nobody}`)).body.data).toEqual([]);
  });
});

describe('GET /posts?search=', () => {
  const found = async (author: Person, search: string, more = '') =>
    contents(
      (await api(`GET /posts?author=${author.id}&order=asc&search=${encodeURIComponent(search)}${more}`))
        .body,
    );

  it('finds a part of a title or a content, in any case', async () => {
    const author = await authorOf('The quick brown fox', 'A lazy dog');
    await write(author, { title: 'QUICK thoughts', content: 'None.' });

    expect(await found(author, 'quick')).toEqual(['The quick brown fox', 'None.']);
    expect(await found(author, 'uIcK bR')).toEqual(['The quick brown fox']);
    expect(await found(author, 'quick', '&search_in=title')).toEqual(['None.']);
    expect(await found(author, '  lazy ')).toEqual(['A lazy dog']);
    expect(await found(author, 'cat')).toEqual([]);
  });

  it.each([
    ['%', '100% sure'],
    ['_', 'snake_case'],
    ['\\', 'C:\\Windows'],
    ['0%', '100% sure'],
    ['e_c', 'snake_case'],
    ["'", "it's"],
    ['"', 'say "so"'],
    ['漢字', '日本の漢字'],
    ['🦉', 'an owl 🦉'],
    ['ÉT', 'un été'],
  ])('finds %s literally', async (search, expected) => {
    const author = await authorOf(
      '100% sure',
      '100 sure',
      'snake_case',
      'snakeXcase',
      'C:\\Windows',
      'C:/Windows',
      "it's",
      'say "so"',
      '日本の漢字',
      'an owl 🦉',
      'un été',
    );

    expect(await found(author, search)).toEqual([expected]);
  });

  it('finds no drafts and no deleted posts', async () => {
    const author = await authorOf('Findable once.');
    await write(author, { content: 'Findable never.', published: false });
    await api(`DELETE /posts/${author.written[0]}`, { token: author.token });

    expect(await found(author, 'Findable')).toEqual([]);
    expect((await api('GET /posts?search=Findable', { token: author.token })).body.data).toEqual([]);
  });

  it.each([`search=${'x'.repeat(201)}`, 'search=a&search=b', 'search=a&search_in=content'])(
    'refuses %s',
    async (query) => {
      expect((await api(`GET /posts?${query}`)).status).toBe(422);
    },
  );
});

describe('GET /posts/mine', () => {
  it("lists the caller's posts with drafts and replies", async () => {
    const [me, other] = [await signUp(), await signUp()];
    const theirs = await write(other);
    const [post, draft, reply] = [
      await write(me),
      await write(me, { published: false }),
      await write(me, { parent_id: theirs.id }),
    ];

    const { status, body } = await api('GET /posts/mine?total=true', { token: me.token });

    expect(status).toBe(200);
    expect(ids(body)).toEqual([reply.id, draft.id, post.id]);
    expect(body.page.total).toBe(3);
  });

  it('lists only the drafts, or only what is published', async () => {
    const me = await signUp();
    const post = await write(me);
    const draft = await write(me, { published: false });
    const reply = await write(me, { parent_id: post.id, published: false });
    const [given, withdrawn] = [await write(me, { published: false }), await write(me)];
    const publish = (id: number, published: boolean) =>
      api(`PATCH /posts/${id}`, { token: me.token, json: { published } });
    await publish(given.id, true);
    await publish(withdrawn.id, false);
    const mine = async (filter: string) =>
      (await api(`GET /posts/mine?total=true&${filter}`, { token: me.token })).body;

    const drafts = await mine('published=false');
    expect(ids(drafts)).toEqual([withdrawn.id, reply.id, draft.id]);
    expect(drafts.page.total).toBe(3);
    const published = await mine('published=true');
    expect(ids(published)).toEqual([given.id, post.id]);
    expect(published.page.total).toBe(2);
    expect(ids(await mine('published='))).toHaveLength(5);
  });

  it.each(['yes', '0', 'TRUE', 'null', 'false&published=true'])('refuses published=%s', async (value) => {
    const { token } = await signUp();
    const { status, body } = await api(`GET /posts/mine?published=${value}`, { token });
    expect(status).toBe(422);
    expect(body.errors[0].path).toBe('published');
  });

  it('has a cursor for each filter', async () => {
    const me = await signUp();
    for (const published of [false, false, true, true]) await write(me, { published });
    const { body } = await api('GET /posts/mine?published=false&limit=1', { token: me.token });
    const cursor = body.page.next_cursor;
    for (const filter of ['published=true&', ''])
      expect((await api(`GET /posts/mine?${filter}cursor=${cursor}`, { token: me.token })).status).toBe(422);
    const next = await api(`GET /posts/mine?published=false&cursor=${cursor}`, { token: me.token });
    expect(next.status).toBe(200);
    expect(next.body.page.next_cursor).toBeNull();
  });
});
