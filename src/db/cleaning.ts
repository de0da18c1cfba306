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
