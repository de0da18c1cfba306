import { sql } from 'drizzle-orm';
import {
  counting,
  type Settlement,
  settling,
  type Trial,
  trialValues,
  type Verdict,
  verdict,
} from './attempts';
import type { Recipient } from './codes';
import { batch, type Caller, type Database, write } from './database';
import { asOwner, asWriter } from './fragments';
import { insertSession, type NewSession } from './sessions';

/** What is known of a person to whoever checks their password. No other file selects a hash. */
export interface Credentials {
  id: number;
  password_hash: string;
  email: string;
  username: string;
}

export interface PasswordTry extends Verdict {
  credentials: Credentials | null;
}

const credentials = sql`json_build_object('id', users.id, 'password_hash', users.password_hash, 'email', users.email,
  'username', users.username)`;

const startLogin = write<{ attempt: PasswordTry }>(sql`
  WITH ${counting}
  SELECT json_build_object(${verdict}, 'credentials', (
      SELECT ${credentials} FROM users
        WHERE lower(email) = ${sql.placeholder('name')} OR lower(username) = ${sql.placeholder('name')}
    )) AS attempt`);

/** Counts a try and finds the person, by email or by username; `name` in the lower case that the counters go by. */
export async function tryLogin(db: Database, name: string, trial: Trial): Promise<PasswordTry> {
  const [row] = await startLogin(db, { ...trialValues(trial), name });
  return (row as { attempt: PasswordTry }).attempt;
}

const startConfirmation = write<{ attempt: PasswordTry }>(sql`
  ${asWriter}, ${counting}
  SELECT json_build_object(${verdict}, 'credentials', ${credentials}) AS attempt
    FROM caller JOIN users ON users.id = caller.id`);

/** Counts a try at the caller's own password. */
export async function tryOwnPassword(
  db: Database,
  caller: Caller,
  trial: Trial,
): Promise<PasswordTry | undefined> {
  const [row] = await startConfirmation(db, { ...caller, ...trialValues(trial) });
  return row?.attempt;
}

const settle = write(settling);

const rehash = write(sql`
  UPDATE users SET password_hash = ${sql.placeholder('fresh_hash')}
    WHERE id = ${sql.placeholder('user')}::bigint AND password_hash = ${sql.placeholder('password_hash')}`);

/** The session that a client held as it signed in again: it gets a new one for it (ASVS 5.0 7.2.4). */
const endReplaced = write(sql`
  DELETE FROM sessions
    WHERE id = ${sql.placeholder('replaced')}::uuid AND user_id = ${sql.placeholder('user')}::bigint`);

/**
 * A session for somebody whose password was right, and the end of their failed tries. `fresh_hash` replaces a hash of
 * outdated parameters. False when the password changed, or the person went, since it was read.
 */
export async function finishLogin(
  db: Database,
  session: NewSession,
  replaced: string | null,
  { password_hash, fresh_hash }: { password_hash: string; fresh_hash: string | undefined },
  settlement: Settlement,
): Promise<boolean> {
  const values = { ...session, ...settlement, replaced };
  const created = insertSession.with({ ...values, password_hash: fresh_hash ?? password_hash });
  const steps = [created, settle.with(values), ...(replaced ? [endReplaced.with(values)] : [])];
  const renewed = fresh_hash ? [rehash.with({ ...values, password_hash, fresh_hash })] : [];
  const answers = await batch(db, [...renewed, ...steps]);
  return (answers[renewed.length]?.length ?? 0) > 0;
}

/** The person whose password changed, to be told so. */
type Changed = { changed: Recipient | null }[];

const recipient = sql`SELECT json_build_object('email', changed.email, 'username', changed.username) FROM changed`;

const replace = write(sql`
  ${asOwner},
  changed AS (
    UPDATE users SET password_hash = ${sql.placeholder('fresh_hash')} FROM caller
      WHERE users.id = caller.id AND users.password_hash = ${sql.placeholder('password_hash')}
      RETURNING users.email, users.username
  )
  SELECT (${recipient}) AS changed FROM caller`);

/**
 * A second statement, and so a second look: a login that held the person while the first one waited has its session by
 * now. Only where the new hash stands, whose salt nobody else drew, has the first one worked.
 */
const endSessions = write(sql`
  DELETE FROM sessions USING users
    WHERE users.id = ${sql.placeholder('user')}::bigint AND users.password_hash = ${sql.placeholder('fresh_hash')}
      AND sessions.user_id = users.id AND sessions.id IS DISTINCT FROM ${sql.placeholder('spared')}::uuid`);

/**
 * With the sessions goes what was asked for in them: a code for another password, and the change to another address,
 * which whoever is thrown out may have begun. The account's own address may still wait for its verification.
 */
const dropCodes = write(sql`
  DELETE FROM codes USING users
    WHERE users.id = ${sql.placeholder('user')}::bigint AND users.password_hash = ${sql.placeholder('fresh_hash')}
      AND codes.user_id = users.id
      AND (codes.purpose = 'password' OR codes.email <> users.email OR users.email_verified)`);

/** What follows once the new hash stands. */
const aftermath = (values: Record<string, unknown>) =>
  [endSessions, dropCodes, settle].map((statement) => statement.with(values));

/** Ends every other session. Undefined when the password was changed from elsewhere meanwhile. */
export async function changePassword(
  db: Database,
  caller: Caller,
  hashes: { password_hash: string; fresh_hash: string },
  settlement: Settlement,
): Promise<Recipient | undefined> {
  const values = { ...caller, ...hashes, ...settlement, spared: caller.session };
  const [rows] = await batch(db, [replace.with(values), ...aftermath(values)]);
  return (rows as Changed)[0]?.changed ?? undefined;
}

const consume = write(sql`
  WITH held AS MATERIALIZED (SELECT id FROM users WHERE id = ${sql.placeholder('user')}::bigint FOR UPDATE),
  consumed AS (
    DELETE FROM codes USING held
      WHERE codes.user_id = held.id AND codes.purpose = 'password'
        AND codes.digest = decode(${sql.placeholder('digest')}, 'hex') AND codes.expires_at > now()
      RETURNING codes.user_id, codes.email
  ),
  changed AS (
    UPDATE users SET password_hash = ${sql.placeholder('fresh_hash')}, version = users.version + 1,
                     email_verified = users.email_verified OR users.email = consumed.email
      FROM consumed WHERE users.id = consumed.user_id
      RETURNING users.email, users.username
  )
  SELECT (${recipient}) AS changed`);

/**
 * Uses up the code and changes the password, ends every session and forgets failed logins: all of it or nothing.
 * Undefined when the code was used up meanwhile. Who holds a code holds the mailbox: the address is verified by it.
 */
export async function resetPassword(
  db: Database,
  reset: { user: number; digest: string; fresh_hash: string },
  settlement: Settlement,
): Promise<Recipient | undefined> {
  const values = { ...reset, ...settlement, spared: null };
  const [rows] = await batch(db, [consume.with(values), ...aftermath(values)]);
  return (rows as Changed)[0]?.changed ?? undefined;
}
