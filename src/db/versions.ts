import type { Caller, Database } from './database';
import { BY_VERSION, findPage, type Page, type PageRequest } from './page';
import type { Mention } from './posts';

/** A post before an edit. */
export interface PostVersion {
  version: number;
  title: string | null;
  content: string;
  tags: string[];
  mentions: Mention[];
  /** When it was written. */
  created_at: string;
}

/** Undefined when the post does not exist for the caller. */
export const findVersions = (
  db: Database,
  caller: Caller,
  post: number,
  page: PageRequest,
): Promise<Page<PostVersion> | undefined> =>
  findPage(db, caller, 'list_versions', BY_VERSION, page, { post });
