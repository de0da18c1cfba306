import type { PersonRef, User } from '../schemas/user';
import { type Caller, callAs, type Database } from './database';
import { BY_TIME, listPage, type Page, type PageRequest } from './page';

export type FollowChange = 'done' | 'not_found' | 'self' | 'blocked';

export const addFollow = (db: Database, caller: Caller, person: PersonRef): Promise<FollowChange> =>
  callAs(db, caller, 'add_follow', { person });

export const removeFollow = (db: Database, caller: Caller, person: PersonRef): Promise<FollowChange> =>
  callAs(db, caller, 'remove_follow', { person });

/** The latest follow first; null when there is no such person. */
export const findFollows = (
  db: Database,
  caller: Caller,
  side: 'followers' | 'following',
  person: PersonRef,
  page: PageRequest,
): Promise<Page<User> | null> => listPage(db, caller, `list_${side}`, BY_TIME, page, { person });
