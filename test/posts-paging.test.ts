import fc from 'fast-check';
import { describe, it } from 'vitest';
import { api } from './support/api';
import { expectSlice, expectStablePages, expectWholeList, type ListCheck } from './support/expect-pages';
import { deletePosts, type InsertedPost, insertPosts, type PostRow } from './support/insert-posts';
import { type Person, signUpMany } from './support/people';

const DAY = 86_400_000;
let runs = 0;

/** A day that no other run uses. It is recent enough for a search to skip few weeks. */
function nextDay(): number {
  runs += 1;
  return Date.UTC(2020, 0, 1) + runs * DAY;
}

// Few values of each kind, so that posts have the same time or votes, and several match a filter.
const randomPost = fc.record({
  owner: fc.nat(2),
  reply: fc.boolean(),
  title: fc.constantFrom(null, 'Ab', 'The 数 of it'),
  content: fc.constantFrom('xyz abc', 'XYZ', '数学🦄', '100%_', "it's \\ab", 'a'),
  tagged: fc.boolean(),
  published: fc.constantFrom(true, true, true, false),
  hour: fc.nat(5),
  votes: fc.nat(3),
});

const filters = fc.record({
  replies: fc.constantFrom('exclude', 'include', 'only'),
  author: fc.constantFrom(null, 'id', 'name'),
  tag: fc.boolean(),
  search: fc.constantFrom(null, null, 'aB', 'xyz', '数', '🦄', '%_', "'s \\", 'nowhere', 'b'),
  search_in: fc.constantFrom(null, 'title'),
  since: fc.option(fc.nat(5)),
  until: fc.option(fc.nat(5)),
  ids: fc.constantFrom(false, false, true),
  sort: fc.constantFrom('new', 'top'),
  order: fc.constantFrom('desc', 'asc', null),
});

type Filters = typeof filters extends fc.Arbitrary<infer Value> ? Value : never;
type RandomPost = typeof randomPost extends fc.Arbitrary<infer Value> ? Value : never;

interface PostSet {
  day: number;
  tag: string;
  people: Person[];
  posts: InsertedPost[];
}

const toRow = (
  { day, tag, people }: PostSet,
  { owner, reply, tagged, hour, ...rest }: RandomPost,
): PostRow => ({
  ...rest,
  owner: people[owner] as Person,
  // The parent need not exist.
  parent_id: reply ? 1 : null,
  tags: tagged ? [tag, 'common'] : [],
  at: day + hour * 3_600_000,
});

async function insertRandomPosts(posts: RandomPost[], people?: Person[]): Promise<PostSet> {
  const day = nextDay();
  const set = { day, tag: `t${day}`, people: people ?? (await signUpMany(3)), posts: [] as InsertedPost[] };
  set.posts = await insertPosts(posts.map((each) => toRow(set, each)));
  return set;
}

const compareBy = (key: (post: InsertedPost) => number[]) => (a: InsertedPost, b: InsertedPost) => {
  const [left, right] = [key(a), key(b)];
  const place = left.findIndex((part, i) => part !== right[i]);
  return place === -1 ? 0 : (right[place] as number) - (left[place] as number);
};

const newestFirst = compareBy(({ at, id }) => [at, id]);
const mostVotesFirst = compareBy(({ votes, id }) => [votes, id]);

function pathOf(set: PostSet, f: Filters): string {
  const query = new URLSearchParams({ replies: f.replies, sort: f.sort });
  const [first] = set.people as [Person];
  if (f.author) query.set('author', f.author === 'id' ? String(first.id) : first.username.toUpperCase());
  if (f.tag) query.set('tag', set.tag);
  if (f.search !== null) query.set('search', f.search);
  if (f.search_in) query.set('search_in', f.search_in);
  if (f.ids && set.posts.length > 1) query.set('ids', idsOf(set).join(','));
  if (f.order) query.set('order', f.order);
  query.set('since', new Date(sinceOf(set, f)).toISOString());
  query.set('until', new Date(untilOf(set, f)).toISOString());
  return `/posts?${query}`;
}

const sinceOf = ({ day }: PostSet, { since }: Filters) => day + (since ?? 0) * 3_600_000;
const untilOf = ({ day }: PostSet, { until }: Filters) => day + (until ?? 23) * 3_600_000;
const filterIds = new WeakMap<PostSet, number[]>();
const idsOf = (set: PostSet) => {
  if (!filterIds.has(set))
    filterIds.set(
      set,
      set.posts.slice(1).map(({ id }) => id),
    );
  return filterIds.get(set) as number[];
};

/** What `GET /posts` should answer, computed from an array. */
function expectedIds(set: PostSet, f: Filters): number[] {
  const word = f.search?.toLowerCase();
  const has = (text: string | null) => word === undefined || (text ?? '').toLowerCase().includes(word);
  const matching = set.posts.filter(
    (post) =>
      post.published &&
      (f.replies === 'include' || (f.replies === 'only') === (post.parent_id !== null)) &&
      (!f.author || post.owner === set.people[0]) &&
      (!f.tag || post.tags.includes(set.tag)) &&
      (f.search === null || has(post.title) || (!f.search_in && has(post.content))) &&
      post.at >= sinceOf(set, f) &&
      post.at <= untilOf(set, f) &&
      (!f.ids || !filterIds.has(set) || idsOf(set).includes(post.id)),
  );
  const sorted = matching.sort(f.sort === 'top' ? mostVotesFirst : newestFirst).map(({ id }) => id);
  return f.order === 'asc' ? sorted.reverse() : sorted;
}

/**
 * Between two pages deletes one post and inserts one, while there are changes left: a list that always grows would have no
 * last page.
 */
const replaceOne = (set: PostSet, changes: RandomPost[]) => async (turn: number) => {
  const change = changes[turn];
  if (!change) return;
  const deleted = set.posts[(turn * 7 + change.hour) % Math.max(set.posts.length, 1)];
  if (deleted) {
    await deletePosts([deleted.id]);
    set.posts = set.posts.filter((post) => post !== deleted);
  }
  set.posts.push(...(await insertPosts([toRow(set, change)])));
};

const randomPosts = fc.array(randomPost, { maxLength: 30, size: 'max' });
const limits = fc.integer({ min: 1, max: 12 });
const CHECK = { numRuns: 60, endOnFailure: true };

/** Checks a list with random posts, limits and skips, also while posts are inserted and deleted. */
function expectPages(listOf: (set: PostSet, limit: number) => ListCheck, numRuns = 12) {
  const property = fc.asyncProperty(
    randomPosts,
    limits,
    fc.nat(35),
    randomPosts,
    async (posts, limit, skip, changes) => {
      const set = await insertRandomPosts(posts);
      const list = listOf(set, limit);
      await expectWholeList(list);
      await expectSlice(list, skip);
      await expectStablePages({ ...list, betweenPages: replaceOne(set, changes) });
    },
  );
  return fc.assert(property, { ...CHECK, numRuns });
}

const publishedOf = ({ posts }: PostSet) => posts.filter((post) => post.published).sort(newestFirst);
const ids = (posts: InsertedPost[]) => posts.map(({ id }) => id);

describe('the pages of GET /posts', () => {
  it('join into the whole list, whatever the filters', async () => {
    const property = fc.asyncProperty(
      filters,
      randomPosts,
      limits,
      fc.nat(35),
      randomPosts,
      async (f, posts, limit, skip, changes) => {
        const set = await insertRandomPosts(posts);
        const list = { path: pathOf(set, f), limit, expected: () => expectedIds(set, f) };
        await expectWholeList(list);
        await expectSlice(list, skip);
        await expectStablePages({ ...list, betweenPages: replaceOne(set, changes) });
      },
    );
    await fc.assert(property, CHECK);
  });

  // More posts than a search reads one by one: the rest must be found through the indexes.
  it('join into the whole list where few posts match', async () => {
    const people = await signUpMany(3);
    const [first] = people as [Person];
    // Hexadecimal digits: no word that is searched for below is in it by chance.
    const word = `needle${crypto.randomUUID().replaceAll('-', '')}`;
    const tag = `tag-${word}`;
    const start = Date.UTC(2019, 0, 1);
    const posts = await insertPosts(
      fc.sample(fc.nat(1_000_000), { numRuns: 2_400, seed: 42 }).map((n, i) => ({
        // Most are by one person, so that theirs are more than a search reads, too.
        owner: people[n % 19 === 0 ? 1 : 0] as Person,
        parent_id: n % 2 === 0 ? 1 : null,
        // So few replies have a title that the first ones are not typical.
        title: n % (n % 2 === 0 ? 401 : 37) === 0 ? `About ${word}` : null,
        content: n % 43 === 0 ? `so ${word.toUpperCase()} it is` : `hay ${i}`,
        tags: n % 53 === 0 ? [tag] : [],
        published: n % 13 !== 0,
        at: start + (n % 300) * DAY,
        votes: n % 41 === 0 ? 4 : n % 3,
      })),
    );
    const hasWord = ({ title, content }: InsertedPost) => `${title}${content}`.toLowerCase().includes(word);
    const hasTag = ({ tags }: InsertedPost) => tags.includes(tag);
    const isByFirst = ({ owner }: InsertedPost) => owner === first;
    const isInMarch = ({ at }: InsertedPost) => at >= Date.UTC(2019, 2, 1) && at <= Date.UTC(2019, 2, 2, 12);
    const march = 'since=2019-03-01&until=2019-03-02T12:00:00Z';
    const year = 'since=2019-01-01&until=2019-12-31';
    const hasTitle = ({ title }: InsertedPost) => title !== null;
    const isReply = ({ parent_id }: InsertedPost) => parent_id !== null;
    const lists: [query: string, member: (post: InsertedPost) => boolean, replies?: string][] = [
      [`${year}&search=${word}`, hasWord],
      ...[word, 'AB', 'b'].flatMap((part): typeof lists => [
        [`${year}&search=${part}&search_in=title`, hasTitle],
        [`${year}&search=${part}&search_in=title`, (post) => hasTitle(post) && isReply(post), 'only'],
        [`${year}&search=${part}&search_in=title`, (post) => hasTitle(post) && !isReply(post), 'exclude'],
      ]),
      [`${year}&search=zq&search_in=title`, () => false, 'only'],
      [`${year}&search=🦄`, () => false],
      [`tag=${tag}&author=${first.id}`, (post) => hasTag(post) && isByFirst(post)],
      [`tag=${tag}&search=${word}`, (post) => hasTag(post) && hasWord(post)],
      [`author=${first.username}&search=${word}`, (post) => isByFirst(post) && hasWord(post)],
      [
        `author=${first.username}&search=${word}&tag=${tag}&${year}`,
        (post) => isByFirst(post) && hasWord(post) && hasTag(post),
      ],
      [`${march}`, isInMarch],
      [`${march}&author=${first.id}`, (post) => isInMarch(post) && isByFirst(post)],
      [`${year}&tag=${tag}`, hasTag],
    ];
    for (const [query, member, replies = 'include'] of lists) {
      for (const [sort, sorting] of [
        ['new', newestFirst],
        ['top', mostVotesFirst],
      ] as const) {
        for (const order of ['desc', 'asc']) {
          const expected = ids(posts.filter((post) => post.published && member(post)).sort(sorting));
          if (order === 'asc') expected.reverse();
          const path = `/posts?${query}&sort=${sort}&order=${order}&replies=${replies}`;
          if (order === 'desc') await expectWholeList({ path, limit: 7, expected: () => expected });
          for (const limit of [1, 100]) await expectSlice({ path, limit, expected: () => expected }, 3);
        }
      }
    }
  });
});

// A search reads the nearest posts one by one, then the index week by week, and then the rest of it at once. These posts are
// more than the first, and the words as rare as it takes to come to the others.
describe('the pages of GET /posts?search=', () => {
  const START = Date.UTC(2017, 0, 1);
  const WORDS: Record<string, (n: number, day: number) => boolean> = {
    // In some old posts only: nothing is near.
    zulu: (n, day) => day < 90 && n % 97 === 0,
    yankee: (n) => n % 97 === 1,
    xray: (n) => n % 11 === 2,
    // Once near, and in each post of three weeks long ago.
    whisky: (n, day) => n === 3_990 || (day >= 30 && day < 51),
    // Folded in more than one way.
    'Crème Brûlée': (n) => n % 67 === 3,
    Straße: (n) => n % 83 === 5,
    数学: (n) => n % 151 === 4,
  };
  // Nearly as long as a post may be.
  const LONG = 'Größere Übungen für Brücken '.repeat(340);
  const cut = fc.option(fc.nat(320), { nil: null });
  const searches = fc.record({
    // Parts of one letter up to all of a word, a sentence, and parts that are never beside each other.
    search: fc.constantFrom(
      ...[
        'zulu',
        'ulu',
        'zu',
        'YANKEE',
        'nk',
        'xray',
        'xr',
        'x',
        'whisky',
        'isk',
        'WHISKY and',
        'crème brûlée',
      ],
      ...[
        'CRE\u0300ME',
        'brûl',
        'û',
        'STRASSE',
        'aße',
        'ssere',
        'ßüb',
        '数学',
        '学',
        'and xray',
        'xray xray',
        'yxray',
        'zulzul',
        'nowhere',
        'qv',
      ],
    ),
    search_in: fc.constantFrom(undefined, undefined, 'title'),
    replies: fc.constantFrom('exclude', 'include', 'only'),
    order: fc.constantFrom('asc', 'desc'),
    sort: fc.constantFrom('new', 'new', 'top'),
    author: fc.boolean(),
    since: cut,
    until: cut,
    limit: fc.constantFrom(1, 10, 30, 100),
    skip: fc.constantFrom(0, 3, 40, 300),
  });

  it('join into the whole list, wherever its hits lie', async () => {
    const people = await signUpMany(2);
    const rows = Array.from({ length: 4_000 }, (_, n): PostRow => {
      // The last 1,500 within a fortnight, and the others in the 300 days before.
      const day = n < 2_500 ? (n * 7) % 300 : 300 + (n % 14);
      const words = Object.keys(WORDS).filter((word) => WORDS[word]?.(n, day));
      const said = words.map((word) => (n % 2 === 0 ? word.normalize('NFD').toUpperCase() : word));
      return {
        owner: people[n % 5 === 0 ? 1 : 0] as Person,
        parent_id: n % 3 === 0 ? 1 : null,
        title: n % 2 === 0 && words.length > 0 ? `On ${said[0]}` : null,
        content: `${n % 80 === 5 ? LONG : ''}${['', ...said].join(' and ')} ${n}`,
        tags: [],
        published: n % 50 !== 7,
        at: START + day * DAY + (n % 24) * 3_600_000,
        votes: n % 400 === 1 ? 3 : 0,
      };
    });
    const posts = await insertPosts(rows);
    const fold = (text: string | null) => (text ?? '').normalize('NFC').toLowerCase().replaceAll('ß', 'ss');
    const folded = posts.map((post) => ({ post, title: fold(post.title), content: fold(post.content) }));

    const property = fc.asyncProperty(searches, async (f) => {
      const word = fold(f.search);
      const [since, until] = [START + (f.since ?? 0) * DAY, START + (f.until ?? 320) * DAY];
      const expected = folded
        .filter(
          ({ post, title, content }) =>
            post.published &&
            (title.includes(word) || (!f.search_in && content.includes(word))) &&
            (f.replies === 'include' || (f.replies === 'only') === (post.parent_id !== null)) &&
            (!f.author || post.owner === people[0]) &&
            post.at >= since &&
            post.at <= until,
        )
        .map(({ post }) => post)
        .sort(f.sort === 'top' ? mostVotesFirst : newestFirst);
      if (f.order === 'asc') expected.reverse();
      const query = new URLSearchParams({
        ...{ search: f.search, replies: f.replies, order: f.order, sort: f.sort },
        ...{ since: new Date(since).toISOString(), until: new Date(until).toISOString() },
        ...(f.search_in && { search_in: f.search_in }),
        ...(f.author && { author: String(people[0]?.id) }),
      });
      const list = { path: `/posts?${query}`, limit: f.limit, expected: () => ids(expected) };
      await expectSlice(list, f.skip);
      if (f.limit >= 30 || expected.length < 20) await expectWholeList(list);
    });
    await fc.assert(property, CHECK);
  });
});

describe('the pages of a list', () => {
  it('GET /posts/timeline join into the whole list', () =>
    expectPages((set, limit) => ({
      path: '/posts/timeline?replies=include&include_self=true',
      token: set.people[0]?.token,
      limit,
      expected: () => ids(publishedOf(set).filter(({ owner }) => owner === set.people[0])),
    })));

  it('GET /posts/timeline of people who are followed join into the whole list', async () => {
    const property = fc.asyncProperty(randomPosts, limits, randomPosts, async (posts, limit, changes) => {
      const set = await insertRandomPosts(posts);
      const [me, ...others] = set.people as [Person, ...Person[]];
      for (const { id } of others) await api(`PUT /users/${id}/follow`, { token: me.token });
      const expected = () =>
        ids(publishedOf(set).filter(({ owner, parent_id }) => owner !== me && parent_id === null));
      const list = { path: '/posts/timeline', token: me.token, limit, expected };
      await expectWholeList(list);
      await expectStablePages({ ...list, betweenPages: replaceOne(set, changes) });
    });
    await fc.assert(property, { ...CHECK, numRuns: 12 });
  });

  it('GET /posts/mine join into the whole list', () =>
    expectPages((set, limit) => ({
      path: '/posts/mine',
      token: set.people[0]?.token,
      limit,
      expected: () => ids(set.posts.filter(({ owner }) => owner === set.people[0]).sort(newestFirst)),
    })));

  it.each([true, false])('GET /posts/mine?published=%s join into the whole list', (published) =>
    expectPages((set, limit) => ({
      path: `/posts/mine?published=${published}`,
      token: set.people[0]?.token,
      limit,
      expected: () =>
        ids(
          set.posts
            .filter((post) => post.owner === set.people[0] && post.published === published)
            .sort(newestFirst),
        ),
    })),
  );

  it('GET /users/{user}/posts join into the whole list, for the owner', () =>
    expectPages((set, limit) => ({
      path: `/users/${set.people[0]?.username}/posts?order=asc`,
      token: set.people[0]?.token,
      limit,
      expected: () =>
        ids(
          set.posts
            .filter(({ owner, parent_id }) => owner === set.people[0] && parent_id === null)
            .sort(newestFirst)
            .reverse(),
        ),
    })));

  it('GET /users/{user}/posts join into the whole list, for others', () =>
    expectPages((set, limit) => ({
      path: `/users/${set.people[0]?.id}/posts?include_replies=true`,
      limit,
      expected: () => ids(publishedOf(set).filter(({ owner }) => owner === set.people[0])),
    })));
});
