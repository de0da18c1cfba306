// The waits after wrong passwords begin with one second, which on a slow machine is over before the test looks.
import type { AttemptRules } from '../../src/db/attempts';
import { sql } from './sql';

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
