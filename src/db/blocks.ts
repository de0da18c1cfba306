import type { PersonRef, User } from '../schemas/user';
import { type Caller, callAs, type Database } from './database';
import { BY_TIME, listPage, type Page, type PageRequest } from './page';

/** Whom somebody blocks, and whom they mute. */
export type Hiding = 'block' | 'mute';

export type HidingChange = 'done' | 'not_found' | 'self';

/** A block also ends the follows of both. */
export const hide = (db: Database, caller: Caller, by: Hiding, person: PersonRef): Promise<HidingChange> =>
  callAs(db, caller, `add_${by}`, { person });

export const unhide = (db: Database, caller: Caller, by: Hiding, person: PersonRef): Promise<HidingChange> =>
  callAs(db, caller, `remove_${by}`, { person });

/** The latest first. */
export const listHidden = (
  db: Database,
  caller: Caller,
  by: Hiding,
  page: PageRequest,
): Promise<Page<User>> => listPage(db, caller, `list_${by}s`, BY_TIME, page, {});
