import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  customType,
  index,
  integer,
  json,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });

// Indexes are ascending throughout: read backwards they give ORDER BY … DESC, which DESC NULLS LAST would not.

/** Milliseconds and no finer: a time that was answered can be sent back and still be the same time. */
const moment = () => timestamp({ withTimezone: true, precision: 3 });
const createdAt = () => moment().notNull().defaultNow();
const id = () => bigint({ mode: 'number' });

export const users = pgTable(
  'users',
  {
    id: id().primaryKey().generatedAlwaysAsIdentity(),
    email: text().notNull(),
    email_verified: boolean().notNull().default(false),
    username: text().notNull(),
    password_hash: text().notNull(),
    role: text({ enum: ['user', 'admin'] })
      .notNull()
      .default('user'),
    bio: text(),
    avatar_url: text(),
    // Kept by triggers. No index covers them, so that a follow rewrites one row in place (a HOT update). `posts` are
    // the published ones, of which `replies` answer another.
    posts: integer().notNull().default(0),
    replies: integer().notNull().default(0),
    followers: integer().notNull().default(0),
    following: integer().notNull().default(0),
    version: integer().notNull().default(1),
    created_at: createdAt(),
  },
  (t) => [
    uniqueIndex('users_email_key').on(sql`fold(${t.email})`),
    uniqueIndex('users_username_key').on(sql`fold(${t.username})`),
    index('users_newest').on(t.created_at, t.id),
    index('users_search')
      .using('gin', sql`week_of(${t.created_at})`, sql`name_grams(${t.username})`)
      .with({ fastupdate: false }),
    check('users_role', sql`${t.role} IN ('user', 'admin')`),
  ],
);

export const posts = pgTable(
  'posts',
  {
    id: id().primaryKey().generatedAlwaysAsIdentity(),
    owner_id: id()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    // Not a foreign key: a reply outlives the post that it answers, and stays a reply.
    parent_id: id(),
    reply: boolean().notNull().generatedAlwaysAs(sql`parent_id IS NOT NULL`),
    title: text(),
    content: text().notNull(),
    tags: text().array().notNull().default([]),
    published: boolean().notNull().default(true),
    version: integer().notNull().default(1),
    created_at: createdAt(),
    // When it was first published; a post that is hidden again keeps it.
    published_at: moment(),
    // Where it stands in lists: drafts that never were published go by when they were written.
    listed_at: moment().notNull().generatedAlwaysAs(sql`coalesce(published_at, created_at)`),
    edited_at: moment(),
  },
  (t) => [
    // `reply` leads: top-level posts and replies are two stretches of one index, and a list of both merges them.
    index('posts_newest').on(t.reply, t.listed_at, t.id).where(sql`${t.published}`),
    // `published` comes last: a timeline reads its keys from the index and never visits the row of a draft.
    index('posts_of_owner').on(t.owner_id, t.reply, t.listed_at, t.id, t.published),
    // Without `fastupdate`: every search would read the entries that wait to be sorted in.
    index('posts_search')
      .using(
        'gin',
        sql`week_of(${t.listed_at})`,
        sql`post_grams(${t.title}, ${t.content}, ${t.tags}, ${t.owner_id}, ${t.reply})`,
      )
      .with({ fastupdate: false })
      .where(sql`${t.published}`),
    index('posts_replies')
      .on(t.parent_id, t.listed_at, t.id)
      .where(sql`${t.published} AND ${t.parent_id} IS NOT NULL`),
    check('posts_published_at', sql`NOT ${t.published} OR ${t.published_at} IS NOT NULL`),
  ],
);

/** Counters stand apart from the text, so that a vote rewrites a few bytes and none of the indexes on posts. */
export const postCounts = pgTable(
  'post_counts',
  {
    post_id: id()
      .primaryKey()
      .references(() => posts.id, { onDelete: 'cascade' }),
    owner_id: id().notNull(),
    published: boolean().notNull(),
    reply: boolean().notNull(),
    // Of `listed_at`, counted from 1970 in UTC.
    day: integer().notNull(),
    votes: integer().notNull().default(0),
    replies: integer().notNull().default(0),
    // Whether the post has rows in post_tags, whose votes are kept too.
    tagged: boolean().notNull().default(false),
  },
  (t) => [
    // `reply` leads: a list of both reads two ranges, and a vote moves no more entries for it.
    index('post_counts_top').on(t.reply, t.votes, t.post_id).where(sql`${t.published}`),
    index('post_counts_top_of_day').on(t.reply, t.day, t.votes, t.post_id).where(sql`${t.published}`),
    index('post_counts_top_of_owner').on(t.owner_id, t.reply, t.votes, t.post_id).where(sql`${t.published}`),
  ],
);

/** What an edited post said before. Written while it was published only: nobody reads a draft's past. */
export const postVersions = pgTable(
  'post_versions',
  {
    post_id: id()
      .notNull()
      .references(() => posts.id, { onDelete: 'cascade' }),
    version: integer().notNull(),
    title: text(),
    content: text().notNull(),
    tags: text().array().notNull(),
    created_at: moment().notNull(),
  },
  (t) => [primaryKey({ columns: [t.post_id, t.version] })],
);

/** Every reply under each of its ancestors, the nearest 100 of them. An ancestor's id outlives its post. */
export const postAncestors = pgTable(
  'post_ancestors',
  {
    ancestor_id: id().notNull(),
    post_id: id()
      .notNull()
      .references(() => posts.id, { onDelete: 'cascade' }),
    distance: smallint().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.ancestor_id, t.post_id] }),
    index('post_ancestors_of_post').on(t.post_id, t.distance),
  ],
);

/** The tags of published posts; of a draft, none. */
export const postTags = pgTable(
  'post_tags',
  {
    tag: text().notNull(),
    post_id: id()
      .notNull()
      .references(() => posts.id, { onDelete: 'cascade' }),
    listed_at: moment().notNull(),
    reply: boolean().notNull(),
    // Kept by the trigger that keeps those of post_counts: the top of a tag is a stretch of an index too.
    votes: integer().notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.post_id, t.tag] }),
    index('post_tags_newest').on(t.tag, t.reply, t.listed_at, t.post_id),
    index('post_tags_top').on(t.tag, t.reply, t.votes, t.post_id),
  ],
);

export const tags = pgTable(
  'tags',
  { tag: text().primaryKey(), posts: integer().notNull(), replies: integer().notNull() },
  (t) => [
    index('tags_most_used').on(sql`(-${t.posts})`, sql`${t.tag} COLLATE "C"`).where(sql`${t.posts} > 0`),
  ],
);

/** How much there is of everything: a few rows that add up, so that writers seldom meet in one. */
export const totals = pgTable('totals', {
  shard: smallint().primaryKey(),
  people: integer().notNull().default(0),
  posts: integer().notNull().default(0),
  replies: integer().notNull().default(0),
});

export const votes = pgTable(
  'votes',
  {
    user_id: id()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    post_id: id()
      .notNull()
      .references(() => posts.id, { onDelete: 'cascade' }),
    created_at: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.user_id, t.post_id] }),
    index('votes_of_user').on(t.user_id, t.created_at, t.post_id),
    index('votes_of_post').on(t.post_id, t.created_at, t.user_id),
  ],
);

export const follows = pgTable(
  'follows',
  {
    follower_id: id()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    followee_id: id()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    created_at: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.follower_id, t.followee_id] }),
    index('follows_following').on(t.follower_id, t.created_at, t.followee_id),
    index('follows_followers').on(t.followee_id, t.created_at, t.follower_id),
    check('follows_not_self', sql`${t.follower_id} <> ${t.followee_id}`),
  ],
);

/** A row a session; the row's end is the session's end. Tokens are stored as SHA-256 digests. */
export const sessions = pgTable(
  'sessions',
  {
    id: uuid().primaryKey(),
    user_id: id()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    token_digest: bytea().notNull(),
    previous_digest: bytea(),
    rotated_at: createdAt(),
    user_agent: text(),
    created_at: createdAt(),
    last_used_at: createdAt(),
    expires_at: moment().notNull(),
  },
  (t) => [
    index('sessions_of_user').on(t.user_id, t.created_at, t.id),
    index('sessions_expiry').on(t.expires_at),
  ],
);

/** The newest code of a purpose and no other: a new one takes the place of the old. */
export const codes = pgTable(
  'codes',
  {
    user_id: id()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    purpose: text({ enum: ['password', 'email'] }).notNull(),
    email: text().notNull(),
    salt: bytea().notNull(),
    digest: bytea().notNull(),
    tries: smallint().notNull().default(0),
    created_at: createdAt(),
    expires_at: moment().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.user_id, t.purpose] }),
    index('codes_expiry').on(t.expires_at),
    check('codes_purpose', sql`${t.purpose} IN ('password', 'email')`),
  ],
);

/** Exact counters of what an attacker repeats; `key` is a digest that names no person. */
export const attempts = pgTable(
  'attempts',
  {
    key: text().primaryKey(),
    count: integer().notNull(),
    blocked_until: moment(),
    expires_at: moment().notNull(),
  },
  (t) => [index('attempts_expiry').on(t.expires_at)],
);

/** The first answer to a request that carried an Idempotency-Key, for 24 hours, or until its post is deleted. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    user_id: id()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    key: text().notNull(),
    digest: bytea().notNull(),
    post_id: id().notNull(),
    // json and not jsonb: the answer comes again to the letter. Null once the post is gone, and its words with it.
    answer: json(),
    created_at: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.user_id, t.key] }),
    index('idempotency_keys_created').on(t.created_at),
    index('idempotency_keys_of_post').on(t.post_id).where(sql`${t.answer} IS NOT NULL`),
  ],
);
