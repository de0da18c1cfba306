import { CLEANED, clean } from './db/cleaning';
import { openDatabase } from './db/database';
import { readSettings } from './env';
import { logEvent } from './log';

/** Small batches, so that none holds locks for long; enough of them to delete an hour's rows in one run. */
const BATCH_ROWS = 1_000;
const BATCHES_MAX = 100;

/** Runs on the cron trigger of wrangler.toml. */
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
