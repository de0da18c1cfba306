import fc from 'fast-check';
import { describe, it } from 'vitest';
import { api } from './support/api';
import { type Plant, plant, type Seed, uproot } from './support/garden';
import { type Person, signUpMany } from './support/people';
import { expectSlice, expectSteadyWalk, expectWholeList, type Walk } from './support/walk';

const DAY = 86_400_000;
let runs = 0;

/** A day that no other run writes on, near enough to today that a search passes over few weeks. */
function ownDay(): number {
  runs += 1;
  return Date.UTC(2020, 0, 1) + runs * DAY;
}

// Few values of each kind, so that rows tie, and filters meet.
const seedling = fc.record({
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
type Seedling = typeof seedling extends fc.Arbitrary<infer Value> ? Value : never;

interface Bed {
  day: number;
  tag: string;
  people: Person[];
  posts: Plant[];
}

const seedOf = ({ day, tag, people }: Bed, { owner, reply, tagged, hour, ...rest }: Seedling): Seed => ({
  ...rest,
  owner: people[owner] as Person,
  // What it answers need not exist any more.
  parent_id: reply ? 1 : null,
  tags: tagged ? [tag, 'common'] : [],
  at: day + hour * 3_600_000,
});

async function newBed(seedlings: Seedling[], people?: Person[]): Promise<Bed> {
  const day = ownDay();
  const bed = { day, tag: `t${day}`, people: people ?? (await signUpMany(3)), posts: [] as Plant[] };
  bed.posts = await plant(seedlings.map((each) => seedOf(bed, each)));
  return bed;
}

const comparing = (key: (post: Plant) => number[]) => (a: Plant, b: Plant) => {
  const [left, right] = [key(a), key(b)];
  const place = left.findIndex((part, i) => part !== right[i]);
  return place === -1 ? 0 : (right[place] as number) - (left[place] as number);
};

const newestFirst = comparing(({ at, id }) => [at, id]);
const mostVotesFirst = comparing(({ votes, id }) => [votes, id]);

function pathOf(bed: Bed, f: Filters): string {
  const query = new URLSearchParams({ replies: f.replies, sort: f.sort });
  const [first] = bed.people as [Person];
  if (f.author) query.set('author', f.author === 'id' ? String(first.id) : first.username.toUpperCase());
  if (f.tag) query.set('tag', bed.tag);
  if (f.search !== null) query.set('search', f.search);
  if (f.search_in) query.set('search_in', f.search_in);
  if (f.ids && bed.posts.length > 1) query.set('ids', idsOf(bed).join(','));
  if (f.order) query.set('order', f.order);
  query.set('since', new Date(sinceOf(bed, f)).toISOString());
  query.set('until', new Date(untilOf(bed, f)).toISOString());
  return `/posts?${query}`;
}

const sinceOf = ({ day }: Bed, { since }: Filters) => day + (since ?? 0) * 3_600_000;
const untilOf = ({ day }: Bed, { until }: Filters) => day + (until ?? 23) * 3_600_000;
const initial = new WeakMap<Bed, number[]>();
const idsOf = (bed: Bed) => {
  if (!initial.has(bed))
    initial.set(
      bed,
      bed.posts.slice(1).map(({ id }) => id),
    );
  return initial.get(bed) as number[];
};

/** What the contract says of `GET /posts`, over a plain array. */
function listed(bed: Bed, f: Filters): number[] {
  const word = f.search?.toLowerCase();
  const has = (text: string | null) => word === undefined || (text ?? '').toLowerCase().includes(word);
  const kept = bed.posts.filter(
    (post) =>
      post.published &&
      (f.replies === 'include' || (f.replies === 'only') === (post.parent_id !== null)) &&
      (!f.author || post.owner === bed.people[0]) &&
      (!f.tag || post.tags.includes(bed.tag)) &&
      (f.search === null || has(post.title) || (!f.search_in && has(post.content))) &&
      post.at >= sinceOf(bed, f) &&
      post.at <= untilOf(bed, f) &&
      (!f.ids || !initial.has(bed) || idsOf(bed).includes(post.id)),
  );
  const sorted = kept.sort(f.sort === 'top' ? mostVotesFirst : newestFirst).map(({ id }) => id);
  return f.order === 'asc' ? sorted.reverse() : sorted;
}

/**
 * Between pages one post comes and one goes, as long as there are changes: a list that grows ahead of its reader for ever
 * has no end.
 */
const churn = (bed: Bed, changes: Seedling[]) => async (turn: number) => {
  const change = changes[turn];
  if (!change) return;
  const gone = bed.posts[(turn * 7 + change.hour) % Math.max(bed.posts.length, 1)];
  if (gone) {
    await uproot([gone.id]);
    bed.posts = bed.posts.filter((post) => post !== gone);
  }
  bed.posts.push(...(await plant([seedOf(bed, change)])));
};

const beds = fc.array(seedling, { maxLength: 30, size: 'max' });
const limits = fc.integer({ min: 1, max: 12 });
const CHECK = { numRuns: 60, endOnFailure: true };

/** Any data, any limit, both ways, any skip; then again while rows come and go. */
function holds(walkOf: (bed: Bed, limit: number) => Walk, numRuns = 12) {
  const property = fc.asyncProperty(
    beds,
    limits,
    fc.nat(35),
    beds,
    async (seedlings, limit, skip, changes) => {
      const bed = await newBed(seedlings);
      const walk = walkOf(bed, limit);
      await expectWholeList(walk);
      await expectSlice(walk, skip);
      await expectSteadyWalk({ ...walk, between: churn(bed, changes) });
    },
  );
  return fc.assert(property, { ...CHECK, numRuns });
}

const published = ({ posts }: Bed) => posts.filter((post) => post.published).sort(newestFirst);
const ids = (posts: Plant[]) => posts.map(({ id }) => id);

describe('pages of GET /posts', () => {
  it('are the whole list, whatever the filters', async () => {
    const property = fc.asyncProperty(
      filters,
      beds,
      limits,
      fc.nat(35),
      beds,
      async (f, seedlings, limit, skip, changes) => {
        const bed = await newBed(seedlings);
        const walk = { path: pathOf(bed, f), limit, expected: () => listed(bed, f) };
        await expectWholeList(walk);
        await expectSlice(walk, skip);
        await expectSteadyWalk({ ...walk, between: churn(bed, changes) });
      },
    );
    await fc.assert(property, CHECK);
  });

  // More posts than are looked at one by one: what is left has to come out of the indexes.
  it('are the whole list where hits are rare', async () => {
    const people = await signUpMany(3);
    const [first] = people as [Person];
    // In hexadecimal: no run of letters that is searched for below stands in it by chance.
    const word = `needle${crypto.randomUUID().replaceAll('-', '')}`;
    const tag = `tag-${word}`;
    const start = Date.UTC(2019, 0, 1);
    const posts = await plant(
      fc.sample(fc.nat(1_000_000), { numRuns: 2_400, seed: 42 }).map((n, i) => ({
        // Most are one person's, so that theirs are more than are looked at as well.
        owner: people[n % 19 === 0 ? 1 : 0] as Person,
        parent_id: n % 2 === 0 ? 1 : null,
        // Of replies so few have one that the nearest say nothing of the rest.
        title: n % (n % 2 === 0 ? 401 : 37) === 0 ? `About ${word}` : null,
        content: n % 43 === 0 ? `so ${word.toUpperCase()} it is` : `hay ${i}`,
        tags: n % 53 === 0 ? [tag] : [],
        published: n % 13 !== 0,
        at: start + (n % 300) * DAY,
        votes: n % 41 === 0 ? 4 : n % 3,
      })),
    );
    const said = ({ title, content }: Plant) => `${title}${content}`.toLowerCase().includes(word);
    const tagged = ({ tags }: Plant) => tags.includes(tag);
    const own = ({ owner }: Plant) => owner === first;
    const inMarch = ({ at }: Plant) => at >= Date.UTC(2019, 2, 1) && at <= Date.UTC(2019, 2, 2, 12);
    const march = 'since=2019-03-01&until=2019-03-02T12:00:00Z';
    const year = 'since=2019-01-01&until=2019-12-31';
    const titled = ({ title }: Plant) => title !== null;
    const reply = ({ parent_id }: Plant) => parent_id !== null;
    const lists: [query: string, member: (post: Plant) => boolean, replies?: string][] = [
      [`${year}&search=${word}`, said],
      ...[word, 'AB', 'b'].flatMap((part): typeof lists => [
        [`${year}&search=${part}&search_in=title`, titled],
        [`${year}&search=${part}&search_in=title`, (post) => titled(post) && reply(post), 'only'],
        [`${year}&search=${part}&search_in=title`, (post) => titled(post) && !reply(post), 'exclude'],
      ]),
      [`${year}&search=zq&search_in=title`, () => false, 'only'],
      [`${year}&search=🦄`, () => false],
      [`tag=${tag}&author=${first.id}`, (post) => tagged(post) && own(post)],
      [`tag=${tag}&search=${word}`, (post) => tagged(post) && said(post)],
      [`author=${first.username}&search=${word}`, (post) => own(post) && said(post)],
      [
        `author=${first.username}&search=${word}&tag=${tag}&${year}`,
        (post) => own(post) && said(post) && tagged(post),
      ],
      [`${march}`, inMarch],
      [`${march}&author=${first.id}`, (post) => inMarch(post) && own(post)],
      [`${year}&tag=${tag}`, tagged],
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

describe('pages of', () => {
  it('GET /posts/timeline are the whole list', () =>
    holds((bed, limit) => ({
      path: '/posts/timeline?replies=include&include_self=true',
      token: bed.people[0]?.token,
      limit,
      expected: () => ids(published(bed).filter(({ owner }) => owner === bed.people[0])),
    })));

  it('GET /posts/timeline of people who are followed are the whole list', async () => {
    const property = fc.asyncProperty(beds, limits, beds, async (seedlings, limit, changes) => {
      const bed = await newBed(seedlings);
      const [me, ...others] = bed.people as [Person, ...Person[]];
      for (const { id } of others) await api(`PUT /users/${id}/follow`, { token: me.token });
      const expected = () =>
        ids(published(bed).filter(({ owner, parent_id }) => owner !== me && parent_id === null));
      const walk = { path: '/posts/timeline', token: me.token, limit, expected };
      await expectWholeList(walk);
      await expectSteadyWalk({ ...walk, between: churn(bed, changes) });
    });
    await fc.assert(property, { ...CHECK, numRuns: 12 });
  });

  it('GET /posts/mine are the whole list', () =>
    holds((bed, limit) => ({
      path: '/posts/mine',
      token: bed.people[0]?.token,
      limit,
      expected: () => ids(bed.posts.filter(({ owner }) => owner === bed.people[0]).sort(newestFirst)),
    })));

  it('GET /users/{user}/posts are the whole list, for the owner', () =>
    holds((bed, limit) => ({
      path: `/users/${bed.people[0]?.username}/posts?order=asc`,
      token: bed.people[0]?.token,
      limit,
      expected: () =>
        ids(
          bed.posts
            .filter(({ owner, parent_id }) => owner === bed.people[0] && parent_id === null)
            .sort(newestFirst)
            .reverse(),
        ),
    })));

  it('GET /users/{user}/posts are the whole list, for others', () =>
    holds((bed, limit) => ({
      path: `/users/${bed.people[0]?.id}/posts?include_replies=true`,
      limit,
      expected: () => ids(published(bed).filter(({ owner }) => owner === bed.people[0])),
    })));
});
