import { type SQL, sql } from 'drizzle-orm';
import { type Caller, type Database, read } from './database';
import { asCaller, callerId, isThere, moment } from './fragments';
import { givenRows, type Key, type Listing, listPage, type Page, type PageRequest } from './page';
import { hits, holds, runs, searchValues } from './search';

/** A person by id or by username: a username starts with a letter, so the two never clash. */
export type PersonRef = number | string;

/** A person as everybody sees them. */
export interface User {
  id: number;
  username: string;
  bio: string | null;
  avatar_url: string | null;
  created_at: string;
  posts: number;
  followers: number;
  following: number;
  viewer: { following: boolean; followed_by: boolean } | null;
}

const between = (follower: SQL, followee: SQL) =>
  isThere(sql`SELECT true FROM follows WHERE follower_id = ${follower} AND followee_id = ${followee}`);

/** Key and value pairs of `json_build_object`: what everybody sees of a row of `users`. */
export const publicColumns = sql`
  'id', users.id, 'username', users.username, 'bio', users.bio, 'avatar_url', users.avatar_url,
  'created_at', ${moment(sql`users.created_at`)},
  'posts', users.posts, 'followers', users.followers, 'following', users.following`;

const following = between(callerId, sql`users.id`);
const followedBy = between(sql`users.id`, callerId);

export const userItem = sql`json_build_object(${publicColumns},
  'viewer', CASE WHEN ${callerId} IS NOT NULL THEN json_build_object(
    'following', ${following}, 'followed_by', ${followedBy}) END)`;

const person = sql.placeholder('person');

/** The condition that a row of `users` is the person of the placeholder `person`. */
export const isPerson = (ref: PersonRef) =>
  typeof ref === 'number' ? sql`users.id = ${person}::bigint` : sql`lower(users.username) = lower(${person})`;

/** The id of the person of the placeholder `person`, as a subquery. */
export const personId = (ref: PersonRef) =>
  typeof ref === 'number' ? sql`${person}::bigint` : sql`(SELECT users.id FROM users WHERE ${isPerson(ref)})`;

/** Whether that person is there. */
export const personExists = (ref: PersonRef) => sql`EXISTS (SELECT FROM users WHERE ${isPerson(ref)})`;

/** A profile with the tag of this view of it (RFC 9110 §8.8.3). */
export interface TaggedUser {
  user: User;
  etag: string;
}

/** The tag of the own account, in the caller's eyes; the first number is its version. */
export const ownTag = sql`concat_ws('-', users.version, users.posts, users.followers, users.following)`;

// The version also counts what nobody else sees, a verified email or a new password: others are shown a digest.
const etag = sql`CASE WHEN users.id = ${callerId} THEN ${ownTag} ELSE md5(${userItem}::text) END`;

const find = (ref: PersonRef) =>
  read<{ found: TaggedUser | null }>(sql`
    ${asCaller}
    SELECT (
      SELECT json_build_object('user', ${userItem}, 'etag', ${etag}) FROM users WHERE ${isPerson(ref)}
    ) AS found FROM caller`);

const findById = find(0);
const findByUsername = find('');

export async function findUser(
  db: Database,
  caller: Caller,
  ref: PersonRef,
): Promise<TaggedUser | undefined> {
  const [row] = await (typeof ref === 'number' ? findById : findByUsername)(db, { ...caller, person: ref });
  return row?.found ?? undefined;
}

const newest: Key = [
  { column: sql`users.created_at`, kind: 'moment' },
  { column: sql`users.id`, kind: 'id' },
];

const userListing = { subject: 'users', key: newest, item: userItem } as const;

export interface UserFilter {
  /** A part of the username, in any case. */
  q?: string | undefined;
  ids?: number[] | undefined;
}

export function listUsers(
  db: Database,
  caller: Caller,
  { q, ids }: UserFilter,
  page: PageRequest,
): Promise<Page<User>> {
  const listing = (): Listing => {
    const match = holds(sql`users.username`);
    if (ids !== undefined)
      return { ...userListing, from: givenRows('users'), where: q === undefined ? [] : [match] };
    if (q === undefined)
      return {
        ...userListing,
        from: sql`users`,
        where: [],
        total: sql`(SELECT coalesce(sum(people), 0) FROM totals)`,
      };
    const index = { indexed: sql`name_grams(users.username)`, query: runs() };
    const search = {
      table: 'users' as const,
      key: newest,
      walked: [],
      filters: [],
      match: [match],
      ...index,
    };
    return { ...userListing, from: (window) => hits(search, window), where: [], sorted: true };
  };
  const name = `users:${q !== undefined}:${ids !== undefined}`;
  return listPage<User>(db, caller, page, name, listing, { ...searchValues(q), ids: ids ?? null });
}
