import type { Load } from './load.ts';
import type { Result } from './main.ts';

interface Row extends Omit<Result, 'cpu'> {
  cpu: Record<string, number>;
  /** How far the rounds lie apart: the quickest over the slowest. */
  spread: number;
}

const OPERATIONS = ['list', 'one', 'create', 'vote'] as const;

/** Who is compared with whom, and in what: Ledge's figure over theirs. */
const COMPARED: { what: string; ratio: (of: Lookup, operation: string) => number | undefined }[] = [
  {
    what: 'CPU in workerd, over that of `select 1` through the driver',
    ratio: (of, operation) =>
      divide(of('Ledge', operation)?.cpu.server, of('select 1 through the driver', 'one')?.cpu.server),
  },
  ...['the course app', 'the course app with an index', 'Fastify with pg'].map((other) => ({
    what: `requests a second, over those of ${other}`,
    ratio: (of: Lookup, operation: string) =>
      divide(of('Ledge', operation)?.requestsPerSecond, of(other, operation)?.requestsPerSecond),
  })),
];

type Lookup = (contender: string, operation: string) => Row | undefined;

const divide = (one: number | undefined, other: number | undefined) =>
  one !== undefined && other ? one / other : undefined;

/** The medians of all rounds, and the ratios that travel, as Markdown. */
export function tablesOf(results: Result[]): string {
  const rows = medians(results);
  const of: Lookup = (contender, operation) =>
    rows.find((row) => row.contender === contender && row.operation === operation);
  const measured = rows.map(
    ({ contender, operation, requestsPerSecond, spread, p50_ms, p99_ms, failed, cpu }) => [
      contender,
      operation,
      Math.round(requestsPerSecond).toLocaleString('en'),
      spread.toFixed(2),
      p50_ms.toFixed(1),
      p99_ms.toFixed(1),
      ...['server', 'neon', 'postgres', 'wrk'].map((who) =>
        cpu[who] === undefined ? '' : Math.round(cpu[who]).toLocaleString('en'),
      ),
      failed,
    ],
  );
  const ratios = COMPARED.map(({ what, ratio }) => [
    what,
    ...OPERATIONS.map((operation) => ratio(of, operation)?.toPrecision(3) ?? ''),
  ]).filter(([, ...found]) => found.some(Boolean));
  return `${table(
    [
      'Server',
      'Request',
      'a second',
      'spread',
      'p50 ms',
      'p99 ms',
      'CPU µs: server',
      'Neon',
      'Postgres',
      'wrk',
      'failed',
    ],
    measured,
  )}

${table(['Ledge', ...OPERATIONS], ratios)}
`;
}

function medians(results: Result[]): Row[] {
  const groups = Map.groupBy(results, ({ contender, operation }) => `${contender} ${operation}`);
  return [...groups.values()].map((rounds) => {
    const [{ contender, operation, cpu }] = rounds as [Result];
    const middle = (value: (result: Result) => number) => median(rounds.map(value));
    const speeds = rounds.map(({ requestsPerSecond }) => requestsPerSecond);
    return {
      contender,
      operation,
      requestsPerSecond: median(speeds),
      spread: Math.max(...speeds) / Math.min(...speeds),
      p50_ms: middle(({ p50_ms }) => p50_ms),
      p99_ms: middle(({ p99_ms }) => p99_ms),
      failed: rounds.reduce((total, { failed }) => total + failed, 0),
      cpu: Object.fromEntries(Object.keys(cpu).map((who) => [who, middle((result) => result.cpu[who] ?? 0)])),
    };
  });
}

/** Of an even number the lower one of the two in the middle. */
export const median = (numbers: number[]) =>
  numbers.toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)] as number;

export const table = (head: string[], rows: (string | number)[][]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** What `--write` writes. */
export const page = (
  tables: string,
  { connections, seconds, posts }: Load,
  rounds: number,
) => `# What a request costs

Written by \`npm run bench -- --write docs/benchmark.md\`: ${posts.toLocaleString('en')} posts with ten votes each in a real PostgreSQL,
${connections} connections, medians of ${rounds} rounds of ${seconds} s, every server in turn within a round, and everything on the same machine:
server, database and load. Figures belong to that machine; the ratios of one run travel better.

Ledge is its deploy bundle for production under plain workerd, two processes, with all that it does there: limits,
logging, counters, headers. Its requests reach Postgres through the local Neon, an HTTP hop that the others don't make.
Fastify and the application of the FastAPI courses are two processes each, over the courses' own tables; the courses
lack an index on votes(post_id), and Fastify has it. CPU is that of all processes of a kind, from /proc, for one request.

Where Ledge's goes: over Neon's HTTP no statement stays prepared (its proxy runs DEALLOCATE ALL between two callers), so
that Postgres parses and plans each one anew, which for a single post is most of its time; and what a Worker pays for
\`select 1\` through the driver is more than Fastify pays for everything.

${tables}`;
