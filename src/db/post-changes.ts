import { type SQL, sql } from 'drizzle-orm';
import { type Caller, type Database, write } from './database';
import { asHolder } from './fragments';
import { ownerTag, postId, postJoins, postJson, type TaggedPost, taggedItem, visible } from './posts';

export interface PostDraft {
  title: string | null;
  content: string;
  published: boolean;
  parent_id: number | null;
  tags: string[];
}

/** A request that may come twice: its `Idempotency-Key`, and SHA-256 over what it asks for, in hexadecimal. */
export interface Repeatable {
  key: string;
  digest: string;
}

const parent = sql`${sql.placeholder('parent_id')}::bigint`;

/**
 * Every writer takes its locks in one order, users before posts before counters, so that no two wait for each other.
 *
 * The post as it will be, before it is stored: its answer is known in time to be kept with the key. The id is taken
 * from the sequence first; a repeated request wastes one.
 */
const draft = sql`
  ${asHolder()},
  parent AS MATERIALIZED (
    SELECT posts.id FROM caller JOIN posts ON posts.id = ${parent} AND posts.published FOR KEY SHARE OF posts
  ),
  draft AS MATERIALIZED (
    SELECT nextval('posts_id_seq') AS id, caller.id AS owner_id, parent.id AS parent_id,
           ${sql.placeholder('title')}::text AS title, ${sql.placeholder('content')}::text AS content,
           ${sql.placeholder('published')}::boolean AS published, ${sql.placeholder('tags')}::text[] AS tags,
           1 AS version, now()::timestamptz(3) AS created_at, NULL::timestamptz AS edited_at
      FROM caller LEFT JOIN parent ON true
      WHERE ${parent} IS NULL OR parent.id IS NOT NULL
  ),
  answer AS MATERIALIZED (
    SELECT posts.id, json_build_object(
        'post', ${postJson(sql`0`, sql`0`, sql`false`)},
        'etag', concat_ws('-', posts.version, ${ownerTag}, 0, 0, 0)) AS tagged
      FROM draft AS posts JOIN users ON users.id = posts.owner_id
  )`;

/** Stores the draft and its line of ancestors, where `condition` holds. */
const stored = (condition: SQL) => sql`
  stored AS (
    INSERT INTO posts (id, owner_id, parent_id, title, content, published, tags, created_at) OVERRIDING SYSTEM VALUE
      SELECT draft.id, draft.owner_id, draft.parent_id, draft.title, draft.content, draft.published, draft.tags,
             draft.created_at
        FROM draft WHERE ${condition}
      RETURNING id, parent_id
  ),
  lineage AS (
    INSERT INTO post_ancestors (ancestor_id, post_id, distance)
      SELECT stored.parent_id, stored.id, 1 FROM stored WHERE stored.parent_id IS NOT NULL
      UNION ALL
      SELECT above.ancestor_id, stored.id, above.distance + 1
        FROM stored JOIN post_ancestors AS above ON above.post_id = stored.parent_id AND above.distance < 100
  )`;

const create = write<{ created: TaggedPost | null }>(sql`
  ${draft}, ${stored(sql`true`)}
  SELECT answer.tagged AS created FROM caller LEFT JOIN answer ON true`);

/** Undefined when the parent can't be replied to: no such post, or a draft. */
export async function createPost(
  db: Database,
  caller: Caller,
  values: PostDraft,
): Promise<TaggedPost | undefined> {
  const [row] = await create(db, { ...caller, ...values });
  return row?.created ?? undefined;
}

const KEY_LIFETIME = sql`interval '24 hours'`;
const key = sql.placeholder('key');
const digest = sql`decode(${sql.placeholder('digest')}, 'hex')`;

/** Of a key that is over, the new request takes the place. */
const unlessOver = (column: string) => {
  const name = sql.raw(column);
  return sql`${name} = CASE WHEN idempotency_keys.created_at > now() - ${KEY_LIFETIME}
    THEN idempotency_keys.${name} ELSE excluded.${name} END`;
};

interface Claim {
  answer: TaggedPost | null;
  /** The key was used before, and its answer is the one that comes again. */
  replayed: boolean;
  /** The key was used before, for something else. */
  reused: boolean;
}

/**
 * The unique key decides which of two requests is the first: DO UPDATE waits for the other one and sees its row, even
 * when it was committed after this statement began. `earlier` answers for a parent that is gone since.
 */
const createKeyed = write<{ claim: Claim | null }>(sql`
  ${draft},
  claimed AS (
    INSERT INTO idempotency_keys (user_id, key, digest, post_id, answer)
      SELECT caller.id, ${key}, ${digest}, answer.id, answer.tagged FROM caller, answer
      ON CONFLICT (user_id, key) DO UPDATE SET ${sql.join(
        ['digest', 'post_id', 'answer', 'created_at'].map(unlessOver),
        sql`, `,
      )}
      RETURNING digest, post_id, answer
  ),
  ${stored(sql`EXISTS (SELECT FROM claimed WHERE claimed.post_id = draft.id)`)},
  earlier AS (
    SELECT idempotency_keys.digest, idempotency_keys.post_id, idempotency_keys.answer FROM caller JOIN idempotency_keys
        ON idempotency_keys.user_id = caller.id AND idempotency_keys.key = ${key}
      WHERE idempotency_keys.created_at > now() - ${KEY_LIFETIME} AND NOT EXISTS (SELECT FROM answer)
  )
  SELECT (
    SELECT json_build_object(
        'answer', kept.answer,
        'replayed', NOT EXISTS (SELECT FROM draft WHERE draft.id = kept.post_id),
        'reused', kept.digest <> ${digest})
      FROM (SELECT * FROM claimed UNION ALL SELECT * FROM earlier) AS kept
  ) AS claim FROM caller`);

/** What became of a request with a key: made now, made before, or the key stands for another request. */
export type Creation =
  | { outcome: 'created' | 'replayed'; created: TaggedPost }
  | { outcome: 'no_parent' | 'reused' | 'deleted' };

export async function createPostOnce(
  db: Database,
  caller: Caller,
  values: PostDraft,
  request: Repeatable,
): Promise<Creation> {
  const [row] = await createKeyed(db, { ...caller, ...values, ...request });
  if (!row?.claim) return { outcome: 'no_parent' };
  const { answer, replayed, reused } = row.claim;
  if (reused) return { outcome: 'reused' };
  return answer ? { outcome: replayed ? 'replayed' : 'created', created: answer } : { outcome: 'deleted' };
}

/** What became of a write to a post: it may not exist for the caller, or be somebody else's. */
export type PostChange =
  | { outcome: 'changed'; changed: TaggedPost }
  | { outcome: 'not_found' | 'not_owner' | 'stale' };

const targetFor = (lock: 'NO KEY UPDATE' | 'UPDATE') => sql`
  ${asHolder(sql`SELECT posts.owner_id FROM posts WHERE posts.id = ${postId}`)},
  target AS MATERIALIZED (
    SELECT posts.id, posts.owner_id, posts.parent_id, posts.version
      FROM caller JOIN posts ON posts.id = ${postId} AND ${visible} FOR ${sql.raw(lock)} OF posts
  )`;

const versions = sql`${sql.placeholder('versions')}::integer[]`;

/** `If-Match`: the version is one of those that the caller knows. */
const matches = (version: SQL) => sql`(${versions} IS NULL OR ${version} = ANY (${versions}))`;

const given = (key: string, kind: string, column: string) =>
  sql`CASE WHEN ${sql.placeholder(`gives_${key}`)}::boolean
    THEN ${sql.placeholder(key)}::${sql.raw(kind)} ELSE posts.${sql.raw(column)} END`;

const givesAny = sql.placeholder('gives_any');

const update = write<{ found: boolean; owned: boolean | null; changed: TaggedPost | null }>(sql`
  ${targetFor('NO KEY UPDATE')},
  posts AS (
    UPDATE posts SET
        title = ${given('title', 'text', 'title')},
        content = ${given('content', 'text', 'content')},
        published = ${given('published', 'boolean', 'published')},
        tags = ${given('tags', 'text[]', 'tags')},
        version = posts.version + ${givesAny}::boolean::integer,
        edited_at = CASE WHEN ${givesAny}::boolean THEN now() ELSE posts.edited_at END
      FROM target, caller
      WHERE posts.id = target.id AND target.owner_id = caller.id
        AND ${matches(sql`target.version`)}
      RETURNING posts.*
  )
  SELECT target.id IS NOT NULL AS found, target.owner_id = caller.id AS owned,
    (SELECT ${taggedItem} FROM posts ${postJoins}) AS changed
  FROM caller LEFT JOIN target ON true`);

/** Changes the keys that are given and no other, and where none is given, nothing; `versions` are those that `If-Match` names, or null for any. */
export async function updatePost(
  db: Database,
  caller: Caller,
  id: number,
  change: { [key in keyof Omit<PostDraft, 'parent_id'>]?: PostDraft[key] | undefined },
  versions: number[] | null,
): Promise<PostChange> {
  const [row] = await update(db, {
    ...caller,
    post: id,
    versions,
    title: change.title ?? null,
    content: change.content ?? null,
    published: change.published ?? null,
    tags: change.tags ?? null,
    gives_title: change.title !== undefined,
    gives_content: change.content !== undefined,
    gives_published: change.published !== undefined,
    gives_tags: change.tags !== undefined,
    gives_any: Object.values(change).some((value) => value !== undefined),
  });
  if (!row?.found) return { outcome: 'not_found' };
  if (!row.owned) return { outcome: 'not_owner' };
  return row.changed ? { outcome: 'changed', changed: row.changed } : { outcome: 'stale' };
}

/**
 * Takes every lock before it deletes, in the order of all writers: the post, against those who vote for it or answer it,
 * then counters, then tags, which triggers would ask for after `totals`.
 */
const remove = write<{ found: boolean; allowed: boolean | null; removed: boolean }>(sql`
  ${targetFor('UPDATE')},
  counters AS MATERIALIZED (
    SELECT post_counts.post_id FROM target JOIN post_counts ON post_counts.post_id IN (target.id, target.parent_id)
      ORDER BY post_counts.post_id FOR NO KEY UPDATE OF post_counts
  ),
  named AS MATERIALIZED (
    SELECT tags.tag FROM tags
      WHERE tags.tag IN (SELECT unnest(posts.tags) FROM target JOIN posts ON posts.id = target.id)
        AND EXISTS (SELECT FROM counters)
      ORDER BY tags.tag FOR NO KEY UPDATE
  ),
  allowed AS (
    SELECT target.id, target.version FROM target, caller
      WHERE EXISTS (SELECT FROM counters) AND (SELECT count(*) FROM named) >= 0 AND (target.owner_id = caller.id
         OR EXISTS (SELECT FROM users WHERE users.id = caller.id AND users.role = 'admin'))
  ),
  gone AS (
    DELETE FROM posts USING allowed
      WHERE posts.id = allowed.id
        AND ${matches(sql`allowed.version`)}
      RETURNING posts.id
  )
  SELECT target.id IS NOT NULL AS found, EXISTS (SELECT FROM allowed) AS allowed, EXISTS (SELECT FROM gone) AS removed
    FROM caller LEFT JOIN target ON true`);

/** The owner's to do, and an admin's. */
export async function deletePost(
  db: Database,
  caller: Caller,
  id: number,
  versions: number[] | null,
): Promise<'removed' | 'not_found' | 'not_owner' | 'stale'> {
  const [row] = await remove(db, { ...caller, post: id, versions });
  if (!row?.found) return 'not_found';
  if (!row.allowed) return 'not_owner';
  return row.removed ? 'removed' : 'stale';
}
