import { type Caller, callAs, type Database } from './database';
import { BY_EVENT, listPage, type Page, type PageRequest } from './page';
import type { Post } from './posts';
import type { User } from './users';

export type NotificationKind = 'reply' | 'mention' | 'follow' | 'vote';

/** What happened to the caller, at `at`; the votes of a day for one post are one. */
export interface Notification {
  kind: NotificationKind;
  at: string;
  /** The first of `users`. */
  user: User;
  /** The latest first, five at most. */
  users: User[];
  /** 100 stands for more. */
  count: number;
  post: Post | null;
  read: boolean;
}

/** Of one kind or, if that is undefined, of all; the latest first. */
export const listNotifications = (
  db: Database,
  caller: Caller,
  kind: NotificationKind | undefined,
  page: PageRequest,
): Promise<Page<Notification>> =>
  listPage(db, caller, 'list_notifications', BY_EVENT, page, { kind: kind ?? null });

/** The caller has read what happened up to this moment, or up to now if it is later. Never moves back. */
export async function readNotifications(db: Database, caller: Caller, up_to: string): Promise<void> {
  await callAs(db, caller, 'read_notifications', { up_to });
}
