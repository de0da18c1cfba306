import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import app from '../src/index';
import { hashPassword } from '../src/security/password';
import { requireRoom, takeTurn } from '../src/security/turns';
import { api } from './support/api';
import { type Person, signUp, signUpMany } from './support/people';
import { countRoundTrips, roundTripsSoFar } from './support/round-trips';

/** Settles when it is told to. */
function openEnd() {
  let end = () => {};
  const promise = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { promise, end };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('takeTurn', () => {
  it('runs one work at a time, in the order in which they came', async () => {
    const events: string[] = [];
    const work = (name: string) => async () => {
      events.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve));
      events.push(`${name} ends`);
    };

    await Promise.all(['first', 'second', 'third'].map((name) => takeTurn(work(name))));

    expect(events).toEqual(
      ['first', 'second', 'third'].flatMap((name) => [`${name} begins`, `${name} ends`]),
    );
  });

  it('runs as many at once as it is told, and the next when one of them ends', async () => {
    const ends = [openEnd(), openEnd(), openEnd()];
    const begun: number[] = [];
    const works = ends.map(({ promise }, i) =>
      takeTurn(async () => {
        begun.push(i);
        await promise;
      }, 2),
    );
    await Promise.resolve();

    expect(begun).toEqual([0, 1]);
    // The second one, so that places move up behind the first.
    ends[1]?.end();
    await vi.waitUntil(() => begun.length === 3, { timeout: 20_000 });
    for (const { end } of ends) end();
    await Promise.all(works);
  });

  it('goes on after work that throws', async () => {
    const failing = takeTurn(() => Promise.reject(new Error('no')));
    const next = takeTurn(async () => 'done');

    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('done');
  });

  it('ends a turn that does not end by itself, as when its client has left', async () => {
    vi.useFakeTimers();
    const { promise, end } = openEnd();
    const left = takeTurn(() => promise);
    const next = takeTurn(async () => 'done');

    await vi.advanceTimersByTimeAsync(1_900);
    expect(await Promise.race([next, Promise.resolve('waiting')])).toBe('waiting');
    await vi.advanceTimersByTimeAsync(300);

    expect(await next).toBe('done');
    end();
    await left;
  });

  it('frees the place of a client that has left, at once', async () => {
    vi.useFakeTimers();
    const { promise, end } = openEnd();
    const first = takeTurn(() => promise);
    const client = new AbortController();
    const work = vi.fn(async () => 'done');
    const waiting = Array.from({ length: 299 }, () => takeTurn(work, 1, client.signal));
    const outcomes = Promise.allSettled(waiting);
    expect(requireRoom).toThrow();

    client.abort();

    expect(requireRoom).not.toThrow();
    const gone = expect(takeTurn(work, 1, client.signal)).rejects.toThrow('left');
    const next = takeTurn(async () => 'next');
    end();
    await first;
    // Far less than 299 turns.
    await vi.advanceTimersByTimeAsync(100);
    expect(await Promise.race([next, Promise.resolve('waiting')])).toBe('next');
    await vi.runAllTimersAsync();
    for (const { status } of await outcomes) expect(status).toBe('rejected');
    await gone;
    expect(work).not.toHaveBeenCalled();
  });

  it('lets a hash that has begun run to its end when its client leaves', async () => {
    vi.useFakeTimers();
    const { promise, end } = openEnd();
    const client = new AbortController();
    const left = takeTurn(() => promise, 1, client.signal);
    const next = takeTurn(async () => 'next');

    client.abort();
    await vi.advanceTimersByTimeAsync(500);
    expect(await Promise.race([next, Promise.resolve('waiting')])).toBe('waiting');
    end();
    await left;
    await vi.runAllTimersAsync();

    expect(await next).toBe('next');
  });

  it('refuses with 503 and Retry-After once 300 are in the queue, and takes the next when one has left', async () => {
    vi.useFakeTimers();
    const { promise, end } = openEnd();
    const queued = Array.from({ length: 300 }, () => takeTurn(() => promise));

    expect(requireRoom).toThrow(
      expect.objectContaining({ code: 'overloaded', headers: { 'Retry-After': '10' } }),
    );
    // Who was let in before is served, whatever came between.
    const early = takeTurn(async () => 'done');
    end();
    await vi.runAllTimersAsync();
    await Promise.all(queued);

    expect(await early).toBe('done');
    expect(requireRoom).not.toThrow();
  });
});

/** Every call that hashes a password, with a body for a person. */
const HASHING: [call: string, bodyOf: (person: Person) => Record<string, string>][] = [
  ['POST /users', (person: Person) => ({ email: `x${person.email}`, password: person.password })],
  ['POST /auth/login', ({ username, password }: Person) => ({ username, password })],
  [
    'POST /auth/password/reset',
    ({ email }: Person) => ({ email, code: 'X', new_password: 'another staple' }),
  ],
  [
    'PUT /auth/password',
    ({ password }: Person) => ({ current_password: password, new_password: 'another staple' }),
  ],
  ['PATCH /users/me', ({ email, password }: Person) => ({ email: `x${email}`, current_password: password })],
  ['DELETE /users/me', ({ password }: Person) => ({ current_password: password })],
];

describe('a request that will hash, while the queue is full', () => {
  it.each(HASHING)('%s is turned away before anything is counted', async (call, bodyOf) => {
    const person = await signUp();
    vi.useFakeTimers();
    const { promise, end } = openEnd();
    const queued = Array.from({ length: 300 }, () => takeTurn(() => promise));

    const { answer, roundTrips } = await countRoundTrips(async () =>
      app.fetch(
        new Request(`https://ledge.example${call.split(' ')[1]}`, {
          method: call.split(' ')[0] as string,
          headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${person.token}` },
          body: JSON.stringify(bodyOf(person)),
        }),
        env,
        createExecutionContext(),
      ),
    );
    end();
    await vi.runAllTimersAsync();
    await Promise.all(queued);

    expect([answer.status, roundTrips]).toEqual([503, 0]);
  });
});

describe('a request that waits for its turn', () => {
  // A reset hashes only once a code was mailed and is right.
  it.each(HASHING.filter(([call]) => call !== 'POST /auth/password/reset'))(
    '%s hashes nothing for a client that has left',
    async (call, bodyOf) => {
      const person = await signUp();
      const { promise, end } = openEnd();
      const first = takeTurn(() => promise);
      const deriveBits = vi.spyOn(crypto.subtle, 'deriveBits');
      const client = new AbortController();
      const before = roundTripsSoFar();
      const [method, path] = call.split(' ') as [string, string];
      const asked = app.fetch(
        new Request(`https://ledge.example${path}`, {
          method,
          headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${person.token}` },
          body: JSON.stringify(bodyOf(person)),
          signal: client.signal,
        }),
        env,
        createExecutionContext(),
      );
      // Registration asks the database for nothing before it hashes.
      if (call !== 'POST /users') await vi.waitUntil(() => roundTripsSoFar() > before, { timeout: 60_000 });

      client.abort();
      const { status } = await asked;
      end();
      await first;

      expect([status, deriveBits.mock.calls.length]).toEqual([503, 0]);
      deriveBits.mockRestore();
    },
  );
});

describe('hashing', () => {
  it('computes one link at a time, and lets others go first before each', async () => {
    const deriveBits = vi.spyOn(crypto.subtle, 'deriveBits');
    let turns = 0;
    const others = setInterval(() => {
      turns += 1;
    });
    try {
      await Promise.all([hashPassword('a first password'), hashPassword('a second password')]);
    } finally {
      clearInterval(others);
    }

    expect(deriveBits).toHaveBeenCalledTimes(12);
    // Every link but the first of each waits for a turn of the event loop.
    expect(turns).toBeGreaterThanOrEqual(10);
    deriveBits.mockRestore();
  });

  it('lets 20 people sign in at once, with no 503', async () => {
    const people = await signUpMany(20);

    const answers = await Promise.all(
      people.map(({ username, password }, i) =>
        api('POST /auth/login', {
          json: { username, password },
          headers: { 'cf-connecting-ip': `198.51.100.${i}` },
        }),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual(people.map(() => 200));
  });
});
