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

// All indexes are ascending: read backwards, they give ORDER BY … DESC. drizzle's `.desc()` would write DESC NULLS LAST, which doesn't.

/** To the millisecond, as JSON and JavaScript have it, so that a time in an answer can be sent back unchanged. */
const timestamptz = () => timestamp({ withTimezone: true, precision: 3 });
const createdAt = () => timestamptz().notNull().defaultNow();
const id = () => bigint({ mode: 'number' });

export const users = pgTable(
  'users',
  {
    id: id().primaryKey().generatedAlwaysAsIdentity(),
    // Null once the account is deleted; so are username and password_hash.
    email: text(),
    email_verified: boolean().notNull().default(false),
    username: text(),
    password_hash: text(),
    role: text({ enum: ['user', 'admin'] })
      .notNull()
      .default('user'),
    bio: text(),
    avatar_url: text(),
    // Counters kept by triggers. No index covers them, so that a follow is a HOT update. `posts` counts published posts,
    // `replies` those of them that are replies.
    posts: integer().notNull().default(0),
    replies: integer().notNull().default(0),
    followers: integer().notNull().default(0),
    following: integer().notNull().default(0),
    // Of the notifications, those that are newer are unread.
    notifications_read_at: createdAt(),
    version: integer().notNull().default(1),
    created_at: createdAt(),
    // Of an account that is deleted, while rows that belong to it are still being deleted (functions/deletion.sql).
    deleted_at: timestamptz(),
  },
  (t) => [
    uniqueIndex('users_email_key').on(sql`fold(${t.email})`),
    uniqueIndex('users_username_key').on(sql`fold(${t.username})`),
    index('users_newest').on(t.created_at, t.id).where(sql`${t.deleted_at} IS NULL`),
    index('users_deleted').on(t.deleted_at, t.id).where(sql`${t.deleted_at} IS NOT NULL`),
    index('users_search')
      .using('gin', sql`week_of(${t.created_at})`, sql`name_grams(${t.username})`)
      .with({ fastupdate: false }),
    // The imported hashes that are left, by their cost: `$2b$12$…`. Not on a row that has been signed in to.
    index('users_bcrypt').on(sql`substr(${t.password_hash}, 5, 2)`).where(sql`${t.password_hash} LIKE '$2%'`),
    check('users_role', sql`${t.role} IN ('user', 'admin')`),
    check(
      'users_deleted_at',
      sql`num_nulls(${t.email}, ${t.username}, ${t.password_hash}) = CASE WHEN ${t.deleted_at} IS NULL THEN 0 ELSE 3 END`,
    ),
  ],
);

export const posts = pgTable(
  'posts',
  {
    id: id().primaryKey().generatedAlwaysAsIdentity(),
    owner_id: id()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    // Not a foreign key: a reply stays when its parent is deleted.
    parent_id: id(),
    // Whom a reply answers, when it was written; null for one's own posts. The notifications of that person are read by it.
    answered_id: id(),
    reply: boolean().notNull().generatedAlwaysAs(sql`parent_id IS NOT NULL`),
    title: text(),
    content: text().notNull(),
    // Where a search looks for a word. To fold a long text costs milliseconds, and a search may look into thousands. Null
    // where the text is ASCII, as most are: that is folded in no time.
    folded_title: text().generatedAlwaysAs(
      sql`CASE WHEN octet_length(title) <> length(title) THEN fold(title) END`,
    ),
    folded_content: text().generatedAlwaysAs(
      sql`CASE WHEN octet_length(content) <> length(content) THEN fold(content) END`,
    ),
    // Those that were given, and then the hashtags, ten at most.
    tags: text().array().notNull().default([]),
    published: boolean().notNull().default(true),
    version: integer().notNull().default(1),
    created_at: createdAt(),
    // When it was first published. Unpublishing a post does not change it.
    published_at: timestamptz(),
    // What lists are sorted by: for a draft that was never published, when it was written.
    listed_at: timestamptz().notNull().generatedAlwaysAs(sql`coalesce(published_at, created_at)`),
    edited_at: timestamptz(),
    // What is read from the content. Null where it names nothing, as in most posts: then it costs nothing to store or show.
    hashtags: text().array(),
    // The tags that were given; null where there are no hashtags, and `tags` is just these.
    given_tags: text().array(),
    // In order of first appearance. People who are deleted stay in it, and are not shown.
    mentioned_ids: id().array(),
  },
  (t) => [
    // `reply` comes first: top-level posts and replies are two ranges of one index, and a list of both merges them.
    index('posts_newest').on(t.reply, t.listed_at, t.id).where(sql`${t.published}`),
    // `published` comes first: drafts are ranges of their own, which no list of published posts reads.
    index('posts_of_owner').on(t.owner_id, t.published, t.reply, t.listed_at, t.id),
    // `fastupdate` would make every search read the list of pending entries.
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
    index('posts_answering')
      .on(t.answered_id, t.listed_at, t.id)
      .where(sql`${t.published} AND ${t.answered_id} IS NOT NULL`),
    check('posts_given_tags', sql`(${t.hashtags} IS NULL) = (${t.given_tags} IS NULL)`),
    check('posts_published_at', sql`NOT ${t.published} OR ${t.published_at} IS NOT NULL`),
  ],
);

/** The counters of a post, in a table of their own so that a vote doesn't rewrite the text or the indexes on posts. */
export const postCounts = pgTable(
  'post_counts',
  {
    post_id: id()
      .primaryKey()
      .references(() => posts.id, { onDelete: 'cascade' }),
    owner_id: id().notNull(),
    published: boolean().notNull(),
    reply: boolean().notNull(),
    // The day of `listed_at` in UTC, counted from 1970.
    day: integer().notNull(),
    votes: integer().notNull().default(0),
    replies: integer().notNull().default(0),
    // Whether the post has rows in post_tags, whose votes are kept too.
    tagged: boolean().notNull().default(false),
  },
  (t) => [
    // `reply` comes first: a list of both reads two ranges, which saves a vote the update of another index.
    index('post_counts_top').on(t.reply, t.votes, t.post_id).where(sql`${t.published}`),
    index('post_counts_top_of_day').on(t.reply, t.day, t.votes, t.post_id).where(sql`${t.published}`),
    index('post_counts_top_of_owner').on(t.owner_id, t.reply, t.votes, t.post_id).where(sql`${t.published}`),
  ],
);

/** Earlier versions of edited posts. Edits of drafts are not kept. */
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
    created_at: timestamptz().notNull(),
    mentioned_ids: id().array(),
  },
  (t) => [primaryKey({ columns: [t.post_id, t.version] })],
);

/** Each reply with its nearest 100 ancestors, by a trigger. The row stays when an ancestor is deleted or unpublished. */
export const postAncestors = pgTable(
  'post_ancestors',
  {
    ancestor_id: id().notNull(),
    post_id: id()
      .notNull()
      .references(() => posts.id, { onDelete: 'cascade' }),
    distance: smallint().notNull(),
    // Who wrote the reply, while it is a draft; 0 while it is published.
    drafted_by: id().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.post_id, t.distance] }),
    // `drafted_by` comes before `post_id`: drafts are a range of their own for each person, which no thread of others reads.
    index('post_ancestors_beneath').on(t.ancestor_id, t.drafted_by, t.post_id),
  ],
);

/** The tags of published posts. Drafts have no rows here. */
export const postTags = pgTable(
  'post_tags',
  {
    tag: text().notNull(),
    post_id: id()
      .notNull()
      .references(() => posts.id, { onDelete: 'cascade' }),
    listed_at: timestamptz().notNull(),
    reply: boolean().notNull(),
    // A copy of post_counts.votes, kept by the same trigger, so that the top posts of a tag are a range of an index.
    votes: integer().notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.post_id, t.tag] }),
    index('post_tags_newest').on(t.tag, t.reply, t.listed_at, t.post_id),
    index('post_tags_top').on(t.tag, t.reply, t.votes, t.post_id),
  ],
);

/** The people whom published posts mention. Drafts have no rows here. */
export const postMentions = pgTable(
  'post_mentions',
  {
    user_id: id()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    post_id: id()
      .notNull()
      .references(() => posts.id, { onDelete: 'cascade' }),
    listed_at: timestamptz().notNull(),
    // False for who wrote the post, and for whom it answers: they are notified of a reply.
    notifies: boolean().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.post_id, t.user_id] }),
    index('post_mentions_of_user').on(t.user_id, t.notifies, t.listed_at, t.post_id),
  ],
);

export const tags = pgTable(
  'tags',
  { tag: text().primaryKey(), posts: integer().notNull(), replies: integer().notNull() },
  (t) => [
    index('tags_most_used').on(sql`(-${t.posts})`, sql`${t.tag} COLLATE "C"`).where(sql`${t.posts} > 0`),
  ],
);

/** Totals of the whole service, spread over a few rows so that writers seldom wait for each other. */
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
    // The owner of the post; null for a vote for one's own post. The notifications of that person are read by it.
    owner_id: id(),
  },
  (t) => [
    primaryKey({ columns: [t.user_id, t.post_id] }),
    index('votes_for_owner')
      .on(t.owner_id, sql`day_of(${t.created_at})`, t.post_id, t.created_at)
      .where(sql`${t.owner_id} IS NOT NULL`),
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

/** A list of people that somebody keeps: `name` is blocks or mutes. */
const peopleOf = (name: string) =>
  pgTable(
    name,
    {
      user_id: id()
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      other_id: id()
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      created_at: createdAt(),
    },
    (t) => [
      primaryKey({ columns: [t.user_id, t.other_id] }),
      index(`${name}_of_user`).on(t.user_id, t.created_at, t.other_id),
      // Who blocks or mutes this person: asked when people meet, and when an account is deleted.
      index(`${name}_of_other`).on(t.other_id, t.user_id),
      check(`${name}_not_self`, sql`${t.user_id} <> ${t.other_id}`),
    ],
  );

/** Who doesn't want to have anything to do with whom. It counts both ways. */
export const blocks = peopleOf('blocks');

/** Whose posts somebody doesn't want to see. */
export const mutes = peopleOf('mutes');

export const bookmarks = pgTable(
  'bookmarks',
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
    index('bookmarks_of_user').on(t.user_id, t.created_at, t.post_id),
    index('bookmarks_of_post').on(t.post_id, t.user_id),
  ],
);

/**
 * What people told the admins about a post, or about a person where `post_id` is null. `user_id` is the author of the post,
 * or the person. Neither is a foreign key: a report outlives what it is about.
 */
export const reports = pgTable(
  'reports',
  {
    id: id().primaryKey().generatedAlwaysAsIdentity(),
    reporter_id: id()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    post_id: id(),
    user_id: id().notNull(),
    reason: text({ enum: ['spam', 'abuse', 'illegal', 'other'] }).notNull(),
    comment: text(),
    open: boolean().notNull().default(true),
    note: text(),
    created_at: createdAt(),
    resolved_at: timestamptz(),
    // Null for the command line, and once that admin's account is deleted.
    resolved_by: id().references(() => users.id, { onDelete: 'set null' }),
  },
  (t) => [
    uniqueIndex('reports_of_post').on(t.post_id, t.reporter_id).where(sql`${t.post_id} IS NOT NULL`),
    uniqueIndex('reports_of_person').on(t.user_id, t.reporter_id).where(sql`${t.post_id} IS NULL`),
    index('reports_newest').on(t.open, t.created_at, t.id),
    index('reports_about').on(t.user_id, t.post_id).where(sql`${t.open}`),
    index('reports_of_reporter').on(t.reporter_id, t.id),
    index('reports_resolved_by').on(t.resolved_by),
    check('reports_not_self', sql`${t.reporter_id} <> ${t.user_id}`),
    check('reports_reason', sql`${t.reason} IN ('spam', 'abuse', 'illegal', 'other')`),
    check('reports_resolved', sql`${t.open} = (${t.resolved_at} IS NULL)`),
  ],
);

/** What admins did. It has the ids of what was deleted, and none of its words. */
export const auditEntries = pgTable(
  'audit_entries',
  {
    id: id().primaryKey().generatedAlwaysAsIdentity(),
    // Null for the command line. No foreign key, as none of the ids here: an entry stays as it is.
    admin_id: id(),
    action: text({
      enum: [
        'post_deleted',
        'user_deleted',
        'user_promoted',
        'user_demoted',
        'report_resolved',
        'report_reopened',
      ],
    }).notNull(),
    post_id: id(),
    // The author of the post, or the person.
    user_id: id().notNull(),
    report_id: id(),
    reason: text(),
    // Of a deletion: whether reports about what was deleted are still to be resolved (functions/reports.sql).
    reports_left: boolean().notNull().default(false),
    created_at: createdAt(),
  },
  (t) => [
    index('audit_entries_unfinished').on(t.id).where(sql`${t.reports_left}`),
    index('audit_entries_newest').on(t.created_at, t.id),
    index('audit_entries_of_admin').on(t.admin_id, t.id),
    check(
      'audit_entries_action',
      sql`${t.action} IN ('post_deleted', 'user_deleted', 'user_promoted', 'user_demoted', 'report_resolved', 'report_reopened')`,
    ),
  ],
);

/** One row: what tells this database from all others, whatever its host is called. The ids of feeds are made of it. */
export const identity = pgTable('identity', {
  id: uuid().primaryKey().defaultRandom(),
});

/** One row per session; deleting the row ends the session. Tokens are stored as SHA-256 digests. */
export const sessions = pgTable(
  'sessions',
  {
    id: uuid().primaryKey(),
    user_id: id()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    token_digest: bytea().notNull(),
    previous_digest: bytea(),
    // The newest refresh token, encrypted under the one before, which is not stored.
    sealed_successor: bytea(),
    rotated_at: createdAt(),
    user_agent: text(),
    created_at: createdAt(),
    last_used_at: createdAt(),
    expires_at: timestamptz().notNull(),
  },
  (t) => [
    index('sessions_of_user').on(t.user_id, t.created_at, t.id),
    index('sessions_expiry').on(t.expires_at),
  ],
);

/** A person's newest code for each purpose; a new one replaces it. */
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
    expires_at: timestamptz().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.user_id, t.purpose] }),
    index('codes_expiry').on(t.expires_at),
    check('codes_purpose', sql`${t.purpose} IN ('password', 'email')`),
  ],
);

/** Exact counters of failed tries and of mails. `key` is an HMAC, so that a row names nobody. */
export const attempts = pgTable(
  'attempts',
  {
    key: text().primaryKey(),
    count: integer().notNull(),
    blocked_until: timestamptz(),
    expires_at: timestamptz().notNull(),
  },
  (t) => [index('attempts_expiry').on(t.expires_at)],
);

/** Usernames that were given up, and that nobody but their former owner can take for some days. */
export const restingUsernames = pgTable(
  'resting_usernames',
  {
    digest: bytea().primaryKey(),
    // Null once the account is deleted.
    former_owner: id().references(() => users.id, { onDelete: 'set null' }),
    expires_at: timestamptz().notNull(),
  },
  (t) => [
    index('resting_usernames_of_user').on(t.former_owner),
    index('resting_usernames_expiry').on(t.expires_at),
  ],
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
    // json and not jsonb, so that the answer is repeated byte for byte. Null once the post is deleted.
    answer: json(),
    created_at: createdAt(),
  },
  (t) => [
    primaryKey({ columns: [t.user_id, t.key] }),
    index('idempotency_keys_created').on(t.created_at),
    index('idempotency_keys_of_post').on(t.post_id).where(sql`${t.answer} IS NOT NULL`),
  ],
);
