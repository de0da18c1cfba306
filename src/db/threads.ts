import type { Thread } from '../schemas/post';
import { type Caller, callAs, type Database } from './database';

export const THREAD_POSTS_MAX = 500;
/** The levels above and beneath a post that a thread shows; `post_ancestors` has no more. */
export const THREAD_DEPTH_MAX = 100;
/** The bytes of JSON above and of those beneath a post. Quoted once more by Neon, an answer stays below its 10 MiB. */
export const THREAD_BYTES_MAX = 2_000_000;

/**
 * A post with those above and beneath it; a deleted post is left out, and the posts beneath it stay. Null when the post does
 * not exist for the caller. `truncated.ancestors` looks a thousand levels up.
 */
export const findThread = (db: Database, caller: Caller, post: number): Promise<Thread | null> =>
  callAs(db, caller, 'read_thread', {
    post,
    posts_max: THREAD_POSTS_MAX,
    depth_max: THREAD_DEPTH_MAX,
    bytes_max: THREAD_BYTES_MAX,
  });
