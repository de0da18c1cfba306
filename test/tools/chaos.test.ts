// What `npm run test:chaos` does for an hour, for some seconds: on PGlite, before the deploy bundle under plain workerd.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkingClient } from '../../tools/chaos/client.ts';
import { sendSlowly, stayIdle } from '../../tools/chaos/connections.ts';
import { tryFaults } from '../../tools/chaos/faults.ts';
import { fuzzHome } from '../../tools/chaos/fuzzing.ts';
import { buildPrograms, type Home, startWorkerHome } from '../../tools/chaos/homes.ts';
import { type HostileNeon, startHostileNeon } from '../../tools/chaos/hostile-neon.ts';
import { chooseForAThird, NEON_FAULTS, OUTAGE_FAULTS } from '../../tools/chaos/neon-faults.ts';
import { writeThroughOutage } from '../../tools/chaos/outages.ts';
import { page, type Row } from '../../tools/chaos/report.ts';
import { signInBesideReaders } from '../../tools/chaos/storm.ts';
import { type World, worldOf } from '../../tools/chaos/world.ts';
import { writeWithFaults } from '../../tools/chaos/writers.ts';
import type { Backend } from '../../tools/neon/backend.ts';
import { openPglite } from '../../tools/neon/pglite.ts';
import { type Neon, startNeon } from '../../tools/neon/server.ts';
import { migrateUp } from '../../tools/postgres/migrations.ts';
import { readDocument } from '../support/operations.ts';

const SEED = 20_261_125;
/** Long enough for a machine that others use, too; a call without an answer takes as long. */
const TIMEOUT_MS = 2_000;

const file = path.resolve(import.meta.dirname, '../../openapi.json');
const document = readDocument(JSON.parse(readFileSync(file, 'utf8')));
const client = checkingClient(document);

let backend: Backend;
let neon: Neon;
let hostile: HostileNeon;
let world: World;
let home: Home;
let removePrograms: () => void;

beforeAll(async () => {
  backend = await openPglite();
  await migrateUp(backend);
  neon = await startNeon({ backend });
  hostile = await startHostileNeon(neon.url);
  world = worldOf(backend, '');
  const programs = buildPrograms({ withNode: false });
  removePrograms = programs.remove;
  const settings = { DATABASE_TIMEOUT_MS: String(TIMEOUT_MS) };
  home = await startWorkerHome(programs, hostile.address, { settings });
});

afterAll(async () => {
  await home?.stop();
  await hostile?.close();
  await neon?.close();
  await backend?.close();
  removePrograms?.();
});

/** Nothing broke, and the row can stand in the page. */
function expectKept(...rows: Row[]) {
  expect(rows.flatMap(({ broken }) => broken)).toEqual([]);
  expect(page(rows, { seed: SEED, share: 1, load: '' })).toMatch(/\| kept \|/);
}

describe('the deploy bundle under plain workerd', () => {
  it('answers random requests as documented', async () => {
    expectKept(await fuzzHome(home, world, document, client, { seed: SEED, requests: 300, at_once: 2 }));
  });

  it('answers as planned whatever becomes of a call of the database', async () => {
    const timing = { timeout_ms: TIMEOUT_MS, step: 83 };
    expectKept(await tryFaults({ home, neon: hostile, client, world, document, seed: SEED, ...timing }));
  });

  it('loses and doubles no write while a third of all calls fails', async () => {
    hostile.choose(chooseForAThird(OUTAGE_FAULTS, SEED));
    const row = await writeWithFaults({ home, world, client, writers: 4 }, 40, 'a third fails');
    hostile.choose(() => undefined);

    expectKept(row);
  });

  it('serves as soon as a database that answered nobody is back', async () => {
    const noAnswer = NEON_FAULTS.find(({ name }) => name.startsWith('no answer'));
    const away = async () => {
      hostile.choose(() => noAnswer);
      await new Promise((resolve) => setTimeout(resolve, 500));
      hostile.choose(() => undefined);
    };
    // How soon is for a quiet machine to say: `npm run test:chaos`.
    const outage = { what: 'a stall', away, recovery_max_ms: 20_000 };

    expectKept(await writeThroughOutage({ home, world, client, writers: 2 }, outage));
  });

  it('signs everybody in, and serves others beside them', async () => {
    expectKept(...(await signInBesideReaders({ home, world, client, logins: 5, readers: 1 })));
  });

  it('serves others beside clients that leave, dawdle or say nothing', async () => {
    expectKept(...(await sendSlowly({ home, world, client, clients: 21 })));
    expectKept(await stayIdle({ home, client, clients: 20 }));
  });
});
