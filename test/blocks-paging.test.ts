// Lists without the posts of hidden people are paged as all lists are: no row twice, none missing, and an exact total.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { api } from './support/api';
import { expectSlice, expectStablePages, expectWholeList } from './support/expect-pages';
import { deletePosts, type InsertedPost, insertPosts, type PostRow } from './support/insert-posts';
import { type Person, signUpMany, write } from './support/people';
import { sql } from './support/sql';

const HOUR = 3_600_000;
// No other test has posts of these years.
const START = Date.UTC(2005, 0, 1);
const CHECK = { numRuns: 25, endOnFailure: true };

/** Two whom `me` sees, and one of each kind of hidden person. */
interface Crowd {
  me: Person;
  seen: Person[];
  hidden: Person[];
}

/** More than are read at once, so that authors are looked up row by row. */
const MANY = 120;
let silent: Promise<Person[]> | undefined;

/** With `more` people hidden from `me` who write nothing. */
async function gather(more = 0): Promise<Crowd> {
  const [me, ann, bea, blocked, blocking, muted] = (await signUpMany(6)) as [
    Person,
    Person,
    Person,
    Person,
    Person,
    Person,
  ];
  // What is followed is on the timeline unless it is hidden.
  for (const { id } of [ann, bea, blocked, blocking, muted])
    await api(`PUT /users/${id}/follow`, { token: me.token });
  await api(`PUT /users/${blocked.id}/block`, { token: me.token });
  await api(`PUT /users/${me.id}/block`, { token: blocking.token });
  await api(`PUT /users/${muted.id}/mute`, { token: me.token });
  if (more > 0) {
    silent ??= signUpMany(MANY);
    const others = (await silent).slice(0, more).map(({ id }) => id);
    await sql`INSERT INTO blocks (user_id, other_id) SELECT unnest(${others}::bigint[]), ${me.id}`;
  }
  return { me, seen: [ann, bea], hidden: [blocked, blocking, muted] };
}

const ids = (posts: InsertedPost[]) => posts.map(({ id }) => id);
const newestFirst = (a: InsertedPost, b: InsertedPost) => b.at - a.at || b.id - a.id;
const mostVotesFirst = (a: InsertedPost, b: InsertedPost) => b.votes - a.votes || b.id - a.id;

describe('the pages of GET /posts of somebody who hides people', () => {
  let crowd: Crowd;
  let posts: InsertedPost[];
  let tag: string;

  // Far more are hidden than a page has rows, in one long run and between others, so that pages are read in several turns.
  beforeAll(async () => {
    crowd = await gather();
    tag = `h${crowd.me.id}`;
    const rows = Array.from({ length: 1_200 }, (_, n): PostRow => {
      const isHidden = (n > 300 && n < 900) || n % 3 === 0;
      const people = isHidden ? crowd.hidden : crowd.seen;
      return {
        owner: people[n % people.length] as Person,
        parent_id: n % 4 === 1 ? 1 : null,
        title: n % 5 === 0 ? 'A title' : null,
        content: n % 2 ? 'on rooftops' : 'in cellars',
        tags: n % 6 < 5 ? [tag] : [],
        published: n % 40 !== 7,
        at: START + (n % 500) * HOUR,
        votes: n % 4,
      };
    });
    posts = await insertPosts(rows);
  });

  const filters = fc.record({
    replies: fc.constantFrom('exclude', 'include', 'only'),
    tag: fc.boolean(),
    search: fc.constantFrom(null, null, 'ROOF', 'cellars', 'nowhere', 'on'),
    search_in: fc.constantFrom(null, null, 'title'),
    author: fc.constantFrom(null, null, null, 'seen', 'hidden'),
    ids: fc.constantFrom(false, false, true),
    since: fc.nat(500),
    hours: fc.nat(500),
    sort: fc.constantFrom('new', 'top'),
    order: fc.constantFrom('desc', 'asc'),
    limit: fc.constantFrom(1, 10, 40, 100),
    skip: fc.constantFrom(0, 3, 70, 400),
  });

  it('join into the whole list without what is hidden, with every filter', async () => {
    const property = fc.asyncProperty(filters, async (f) => {
      const author = f.author === null ? undefined : crowd[f.author as 'seen' | 'hidden'][0];
      const among = f.ids ? posts.filter((_, i) => i % 13 === 5) : posts;
      const [since, until] = [START + f.since * HOUR, START + (f.since + f.hours) * HOUR];
      const expected = among
        .filter(
          (post) =>
            post.published &&
            !crowd.hidden.includes(post.owner) &&
            (!author || post.owner === author) &&
            (f.replies === 'include' || (f.replies === 'only') === (post.parent_id !== null)) &&
            (!f.tag || post.tags.length > 0) &&
            (f.search === null ||
              `${f.search_in ? '' : post.content} ${post.title ?? ''}`
                .toLowerCase()
                .includes(f.search.toLowerCase())) &&
            post.at >= since &&
            post.at <= until,
        )
        .sort(f.sort === 'top' ? mostVotesFirst : newestFirst);
      if (f.order === 'asc') expected.reverse();
      const query = new URLSearchParams({
        ...{ replies: f.replies, sort: f.sort, order: f.order },
        ...{ since: new Date(since).toISOString(), until: new Date(until).toISOString() },
        ...(f.tag && { tag }),
        ...(f.search && { search: f.search }),
        ...(f.search_in && { search_in: f.search_in }),
        ...(author && { author: author.username }),
        ...(f.ids && { ids: ids(among).join(',') }),
      });
      const list = {
        path: `/posts?${query}`,
        token: crowd.me.token,
        limit: f.limit,
        expected: () => ids(expected),
      };
      await expectSlice(list, f.skip);
      if (f.limit >= 10 || expected.length < 20) await expectWholeList(list);
    });
    await fc.assert(property, CHECK);
  });

  it.each([
    ['tag alone', () => `tag=${tag}`, (post: InsertedPost) => post.tags.length > 0],
    [
      'author alone',
      () => `author=${crowd.seen[1]?.id}`,
      (post: InsertedPost) => post.owner === crowd.seen[1],
    ],
    ['hidden author', () => `author=${crowd.hidden[1]?.id}`, () => false],
  ])('join into the whole list of a %s, by time and by votes', async (_, query, member) => {
    for (const [sort, sorting] of [
      ['new', newestFirst],
      ['top', mostVotesFirst],
    ] as const) {
      const expected = posts
        .filter((post) => post.published && !crowd.hidden.includes(post.owner) && member(post))
        .sort(sorting);
      const list = {
        path: `/posts?${query()}&sort=${sort}&replies=include`,
        token: crowd.me.token,
        limit: 60,
        expected: () => ids(expected),
      };
      await expectWholeList(list);
      await expectSlice(list, 150);
    }
  });

  it('have the total of all posts without those that are hidden', async () => {
    for (const replies of ['exclude', 'include', 'only']) {
      const total = async (token?: string) =>
        (await api(`GET /posts?replies=${replies}&total=true`, { token })).body.page.total;
      const hidden = posts.filter(
        ({ published, owner, parent_id }) =>
          published &&
          crowd.hidden.includes(owner) &&
          (replies === 'include' || (replies === 'only') === (parent_id !== null)),
      ).length;
      const all = (await total()) as number;
      expect(await total(crowd.me.token)).toBe(all - hidden);
      expect(await total(crowd.seen[0]?.token)).toBe(all);
    }
  });

  it('stay whole while posts of both kinds come and go', async () => {
    const fresh = { day: START - 400 * 24 * HOUR, set: [] as InsertedPost[] };
    const seed = (n: number): PostRow => ({
      owner: (n % 2 ? crowd.hidden[n % 3] : crowd.seen[n % 4 > 1 ? 1 : 0]) as Person,
      parent_id: null,
      title: null,
      content: 'Coming and going.',
      tags: [],
      published: true,
      at: fresh.day + (n % 17) * HOUR,
      votes: 0,
    });
    fresh.set = await insertPosts(Array.from({ length: 60 }, (_, n) => seed(n)));
    const [since, until] = [fresh.day, fresh.day + 17 * HOUR].map((at) => new Date(at).toISOString());
    await expectStablePages({
      path: `/posts?since=${since}&until=${until}`,
      token: crowd.me.token,
      limit: 4,
      expected: () => ids(fresh.set.filter(({ owner }) => !crowd.hidden.includes(owner)).sort(newestFirst)),
      betweenPages: async (turn) => {
        const gone = fresh.set[(turn * 7) % fresh.set.length] as InsertedPost;
        await deletePosts([gone.id]);
        fresh.set = [
          ...fresh.set.filter((post) => post !== gone),
          ...(await insertPosts([seed(turn), seed(turn + 1)])),
        ];
      },
    });
  });
});

describe.each([0, MANY])('the pages of other lists of posts, with %i more who are hidden', (more) => {
  const row = (owner: Person, n: number, parent_id: number | null = null): PostRow => ({
    owner,
    parent_id,
    title: null,
    content: 'A note.',
    tags: [],
    published: true,
    at: START + n * HOUR,
    votes: 0,
  });
  const both = ({ seen, hidden }: Crowd, n: number) => (n % 5 < 3 ? hidden[n % 3] : seen[n % 2]) as Person;

  it('GET /posts/timeline, also of people who are muted while they are followed', async () => {
    const crowd = await gather(more);
    const posts = await insertPosts(
      Array.from({ length: 40 }, (_, n) => row(both(crowd, n), n, n % 7 ? null : 1)),
    );
    for (const replies of ['exclude', 'include'])
      for (const order of ['desc', 'asc']) {
        const shown = posts
          .filter(
            ({ owner, parent_id }) => !crowd.hidden.includes(owner) && (replies === 'include' || !parent_id),
          )
          .sort(newestFirst);
        if (order === 'asc') shown.reverse();
        await expectWholeList({
          path: `/posts/timeline?replies=${replies}&order=${order}&include_self=true`,
          token: crowd.me.token,
          limit: 3,
          expected: () => ids(shown),
        });
      }
  });

  it.each(['asc', 'desc'])('GET /posts/{id}/replies, %s', async (order) => {
    const crowd = await gather(more);
    const root = await write(crowd.me);
    const posts = await insertPosts(
      Array.from({ length: 40 }, (_, n) => row(both(crowd, n), n % 9, root.id)),
    );
    const shown = posts.filter(({ owner }) => !crowd.hidden.includes(owner)).sort(newestFirst);
    if (order === 'asc') shown.reverse();
    const list = {
      path: `/posts/${root.id}/replies?order=${order}`,
      token: crowd.me.token,
      limit: 3,
      expected: () => ids(shown),
    };
    await expectWholeList(list);
    await expectSlice(list, 5);
    expect((await api(`GET /posts/${root.id}`, { token: crowd.me.token })).body.replies).toBe(40);
  });

  it.each(['asc', 'desc'])(
    'GET /users/{user}/votes, %s, whether or not the voter is hidden',
    async (order) => {
      const crowd = await gather(more);
      const posts = await insertPosts(Array.from({ length: 30 }, (_, n) => row(both(crowd, n), n)));
      for (const voter of [crowd.seen[0], crowd.hidden[2]] as Person[]) {
        await sql`INSERT INTO votes (user_id, post_id, created_at)
        SELECT ${voter.id}, id, ${new Date(START).toISOString()}::timestamptz + id % 4 * interval '1 hour'
          FROM unnest(${ids(posts)}::bigint[]) AS id`;
        const shown = posts
          .filter(({ owner }) => !crowd.hidden.includes(owner))
          .sort((a, b) => (b.id % 4) - (a.id % 4) || b.id - a.id);
        if (order === 'asc') shown.reverse();
        await expectWholeList({
          path: `/users/${voter.id}/votes?order=${order}`,
          token: crowd.me.token,
          limit: 4,
          expected: () => ids(shown),
        });
      }
    },
  );

  it('GET /users/{user}/posts: none of a hidden person, and all of others', async () => {
    const crowd = await gather(more);
    const posts = await insertPosts(
      Array.from({ length: 20 }, (_, n) => row(both(crowd, n), n, n % 3 ? null : 1)),
    );
    for (const person of [...crowd.hidden, ...crowd.seen])
      await expectWholeList({
        path: `/users/${person.username}/posts?include_replies=true`,
        token: crowd.me.token,
        limit: 3,
        expected: () =>
          crowd.hidden.includes(person)
            ? []
            : ids(posts.filter(({ owner }) => owner === person).sort(newestFirst)),
      });
  });

  it('GET /posts/{id}/thread has what is beneath a hidden post, and says truthfully what is cut off', async () => {
    const crowd = await gather(more);
    const root = await write(crowd.seen[0] as Person);
    const lines: { id: number; owner: Person }[] = [];
    let parent = root.id;
    for (const owner of [
      crowd.hidden[2],
      crowd.seen[0],
      crowd.hidden[2],
      crowd.seen[1],
      crowd.hidden[2],
    ] as Person[]) {
      // A hidden person may have been answered before.
      const post = await write(owner, { parent_id: parent });
      lines.push({ id: post.id, owner });
      parent = post.id;
    }
    const shown = lines.filter(({ owner }) => !crowd.hidden.includes(owner)).map(({ id }) => id);
    const read = async (id: number, token?: string) => {
      const { body } = await api(`GET /posts/${id}/thread`, { token });
      const idsOf = (rows: { id: number }[]) => rows.map((one) => one.id);
      return { above: idsOf(body.ancestors), below: idsOf(body.descendants), cut: body.truncated };
    };
    const cut = { ancestors: false, descendants: false };
    expect(await read(root.id, crowd.me.token)).toEqual({ above: [], below: shown, cut });
    expect(await read(parent, crowd.me.token)).toEqual({ above: [root.id, ...shown], below: [], cut });
    expect((await read(root.id)).below).toHaveLength(lines.length);

    // More than a hundred levels, of which only those of hidden people are cut off.
    const deep = await deepReplies(crowd, root.id, 103);
    expect((await read(root.id)).cut.descendants).toBe(true);
    expect((await read(root.id, crowd.me.token)).cut.descendants).toBe(false);
    expect((await read(deep)).cut.ancestors).toBe(true);
    expect((await read(deep, crowd.me.token)).cut.ancestors).toBe(true);
  });
});

/** A line of replies beneath a post, from the 101st on by a hidden person; resolves to the last. */
async function deepReplies({ seen, hidden }: Crowd, root: number, depth: number): Promise<number> {
  let last = root;
  for (let level = 1; level <= depth; level += 1) {
    const owner = level > 100 ? hidden[2] : seen[level % 2];
    last = (await write(owner as Person, { parent_id: last })).id;
  }
  return last;
}
