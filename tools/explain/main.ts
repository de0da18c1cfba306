// Shows how Postgres runs every list and read of the API over a million posts, the statements inside functions included,
// and fails when one reads more than it should.
//   node tools/explain/main.ts [--url postgres://…] [--loaded] [--only text] [--write docs/plans.md]
// Without a URL it starts a cluster of its own; with one, the database must be empty, or hold the world (--loaded). The
// role must be a superuser.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Query } from '../neon/backend.ts';
import { openPostgres } from '../neon/postgres.ts';
import { startCluster } from '../postgres/cluster.ts';
import { loadWorld } from '../postgres/load-world.ts';
import { migrateUp } from '../postgres/migrations.ts';
import { type KnownList, LISTS } from './lists.ts';
import { faultsOf, type Measured, pageOf, tableOf } from './page.ts';
import { summarise } from './plan.ts';
import { connect, MODES, type Mode, plansOf, setMode, timeOf } from './watch.ts';
import { type Api, startApi } from './worker.ts';

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    loaded: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    write: { type: 'string' },
  },
});

const cluster = values.url
  ? undefined
  : await startCluster({ settings: { shared_buffers: '512MB', max_wal_size: '8GB' } });
const url = values.url ?? (cluster?.url as string);
const backend = await openPostgres({ url });
const api = await startApi(backend);
try {
  await migrateUp(backend);
  if (!values.loaded) {
    const world = readFileSync(path.join(import.meta.dirname, 'world.sql'), 'utf8');
    await loadWorld(backend, world, (line) => console.error(line));
  }
  const measured: Measured[] = [];
  for (const list of LISTS.filter(({ what, path }) => `${what} ${path}`.includes(values.only)))
    for (const [page, call] of await callsOf(api, list))
      measured.push({ list, page, call, ms: 0, plans: {} });
  for (const mode of Object.keys(MODES) as Mode[]) await measure(measured, mode);
  process.stdout.write(`${tableOf(measured)}\n`);
  if (values.write) writeFileSync(values.write, pageOf(measured));
  const faults = measured.flatMap(faultsOf);
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length > 0 ? 1 : 0;
} finally {
  await api.close();
  await backend.close();
  await cluster?.stop();
}

/** The calls behind the first page of a list, the one a thousand rows down (or the second), and back from there. */
async function callsOf({ ask }: Api, { path, user }: KnownList): Promise<[page: string, call: Query][]> {
  const found: [string, Query][] = [];
  const look = async (page: string, address: string) => {
    const { body, calls } = await ask(address, user);
    found.push([page, calls[0] as Query]);
    return body.page ?? {};
  };
  const withParameter = (parameter: string) => `${path}${path.includes('?') ? '&' : '?'}${parameter}`;
  const first = await look('first', path);
  if (first.limit === undefined || path.includes('skip=')) return found;
  const far = (await ask(withParameter('skip=1000'), user)).body.page;
  const cursor = far.next_cursor ?? first.next_cursor;
  if (!cursor) return found;
  const middle = await look('middle', withParameter(`cursor=${cursor}`));
  if (middle.prev_cursor) await look('back', withParameter(`cursor=${middle.prev_cursor}`));
  return found;
}

/** Adds the plans of one mode to all that was measured, and the time where it is the one that the functions ask for. */
async function measure(measured: Measured[], mode: Mode): Promise<void> {
  const admin = await connect(url);
  await setMode(admin, mode);
  try {
    for (const each of measured) {
      // A connection each: plans that Postgres has settled on are those of the ten calls before.
      const client = await connect(url);
      for (let i = 0; i < (mode === 'auto' ? 10 : 1); i++)
        await client.query(each.call.text, each.call.params);
      if (mode === 'generic') each.ms = await timeOf(client, each.call);
      each.plans[mode] = summarise(await plansOf(client, each.call), each.list.touchedMax);
      await client.end();
    }
  } finally {
    await setMode(admin, 'generic');
    await admin.end();
  }
}
