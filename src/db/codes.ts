import { type Caller, call, callAs, type Database } from './database';

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

/** Resolves to whom to mail the code to; undefined when there is no such account, or enough was mailed already. */
export async function createResetCode(
  db: Database,
  email: string,
  draft: CodeDraft,
): Promise<Recipient | undefined> {
  const recipient: Recipient | null = await call(db, 'create_reset_code', { email, code: draft });
  return recipient ?? undefined;
}

/** Enough was mailed to an address: in how many seconds the next code may be sent. */
export interface MailsExhausted {
  retry_after: number;
}

/** Resolves to whom to mail the code to; undefined when there is no email to verify. */
export async function renewEmailCode(
  db: Database,
  caller: Caller,
  draft: CodeDraft,
): Promise<Recipient | MailsExhausted | undefined> {
  const renewed: Recipient | MailsExhausted | null = await callAs(db, caller, 'renew_email_code', {
    code: draft,
  });
  return renewed ?? undefined;
}

/** Only somebody who knows the code learns that it has expired. */
export type CodeOutcome = 'right' | 'expired' | 'invalid';

/** `digest` tells `resetPassword` which code was tried. */
export interface ResetTry {
  outcome: CodeOutcome;
  person: { id: number; email: string; username: string; digest: string } | null;
}

/** Counts a try at the newest reset code of an address. */
export function tryResetCode(
  db: Database,
  attempt: { email: string; presented: string; tries_max: number },
): Promise<ResetTry> {
  return call(db, 'try_reset_code', attempt);
}

/** `email` is the address that the code was mailed to, `previous` that of the account before; `moved`: they are two. */
export interface EmailTry {
  outcome: CodeOutcome;
  username: string;
  email: string | null;
  previous: string;
  moved: boolean | null;
}

/** Throws `ConstraintViolation` when somebody else has taken the address meanwhile. */
export function verifyEmail(
  db: Database,
  caller: Caller,
  attempt: { presented: string; tries_max: number },
): Promise<EmailTry | undefined> {
  return callAs(db, caller, 'verify_email', attempt);
}
