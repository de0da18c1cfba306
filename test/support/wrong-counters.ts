import wrongCounters from '../races/wrong-counters.sql?raw';
import { sql, withoutTimeout } from './sql';

/** The counters of the whole database that a recount contradicts, and the rows that say what their posts do not. */
export async function findWrongCounters(): Promise<string[]> {
  const rows = await withoutTimeout(sql.query(wrongCounters));
  return (rows as object[]).map((row) => JSON.stringify(row));
}

/**
 * The same for what a test changes: tests that insert rows by hand, to be quick, leave some of them wrong. Call it before,
 * and what it returns after.
 */
export async function watchCounters(): Promise<() => Promise<string[]>> {
  const before = new Set(await findWrongCounters());
  return async () => (await findWrongCounters()).filter((row) => !before.has(row));
}
