// Makes the database fail like a real one sometimes does: through the local Neon, or for the server for Node in its port.
import { env } from 'cloudflare:workers';
import { inject } from 'vitest';
import { faults } from './node/port';

const URL = `${inject('neon')}/faults`;

export interface Fault {
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
  if ('DATABASE' in env) faults.push({ ...fault });
  else await fetch(URL, { method: 'POST', body: JSON.stringify(fault) });
  try {
    return await work();
  } finally {
    faults.length = 0;
    await fetch(URL, { method: 'DELETE' });
  }
}
