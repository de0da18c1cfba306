/** A node of `EXPLAIN (ANALYZE, FORMAT JSON)`, as far as it is read here. */
export interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  'Shared Hit Blocks'?: number;
  'Shared Read Blocks'?: number;
  Plans?: PlanNode[];
}

/** What one call did, in all the statements of its functions. */
export interface PlanSummary {
  /** Rows that were read from tables and indexes, those that a filter threw away included. */
  rowsTouched: number;
  /** Blocks of 8 kB that were read, most of them again and again. */
  blocks: number;
  /** Tables that were read from end to end, and rows that were sorted or counted beyond the bound. */
  faults: string[];
}

const READS = /^(?:(?:Seq|Index|Index Only|Tid|Sample) Scan|Bitmap Heap Scan|Bitmap Index Scan)$/;
const GATHERS = /^(?:Sort|Incremental Sort|Aggregate|WindowAgg|Unique|Hash)$/;

/** Read from end to end on purpose: the few rows of the one add up, and the other has one row. */
const WHOLE = new Set(['totals', 'identity']);

function* nodesOf(node: PlanNode): Generator<PlanNode> {
  yield node;
  for (const child of node.Plans ?? []) yield* nodesOf(child);
}

const rowsOf = (node: PlanNode) =>
  node['Actual Loops'] *
  (node['Actual Rows'] +
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0));

const blocksOf = (node: PlanNode) => (node['Shared Hit Blocks'] ?? 0) + (node['Shared Read Blocks'] ?? 0);

/**
 * The plans of one call, that of the call itself last: it ends last, and its blocks are those of all others too. Sorts and
 * aggregates are held to `touchedMax` rows as well: a page is sorted, a table never.
 */
export function summarise(plans: PlanNode[], touchedMax: number): PlanSummary {
  const ran = plans.flatMap((plan) => [...nodesOf(plan)]).filter((node) => node['Actual Loops'] > 0);
  const reads = ran.filter((node) => READS.test(node['Node Type']));
  const rowsTouched = reads.reduce((sum, node) => sum + rowsOf(node), 0);
  const faults = ran.flatMap((node) => {
    const type = node['Node Type'];
    if (type === 'Seq Scan' && !WHOLE.has(node['Relation Name'] ?? ''))
      return [`Seq Scan on ${node['Relation Name']}`];
    const gathered = Math.max(0, ...(node.Plans ?? []).map((child) => child['Actual Rows']));
    return GATHERS.test(type) && gathered > touchedMax ? [`${type} over ${gathered} rows`] : [];
  });
  if (rowsTouched > touchedMax) faults.push(`${rowsTouched} rows touched`);
  return {
    rowsTouched,
    blocks: blocksOf(plans.at(-1) as PlanNode),
    faults: [...new Set(faults)],
  };
}
