// What can be read, and what the model says that a viewer reads there.
import type { ProblemCode } from '../../../src/problems';
import {
  all,
  blockedPeople,
  bookmarkedPosts,
  followees,
  followers,
  history,
  latestFirst,
  listedAt,
  mutedPeople,
  postsOf,
  replies,
  shown,
  thread,
  votedPosts,
  voters,
} from './lists';
import { meView, notifications } from './notifications';
import { anybody, anyPost, NO_ID, type Scene, SEARCHES, tagsOf as tagsOfWorld } from './random-actions';
import { countVotes, postView, reportDetails, userView } from './views';
import { type Post, tagsOf, type World } from './world';

export interface Read {
  path: string;
  /** All rows of a list; a whole body; or the code of a refusal. */
  is: { rows: unknown[] } | { body: unknown } | { refusal: ProblemCode };
  /** The rows that belong to the world, in a list that has those of others, too. */
  // biome-ignore lint/suspicious/noExplicitAny: a row of the API.
  isOurs?: (row: any) => boolean;
}

/** Somebody who looks around, or nobody. */
export interface Look extends Scene {
  viewer: number | null;
}

/** What somebody has at addresses of their own; refused to nobody else than nobody. */
export function ownReads({ world, dice, viewer, mark }: Look): Read[] {
  const me = viewer === null ? undefined : world.people.get(viewer);
  const asked = dice.some([...world.posts.keys(), ...world.gone.posts.slice(-3)], 0.7).slice(-100);
  const mine: [path: string, is: (id: number) => Read['is']][] = [
    ['/users/me', () => ({ body: me && meView(world, me) })],
    ['/users/me/blocks', (id) => ({ rows: blockedPeople(world, id, id) })],
    ['/users/me/mutes', (id) => ({ rows: mutedPeople(world, id, id) })],
    ['/users/me/notifications', (id) => ({ rows: notifications(world, id) })],
    ...(['reply', 'mention', 'follow', 'vote'] as const).map((kind): (typeof mine)[number] => [
      `/users/me/notifications?kind=${kind}`,
      (id) => ({ rows: notifications(world, id).filter((one) => one.kind === kind) }),
    ]),
    ['/posts/mine', (id) => ({ rows: postsOf(world, id, id, () => true) })],
    ['/posts/bookmarks', (id) => ({ rows: bookmarkedPosts(world, id) })],
    ...['', '?replies=include&include_self=true', '?replies=only'].map((query): (typeof mine)[number] => [
      `/posts/timeline${query}`,
      (id) => ({ rows: timeline(world, id, query) }),
    ]),
    [
      `/votes?post_ids=${asked.join(',') || NO_ID}`,
      (id) => ({
        body: { data: asked.filter((post) => world.published(post) && world.votes.has(id, post)) },
      }),
    ],
    ['/posts/reports', (id) => reports(world, id)],
  ];
  return mine.map(([path, is]) => ({
    path,
    is: viewer === null ? { refusal: 'token_missing' } : is(viewer),
    ...(path === '/posts/reports' && {
      isOurs: ({ reporter }: { reporter: { username: string } }) =>
        reporter.username.toLowerCase().startsWith(mark),
    }),
  }));
}

function timeline(world: World, me: number, query: string) {
  const isWanted = ({ owner, parent, published }: Post) =>
    published &&
    (world.follows.has(me, owner) || (query.includes('include_self') && owner === me)) &&
    (query.includes('include&') || (parent !== null) === query.includes('only'));
  return shown(world, all(world).filter(isWanted), me);
}

function reports(world: World, me: number): Read['is'] {
  if (!world.isAdmin(me)) return { refusal: 'admin_only' };
  const rows = latestFirst(
    [...world.reports.values()].filter(({ person }) => person !== me),
    ({ resolved_at }) => (resolved_at === null ? 1 : 0),
    ({ created_at }) => created_at,
    ({ id }) => id,
  );
  return { rows: rows.map((report) => reportDetails(world, report, me)) };
}

/** A profile and its lists. */
export function personReads({ world, viewer }: Look, ref: string): Read[] {
  const person = world.find(ref);
  const path = `/users/${ref}`;
  const lists: [list: string, rows: (id: number) => unknown[]][] = [
    ['posts', (id) => postsOf(world, id, viewer, ({ parent }) => parent === null)],
    ['posts?include_replies=true', (id) => postsOf(world, id, viewer, () => true)],
    ['votes', (id) => votedPosts(world, id, viewer)],
    ['followers', (id) => followers(world, id, viewer)],
    ['following', (id) => followees(world, id, viewer)],
  ];
  const refusal = { refusal: 'user_not_found' as const };
  return [
    { path, is: person ? { body: userView(world, person, viewer) } : refusal },
    ...lists.map(([list, rows]) => ({
      path: `${path}/${list}`,
      is: person ? { rows: rows(person.id) } : refusal,
    })),
  ];
}

/** A post and what belongs to it. */
export function postReads({ world, viewer }: Look, id: number): Read[] {
  const post = world.visible(id, viewer);
  const path = `/posts/${id}`;
  const reads: [path: string, is: (post: Post) => Read['is']][] = [
    [path, (post) => ({ body: postView(world, post, viewer) })],
    [`${path}/replies`, () => ({ rows: replies(world, id, viewer) })],
    [`${path}/thread`, (post) => ({ body: thread(world, post, viewer) })],
    [`${path}/history`, (post) => ({ rows: history(world, post) })],
    [`${path}/votes`, () => ({ rows: voters(world, id, viewer) })],
  ];
  return reads.map(([path, is]) => ({ path, is: post ? is(post) : { refusal: 'post_not_found' } }));
}

/** All people of the world, by their ids and by their names. */
export function peopleReads({ world, viewer, mark }: Look): Read[] {
  const people = latestFirst(
    [...world.people.values()],
    ({ created_at }) => created_at,
    ({ id }) => id,
  );
  const ids = [...people.map(({ id }) => id), ...world.gone.people.slice(-3).map(({ id }) => id)];
  const rows = (isWanted: (name: string) => boolean) => ({
    rows: people.filter(({ username }) => isWanted(username)).map((one) => userView(world, one, viewer)),
  });
  const isMarked = (name: string) => name.toLowerCase().includes(mark.toLowerCase());
  return [
    { path: `/users?ids=${ids}`, is: rows(() => true) },
    { path: `/users?q=${mark.toUpperCase()}`, is: rows(isMarked) },
  ];
}

/** Posts by filters at random. Those of the world alone: since it began. */
export function filteredRead(look: Look): Read {
  const { world, dice, mark, viewer } = look;
  const posts = all(world);
  const began = [...world.people.values()].map(({ created_at }) => created_at).sort()[0] ?? '';
  const kinds = dice.among('exclude', 'include', 'only');
  const author = dice.chance(0.3) ? anybody(look) : undefined;
  const tag = dice.chance(0.4) ? dice.pick(tagsOfWorld(mark)) : undefined;
  const search = dice.chance(0.4) ? dice.among(...SEARCHES) : undefined;
  const inTitle = search !== undefined && dice.chance(0.4);
  const ids = dice.chance(0.2)
    ? [...dice.some([...world.posts.keys()], 0.5).slice(-90), ...world.gone.posts.slice(-3), NO_ID]
    : undefined;
  const since = dice.chance(0.3) ? (dice.pick(posts.map(listedAt)) ?? began) : began;
  const until = dice.chance(0.3) ? dice.pick(posts.map(listedAt)) : undefined;
  const [sort, order] = [dice.among('new', 'new', 'top'), dice.among('desc', 'desc', 'asc')];

  const isFound = (text: string | null) => fold(text ?? '').includes(fold(search ?? ''));
  const found = posts.filter(
    (post) =>
      post.published &&
      (kinds === 'include' || (post.parent !== null) === (kinds === 'only')) &&
      (author === undefined || post.owner === world.find(author)?.id) &&
      (tag === undefined || tagsOf(post).includes(tag)) &&
      (search === undefined || isFound(post.title) || (!inTitle && isFound(post.content))) &&
      (ids === undefined || ids.includes(post.id)) &&
      listedAt(post) >= since &&
      (until === undefined || listedAt(post) <= until),
  );
  const sorted =
    sort === 'new'
      ? found
      : latestFirst(
          found,
          ({ id }) => countVotes(world, id),
          ({ id }) => id,
        );
  const query = new URLSearchParams({ replies: kinds, sort, order, since });
  for (const [name, value] of Object.entries({ author, tag, search, until, ids }))
    if (value !== undefined) query.set(name, String(value));
  if (inTitle) query.set('search_in', 'title');
  return {
    path: `/posts?${query}`,
    is: { rows: shown(world, order === 'asc' ? sorted.toReversed() : sorted, viewer) },
    isOurs: ({ owner_id }) => world.people.has(owner_id),
  };
}

/** As a search compares texts. */
const fold = (text: string) => text.normalize('NFC').toUpperCase().toLowerCase();

/** The tags of the world, the most used first. */
export function tagRead({ world, mark }: Look): Read {
  const used = tagsOfWorld(mark)
    .flatMap((tag) => [tag, `new${tag}`])
    .map((tag) => ({
      tag,
      posts: all(world).filter((post) => post.published && tagsOf(post).includes(tag)).length,
    }));
  return {
    path: '/posts/tags',
    is: {
      rows: used
        .filter(({ posts }) => posts > 0)
        .sort((a, b) => b.posts - a.posts || (a.tag < b.tag ? -1 : 1)),
    },
    isOurs: ({ tag }) => tag.includes(mark),
  };
}

/** All that this viewer can read of some people and some posts, and of everything. */
export function allReads(look: Look, some: number): Read[] {
  const several = <Item>(choose: () => Item) => [...new Set(Array.from({ length: some }, choose))];
  return [
    ...ownReads(look),
    ...peopleReads(look),
    ...several(() => anybody(look)).flatMap((ref) => personReads(look, ref)),
    ...several(() => anyPost(look)).flatMap((id) => postReads(look, id)),
    ...Array.from({ length: some }, () => filteredRead(look)),
  ];
}
