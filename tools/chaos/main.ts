// Attacks a Ledge of its own, on a real Postgres, and says whether it keeps its promises: `npm run test:chaos -- --help`.
import { randomInt } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import '../import-worker.ts';
import { readDocument } from '../../test/support/operations.ts';
import { checkingClient } from './client.ts';
import { buildPrograms } from './homes.ts';
import { PARTS } from './parts.ts';
import { page, type Row, table } from './report.ts';
import { openRealWorld } from './world.ts';

const USAGE = `npm run test:chaos -- [options]
  --seed N         the same requests and faults as in another run; by default others each time
  --share 1        the part of the full numbers, as 0.01
  --only NAME,…    of ${Object.keys(PARTS).join(', ')}
  --write FILE     the page, as docs/reliability.md has it
Needs PostgreSQL's server. It takes a quarter of an hour.`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(randomInt(1, 2 ** 31 - 1_000_000)) },
    share: { type: 'string', default: '1' },
    only: { type: 'string', default: Object.keys(PARTS).join() },
    write: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else process.exitCode = (await run()) ? 0 : 1;

/** Resolves to whether every promise was kept. */
async function run(): Promise<boolean> {
  const names = values.only.split(',');
  for (const name of names)
    if (!PARTS[name]) throw new Error(`--only knows no ${name}: ${Object.keys(PARTS).join(', ')}`);
  const [seed, share] = [Number(values.seed), Number(values.share)];
  if (!(share > 0 && share <= 1)) throw new Error('--share must be above 0 and at most 1');
  console.log(`Seed ${seed}`);
  const file = path.resolve(import.meta.dirname, '../../openapi.json');
  const document = readDocument(JSON.parse(readFileSync(file, 'utf8')));
  const programs = buildPrograms({ withNode: true });
  const world = await openRealWorld();
  const rows: Row[] = [];
  try {
    const add = (row: Row) => {
      rows.push(row);
      console.log(table([row]).split('\n').at(-1));
      for (const line of row.broken) console.error(`  ${line}`);
    };
    const client = checkingClient(document);
    for (const name of names) await PARTS[name]?.({ seed, share, document, client, programs, world, add });
  } finally {
    await world.stop();
    programs.remove();
  }
  const load = ` with ${availableParallelism()} cores, whose load was ${loadavg()[1]?.toFixed(1)}`;
  if (values.write) writeFileSync(values.write, page(rows, { seed, share, load }));
  return rows.every(({ broken }) => broken.length === 0);
}
