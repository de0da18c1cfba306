import { type SQL, sql } from 'drizzle-orm';
import { type Caller, type Database, read } from './database';
import { asCaller, callerId, isThere, moment } from './fragments';

/** A post as the wire has it: Postgres builds it, and nothing maps it again. */
export interface Post {
  id: number;
  title: string | null;
  content: string;
  published: boolean;
  parent_id: number | null;
  tags: string[];
  created_at: string;
  edited_at: string | null;
  owner_id: number;
  owner: { id: number; username: string; avatar_url: string | null };
  votes: number;
  replies: number;
  viewer: { voted: boolean } | null;
}

/** A post with the tag of this view of it (RFC 9110 §8.8.3); the first number is the version of what was written. */
export interface TaggedPost {
  post: Post;
  etag: string;
}

const voted = isThere(
  sql`SELECT true FROM votes WHERE votes.post_id = posts.id AND votes.user_id = ${callerId}`,
);

/** A row of `posts` with its owner's of `users`, as JSON. */
export function postJson(votes: SQL, replies: SQL, viewerVoted: SQL): SQL {
  return sql`json_build_object(
    'id', posts.id, 'title', posts.title, 'content', posts.content, 'published', posts.published,
    'parent_id', posts.parent_id, 'tags', posts.tags,
    'created_at', ${moment(sql`posts.created_at`)}, 'edited_at', ${moment(sql`posts.edited_at`)},
    'owner_id', posts.owner_id,
    'owner', json_build_object('id', users.id, 'username', users.username, 'avatar_url', users.avatar_url),
    'votes', ${votes}, 'replies', ${replies},
    'viewer', CASE WHEN ${callerId} IS NOT NULL THEN json_build_object('voted', ${viewerVoted}) END)`;
}

export const postItem = postJson(sql`post_counts.votes`, sql`post_counts.replies`, voted);

export const postJoins = sql`
  JOIN users ON users.id = posts.owner_id
  JOIN post_counts ON post_counts.post_id = posts.id`;

/** Stands for what a post shows of its owner, and for nothing else that may change about them. */
export const ownerTag = sql`left(md5(json_build_array(users.username, users.avatar_url)::text), 12)`;

const etag = sql`concat_ws('-', posts.version, ${ownerTag}, post_counts.votes, post_counts.replies,
  CASE WHEN ${callerId} IS NOT NULL THEN ${voted}::integer END)`;

/** A `TaggedPost`, where `posts`, `users` and `post_counts` are joined. */
export const taggedItem = sql`json_build_object('post', ${postItem}, 'etag', ${etag})`;

/** A draft exists for its owner and nobody else. */
export const visible = sql`(posts.published OR posts.owner_id = ${callerId})`;

/** The id of the post that a statement is about. */
export const postId = sql`${sql.placeholder('post')}::bigint`;

/** Whether that post exists for the caller. */
export const postExists = sql`EXISTS (SELECT FROM posts WHERE posts.id = ${postId} AND ${visible})`;

const find = read<{ found: TaggedPost | null }>(sql`
  ${asCaller}
  SELECT (SELECT ${taggedItem} FROM posts ${postJoins} WHERE posts.id = ${postId} AND ${visible}) AS found FROM caller`);

export async function findPost(db: Database, caller: Caller, id: number): Promise<TaggedPost | undefined> {
  const [row] = await find(db, { ...caller, post: id });
  return row?.found ?? undefined;
}
