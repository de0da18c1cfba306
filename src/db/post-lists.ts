import type { PageQuery } from '../schemas/page';
import type { Post, PostQuery, TimelineQuery } from '../schemas/post';
import type { PersonRef } from '../schemas/user';
import type { Caller, Database } from './database';
import { BY_TIME, BY_VOTES, justAfter, listPage, type Page, type PageRequest, spanOf, wholeOf } from './page';

type Replies = PostQuery['replies'];

/** The values of posts.reply that are listed. */
const KINDS: Record<Replies, boolean[]> = { exclude: [false], include: [false, true], only: [true] };

/** Published posts. */
export function listPosts(
  db: Database,
  caller: Caller,
  { search, search_in, author, tag, since, until, ids, replies, sort }: Omit<PostQuery, keyof PageQuery>,
  page: PageRequest,
): Promise<Page<Post>> {
  const span = spanOf({ since, until });
  const filters = { kinds: KINDS[replies], search, in_title: search_in === 'title', author, tag, ids };
  if (sort === 'new') return listPage(db, caller, 'list_posts', BY_TIME, page, filters, span);
  return listPage(db, caller, 'list_top_posts', BY_VOTES, page, {
    ...filters,
    since,
    until: until && justAfter(until),
    whole: page.total ? wholeOf(BY_TIME, span) : null,
  });
}

/** The caller's own, replies included: published ones, drafts, or both where that is undefined. */
export const listOwnPosts = (
  db: Database,
  caller: Caller,
  published: boolean | undefined,
  page: PageRequest,
): Promise<Page<Post>> => listPage(db, caller, 'list_own_posts', BY_TIME, page, { published });

/** A person's posts, drafts for themselves only; null when there is no such person. */
export const findPostsOf = (
  db: Database,
  caller: Caller,
  person: PersonRef,
  replies: Replies,
  page: PageRequest,
): Promise<Page<Post> | null> =>
  listPage(db, caller, 'list_posts_of_user', BY_TIME, page, { person, kinds: KINDS[replies] });

/** The published replies to a post; null when the post does not exist for the caller. */
export const findReplies = (
  db: Database,
  caller: Caller,
  post: number,
  page: PageRequest,
): Promise<Page<Post> | null> => listPage(db, caller, 'list_replies', BY_TIME, page, { post });

/** The posts that a person voted for, by the time of the vote; null when there is no such person. */
export const findVotedBy = (
  db: Database,
  caller: Caller,
  person: PersonRef,
  page: PageRequest,
): Promise<Page<Post> | null> => listPage(db, caller, 'list_posts_voted_by', BY_TIME, page, { person });

/** The posts of those whom the caller follows: the newest of each, merged. */
export const listTimeline = (
  db: Database,
  caller: Caller,
  { include_self, replies }: Omit<TimelineQuery, keyof PageQuery>,
  page: PageRequest,
): Promise<Page<Post>> =>
  listPage(db, caller, 'list_timeline', BY_TIME, page, { include_self, kinds: KINDS[replies] });
