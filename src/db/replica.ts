import { Circuit } from './circuit';
import type { Port } from './port';

/** How long a replica is left out that lags, or that failed at once. */
const LEFT_OUT_MS = 1_000;
/** How long a read waits for a replica before it asks the primary. */
export const REPLICA_TIMEOUT_MS = 2_000;

/**
 * How old what a replica shows may be, in milliseconds: the time since the last commit of the primary that it has replayed.
 * Null on a server that is no replica, or has replayed nothing yet.
 */
export const AGE = 'extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8 * 1000';

/**
 * Gives a statement a transaction id, so that its end is a commit that the replica replays. Without any, a replica of a
 * primary on which nobody writes would look as if it lagged.
 */
export const STAMP = 'pg_current_xact_id()';

/** A replica, as one isolate or one process knows it. */
export class Replica {
  readonly port: Port;
  readonly circuit = new Circuit();
  /** What is older is no answer. */
  readonly lag_max_ms: number;
  /** The last commit on the primary that is known here. */
  #commit_ms = Number.NEGATIVE_INFINITY;
  #left_out_until_ms = 0;

  constructor(port: Port, lag_max_ms: number) {
    this.port = port;
    this.lag_max_ms = lag_max_ms;
  }

  /** For so long after a write the replica may lack it: twice the bound, as the clocks of two servers may differ by one. */
  get window_ms(): number {
    return 2 * this.lag_max_ms;
  }

  /** Where a read goes that begins now. `stamp`: to the primary, with a commit. */
  choose(now_ms: number): 'replica' | 'primary' | 'stamp' {
    if (now_ms < this.#left_out_until_ms) return 'primary';
    const silence_ms = now_ms - this.#commit_ms;
    if (silence_ms <= this.lag_max_ms / 2) return 'replica';
    this.#commit_ms = now_ms;
    // By now the replica would be refused; it looks fresh again once the stamp has arrived.
    if (silence_ms > this.lag_max_ms) this.leaveOut(now_ms);
    return 'stamp';
  }

  /** Whether an answer of this age counts. */
  accept(age_ms: unknown, now_ms: number): age_ms is number {
    if (typeof age_ms !== 'number' || age_ms > this.lag_max_ms) {
      this.leaveOut(now_ms);
      return false;
    }
    this.#commit_ms = Math.max(this.#commit_ms, now_ms - age_ms);
    return true;
  }

  leaveOut(now_ms: number): void {
    this.#left_out_until_ms = now_ms + LEFT_OUT_MS;
  }
}
