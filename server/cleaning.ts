import app from '../src/index';
import { logEvent } from '../src/log';
import type { Environment } from './environment';

/** So that a deletion that was interrupted goes on soon. */
const PERIOD_MS = 5 * 60_000;
/** An arbitrary number, the same for every process that cleans this database. */
const LOCK = 5_343_302;

/**
 * Cleans every five minutes, as the cron trigger of the Worker does every hour. Of several processes that wake up at once one
 * does it. Not part of `serve`: the tests count the calls of the database that requests make.
 */
export function startCleaning({ pool, env }: Environment): { stop(): void } {
  const clean = () => app.scheduled(undefined, env);
  const run = () => pool.runAlone(LOCK, clean).catch(() => logEvent('warn', 'cleaning_failed'));
  const timer = setInterval(run, PERIOD_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
