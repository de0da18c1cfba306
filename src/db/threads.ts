import { type Caller, callAs, type Database } from './database';
import type { Post } from './posts';

export const THREAD_POSTS_MAX = 500;
/** The levels above and beneath a post that a thread shows; `post_ancestors` has no more. */
export const THREAD_DEPTH_MAX = 100;
/** The bytes of JSON above and of those beneath a post. Quoted once more by Neon, an answer stays below its 10 MiB. */
export const THREAD_BYTES_MAX = 2_000_000;

/** A post with those above and beneath it. A deleted post is left out; the posts beneath it stay. */
export interface Thread {
  /** From the first post of the thread to the parent. */
  ancestors: Post[];
  post: Post;
  /** Everything beneath it, oldest first. */
  descendants: Post[];
  /** Whether there are more posts that the caller may read, above within a thousand levels. */
  truncated: { ancestors: boolean; descendants: boolean };
}

/** Null when the post does not exist for the caller. */
export const findThread = (db: Database, caller: Caller, post: number): Promise<Thread | null> =>
  callAs(db, caller, 'read_thread', {
    post,
    posts_max: THREAD_POSTS_MAX,
    depth_max: THREAD_DEPTH_MAX,
    bytes_max: THREAD_BYTES_MAX,
  });
