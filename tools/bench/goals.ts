// What Ledge is to reach, as ratios of one run.
import { HEADERS, type Operation } from './requests.ts';
import { divide, type Lookup } from './results.ts';

const ASKED = ['list', 'one', 'create', 'vote'] as const;

interface Goal {
  what: string;
  side: 'at least' | 'at most';
  limits: Record<(typeof ASKED)[number], number>;
  /** Undefined where what it takes was not measured. */
  ratio(of: Lookup, operation: Operation): number | undefined;
}

const GOALS: Goal[] = [
  {
    what: 'requests a second, over those of a conventional Worker',
    side: 'at least',
    limits: { list: 1.5, one: 1.5, create: 0.7, vote: 1.1 },
    ratio: (of, operation) =>
      divide(
        of('Ledge', operation)?.requests_per_second,
        of('a conventional Worker', operation)?.requests_per_second,
      ),
  },
  {
    what: "CPU in Postgres, over a conventional Worker's",
    side: 'at most',
    limits: { list: 0.8, one: 0.5, create: 3, vote: 1.2 },
    ratio: (of, operation) =>
      divide(
        of('Ledge', operation)?.cpu_us.postgres,
        of('a conventional Worker', operation)?.cpu_us.postgres,
      ),
  },
  ...['', ' (canned Neon)'].map(
    (suffix): Goal => ({
      what: `CPU in workerd, over that of \`select 1\` through the driver${suffix && ', canned'}`,
      side: 'at most',
      limits: { list: 1.65, one: 1.5, create: 1.65, vote: 1.5 },
      ratio: (of, operation) =>
        divide(
          of(`Ledge${suffix}`, operation)?.cpu_us.server,
          of(`select 1 through the driver${suffix}`, 'one')?.cpu_us.server,
        ),
    }),
  ),
  {
    what: 'requests a second, over those of the course app',
    side: 'at least',
    limits: { list: 150, one: 50, create: 3, vote: 4 },
    ratio: (of, operation) =>
      divide(
        of('Ledge', operation)?.requests_per_second,
        of('the course app', operation)?.requests_per_second,
      ),
  },
  ...(
    [
      ['Fastify with pg', { list: 0.7, one: 0.5, create: 0.2, vote: 0.35 }],
      ['Hono on Node with Drizzle', { list: 1.1, one: 0.8, create: 0.35, vote: 0.5 }],
      ['the course app', { list: 300, one: 100, create: 6, vote: 9 }],
    ] as const
  ).map(
    ([other, limits]): Goal => ({
      what: `on Node: requests a second, over those of ${other}`,
      side: 'at least',
      limits,
      ratio: (of, operation) =>
        divide(
          of('Ledge on Node', operation)?.requests_per_second,
          of(other, operation)?.requests_per_second,
        ),
    }),
  ),
];

/** A row for each goal: what, which request, the goal, what was seen, and whether that meets it. */
export function goalRows(of: Lookup): string[][] {
  return GOALS.flatMap(({ what, side, limits, ratio }) =>
    ASKED.flatMap((operation) => {
      const seen = ratio(of, operation);
      if (seen === undefined) return [];
      const limit = limits[operation];
      const isMet = side === 'at least' ? seen >= limit : seen <= limit;
      return [[what, HEADERS[operation], `${side} ${limit}`, showRatio(seen), isMet ? 'met' : 'missed']];
    }),
  );
}

export const showRatio = (ratio: number) =>
  ratio >= 100 ? Math.round(ratio).toLocaleString('en') : ratio.toPrecision(3);
