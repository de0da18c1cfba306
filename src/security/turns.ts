import { waitOf } from '../header-values';
import { Problem } from '../problems';

/** At about 80 ms a hash and one at a time, the last in a full queue waits for 24 s. */
const QUEUE_MAX = 300;
/** A turn that takes longer than this is over, whether or not its request still runs. */
const TURN_MS = 2_000;
/** How late a request that waits may look again before it counts as gone. */
const GRACE_MS = 1_000;
/** The pause between two looks for each place in the queue: a quarter of what a hash takes. */
const PAUSE_MS = 20;

/**
 * The requests of this isolate that hash a password or wait for it, in the order in which they came, each with the time
 * until which it is taken to be alive. The first ones have their turn. A request whose client has left may be stopped without a
 * word, even in a `finally`, and a promise of one request can't wake another on Workers: so everyone looks for themselves,
 * and an entry that is not renewed in time is dropped. Plain workerd tells nobody that a client has left and goes on with its
 * request: there it keeps its place as one that stays does, and the limit of sign-ins a network bounds how many it may have.
 */
const queue = new Map<symbol, number>();

/** Lets the isolate serve other requests before this one goes on. */
export const pause = (ms = 0) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * Runs `work`, which hashes a password, when fewer than `at_once` others in this isolate do. An isolate has one thread: if
 * all hashes ran at once, every other request would wait for all of them. Nobody is turned away here: what was done before
 * the hash, a try that was counted, would be in vain. `requireRoom` does that first of all. A request whose `signal` says
 * that its client has left gives its place up at once; a hash that has begun is computed to its end.
 */
export async function takeTurn<T>(work: () => Promise<T>, at_once = 1, signal?: AbortSignal): Promise<T> {
  const ticket = Symbol('turn');
  const leave = () => {
    queue.delete(ticket);
  };
  signal?.addEventListener('abort', leave);
  try {
    for (let place = placeOf(ticket); place >= at_once; place = placeOf(ticket)) {
      stopIfLeft(signal);
      const pause_ms = Math.ceil((place * PAUSE_MS) / at_once);
      queue.set(ticket, Date.now() + pause_ms + GRACE_MS);
      await pause(pause_ms);
    }
    stopIfLeft(signal);
    signal?.removeEventListener('abort', leave);
    queue.set(ticket, Date.now() + TURN_MS);
    return await work();
  } finally {
    signal?.removeEventListener('abort', leave);
    leave();
  }
}

/** An answer that nobody reads. */
function stopIfLeft(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new Problem('overloaded', 'The client left before the password was checked.');
}

/** Throws 503 `overloaded` when too many are waiting. For the beginning of every request that will hash. */
export function requireRoom(): void {
  if (placeOf(undefined) >= QUEUE_MAX)
    throw new Problem('overloaded', undefined, { headers: { 'Retry-After': waitOf(10) } });
}

/** How many are before `ticket`, or in the queue if it is not. Drops those that are gone. */
function placeOf(ticket: symbol | undefined): number {
  const now = Date.now();
  let place = 0;
  for (const [other, alive_until] of queue) {
    if (other === ticket) break;
    if (alive_until < now) queue.delete(other);
    else place += 1;
  }
  return place;
}
