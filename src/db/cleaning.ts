import { type SQL, sql } from 'drizzle-orm';
import { type Database, write } from './database';

const dead = (table: SQL, condition: SQL) =>
  write<{ removed: number }>(sql`
    WITH removed AS (
      DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM ${table} WHERE ${condition} LIMIT ${sql.placeholder('rows_max')}::integer FOR UPDATE SKIP LOCKED
      )) RETURNING 1
    )
    SELECT count(*)::integer AS removed FROM removed`);

// A code of an email that waits for its verification can be sent anew for a day.
const STATEMENTS = {
  sessions: dead(sql`sessions`, sql`expires_at <= now()`),
  codes: dead(
    sql`codes`,
    sql`expires_at <= now() - CASE purpose WHEN 'email' THEN interval '1 day' ELSE interval '1 hour' END`,
  ),
  attempts: dead(sql`attempts`, sql`expires_at <= now()`),
  idempotency_keys: dead(sql`idempotency_keys`, sql`created_at <= now() - interval '1 day'`),
};

export type Cleaned = keyof typeof STATEMENTS;

export const CLEANED = Object.keys(STATEMENTS) as Cleaned[];

/** Removes at most `rows_max` rows that mean nothing any more. Resolves to how many there were. */
export async function clean(db: Database, table: Cleaned, rows_max: number): Promise<number> {
  const [row] = await STATEMENTS[table](db, { rows_max });
  return row?.removed ?? 0;
}
