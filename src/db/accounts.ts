import type { AccountPatch, Me } from '../schemas/account';
import type { AttemptReset } from './attempts';
import type { CodeDraft, MailsExhausted } from './codes';
import { type Caller, call, callAs, type Database, type Values, type ValuesAs } from './database';

/** An account with its ETag (RFC 9110 §8.8.3); the first number is the account's version. */
export interface TaggedMe {
  me: Me;
  etag: string;
}

/**
 * `mailed` says whether the code may be sent to the address. Throws `ConstraintViolation` when the email or the username
 * is taken, or the username rests. `rest_days`: how long a username rests once it was given up; none does with 0.
 */
export const createUser = (
  db: Database,
  registration: Values<'create_user'> & { code: CodeDraft },
): Promise<{ me: Me; mailed: boolean }> => call(db, 'create_user', registration);

export const findMe = (db: Database, caller: Caller): Promise<TaggedMe | null> =>
  callAs(db, caller, 'read_me', {});

/** Keys that are undefined stay as they are. A new `email` takes effect once it is verified. */
export type AccountChange = Omit<AccountPatch, 'current_password'>;

export type AccountOutcome =
  | { outcome: 'changed'; changed: TaggedMe }
  | ({ outcome: 'mails_exhausted' } & MailsExhausted)
  | { outcome: 'stale' | 'email_taken' | 'username_taken' };

/** `versions` are those that `If-Match` allows, null for any. `reset` is of a password that was right, whatever comes of it. */
export const updateMe = (
  db: Database,
  caller: Caller,
  values: ValuesAs<'update_me'> & {
    change: AccountChange;
    code: CodeDraft;
    reset?: AttemptReset | undefined;
  },
): Promise<AccountOutcome> => callAs(db, caller, 'update_me', values);
