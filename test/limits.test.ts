import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../src/env';
import { networkOfAddress } from '../src/security/network';
import wrangler from '../wrangler.toml?raw';
import { api, withSettings } from './support/api';
import { countDerivations } from './support/count-derivations';
import { signUp } from './support/people';

/** A rate-limit binding that records its keys and answers `success`. */
function binding(success: boolean) {
  const keys: string[] = [];
  return {
    keys,
    limit: async ({ key }: { key: string }) => {
      keys.push(key);
      return { success };
    },
  };
}

describe('a rate limit', () => {
  it('counts by the id of a signed-in caller, and by network for others', async () => {
    const person = await signUp();
    const [REQUESTS, WRITES] = [binding(true), binding(true)];
    const fetch = withSettings({ REQUESTS, WRITES });
    const headers = { 'CF-Connecting-IP': '2001:db8:1:2:3:4:5:6' };

    await api('GET /posts', { fetch, headers });
    await api('GET /posts', { fetch, headers, token: person.token });
    await api('GET /posts', { fetch });
    await api('GET /posts', { fetch, headers, token: 'nonsense' });
    await api('POST /posts', { fetch, headers, token: person.token, json: { content: 'Hello.' } });

    expect(REQUESTS.keys).toEqual([
      'network:2001:db8:1:2::/64',
      `user:${person.id}`,
      'network:nowhere',
      'network:2001:db8:1:2::/64',
    ]);
    expect(WRITES.keys).toEqual([`user:${person.id}`]);
  });

  it('counts by network once the session of a token is known to have ended', async () => {
    const person = await signUp();
    await api('DELETE /auth/sessions', { token: person.token });
    const WRITES = binding(true);
    const fetch = withSettings({ WRITES });
    const headers = { 'CF-Connecting-IP': '198.51.100.7' };
    const ask = () =>
      api('POST /posts', { fetch, headers, token: person.token, json: { content: 'Hello.' } });

    expect([(await ask()).status, (await ask()).status]).toEqual([401, 401]);
    expect(WRITES.keys).toEqual([`user:${person.id}`, 'network:198.51.100.7']);
  });

  it.each([
    ['/posts?limit=5&sort=top', 1],
    ['/posts?search=a', 5],
    ['/posts?sort=top&s%65arch=a', 5],
    ['/users?q=_&total=true', 5],
    ['/users/me/export', 20],
  ])('counts GET %s %d times', async (path, times) => {
    const REQUESTS = binding(true);
    await api(`GET ${path}`, { fetch: withSettings({ REQUESTS }) });

    expect(REQUESTS.keys).toEqual(Array(times).fill('network:nowhere'));
  });

  it('answers 429 before the token and the input are checked', async () => {
    const fetch = withSettings({ REQUESTS: binding(false), WRITES: binding(false) });

    for (const call of ['GET /users/me', 'POST /posts', 'GET /posts?limit=x', 'GET /posts']) {
      const { status, body, headers } = await api(call, { fetch });
      expect([status, body.code]).toEqual([429, 'rate_limited']);
      expect(headers.get('retry-after')).toBe('60');
      expect(headers.get('ratelimit-policy')).toMatch(/^"(requests|writes)";q=100000;w=60$/);
      expect(headers.get('x-request-id')).toBeTruthy();
    }
  });

  it.each([
    ['POST /users', { email: 'ada@example.com', password: 'correct horse battery staple' }],
    ['POST /auth/login', { username: 'ada', password: 'correct horse battery staple' }],
    ['POST /auth/password/forgot', { email: 'ada@example.com' }],
    [
      'POST /auth/password/reset',
      { email: 'ada@example.com', code: 'X', new_password: 'a newer battery staple' },
    ],
  ])('is checked before the hash of %s, by network', async (call, json) => {
    const SIGN_INS = binding(false);
    const headers = { 'CF-Connecting-IP': '198.51.100.7' };

    const hashing = await countDerivations(async () => {
      expect((await api(call, { json, headers, fetch: withSettings({ SIGN_INS }) })).status).toBe(429);
    });

    expect(hashing.calls).toBe(0);
    expect(SIGN_INS.keys).toEqual(['network:198.51.100.7']);
  });

  it.each([
    ['PUT /auth/password', { new_password: 'a newer battery staple' }],
    ['PATCH /users/me', { email: 'someone.else@example.com' }],
    ['DELETE /users/me', {}],
  ])('is checked before the own password is hashed for %s', async (call, changes) => {
    const { token, password } = await signUp();
    const fetch = withSettings({ SIGN_INS: binding(false) });

    const hashing = await countDerivations(async () => {
      const json = { current_password: password, ...changes };
      expect((await api(call, { token, json, fetch })).body.code).toBe('rate_limited');
    });

    expect(hashing.calls).toBe(0);
  });

  it.each([
    ['is missing', undefined],
    ['fails', { limit: () => Promise.reject(new Error('no')) }],
  ])('lets requests pass when its binding %s', async (_, REQUESTS) => {
    expect((await api('GET /posts', { fetch: withSettings({ REQUESTS }) })).status).toBe(200);
  });

  it('has the quota of wrangler.toml in RateLimit-Policy', () => {
    const settings = readSettings(env);
    for (const [name, quota] of [
      ['REQUESTS', settings.REQUESTS_PER_MINUTE],
      ['WRITES', settings.WRITES_PER_MINUTE],
      ['SIGN_INS', settings.SIGN_INS_PER_MINUTE],
    ] as const) {
      const rule = new RegExp(
        `name = "${name}"\\nnamespace_id = "\\d+"\\nsimple = \\{ limit = ([\\d_]+), period = 60 \\}`,
      );
      expect([name, Number(rule.exec(wrangler)?.[1]?.replaceAll('_', ''))]).toEqual([name, quota]);
    }
  });
});

describe('the network of an address', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('of %s is %s', (address, network) => {
    expect(networkOfAddress(address)).toBe(network);
  });
});
