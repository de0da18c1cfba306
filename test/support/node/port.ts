// The faults of a database on its way to the server for Node, which the local Neon makes for the Worker, and the number of calls.
import { type Port, PostgresError } from '../../../src/db/port';
import type { Fault } from '../faults';

/** Whether a call goes on after an answer, beside any other request: src/routes/users/deletion.ts. */
export const isAfterAnswer = (text: string): boolean => text.includes('delete_rest_of_account');

/** The calls so far, without those that go on after an answer. */
export const calls = { count: 0 };

/** The faults that the next calls get. */
export const faults: Fault[] = [];

/** The same port, with faults. */
export const withFaults = (port: Port): Port => ({
  async row(text, params) {
    if (!isAfterAnswer(text)) calls.count += 1;
    const fault = takeFault(text);
    if (!fault || fault.executed) {
      const row = await port.row(text, params);
      if (!fault) return row;
    }
    return applyFault(fault);
  },
});

function takeFault(text: string): Fault | undefined {
  const at = faults.findIndex(({ match }) => match === undefined || text.includes(match));
  const fault = faults[at];
  if (!fault) return undefined;
  fault.times = (fault.times ?? 1) - 1;
  if (fault.times === 0) faults.splice(at, 1);
  return fault;
}

function applyFault({ kind, code }: Fault): Promise<never> {
  if (kind === 'hang') return new Promise(() => undefined);
  const codes = {
    serialization: '40001',
    deadlock: '40P01',
    unavailable: undefined,
    reset: undefined,
    error: code,
  };
  return Promise.reject(new PostgresError({ code: codes[kind] }));
}
