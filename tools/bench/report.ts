// The tables of a run, and the page that they make.
import { goalRows, showRatio } from './goals.ts';
import type { Load } from './load.ts';
import { HEADERS, OPERATIONS, type Operation } from './requests.ts';
import { divide, type Lookup, type Result, type Summary, summarize } from './results.ts';

/** Who they are, a sentence each, in the order of the page. */
const CONTENDERS: Record<string, string> = {
  Ledge:
    'the bundle that is deployed to production under plain workerd, with all that it does there: it asks for the session, keeps counters, tags and a search index, and logs and limits requests.',
  'a conventional Worker':
    "a Worker as the guides of its parts have it written (Hono, its validator and JWT middleware, Drizzle over Neon's HTTP driver), on the courses' tables with an index on votes(post_id).",
  'select 1 through the driver':
    "a Worker that sends `select 1` through Neon's HTTP driver: what no Worker that asks the database once can go below.",
  'an empty Worker': 'a Worker that answers "ok": the cost of the runtime.',
  pgbench:
    "no server: pgbench calls Ledge's functions with prepared statements, for somebody who is signed in where a request needs that. It is what Postgres itself can do, and nothing that calls these functions is faster.",
  'Ledge on Node':
    'the same app as a server of its own (docs/own-server.md), with two processes behind one port and its default of four connections to Postgres for each.',
  'Fastify with pg':
    "a Node server that holds its connections to Postgres (eight for each process; with fewer it is not faster) and prepares its statements, on the courses' tables with an index on votes(post_id); no HTTP stands between it and Postgres.",
  'Hono on Node with Drizzle':
    'a Node server as the guides of its parts have it written (Hono, its validator and JWT middleware, Drizzle over node-postgres), on the same tables.',
  'the course app': 'the application of the FastAPI courses as they teach it, with its tables.',
  'the course app with an index': 'the same with the index on votes(post_id) that the courses forget.',
  'Ledge (canned Neon)':
    'one process of Ledge before a program that answers each statement with what Neon answered to it once: the CPU of workerd without a database beside it.',
  'select 1 through the driver (canned Neon)': 'the same for `select 1`.',
};

const COMPARED = [
  'a conventional Worker',
  'Fastify with pg',
  'the course app with an index',
  'the course app',
] as const;

/** All tables, as Markdown. */
export function tablesOf(results: Result[]): string {
  const summaries = summarize(results);
  const of: Lookup = (contender, operation) =>
    summaries.find((each) => each.contender === contender && each.operation === operation);
  const goals = goalRows(of);
  const comparedWith = (home: string, others: readonly string[]) =>
    others
      .map((other) => [other, ...OPERATIONS.map((operation) => faster(of, home, other, operation))])
      .filter(([, ...found]) => found.some(Boolean));
  return [
    ...section('Goals', ['Ledge', 'Request', 'Goal', 'Seen', ''], goals),
    ...section(
      "Ledge's requests a second, over those of",
      ['', ...OPERATIONS.map((o) => HEADERS[o])],
      comparedWith('Ledge', COMPARED),
    ),
    ...section(
      "Ledge on Node's requests a second, over those of",
      ['', ...OPERATIONS.map((o) => HEADERS[o])],
      comparedWith('Ledge on Node', [
        'pgbench',
        'Ledge',
        'Fastify with pg',
        'Hono on Node with Drizzle',
        'the course app',
      ]),
    ),
    ...section('All figures', FIGURES, summaries.map(figures)),
  ].join('\n\n');
}

function faster(of: Lookup, home: string, other: string, operation: Operation): string {
  const ratio = divide(of(home, operation)?.requests_per_second, of(other, operation)?.requests_per_second);
  return ratio === undefined ? '' : showRatio(ratio);
}

const FIGURES = [
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
];

function figures(summary: Summary): (string | number)[] {
  const { contender, operation, requests_per_second, spread, p50_ms, p99_ms, failed, cpu_us } = summary;
  return [
    contender,
    HEADERS[operation as Operation],
    Math.round(requests_per_second).toLocaleString('en'),
    spread.toFixed(2),
    p50_ms.toFixed(1),
    p99_ms.toFixed(1),
    ...['server', 'neon', 'postgres', 'wrk'].map((who) =>
      cpu_us[who] === undefined ? '' : Math.round(cpu_us[who]).toLocaleString('en'),
    ),
    failed,
  ];
}

/** Nothing where there are no rows. */
const section = (title: string, head: string[], rows: (string | number)[][]) =>
  rows.length > 0 ? [`## ${title}`, table(head, rows)] : [];

export const table = (head: string[], rows: (string | number)[][]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** What `--write` writes. */
export function page(results: Result[], { connections, seconds, posts }: Load, rounds: number): string {
  const measured = new Set(results.map(({ contender }) => contender));
  const who = Object.entries(CONTENDERS).filter(([name]) => measured.has(name));
  return `# What a request costs

Written by \`npm run bench -- --write docs/benchmark.md\`.

A PostgreSQL with ${posts.toLocaleString('en')} posts and ten votes each, ${connections} connections, medians of ${rounds} rounds of ${seconds} s. In each round
every server is asked in turn, and server, database and load generator share one machine. Every server is two
processes, unless its line says otherwise.

${who.map(([name, what]) => `- **${name}**: ${what}`).join('\n')}

Workers reach Postgres through the local Neon, a stand-in for Neon's proxy. Like the proxy it resets a connection
after every query, once the answer is sent.

"Spread" is the fastest round over the slowest. CPU is that of all processes of a kind, from /proc, divided by the
number of requests. "Failed" counts answers other than 2xx: the course app answers 409 to a second vote.

## What the figures do not say

- How fast another machine is: requests a second and CPU belong to this one. Ratios of one run travel better.
- How long a request takes in production: there are no network, no TLS and no distance to the database here.
- What Cloudflare and Neon add or save: their own proxies, caches and isolates did not run.
- That the servers do the same: Ledge does more for each request than the others, which keep no session, counters,
  tags, search index or limits.
- What durable storage costs: Postgres does not wait for its disk here, for anybody.
- How many people can be served: a few connections that ask without a pause are no crowd.

${tablesOf(results)}
`;
}
