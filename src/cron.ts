import { deleteRestOfAccounts } from './db/cleaning';
import { call, openDatabase, type PortBinding } from './db/database';
import { readSettings } from './env';
import { logEvent } from './log';

const EXPIRING_TABLES = ['sessions', 'codes', 'attempts', 'resting_usernames', 'idempotency_keys'];

/** Small batches hold no lock for long; a hundred of them delete an hour's rows in one run. */
const BATCH_ROWS = 1_000;
const BATCHES_MAX = 100;

/** What is left of an account after that is for the next run. */
const ACCOUNTS_MS = 4 * 60_000;

/** Runs on the cron trigger of wrangler.toml. */
export async function scheduled(_: unknown, env: Env & PortBinding): Promise<void> {
  const db = openDatabase(readSettings(env), env);
  for (const table of EXPIRING_TABLES) {
    let removed = 0;
    for (let batches = 0; batches < BATCHES_MAX; batches += 1) {
      const rows = (await call(db, 'delete_expired', { kind: table, rows_max: BATCH_ROWS })) ?? 0;
      removed += rows;
      if (rows < BATCH_ROWS) break;
    }
    logEvent('info', 'cleaned', { table, removed });
  }
  if (!(await deleteRestOfAccounts(db, ACCOUNTS_MS))) logEvent('info', 'accounts_left');
}
