// The database goes away while people write, and comes back.
import { setTimeout as pause } from 'node:timers/promises';
import { counts, type Row } from './report.ts';
import { type Writing, write } from './writers.ts';

const BEFORE_MS = 1_500;
const AFTER_MS = 6_000;

interface Outage {
  what: string;
  /** Takes the database away, waits, and resolves when it is back. */
  away(): Promise<void>;
  /** How long after its return requests may still be refused. */
  recovery_max_ms: number;
}

export async function writeThroughOutage(
  writing: Omit<Writing, 'goesOn'>,
  { what, away, recovery_max_ms }: Outage,
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
  const after = outcomes.filter(({ began_ms }) => began_ms > back_ms);
  const refused = after.filter(({ served }) => !served);
  const last_ms = Math.max(back_ms, ...refused.map(({ began_ms }) => began_ms)) - back_ms;
  const first_ms =
    Math.min(...after.filter(({ served }) => served).map(({ ended_ms }) => ended_ms)) - back_ms;
  return {
    what: `${writing.home.name}: ${what} for ${((back_ms - gone_ms) / 1000).toFixed(0)} s under ${writing.writers} writers`,
    count: `${acknowledged.toLocaleString('en')} posts acknowledged`,
    seen: `${requests.toLocaleString('en')} requests, ${counts(statuses)}; of those sent after its return the first was served after ${first_ms} ms, the last refused was sent after ${last_ms} ms`,
    broken: [...broken, ...(last_ms > recovery_max_ms ? [`refused ${last_ms} ms after its return`] : [])],
  };
}
