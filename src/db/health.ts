import { sql } from 'drizzle-orm';
import { type Database, read } from './database';

const newest = read<{ migrated_at: string | null }>(sql`
  SELECT max(created_at) AS migrated_at FROM drizzle.__drizzle_migrations`);

/** When the newest applied migration was generated, in milliseconds of the Unix epoch; null for none. */
export async function findSchemaVersion(db: Database): Promise<number | null> {
  const [row] = await newest(db);
  return row?.migrated_at ? Number(row.migrated_at) : null;
}
