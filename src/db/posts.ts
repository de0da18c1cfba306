import type { Named } from '../schemas/content';
import type { NewPost, Post, PostPatch } from '../schemas/post';
import { type Caller, callAs, type Database } from './database';

/** A post with its ETag (RFC 9110 §8.8.3); the first number is the version of its text. */
export interface TaggedPost {
  post: Post;
  etag: string;
}

/** Null when there is no such post for the caller. */
export const findPost = (db: Database, caller: Caller, id: number): Promise<TaggedPost | null> =>
  callAs(db, caller, 'read_post', { post: id });

/** The `Idempotency-Key` of a request, and SHA-256 of the request in hexadecimal. */
export interface RepeatableRequest {
  key: string;
  digest: string;
}

/** With an `Idempotency-Key`, a post may have been created before, or the key be used for another request (`reused`). */
export type Creation =
  | { outcome: 'created' | 'replayed'; created: TaggedPost }
  | { outcome: 'no_parent' | 'blocked' | 'reused' | 'deleted' };

export const createPost = (
  db: Database,
  caller: Caller,
  draft: NewPost & Named,
  request?: RepeatableRequest,
): Promise<Creation> => callAs(db, caller, 'create_post', { ...draft, ...request });

/**
 * `not_found` is also the answer for a post that the caller may not see; `stale`: it has another version; `blocked`: it is a
 * reply, and its owner or whom it answers blocks the other.
 */
export type PostChange =
  | { outcome: 'changed'; changed: TaggedPost }
  | { outcome: 'not_found' | 'not_owner' | 'stale' | 'blocked' };

/**
 * Changes the keys of `change`; `mentions` and `hashtags` come with a `content`. `versions` are those that `If-Match`
 * allows, null for any.
 */
export const updatePost = (
  db: Database,
  caller: Caller,
  id: number,
  change: PostPatch & Partial<Named>,
  versions: number[] | null,
): Promise<PostChange> => callAs(db, caller, 'update_post', { post: id, change, versions });

/** For the owner and for admins, who may say why. */
export const deletePost = (
  db: Database,
  caller: Caller,
  id: number,
  versions: number[] | null,
  reason: string | null,
): Promise<'deleted' | 'not_found' | 'not_owner' | 'stale'> =>
  callAs(db, caller, 'delete_post', { post: id, versions, reason });
