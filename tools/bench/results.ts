// What was measured, and its medians.
import type { Measured } from './load.ts';

/** What one contender did with one operation in one round. */
export interface Result extends Measured {
  contender: string;
  operation: string;
  round: number;
}

/** The medians of all rounds. */
export interface Summary extends Omit<Result, 'round'> {
  /** The fastest round over the slowest. */
  spread: number;
}

export type Lookup = (contender: string, operation: string) => Summary | undefined;

export function summarize(results: Result[]): Summary[] {
  const groups = Map.groupBy(results, ({ contender, operation }) => `${contender} ${operation}`);
  return [...groups.values()].map((rounds) => {
    const [{ contender, operation, cpu_us }] = rounds as [Result];
    const middle = (value: (result: Result) => number) => median(rounds.map(value));
    const rates = rounds.map(({ requests_per_second }) => requests_per_second);
    return {
      contender,
      operation,
      requests_per_second: median(rates),
      spread: Math.max(...rates) / Math.min(...rates),
      p50_ms: middle(({ p50_ms }) => p50_ms),
      p99_ms: middle(({ p99_ms }) => p99_ms),
      failed: rounds.reduce((total, { failed }) => total + failed, 0),
      cpu_us: Object.fromEntries(
        Object.keys(cpu_us).map((who) => [who, middle((result) => result.cpu_us[who] ?? 0)]),
      ),
    };
  });
}

/** Of an even number the lower one of the two in the middle. */
export const median = (numbers: number[]) =>
  numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)] as number;

/** Undefined where one of the two was not measured, or the divisor was too small to be. */
export const divide = (one: number | undefined, other: number | undefined) =>
  one !== undefined && other ? one / other : undefined;
