import type { Post } from '../schemas/post';
import { type Caller, callAs, type Database } from './database';
import { BY_TIME, listPage, type Page, type PageRequest } from './page';

/** False when there is no such post for the caller. */
export const addBookmark = (db: Database, caller: Caller, post: number): Promise<boolean | null> =>
  callAs(db, caller, 'add_bookmark', { post });

/** False when there is no such post for the caller. */
export const removeBookmark = (db: Database, caller: Caller, post: number): Promise<boolean | null> =>
  callAs(db, caller, 'remove_bookmark', { post });

/** The posts that the caller bookmarked, the latest bookmark first. */
export const listBookmarks = (db: Database, caller: Caller, page: PageRequest): Promise<Page<Post>> =>
  listPage(db, caller, 'list_bookmarks', BY_TIME, page, {});
