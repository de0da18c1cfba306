import type { Circuit } from './circuit';
import { type Port, PostgresError } from './port';

/** A server of Postgres, and whether it answers. */
export interface Server {
  readonly port: Port;
  readonly circuit: Circuit;
}

/** How often a call that waits looks whether the circuit is open. */
const LOOK_MS = 1_000;

/**
 * One round trip; after `timeout_ms`, or soon after the circuit opens, an error without a code. A timer costs a third of what
 * an AbortSignal for the fetch costs; an answer that comes later is dropped.
 */
export async function askOnce(
  counter: { round_trips: number },
  { port, circuit }: Server,
  text: string,
  params: unknown[],
  timeout_ms: number,
  isProbe: boolean,
): Promise<unknown[]> {
  counter.round_trips += 1;
  const began_ms = Date.now();
  let timer: ReturnType<typeof setTimeout> | null = null;
  try {
    const answer = await new Promise<unknown[]>((resolve, reject) => {
      const look = (left_ms: number) => {
        const pause_ms = Math.min(left_ms, LOOK_MS);
        timer = setTimeout(() => {
          if (left_ms > pause_ms && (isProbe || !circuit.isOpen)) look(left_ms - pause_ms);
          else reject(new PostgresError({}));
        }, pause_ms);
      };
      look(timeout_ms);
      port.row(text, params).then(resolve, reject);
    });
    circuit.answered();
    return answer;
  } catch (error) {
    if (isAnswer(error)) circuit.answered();
    else circuit.unanswered(began_ms, Date.now());
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Whether an error came from Postgres or from the proxy before it. */
const isAnswer = (error: unknown) =>
  error instanceof PostgresError && (error.code !== undefined || error.http_status !== undefined);
