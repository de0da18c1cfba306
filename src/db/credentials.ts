import type { AttemptReset, AttemptRules } from './attempts';
import type { Recipient } from './codes';
import { type Caller, call, callAs, type Database, type Values, type ValuesAs } from './database';

/** What is needed to check a person's password. */
export interface Credentials {
  id: number;
  password_hash: string;
  email: string;
  username: string;
}

/** Whether a try is allowed; if not, in how many seconds the next one is. */
export interface PasswordTry {
  allowed: boolean;
  retry_after: number;
  credentials: Credentials | null;
}

export interface LoginTry extends PasswordTry {
  /** The highest cost of the imported hashes that are left; null if none is. */
  bcrypt_cost: number | null;
}

/** Counts a try and finds the person, by email or by username. */
export const tryLogin = (db: Database, name: string, attempt: AttemptRules): Promise<LoginTry> =>
  call(db, 'start_login', { name, attempt });

/** Counts a try at the caller's own password. */
export const tryOwnPassword = (db: Database, caller: Caller, attempt: AttemptRules): Promise<PasswordTry> =>
  callAs(db, caller, 'start_confirmation', { attempt });

/**
 * Opens a session for a person whose password was right, and resets their counters of tries. `digest` is SHA-256 of the
 * refresh token, in hexadecimal; `fresh_hash` replaces a hash with outdated parameters; `replaced` is a session that ends.
 * False when the password was changed, or the person deleted, since the hash was read.
 */
export const finishLogin = (
  db: Database,
  login: Values<'finish_login'> & { reset: AttemptReset },
): Promise<boolean> => call(db, 'finish_login', login);

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
  change: ValuesAs<'change_password'> & { reset: AttemptReset },
): Promise<Notice | null> => callAs(db, caller, 'change_password', change);

/**
 * Uses up the code, changes the password, verifies the email, ends every session and resets the counters of tries.
 * Null when the code was used up meanwhile.
 */
export const resetPassword = (
  db: Database,
  change: Values<'reset_password'> & { reset: AttemptReset },
): Promise<Recipient | null> => call(db, 'reset_password', change);
