// The parts of `npm run test:chaos`. Each starts what it needs, and stops it.
import { setTimeout as pause } from 'node:timers/promises';
import type { ApiDocument } from '../../test/support/operations.ts';
import { startNeon } from '../bench/databases.ts';
import type { Client } from './client.ts';
import { sendSlowly, stayIdle } from './connections.ts';
import { tryFaults } from './faults.ts';
import { fuzzHome } from './fuzzing.ts';
import { type Home, type Programs, startNodeHome, startWorkerHome } from './homes.ts';
import { startHostileNeon } from './hostile-neon.ts';
import { startHostileWire, WIRE_FAULTS } from './hostile-wire.ts';
import { fillMemory } from './memory.ts';
import { chooseForAThird, NEON_FAULTS, OUTAGE_FAULTS } from './neon-faults.ts';
import { writeThroughOutage } from './outages.ts';
import type { Row } from './report.ts';
import { signInBesideReaders } from './storm.ts';
import type { RealWorld } from './world.ts';
import { writeWithFaults } from './writers.ts';

export interface Surroundings {
  seed: number;
  /** How many of the full numbers are done: 1 for all. */
  share: number;
  document: ApiDocument;
  client: Client;
  programs: Programs;
  world: RealWorld;
  add(row: Row): void;
}

/** Gives its rows to `add` as they come. */
export type Part = (surroundings: Surroundings) => Promise<void>;

/** The numbers of a full run. */
const FUZZED_ON_WORKER = 100_000;
const FUZZED_ON_NODE = 20_000;
const POSTS_UNDER_FAULTS = 4_000;
const WRITERS = 16;
const SIGN_INS = 200;
const READERS = 4;
const LEAVING = 600;
const IDLE = 400;
const MEMORY_REQUESTS = 50_000;

const AT_ONCE = 8;
/** Of a call of the database, where many of them get no answer. */
const TIMEOUT_MS = 500;
const OUTAGE_TIMEOUT_MS = 2_000;
const RECOVERY_MAX_MS = 2_000;
const STALL_MS = 12_000;
const STOPPED_MS = 3_000;

type Stoppable = { stop(): Promise<void> } | { close(): Promise<void> };

/** Runs `work`, and stops what it used, the last one first. */
async function stopAfter<Value>(
  work: (use: <Thing extends Stoppable>(thing: Thing) => Thing) => Promise<Value>,
): Promise<Value> {
  const used: Stoppable[] = [];
  try {
    return await work((thing) => {
      used.unshift(thing);
      return thing;
    });
  } finally {
    for (const thing of used) await ('stop' in thing ? thing.stop() : thing.close());
  }
}

/** The Worker on a healthy database. */
const onWorker = (
  { programs, world }: Surroundings,
  processes: number,
  work: (home: Home) => Promise<void>,
  settings: Record<string, string> = {},
) =>
  stopAfter(async (use) => {
    const neon = use(await startNeon(world.url));
    const options = { processes, settings };
    return work(use(await startWorkerHome(programs, neon.address, options)));
  });

const onNode = ({ world }: Surroundings, work: (home: Home) => Promise<void>, settings = {}) =>
  stopAfter(async (use) => work(use(await startNodeHome(world.url, settings))));

const many = (full: number, share: number) => Math.max(1, Math.ceil(full * share));

async function fuzzBoth(surroundings: Surroundings): Promise<void> {
  const { world, document, client, seed, share, add } = surroundings;
  const send = (requests: number) => async (home: Home) =>
    add(
      await fuzzHome(home, world, document, client, {
        seed,
        requests: many(requests, share),
        at_once: AT_ONCE,
      }),
    );
  await onWorker(surroundings, 1, send(FUZZED_ON_WORKER));
  await onNode(surroundings, send(FUZZED_ON_NODE));
}

/** The Worker before a Neon that fails as `work` chooses. */
const onHostileNeon = (
  { programs, world }: Surroundings,
  timeout_ms: number,
  work: (home: Home, neon: Awaited<ReturnType<typeof startHostileNeon>>) => Promise<void>,
) =>
  stopAfter(async (use) => {
    const neon = use(await startNeon(world.url));
    const hostile = use(await startHostileNeon(neon.address));
    const settings = { DATABASE_TIMEOUT_MS: String(timeout_ms) };
    return work(use(await startWorkerHome(programs, hostile.address, { settings })), hostile);
  });

const onHostileWire = (
  { world }: Surroundings,
  timeout_ms: number,
  work: (home: Home, wire: Awaited<ReturnType<typeof startHostileWire>>) => Promise<void>,
) =>
  stopAfter(async (use) => {
    const wire = use(await startHostileWire(world.url));
    const settings = { DATABASE_TIMEOUT_MS: String(timeout_ms) };
    return work(use(await startNodeHome(wire.url, settings)), wire);
  });

const everyFault: Part = (surroundings) =>
  onHostileNeon(surroundings, TIMEOUT_MS, async (home, neon) => {
    const step = Math.round(1 / surroundings.share);
    surroundings.add(await tryFaults({ ...surroundings, home, neon, timeout_ms: TIMEOUT_MS, step }));
  });

async function thirdFails(surroundings: Surroundings): Promise<void> {
  const { seed, share, add } = surroundings;
  const posts = many(POSTS_UNDER_FAULTS, share);
  const writeBy = (home: Home, what: string) =>
    writeWithFaults({ ...surroundings, home, writers: WRITERS }, posts, what);
  await onHostileNeon(surroundings, TIMEOUT_MS, async (home, neon) => {
    neon.choose(chooseForAThird(OUTAGE_FAULTS, seed));
    add(await writeBy(home, 'a third of all calls fails, before or after it is done'));
  });
  await onHostileWire(surroundings, TIMEOUT_MS, async (home, wire) => {
    wire.choose(chooseForAThird(WIRE_FAULTS, seed));
    add(await writeBy(home, 'a third of all statements loses its connection, or gets no answer'));
  });
}

/** The database is killed and started again, and then it answers nobody for a while. */
async function outages(surroundings: Surroundings): Promise<void> {
  const { world, add } = surroundings;
  const throughOutages = async (home: Home, stall: (isStalled: boolean) => void, recovery_max_ms: number) => {
    const writing = { ...surroundings, home, writers: WRITERS };
    const killed = {
      what: 'the database is killed',
      recovery_max_ms: RECOVERY_MAX_MS,
      async away() {
        await world.cluster.halt();
        await pause(STOPPED_MS);
        await world.cluster.start();
      },
    };
    const stalled = {
      what: 'the database answers nobody',
      recovery_max_ms,
      async away() {
        stall(true);
        await pause(STALL_MS);
        stall(false);
      },
    };
    add(await writeThroughOutage(writing, killed));
    add(await writeThroughOutage(writing, stalled));
  };
  const noAnswer = NEON_FAULTS.find(({ name }) => name.startsWith('no answer'));
  await onHostileNeon(surroundings, OUTAGE_TIMEOUT_MS, (home, neon) =>
    throughOutages(
      home,
      (isStalled) => neon.choose(() => (isStalled ? noAnswer : undefined)),
      RECOVERY_MAX_MS,
    ),
  );
  await onHostileWire(surroundings, OUTAGE_TIMEOUT_MS, (home, wire) =>
    throughOutages(
      home,
      (isStalled) => wire.choose(() => (isStalled ? 'no answer in time' : undefined)),
      // Each connection that got no answer is lost, and given up once its statement is a second late.
      OUTAGE_TIMEOUT_MS + RECOVERY_MAX_MS,
    ),
  );
}

async function storm(surroundings: Surroundings): Promise<void> {
  const { share, add } = surroundings;
  const logins = many(SIGN_INS, share);
  const signIn = async (home: Home) => {
    const rows = await signInBesideReaders({ ...surroundings, home, logins, readers: READERS });
    for (const row of rows) add(row);
  };
  await onWorker(surroundings, 2, signIn);
  await onNode(surroundings, signIn);
}

async function connections(surroundings: Surroundings): Promise<void> {
  const { share, add } = surroundings;
  const crowd = async (home: Home) => {
    const rows = await sendSlowly({ ...surroundings, home, clients: many(LEAVING, share) });
    for (const row of rows) add(row);
    add(await stayIdle({ ...surroundings, home, clients: many(IDLE, share) }));
  };
  await onWorker(surroundings, 1, crowd);
  await onNode(surroundings, crowd);
}

async function memory(surroundings: Surroundings): Promise<void> {
  const requests = many(MEMORY_REQUESTS, surroundings.share);
  const fill = async (home: Home) => surroundings.add(await fillMemory({ ...surroundings, home }, requests));
  await onWorker(surroundings, 1, fill);
  await onNode(surroundings, fill);
}

/** By the names that `--only` takes, in their order. */
export const PARTS: Record<string, Part> = {
  faults: everyFault,
  writers: thirdFails,
  outages,
  storm,
  connections,
  memory,
  fuzz: fuzzBoth,
};
