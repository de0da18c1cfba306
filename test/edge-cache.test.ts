// Tests our answers with a shared cache in front of the Worker. Cloudflare's cache doesn't exist in local workerd
// (`ctx.cache` is undefined), so this one follows RFC 9111.
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import app from '../src/index';
import { type Answer, api, type Call, withSettings } from './support/api';
import { withFault } from './support/faults';
import { createFixture } from './support/fixture';
import { lines } from './support/log';
import { promote, signUp, write } from './support/people';
import { type KnownRoute, ROUTES } from './support/routes';
import { SharedCache } from './support/shared-cache';

const ORIGINS = ['https://app.example.com', 'https://other.example.com'];
const EVIL = 'https://evil.example';
const SECONDS = 2;
const SHARED = `public, max-age=${SECONDS}, stale-while-revalidate=30, stale-if-error=60`;
const SETTINGS = { PUBLIC_CACHE_SECONDS: String(SECONDS), CORS_ORIGINS: ORIGINS.join(',') };

const worker = withSettings(SETTINGS);
const checks = { roundTrips: false };

const reads = Object.entries(ROUTES)
  .filter(([name]) => name.startsWith('GET '))
  .map(([name, route]) => ({ name, ...(route as KnownRoute) }));
const readers = reads.filter(({ access }) => access === 'readers');
const others = reads.filter(({ access }) => access !== 'readers');

/** The parts of an answer that may differ between callers. */
const viewOf = ({ status, body, headers }: Answer) => [
  status,
  body,
  headers.get('access-control-allow-origin'),
];

describe('every read', () => {
  it.each(reads)('answers the same with and without a cache: $name', async ({ access, call }) => {
    const fixture = await createFixture();
    const { me, them } = fixture;
    const { path } = call(fixture);
    const cache = new SharedCache(worker);
    const callers: Call[] = [undefined, me.token, undefined, them.token, undefined].flatMap((token) =>
      [undefined, ...ORIGINS, EVIL].map((Origin) => ({ token, headers: Origin ? { Origin } : {} })),
    );

    for (const caller of callers) {
      const cached = await api(`GET ${path}`, { ...caller, checks, fetch: cache.fetch });
      const direct = await api(`GET ${path}`, { ...caller, checks, fetch: worker });
      if (cached.status < 400) expect(viewOf(cached)).toEqual(viewOf(direct));
      else expect(cached.status).toBe(direct.status);
    }

    expect(cache.stored).toHaveLength(access === 'readers' ? ORIGINS.length + 2 : 0);
    for (const { request, response } of cache.stored) {
      expect(request.headers.has('authorization')).toBe(false);
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe(SHARED);
      expect(response.headers.has('set-cookie')).toBe(false);
    }
  });

  it.each(readers)('may be shared when it is anonymous and successful: $name', async ({ call }) => {
    const { path } = call(await createFixture());

    for (const method of ['GET', 'HEAD']) {
      const { status, headers } = await api(`${method} ${path}`, { fetch: worker });

      expect([status, headers.get('cache-control'), headers.get('vary')]).toEqual([
        200,
        SHARED,
        'Authorization, Origin',
      ]);
      expect(headers.get('cache-tag')).toBeTruthy();
    }
  });

  it.each(others)('is not cached when it is not public: $name', async ({ call }) => {
    const fixture = await createFixture();
    const { path } = call(fixture);

    for (const token of [undefined, fixture.me.token]) {
      const { headers } = await api(`GET ${path}`, { token, fetch: worker });
      expect([headers.get('cache-control'), headers.has('cache-tag')]).toEqual(['no-store', false]);
    }
  });

  it.each(reads)('is not cached without PUBLIC_CACHE_SECONDS: $name', async ({ call }) => {
    const { path } = call(await createFixture());

    expect((await api(`GET ${path}`)).headers.get('cache-control')).toBe('no-store');
  });
});

describe('an error', () => {
  const LIMITED = { REQUESTS: { limit: async () => ({ success: false }) } };
  const ERRORS: [number, string, Call][] = [
    [401, 'GET /posts', { token: 'garbage' }],
    [401, 'GET /posts', { fetch: withSettings({ ...SETTINGS, PUBLIC_READS: 'false' }) }],
    [404, 'GET /posts/9007199254740991', {}],
    [404, 'GET /users/nobody_at_all', {}],
    [404, 'GET /nothing', {}],
    [405, 'PUT /posts', {}],
    [422, 'GET /posts?limit=x', {}],
    [422, 'GET /posts?cursor=W10', {}],
    [429, 'GET /posts', { fetch: withSettings({ ...SETTINGS, ...LIMITED }) }],
    [500, 'GET /posts', { fetch: withSettings({ ...SETTINGS, DATABASE_TIMEOUT_MS: 'soon' }) }],
  ];

  it.each(ERRORS)('%i is never cached: %s', async (status, call, { fetch = worker, ...options }) => {
    const cache = new SharedCache(fetch);
    for (const headers of [{}, { Origin: ORIGINS[0] as string }, { Origin: EVIL }]) {
      const answer = await api(call, { ...options, headers, fetch: cache.fetch });

      expect([answer.status, answer.headers.get('cache-control')]).toEqual([status, 'no-store']);
      for (const name of ['etag', 'cache-tag', 'link']) expect(answer.headers.has(name)).toBe(false);
    }
    expect(cache.stored).toEqual([]);
  });

  it.each([{}, { Origin: ORIGINS[0] as string }])('503 is never cached (%j)', async (headers) => {
    const cache = new SharedCache(worker);

    const down = await withFault({ kind: 'unavailable', times: 99 }, () =>
      api('GET /posts', { headers, checks, fetch: cache.fetch }),
    );

    expect([down.status, down.headers.get('cache-control')]).toEqual([503, 'no-store']);
    expect((await api('GET /posts', { headers, fetch: cache.fetch })).status).toBe(200);
  });

  it('of the origin is hidden by a cached answer for a minute', async () => {
    const cache = new SharedCache(worker);
    const ask = () => api('GET /posts', { checks, fetch: cache.fetch });
    const before = await ask();

    await withFault({ kind: 'unavailable', times: 99 }, async () => {
      cache.wait(SECONDS + 59);
      expect(viewOf(await ask())).toEqual(viewOf(before));
      cache.wait(2);
      expect((await ask()).status).toBe(503);
    });
  });
});

describe('a cached answer', () => {
  it('is replaced when it is stale', async () => {
    const cache = new SharedCache(worker);
    const ask = () => api('GET /posts', { checks, fetch: cache.fetch });
    await ask();
    expect(Number((await ask()).headers.get('age'))).toBeGreaterThanOrEqual(0);
    expect(cache.misses).toBe(1);

    cache.wait(SECONDS + 1);
    await ask();

    expect(cache.misses).toBe(2);
  });

  it('does not hide a change from the person who made it', async () => {
    const cache = new SharedCache(worker);
    const { me, mine } = await createFixture();
    const read = async (token?: string) =>
      (await api(`GET /posts/${mine}`, { token, checks, fetch: cache.fetch })).body.content;
    const before = await read();

    await api(`PATCH /posts/${mine}`, {
      token: me.token,
      json: { content: 'New words.' },
      fetch: cache.fetch,
    });

    expect(await read(me.token)).toBe('New words.');
    expect(await read()).toBe(before);
    cache.wait(SECONDS + 1);
    expect(await read()).toBe('New words.');
  });

  it('can be revalidated with a 304, which may be shared, too', async () => {
    const { mine } = await createFixture();
    const { headers } = await api(`GET /posts/${mine}`, { fetch: worker });
    const etag = headers.get('etag') as string;

    const same = await api(`GET /posts/${mine}`, { headers: { 'If-None-Match': etag }, fetch: worker });

    expect([same.status, same.headers.get('cache-control'), same.headers.get('vary')]).toEqual([
      304,
      SHARED,
      'Authorization, Origin',
    ]);
  });
});

/** The Worker with a cache in front that it can purge, as at Cloudflare. */
function withPurge(purge?: (options: CachePurgeOptions) => Promise<CachePurgeResult>) {
  const pending: Promise<unknown>[] = [];
  const cache = new SharedCache((request) =>
    app.fetch(
      request,
      { ...env, ...SETTINGS } as unknown as Env,
      {
        waitUntil: (promise: Promise<unknown>) => pending.push(promise),
        passThroughOnException: () => {},
        props: {},
        cache: {
          purge:
            purge ??
            (async (options: CachePurgeOptions) => {
              cache.purge(options);
              return { success: true, errors: [] };
            }),
        },
      } as unknown as ExecutionContext,
    ),
  );
  return { cache, waitForPurges: () => Promise.all(pending) };
}

describe('a purge', () => {
  const status = async (cache: SharedCache, path: string) =>
    (await api(`GET ${path}`, { checks, fetch: cache.fetch })).status;

  it.each([
    ['deleted', (id: number, token: string): [string, Call] => [`DELETE /posts/${id}`, { token }]],
    [
      'hidden',
      (id: number, token: string): [string, Call] => [
        `PATCH /posts/${id}`,
        { token, json: { published: false } },
      ],
    ],
    [
      'replaced by a draft',
      (id: number, token: string): [string, Call] => [
        `PUT /posts/${id}`,
        { token, json: { content: 'Hidden.', published: false } },
      ],
    ],
  ])('hides a post that was %s from everybody at once', async (_, end) => {
    const { cache, waitForPurges } = withPurge();
    const { me, mine, theirs } = await createFixture();
    const reply = await write(me, { parent_id: theirs });
    const lists = [
      `/posts?author=${me.username}&replies=include`,
      `/users/${me.username}/posts?include_replies=true`,
      `/posts/${theirs}/replies`,
      `/posts/${theirs}/thread`,
    ];
    const own = [mine, reply.id].flatMap((id) => [
      `/posts/${id}`,
      `/posts/${id}/history`,
      `/posts/${id}/votes`,
    ]);
    const read = (path: string) => api(`GET ${path}`, { checks, fetch: cache.fetch });
    for (const path of [...lists, ...own]) expect(await status(cache, path)).toBe(200);

    for (const id of [mine, reply.id]) {
      const [call, options] = end(id, me.token);
      await api(call, { ...options, checks, fetch: cache.fetch });
    }
    await waitForPurges();

    for (const path of own) expect([path, await status(cache, path)]).toEqual([path, 404]);
    for (const path of lists) {
      const { text } = await read(path);
      for (const id of [mine, reply.id]) expect(text).not.toContain(`"id":${id},"title"`);
    }
  });

  it.each(['DELETE /users/me', 'DELETE /users/{user}'])(
    'hides everything of a person after %s',
    async (call) => {
      const { cache, waitForPurges } = withPurge();
      const { me, mine, them } = await createFixture();
      await promote(them);
      const paths = [`/posts/${mine}`, `/users/${me.username}`, `/users/${me.id}`, `/users/${me.id}/posts`];
      for (const path of paths) expect(await status(cache, path)).toBe(200);

      const answer = await api(call.replace('{user}', me.username), {
        token: call.endsWith('me') ? me.token : them.token,
        ...(call.endsWith('me') && { json: { current_password: me.password } }),
        checks,
        fetch: cache.fetch,
      });
      await waitForPurges();

      expect(answer.status).toBe(204);
      for (const path of paths) expect([path, await status(cache, path)]).toEqual([path, 404]);
    },
  );

  it('is not made for a vote or an edit, since Cloudflare allows few per minute', async () => {
    const purges: CachePurgeOptions[] = [];
    const { cache, waitForPurges } = withPurge(async (options) => {
      purges.push(options);
      return { success: true, errors: [] };
    });
    const { me, mine, theirs } = await createFixture();
    const call = (name: string, json?: unknown) =>
      api(name, { token: me.token, json, checks, fetch: cache.fetch });

    await call(`PUT /votes/${theirs}`);
    await call(`PATCH /posts/${mine}`, { content: 'Again.' });
    await call('POST /posts', { content: 'Once more.' });
    await call('DELETE /posts/9007199254740991');
    await waitForPurges();

    expect(purges).toEqual([]);
  });

  describe('that fails', () => {
    let from = 0;
    afterEach(() => {
      from = lines.length;
    });

    it.each([
      ['is refused', async () => ({ success: false, errors: [{ code: 1, message: 'too many' }] })],
      ['throws', () => Promise.reject(new Error('no'))],
    ])('(it %s) is logged and does not fail the call', async (_, purge) => {
      from = lines.length;
      const { cache, waitForPurges } = withPurge(purge);
      const person = await signUp();
      const { id } = await write(person);

      const answer = await api(`DELETE /posts/${id}`, { token: person.token, checks, fetch: cache.fetch });
      await waitForPurges();

      expect(answer.status).toBe(204);
      const request_id = answer.headers.get('x-request-id');
      const logged = lines.slice(from).map((line) => JSON.parse(line));
      expect(logged.filter(({ event }) => event === 'purge_failed')).toMatchObject([
        { level: 'warn', request_id },
      ]);
    });
  });
});

describe('the pages and the document', () => {
  it.each(['/openapi.json', '/docs', '/redoc'])('%s may be shared for five minutes', async (path) => {
    const person = await signUp();
    const caching = async (call: Call) => (await api(`GET ${path}`, call)).headers.get('cache-control');

    expect(await caching({ fetch: worker })).toMatch(/^public, max-age=300, /);
    expect(await caching({ fetch: worker, token: person.token })).toBe('no-store');
    expect(await caching({})).toBe('no-store');
  });
});
