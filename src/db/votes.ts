import { type SQL, sql } from 'drizzle-orm';
import { type Caller, type Database, read, write } from './database';
import { asCaller, asWriter, callerId } from './fragments';
import { findPage, type Page, type PageRequest } from './page';
import { postExists, postId } from './posts';
import { type User, userItem } from './users';

/** `votes` is the post's exact count when the statement ended; undefined when there is no such post to vote for. */
export interface VoteChange {
  changed: boolean;
  votes: number;
}

interface Row {
  votes: number | null;
  changed: boolean;
}

/**
 * The post is held, then its counter: the count that comes back is exact, because the trigger that moves it
 * runs under the same lock. A draft can't be voted for.
 */
const counted = sql`
  ${asWriter},
  target AS (
    SELECT posts.id FROM caller JOIN posts ON posts.id = ${sql.placeholder('post')}::bigint AND posts.published
      FOR KEY SHARE OF posts
  ),
  counter AS (
    SELECT post_counts.post_id, post_counts.votes FROM target JOIN post_counts ON post_counts.post_id = target.id
      FOR NO KEY UPDATE OF post_counts
  )`;

const outcome = (step: SQL) => sql`
  SELECT counter.votes + ${step} * (SELECT count(*)::integer FROM changed) AS votes, EXISTS (SELECT FROM changed) AS changed
    FROM caller LEFT JOIN counter ON true`;

const add = write<Row>(sql`
  ${counted},
  changed AS (
    INSERT INTO votes (user_id, post_id) SELECT caller.id, counter.post_id FROM caller, counter
      ON CONFLICT DO NOTHING RETURNING post_id
  )
  ${outcome(sql`1`)}`);

const remove = write<Row>(sql`
  ${counted},
  changed AS (
    DELETE FROM votes USING caller, counter
      WHERE votes.user_id = caller.id AND votes.post_id = counter.post_id RETURNING votes.post_id
  )
  ${outcome(sql`-1`)}`);

export const addVote = (db: Database, caller: Caller, post: number) => change(add, db, caller, post);

export const removeVote = (db: Database, caller: Caller, post: number) => change(remove, db, caller, post);

async function change(
  statement: typeof add,
  db: Database,
  caller: Caller,
  post: number,
): Promise<VoteChange | undefined> {
  const [row] = await statement(db, { ...caller, post });
  return row && row.votes !== null ? { changed: row.changed, votes: row.votes } : undefined;
}

const find = read<{ posts: number[] }>(sql`
  ${asCaller}
  SELECT (
    SELECT coalesce(json_agg(votes.post_id), '[]') FROM votes JOIN posts ON posts.id = votes.post_id AND posts.published
      WHERE votes.user_id = ${callerId} AND votes.post_id = ANY (${sql.placeholder('posts')}::bigint[])
  ) AS posts FROM caller`);

/** Those of `posts` that the caller voted for. */
export async function listVotedPosts(db: Database, caller: Caller, posts: number[]): Promise<number[]> {
  const [row] = await find(db, { ...caller, posts });
  return row?.posts ?? [];
}

/** Who voted for a post, the latest vote first; undefined when the post does not exist for the caller. */
export function findVoters(
  db: Database,
  caller: Caller,
  post: number,
  page: PageRequest,
): Promise<Page<User> | undefined> {
  const listing = () => ({
    subject: 'votes',
    from: sql`votes`,
    where: [sql`votes.post_id = ${postId}`],
    key: [
      { column: sql`votes.created_at`, kind: 'moment' as const },
      { column: sql`votes.user_id`, kind: 'id' as const },
    ],
    item: userItem,
    joins: sql`JOIN users ON users.id = votes.user_id`,
    total: sql`(SELECT post_counts.votes FROM post_counts WHERE post_counts.post_id = ${postId})`,
    exists: postExists,
  });
  return findPage<User>(db, caller, page, 'voters', listing, { post });
}
