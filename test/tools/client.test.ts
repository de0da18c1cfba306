// The typed client, with a stand-in for the API.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  attempt,
  idempotencyKey,
  isProblem,
  type LedgeOptions,
  ledge,
  memoryStore,
  type ProblemError,
  type TokenStore,
  type Tokens,
  UnexpectedAnswer,
  unwrap,
} from '../../client/index.ts';
import clientPackage from '../../client/package.json' with { type: 'json' };
import rootPackage from '../../package.json' with { type: 'json' };

const ROOT = path.resolve(import.meta.dirname, '../..');
const ADDRESS = 'https://ledge.example/api';
const OLD = { access_token: 'old', refresh_token: 'r-old' };
const NEW = { access_token: 'new', refresh_token: 'r-new' };

const json = (body: unknown, status = 200) => Response.json(body, { status });

function problem(status: number, code: string, headers: Record<string, string> = {}, more: object = {}) {
  const body = {
    type: 'about:blank',
    title: 'Error',
    status,
    code,
    detail: 'It failed.',
    request_id: 'r-1',
    ...more,
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
  });
}

interface Sent {
  call: string;
  token: string | undefined;
  body: unknown;
  init: RequestInit | undefined;
}

type Answer = (sent: Sent) => Response | Promise<Response>;

/** A client whose requests are answered by `answer`, and what it sends. */
function clientOf(answer: Answer, options: LedgeOptions = {}) {
  const sent: Sent[] = [];
  const endings: ProblemError[] = [];
  const client = ledge(ADDRESS, {
    tokens: memoryStore(OLD),
    onSignedOut: (ending) => endings.push(ending),
    fetch: async (input, init) => {
      const url = new URL(input);
      const token = new Headers(init?.headers).get('Authorization')?.replace('Bearer ', '');
      const call = `${init?.method ?? 'GET'} ${url.pathname.replace('/api', '')}${url.search}`;
      sent.push({ call, token, body: init?.body, init });
      return answer(sent.at(-1) as Sent);
    },
    ...options,
  });
  const refreshes = () => sent.filter(({ call }) => call === 'POST /auth/refresh');
  return { ...client, sent, endings, refreshes };
}

/** Refuses the old token, exchanges it, and answers everything else. */
const expiring: Answer = ({ call, token }) => {
  if (call === 'POST /auth/refresh') return json({ ...NEW, token_type: 'bearer' });
  return token === 'old' ? problem(401, 'token_expired') : json({ id: 1 });
};

describe('Ledge-Written', () => {
  it('is kept from any answer, and sent with what is sent in the name of the person', async () => {
    const marks = ['1.a', undefined, '3.c'];
    const answer: Answer = ({ call }) => {
      const mark = call.startsWith('POST') ? marks.shift() : undefined;
      return Response.json(
        { id: 1, access_token: 'new' },
        { headers: mark ? { 'Ledge-Written': mark } : {} },
      );
    };
    const { api, signIn, sent } = clientOf(answer);
    const read = () => api.posts.timeline.$get({ query: {} });
    const post = () => api.posts.$post({ json: { content: 'x' } });

    for (const step of [read, () => signIn('ada', 'secret'), read, post, read, post, read]) await step();
    const marksSent = sent.map(({ call, init }) => [
      call.split(' ')[0],
      new Headers(init?.headers).get('Ledge-Written'),
    ]);
    expect(marksSent).toEqual([
      ['GET', null],
      ['POST', null],
      ['GET', '1.a'],
      ['POST', '1.a'],
      ['GET', '1.a'],
      ['POST', '1.a'],
      ['GET', '3.c'],
    ]);
  });

  it('is not sent without a token: it would only make a browser ask before', async () => {
    const mark = () => Response.json({ id: 1 }, { headers: { 'Ledge-Written': '1.a' } });
    const { api, sent } = clientOf(mark, { tokens: memoryStore() });
    await api.posts.$get({ query: {} });
    await api.posts.$get({ query: {} });

    expect(sent.map(({ init }) => new Headers(init?.headers).has('Ledge-Written'))).toEqual([false, false]);
  });
});

describe('an expired token', () => {
  it.each([2, 7])('is refreshed once for %i calls at once, which are sent again', async (count) => {
    const tokens = memoryStore(OLD);
    const { api, sent, refreshes, endings } = clientOf(expiring, { tokens });
    const answers = await Promise.all(Array.from({ length: count }, () => api.users.me.$get()));

    expect(answers.map(({ status }) => status)).toEqual(Array(count).fill(200));
    expect(refreshes().map(({ body }) => body)).toEqual(['{"refresh_token":"r-old"}']);
    expect(sent.filter(({ token }) => token === 'new')).toHaveLength(count);
    expect(await tokens.get()).toEqual(NEW);
    expect(endings).toEqual([]);
  });

  it('is not refreshed again for a call whose refusal comes late, nor with a slow store', async () => {
    let kept: Tokens | undefined = OLD;
    const pause = () => new Promise<void>((resolve) => setImmediate(resolve));
    const tokens: TokenStore = {
      get: async () => {
        await pause();
        return kept;
      },
      set: async (given) => {
        await pause();
        kept = given;
      },
    };
    let release = () => {};
    const late = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { api, refreshes } = clientOf(
      async (sent) => {
        if (sent.call === 'GET /users/me' && sent.token === 'old') await late;
        return expiring(sent);
      },
      { tokens },
    );
    const slow = api.users.me.$get();
    expect((await api.posts.mine.$get()).status).toBe(200);
    release();

    expect((await slow).status).toBe(200);
    expect(refreshes()).toHaveLength(1);
  });

  it('is sent again with the same method and body, also for a POST', async () => {
    const { api, sent } = clientOf(expiring);
    const header = { 'Idempotency-Key': idempotencyKey() };
    expect((await api.posts.$post({ json: { content: 'Once.' }, header })).ok).toBe(true);

    const posts = sent.filter(({ call }) => call === 'POST /posts');
    expect(posts.map(({ token, body }) => [token, body])).toEqual([
      ['old', '{"content":"Once."}'],
      ['new', '{"content":"Once."}'],
    ]);
    expect(posts.map(({ init }) => new Headers(init?.headers).get('Idempotency-Key'))).toEqual(
      Array(2).fill(header['Idempotency-Key']),
    );
  });

  it('is refreshed for a body that can be read only once, but that is not sent again', async () => {
    const { api, sent, refreshes } = clientOf(expiring);
    const body = new Blob(['{"content":"Once."}']).stream();
    const answer = await api.posts.$post({ json: { content: '' } }, { init: { body } });

    expect(answer.status).toBe(401);
    expect(sent.filter(({ call }) => call === 'POST /posts')).toHaveLength(1);
    expect(refreshes()).toHaveLength(1);
  });

  it('is not sent a third time if the new token is refused too', async () => {
    const { api, sent } = clientOf(({ call }) =>
      call === 'POST /auth/refresh' ? json(NEW) : problem(401, 'token_expired'),
    );
    expect((await api.users.me.$get()).status).toBe(401);
    expect(sent.map(({ call }) => call)).toEqual(['GET /users/me', 'POST /auth/refresh', 'GET /users/me']);
  });

  it('is not refreshed if that was not asked for', async () => {
    const { api, refreshes, endings } = clientOf(expiring, { refresh: false });
    expect((await api.users.me.$get()).status).toBe(401);
    expect(refreshes()).toEqual([]);
    expect(endings).toEqual([]);
  });

  it('uses the tokens of another tab that refreshed first', async () => {
    let kept = OLD;
    const tokens: TokenStore = { get: () => kept, set: () => undefined };
    const { api, refreshes } = clientOf(
      (sent) => {
        if (sent.token === 'old') kept = NEW;
        return expiring(sent);
      },
      { tokens },
    );
    expect((await api.users.me.$get()).status).toBe(200);
    expect(refreshes()).toEqual([]);
  });
});

describe('a refresh that fails', () => {
  it.each([
    [401, 'token_revoked'],
    [401, 'token_invalid'],
    [422, 'invalid_input'],
  ])('with %i %s signs out and tells once', async (status, code) => {
    const tokens = memoryStore(OLD);
    const { api, endings } = clientOf(
      ({ call }) => (call === 'POST /auth/refresh' ? problem(status, code) : problem(401, 'token_expired')),
      { tokens },
    );
    const answers = await Promise.all([api.users.me.$get(), api.posts.mine.$get()]);

    expect(answers.map((answer) => answer.status)).toEqual([401, 401]);
    expect(await tokens.get()).toBe(undefined);
    expect(endings.map((ending) => ending.code)).toEqual([code]);
  });

  it.each([
    [429, 'rate_limited'],
    [503, 'database_unavailable'],
  ])('with %i for now is what the calls are answered, and keeps the tokens', async (status, code) => {
    const tokens = memoryStore(OLD);
    const { api, endings, refreshes } = clientOf(
      ({ call }) =>
        call === 'POST /auth/refresh'
          ? problem(status, code, { 'Retry-After': '7' })
          : problem(401, 'token_expired'),
      { tokens },
    );
    const both = await Promise.allSettled([unwrap(api.users.me.$get()), unwrap(api.posts.mine.$get())]);

    expect(both.map((one) => one.status === 'rejected' && one.reason)).toEqual(
      Array(2).fill(expect.objectContaining({ code, status, retryAfter: 7 })),
    );
    expect(await tokens.get()).toEqual(OLD);
    expect(endings).toEqual([]);
    expect(refreshes()).toHaveLength(1);
  });

  it('because the network fails rejects the calls, and the next one tries again', async () => {
    let isDown = true;
    const { api } = clientOf((sent) => {
      if (sent.call === 'POST /auth/refresh' && isDown) throw new TypeError('fetch failed');
      return expiring(sent);
    });
    await expect(api.users.me.$get()).rejects.toThrow('fetch failed');
    isDown = false;
    expect((await api.users.me.$get()).status).toBe(200);
  });
});

describe('a session that has ended', () => {
  it('is forgotten and told, without a refresh', async () => {
    const { api, endings, refreshes, sent } = clientOf(({ token }) =>
      token ? problem(401, 'token_revoked') : json({ data: [] }),
    );
    expect((await api.users.me.$get()).status).toBe(401);
    expect(endings.map(({ code }) => code)).toEqual(['token_revoked']);
    expect(refreshes()).toEqual([]);
    expect((await api.posts.$get()).status).toBe(200);
    expect(sent.at(-1)?.token).toBe(undefined);
  });

  it.each([204, 401])('by signOut, answered %i, is not told', async (status) => {
    const tokens = memoryStore(OLD);
    const { signOut, endings } = clientOf(
      () => (status === 204 ? new Response(null, { status }) : problem(status, 'token_revoked')),
      { tokens },
    );
    await signOut();
    expect(await tokens.get()).toBe(undefined);
    expect(endings).toEqual([]);
  });

  it('stays ended if signOut comes while a refresh is under way', async () => {
    let release = () => {};
    const late = new Promise<void>((resolve) => {
      release = resolve;
    });
    const tokens = memoryStore(OLD);
    const { api, signOut, sent } = clientOf(
      async (each) => {
        if (each.call === 'POST /auth/refresh') await late;
        return each.call === 'POST /auth/logout' && each.token === 'new'
          ? new Response(null, { status: 204 })
          : expiring(each);
      },
      { tokens },
    );
    const call = api.users.me.$get();
    await expect.poll(() => sent.map((each) => each.call)).toContain('POST /auth/refresh');
    const leaving = signOut();
    release();
    await Promise.all([call, leaving]);

    expect(await tokens.get()).toBe(undefined);
    expect(sent.filter((each) => each.call === 'POST /auth/logout').map(({ token }) => token)).toEqual([
      'new',
    ]);
  });

  it('keeps an Authorization header that a call brings', async () => {
    const { api, sent, refreshes } = clientOf(expiring);
    const headers = { Authorization: 'Bearer own' };
    await api.users.me.$get({}, { headers });
    expect(sent.map(({ token }) => token)).toEqual(['own']);
    expect(refreshes()).toEqual([]);
  });
});

/** A token of this user, as the API makes them: only the claims are read. */
const tokenOf = (user: number, id: string) => `e30.${btoa(JSON.stringify({ sub: String(user) }))}.${id}`;

describe('another tab that signed in as somebody else', () => {
  it.each([
    [1, 200, [tokenOf(1, 'old'), tokenOf(1, 'new')]],
    [2, 401, [tokenOf(1, 'old')]],
  ])('gets nothing of this person sent in its name (user %i)', async (user, status, tokens) => {
    const store = memoryStore({ access_token: tokenOf(1, 'old'), refresh_token: 'r' });
    const { api, sent } = clientOf(
      async ({ token }) => {
        if (token === tokenOf(user, 'new')) return json({ id: 1 });
        await store.set({ access_token: tokenOf(user, 'new'), refresh_token: 's' });
        return problem(401, 'token_expired');
      },
      { tokens: store },
    );
    expect((await api.posts.$post({ json: { content: 'Mine.' } })).status).toBe(status);
    expect(sent.map(({ token }) => token)).toEqual(tokens);
  });
});

describe('a session in a cookie', () => {
  const ACCESS = { access_token: 'new', token_type: 'bearer', expires_in: 1800, refresh_expires_in: 9 };
  const cookieClient = (answer: Answer, options: LedgeOptions = {}) =>
    clientOf(answer, { cookie: true, tokens: memoryStore(), ...options });
  const asked = ({ init }: Sent) => new Headers(init?.headers).get('Ledge-Session');

  it('is asked for by every request, and no refresh token is kept or sent', async () => {
    const tokens = memoryStore();
    let isExpired = true;
    const { api, signIn, sent } = cookieClient(
      ({ call }) => {
        if (call.startsWith('POST /auth/')) return json(ACCESS);
        if (!isExpired) return json({ id: 1 });
        isExpired = false;
        return problem(401, 'token_expired');
      },
      { tokens },
    );
    await signIn('ada', 'analytical engine');
    await api.users.me.$get();

    expect(sent.map(({ call, body }) => [call, body])).toEqual([
      ['POST /auth/login', '{"username":"ada","password":"analytical engine"}'],
      ['GET /users/me', undefined],
      ['POST /auth/refresh', undefined],
    ]);
    expect(sent.map(asked)).toEqual(['cookie', 'cookie', 'cookie']);
    expect(JSON.stringify(await tokens.get())).toBe('{"access_token":"new"}');
  });

  it('goes on when the page opens again', async () => {
    const { api, refresh, sent } = cookieClient(({ call }) =>
      call === 'POST /auth/refresh' ? json(ACCESS) : json({ id: 1 }),
    );
    expect(await refresh()).toBe(true);
    await api.users.me.$get();
    expect(sent.map(({ call, token }) => [call, token])).toEqual([
      ['POST /auth/refresh', undefined],
      ['GET /users/me', 'new'],
    ]);
  });

  it.each(['token_missing', 'token_revoked'])(
    'is none without a word when the page opens: %s',
    async (code) => {
      const { refresh, endings } = cookieClient(() => problem(401, code));
      expect(await refresh()).toBe(false);
      expect(endings).toEqual([]);
    },
  );

  it.each([
    [403, 'cross_origin'],
    [503, 'database_unavailable'],
  ])('is not taken for ended by %i %s', async (status, code) => {
    const { refresh, endings } = cookieClient(() => problem(status, code));
    await expect(refresh()).rejects.toMatchObject({ status, code });
    expect(endings).toEqual([]);
  });

  it('ends with signOut, also in a page that has no access token yet', async () => {
    const { signOut, sent } = cookieClient(({ call }) =>
      call === 'POST /auth/refresh' ? json(ACCESS) : new Response(null, { status: 204 }),
    );
    await signOut();
    expect(sent.map(({ call, token }) => [call, token])).toEqual([
      ['POST /auth/refresh', undefined],
      ['POST /auth/logout', 'new'],
    ]);
  });
});

describe('pages()', () => {
  const PAGES: Record<string, object> = {
    '': { data: [{ id: 1 }, { id: 2 }], page: { limit: 2, next_cursor: 'b', prev_cursor: null } },
    b: { data: [], page: { limit: 2, next_cursor: 'c', prev_cursor: null } },
    c: { data: [{ id: 3 }], page: { limit: 2, next_cursor: null, prev_cursor: 'b' } },
  };
  const list: Answer = ({ call }) => json(PAGES[new URLSearchParams(call.split('?')[1]).get('cursor') ?? '']);

  it('follows next_cursor to the end with every filter, and over an empty page', async () => {
    const { api, pages, sent } = clientOf(list);
    const ids: number[] = [];
    const query = { tag: 'a', limit: 2, skip: 4 };
    for await (const { id } of pages(api.users[':user'].posts.$get, { param: { user: 'a/b' }, query }))
      ids.push(id);

    expect(ids).toEqual([1, 2, 3]);
    expect(sent.map(({ call }) => call)).toEqual([
      'GET /users/a%2Fb/posts?tag=a&limit=2&skip=4',
      'GET /users/a%2Fb/posts?tag=a&limit=2&cursor=b',
      'GET /users/a%2Fb/posts?tag=a&limit=2&cursor=c',
    ]);
  });

  it('begins at a cursor, and requests no page that nobody reads', async () => {
    const { api, pages, sent } = clientOf(list);
    for await (const { id } of pages(api.posts.$get)) if (id === 2) break;
    expect(sent.map(({ call }) => call)).toEqual(['GET /posts']);

    const rest = pages(api.posts.$get, { query: { cursor: 'c' } });
    expect((await rest.next()).value).toEqual({ id: 3 });
    expect(await rest.next()).toEqual({ done: true, value: undefined });
    expect(sent.map(({ call }) => call)).toEqual(['GET /posts', 'GET /posts?cursor=c']);
  });

  it('stops when it is aborted, before and within a page', async () => {
    const { api, pages, sent } = clientOf(list);
    const stopping = new AbortController();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { id } of pages(api.posts.$get, {}, { signal: stopping.signal })) {
        seen.push(id);
        stopping.abort(new Error('enough'));
      }
    })();
    await expect(reading).rejects.toThrow('enough');
    expect(seen).toEqual([1]);
    expect(sent.map(({ init }) => init?.signal)).toEqual([stopping.signal]);
    await expect(pages(api.posts.$get, {}, { signal: stopping.signal }).next()).rejects.toThrow('enough');
    expect(sent).toHaveLength(1);
  });

  it('throws the problem of a page', async () => {
    const { api, pages } = clientOf(() => problem(429, 'rate_limited', { 'Retry-After': '3' }));
    const error = await pages(api.posts.$get)
      .next()
      .catch((thrown: unknown) => thrown);
    expect(isProblem(error, 'rate_limited') && error.retryAfter).toBe(3);
  });
});

describe('a problem', () => {
  const errors = [{ path: 'content', code: 'too_short', message: 'must not be empty' }];

  it('is thrown by unwrap with all that it says', async () => {
    const { api } = clientOf(() => problem(422, 'invalid_input', {}, { errors }));
    const error = await unwrap(api.posts.$post({ json: { content: '' } })).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ status: 422, code: 'invalid_input', request_id: 'r-1', errors });
    expect([isProblem(error), isProblem(error, 'invalid_input'), isProblem(error, 'not_owner')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(isProblem(new Error('other'))).toBe(false);
  });

  it('is returned by attempt, with the codes of its call', async () => {
    const { api } = clientOf(() => problem(409, 'already_voted'));
    const outcome = await attempt(api.votes.$post({ json: { post_id: 1, dir: 1 } }));
    if (outcome.ok) throw new Error('It should fail.');
    // @ts-expect-error: no code of this call
    expect(outcome.problem.code === 'email_taken').toBe(false);
    expect(outcome.problem.code).toBe('already_voted');
    expect(outcome.problem.errors).toEqual([]);
  });

  it.each([
    ['7', 7],
    ['Wed, 01 Jan 2020 00:00:00 GMT', 0],
    ['soon', undefined],
  ])('reads the Retry-After %s', async (header, seconds) => {
    const { api } = clientOf(() => problem(503, 'database_unavailable', { 'Retry-After': header }));
    const outcome = await attempt(api.posts.$get());
    expect(!outcome.ok && outcome.problem.retryAfter).toBe(seconds);
  });

  it.each([
    [502, '<h1>Bad gateway</h1>', 'text/html'],
    [500, 'nonsense', 'application/problem+json'],
    [404, '{"error":"gone"}', 'application/json'],
    [200, '<p>Hello</p>', 'text/html'],
  ])('is not made of an answer %i %s that is none', async (status, body, type) => {
    const { api } = clientOf(() => new Response(body, { status, headers: { 'Content-Type': type } }));
    for (const read of [unwrap, attempt]) {
      const error = await read(api.posts.$get()).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(UnexpectedAnswer);
      expect(error).toMatchObject({ status, body });
    }
  });
});

it('makes keys that are never the same', () => {
  const keys = Array.from({ length: 100 }, idempotencyKey);
  expect(new Set(keys).size).toBe(100);
  for (const key of keys) expect(key).toMatch(/^[\x20-\x7e]{1,255}$/);
});

describe('the package', () => {
  /** What npm would pack, without running scripts. */
  const packed = (folder: string): string[] => {
    const npm = ['pack', '--dry-run', '--json', '--ignore-scripts'];
    const options = { cwd: path.join(ROOT, folder), encoding: 'utf8' as const };
    const [{ files }] = JSON.parse(
      execFileSync('npm', npm, { ...options, stdio: ['ignore', 'pipe', 'ignore'] }),
    );
    return files.map((file: { path: string }) => file.path);
  };
  const built = ['index.d.ts', 'index.js', 'schema.d.ts', 'session.js', 'problems.d.ts'];

  it('has its code, its types, a README and a licence', () => {
    const files = packed('client');
    expect(files).toEqual(
      expect.arrayContaining(['README.md', 'LICENSE', ...built.map((one) => `dist/${one}`)]),
    );
    expect(
      files.filter((file) => !/^(dist\/\w+(\.d\.ts|\.js)|README\.md|LICENSE|package\.json)$/.test(file)),
    ).toEqual([]);
  });

  it('is what a git URL of the repository brings, and nothing of the Worker', () => {
    const files = packed('.');
    expect(files).toEqual(expect.arrayContaining(built.map((one) => `client/dist/${one}`)));
    expect(files.filter((file) => !/^(client\/|README\.md$|LICENSE$|package\.json$)/.test(file))).toEqual([]);
    // npm runs these for a git dependency. (For the sake of `build`, which makes the server for Node, it only installs more.)
    const preparing = ['prepare', 'prepack', 'preinstall', 'install', 'postinstall'];
    expect(Object.keys(rootPackage.scripts).filter((name) => preparing.includes(name))).toEqual([]);
  });

  it('needs hono and nothing else, in the version that is tested', () => {
    expect(clientPackage.dependencies).toEqual({ hono: `^${rootPackage.dependencies.hono}` });
    expect(Object.keys(rootPackage.dependencies)).toEqual(['hono']);
    expect(clientPackage.version).toBe(rootPackage.version);
    expect(readFileSync(path.join(ROOT, 'client/LICENSE'), 'utf8')).toBe(
      readFileSync(path.join(ROOT, 'LICENSE'), 'utf8'),
    );
    const code = readFileSync(path.join(ROOT, 'client/dist/index.d.ts'), 'utf8');
    expect(code).not.toMatch(/\.ts'|reference types|node:/);
  });
});
