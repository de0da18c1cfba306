// What becomes of calls while the database does not answer: for how long they wait, and when they succeed again.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { call, openDatabase } from '../src/db/database';
import { type Port, PostgresError } from '../src/db/port';
import { api, withSettings } from './support/api';
import { withFault } from './support/faults';
import { roundTripsSoFar } from './support/round-trips';

const TIMEOUT_MS = 8_000;
const unlimited = { checks: { roundTrips: false } } as const;

/** One call: when it began and ended, and how. */
interface Call {
  began_ms: number;
  ended_ms: number;
  error: string | undefined;
}

/** A database over a port, for requests of one isolate. */
function openCalls(port: Port) {
  const calls: Call[] = [];
  const running: Promise<void>[] = [];
  return {
    calls,
    /** Begins a call, as a request does. */
    begin() {
      const db = openDatabase({ DATABASE_URL: '', DATABASE_TIMEOUT_MS: TIMEOUT_MS }, { DATABASE: port });
      const began_ms = Date.now();
      const end = (error?: Error) =>
        void calls.push({ began_ms, ended_ms: Date.now(), error: error?.constructor.name });
      running.push(call(db, 'schema_version', {}).then(() => end(), end));
    },
    /** Begins one call every 100 ms. */
    async beginFor(time_ms: number) {
      for (let ms = 0; ms < time_ms; ms += 100) {
        this.begin();
        await vi.advanceTimersByTimeAsync(100);
      }
    },
    async finish() {
      await vi.advanceTimersByTimeAsync(TIMEOUT_MS);
      await Promise.all(running);
    },
  };
}

/** Answers at once, but not from 0 to `end_ms`: what is sent meanwhile gets no answer at all, or gets it at the end. */
function stallUntil(end_ms: number, fate: 'lost' | 'held') {
  const sent_ms: number[] = [];
  const port: Port = {
    row() {
      const now = Date.now();
      sent_ms.push(now);
      if (now >= end_ms) return Promise.resolve(['1']);
      return new Promise((resolve) => {
        if (fate === 'held') setTimeout(() => resolve(['1']), end_ms - now);
      });
    },
  };
  return { port, sent_ms };
}

describe('a stall of the database', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 0 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    [12_000, 'lost'],
    [12_000, 'held'],
    [60_000, 'lost'],
    [9_300, 'lost'],
  ] as const)(
    'of %i ms, in which calls are %s, keeps nobody waiting once it is known',
    async (stall_ms, fate) => {
      const { port, sent_ms } = stallUntil(stall_ms, fate);
      const database = openCalls(port);
      await database.beginFor(stall_ms + 5_000);
      await database.finish();
      const { calls } = database;

      const failed = calls.filter(({ error }) => error !== undefined);
      expect(new Set(failed.map(({ error }) => error))).toEqual(new Set(['DatabaseUnavailable']));
      // Three calls wait in vain, and the others know soon.
      const known_ms = TIMEOUT_MS + 200;
      for (const { began_ms, ended_ms } of failed)
        expect(ended_ms).toBeLessThanOrEqual(Math.max(known_ms + 1_000, began_ms + 2_000));
      const refused = failed.filter(({ began_ms, ended_ms }) => began_ms === ended_ms);
      expect(refused.length).toBeGreaterThanOrEqual(failed.length - TIMEOUT_MS / 100 - 10 - stall_ms / 1_000);
      // One a second asks whether it is over.
      const probes = sent_ms.filter((ms) => ms > known_ms && ms < stall_ms);
      expect(probes.length).toBeGreaterThanOrEqual(Math.floor((stall_ms - known_ms) / 1_100));
      expect(probes.length).toBeLessThanOrEqual((stall_ms - known_ms) / 1_000 + 1);
      // Errors end soon after it is.
      expect(Math.max(...failed.map(({ ended_ms }) => ended_ms))).toBeLessThanOrEqual(stall_ms + 2_000);
      const late = calls.filter(({ began_ms }) => began_ms > stall_ms + 1_000);
      expect(late.length).toBeGreaterThan(30);
      expect(late.every(({ error, began_ms, ended_ms }) => !error && began_ms === ended_ms)).toBe(true);
    },
  );

  it('is not known by two calls in vain, nor by any with an answer in between', async () => {
    let answers = false;
    const port: Port = {
      row: () => (answers ? Promise.resolve(['1']) : new Promise(() => undefined)),
    };
    const database = openCalls(port);
    for (let round = 0; round < 4; round += 1) {
      answers = false;
      database.begin();
      database.begin();
      await vi.advanceTimersByTimeAsync(TIMEOUT_MS);
      answers = true;
      database.begin();
      await vi.advanceTimersByTimeAsync(0);
    }
    await database.finish();

    expect(database.calls.filter(({ error }) => !error)).toHaveLength(4);
    expect(database.calls.filter(({ began_ms, ended_ms, error }) => error && began_ms === ended_ms)).toEqual(
      [],
    );
  });

  it.each([
    ['errors of Postgres', () => Promise.reject(new PostgresError({ code: '57P03' }))],
    ['refusals of a proxy', () => Promise.reject(new PostgresError({ http_status: 413 }))],
    ['connections that are refused at once', () => Promise.reject(new PostgresError({}))],
  ])('is none for %s, which keep nobody waiting', async (_, fail) => {
    const row = vi.fn(fail);
    const database = openCalls({ row });
    for (let i = 0; i < 20; i += 1) database.begin();
    await database.finish();

    expect(row.mock.calls.length).toBeGreaterThanOrEqual(20);
    expect(database.calls.every(({ error }) => error !== undefined)).toBe(true);
  });

  it('is one when connections fail only after a while', async () => {
    const row = vi.fn(
      () =>
        new Promise<never>((_, reject) => setTimeout(() => reject(new PostgresError({})), TIMEOUT_MS - 1)),
    );
    const database = openCalls({ row });
    for (let i = 0; i < 3; i += 1) database.begin();
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS + 500);
    const sent = row.mock.calls.length;
    for (let i = 0; i < 20; i += 1) database.begin();
    await vi.advanceTimersByTimeAsync(0);

    expect(row.mock.calls.length).toBe(sent);
    expect(database.calls.length).toBe(23);
    await database.finish();
  });
});

describe('a request while the circuit is open', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('gets 503 with Retry-After at once and costs no round trip, until one in a second is answered', async () => {
    const fetch = withSettings({ DATABASE_TIMEOUT_MS: '1100' });
    const stalled = await withFault({ kind: 'hang', times: 99 }, () =>
      Promise.all(Array.from({ length: 3 }, () => api('GET /posts', { ...unlimited, fetch }))),
    );
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    const before = roundTripsSoFar();

    const refused = [await api('GET /posts'), await api('GET /users/1'), await api('GET /readyz')];
    expect(roundTripsSoFar()).toBe(before);
    expect((await api('GET /healthz')).status).toBe(200);

    vi.setSystemTime(Date.now() + 1_000);
    expect((await api('GET /posts')).status).toBe(200);
    expect((await api('GET /readyz')).status).toBe(200);
    for (const { status, body, headers } of [...stalled, ...refused]) {
      expect([status, body.code]).toEqual([503, 'database_unavailable']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
  });
});
