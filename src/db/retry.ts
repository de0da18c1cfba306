const ATTEMPTS_MAX = 3;
const PAUSE_BASE_MS = 40;

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';

/** Whether Postgres rolled a statement back because of concurrent ones, so that another try may succeed. */
export const isContention = (sqlState: string | undefined) =>
  sqlState === SERIALIZATION_FAILURE || sqlState === DEADLOCK_DETECTED;

/** Runs `work`, and up to twice again while its error `isRetryable`; throws the last error. */
export async function retry<T>(work: () => Promise<T>, isRetryable: (error: unknown) => boolean): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || !isRetryable(error)) throw error;
      await pause(attempt);
    }
  }
}

/** Jitter keeps two that had a deadlock from having the next one. */
const pause = (attempt: number) =>
  new Promise((resolve) => setTimeout(resolve, PAUSE_BASE_MS * attempt * (0.5 + Math.random())));
