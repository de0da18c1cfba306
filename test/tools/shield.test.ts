// What the limits of requests let through: the app before the bindings of production, as Miniflare simulates them. The database
// refuses every call, so that whatever passes is answered at once.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { getPlatformProxy, unstable_readConfig } from 'wrangler';
import { PostgresError } from '../../src/db/port.ts';
import app from '../../src/index.ts';
import { issueAccessToken } from '../../src/security/token.ts';

const MINUTE_MS = 60_000;
const context = { waitUntil() {}, passThroughOnException() {} } as unknown as ExecutionContext;
const refusing = { row: () => Promise.reject(new PostgresError({ code: '0A000' })) };

let platform: Awaited<ReturnType<typeof getPlatformProxy<Record<string, unknown>>>>;
let settings: Record<string, unknown>;

beforeAll(async () => {
  const { vars } = unstable_readConfig(
    { config: 'wrangler.toml', env: 'production' },
    { hideWarnings: true },
  );
  platform = await getPlatformProxy({
    configPath: 'wrangler.toml',
    environment: 'production',
    persist: false,
  });
  const { REQUESTS, WRITES, SIGN_INS } = platform.env;
  settings = {
    ...vars,
    DATABASE_URL: 'postgresql://nobody:x@db.example/ledge',
    JWT_SECRET: 'a secret that is long enough for everybody',
    DATABASE: refusing,
    ...{ REQUESTS, WRITES, SIGN_INS },
  };
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

afterAll(() => platform?.dispose());

/** How many of these requests, sent one after another, are not answered with 429. */
async function countPassed(count: number, request: (i: number) => Request): Promise<number> {
  let passed = 0;
  for (let i = 0; i < count; i += 1) {
    const answer = await app.fetch(request(i), settings as unknown as Env, context);
    if (answer.status !== 429) passed += 1;
  }
  return passed;
}

/** The simulation counts by the minutes of the clock: what falls into two of them is sent again, by somebody else. */
async function countPassedInOneMinute(count: number, requestOf: (sender: number) => (i: number) => Request) {
  const minute = () => Math.floor(Date.now() / MINUTE_MS);
  for (let sender = 1; ; sender += 1) {
    const began = minute();
    const passed = await countPassed(count, requestOf(sender));
    if (minute() === began) return passed;
  }
}

const ask = (target: string, address: string, init: RequestInit = {}) =>
  new Request(`https://ledge.example${target}`, {
    ...init,
    headers: { 'CF-Connecting-IP': address, ...init.headers },
  });
const signIn = (address: string) =>
  ask('/auth/login', address, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username: 'ada', password: 'correct horse battery staple' }),
  });
const token = (user: number) =>
  issueAccessToken(settings as unknown as Parameters<typeof issueAccessToken>[0], {
    user,
    session: crypto.randomUUID(),
  });

describe('in a minute, the limits of production let through', () => {
  const cases: [
    name: string,
    sent: number,
    passed: number,
    requestOf: (sender: number) => (i: number) => Request,
  ][] = [
    ['600 reads of one address', 650, 600, (sender) => () => ask('/posts', `198.51.100.${sender}`)],
    [
      '120 searches of one address',
      130,
      120,
      (sender) => () => ask('/posts?search=a&total=true', `198.51.101.${sender}`),
    ],
    ['30 exports of one address', 35, 30, (sender) => () => ask('/users/me/export', `198.51.102.${sender}`)],
    ['30 tries to sign in of one address', 35, 30, (sender) => () => signIn(`198.51.103.${sender}`)],
    [
      '600 reads of one network of IPv6',
      650,
      600,
      (sender) => (i) => ask('/posts', `2001:db8:1:${sender}::${i.toString(16)}`),
    ],
    [
      'all of a thousand addresses',
      1_000,
      1_000,
      (sender) => (i) => ask('/posts', `10.${sender}.${i >> 8}.${i & 255}`),
    ],
  ];
  it.each(cases)('%s', async (_, sent, passed, requestOf) => {
    expect(await countPassedInOneMinute(sent, requestOf)).toBe(passed);
  });

  it('120 writes of one account, from however many addresses', async () => {
    const bearers = await Promise.all([1, 2, 3].map(token));
    const write = (sender: number) => (i: number) =>
      ask('/posts', `10.0.${i >> 8}.${i & 255}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${bearers[sender]}`, 'Content-Type': 'application/json' },
        body: '{"content":"Again."}',
      });
    expect(await countPassedInOneMinute(130, write)).toBe(120);
  });
});
