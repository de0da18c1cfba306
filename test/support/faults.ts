// Makes the local Neon fail like the real one sometimes does.
import { inject } from 'vitest';

const URL = `${inject('neon')}/faults`;

interface Fault {
  kind: 'unavailable' | 'hang' | 'serialization' | 'deadlock' | 'error' | 'reset';
  /** The SQLSTATE of an `error`. */
  code?: string;
  times?: number;
  match?: string;
  /** The statement runs before the fault, so that only its answer is lost. */
  executed?: boolean;
}

/** Runs `work` with the fault. */
export async function withFault<Value>(fault: Fault, work: () => Promise<Value>): Promise<Value> {
  await fetch(URL, { method: 'POST', body: JSON.stringify(fault) });
  try {
    return await work();
  } finally {
    await fetch(URL, { method: 'DELETE' });
  }
}
