import { call, type Database } from './database';

export const EXPIRING_TABLES = [
  'sessions',
  'codes',
  'attempts',
  'resting_usernames',
  'idempotency_keys',
] as const;

export type ExpiringTable = (typeof EXPIRING_TABLES)[number];

/** Deletes at most `rows_max` expired rows; resolves to how many. */
export const deleteExpired = (db: Database, table: ExpiringTable, rows_max: number): Promise<number> =>
  call(db, 'delete_expired', { kind: table, rows_max });

/**
 * Deletes the rows of large accounts that were deleted, batch after batch, for `time_ms`. Resolves to whether nothing is left;
 * it may be called again at any time, also while another call runs.
 */
export async function deleteRestOfAccounts(db: Database, time_ms: number): Promise<boolean> {
  const until = Date.now() + time_ms;
  do {
    if (!(await call(db, 'delete_rest_of_account', {}))) return true;
  } while (Date.now() < until);
  return false;
}
