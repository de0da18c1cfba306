// The waits that wrong passwords bring begin with a second: on a slow machine they are over before anybody asks.
import type { Trial } from '../../src/db/attempts';
import { sql } from './sql';

const keysOf = ({ rules }: Trial) => rules.map(({ key }) => key);

/** Lets waits that have begun, also those that are over by now, last for another hour. */
export const prolongWaits = (trial: Trial) =>
  sql`UPDATE attempts SET blocked_until = blocked_until + interval '1 hour' WHERE key = ANY (${keysOf(trial)}::text[])`;

export const endWaits = (trial: Trial) =>
  sql`UPDATE attempts SET blocked_until = now() WHERE key = ANY (${keysOf(trial)}::text[]) AND blocked_until > now()`;

/** The seconds that the last try under the first rule has to be waited for, as they were decided then. */
export async function waitOf({ rules: [rule], forget_seconds }: Trial): Promise<number> {
  const [row] = await sql`
    SELECT extract(epoch FROM blocked_until - expires_at)::integer + ${forget_seconds}::integer AS seconds
      FROM attempts WHERE key = ${rule?.key}`;
  return row?.seconds;
}
