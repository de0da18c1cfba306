// What processes have cost so far, from /proc (Linux).
import { readdirSync, readFileSync } from 'node:fs';

const TICKS_A_SECOND = 100;

/** Seconds of CPU so far. */
export type Meter = () => number;

interface Times {
  parent: number;
  own: number;
  /** Of children that have ended and were waited for. */
  ended: number;
}

function timesOf(pid: number): Times | undefined {
  try {
    // The name stands in parentheses and may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ').map(Number) ?? [];
    const [parent = 0, utime = 0, stime = 0, cutime = 0, cstime = 0] = [fields[1], ...fields.slice(11, 15)];
    return { parent, own: (utime + stime) / TICKS_A_SECOND, ended: (cutime + cstime) / TICKS_A_SECOND };
  } catch {
    return undefined;
  }
}

/** Of one process; 0 when it is gone. */
export const cpuSeconds = (pid: number | undefined): number => (pid && timesOf(pid)?.own) || 0;

/** Of processes and everything that they started. */
export function treeMeter(roots: (number | undefined)[]): Meter {
  return () => {
    const all = new Map<number, Times>();
    for (const name of readdirSync('/proc')) {
      const times = /^\d+$/.test(name) ? timesOf(Number(name)) : undefined;
      if (times) all.set(Number(name), times);
    }
    const cost = (pid: number): number => {
      const times = all.get(pid);
      if (!times) return 0;
      const children = [...all].filter(([, { parent }]) => parent === pid);
      return times.own + times.ended + children.reduce((total, [child]) => total + cost(child), 0);
    };
    return roots.reduce((total: number, pid) => total + (pid ? cost(pid) : 0), 0);
  };
}
