import { type Caller, callAs, type Database } from './database';

/** A person whom a post mentions, by the name that they have now. */
export interface Mention {
  id: number;
  username: string;
}

/** A post as the API answers it: Postgres builds the JSON. */
export interface Post {
  id: number;
  title: string | null;
  content: string;
  published: boolean;
  parent_id: number | null;
  tags: string[];
  mentions: Mention[];
  created_at: string;
  published_at: string | null;
  edited_at: string | null;
  owner_id: number;
  owner: { id: number; username: string; avatar_url: string | null };
  votes: number;
  replies: number;
  viewer: { voted: boolean; bookmarked: boolean } | null;
}

/** A post with its ETag (RFC 9110 §8.8.3); the first number is the version of its text. */
export interface TaggedPost {
  post: Post;
  etag: string;
}

/** Null when there is no such post for the caller. */
export const findPost = (db: Database, caller: Caller, id: number): Promise<TaggedPost | null> =>
  callAs(db, caller, 'read_post', { post: id });

export interface PostDraft {
  title: string | null;
  content: string;
  published: boolean;
  parent_id: number | null;
  tags: string[];
}

/** What a content names besides its words: usernames as they were written, and hashtags; null for none. */
export interface Named {
  mentions: string[] | null;
  hashtags: string[] | null;
}

/** The `Idempotency-Key` of a request, and SHA-256 of the request in hexadecimal. */
export interface RepeatableRequest {
  key: string;
  digest: string;
}

/** With an `Idempotency-Key`, a post may have been created before, or the key be used for another request (`reused`). */
export type Creation =
  | { outcome: 'created' | 'replayed'; created: TaggedPost }
  | { outcome: 'no_parent' | 'reused' | 'deleted' };

export const createPost = (
  db: Database,
  caller: Caller,
  draft: PostDraft & Named,
  request?: RepeatableRequest,
): Promise<Creation> => callAs(db, caller, 'create_post', { ...draft, ...request });

/** `not_found` is also the answer for a post that the caller may not see; `stale`: it has another version. */
export type PostChange =
  | { outcome: 'changed'; changed: TaggedPost }
  | { outcome: 'not_found' | 'not_owner' | 'stale' };

/**
 * Changes the keys of `change`; `mentions` and `hashtags` come with a `content`. `versions` are those that `If-Match`
 * allows, null for any.
 */
export const updatePost = (
  db: Database,
  caller: Caller,
  id: number,
  change: { [key in keyof Omit<PostDraft, 'parent_id'>]?: PostDraft[key] | undefined } & Partial<Named>,
  versions: number[] | null,
): Promise<PostChange> => callAs(db, caller, 'update_post', { post: id, change, versions });

/** For the owner and for admins. */
export const deletePost = (
  db: Database,
  caller: Caller,
  id: number,
  versions: number[] | null,
): Promise<'deleted' | 'not_found' | 'not_owner' | 'stale'> =>
  callAs(db, caller, 'delete_post', { post: id, versions });
