import { describe, expect, it } from 'vitest';
import journal from '../drizzle/meta/_journal.json';
import packageJson from '../package.json';
import { type Answer, api, type Call, isWorker, withSettings } from './support/api';
import { openApi, routes } from './support/document';
import { withFault } from './support/faults';
import { createFixture } from './support/fixture';
import { lines } from './support/log';
import { signUp } from './support/people';
import { PREPARATIONS } from './support/preparations';
import { roundTripsSoFar } from './support/round-trips';
import { ROUTES } from './support/routes';
import { sql } from './support/sql';

describe('GET /', () => {
  it('names the service and links its documents', async () => {
    const { status, body } = await api('GET /');

    expect(status).toBe(200);
    expect(body).toMatchObject({ name: 'Ledge', version: packageJson.version });
    for (const link of Object.values<string>(body.links)) expect((await api(`GET ${link}`)).status).toBe(200);
  });
});

describe('GET /healthz', () => {
  it('answers 200 when the database does not answer', async () => {
    const answer = await withFault({ kind: 'unavailable' }, () => api('GET /healthz'));

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ status: 'ok' });
  });
});

describe('GET /readyz', () => {
  it('answers 200 when the database answers and its schema is current', async () => {
    const answer = await api('GET /readyz');

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ status: 'ok' });
  });

  it('answers 503 when the database does not answer', async () => {
    const fault = { kind: 'unavailable', times: 99 } as const;
    const answer = await withFault(fault, () => api('GET /readyz', { checks: { roundTrips: false } }));

    expect([answer.status, answer.body.code]).toEqual([503, 'database_unavailable']);
  });

  it('answers 503 while a migration is missing', async () => {
    const newest = Math.max(...journal.entries.map(({ when }) => when));
    await sql`UPDATE drizzle.__drizzle_migrations SET created_at = -created_at WHERE created_at = ${newest}`;

    const answer = await api('GET /readyz');
    await sql`UPDATE drizzle.__drizzle_migrations SET created_at = -created_at WHERE created_at < 0`;

    expect([answer.status, answer.body.code]).toEqual([503, 'schema_outdated']);
    expect((await api('GET /readyz')).status).toBe(200);
  });
});

describe('GET /openapi.json', () => {
  it('is OpenAPI 3.1 with unique operation ids', () => {
    const ids = routes.map(({ operation }) => operation.operationId);

    expect(openApi).toMatchObject({ openapi: '3.1.0', info: { version: packageJson.version } });
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has less than 300 KB', async () => {
    const { text } = await api('GET /openapi.json');

    expect(new TextEncoder().encode(text).length).toBeLessThan(300_000);
  });
});

describe('the description of a conditional call', () => {
  const CONDITIONS = { 'If-None-Match': '304', 'If-Match': '412' };
  const conditional = routes.flatMap(({ name, operation: { parameters = [], responses, description } }) =>
    Object.entries(CONDITIONS)
      .filter(([header]) => parameters.some((parameter) => parameter.name === header))
      .map(([header, status]) => ({ name, header, status, responses, description })),
  );

  it('exists for at least seven routes', () => {
    expect(conditional.length).toBeGreaterThanOrEqual(7);
  });

  it.each(conditional)(
    'of $name says when $header is answered $status',
    ({ header, status, responses, description }) => {
      expect(Object.keys(responses)).toContain(status);
      expect(description).toMatch(new RegExp(`\`${header}\`[^.]*\\b${status}\\b`));
    },
  );
});

describe('a path', () => {
  it.each(routes.filter(({ method, template }) => method === 'GET' && template !== '/'))(
    'answers the same with a slash at its end: $name',
    async ({ name }) => {
      const fixture = await createFixture();
      await PREPARATIONS[name]?.(fixture);
      const { path = '' } = ROUTES[name]?.call(fixture) ?? {};
      const slashed = path.replace(/(\?|$)/, '/$1');
      const { token } = fixture.me;

      const [plain, other] = [await api(`GET ${path}`, { token }), await api(`GET ${slashed}`, { token })];

      expect(other.status).toBe(plain.status);
      expect(other.body).toEqual(plain.body);
    },
  );

  it('gets 404 if there is no such route', async () => {
    for (const path of [
      '/nothing',
      '/posts/1/nothing',
      '/users/1/nothing/more',
      '/%00',
      '/..%2f..%2fetc/passwd',
    ]) {
      const answer = await api(`GET ${path}`);

      expect([answer.status, answer.body.code, answer.body.title]).toEqual([404, 'not_found', 'Not Found']);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
  });

  it('has the same answer for HEAD as for GET, without a body', async () => {
    const { me, mine } = await createFixture();
    for (const path of ['/', '/posts', `/posts/${mine}`, '/users', '/posts/9007199254740991']) {
      const [head, get] = [await api(`HEAD ${path}`), await api(`GET ${path}`)];

      expect([head.status, head.text]).toEqual([get.status, '']);
      expect(head.headers.get('etag')).toBe(get.headers.get('etag'));
    }
    expect((await api('HEAD /users/me', { token: me.token })).status).toBe(200);
  });
});

describe('CORS', () => {
  const ALLOWED = 'https://app.example.com';
  const preflight = (origin: string, method = 'PATCH') =>
    api('OPTIONS /posts/1', {
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': method,
        'Access-Control-Request-Headers': 'authorization, content-type',
      },
    });

  it('allows a listed origin a token and every method', async () => {
    const { status, headers } = await preflight(ALLOWED);

    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(ALLOWED);
    expect(headers.get('access-control-allow-methods')?.split(',')).toEqual(
      expect.arrayContaining(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
    );
    const allowed = headers.get('access-control-allow-headers')?.toLowerCase();
    for (const name of [
      'authorization',
      'content-type',
      'if-match',
      'if-none-match',
      'if-modified-since',
      'idempotency-key',
    ])
      expect(allowed).toContain(name);
    expect(headers.get('vary')).toMatch(/origin/i);
  });

  it.each([
    'https://evil.example',
    'https://app.example.com.evil.example',
    'http://app.example.com',
    'null',
    '*',
  ])('does not allow %s', async (origin) => {
    expect((await preflight(origin)).headers.has('access-control-allow-origin')).toBe(false);
    const { headers } = await api('GET /posts', { headers: { Origin: origin } });
    expect(headers.has('access-control-allow-origin')).toBe(false);
  });

  const ERRORS: [status: number, call: string, options: Call][] = [
    [401, 'GET /users/me', {}],
    [404, 'GET /nothing', {}],
    [404, 'GET /posts/9007199254740991', {}],
    [405, 'PUT /posts', {}],
    [413, 'POST /users', { body: 'x'.repeat(300_000), headers: { 'Content-Type': 'application/json' } }],
    [415, 'POST /users', { body: '{}', headers: { 'Content-Type': 'text/plain' } }],
    [422, 'GET /posts?limit=x', {}],
  ];
  it.each(ERRORS)(
    'allows a listed origin to read a %i and its headers: %s',
    async (status, call, options) => {
      const answer = await api(call, { ...options, headers: { ...options.headers, Origin: ALLOWED } });

      expect(answer.status).toBe(status);
      expect(answer.headers.get('access-control-allow-origin')).toBe(ALLOWED);
      const exposed = answer.headers.get('access-control-expose-headers')?.split(',');
      expect(exposed).toEqual(
        expect.arrayContaining(['ETag', 'Link', 'Location', 'Retry-After', 'X-Request-Id']),
      );
    },
  );

  it('allows it to read a 500 and a 503', async () => {
    const headers = { Origin: ALLOWED };
    const broken = await api('GET /posts', { headers, fetch: withSettings({ DATABASE_TIMEOUT_MS: 'soon' }) });
    const down = await withFault({ kind: 'unavailable', times: 99 }, () =>
      api('GET /posts', { headers, checks: { roundTrips: false } }),
    );

    expect([broken.status, down.status]).toEqual([500, 503]);
    expect(down.headers.get('access-control-allow-origin')).toBe(ALLOWED);
  });

  const isAllowed = async (origin: string, settings: Record<string, unknown>) => {
    const fetch = withSettings(settings);
    const { status, headers } = await api('GET /posts', { headers: { Origin: origin }, fetch });
    expect(status).toBe(200);
    return headers.get('access-control-allow-origin') === origin;
  };

  it.each([
    ['https://app.example.com/', 'https://app.example.com'],
    ['HTTPS://App.Example.COM', 'https://app.example.com'],
    ['https://app.example.com:443', 'https://app.example.com'],
    ['http://app.example.com:80/', 'http://app.example.com'],
    ['https://app.example.com:8443', 'https://app.example.com:8443'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
    ['https://a.example, https://B.example/', 'https://b.example'],
  ])('allows the origin that %s names as a browser sends it', async (CORS_ORIGINS, origin) => {
    expect(await isAllowed(origin, { CORS_ORIGINS })).toBe(true);
    expect(await isAllowed('https://other.example', { CORS_ORIGINS })).toBe(false);
  });

  it.each(['http://localhost', 'http://localhost:5173', 'http://127.0.0.1:3000', 'http://[::1]:8080'])(
    'allows %s in development only',
    async (origin) => {
      const deployed = { ENVIRONMENT: 'staging', MAIL_FROM: 'ledge@example.com', MAIL_VIA: 'binding' };

      expect(await isAllowed(origin, {})).toBe(true);
      expect(await isAllowed(origin, deployed)).toBe(false);
      expect(await isAllowed(origin, { ...deployed, ENVIRONMENT: 'production' })).toBe(false);
    },
  );

  it.each([
    'http://localhost.evil.example',
    'http://localhost:1@evil.example',
    'http://127.0.0.1.evil.example:80',
    'https://evil.example/?http://localhost:1',
    'http://127.0.0.2:3000',
  ])('takes %s for no address of this machine', async (origin) => {
    expect(await isAllowed(origin, {})).toBe(false);
  });

  it('allows no origin when none is listed', async () => {
    const fetch = withSettings({ CORS_ORIGINS: undefined });
    const answer = await api('GET /posts', { headers: { Origin: ALLOWED }, fetch });

    expect(answer.status).toBe(200);
    expect(answer.headers.has('access-control-allow-origin')).toBe(false);
  });
});

describe('the headers of every answer', () => {
  it.each(['GET /', 'GET /posts', 'GET /nothing', 'PUT /posts', 'GET /users/me', 'GET /docs'])(
    'include the security headers: %s',
    async (call) => {
      const { headers } = await api(call);

      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('strict-transport-security')).toMatch(/max-age=\d{7,}/);
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(headers.has('x-powered-by')).toBe(false);
    },
  );

  it('include the request id of the client, or a new one', async () => {
    const ask = async (id: string) =>
      (await api('GET /healthz', { headers: { 'X-Request-Id': id } })).headers.get('x-request-id');

    expect(await ask('client-chosen_1=')).toBe('client-chosen_1=');
    const UUID = /^[0-9a-f-]{36}$/;
    for (const id of ['with space', '<script>', 'a'.repeat(256), '"quoted"', '{}', 'ünïcode']) {
      expect(await ask(encodeHeader(id))).toMatch(UUID);
    }
    expect(await ask('1')).not.toBe(await ask('2'));
  });

  const encodeHeader = (text: string) => String.fromCharCode(...new TextEncoder().encode(text));
});

describe('settings', () => {
  const BROKEN: [string, Record<string, string | undefined>, string][] = [
    ['no secret', { JWT_SECRET: undefined }, 'JWT_SECRET is missing'],
    ['a short secret', { JWT_SECRET: 'short-and-known' }, 'JWT_SECRET must be at least 32 bytes'],
    [
      'a short previous secret',
      { JWT_SECRET_PREVIOUS: 'short-and-known' },
      'JWT_SECRET_PREVIOUS must be at least',
    ],
    ['no database', { DATABASE_URL: undefined }, 'DATABASE_URL is missing'],
    [
      'another database',
      { DATABASE_URL: 'mysql://root:short-and-known@db/x' },
      'DATABASE_URL must be a Postgres connection string',
    ],
    ['no issuer', { JWT_ISSUER: undefined }, 'JWT_ISSUER is missing'],
    ['an empty audience', { JWT_AUDIENCE: '' }, 'JWT_AUDIENCE'],
    ['an unknown environment', { ENVIRONMENT: 'short-and-known' }, 'ENVIRONMENT'],
    ['any origin', { CORS_ORIGINS: '*' }, 'CORS_ORIGINS must hold origins'],
    ['the origin of no page', { CORS_ORIGINS: 'null' }, 'CORS_ORIGINS must hold origins'],
    ['an origin with a path', { CORS_ORIGINS: 'https://short-and-known.example/app' }, 'CORS_ORIGINS'],
    ['an origin with a query', { CORS_ORIGINS: 'https://short-and-known.example?' }, 'CORS_ORIGINS'],
    ['an origin with a user', { CORS_ORIGINS: 'https://short-and-known@app.example' }, 'CORS_ORIGINS'],
    ['a wildcard in an origin', { CORS_ORIGINS: 'https://*.short-and-known.example' }, 'CORS_ORIGINS'],
    ['an origin without a scheme', { CORS_ORIGINS: 'short-and-known.example' }, 'CORS_ORIGINS'],
    ['an origin of another scheme', { CORS_ORIGINS: 'https://a.example ftp://b.example' }, '(see number 2)'],
    ['a timeout that is no number', { DATABASE_TIMEOUT_MS: 'short-and-known' }, 'DATABASE_TIMEOUT_MS'],
  ];

  it.each(BROKEN)('with %s make every answer an error that names them', async (_, changes, message) => {
    const answer = await api('GET /posts', { fetch: withSettings(changes) });

    expect([answer.status, answer.body.code]).toEqual([500, 'misconfigured']);
    expect(answer.body.detail).toContain(message);
    expect(answer.text).not.toContain('short-and-known');
  });

  it('are all named in one error', async () => {
    const fetch = withSettings({ JWT_SECRET: undefined, DATABASE_URL: undefined, PUBLIC_READS: 'perhaps' });
    const { body } = await api('GET /posts', { fetch });

    for (const name of ['JWT_SECRET', 'DATABASE_URL', 'PUBLIC_READS']) expect(body.detail).toContain(name);
  });
});

describe('a failure of the database', () => {
  const callWithFault = async (fault: Parameters<typeof withFault>[0], ask: () => Promise<Answer>) => {
    const before = roundTripsSoFar();
    const answer = await withFault(fault, ask);
    return { answer, tries: roundTripsSoFar() - before };
  };
  const unlimited = { checks: { roundTrips: false } };

  it.each(['deadlock', 'serialization', 'unavailable', 'reset'] as const)(
    '(one %s) makes a read be retried',
    async (kind) => {
      const { answer, tries } = await callWithFault({ kind }, () => api('GET /posts', unlimited));

      expect(answer.status).toBe(200);
      expect(tries).toBe(2);
    },
  );

  it.each(['deadlock', 'serialization'] as const)(
    '(one %s) makes a write be retried, because nothing was done',
    async (kind) => {
      const { me, theirs } = await createFixture();

      const { answer, tries } = await callWithFault({ kind }, () =>
        api('POST /votes', { ...unlimited, token: me.token, json: { post_id: theirs, dir: 1 } }),
      );

      expect([answer.status, answer.body.votes]).toEqual([201, 1]);
      expect(tries).toBe(2);
    },
  );

  it.each([
    { kind: 'unavailable' },
    { kind: 'reset' },
    { kind: 'unavailable', executed: true },
    { kind: 'reset', executed: true },
  ] as const)('($kind) gets 503 for a write of unknown outcome, which is not retried', async (fault) => {
    const person = await signUp();

    const { answer, tries } = await callWithFault(fault, () =>
      api('POST /posts', { ...unlimited, token: person.token, json: { content: 'Once or never.' } }),
    );

    expect([answer.status, answer.body.code]).toEqual([503, 'database_unavailable']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(tries).toBe(1);
    const { body } = await api('GET /posts/mine', { token: person.token });
    expect(body.data).toHaveLength('executed' in fault ? 1 : 0);
  });

  it.each(['unavailable', 'deadlock'] as const)('(permanent %s) gets 503 after three tries', async (kind) => {
    const { answer, tries } = await callWithFault({ kind, times: 99 }, () => api('GET /posts', unlimited));

    expect([answer.status, answer.body.code]).toEqual([503, 'database_unavailable']);
    expect(tries).toBe(3);
  });

  /** Whoever asks may try again later; a read has been tried again already, a write never. */
  it.each([
    ['08006', 'a lost connection'],
    ['08P01', 'a proxy that breaks the protocol'],
    ['25006', 'a standby, which only reads'],
    ['26000', 'a statement that a pooler took away'],
    ['28P01', 'a password that was changed'],
    ['28000', 'a role that may not sign in'],
    ['3D000', 'no such database'],
    ['40003', 'a commit of unknown outcome'],
    ['53100', 'a full disk'],
    ['53300', 'too many connections'],
    ['55P03', 'a lock that is not available'],
    ['57014', 'a statement that was cancelled'],
    ['57P01', 'a shutdown'],
    ['58000', 'an error of the system'],
    ['58030', 'a disk that fails'],
    ['72000', 'a snapshot that is too old'],
    ['F0000', 'a faulty configuration'],
    ['XX000', 'an internal error'],
    ['XX002', 'a corrupted index'],
  ])('(%s, %s) gets a logged 503 with Retry-After', async (code) => {
    const person = await signUp();
    const fault = { kind: 'error', code, times: 99 } as const;
    const json = { content: 'Never.' };

    const read = await callWithFault(fault, () => api('GET /posts', unlimited));
    const write = await callWithFault(fault, () =>
      api('POST /posts', { ...unlimited, token: person.token, json }),
    );

    for (const { answer } of [read, write]) {
      expect([answer.status, answer.body.code]).toEqual([503, 'database_unavailable']);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(answer.text).not.toContain(code);
      const logged = lines.map((line) => JSON.parse(line));
      expect(logged).toContainEqual(
        expect.objectContaining({
          event: 'database_unavailable',
          request_id: answer.body.request_id,
          sql_state: code,
        }),
      );
    }
    expect([read.tries, write.tries]).toEqual([3, 1]);
    expect((await api('GET /posts/mine', { token: person.token })).body.data).toEqual([]);
  });

  it.each([
    ['3F000', 'no such schema'],
    ['42501', 'no right to use it'],
    ['42883', 'no such function'],
    ['42P01', 'no such table'],
    ['42703', 'no such column'],
    ['42704', 'no such type'],
  ])('(%s, %s) is that the database is not of this release', async (code) => {
    for (const path of ['/posts', '/readyz']) {
      const { answer, tries } = await callWithFault({ kind: 'error', code }, () => api(`GET ${path}`));

      expect([answer.status, answer.body.code]).toEqual([503, 'schema_outdated']);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(tries).toBe(1);
    }
  });

  it.each(['42601', '22012', 'P0001', '54001'])('(%s) that is a fault of ours gets 500', async (code) => {
    const { answer, tries } = await callWithFault({ kind: 'error', code }, () => api('GET /posts'));

    expect([answer.status, answer.body.code, tries]).toEqual([500, 'internal_error', 1]);
  });

  it('gets 503 within the timeout when no answer comes', async () => {
    const fetch = withSettings({ DATABASE_TIMEOUT_MS: '200' });
    const started = Date.now();

    const { answer } = await callWithFault({ kind: 'hang', times: 99 }, () =>
      api('GET /posts', { ...unlimited, fetch }),
    );

    expect([answer.status, answer.body.code]).toEqual([503, 'database_unavailable']);
    // The timeout of the other tests is longer (test/support/database.ts).
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  it.runIf(isWorker)("gets a logged 500 without a retry when the answer is above Neon's limit", async () => {
    const person = await signUp();
    const [row] = await sql`
      INSERT INTO posts (owner_id, content, published) VALUES (${person.id}, repeat('x', 11 * 1024 * 1024), false) RETURNING id`;
    const before = roundTripsSoFar();

    const answer = await api(`GET /posts/${row?.id}`, { ...unlimited, token: person.token });

    expect([answer.status, answer.body.code]).toEqual([500, 'internal_error']);
    expect(roundTripsSoFar() - before).toBe(1);
    const logged = lines.map((line) => JSON.parse(line));
    expect(
      logged.filter(
        ({ event, request_id }) => event === 'unforeseen' && request_id === answer.body.request_id,
      ),
    ).toMatchObject([{ error: 'Error', http_status: 507 }]);
    await sql`DELETE FROM posts WHERE id = ${row?.id}`;
  });

  it('that is unforeseen gets a 500 without details', async () => {
    const person = await signUp();
    // The next post would overflow the column.
    await sql`UPDATE users SET posts = 2147483647 WHERE id = ${person.id}`;

    const answer = await api('POST /posts', { token: person.token, json: { content: 'One too many.' } });
    await sql`UPDATE users SET posts = 0 WHERE id = ${person.id}`;

    expect([answer.status, answer.body.code]).toEqual([500, 'internal_error']);
    for (const word of ['integer', 'range', 'One too', 'posts', 'users', '.ts', 'at '])
      expect(answer.body.detail).not.toContain(word);
  });
});
