import type { Query } from '../neon/backend.ts';
import type { KnownList } from './lists.ts';
import type { PlanSummary } from './plan.ts';
import type { Mode } from './watch.ts';

/** One page of a list, and what its call did under each kind of plan. */
export interface Measured {
  list: KnownList;
  page: string;
  call: Query;
  ms: number;
  plans: Partial<Record<Mode, PlanSummary>>;
}

const HEAD = [
  'List',
  'Path',
  'Page',
  'Rows',
  'At most',
  'Blocks',
  'ms',
  'Sequential scans',
  'With other plans',
];

/** What a list may not do, with any plan. */
export const faultsOf = ({ list, page, plans }: Measured): string[] =>
  Object.entries(plans).flatMap(([mode, { faults }]) =>
    faults.map((fault) => `${list.what}, ${page} page, ${mode} plan: ${fault} (at most ${list.touchedMax})`),
  );

export function tableOf(measured: Measured[]): string {
  const rows = measured.map(({ list, page, plans: { generic, ...others }, ms }) => [
    list.what,
    `\`${shorten(list.path)}\``,
    page,
    generic?.rowsTouched,
    list.touchedMax,
    generic?.blocks,
    ms.toFixed(1),
    generic?.faults.filter((fault) => fault.startsWith('Seq Scan')).join(', ') || 'none',
    Object.entries(others)
      .filter(([, { rowsTouched }]) => rowsTouched !== generic?.rowsTouched)
      .map(([mode, { rowsTouched }]) => `${mode}: ${rowsTouched}`)
      .join(', '),
  ]);
  return [HEAD, HEAD.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const shorten = (path: string) => {
  const plain = decodeURIComponent(path);
  return plain.length > 60 ? `${plain.slice(0, 57)}…` : plain;
};

export const pageOf = (measured: Measured[]) => `# How Postgres runs every list

1,000,000 posts in a random order of the heap, 100,000 people, 5,000,000 votes in a real PostgreSQL; every call is the
one that the Worker sends. What is counted happens inside the functions: \`auto_explain\` shows the plan of each statement
of theirs. Written by \`npm run explain -- --write docs/plans.md\`, which fails when a call reads a table from end to end,
or touches, sorts or counts more rows than it may: a small multiple of its page, or of the people followed for a timeline.

- **Page**: the first one, the one a thousand rows down (the second one where the list ends before), and back from there,
  10 rows each.
- **Rows** touched are counted in every table and index, rows that a filter threw away included; **blocks** of 8 kB are
  those read for them, from memory as a rule.
- **ms**: a warm connection, from the client and back.
- The plans are those of production: made once for all arguments where a function sets \`plan_cache_mode\`. The same calls
  are checked with plans that are made for their arguments (custom) and with those that Postgres has settled on after ten
  calls (auto), and held to the same bounds; the last column has the rows where they differ.

Some rows are bounded otherwise.

- A list by votes of a search, or of a tag beside an author, looks at every hit when hits are rare, because no index has
  votes beside words.
- A search of a rare word looks at all that the index finds: a word that was common for a month a year ago costs that
  month, and a phrase that nobody wrote costs the posts that have its parts.
- A part of a day by votes is sieved from the whole day.
- A \`total\` that no counter is kept for stops at 10,000 rows and answers null.
- A page that is asked for by \`skip\` reads what it skips, and a timeline that of each person who may be on it.
- Sessions and a piece of an export look at the keys of all of one person's sessions or posts.

${tableOf(measured)}
`;
