import { type Caller, call, callAs, type Database } from './database';

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

/** Whom to mail the code to: nobody where there is no such account, or enough was mailed already. */
export async function createResetCode(
  db: Database,
  email: string,
  draft: CodeDraft,
): Promise<Recipient | undefined> {
  const recipient: Recipient | null = await call(db, 'create_reset_code', { email, code: draft });
  return recipient ?? undefined;
}

/** Whom to mail the code to: nobody where all is verified, or enough was mailed already. */
export async function renewEmailCode(
  db: Database,
  caller: Caller,
  draft: CodeDraft,
): Promise<Recipient | undefined> {
  const recipient: Recipient | null = await callAs(db, caller, 'renew_email_code', { code: draft });
  return recipient ?? undefined;
}

/** What a code was worth: `expired` is said only to somebody who knows it. */
export type CodeOutcome = 'right' | 'expired' | 'invalid';

/** A try at a reset: whose, and the digest by which `resetPassword` knows the code again. */
export interface ResetTry {
  outcome: CodeOutcome;
  person: { id: number; email: string; username: string; digest: string } | null;
}

/** Counts a try at the newest reset code of an address and says what it was worth. */
export function tryResetCode(
  db: Database,
  attempt: { email: string; presented: string; tries_max: number },
): Promise<ResetTry> {
  return call(db, 'try_reset_code', attempt);
}

/** A try at the code of an email; with `previous`, the address that the account had until now. */
export interface EmailTry {
  outcome: CodeOutcome;
  username: string;
  email: string | null;
  previous: string;
}

/** Throws `ConstraintViolation` when somebody else has taken the address meanwhile. */
export function verifyEmail(
  db: Database,
  caller: Caller,
  attempt: { presented: string; tries_max: number },
): Promise<EmailTry | undefined> {
  return callAs(db, caller, 'verify_email', attempt);
}
