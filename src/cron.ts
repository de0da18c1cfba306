import { CLEANED, clean } from './db/cleaning';
import { openDatabase } from './db/database';
import { readSettings } from './env';
import { logEvent } from './log';

/** Small, so that no batch holds its locks for long; many, so that an hour's rows are gone within one run. */
const BATCH_ROWS = 1_000;
const BATCHES_MAX = 100;

/** The cron trigger of wrangler.toml. */
export async function scheduled(_: unknown, env: Env): Promise<void> {
  const db = openDatabase(readSettings(env));
  for (const table of CLEANED) {
    let removed = 0;
    for (let batches = 0; batches < BATCHES_MAX; batches += 1) {
      const rows = await clean(db, table, BATCH_ROWS);
      removed += rows;
      if (rows < BATCH_ROWS) break;
    }
    logEvent('info', 'cleaned', { table, removed });
  }
}
