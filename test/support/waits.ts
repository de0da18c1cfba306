// The waits after wrong passwords begin with one second, which on a slow machine is over before the test looks.
import { env } from 'cloudflare:workers';
import type { AttemptRules } from '../../src/db/json';
import { readSettings } from '../../src/env';
import { loginRules } from '../../src/security/attempts';
import { sql } from './sql';

/** The rules for a login of this name, with the keys that Postgres makes for it. */
export async function loginAttempt(name: string, network: string): Promise<AttemptRules> {
  const attempt = loginRules(readSettings(env), network);
  const rows = await sql`
    SELECT encode(sha256(decode(pepper, 'hex') || convert_to(fold(${name}), 'UTF8')), 'hex') AS key
      FROM unnest(${attempt.rules.map(({ key }) => key)}::text[]) WITH ORDINALITY AS given (pepper, place) ORDER BY place`;
  return {
    ...attempt,
    rules: attempt.rules.map((rule, i) => (rule.named ? { ...rule, key: rows[i]?.key } : rule)),
  };
}

const keysOf = ({ rules }: AttemptRules) => rules.map(({ key }) => key);

/** Adds an hour to every wait that has begun, even if it is over by now. */
export const prolongWaits = (attempt: AttemptRules) =>
  sql`UPDATE attempts SET blocked_until = blocked_until + interval '1 hour' WHERE key = ANY (${keysOf(attempt)}::text[])`;

export const endWaits = (attempt: AttemptRules) =>
  sql`UPDATE attempts SET blocked_until = now() WHERE key = ANY (${keysOf(attempt)}::text[]) AND blocked_until > now()`;

/** The wait in seconds that the last try under the first rule brought. */
export async function waitOf({ rules: [rule], forget_seconds }: AttemptRules): Promise<number> {
  const [row] = await sql`
    SELECT extract(epoch FROM blocked_until - expires_at)::integer + ${forget_seconds}::integer AS seconds
      FROM attempts WHERE key = ${rule?.key}`;
  return row?.seconds;
}
