import { sql } from 'drizzle-orm';
import type { Caller, Database } from './database';
import { moment } from './fragments';
import { findPage, type Page, type PageRequest } from './page';
import { postExists, postId } from './posts';

/** What a post said before an edit. */
export interface PostVersion {
  version: number;
  title: string | null;
  content: string;
  tags: string[];
  /** When it was written. */
  created_at: string;
}

/** Undefined when the post does not exist for the caller. */
export function findVersions(
  db: Database,
  caller: Caller,
  post: number,
  page: PageRequest,
): Promise<Page<PostVersion> | undefined> {
  const listing = () => ({
    subject: 'post_versions',
    from: sql`post_versions`,
    where: [sql`post_versions.post_id = ${postId}`],
    key: [{ column: sql`post_versions.version`, kind: 'count' as const }],
    item: sql`json_build_object(
      'version', post_versions.version, 'title', post_versions.title, 'content', post_versions.content,
      'tags', post_versions.tags, 'created_at', ${moment(sql`post_versions.created_at`)})`,
    exists: postExists,
  });
  return findPage<PostVersion>(db, caller, page, 'versions', listing, { post });
}
