import type { Post } from '../schemas/post';
import type { PersonRef, User } from '../schemas/user';
import { type Caller, callAs, type Database } from './database';
import { BY_TIME, type Listed, type Page, type PageRequest, refuseLag, stretchesOf, toPage } from './page';

export interface Feed {
  page: Page<Post>;
  /** Tells this database from all others. */
  identity: string;
}

export interface FeedOfPerson extends Feed {
  user: Pick<User, 'id' | 'username' | 'created_at'>;
}

type Answer = Listed<Post> & Pick<FeedOfPerson, 'identity' | 'user'>;

/** A page of the newest top-level posts: all, or those with a tag. */
export async function findFeed(
  db: Database,
  caller: Caller,
  { tag }: { tag?: string | undefined },
  request: PageRequest,
): Promise<Feed> {
  refuseLag(db, BY_TIME, request);
  const values = { ...stretchesOf(BY_TIME, request), tag: tag ?? null };
  return toFeed((await callAs(db, caller, 'read_feed', values)) as Answer, request);
}

/** The same of one person; null when there is no such person. */
export async function findFeedOf(
  db: Database,
  caller: Caller,
  person: PersonRef,
  request: PageRequest,
): Promise<FeedOfPerson | null> {
  refuseLag(db, BY_TIME, request);
  const values = { ...stretchesOf(BY_TIME, request), person: String(person) };
  const found = (await callAs(db, caller, 'read_feed', values)) as Answer | null;
  return found && toFeed(found, request);
}

const toFeed = (found: Answer, request: PageRequest): FeedOfPerson => ({
  page: toPage(found, request),
  identity: found.identity,
  user: found.user,
});
