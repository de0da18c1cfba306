// The database goes away while people write, and comes back.
import { setTimeout as pause } from 'node:timers/promises';
import { counts, type Row } from './report.ts';
import { type Writing, write } from './writers.ts';

/** How soon after its return everything is served again. */
const RECOVERY_MAX_MS = 2_000;
const BEFORE_MS = 1_500;
const AFTER_MS = 6_000;

/** `away` takes the database away, waits, and resolves when it is back. */
export async function writeThroughOutage(
  writing: Omit<Writing, 'goesOn'>,
  what: string,
  away: () => Promise<void>,
): Promise<Row> {
  let isOver = false;
  const written = write({ ...writing, goesOn: () => !isOver });
  await pause(BEFORE_MS);
  const gone_ms = Date.now();
  await away();
  const back_ms = Date.now();
  await pause(AFTER_MS);
  isOver = true;
  const { acknowledged, requests, statuses, outcomes, broken } = await written;
  const failures = outcomes.filter(({ served }) => !served);
  // What was sent before its return may fail after it.
  const last_ms = Math.max(back_ms, ...failures.map(({ at_ms }) => at_ms)) - back_ms;
  const first_ms = Math.min(
    ...outcomes.filter(({ at_ms, served }) => served && at_ms > back_ms).map(({ at_ms }) => at_ms),
  );
  return {
    what: `${writing.home.name}: ${what} for ${((back_ms - gone_ms) / 1000).toFixed(0)} s under ${writing.writers} writers`,
    count: `${acknowledged.toLocaleString('en')} posts acknowledged`,
    seen: `${requests.toLocaleString('en')} requests, ${counts(statuses)}; first served ${first_ms - back_ms} ms and last refused ${last_ms} ms after its return`,
    broken: [...broken, ...(last_ms > RECOVERY_MAX_MS ? [`refused ${last_ms} ms after its return`] : [])],
  };
}
