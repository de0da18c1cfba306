import { call, type Database } from './database';

export const CLEANED = ['sessions', 'codes', 'attempts', 'idempotency_keys'] as const;

export type Cleaned = (typeof CLEANED)[number];

/** Removes at most `rows_max` rows that mean nothing any more. Resolves to how many there were. */
export const clean = (db: Database, table: Cleaned, rows_max: number): Promise<number> =>
  call(db, 'delete_expired', { kind: table, rows_max });
