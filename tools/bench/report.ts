import type { Load } from './load.ts';
import type { Result } from './main.ts';

interface Row extends Omit<Result, 'cpu'> {
  cpu: Record<string, number>;
  /** How far the rounds lie apart: the quickest over the slowest. */
  spread: number;
}

/** Every goal of the project, with who is compared in which quantity. */
const GOALS: { what: string; goal: string; ratio: (of: Lookup) => number | undefined }[] = [
  ...(
    [
      ['one', '1.2', 'read one'],
      ['list', '1.4', 'list'],
      ['create', '1.4', 'create'],
      ['vote', '1.4', 'vote'],
    ] as const
  ).map(([operation, goal, what]) => ({
    what: `CPU in workerd, ${what} : \`select 1\` through the driver`,
    goal: `≤ ${goal}`,
    ratio: (of: Lookup) =>
      divide(of('Ledge', operation)?.cpu.server, of('select 1 through the driver', 'one')?.cpu.server),
  })),
  ...(
    [
      ['the course app', 'list', '300'],
      ['the course app', 'one', '110'],
      ['the course app', 'create', '11'],
      ['the course app', 'vote', '9'],
      ['Fastify with pg', 'list', '0.8'],
      ['Fastify with pg', 'one', '0.5'],
      ['Fastify with pg', 'create', '0.5'],
      ['Fastify with pg', 'vote', '0.5'],
    ] as const
  ).map(([other, operation, goal]) => ({
    what: `requests a second, ${operation} : ${other}`,
    goal: `≥ ${goal}`,
    ratio: (of: Lookup) =>
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
  const ratios = GOALS.flatMap(({ what, goal, ratio }) => {
    const found = ratio(of);
    return found === undefined ? [] : [[what, found.toPrecision(3), goal]];
  });
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

${table(['Ratio', 'measured', 'goal'], ratios)}
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

${tables}`;
