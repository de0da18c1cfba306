import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type HostileWire, startHostileWire, type WireFault } from '../../tools/chaos/hostile-wire';
import { type HomeProcess, homeSettings, startHome } from '../support/node/process';
import { openScratchServer, type ScratchServer } from '../support/scratch';

let scratch: ScratchServer;
let wire: HostileWire;
let home: HomeProcess;

beforeAll(async () => {
  scratch = await openScratchServer();
  wire = await startHostileWire(await scratch.create());
  const settings = { MIGRATE_ON_START: 'true', DATABASE_POOL_SIZE: '2', DATABASE_TIMEOUT_MS: '500' };
  home = await startHome({ ...homeSettings(wire.url), ...settings });
});

afterAll(async () => {
  await home?.stop();
  await wire?.close();
  await scratch?.stop();
});

describe('a connection to Postgres', () => {
  it.each<WireFault>([
    'no answer in time',
    'reset after the statement',
    'answer cut off',
    'bytes that are no answer',
  ])('with %s is given up, and does not stay missing in the pool', async (fault) => {
    const read = async () => (await fetch(`${home.url}/posts?limit=1`)).status;
    await vi.waitFor(async () => expect(await read()).toBe(200), { timeout: 30_000, interval: 100 });

    wire.choose(() => fault);
    expect(await Promise.all([read(), read(), read()])).toEqual([503, 503, 503]);
    wire.choose(() => undefined);

    await vi.waitFor(async () => expect(await Promise.all([read(), read()])).toEqual([200, 200]), {
      timeout: 30_000,
      interval: 100,
    });
  });
});
