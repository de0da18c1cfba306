// What the notifications of a person are, told from all rows at once: slow, and without any index or cursor.
import { sql } from './sql';

/** A notification by what makes it that one: its post, or null for a follow, and its people. */
export interface Entry {
  kind: string;
  at: string;
  post: number | null;
  users: number[];
  count: number;
}

/** What `GET /users/me/notifications` should list, the latest first. */
export async function recountNotifications(person: number): Promise<Entry[]> {
  const rows = await sql`
    WITH hidden AS (
      SELECT other_id AS id FROM blocks WHERE user_id = ${person}
      UNION SELECT user_id FROM blocks WHERE other_id = ${person}
      UNION SELECT other_id FROM mutes WHERE user_id = ${person}
    ), happened (kind, at, id, post, person) AS (
      SELECT 'reply', listed_at, id, id, owner_id FROM posts WHERE published AND answered_id = ${person}
      UNION ALL SELECT 'mention', listed_at, id, id, owner_id FROM posts
        WHERE published AND ${person} = ANY (mentioned_ids) AND answered_id IS DISTINCT FROM ${person}
      UNION ALL SELECT 'follow', created_at, follower_id, NULL, follower_id FROM follows WHERE followee_id = ${person}
      UNION ALL SELECT 'vote', votes.created_at, posts.id, posts.id, votes.user_id
        FROM votes JOIN posts ON posts.id = votes.post_id WHERE published AND posts.owner_id = ${person}
    )
    SELECT kind, to_char(max(at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at, post::integer AS post,
           (array_agg(person::integer ORDER BY at DESC, person DESC))[:5] AS users,
           least(count(*), 100)::integer AS count
      FROM happened
      WHERE person <> ${person} AND person NOT IN (SELECT id FROM hidden)
      GROUP BY kind, id, post, CASE kind WHEN 'vote' THEN (at AT TIME ZONE 'UTC')::date END
      ORDER BY max(at) DESC, kind COLLATE "C" DESC, id DESC`;
  return rows as unknown as Entry[];
}

/** An item of the list as `recountNotifications` has it. */
// biome-ignore lint/suspicious/noExplicitAny: it is what the API answers.
export const entryOf = ({ kind, at, post, users, count }: any): Entry => ({
  kind,
  at,
  post: post?.id ?? null,
  users: users.map(({ id }: { id: number }) => id),
  count,
});
