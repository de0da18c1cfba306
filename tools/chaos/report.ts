// What a run prints, and the page that it writes.

export interface Row {
  /** What was done, and to whom. */
  what: string;
  /** How many. */
  count: string;
  seen: string;
  /** What broke a promise: nothing, or a line for each. */
  broken: string[];
}

const cells = (row: Row) => [row.what, row.count, row.seen, row.broken.length === 0 ? 'kept' : 'broken'];

export const table = (rows: Row[]) =>
  [
    ['What was done', 'How many', 'What was seen', 'Promise'],
    ['---', '---', '---', '---'],
    ...rows.map(cells),
  ]
    .map((line) => `| ${line.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');

/** A figure at this share of all, of milliseconds. */
export function quantile(times_ms: number[], share: number): number {
  const sorted = times_ms.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export const latencies = (times_ms: number[]) =>
  `p50 ${quantile(times_ms, 0.5).toFixed(0)} ms, p99 ${quantile(times_ms, 0.99).toFixed(0)} ms, longest ${Math.max(0, ...times_ms).toFixed(0)} ms`;

/** `200: 31, 503: 2` */
export const counts = (numbers: Map<string | number, number>) =>
  [...numbers]
    .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1))
    .map(([name, count]) => `${name}: ${count.toLocaleString('en')}`)
    .join(', ');

export const page = (
  rows: Row[],
  { seed, share, load }: { seed: number; share: number; load: string },
) => `# What Ledge withstands

Written by \`npm run test:chaos -- --write docs/reliability.md\`, with seed ${seed}${share < 1 ? `, and ${share} of the full numbers` : ''}.

The Worker is the deploy bundle under plain workerd; "Node" is the server for Node. Both have a real PostgreSQL: the Worker
through the local Neon with a proxy before it that fails, Node through a proxy of its connections that does. Everything
shares one machine${load}.

${table(rows)}

- **kept**: nothing was seen that the contract or [SECURITY.md](../SECURITY.md) rules out. The command ends with 1 otherwise.
- Every answer is held against the OpenAPI document: its status, headers, content type, and every key of its body; and it may
  hold no password hash, no SQL, and no email of anybody but its caller.
- A write is **acknowledged** when it was answered with 201. Writers repeat what was not, with the same \`Idempotency-Key\`.
- Times belong to this machine. They are figures, not promises.

Other commands measure what else could keep others waiting: \`npm run explain\` the most expensive requests over a million
posts ([plans.md](plans.md)), and \`npm run bench:deletion\` the deletion of a person with 120,000 followers while others write
([cost.md](cost.md#what-a-deletion-costs)).

To repeat a run: \`npm run test:chaos -- --seed ${seed}${share < 1 ? ` --share ${share}` : ''}\`. \`-- --help\` names the parts, which can be run alone.
`;
