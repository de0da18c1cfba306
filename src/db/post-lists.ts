import { type SQL, sql } from 'drizzle-orm';
import type { Caller, Database } from './client';
import { callerId } from './fragments';
import {
  findPage,
  givenRows,
  type Key,
  type Listing,
  listPage,
  type Page,
  type PageRequest,
  type Window,
  where,
} from './page';
import { type Post, postExists, postId, postItem, postJoins } from './posts';
import { hits, holds, indexHit, searchValues } from './search';
import { type PersonRef, personExists, personId } from './users';

/** Top-level posts, all, or replies. */
export type Replies = 'exclude' | 'include' | 'only';

export interface PostFilter {
  search?: string | undefined;
  search_in?: 'title' | undefined;
  author?: PersonRef | undefined;
  tag?: string | undefined;
  /** Inclusive, both. */
  since?: string | undefined;
  until?: string | undefined;
  ids?: number[] | undefined;
  replies: Replies;
  sort: 'new' | 'top';
}

const newest: Key = [
  { column: sql`posts.created_at`, kind: 'moment' },
  { column: sql`posts.id`, kind: 'id' },
];

const postListing = { subject: 'posts', key: newest, item: postItem, joins: postJoins } as const;

const REPLY_CONDITIONS: Record<Replies, SQL[]> = {
  exclude: [sql`posts.parent_id IS NULL`],
  include: [],
  only: [sql`posts.parent_id IS NOT NULL`],
};

/** Which values of the column `reply`, of the tables that have one, belong to the list. */
const REPLY_RANGES: Record<Replies, SQL[]> = {
  exclude: [sql`false`],
  include: [sql`false`, sql`true`],
  only: [sql`true`],
};

/** Published posts. */
export function listPosts(
  db: Database,
  caller: Caller,
  filter: PostFilter,
  page: PageRequest,
): Promise<Page<Post>> {
  const { search, search_in, author, tag, since, until, ids, replies, sort } = filter;
  const given = [search, tag, since, until, ids].map((value) => Number(value !== undefined)).join('');
  const name = `posts:${given}:${search_in}:${typeof author}:${replies}:${sort}`;
  return listPage<Post>(db, caller, page, name, () => postsBy(filter), {
    ...searchValues(search),
    person: author ?? null,
    tag: tag ?? null,
    since: since ?? null,
    until: until ?? null,
    ids: ids ?? null,
  });
}

/** Each filter on its own is a stretch of one index; of several, the narrowest is read and the others decide. */
function postsBy(filter: PostFilter): Listing {
  const conditions = conditionsOf(filter);
  if (filter.sort === 'top') return topBy(filter, conditions);
  if (filter.tag !== undefined && filter.author === undefined && filter.ids === undefined)
    return taggedBy(filter, conditions);
  const filters = [sql`posts.published`, ...REPLY_CONDITIONS[filter.replies], ...conditions];
  if (filter.ids !== undefined)
    return { ...postListing, from: givenRows('posts'), where: [...filters, ...searched(filter)] };
  if (filter.search === undefined) return { ...postListing, from: sql`posts`, where: filters };
  const search = { table: 'posts' as const, key: newest, filters, ...matchOf(filter) };
  if (filter.author !== undefined)
    return { ...postListing, from: sql`posts`, where: [...filters, indexHit(search), search.match] };
  return { ...postListing, from: (window) => hits(search, window), where: [], sorted: true };
}

/** What the index that is read does not say already. */
function conditionsOf({ author, tag, since, until, ids, sort }: PostFilter): SQL[] {
  return [
    author !== undefined && sort !== 'top' && sql`posts.owner_id = ${personId(author)}`,
    tag !== undefined &&
      (author !== undefined || ids !== undefined) &&
      sql`posts.tags @> ARRAY [${sql.placeholder('tag')}::text]`,
    since !== undefined && sql`posts.created_at >= ${sql.placeholder('since')}::timestamptz`,
    until !== undefined && sql`posts.created_at <= ${sql.placeholder('until')}::timestamptz`,
    ids !== undefined && sql`posts.id = ANY (${sql.placeholder('ids')}::bigint[])`,
  ].filter((condition) => condition !== false);
}

function matchOf({ search_in }: PostFilter) {
  const title = holds(sql`posts.title`);
  return {
    indexed: sql`post_grams(posts.title, posts.content)`,
    sign: search_in ?? ('' as const),
    match: search_in === 'title' ? title : sql`(${title} OR ${holds(sql`posts.content`)})`,
  };
}

const searched = (filter: PostFilter) => {
  if (filter.search === undefined) return [];
  const match = matchOf(filter);
  return [indexHit(match), match.match];
};

/** Posts out of two ranges of an index, or of one: each is read no further than the page needs. */
function merged(replies: Replies, range: (reply: SQL, window: Window) => SQL): (window: Window) => SQL {
  return (window) =>
    sql`(${sql.join(
      REPLY_RANGES[replies].map((reply) => sql`(${range(reply, window)})`),
      sql` UNION ALL `,
    )}) AS posts`;
}

const upTo = ({ limit }: Window) => (limit ? sql`LIMIT ${limit}` : sql``);

/** Most votes first. */
function topBy(filter: PostFilter, conditions: SQL[]): Listing {
  // Of a tag without an author, the index of tags is the narrower one.
  const tagged = filter.tag !== undefined && filter.author === undefined;
  const source = sql.raw(tagged ? 'post_tags' : 'post_counts');
  const sourceKey: Key = [
    { column: sql`${source}.votes`, kind: 'count' },
    { column: sql`${source}.post_id`, kind: 'id' },
  ];
  const narrowed = [
    tagged ? sql`post_tags.tag = ${sql.placeholder('tag')}` : sql`post_counts.published`,
    filter.author !== undefined && sql`post_counts.owner_id = ${personId(filter.author)}`,
  ].filter((condition) => condition !== false);
  const range = (reply: SQL, window: Window) => sql`
    SELECT posts.*, ${source}.votes AS votes FROM ${source} JOIN posts ON posts.id = ${source}.post_id
      ${where([...narrowed, sql`${source}.reply = ${reply}`, ...conditions, ...searched(filter), ...window.bound(sourceKey)])}
      ${window.order(sourceKey)} ${upTo(window)}`;
  return {
    ...postListing,
    key: [
      { column: sql`posts.votes`, kind: 'count' },
      { column: sql`posts.id`, kind: 'id' },
    ],
    from: merged(filter.replies, range),
    where: [],
  };
}

function taggedBy(filter: PostFilter, conditions: SQL[]): Listing {
  const tagged: Key = [
    { column: sql`post_tags.created_at`, kind: 'moment' },
    { column: sql`post_tags.post_id`, kind: 'id' },
  ];
  const range = (reply: SQL, window: Window) => sql`
    SELECT posts.* FROM post_tags JOIN posts ON posts.id = post_tags.post_id
      ${where([sql`post_tags.tag = ${sql.placeholder('tag')}`, sql`post_tags.reply = ${reply}`, ...conditions, ...searched(filter), ...window.bound(tagged)])}
      ${window.order(tagged)} ${upTo(window)}`;
  const others = [filter.search, filter.since, filter.until].some((value) => value !== undefined);
  const kept = sql`coalesce((SELECT tags.posts FROM tags WHERE tags.tag = ${sql.placeholder('tag')}), 0)`;
  return {
    ...postListing,
    from: merged(filter.replies, range),
    where: [],
    ...(filter.replies === 'include' && !others && { total: kept }),
  };
}

/** The caller's own, drafts and replies included. */
export function listOwnPosts(db: Database, caller: Caller, page: PageRequest): Promise<Page<Post>> {
  return listPage<Post>(db, caller, page, 'own', () => ({
    ...postListing,
    from: sql`posts`,
    where: [sql`posts.owner_id = ${callerId}`],
  }));
}

/** A person's posts, drafts for themselves only; undefined when there is no such person. */
export function findPostsOf(
  db: Database,
  caller: Caller,
  person: PersonRef,
  replies: Replies,
  page: PageRequest,
): Promise<Page<Post> | undefined> {
  const listing = (): Listing => ({
    ...postListing,
    from: sql`posts`,
    where: [
      sql`posts.owner_id = ${personId(person)}`,
      ...REPLY_CONDITIONS[replies],
      sql`(posts.published OR ${personId(person)} = ${callerId})`,
    ],
    exists: personExists(person),
  });
  return findPage<Post>(db, caller, page, `posts of:${typeof person}:${replies}`, listing, { person });
}

/** The published replies to a post; undefined when the post does not exist for the caller. */
export function findReplies(
  db: Database,
  caller: Caller,
  post: number,
  page: PageRequest,
): Promise<Page<Post> | undefined> {
  const listing = (): Listing => ({
    ...postListing,
    from: sql`posts`,
    where: [sql`posts.parent_id = ${postId}`, sql`posts.published`],
    total: sql`(SELECT post_counts.replies FROM post_counts WHERE post_counts.post_id = ${postId})`,
    exists: postExists,
  });
  return findPage<Post>(db, caller, page, 'replies', listing, { post });
}

/** The posts that a person voted for, by the time of the vote; undefined when there is no such person. */
export function findVotedBy(
  db: Database,
  caller: Caller,
  person: PersonRef,
  page: PageRequest,
): Promise<Page<Post> | undefined> {
  const listing = (): Listing => ({
    subject: 'votes',
    from: sql`votes JOIN posts ON posts.id = votes.post_id`,
    where: [sql`votes.user_id = ${personId(person)}`, sql`posts.published`],
    key: [
      { column: sql`votes.created_at`, kind: 'moment' },
      { column: sql`votes.post_id`, kind: 'id' },
    ],
    item: postItem,
    joins: sql`JOIN posts ON posts.id = votes.post_id ${postJoins}`,
    exists: personExists(person),
  });
  return findPage<Post>(db, caller, page, `voted by:${typeof person}`, listing, { person });
}

export interface TimelineFilter {
  include_self: boolean;
  replies: Replies;
}

/** The posts of those whom the caller follows: the newest of each, merged. */
export function listTimeline(
  db: Database,
  caller: Caller,
  { include_self, replies }: TimelineFilter,
  page: PageRequest,
): Promise<Page<Post>> {
  const self = include_self ? sql`UNION ALL SELECT ${callerId}` : sql``;
  const conditions = [sql`posts.owner_id = people.id`, sql`posts.published`, ...REPLY_CONDITIONS[replies]];
  const from = (window: Window) => sql`(
    SELECT latest.* FROM (SELECT follows.followee_id AS id FROM follows WHERE follows.follower_id = ${callerId} ${self}) AS people
      CROSS JOIN LATERAL (
        SELECT posts.created_at, posts.id FROM posts ${where([...conditions, ...window.bound(newest)])}
          ${window.order(newest)} ${upTo(window)}
      ) AS latest
  ) AS latest`;
  const listing = (): Listing => ({
    subject: 'latest',
    from,
    where: [],
    key: [
      { column: sql`latest.created_at`, kind: 'moment' },
      { column: sql`latest.id`, kind: 'id' },
    ],
    item: postItem,
    joins: sql`JOIN posts ON posts.id = latest.id ${postJoins}`,
  });
  return listPage<Post>(db, caller, page, `timeline:${include_self}:${replies}`, listing);
}
