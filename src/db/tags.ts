import type { TagCount } from '../schemas/post';
import type { Caller, Database } from './database';
import { BY_USE, listPage, type Page, type PageRequest } from './page';

/** Tags in use. Ascending order is the most used first, then by name. */
export const listTags = (db: Database, caller: Caller, page: PageRequest): Promise<Page<TagCount>> =>
  listPage(db, caller, 'list_tags', BY_USE, page, {});
