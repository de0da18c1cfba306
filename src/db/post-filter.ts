import { type SQL, sql } from 'drizzle-orm';
import { givenRows, type Key, type Listing, type Window, where } from './page';
import { postItem, postJoins } from './posts';
import { beyondEdge, gathered, hits, holds, runs, type Search, sieved } from './search';
import { type PersonRef, personId } from './users';

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

export const newest: Key = [
  { column: sql`posts.created_at`, kind: 'moment' },
  { column: sql`posts.id`, kind: 'id' },
];

/** Of rows of `posts` that carry their `votes`. */
const most: Key = [
  { column: sql`posts.votes`, kind: 'count' },
  { column: sql`posts.id`, kind: 'id' },
];

export const postListing = { subject: 'posts', key: newest, item: postItem, joins: postJoins } as const;

export const REPLY_CONDITIONS: Record<Replies, SQL[]> = {
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

const since = sql`${sql.placeholder('since')}::timestamptz`;
const until = sql`${sql.placeholder('until')}::timestamptz`;
const tag = sql`${sql.placeholder('tag')}::text`;

/**
 * Published posts. Each filter on its own is a stretch of one index. Of several, one index is walked as far as it is
 * likely to pay, and then another is asked that holds words, tags and owners at once.
 */
export function postsBy(filter: PostFilter): Listing {
  const total = keptTotal(filter);
  const counted = newestBy(filter);
  return { ...(filter.sort === 'top' ? { ...topBy(filter), counted } : counted), ...(total && { total }) };
}

function newestBy(filter: PostFilter): Listing {
  const { author, ids, replies } = filter;
  const filters = [sql`posts.published`, ...REPLY_CONDITIONS[replies], ...between(filter)];
  const walked = author === undefined ? filters : [...filters, sql`posts.owner_id = ${personId(author)}`];
  const match = matchOf(filter);
  if (ids !== undefined) return { ...postListing, from: givenRows('posts'), where: [...walked, ...match] };
  if (match.length === 0) return { ...postListing, from: sql`posts`, where: walked };
  if (filter.search === undefined && author === undefined) return taggedBy(filter);
  const search: Search = {
    table: 'posts',
    key: newest,
    walked,
    filters,
    match: [...match, ...ownedBy(author)],
    indexed: GRAMS,
    query: queryOf(filter, REPLY_RANGES[replies]),
  };
  return { ...postListing, from: (window) => hits(search, window), where: [], sorted: true };
}

const between = (filter: PostFilter): SQL[] => [
  ...(filter.since === undefined ? [] : [sql`posts.created_at >= ${since}`]),
  ...(filter.until === undefined ? [] : [sql`posts.created_at <= ${until}`]),
];

/** What no order of an index holds: the words, and a tag beside them or beside an owner. */
function matchOf({ search, search_in, tag: named }: PostFilter): SQL[] {
  const title = holds(sql`posts.title`);
  return [
    ...(named === undefined ? [] : [sql`posts.tags @> ARRAY [${tag}]`]),
    ...(search === undefined
      ? []
      : [search_in === 'title' ? title : sql`(${title} OR ${holds(sql`posts.content`)})`]),
  ];
}

/** Said so that no index on owners offers itself: the one over words, tags and owners knows better how few there are. */
const ownedBy = (author: PersonRef | undefined) =>
  author === undefined ? [] : [sql`(posts.owner_id = ${personId(author)}) IS TRUE`];

const GRAMS = sql`post_grams(posts.title, posts.content, posts.tags, posts.owner_id, posts.parent_id IS NOT NULL)`;

/** All that the index over words, tags and owners can be asked for, of posts whose `reply` is one of these. */
function queryOf({ search, search_in, tag: named, author }: PostFilter, replies: SQL[]): SQL {
  // What one or two characters begin is half of the index: a tag or an owner says more.
  const tells =
    search !== undefined && ([...search].length > 2 || (named === undefined && author === undefined));
  const parts = [
    tells && (search_in === 'title' ? inTitles(replies) : runs()),
    named !== undefined && sql`quote_lexeme(E'\\x02' || ${tag})::tsquery`,
    author !== undefined && sql`quote_lexeme(E'\\x03' || ${personId(author)})::tsquery`,
  ].filter((part) => part !== false);
  return sql`(${sql.join(parts, sql` && `)})`;
}

const inTitles = (replies: SQL[]) =>
  sql`(${sql.join(
    replies.map((reply) => runs(sql`title_sign(${reply})`)),
    sql` || `,
  )})`;

/** Posts out of two ranges of an index, or of one: each is read no further than the page needs. */
function merged(replies: Replies, range: (reply: SQL, window: Window) => SQL): (window: Window) => SQL {
  return (window) =>
    sql`(${sql.join(
      REPLY_RANGES[replies].map((reply) => sql`(${range(reply, window)})`),
      sql` UNION ALL `,
    )}) AS posts`;
}

function taggedBy(filter: PostFilter): Listing {
  const tagged: Key = [
    { column: sql`post_tags.created_at`, kind: 'moment' },
    { column: sql`post_tags.post_id`, kind: 'id' },
  ];
  const conditions = [
    sql`post_tags.tag = ${tag}`,
    ...(filter.since === undefined ? [] : [sql`post_tags.created_at >= ${since}`]),
    ...(filter.until === undefined ? [] : [sql`post_tags.created_at <= ${until}`]),
  ];
  const range = (reply: SQL, window: Window) => sql`
    SELECT posts.* FROM post_tags JOIN posts ON posts.id = post_tags.post_id
      ${where([...conditions, sql`post_tags.reply = ${reply}`, ...window.bound(tagged)])}
      ${window.order(tagged)} LIMIT ${window.limit}`;
  return { ...postListing, from: merged(filter.replies, range), where: [] };
}

/** Most votes first. */
function topBy(filter: PostFilter): Listing {
  const { author, ids, replies } = filter;
  const top = { ...postListing, key: most, where: [] };
  const residue = [...between(filter), ...matchOf(filter)];
  if (ids !== undefined) {
    const given = [sql`posts.published`, ...REPLY_CONDITIONS[replies], ...ownedBy(author), ...residue];
    return { ...top, from: sql`${GIVEN} AS posts`, where: given };
  }
  // Of a tag without an author, the index of tags is the narrower one.
  const tagged = filter.tag !== undefined && author === undefined;
  const source = sql.raw(tagged ? 'post_tags' : 'post_counts');
  const narrowed = tagged
    ? [sql`post_tags.tag = ${tag}`]
    : [
        sql`post_counts.published`,
        ...(author === undefined ? [] : [sql`post_counts.owner_id = ${personId(author)}`]),
      ];
  const key = mostOf(source);
  const match = tagged ? [...between(filter), ...matchOf({ ...filter, tag: undefined })] : residue;
  const range = (reply: SQL, window: Window) => {
    const near = (limit: SQL) => sql`
      SELECT posts.*, ${source}.votes FROM ${source} JOIN posts ON posts.id = ${source}.post_id
        ${where([...narrowed, sql`${source}.reply = ${reply}`, ...window.bound(key)])} ${window.order(key)} LIMIT ${limit}`;
    if (match.length === 0) return near(window.limit);
    const byDay = filter.search === undefined && filter.tag === undefined && author === undefined;
    const rest = byDay
      ? dayByDay(filter, reply, window)
      : atOnce(filter, [...residue, ...ownedBy(author)], reply, window);
    return sql`SELECT posts.* FROM ${sieved({ table: 'posts', key: most, near, match }, window, rest)}`;
  };
  return { ...top, from: merged(replies, range) };
}

const mostOf = (source: SQL): Key => [
  { column: sql`${source}.votes`, kind: 'count' },
  { column: sql`${source}.post_id`, kind: 'id' },
];

const countedKey = mostOf(sql`post_counts`);

const GIVEN = sql`(
  SELECT posts.*, post_counts.votes FROM posts JOIN post_counts ON post_counts.post_id = posts.id
    WHERE posts.id = ANY (${sql.placeholder('ids')}::bigint[]) OFFSET 0
)`;

/** The top of each day, of which the top of them all is made: nobody reads further down a day than the page is long. */
function dayByDay(filter: PostFilter, reply: SQL, window: Window): SQL {
  const outermost = (direction: SQL) =>
    sql`(SELECT posts.created_at FROM posts WHERE posts.published ORDER BY posts.created_at ${direction} LIMIT 1)`;
  const first = filter.since === undefined ? sql`` : sql`, ${since}`;
  const last = filter.until === undefined ? sql`` : sql`, ${until}`;
  const conditions = [
    sql`post_counts.published`,
    sql`post_counts.reply = ${reply}`,
    sql`post_counts.day = days.day`,
    beyondEdge(countedKey, window),
    ...between(filter),
  ];
  return sql`
    CROSS JOIN generate_series(
      day_of(greatest(${outermost(sql`ASC`)}${first})), day_of(least(${outermost(sql`DESC`)}${last}))
    ) AS days(day)
    CROSS JOIN LATERAL (
      SELECT posts.*, post_counts.votes FROM post_counts JOIN posts ON posts.id = post_counts.post_id
        ${where(conditions)} ${window.order(countedKey)} LIMIT ${window.limit}
    ) AS hit`;
}

/** All that the index over words, tags and owners finds: no index has votes beside them, so each hit is looked at. */
function atOnce(filter: PostFilter, residue: SQL[], reply: SQL, window: Window): SQL {
  const conditions = [
    sql`posts.published`,
    // As with owners: the index on replies would be read from end to end beside the one over words.
    sql`((posts.parent_id IS NOT NULL) = ${reply}) IS TRUE`,
    ...(filter.since === undefined ? [] : [sql`week_of(posts.created_at) >= week_of(${since})`]),
    ...(filter.until === undefined ? [] : [sql`week_of(posts.created_at) <= week_of(${until})`]),
    sql`${GRAMS} @@ ${queryOf(filter, [reply])}`,
    ...residue,
    beyondEdge(countedKey, window),
  ];
  const found = sql`
    SELECT posts.*, post_counts.votes FROM posts JOIN post_counts ON post_counts.post_id = posts.id ${where(conditions)}`;
  return gathered(sql`posts`, found, most, window);
}

/** Which counter is the size of a list: of a table that has `posts` and, among them, `replies`. */
export const KEPT: Record<Replies, SQL> = {
  exclude: sql`(posts - replies)`,
  include: sql`posts`,
  only: sql`replies`,
};

function keptTotal({ search, author, tag: named, since, until, ids, replies }: PostFilter): SQL | undefined {
  if ([search, since, until, ids].some((value) => value !== undefined)) return undefined;
  if (author === undefined && named === undefined)
    return sql`(SELECT coalesce(sum(${KEPT[replies]}), 0) FROM totals)`;
  if (author === undefined)
    return sql`coalesce((SELECT ${KEPT[replies]} FROM tags WHERE tags.tag = ${tag}), 0)`;
  if (named !== undefined) return undefined;
  return sql`coalesce((SELECT ${KEPT[replies]} FROM users WHERE users.id = ${personId(author)}), 0)`;
}
