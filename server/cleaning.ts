import { logEvent } from '../src/log';
import type { PostgresPool } from './postgres';

const HOUR_MS = 60 * 60_000;
/** An arbitrary number, the same for every process that cleans this database. */
const LOCK = 5_343_302;

/** Cleans once an hour, as the cron trigger of the Worker does. Of several processes that wake up at once one does it. */
export function startCleaning(pool: PostgresPool, clean: () => Promise<void>): { stop(): void } {
  const run = () => pool.runAlone(LOCK, clean).catch(() => logEvent('warn', 'cleaning_failed'));
  const timer = setInterval(run, HOUR_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
