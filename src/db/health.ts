import { call, type Database } from './database';

/** When the newest applied migration was generated, in milliseconds of the Unix epoch; null when there is none. */
export async function findSchemaVersion(db: Database): Promise<number | null> {
  const version = await call(db, 'schema_version', {});
  return version === null ? null : Number(version);
}
