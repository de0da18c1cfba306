import { sql } from 'drizzle-orm';
import type { Caller, Database } from './database';
import { listPage, type Page, type PageRequest } from './page';

export interface TagCount {
  tag: string;
  /** Published posts that carry it. */
  posts: number;
}

/** Tags in use. Descending is by use, the most used first, and then by name. */
export function listTags(db: Database, caller: Caller, page: PageRequest): Promise<Page<TagCount>> {
  return listPage<TagCount>(db, caller, page, 'tags', () => ({
    subject: 'tags',
    from: sql`tags`,
    where: [sql`tags.posts > 0`],
    key: [
      { column: sql`(-tags.posts)`, kind: 'count' },
      { column: sql`tags.tag`, kind: 'text' },
    ],
    item: sql`json_build_object('tag', tags.tag, 'posts', tags.posts)`,
  }));
}
