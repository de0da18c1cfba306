import { type Caller, callAs, type Database } from './database';
import type { Post } from './posts';

export const THREAD_POSTS_MAX = 500;
/** How far up and down a thread reaches: `post_ancestors` keeps so many levels. */
export const THREAD_DEPTH_MAX = 100;
/** As JSON, above and beneath each: quoted once more on its way, an answer stays below Neon's 10 MiB. */
export const THREAD_BYTES_MAX = 2_000_000;

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

/** Null when the post does not exist for the caller. */
export const findThread = (db: Database, caller: Caller, post: number): Promise<Thread | null> =>
  callAs(db, caller, 'read_thread', {
    post,
    posts_max: THREAD_POSTS_MAX,
    depth_max: THREAD_DEPTH_MAX,
    bytes_max: THREAD_BYTES_MAX,
  });
