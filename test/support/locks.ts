// Holds a lock on a real Postgres until others wait for it.
import { sql } from './sql';

type Statement = ReturnType<typeof sql>;

/**
 * Runs `lock` in a transaction that lasts until so many transactions wait for a lock. Resolves once `isFree`, which skips
 * what is locked, finds nothing; `unlocked` settles when they no longer have to wait, and tells how many waited for which
 * type of lock.
 */
export async function holdLock(
  lock: Statement,
  isFree: () => Statement,
  waiters: number,
): Promise<{ unlocked: Promise<unknown> }> {
  const locked = sql.transaction([
    sql`SET LOCAL statement_timeout = 0`,
    lock,
    sql.query(`DO $$ BEGIN
      FOR turn IN 1..2500 LOOP
        IF (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock') >= ${waiters}
          THEN RETURN; END IF;
        PERFORM pg_sleep(0.01);
        PERFORM pg_stat_clear_snapshot();
      END LOOP;
      RAISE 'fewer than ${waiters} transactions wait';
    END $$`),
    sql`SELECT locktype, count(*)::integer AS waiting FROM pg_locks JOIN pg_stat_activity USING (pid)
      WHERE NOT granted AND datname = current_database() GROUP BY locktype ORDER BY locktype`,
  ]);
  const unlocked = locked.then((answers) => answers.at(-1));
  while (((await isFree()) as unknown[]).length > 0);
  return { unlocked };
}

/** Resolves when as many transactions wait for a lock. */
export async function waitForLockWaiters(count: number): Promise<void> {
  const waiting = async () => {
    const [row] = await sql`SELECT count(*)::integer AS count FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    return row?.count as number;
  };
  while ((await waiting()) < count);
}
