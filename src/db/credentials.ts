import type { AttemptReset, AttemptRules, Verdict } from './attempts';
import type { Recipient } from './codes';
import { type Caller, call, callAs, type Database } from './database';
import type { NewSession } from './sessions';

/** What is needed to check a person's password. */
export interface Credentials {
  id: number;
  password_hash: string;
  email: string;
  username: string;
}

export interface PasswordTry extends Verdict {
  credentials: Credentials | null;
}

export interface LoginTry extends PasswordTry {
  /** The highest cost of the imported hashes that are left; null if none is. */
  bcrypt_cost: number | null;
}

/** Counts a try and finds the person, by email or by username. */
export function tryLogin(db: Database, name: string, attempt: AttemptRules): Promise<LoginTry> {
  return call(db, 'start_login', { name, attempt });
}

/** Counts a try at the caller's own password. */
export function tryOwnPassword(db: Database, caller: Caller, attempt: AttemptRules): Promise<PasswordTry> {
  return callAs(db, caller, 'start_confirmation', { attempt });
}

/**
 * Opens a session for a person whose password was right, and resets their counters of tries. `fresh_hash` replaces a hash
 * with outdated parameters. False when the password was changed, or the person deleted, since the hash was read.
 */
export function finishLogin(
  db: Database,
  { user, ...session }: NewSession,
  replaced: string | null,
  { password_hash, fresh_hash = null }: { password_hash: string; fresh_hash: string | null | undefined },
  reset: AttemptReset,
): Promise<boolean> {
  const values = { ...session, person: user, replaced, password_hash, fresh_hash, reset };
  return call(db, 'finish_login', values);
}

/** Whom to tell of a change; nobody if their email is null. */
interface Notice {
  email: string | null;
  username: string;
}

/**
 * Ends every other session. Resolves to whom to notify, with no email if theirs is not verified: it may be a stranger's.
 * Null when the password was changed meanwhile by another call.
 */
export const changePassword = (
  db: Database,
  caller: Caller,
  hashes: { password_hash: string; fresh_hash: string },
  reset: AttemptReset,
): Promise<Notice | null> => callAs(db, caller, 'change_password', { ...hashes, reset });

/**
 * Uses up the code, changes the password, verifies the email, ends every session and resets the counters of tries.
 * Null when the code was used up meanwhile.
 */
export const resetPassword = (
  db: Database,
  { user, digest, fresh_hash }: { user: number; digest: string; fresh_hash: string },
  reset: AttemptReset,
): Promise<Recipient | null> => call(db, 'reset_password', { person: user, digest, fresh_hash, reset });
