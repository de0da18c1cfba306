import { useEffect } from 'preact/hooks';
import { createStore, useStore } from '../state/store.ts';
import { words } from '../words.ts';

const MINUTE_MS = 60_000;
const STEPS: [unit: Intl.RelativeTimeFormatUnit, ms: number, below: number][] = [
  ['minute', MINUTE_MS, 60 * MINUTE_MS],
  ['hour', 60 * MINUTE_MS, 24 * 60 * MINUTE_MS],
  ['day', 24 * 60 * MINUTE_MS, 7 * 24 * 60 * MINUTE_MS],
];

const LANGUAGE = 'en';
const relative = new Intl.RelativeTimeFormat(LANGUAGE, { style: 'narrow', numeric: 'always' });
const exact = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'long', timeStyle: 'short' });
const day = new Intl.DateTimeFormat(LANGUAGE, { day: 'numeric', month: 'short' });
const dayOfYear = new Intl.DateTimeFormat(LANGUAGE, { day: 'numeric', month: 'short', year: 'numeric' });
const month = new Intl.DateTimeFormat(LANGUAGE, { month: 'long', year: 'numeric' });

/** One clock for all times on the page. */
const clock = createStore(Date.now());
let watchers = 0;
let timer: ReturnType<typeof setInterval> | undefined;

function useClock(): number {
  useEffect(() => {
    watchers += 1;
    if (watchers === 1) timer = setInterval(() => clock.set(Date.now()), MINUTE_MS);
    return () => {
      watchers -= 1;
      if (watchers === 0) clearInterval(timer);
    };
  }, []);
  return useStore(clock);
}

export function agoOf(at: string, now: number): string {
  const date = new Date(at);
  const passed = now - date.getTime();
  if (passed < MINUTE_MS) return words.ago.now;
  const step = STEPS.find(([, , below]) => passed < below);
  if (step) return relative.format(-Math.floor(passed / step[1]), step[0]);
  return (date.getFullYear() === new Date(now).getFullYear() ? day : dayOfYear).format(date);
}

export const exactTime = (at: string): string => exact.format(new Date(at));
export const monthOf = (at: string): string => month.format(new Date(at));

/** How long ago; the exact time on hover. */
export const Time = ({ at }: { at: string }) => (
  <time dateTime={at} title={exactTime(at)}>
    {agoOf(at, useClock())}
  </time>
);
