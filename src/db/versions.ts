import type { PostVersion } from '../schemas/post';
import type { Caller, Database } from './database';
import { BY_VERSION, listPage, type Page, type PageRequest } from './page';

/** A post before each edit. Null when the post does not exist for the caller. */
export const findVersions = (
  db: Database,
  caller: Caller,
  post: number,
  page: PageRequest,
): Promise<Page<PostVersion> | null> => listPage(db, caller, 'list_versions', BY_VERSION, page, { post });
