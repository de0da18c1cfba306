import type { Session } from '../schemas/auth';
import { type Caller, call, callAs, type Database, type Values } from './database';
import { BY_SIGN_IN, listPage, type Page, type PageRequest } from './page';

/**
 * `rotated`: the token was the newest. `grace`: it was the one before, and `sealed` the successor that it got, encrypted
 * under it. `reused`: it was an older one that was `issued` to the session, which has ended.
 */
export interface Rotation {
  outcome: 'rotated' | 'grace' | 'reused';
  user: number;
  sealed: string | null;
  expires_in: number;
}

/** Digests are in hexadecimal. Null when there is no such session, it has ended, or the token never was its own. */
export const rotateSession = (db: Database, rotation: Values<'rotate_session'>): Promise<Rotation | null> =>
  call(db, 'rotate_session', rotation);

export const listSessions = (db: Database, caller: Caller, page: PageRequest): Promise<Page<Session>> =>
  listPage(db, caller, 'list_sessions', BY_SIGN_IN, page, {});

/** False when the caller's session had ended before. */
export const endOwnSession = (db: Database, caller: Caller): Promise<boolean> =>
  callAs(db, caller, 'end_own_session', {});

/** False when the caller has no such session. */
export const endSession = (db: Database, caller: Caller, id: string): Promise<boolean> =>
  callAs(db, caller, 'end_session', { id });

/** How many sessions ended. */
export const endSessions = (db: Database, caller: Caller, keep_current: boolean): Promise<number> =>
  callAs(db, caller, 'end_sessions', { keep_current });
