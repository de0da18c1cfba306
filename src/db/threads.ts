import { sql } from 'drizzle-orm';
import { type Caller, type Database, read } from './client';
import { asCaller } from './fragments';
import { type Post, postId, postItem, postJoins, visible } from './posts';

export const THREAD_POSTS_MAX = 500;
/** How far up and down a thread reaches: `post_ancestors` keeps so many levels. */
export const THREAD_DEPTH_MAX = 100;

/** As JSON, above and beneath each: what is quoted once more on its way stays below Neon's 10 MiB an answer. */
export const THREAD_BYTES_MAX = 2_000_000;

const weight = sql`sum(octet_length(to_json(posts.content)::text))`;

/** What a post stands in. Posts that are gone are left out, and those beneath them are not. */
export interface Thread {
  /** From the first post of the thread to the parent. */
  ancestors: Post[];
  post: Post;
  /** Everything beneath it, oldest first. */
  descendants: Post[];
}

const find = read<{ thread: Thread | null }>(sql`
  ${asCaller}
  SELECT (
    SELECT json_build_object(
        'ancestors', (
          SELECT coalesce(json_agg(${postItem} ORDER BY above.distance DESC), '[]')
            FROM (
              SELECT above.ancestor_id, above.distance, ${weight} OVER (ORDER BY above.distance) AS weight
                FROM post_ancestors AS above JOIN posts ON posts.id = above.ancestor_id AND ${visible}
                WHERE above.post_id = ${postId}
            ) AS above JOIN posts ON posts.id = above.ancestor_id ${postJoins}
            WHERE above.weight <= ${sql.raw(String(THREAD_BYTES_MAX))}),
        'post', ${postItem},
        'descendants', (
          SELECT coalesce(json_agg(${postItem} ORDER BY beneath.id), '[]')
            FROM (
              SELECT posts.id, ${weight} OVER (ORDER BY posts.id) AS weight
                FROM (
                  SELECT posts.id, posts.content
                    FROM post_ancestors AS below JOIN posts ON posts.id = below.post_id AND ${visible}
                    WHERE below.ancestor_id = ${postId} ORDER BY below.post_id LIMIT ${sql.raw(String(THREAD_POSTS_MAX))}
                ) AS posts
            ) AS beneath JOIN posts ON posts.id = beneath.id ${postJoins}
            WHERE beneath.weight <= ${sql.raw(String(THREAD_BYTES_MAX))}))
      FROM posts ${postJoins} WHERE posts.id = ${postId} AND ${visible}
  ) AS thread FROM caller`);

/** Undefined when the post does not exist for the caller. */
export async function findThread(db: Database, caller: Caller, post: number): Promise<Thread | undefined> {
  const [row] = await find(db, { ...caller, post });
  return row?.thread ?? undefined;
}
