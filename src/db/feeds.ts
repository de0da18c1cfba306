import type { Post } from '../schemas/post';
import type { PersonRef, User } from '../schemas/user';
import type { Caller, Database } from './database';
import { BY_TIME, listPage, type Page, type PageRequest } from './page';

export interface Feed extends Page<Post> {
  /** Tells this database from all others. */
  identity: string;
}

export interface FeedOfPerson extends Feed {
  user: Pick<User, 'id' | 'username' | 'created_at'>;
}

/** A page of the newest top-level posts: all, or those with a tag. */
export const findFeed = (
  db: Database,
  caller: Caller,
  tag: string | undefined,
  page: PageRequest,
): Promise<Feed> => listPage(db, caller, 'read_feed', BY_TIME, page, { tag });

/** The same of one person; null when there is no such person. */
export const findFeedOf = (
  db: Database,
  caller: Caller,
  person: PersonRef,
  page: PageRequest,
): Promise<FeedOfPerson | null> => listPage(db, caller, 'read_feed', BY_TIME, page, { person });
