import type { ServerResponse } from 'node:http';
import { DatabaseError } from './backend.ts';
import { type Call, Refusal } from './call.ts';

const KINDS = ['unavailable', 'hang', 'serialization', 'deadlock', 'error', 'reset'] as const;

export interface Fault {
  kind: (typeof KINDS)[number];
  /** The SQLSTATE of an `error`. */
  code?: string;
  /** The number of calls that will still get it. */
  times: number;
  /** A part of the SQL of the calls that get it; without it, all calls do. */
  match?: string;
  /** Whether the queries are run before the fault, so that only the answer is lost. */
  executed?: boolean;
}

/** Reads the body of `POST /faults`; throws a Refusal. */
export function readFault(body: Buffer): Fault {
  let fault: Partial<Fault> | null;
  try {
    fault = JSON.parse(body.toString());
  } catch {
    throw new Refusal(400, 'the body must be JSON');
  }
  const { kind, code, times = 1, match, executed = false } = fault ?? {};
  if (!kind || !KINDS.includes(kind)) throw new Refusal(400, `"kind" must be one of ${KINDS.join(', ')}`);
  if (!Number.isSafeInteger(times) || times < 1) throw new Refusal(400, '"times" must be a positive integer');
  if ((kind === 'error') !== (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)))
    throw new Refusal(400, 'an "error" needs a "code", which is an SQLSTATE; the others have none');
  if (match !== undefined && typeof match !== 'string') throw new Refusal(400, '"match" must be a string');
  if (typeof executed !== 'boolean') throw new Refusal(400, '"executed" must be a boolean');
  return { kind, times, executed, ...(match !== undefined && { match }), ...(code && { code }) };
}

/** Takes the fault for this call; undefined when there is none. */
export function takeFault(faults: Fault[], call: Call): Fault | undefined {
  const at = faults.findIndex(
    ({ match }) => match === undefined || call.queries.some((q) => q.text.includes(match)),
  );
  const fault = faults[at];
  if (!fault) return undefined;
  fault.times -= 1;
  if (fault.times === 0) faults.splice(at, 1);
  return fault;
}

/** Throws the error to answer with, or returns when there is to be no answer. */
export function applyFault({ kind, code = '' }: Fault, answer: ServerResponse): void {
  switch (kind) {
    case 'unavailable':
      throw new Refusal(503, 'the database is unavailable (simulated)');
    case 'serialization':
      throw new DatabaseError('could not serialize access due to concurrent update', {
        severity: 'ERROR',
        code: '40001',
      });
    case 'deadlock':
      throw new DatabaseError('deadlock detected', { severity: 'ERROR', code: '40P01' });
    case 'error':
      throw new DatabaseError(`an error of class ${code.slice(0, 2)} (simulated)`, {
        severity: 'ERROR',
        code,
      });
    case 'reset':
      answer.req.socket.resetAndDestroy();
  }
}
