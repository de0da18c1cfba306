import { sql } from 'drizzle-orm';
import type { Caller, Database } from './database';
import { callerId } from './fragments';
import { findPage, type Listing, listPage, type Page, type PageRequest, type Window, where } from './page';
import {
  KEPT,
  newest,
  type PostFilter,
  postListing,
  postsBy,
  REPLY_CONDITIONS,
  type Replies,
} from './post-filter';
import { type Post, postExists, postId, postItem, postJoins } from './posts';
import { searchValues } from './search';
import { type PersonRef, personExists, personId } from './users';

/** Published posts. */
export function listPosts(
  db: Database,
  caller: Caller,
  filter: PostFilter,
  page: PageRequest,
): Promise<Page<Post>> {
  const { search, search_in, author, tag, since, until, ids, replies, sort } = filter;
  const isShort = search !== undefined && [...search].length < 3;
  const given = [search, tag, since, until, ids].map((value) => Number(value !== undefined)).join('');
  const name = `posts:${given}${isShort}:${search_in}:${typeof author}:${replies}:${sort}`;
  return listPage<Post>(db, caller, page, name, () => postsBy(filter), {
    ...searchValues(search),
    person: author ?? null,
    tag: tag ?? null,
    since: since ?? null,
    until: until ?? null,
    ids: ids ?? null,
  });
}

/** The caller's own, drafts and replies included. */
export function listOwnPosts(db: Database, caller: Caller, page: PageRequest): Promise<Page<Post>> {
  return listPage<Post>(db, caller, page, 'own', () => ({
    ...postListing,
    from: sql`posts`,
    where: [sql`posts.owner_id = ${callerId}`],
  }));
}

/** A person's posts, drafts for themselves only; undefined when there is no such person. */
export function findPostsOf(
  db: Database,
  caller: Caller,
  person: PersonRef,
  replies: Replies,
  page: PageRequest,
): Promise<Page<Post> | undefined> {
  const listing = (): Listing => ({
    ...postListing,
    from: sql`posts`,
    where: [
      sql`posts.owner_id = ${personId(person)}`,
      ...REPLY_CONDITIONS[replies],
      sql`(posts.published OR ${personId(person)} = ${callerId})`,
    ],
    total: (count) =>
      sql`CASE WHEN ${personId(person)} = ${callerId} THEN ${count} ELSE (
        SELECT ${KEPT[replies]} FROM users WHERE users.id = ${personId(person)}) END`,
    exists: personExists(person),
  });
  return findPage<Post>(db, caller, page, `posts of:${typeof person}:${replies}`, listing, { person });
}

/** The published replies to a post; undefined when the post does not exist for the caller. */
export function findReplies(
  db: Database,
  caller: Caller,
  post: number,
  page: PageRequest,
): Promise<Page<Post> | undefined> {
  const listing = (): Listing => ({
    ...postListing,
    from: sql`posts`,
    where: [sql`posts.parent_id = ${postId}`, sql`posts.published`],
    total: sql`(SELECT post_counts.replies FROM post_counts WHERE post_counts.post_id = ${postId})`,
    exists: postExists,
  });
  return findPage<Post>(db, caller, page, 'replies', listing, { post });
}

/** The posts that a person voted for, by the time of the vote; undefined when there is no such person. */
export function findVotedBy(
  db: Database,
  caller: Caller,
  person: PersonRef,
  page: PageRequest,
): Promise<Page<Post> | undefined> {
  const listing = (): Listing => ({
    subject: 'votes',
    from: sql`votes JOIN posts ON posts.id = votes.post_id`,
    where: [sql`votes.user_id = ${personId(person)}`, sql`posts.published`],
    key: [
      { column: sql`votes.created_at`, kind: 'moment' },
      { column: sql`votes.post_id`, kind: 'id' },
    ],
    item: postItem,
    joins: sql`JOIN posts ON posts.id = votes.post_id ${postJoins}`,
    exists: personExists(person),
  });
  return findPage<Post>(db, caller, page, `voted by:${typeof person}`, listing, { person });
}

export interface TimelineFilter {
  include_self: boolean;
  replies: Replies;
}

/** The posts of those whom the caller follows: the newest of each, merged. */
export function listTimeline(
  db: Database,
  caller: Caller,
  { include_self, replies }: TimelineFilter,
  page: PageRequest,
): Promise<Page<Post>> {
  const self = include_self ? sql`UNION ALL SELECT ${callerId}` : sql``;
  const conditions = [sql`posts.owner_id = people.id`, sql`posts.published`, ...REPLY_CONDITIONS[replies]];
  const from = (window: Window) => sql`(
    SELECT latest.* FROM (SELECT follows.followee_id AS id FROM follows WHERE follows.follower_id = ${callerId} ${self}) AS people
      CROSS JOIN LATERAL (
        SELECT posts.created_at, posts.id FROM posts ${where([...conditions, ...window.bound(newest)])}
          ${window.order(newest)} LIMIT ${window.limit}
      ) AS latest
  ) AS latest`;
  const listing = (): Listing => ({
    subject: 'latest',
    from,
    where: [],
    key: [
      { column: sql`latest.created_at`, kind: 'moment' },
      { column: sql`latest.id`, kind: 'id' },
    ],
    item: postItem,
    joins: sql`JOIN posts ON posts.id = latest.id ${postJoins}`,
  });
  return listPage<Post>(db, caller, page, `timeline:${include_self}:${replies}`, listing);
}
