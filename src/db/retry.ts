const ATTEMPTS_MAX = 3;
const PAUSE_BASE_MS = 40;

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';

/** Whether Postgres undid a statement for the sake of others that ran at once: another try may succeed. */
export const isContention = (sqlState: string | undefined) =>
  sqlState === SERIALIZATION_FAILURE || sqlState === DEADLOCK_DETECTED;

/** Does it again, at most twice, while `mayRunAgain` says so of what it throws; throws what the last try threw. */
export async function retry<T>(work: () => Promise<T>, mayRunAgain: (error: unknown) => boolean): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || !mayRunAgain(error)) throw error;
      await pause(attempt);
    }
  }
}

/** Jitter keeps two that met in a deadlock from meeting again. */
const pause = (attempt: number) =>
  new Promise((resolve) => setTimeout(resolve, PAUSE_BASE_MS * attempt * (0.5 + Math.random())));
