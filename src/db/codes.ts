import { type SQL, sql } from 'drizzle-orm';
import { batch, type Caller, type Database, write } from './database';
import { asOwner, asWriter } from './fragments';

/** A new code as it is stored (in hexadecimal), and how many mails an address may get in which time. */
export interface CodeDraft {
  salt: string;
  digest: string;
  lifetime_seconds: number;
  /** Keeps the counters of mails from naming an address. */
  pepper: string;
  mails_max: number;
  mails_window_seconds: number;
}

export interface Recipient {
  email: string;
  username: string;
}

/** What a code is mailed for. Each is counted for itself: what strangers can ask for uses up nothing else. */
type Occasion = 'recovery' | 'verification' | 'change';

export const occasion = (name: Occasion) => sql.raw(`'${name}'`);

/**
 * CTE `mailing`: one row when the address of `source` (email, occasion) may get another mail. The time runs from the
 * last one, so that no stretch of it, wherever it begins, holds more mails than are allowed.
 */
export const mailing = (source: SQL) => sql`
  mailing AS (
    INSERT INTO attempts (key, count, expires_at)
      SELECT encode(sha256(decode(${sql.placeholder('pepper')}, 'hex')
                 || convert_to(source.occasion || ' ' || lower(source.email), 'UTF8')), 'hex'), 1,
             now() + make_interval(secs => ${sql.placeholder('mails_window_seconds')}::integer)
        FROM (${source}) AS source
      ON CONFLICT (key) DO UPDATE SET
          count = CASE WHEN attempts.expires_at > now() THEN attempts.count + 1 ELSE 1 END,
          expires_at = excluded.expires_at
        WHERE attempts.expires_at <= now() OR attempts.count < ${sql.placeholder('mails_max')}::integer
      RETURNING key
  )`;

/** CTE `code`: the new code of the person of `source` (id, email), in the place of the one before. */
export const coding = (purpose: 'password' | 'email', source: SQL) => sql`
  code AS (
    INSERT INTO codes (user_id, purpose, email, salt, digest, expires_at)
      SELECT source.id, ${sql.raw(`'${purpose}'`)}, source.email, decode(${sql.placeholder('salt')}, 'hex'),
             decode(${sql.placeholder('digest')}, 'hex'),
             now() + make_interval(secs => ${sql.placeholder('lifetime_seconds')}::integer)
        FROM mailing, (${source}) AS source
      ON CONFLICT (user_id, purpose) DO UPDATE SET
        email = excluded.email, salt = excluded.salt, digest = excluded.digest, tries = 0, created_at = now(),
        expires_at = excluded.expires_at
      RETURNING user_id
  )`;

const forgot = write<{ recipient: Recipient | null }>(sql`
  WITH person AS MATERIALIZED (
    SELECT id, email, username FROM users WHERE lower(email) = lower(${sql.placeholder('email')}) FOR KEY SHARE
  ),
  ${mailing(sql`SELECT ${sql.placeholder('email')}::text AS email, ${occasion('recovery')} AS occasion`)},
  ${coding('password', sql`SELECT id, email FROM person`)}
  SELECT (
    SELECT json_build_object('email', email, 'username', username) FROM person JOIN code ON code.user_id = person.id
  ) AS recipient`);

/** Whom to mail the code to: nobody where there is no such account, or enough was mailed already. */
export async function createResetCode(
  db: Database,
  email: string,
  draft: CodeDraft,
): Promise<Recipient | undefined> {
  const [row] = await forgot(db, { ...draft, email });
  return row?.recipient ?? undefined;
}

const resend = write<{ recipient: Recipient | null }>(sql`
  ${asWriter},
  person AS MATERIALIZED (
    SELECT users.id, users.username, coalesce(codes.email, users.email) AS email,
           CASE WHEN codes.email <> users.email THEN ${occasion('change')} ELSE ${occasion('verification')} END AS occasion
      FROM caller JOIN users ON users.id = caller.id
      LEFT JOIN codes ON codes.user_id = users.id AND codes.purpose = 'email'
      WHERE codes.email IS NOT NULL OR NOT users.email_verified
  ),
  ${mailing(sql`SELECT email, occasion FROM person`)},
  ${coding('email', sql`SELECT id, email FROM person`)}
  SELECT (
    SELECT json_build_object('email', email, 'username', username) FROM person JOIN code ON code.user_id = person.id
  ) AS recipient FROM caller`);

/** Whom to mail the code to: nobody where all is verified, or enough was mailed already. */
export async function renewEmailCode(
  db: Database,
  caller: Caller,
  draft: CodeDraft,
): Promise<Recipient | undefined> {
  const [row] = await resend(db, { ...caller, ...draft });
  return row?.recipient ?? undefined;
}

/** Counted before it is compared, and compared here: fifty at once are counted one after the other. */
const matches = sql`codes.digest = sha256(codes.salt || decode(${sql.placeholder('presented')}, 'hex')) AS matches,
  codes.expires_at > now() AS fresh`;

/** What a code was worth: `expired` is said only to somebody who knows it. */
export type CodeOutcome = 'right' | 'expired' | 'invalid';

const outcome = sql`CASE WHEN tried.matches AND tried.fresh THEN 'right'
  WHEN tried.matches THEN 'expired' ELSE 'invalid' END`;

/** A try at a reset: whose, and the digest by which `resetPassword` knows the code again. */
export interface ResetTry {
  outcome: CodeOutcome;
  person: { id: number; email: string; username: string; digest: string } | null;
}

const tryReset = write<{ attempt: ResetTry }>(sql`
  WITH tried AS (
    UPDATE codes SET tries = tries + 1 FROM users
      WHERE lower(users.email) = lower(${sql.placeholder('email')}) AND codes.user_id = users.id
        AND codes.purpose = 'password' AND codes.tries < ${sql.placeholder('tries_max')}::integer
      RETURNING ${matches}, json_build_object('id', users.id, 'email', users.email, 'username', users.username,
                                              'digest', encode(codes.digest, 'hex')) AS person
  )
  SELECT json_build_object('outcome', ${outcome}, 'person', tried.person) AS attempt
    FROM (SELECT) AS always LEFT JOIN tried ON true`);

/** Counts a try at the newest reset code of an address and says what it was worth. */
export async function tryResetCode(
  db: Database,
  attempt: { email: string; presented: string; tries_max: number },
): Promise<ResetTry> {
  const [row] = await tryReset(db, attempt);
  return (row as { attempt: ResetTry }).attempt;
}

/** A try at the code of an email; with `previous`, the address that the account had until now. */
export interface EmailTry {
  outcome: CodeOutcome;
  username: string;
  email: string | null;
  previous: string;
}

const tryEmail = write<{ attempt: EmailTry }>(sql`
  ${asOwner},
  tried AS (
    UPDATE codes SET tries = tries + 1 FROM caller
      WHERE codes.user_id = caller.id AND codes.purpose = 'email' AND codes.tries < ${sql.placeholder('tries_max')}::integer
      RETURNING codes.email, ${matches}
  ),
  changed AS (
    UPDATE users SET email = tried.email, email_verified = true, version = users.version + 1 FROM caller, tried
      WHERE users.id = caller.id AND tried.matches AND tried.fresh
  )
  SELECT json_build_object('outcome', ${outcome}, 'username', users.username, 'email', tried.email,
                           'previous', users.email) AS attempt
    FROM caller JOIN users ON users.id = caller.id LEFT JOIN tried ON true`);

/** A code that has done its work, and one that was mailed to an address that is no longer the account's. */
const drop = write(sql`
  DELETE FROM codes USING users
    WHERE users.id = ${sql.placeholder('user')}::bigint AND codes.user_id = users.id
      AND CASE codes.purpose WHEN 'email' THEN codes.email = users.email AND users.email_verified
                             ELSE codes.email <> users.email END`);

/** Throws `ConstraintViolation` when somebody else has taken the address meanwhile. */
export async function verifyEmail(
  db: Database,
  caller: Caller,
  attempt: { presented: string; tries_max: number },
): Promise<EmailTry | undefined> {
  const [rows] = await batch(db, [tryEmail.with({ ...caller, ...attempt }), drop.with({ ...caller })]);
  return (rows as { attempt: EmailTry }[])[0]?.attempt;
}
