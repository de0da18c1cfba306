import { type SQL, sql } from 'drizzle-orm';
import { type Caller, type Database, write } from './database';
import { asHolder } from './fragments';
import { findPage, type Page, type PageRequest } from './page';
import { type PersonRef, personExists, personId, type User, userItem } from './users';

/** What became of a wish to follow, or to follow no more. */
export type FollowChange = 'done' | 'not_found' | 'self';

interface Row {
  found: boolean;
  self: boolean | null;
  changed: number;
}

const between = (ref: PersonRef, change: SQL) =>
  write<Row>(sql`
    ${asHolder(sql`SELECT ${personId(ref)}`)},
    pair AS MATERIALIZED (
      SELECT caller.id AS follower, held.id AS followee FROM caller, held WHERE held.id = ${personId(ref)}
    ),
    changed AS (${change})
    SELECT pair.followee IS NOT NULL AS found, pair.followee = caller.id AS self,
           (SELECT count(*)::integer FROM changed) AS changed
      FROM caller LEFT JOIN pair ON true`);

const adding = sql`
  INSERT INTO follows (follower_id, followee_id) SELECT pair.follower, pair.followee FROM pair
    WHERE pair.follower <> pair.followee
    ON CONFLICT DO NOTHING RETURNING followee_id`;

const removing = sql`
  DELETE FROM follows USING pair
    WHERE follows.follower_id = pair.follower AND follows.followee_id = pair.followee RETURNING followee_id`;

const statements = {
  add: { number: between(0, adding), string: between('', adding) },
  remove: { number: between(0, removing), string: between('', removing) },
};

export const addFollow = (db: Database, caller: Caller, person: PersonRef) =>
  change('add', db, caller, person);

export const removeFollow = (db: Database, caller: Caller, person: PersonRef) =>
  change('remove', db, caller, person);

async function change(
  step: keyof typeof statements,
  db: Database,
  caller: Caller,
  person: PersonRef,
): Promise<FollowChange> {
  const statement = statements[step][typeof person === 'number' ? 'number' : 'string'];
  const [row] = await statement(db, { ...caller, person });
  if (!row?.found) return 'not_found';
  return row.self ? 'self' : 'done';
}

/** Who is listed: those who follow the person, or those whom the person follows. */
export type Side = 'followers' | 'following';

const SIDES = {
  followers: { of: 'followee_id', listed: 'follower_id' },
  following: { of: 'follower_id', listed: 'followee_id' },
} as const;

/** The latest follow first; undefined when there is no such person. */
export function findFollows(
  db: Database,
  caller: Caller,
  side: Side,
  person: PersonRef,
  page: PageRequest,
): Promise<Page<User> | undefined> {
  const of = sql.raw(`follows.${SIDES[side].of}`);
  const listed = sql.raw(`follows.${SIDES[side].listed}`);
  const listing = () => ({
    subject: 'follows',
    from: sql`follows`,
    where: [sql`${of} = ${personId(person)}`],
    key: [
      { column: sql`follows.created_at`, kind: 'moment' as const },
      { column: listed, kind: 'id' as const },
    ],
    item: userItem,
    joins: sql`JOIN users ON users.id = ${listed}`,
    total: sql`(SELECT users.${sql.raw(side)} FROM users WHERE users.id = ${personId(person)})`,
    exists: personExists(person),
  });
  return findPage<User>(db, caller, page, `${side}:${typeof person}`, listing, { person });
}
