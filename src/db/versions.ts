import type { PostVersion } from '../schemas/post';
import type { Caller, Database } from './database';
import { BY_VERSION, findPage, type Page, type PageRequest } from './page';

/** A post before each edit. Undefined when the post does not exist for the caller. */
export const findVersions = (
  db: Database,
  caller: Caller,
  post: number,
  page: PageRequest,
): Promise<Page<PostVersion> | undefined> =>
  findPage(db, caller, 'list_versions', BY_VERSION, page, { post });
