// Makes the local Neon fail as the real one does now and then.
import { inject } from 'vitest';

const URL = `${inject('neon')}/faults`;

interface Fault {
  kind: 'unavailable' | 'hang' | 'serialization' | 'deadlock' | 'reset';
  times?: number;
  match?: string;
  /** The statement runs, and only its answer is lost. */
  executed?: boolean;
}

/** Strikes while `work` runs. */
export async function withFault<Value>(fault: Fault, work: () => Promise<Value>): Promise<Value> {
  await fetch(URL, { method: 'POST', body: JSON.stringify(fault) });
  try {
    return await work();
  } finally {
    await fetch(URL, { method: 'DELETE' });
  }
}
