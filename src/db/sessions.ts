import { sql } from 'drizzle-orm';
import { type Caller, type Database, write } from './database';
import { asOwner, callerId, moment } from './fragments';
import { listPage, type Page, type PageRequest } from './page';

export interface NewSession {
  id: string;
  user: number;
  /** SHA-256 of the refresh token, in hexadecimal. */
  digest: string;
  user_agent: string | null;
  lifetime_seconds: number;
}

/** Holds the person's row: a login that meets a reset waits for it, and finds another hash. */
export const insertSession = write<{ id: string }>(sql`
  INSERT INTO sessions (id, user_id, token_digest, user_agent, expires_at)
    SELECT ${sql.placeholder('id')}::uuid, users.id, decode(${sql.placeholder('digest')}, 'hex'),
           ${sql.placeholder('user_agent')}, now() + make_interval(secs => ${sql.placeholder('lifetime_seconds')}::integer)
      FROM users
      WHERE users.id = ${sql.placeholder('user')}::bigint AND users.password_hash = ${sql.placeholder('password_hash')}
      FOR SHARE OF users
    RETURNING id`);

/**
 * What came of a refresh token: `rotated`, or known as the immediate parent (`grace`; `digest` is then the successor's
 * that was given out before), or used again after that (`reused`: the session is gone).
 */
export interface Rotation {
  outcome: 'rotated' | 'grace' | 'reused';
  user: number;
  digest: string;
  expires_in: number;
}

const digest = (name: string) => sql`decode(${sql.placeholder(name)}, 'hex')`;

// The row is held before it is compared, so that of twenty refreshes at once one rotates and the rest see its work.
const rotate = write<{ rotation: Rotation }>(sql`
  WITH held AS MATERIALIZED (
    SELECT sessions.*, token_digest = ${digest('presented')} AS current,
           previous_digest = ${digest('presented')}
             AND rotated_at > clock_timestamp() - make_interval(secs => ${sql.placeholder('grace_seconds')}::integer) AS parent
      FROM sessions WHERE id = ${sql.placeholder('id')}::uuid AND expires_at > now()
      FOR UPDATE
  ),
  rotated AS (
    UPDATE sessions SET token_digest = ${digest('successor')}, previous_digest = held.token_digest,
                        rotated_at = clock_timestamp(), last_used_at = clock_timestamp()
      FROM held WHERE sessions.id = held.id AND held.current
  ),
  ended AS (
    DELETE FROM sessions USING held WHERE sessions.id = held.id AND NOT held.current AND held.parent IS NOT TRUE
  )
  SELECT json_build_object(
      'outcome', CASE WHEN current THEN 'rotated' WHEN parent THEN 'grace' ELSE 'reused' END,
      'user', user_id, 'digest', encode(token_digest, 'hex'),
      'expires_in', ceil(extract(epoch FROM expires_at - now()))::integer) AS rotation
    FROM held`);

/** Digests are in hexadecimal. Undefined when there is no such session, or no longer. */
export async function rotateSession(
  db: Database,
  rotation: { id: string; presented: string; successor: string; grace_seconds: number },
): Promise<Rotation | undefined> {
  const [row] = await rotate(db, rotation);
  return row?.rotation;
}

/** A session as its owner sees it. */
export interface Session {
  id: string;
  created_at: string;
  last_used_at: string;
  user_agent: string | null;
  current: boolean;
}

export function listSessions(db: Database, caller: Caller, page: PageRequest): Promise<Page<Session>> {
  return listPage<Session>(db, caller, page, 'sessions', () => ({
    subject: 'sessions',
    from: sql`sessions`,
    where: [sql`sessions.user_id = ${callerId}`, sql`sessions.expires_at > now()`],
    key: [
      { column: sql`sessions.created_at`, kind: 'moment' },
      { column: sql`sessions.id`, kind: 'uuid' },
    ],
    item: sql`json_build_object('id', sessions.id, 'created_at', ${moment(sql`sessions.created_at`)},
      'last_used_at', ${moment(sql`sessions.last_used_at`)}, 'user_agent', sessions.user_agent,
      'current', sessions.id = ${sql.placeholder('session')}::uuid)`,
  }));
}

const endOwn = write<{ id: string }>(sql`
  DELETE FROM sessions
    WHERE id = ${sql.placeholder('session')}::uuid AND user_id = ${sql.placeholder('user')}::bigint AND expires_at > now()
    RETURNING id`);

/** False when the caller's session had ended before. */
export async function endOwnSession(db: Database, caller: Caller): Promise<boolean> {
  const rows = await endOwn(db, { ...caller });
  return rows.length > 0;
}

const endOne = write<{ ended: boolean }>(sql`
  ${asOwner},
  ended AS (
    DELETE FROM sessions USING caller
      WHERE sessions.user_id = caller.id AND sessions.id = ${sql.placeholder('id')}::uuid AND sessions.expires_at > now()
      RETURNING sessions.id
  )
  SELECT EXISTS (SELECT FROM ended) AS ended FROM caller`);

/** False when the caller has no such session. */
export async function endSession(db: Database, caller: Caller, id: string): Promise<boolean> {
  const [row] = await endOne(db, { ...caller, id });
  return row?.ended ?? false;
}

const endAll = write<{ ended: number }>(sql`
  ${asOwner},
  ended AS (
    DELETE FROM sessions USING caller
      WHERE sessions.user_id = caller.id
        AND NOT (${sql.placeholder('keep_current')}::boolean AND sessions.id = ${sql.placeholder('session')}::uuid)
      RETURNING sessions.id
  )
  SELECT (SELECT count(*)::integer FROM ended) AS ended FROM caller`);

/** How many sessions ended. */
export async function endSessions(db: Database, caller: Caller, keep_current: boolean): Promise<number> {
  const [row] = await endAll(db, { ...caller, keep_current });
  return row?.ended ?? 0;
}
