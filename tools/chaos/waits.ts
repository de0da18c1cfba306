import { setTimeout as pause } from 'node:timers/promises';

const PAUSE_MS = 50;

/** Asks until the answer is yes; false when it has not been in time. */
export async function poll(patience_ms: number, isDone: () => Promise<boolean>): Promise<boolean> {
  for (const end = Date.now() + patience_ms; Date.now() < end; await pause(PAUSE_MS))
    if (await isDone()) return true;
  return false;
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
