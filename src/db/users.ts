import { type Caller, callAs, type Database } from './database';
import { BY_TIME, listPage, type Page, type PageRequest } from './page';

/** The id or the username of a person; a username starts with a letter, so it can't be mistaken for an id. */
export type PersonRef = number | string;

/** A person as others see them; what is optional is for admins. */
export interface User {
  id: number;
  username: string;
  bio: string | null;
  avatar_url: string | null;
  created_at: string;
  posts: number;
  followers: number;
  following: number;
  email?: string;
  email_verified?: boolean;
  role?: 'user' | 'admin';
  viewer: { following: boolean; followed_by: boolean; blocking: boolean; muting: boolean } | null;
}

/** A profile with its ETag (RFC 9110 §8.8.3). */
export interface TaggedUser {
  user: User;
  etag: string;
}

/** Null when there is no such person. */
export const findUser = (db: Database, caller: Caller, person: PersonRef): Promise<TaggedUser | null> =>
  callAs(db, caller, 'read_user', { person: String(person) });

export interface UserFilter {
  /** A part of the username, in any case. */
  q?: string | undefined;
  ids?: number[] | undefined;
}

export const listUsers = (
  db: Database,
  caller: Caller,
  { q, ids }: UserFilter,
  page: PageRequest,
): Promise<Page<User>> =>
  listPage(db, caller, 'list_users', BY_TIME, page, { search: q ?? null, ids: ids ?? null });
