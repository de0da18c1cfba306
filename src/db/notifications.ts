import type { Notification } from '../schemas/notification';
import { type Caller, callAs, type Database } from './database';
import { BY_EVENT, listPage, type Page, type PageRequest } from './page';

/** What happened to the caller: of one kind or, if that is undefined, of all; the latest first. */
export const listNotifications = (
  db: Database,
  caller: Caller,
  kind: Notification['kind'] | undefined,
  page: PageRequest,
): Promise<Page<Notification>> => listPage(db, caller, 'list_notifications', BY_EVENT, page, { kind });

/** The caller has read what happened up to this moment, or up to now if it is later. Never moves back. */
export const readNotifications = (db: Database, caller: Caller, up_to: string): Promise<void> =>
  callAs(db, caller, 'read_notifications', { up_to });
