import { sql } from 'drizzle-orm';
import { type Caller, type Database, read } from './database';
import { asCaller, isThere } from './fragments';
import { type Post, postId, postItem, postJoins, visible } from './posts';

export const THREAD_POSTS_MAX = 500;
/** How far up and down a thread reaches: `post_ancestors` keeps so many levels. */
export const THREAD_DEPTH_MAX = 100;

/** As JSON, above and beneath each: what is quoted once more on its way stays below Neon's 10 MiB an answer. */
export const THREAD_BYTES_MAX = 2_000_000;

const weight = sql`sum(octet_length(to_json(posts.content)::text) + coalesce(octet_length(to_json(posts.title)::text), 0)
  + octet_length(array_to_string(posts.tags, '')))`;

/** What a post stands in. Posts that are gone are left out, and those beneath them are not. */
export interface Thread {
  /** From the first post of the thread to the parent. */
  ancestors: Post[];
  post: Post;
  /** Everything beneath it, oldest first. */
  descendants: Post[];
  /** Whether a bound above keeps something out that the caller may read. */
  truncated: { ancestors: boolean; descendants: boolean };
}

const postsMax = sql.raw(String(THREAD_POSTS_MAX));
const depthMax = sql.raw(String(THREAD_DEPTH_MAX));
const bytesMax = sql.raw(String(THREAD_BYTES_MAX));

/**
 * Whether the caller may read something farther up than a post's own line of ancestors says: read on from the highest
 * one that is still there, which may itself be hidden.
 */
const readsHigher = isThere(sql`
  WITH RECURSIVE step (id, distance) AS (
    SELECT ${postId}, 0
    UNION ALL
    SELECT highest.id, step.distance + highest.distance
      FROM step, LATERAL (
        SELECT posts.id, line.distance FROM post_ancestors AS line JOIN posts ON posts.id = line.ancestor_id
          WHERE line.post_id = step.id ORDER BY line.distance DESC LIMIT 1
      ) AS highest
  )
  SELECT true FROM step JOIN post_ancestors AS line ON line.post_id = step.id
      JOIN posts ON posts.id = line.ancestor_id AND ${visible}
    WHERE step.distance + line.distance > ${depthMax}`);

/**
 * The same beneath. From every level it would follow each line a hundred times: the last ones are enough, unless as many
 * posts were deleted in a row just there.
 */
const readsDeeper = isThere(sql`
  SELECT true FROM post_ancestors AS below JOIN post_ancestors AS line ON line.ancestor_id = below.post_id
      JOIN posts ON posts.id = line.post_id AND ${visible}
    WHERE below.ancestor_id = ${postId} AND below.distance > ${depthMax} - 10
      AND below.distance + line.distance > ${depthMax}`);

const find = read<{ thread: Thread | null }>(sql`
  ${asCaller},
  above AS MATERIALIZED (
    SELECT posts.id, line.distance, ${weight} OVER (ORDER BY line.distance) <= ${bytesMax} AS shown
      FROM post_ancestors AS line JOIN posts ON posts.id = line.ancestor_id AND ${visible}
      WHERE line.post_id = ${postId}
  ),
  beneath AS MATERIALIZED (
    SELECT posts.id, row_number() OVER so_far <= ${postsMax} AND ${weight} OVER so_far <= ${bytesMax} AS shown
      FROM (
        SELECT posts.id, posts.title, posts.content, posts.tags
          FROM post_ancestors AS below JOIN posts ON posts.id = below.post_id AND ${visible}
          WHERE below.ancestor_id = ${postId} ORDER BY below.post_id LIMIT ${postsMax} + 1
      ) AS posts
      WINDOW so_far AS (ORDER BY posts.id)
  )
  SELECT (
    SELECT json_build_object(
        'ancestors', (
          SELECT coalesce(json_agg(${postItem} ORDER BY above.distance DESC), '[]')
            FROM above JOIN posts ON posts.id = above.id ${postJoins} WHERE above.shown),
        'post', ${postItem},
        'descendants', (
          SELECT coalesce(json_agg(${postItem} ORDER BY beneath.id), '[]')
            FROM beneath JOIN posts ON posts.id = beneath.id ${postJoins} WHERE beneath.shown),
        'truncated', json_build_object(
          'ancestors', CASE WHEN EXISTS (SELECT FROM above WHERE NOT shown) THEN true ELSE ${readsHigher} END,
          'descendants', CASE WHEN EXISTS (SELECT FROM beneath WHERE NOT shown) THEN true ELSE ${readsDeeper} END))
      FROM posts ${postJoins} WHERE posts.id = ${postId} AND ${visible}
  ) AS thread FROM caller`);

/** Undefined when the post does not exist for the caller. */
export async function findThread(db: Database, caller: Caller, post: number): Promise<Thread | undefined> {
  const [row] = await find(db, { ...caller, post });
  return row?.thread ?? undefined;
}
