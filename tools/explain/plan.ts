/** A node of `EXPLAIN (ANALYZE, FORMAT JSON)`, as far as it is read here. */
export interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  'Rows Removed by Join Filter'?: number;
  Plans?: PlanNode[];
}

export interface PlanSummary {
  /** The scans that ran, each once: `Index Scan posts_newest`. */
  scans: string[];
  /** Rows that were read from tables and indexes, those that a filter threw away included. */
  rowsTouched: number;
  /** What no list may do. */
  faults: string[];
}

const READS = /^(?:(?:Seq|Index|Index Only|Tid|Sample) Scan|Bitmap Heap Scan|Bitmap Index Scan)$/;
const GATHERS = /^(?:Sort|Incremental Sort|Aggregate|WindowAgg|Unique)$/;

/** Read from end to end on purpose: its few rows add up. */
const WHOLE = new Set(['totals']);

function* nodesOf(node: PlanNode): Generator<PlanNode> {
  yield node;
  for (const child of node.Plans ?? []) yield* nodesOf(child);
}

const rowsOf = (node: PlanNode) =>
  node['Actual Loops'] *
  (node['Actual Rows'] +
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0));

/** What a plan did. Sorts and aggregates are held to `gatheredMax` rows: a page is sorted, a table never. */
export function summarise(plan: PlanNode, touchedMax: number): PlanSummary {
  const ran = [...nodesOf(plan)].filter((node) => node['Actual Loops'] > 0);
  const reads = ran.filter((node) => READS.test(node['Node Type']));
  const rowsTouched = reads.reduce((sum, node) => sum + rowsOf(node), 0);
  const faults = ran.flatMap((node) => {
    const type = node['Node Type'];
    if (type === 'Seq Scan' && !WHOLE.has(node['Relation Name'] ?? ''))
      return [`Seq Scan on ${node['Relation Name']}`];
    const gathered = Math.max(0, ...(node.Plans ?? []).map((child) => child['Actual Rows']));
    return GATHERS.test(type) && gathered > touchedMax ? [`${type} over ${gathered} rows`] : [];
  });
  if (rowsTouched > touchedMax) faults.push(`${rowsTouched} rows touched, ${touchedMax} allowed`);
  const names = reads.map((node) => node['Index Name'] ?? node['Relation Name'] ?? node['Node Type']);
  return { scans: [...new Set(names.filter((name) => name !== undefined))], rowsTouched, faults };
}
