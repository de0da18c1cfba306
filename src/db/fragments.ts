import { type SQL, sql } from 'drizzle-orm';

const session = sql`${sql.placeholder('session')}::uuid, ${sql.placeholder('user')}::bigint`;

/**
 * Opens a statement that reads: `caller` is one row, its `id` null for an anonymous reader. MATERIALIZED, or a statement
 * that never reads the id would not ask whether the session still stands.
 */
export const asCaller = sql`WITH caller AS MATERIALIZED (SELECT caller_of_session(${session}) AS id)`;

/** The id of the caller of a statement that writes: that person stays until the statement ends. */
export const writerId = sql`writer_of_session(${session})`;

/** Opens a statement that writes: `caller` is one row. */
export const asWriter = sql`WITH caller AS MATERIALIZED (SELECT ${writerId} AS id)`;

/**
 * Opens a statement that moves counters of people: their rows, the caller's own and that of `other` (a query for an id),
 * are held in the order of their ids before the session is asked. Whoever deletes a person, or changes a role, takes them
 * in that order too; asking first would hold the caller a little, and more of it would then have to be waited for.
 */
export const asHolder = (other = sql`SELECT NULL::bigint`) => sql`WITH held AS MATERIALIZED (
    SELECT users.id FROM users WHERE users.id IN (SELECT ${sql.placeholder('user')}::bigint UNION ALL ${other})
      ORDER BY users.id FOR NO KEY UPDATE
  ),
  caller AS MATERIALIZED (
    SELECT CASE WHEN held.rows >= 0 THEN ${writerId} END AS id FROM (SELECT count(*) AS rows FROM held) AS held
  )`;

/**
 * Opens a statement that changes what a session or a password is worth: the person is held before their sessions, and
 * against everybody who writes in their name, so that none of them waits for the other half.
 */
export const asOwner = sql`WITH held AS MATERIALIZED (
    SELECT id FROM users WHERE id = ${sql.placeholder('user')}::bigint FOR UPDATE
  ),
  caller AS MATERIALIZED (
    SELECT writer_of_session(${sql.placeholder('session')}::uuid,
                             coalesce((SELECT id FROM held), ${sql.placeholder('user')}::bigint)) AS id
  )`;

export const callerId = sql`(SELECT id FROM caller)`;

/** A time as the wire has it: RFC 3339 in UTC, to the millisecond. */
export const moment = (column: SQL) =>
  sql`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/**
 * Whether a query for at most one row, `SELECT true …`, finds it. Not EXISTS, of which Postgres may make a hash of
 * everything that the caller ever voted for.
 */
export const isThere = (query: SQL) => sql`((${query} LIMIT 1) IS NOT NULL)`;
