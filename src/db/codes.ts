import { type Caller, call, callAs, type Database, type Values, type ValuesAs } from './database';

/** A new code as it is stored (in hexadecimal), and the limits of mails to an address. */
export interface CodeDraft {
  salt: string;
  digest: string;
  lifetime_seconds: number;
  /** Hashed with an address to make the key of its counter, so that the counters name no address. */
  pepper: string;
  mails_max: number;
  mails_window_seconds: number;
}

export interface Recipient {
  email: string;
  username: string;
}

/** Resolves to whom to mail the code to; null when there is no such account, or enough was mailed already. */
export const createResetCode = (db: Database, email: string, code: CodeDraft): Promise<Recipient | null> =>
  call(db, 'create_reset_code', { email, code });

/** Enough was mailed to an address: in how many seconds the next code may be sent. */
export interface MailsExhausted {
  retry_after: number;
}

/** Resolves to whom to mail the code to; null when there is no email to verify. */
export const renewEmailCode = (
  db: Database,
  caller: Caller,
  code: CodeDraft,
): Promise<Recipient | MailsExhausted | null> => callAs(db, caller, 'renew_email_code', { code });

/** Only somebody who knows the code learns that it has expired. */
export type CodeOutcome = 'right' | 'expired' | 'invalid';

/** `digest` tells `resetPassword` which code was tried. */
export interface ResetTry {
  outcome: CodeOutcome;
  person: { id: number; email: string; username: string; digest: string } | null;
}

/** Counts a try at the newest reset code of an address. */
export const tryResetCode = (db: Database, attempt: Values<'try_reset_code'>): Promise<ResetTry> =>
  call(db, 'try_reset_code', attempt);

/** `email` is the address that the code was mailed to, `previous` that of the account before; `moved`: they are two. */
export interface EmailTry {
  outcome: CodeOutcome;
  username: string;
  email: string | null;
  previous: string;
  moved: boolean | null;
}

/** Throws `ConstraintViolation` when somebody else has taken the address meanwhile. */
export const verifyEmail = (
  db: Database,
  caller: Caller,
  attempt: ValuesAs<'verify_email'>,
): Promise<EmailTry> => callAs(db, caller, 'verify_email', attempt);
