// The table of growth, and the page around it.
import { COMPARABLE_FROM } from './growth-requests.ts';
import { table } from './report.ts';

/** The median time of each request in milliseconds, one for each size. */
export type Times = Record<string, number[]>;

type Kinds = Record<'reads' | 'writes', Times>;

/** So many times as long may the largest world take as the smallest. */
const GROWTH_MAX = { reads: 1.3, writes: 1.5 };

interface Row {
  name: string;
  times: number[];
  /** Undefined where no smaller world can be compared. */
  growth: number | undefined;
  /** The size that growth counts from, where that is not the smallest. */
  from: number | undefined;
  limit: number;
}

const rowsOf = (sizes: number[], kinds: Kinds): Row[] =>
  (['reads', 'writes'] as const).flatMap((kind) =>
    Object.entries(kinds[kind]).map(([name, times]) => {
      const first = sizes.findIndex((size) => size >= (COMPARABLE_FROM[name] ?? 0));
      const last = sizes.length - 1;
      return {
        name,
        times,
        growth: first < last ? (times[last] as number) / (times[first] as number) : undefined,
        from: first === 0 ? undefined : sizes[first],
        limit: GROWTH_MAX[kind],
      };
    }),
  );

/** Those that miss their goal. */
export const grownRows = (sizes: number[], kinds: Kinds) =>
  rowsOf(sizes, kinds).flatMap(({ name, growth, limit }) =>
    growth !== undefined && growth > limit ? [{ name, growth }] : [],
  );

export function growthTable(sizes: number[], kinds: Kinds): string {
  const head = ['p50 in ms', ...sizes.map((size) => size.toLocaleString('en')), 'growth', 'goal', ''];
  const rows = rowsOf(sizes, kinds).map(({ name, times, growth, from, limit }) => [
    name,
    ...times.map((time) => time.toFixed(2)),
    ...(growth === undefined
      ? ['–', `at most ${limit}`, 'not compared']
      : [
          growth.toFixed(2) + (from ? ` (from ${from.toLocaleString('en')})` : ''),
          `at most ${limit}`,
          growth <= limit ? 'met' : 'missed',
        ]),
  ]);
  return table(head, rows);
}

export const growthPage = (
  sizes: number[],
  rounds: number,
  seconds: number,
  kinds: Kinds,
) => `# What grows with the data

Written by \`npm run bench:growth -- --sizes ${sizes} --rounds ${rounds} --write docs/growth.md\`.

The median time of a request, one at a time, through the deploy bundle under plain workerd, the local Neon and a real
PostgreSQL, over ${new Intl.ListFormat('en').format(sizes.map((size) => size.toLocaleString('en')))} posts, with a tenth as many people and ten votes a post. One post has
everybody's vote, one person everybody's follow, and one post nearly every reply, a fifth of all posts.
Medians of ${rounds} round${rounds === 1 ? '' : 's'} of ${seconds} s; within a round each request goes to each size in turn. "Growth" is the time at the largest
size over that at the smallest, or at the one named; "not compared" where the answer is shorter in the smaller world.

Not in it: what happens when the data no longer fits into memory, and what many requests at once do to each other.

${growthTable(sizes, kinds)}
`;
