// Shows how Postgres runs every list of the API over a million posts, and fails when one reads more than it should.
//   node tools/explain/main.ts [--url postgres://…] [--loaded] [--write docs/plans.md]
// Without a URL it starts a cluster of its own; with one, the database must be empty, or hold the world (--loaded).
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Answer, Backend, Query } from '../neon/backend.ts';
import { openPostgres } from '../neon/postgres.ts';
import { startNeon } from '../neon/server.ts';
import { startCluster } from '../postgres/cluster.ts';
import { loadWorld, sessionOf } from '../postgres/load-world.ts';
import { migrateUp } from '../postgres/migrations.ts';
import '../import-worker.ts';
import { type KnownList, LISTS } from './lists.ts';
import { type PlanNode, type PlanSummary, summarise } from './plan.ts';

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    loaded: { type: 'boolean', default: false },
    write: { type: 'string' },
  },
});

const SETTINGS = {
  ENVIRONMENT: 'development',
  JWT_SECRET: 'a secret that signs nothing but this run',
  JWT_ISSUER: 'explain',
  JWT_AUDIENCE: 'explain',
};

interface Explained {
  Plan: PlanNode;
  'Planning Time': number;
  'Execution Time': number;
}

interface Measured extends KnownList, PlanSummary {
  pages: string;
  ms: number;
}

const cluster = values.url
  ? undefined
  : await startCluster({ settings: { shared_buffers: '512MB', max_wal_size: '8GB', jit: 'off' } });
const backend = await openPostgres({ url: values.url ?? (cluster?.url as string) });
const plans: Explained[] = [];
const neon = await startNeon({ backend: explaining(backend, plans) });
try {
  if (!values.loaded) {
    await migrateUp(backend);
    const world = readFileSync(path.join(import.meta.dirname, 'world.sql'), 'utf8');
    await loadWorld(backend, world, (line) => console.error(line));
  }
  const measured: Measured[] = [];
  for (const list of LISTS) measured.push(...(await measure(list)));
  const table = tableOf(measured);
  console.log(table);
  if (values.write) writeFileSync(values.write, page(table));
  const broken = measured.filter(({ faults }) => faults.length > 0);
  for (const { what, faults } of broken) console.error(`${what}: ${faults.join('; ')}`);
  process.exitCode = broken.length > 0 ? 1 : 0;
} finally {
  await neon.close();
  await backend.close();
  await cluster?.stop();
}

/** Every statement is explained before it is answered: what is seen is what the Worker sends, planned as it comes. */
function explaining(inner: Backend, seen: Explained[]): Backend {
  return {
    ...inner,
    async query(query: Query, signal?: AbortSignal): Promise<Answer> {
      const explain = {
        ...query,
        text: `EXPLAIN (ANALYZE, TIMING OFF, SUMMARY ON, FORMAT JSON) ${query.text}`,
      };
      const { rows } = await inner.query(explain, signal);
      seen.push(JSON.parse(rows[0]?.[0] as string)[0]);
      return inner.query(query, signal);
    },
  };
}

/** The first page and the second one: a cursor makes another statement. */
async function measure(list: KnownList): Promise<Measured[]> {
  const first = await run(list, list.path);
  const measured = [{ ...list, ...first.summary, ms: first.ms, pages: 'first' }];
  const next = first.body.page?.next_cursor;
  if (next && !list.path.includes('skip=')) {
    const path = `${list.path}${list.path.includes('?') ? '&' : '?'}cursor=${next}`;
    const second = await run(list, path);
    measured.push({ ...list, ...second.summary, ms: second.ms, pages: 'second' });
  }
  return measured;
}

async function run(list: KnownList, path: string) {
  const { default: worker } = await import(new URL('../../src/index.ts', import.meta.url).href);
  const { issueAccessToken } = await import(new URL('../../src/security/token.ts', import.meta.url).href);
  const token =
    list.user && (await issueAccessToken(SETTINGS, { user: list.user, session: sessionOf(list.user) }));
  const headers: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
  const env = {
    ...SETTINGS,
    DATABASE_URL: neon.databaseUrl,
    DATABASE_ENDPOINT: neon.endpoint,
    DATABASE_TIMEOUT_MS: '60000',
  };
  plans.length = 0;
  const response = await worker.fetch(new Request(`http://localhost${path}`, { headers }), env);
  const body = await response.json();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${JSON.stringify(body)}`);
  const [plan] = plans;
  if (!plan || plans.length > 1) throw new Error(`${path} made ${plans.length} statements.`);
  return {
    body,
    summary: summarise(plan.Plan, list.touchedMax),
    ms: plan['Planning Time'] + plan['Execution Time'],
  };
}

function tableOf(measured: Measured[]): string {
  const rows = measured.map(({ what, path, pages, scans, rowsTouched, ms, faults }) => {
    const url = path.length > 60 ? `${path.slice(0, 57)}…` : path;
    const cells = [
      what,
      `\`${url}\``,
      pages,
      rowsTouched,
      ms.toFixed(1),
      scans.join(', '),
      faults.join('; ') || 'none',
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| List | Path | Page | Rows touched | ms | Read from | Faults |',
    '|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function page(table: string): string {
  return `# How Postgres runs every list

1,000,000 posts, 100,000 people, 5,000,000 votes in a real PostgreSQL; every statement is the one that the Worker sent,
planned with its values as Neon plans it, under the settings of the Worker's role (\`deployment.md\`). Written by
\`npm run explain -- --write docs/plans.md\`, which fails when a list reads a table from end to end, sorts or counts more
than it may touch, or touches more than a small multiple of its page (of the people followed, for a timeline). Rows
touched are counted in every table and index, rows that a filter threw away included, with 10 rows a page; the time is
that of planning and running the statement in Postgres.

Two kinds of rows are bounded otherwise. The top of a search, or of a tag beside an author, looks at every hit when hits
are rare, because no index has votes beside words. A \`total\` that no counter is kept for stops at 10,000 rows and
answers null.

${table}
`;
}
