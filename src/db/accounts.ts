import type { AccountPatch, Me } from '../schemas/account';
import type { AttemptReset } from './attempts';
import type { CodeDraft, MailsExhausted } from './codes';
import { type Caller, call, callAs, type Database } from './database';

/** An account with its ETag (RFC 9110 §8.8.3); the first number is the account's version. */
export interface TaggedMe {
  me: Me;
  etag: string;
}

export interface Registration {
  email: string;
  password_hash: string;
  username: string;
  bio: string | null;
  avatar_url: string | null;
}

/**
 * `mailed` says whether the code may be sent to the address. Throws `ConstraintViolation` when the email or the username
 * is taken, or the username rests. `rest_days`: how long a username rests once it was given up; none does with 0.
 */
export function createUser(
  db: Database,
  registration: Registration,
  code: CodeDraft,
  rest_days: number,
): Promise<{ me: Me; mailed: boolean }> {
  return call(db, 'create_user', { ...registration, code, rest_days });
}

export const findMe = (db: Database, caller: Caller): Promise<TaggedMe | null> =>
  callAs(db, caller, 'read_me', {});

/** Keys that are undefined stay as they are. A new `email` takes effect once it is verified. */
export type AccountChange = Omit<AccountPatch, 'current_password'>;

export type AccountOutcome =
  | { outcome: 'changed'; changed: TaggedMe }
  | ({ outcome: 'mails_exhausted' } & MailsExhausted)
  | { outcome: 'stale' | 'email_taken' | 'username_taken' };

/** `versions` are those that `If-Match` allows, null for any. `reset` is of a password that was right, whatever comes of it. */
export function updateMe(
  db: Database,
  caller: Caller,
  change: AccountChange,
  versions: number[] | null,
  code: CodeDraft,
  rest_days: number,
  reset: AttemptReset | null = null,
): Promise<AccountOutcome> {
  return callAs(db, caller, 'update_me', { change, versions, code, rest_days, reset });
}
