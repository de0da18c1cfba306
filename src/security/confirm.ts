import type { Context } from 'hono';
import { callAs } from '../db/database';
import type { AttemptReset, Credentials } from '../db/json';
import type { AppEnv } from '../http/context';
import { Problem, sessionEnded } from '../problems';
import { afterConfirmation, confirmationRules, tooManyTries } from './attempts';
import { limitSignIn } from './limits';
import { verifyPassword } from './password';
import { requireRoom } from './turns';

export const wrongPassword = () => new Problem('wrong_password');

interface Confirmed extends Credentials {
  /** For the call that does what was confirmed: a try is counted before it is known to be right. */
  reset: AttemptReset;
}

/** Checks the caller's own password; resolves to their credentials. One round trip and one hash, limited like a sign-in. */
export async function confirmPassword(c: Context<AppEnv>, password: string): Promise<Confirmed> {
  const { db, caller, settings } = c.var;
  await limitSignIn(c);
  requireRoom();
  const rules = confirmationRules(settings, caller.session);
  const attempt = await callAs(db, caller, 'start_confirmation', { attempt: rules });
  if (!attempt.credentials) throw sessionEnded();
  if (!attempt.allowed) throw tooManyTries(settings, attempt.retry_after);
  if (!(await verifyPassword(password, attempt.credentials.password_hash, c.env, c.req.raw.signal)))
    throw wrongPassword();
  return { ...attempt.credentials, reset: afterConfirmation(settings, caller.session) };
}
