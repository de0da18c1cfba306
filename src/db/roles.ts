import { type SQL, sql } from 'drizzle-orm';
import { type Me, ownColumns } from './accounts';
import { type Caller, type Database, write } from './database';
import { isPerson, type PersonRef, userItem } from './users';

/**
 * Holds, in the order of their ids, everybody whom a change of roles concerns: the caller, the target and, for an admin,
 * all admins. Two admins who remove each other at once therefore don't leave the service without one.
 */
const asAdmin = (target: SQL, others = sql``) => sql`
  WITH named AS (
    SELECT users.id FROM users WHERE ${target}
    UNION SELECT users.id FROM users WHERE users.id = ${sql.placeholder('user')}::bigint
    UNION SELECT users.id FROM users WHERE users.role = 'admin'
      AND (SELECT self.role FROM users AS self WHERE self.id = ${sql.placeholder('user')}::bigint) = 'admin'
    ${others}
  ),
  held AS MATERIALIZED (
    SELECT users.id, users.role, ${target} AS target FROM users
      WHERE users.id IN (SELECT named.id FROM named) ORDER BY users.id FOR UPDATE
  ),
  caller AS MATERIALIZED (
    SELECT writer_of_session(
        ${sql.placeholder('session')}::uuid,
        coalesce((SELECT held.id FROM held WHERE held.id = ${sql.placeholder('user')}::bigint), ${sql.placeholder('user')}::bigint)
      ) AS id
  ),
  verdict AS MATERIALIZED (
    SELECT caller.id AS caller, target.id AS target, self.role = 'admin' AS admin,
           target.role = 'admin' AND NOT EXISTS (
             SELECT FROM held AS other WHERE other.role = 'admin' AND other.id <> target.id) AS last
      FROM caller JOIN held AS self ON self.id = caller.id LEFT JOIN held AS target ON target.target
  )`;

/** Those whose counters of followers a deletion moves: held in the same order, before anybody else waits for them. */
const circleOf = (target: SQL) => sql`
    UNION SELECT follows.followee_id FROM users JOIN follows ON follows.follower_id = users.id WHERE ${target}
    UNION SELECT follows.follower_id FROM users JOIN follows ON follows.followee_id = users.id WHERE ${target}`;

interface Row {
  found: boolean;
  admin: boolean;
  last: boolean;
}

/** Why a change of roles was refused. */
export type Refusal = 'user_not_found' | 'admin_only' | 'last_admin';

const refusalOf = ({ found, admin, last }: Row): Refusal | undefined => {
  if (!found) return 'user_not_found';
  if (!admin) return 'admin_only';
  return last ? 'last_admin' : undefined;
};

const judged = sql`verdict.target IS NOT NULL AS found, verdict.admin, coalesce(verdict.last, false)`;

const setRole = (target: SQL) =>
  write<Row & { changed: Me | null }>(sql`
    ${asAdmin(target)},
    changed AS (
      UPDATE users SET role = ${sql.placeholder('role')}, version = users.version + 1 FROM verdict
        WHERE users.id = verdict.target AND verdict.admin
          AND NOT (verdict.last AND ${sql.placeholder('role')}::text <> 'admin')
        RETURNING users.*
    )
    SELECT ${judged} AND ${sql.placeholder('role')}::text <> 'admin' AS last,
           (SELECT ${userItem}::jsonb || jsonb_build_object(${ownColumns}) FROM changed AS users) AS changed
      FROM verdict`);

const remove = (target: SQL) =>
  write<Row>(sql`
    ${asAdmin(target, circleOf(target))},
    cleared AS MATERIALIZED (
      SELECT hold_person(verdict.target) AS id FROM verdict WHERE verdict.admin AND NOT verdict.last
    ),
    removed AS (
      DELETE FROM users USING cleared WHERE users.id = cleared.id
    )
    SELECT ${judged} AS last FROM verdict`);

const self = sql`users.id = ${sql.placeholder('user')}::bigint`;

const removeSelf = write<{ last: boolean; removed: boolean }>(sql`
  ${asAdmin(self, circleOf(self))},
  cleared AS MATERIALIZED (
    SELECT hold_person(verdict.caller) AS id FROM verdict WHERE NOT verdict.last
  ),
  removed AS (
    DELETE FROM users USING cleared
      WHERE users.id = cleared.id AND users.password_hash = ${sql.placeholder('password_hash')}
      RETURNING users.id
  )
  SELECT verdict.last, EXISTS (SELECT FROM removed) AS removed FROM verdict`);

const byRef = <Statement>(make: (target: SQL) => Statement) => {
  const byId = make(isPerson(0));
  const byUsername = make(isPerson(''));
  return (ref: PersonRef) => (typeof ref === 'number' ? byId : byUsername);
};

const setting = byRef(setRole);
const removing = byRef(remove);

/** The account as an admin sees it. */
export async function updateRole(
  db: Database,
  caller: Caller,
  person: PersonRef,
  role: Me['role'],
): Promise<Me | Refusal | undefined> {
  const [row] = await setting(person)(db, { ...caller, person, role });
  return row && (refusalOf(row) ?? row.changed ?? undefined);
}

/** `removed`, or why not. */
export async function deleteUser(
  db: Database,
  caller: Caller,
  person: PersonRef,
): Promise<'removed' | Refusal | undefined> {
  const [row] = await removing(person)(db, { ...caller, person });
  return row && (refusalOf(row) ?? 'removed');
}

/** The account of the caller, while it has the password that was checked. */
export async function deleteMe(
  db: Database,
  caller: Caller,
  password_hash: string,
): Promise<'removed' | 'last_admin' | 'wrong_password' | undefined> {
  const [row] = await removeSelf(db, { ...caller, password_hash });
  if (!row) return undefined;
  if (row.removed) return 'removed';
  return row.last ? 'last_admin' : 'wrong_password';
}
