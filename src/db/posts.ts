import { type Caller, callAs, type Database } from './database';

/** A post as the wire has it: Postgres builds it, and nothing maps it again. */
export interface Post {
  id: number;
  title: string | null;
  content: string;
  published: boolean;
  parent_id: number | null;
  tags: string[];
  created_at: string;
  published_at: string | null;
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

/** A request that may come twice: its `Idempotency-Key`, and SHA-256 over what it asks for, in hexadecimal. */
export interface RepeatableRequest {
  key: string;
  digest: string;
}

/** What became of a new post; with a key, whether it was made before, or the key stands for another request. */
export type Creation =
  | { outcome: 'created' | 'replayed'; created: TaggedPost }
  | { outcome: 'no_parent' | 'reused' | 'deleted' };

export const createPost = (
  db: Database,
  caller: Caller,
  draft: PostDraft,
  request?: RepeatableRequest,
): Promise<Creation> => callAs(db, caller, 'create_post', { ...draft, ...request });

/** What became of a change: the post may not exist for the caller, be somebody else's, or have another version. */
export type PostChange =
  | { outcome: 'changed'; changed: TaggedPost }
  | { outcome: 'not_found' | 'not_owner' | 'stale' };

/** Changes the keys that are given and no other; `versions` are those that `If-Match` names, or null for any. */
export const updatePost = (
  db: Database,
  caller: Caller,
  id: number,
  change: { [key in keyof Omit<PostDraft, 'parent_id'>]?: PostDraft[key] | undefined },
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
