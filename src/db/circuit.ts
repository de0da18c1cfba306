/** So many calls in a row that Postgres did not answer open the circuit. */
const UNANSWERED_MAX = 3;
/** What fails sooner than this keeps nobody waiting, and may succeed when it is sent again. */
const WAIT_MS = 1_000;
/** An open circuit lets one call through each time that this has passed. */
const PROBE_EVERY_MS = 1_000;
/** How long such a call may wait. */
export const PROBE_TIMEOUT_MS = 2_000;

/**
 * Keeps requests from waiting for a database that does not answer: after a few calls in vain, all but one a second are
 * refused at once, until one is answered. It counts for one isolate or one process, and holds nothing but numbers: a promise
 * of one request can't wake another on Workers.
 */
export class Circuit {
  #unanswered = 0;
  #next_probe_ms = 0;

  get isOpen(): boolean {
    return this.#unanswered >= UNANSWERED_MAX;
  }

  /** What becomes of a call that begins now. */
  admit(now_ms: number): 'send' | 'probe' | 'refuse' {
    if (!this.isOpen) return 'send';
    if (now_ms < this.#next_probe_ms) return 'refuse';
    this.#next_probe_ms = now_ms + PROBE_EVERY_MS;
    return 'probe';
  }

  /** Postgres answered, be it with an error. */
  answered(): void {
    this.#unanswered = 0;
  }

  /** A call that began at `began_ms` was in vain. */
  unanswered(began_ms: number, now_ms: number): void {
    if (now_ms - began_ms < WAIT_MS) return;
    this.#unanswered += 1;
    if (this.#unanswered === UNANSWERED_MAX) this.#next_probe_ms = now_ms + PROBE_EVERY_MS;
  }
}
