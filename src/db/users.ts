import type { PersonRef, User, UserQuery } from '../schemas/user';
import { type Caller, callAs, type Database } from './database';
import { BY_TIME, listPage, type Page, type PageRequest } from './page';

/** A profile with its ETag (RFC 9110 §8.8.3). */
export interface TaggedUser {
  user: User;
  etag: string;
}

/** Null when there is no such person. */
export const findUser = (db: Database, caller: Caller, person: PersonRef): Promise<TaggedUser | null> =>
  callAs(db, caller, 'read_user', { person });

export const listUsers = (
  db: Database,
  caller: Caller,
  { q, ids }: Pick<UserQuery, 'q' | 'ids'>,
  page: PageRequest,
): Promise<Page<User>> => listPage(db, caller, 'list_users', BY_TIME, page, { search: q, ids });
