// The bounds of a span of time in a query: RFC 3339 §5.6, with the freedom that it leaves to those who write.
import { fault, stringOf } from './faults';

const NOT_A_BOUND = fault(
  'invalid_format',
  'must be a day (2026-01-31) or a time with its zone (2026-01-31T09:30:00Z; + is %2B)',
);
const NOT_A_TIME = fault('invalid_format', 'must be a time with its zone (2026-01-31T09:30:00Z)');
const OUT_OF_YEARS = fault('invalid_format', 'must be in the years 1 to 9999');

const DAY = /^\d{4}-\d\d-\d\d$/;
const TIME = /^(\d{4}-\d\d-\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:Z|([+-])(\d\d):(\d\d))$/i;
const MINUTE_MS = 60_000;

/** The start of a day that exists, in milliseconds; NaN for 30 February. */
function startOfDay(day: string): number {
  const start = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(start) || new Date(start).toISOString().startsWith(day) ? start : Number.NaN;
}

/** A time to the millisecond, which is how Postgres stores it; NaN for one that does not exist. */
function readTime(text: string): number {
  const [, day = '', hour, minute, second = '0', fraction = '', sign = '+', ...zone] = TIME.exec(text) ?? [];
  const [hours, minutes, seconds] = [Number(hour), Number(minute), Number(second)];
  const [zoneHours = 0, zoneMinutes = 0] = zone.map((part) => Number(part ?? 0));
  if (!(hours < 24 && minutes < 60 && seconds <= 60 && zoneHours < 24 && zoneMinutes < 60)) return Number.NaN;
  const offset = (zoneHours * 60 + zoneMinutes) * (sign === '-' ? -1 : 1);
  const minuteStart = startOfDay(day) + (hours * 60 + minutes - offset) * MINUTE_MS;
  if (seconds === 60 && !mayLeap(minuteStart)) return Number.NaN;
  return minuteStart + seconds * 1000 + Number(fraction.padEnd(3, '0').slice(0, 3));
}

/** Leap seconds come at the end of a month in UTC (ITU-R TF.460-6). Postgres takes one for the first second after it. */
function mayLeap(minuteStart: number): boolean {
  const next = new Date(minuteStart + MINUTE_MS);
  return next.getUTCDate() === 1 && next.getUTCHours() === 0 && next.getUTCMinutes() === 0;
}

/** A time in a body. */
export const Moment = stringOf((given) => timestampOf(readTime(given), NOT_A_TIME)).openapi({
  type: 'string',
  format: 'date-time',
});

/** A time in UTC as Postgres takes it. */
function timestampOf(time: number, otherwise: ReturnType<typeof fault>) {
  if (Number.isNaN(time)) return otherwise;
  const text = new Date(time).toISOString();
  return /^(?!0000)\d{4}-/.test(text) ? text : OUT_OF_YEARS;
}

/** A bound of a span of time, inclusive: a whole day in UTC, or a time. */
const timeBound = (timeOfDay_ms: number, example: string, description: string) =>
  stringOf((given) => {
    const time = DAY.test(given) ? startOfDay(given) + timeOfDay_ms : readTime(given);
    return timestampOf(time, NOT_A_BOUND);
  }).openapi({ type: 'string', example, description });

export const Since = timeBound(0, '2026-01-01', 'A day (from its start, in UTC) or a time. Inclusive.');
export const Until = timeBound(
  24 * 60 * MINUTE_MS - 1,
  '2099-12-31',
  'A day (to its end, in UTC) or a time. Inclusive.',
);
