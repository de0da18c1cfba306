// Tests of the checks that `api` makes of every answer: each must find the fault of a wrong answer.
import { exports } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { api } from './support/api';
import { checkAnswer, findRoute } from './support/document';
import { checkLeaks, rememberEmail } from './support/leaks';
import { signUp, unusedName, write } from './support/people';
import { checkRoundTrips, countRoundTrips } from './support/round-trips';
import { sql } from './support/sql';

const PROBLEM = {
  type: 'about:blank',
  title: 'Not Found',
  status: 404,
  code: 'post_not_found',
  detail: 'There is no such post.',
  request_id: 'r-1',
};
const POST = {
  id: 1,
  title: null,
  content: 'A note.',
  published: true,
  parent_id: null,
  tags: ['a'],
  mentions: [],
  created_at: '2026-11-20T09:30:00.000Z',
  published_at: '2026-11-20T09:30:00.000Z',
  edited_at: null,
  owner_id: 1,
  owner: { id: 1, username: 'ada', avatar_url: null },
  votes: 0,
  replies: 0,
  viewer: null,
};

interface Changes {
  call?: string;
  status?: number;
  body?: unknown;
  headers?: Record<string, string | null>;
  caller?: number;
}

/** A correct answer of `GET /posts/1`, with changes. */
function answerOf({ call = 'GET /posts/1', status = 200, body = POST, headers = {}, caller }: Changes = {}) {
  const [method = '', path = ''] = call.split(' ');
  const good = {
    'content-type': status < 400 ? 'application/json' : 'application/problem+json',
    'x-request-id': 'r-1',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    etag: status === 200 ? '"1"' : null,
  };
  const present = Object.entries({ ...good, ...headers }).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  const text = body === undefined ? '' : JSON.stringify(body);
  return {
    method,
    path,
    route: findRoute(method, path),
    status,
    headers: new Headers(present),
    text,
    caller,
  };
}

describe('the check of answers', () => {
  it('accepts correct answers', () => {
    for (const good of [
      {},
      { body: { ...POST, viewer: { voted: true, bookmarked: false } }, caller: 1 },
      { status: 404, body: PROBLEM },
      { call: 'GET /posts/1/' },
      { call: 'GET /nothing', status: 404, body: { ...PROBLEM, code: 'not_found' } },
    ])
      expect(() => checkAnswer(answerOf(good))).not.toThrow();
  });

  const FAULTS: [string, Changes, RegExp][] = [
    ['a key that is not documented', { body: { ...POST, secret: 1 } }, /secret/],
    [
      'an undocumented key in a nested object',
      { body: { ...POST, owner: { ...POST.owner, email: 'x' } } },
      /owner\/email/,
    ],
    ['a key that is missing', { body: { ...POST, votes: undefined } }, /votes/],
    ['a value of another type', { body: { ...POST, votes: '1' } }, /votes/],
    ['a null that is not documented', { body: { ...POST, content: null } }, /content/],
    ['a number out of bounds', { body: { ...POST, votes: -1 } }, /votes/],
    ['a time in the wrong format', { body: { ...POST, created_at: 'yesterday' } }, /created_at/],
    ['a wrong item of a list', { body: { ...POST, tags: [1] } }, /tags/],
    ['an array instead of an object', { body: [POST] }, /array/],
    ['a status that is not documented', { status: 201 }, /201 is not documented/],
    ['another content type', { headers: { 'content-type': 'text/html' } }, /text\/html is not documented/],
    ['a header that is missing', { headers: { etag: null } }, /etag is missing/i],
    ['a header that is not documented', { headers: { location: '/x' } }, /Location is not documented/],
    ['a private answer without no-store', { caller: 1, headers: { 'cache-control': null } }, /cache/],
    ['an answer that may be cached for any time', { headers: { 'cache-control': null } }, /how long/],
    ['a shared answer without Vary', { headers: { 'cache-control': 'public, max-age=2' } }, /Vary/],
    [
      'a request id in a shared answer',
      { headers: { 'cache-control': 'public, max-age=2' } },
      /X-Request-Id/,
    ],
    [
      'an error that may be cached',
      { status: 404, body: PROBLEM, headers: { 'cache-control': 'public, max-age=2' } },
      /error that may be cached/,
    ],
    ['no request id', { headers: { 'x-request-id': null } }, /X-Request-Id/],
    ['CORS for everybody', { headers: { 'access-control-allow-origin': '*' } }, /CORS/],
    [
      'an error as plain JSON',
      { status: 404, body: PROBLEM, headers: { 'content-type': 'application/json' } },
      /problem/,
    ],
    ['a problem with another status', { status: 404, body: { ...PROBLEM, status: 400 } }, /another status/],
    [
      'a problem with another request_id',
      { status: 404, body: { ...PROBLEM, request_id: '2' } },
      /request_id/,
    ],
    ['a problem with an undocumented key', { status: 404, body: { ...PROBLEM, stack: 'at x' } }, /stack/],
    ['a code of another route', { status: 404, body: { ...PROBLEM, code: 'vote_not_found' } }, /code/],
    ['an unknown code', { call: 'GET /no', status: 404, body: { ...PROBLEM, code: 'gone' } }, /code/],
    ['SQL', { status: 404, body: { ...PROBLEM, detail: 'SELECT 1' } }, /SQL/],
    [
      'a 401 without WWW-Authenticate',
      { status: 401, body: { ...PROBLEM, status: 401 } },
      /WWW-Authenticate/,
    ],
    ['a 503 without Retry-After', { status: 503, body: { ...PROBLEM, status: 503 } }, /Retry-After/],
    ['a route that is not documented', { call: 'GET /hidden' }, /undocumented route/],
    ['a body of a 204', { call: 'DELETE /posts/1', status: 204 }, /body/],
  ];
  it.each(FAULTS)('finds %s', (_, changes, reason) => {
    expect(() => checkAnswer(answerOf(changes))).toThrow(reason);
  });
});

describe('the check of leaks', () => {
  it('finds a password hash, and the email of another person', async () => {
    const [ada, bob] = [await signUp(), await signUp()];
    const email = `Ada.${unusedName()}@Example.com`;
    rememberEmail(email, ada.id);
    const answer = (content: string, caller?: number) =>
      answerOf({ body: { ...POST, content }, ...(caller && { caller }) });

    expect(() => checkLeaks(answer('pbkdf2-sha256$600000$…'), '')).toThrow(/hash/);
    for (const caller of [undefined, bob.id])
      expect(() => checkLeaks(answer(`Write to ${email.toUpperCase()}.`, caller), '')).toThrow(/email/);
    expect(() => checkLeaks(answer(email, ada.id), '')).not.toThrow();
    expect(() => checkLeaks(answer('nobody@example.com', bob.id), '')).not.toThrow();
    expect(() => checkLeaks(answer(email, bob.id), JSON.stringify({ email }))).not.toThrow();
  });

  it('is made of every answer of api()', async () => {
    const [ada, bob] = [await signUp(), await signUp()];
    const { id } = await write(bob);
    await sql`UPDATE posts SET content = ${ada.email}, version = version + 1 WHERE id = ${id}`;

    await expect(api(`GET /posts/${id}`, { token: bob.token })).rejects.toThrow(/email of somebody else/);
    await sql`UPDATE posts SET content = 'pbkdf2-sha256$', version = version + 1 WHERE id = ${id}`;
    await expect(api(`GET /posts/${id}`)).rejects.toThrow(/password hash/);
    await sql`DELETE FROM posts WHERE id = ${id}`;
  });
});

describe('the count of round trips', () => {
  it('finds a route that is not in the table', () => {
    const route = findRoute('GET', '/posts');
    if (!route) throw new Error('There is no GET /posts.');

    expect(() => checkRoundTrips(route, 1)).not.toThrow();
    expect(() => checkRoundTrips({ ...route, name: 'GET /new' }, 0)).toThrow(/GET \/new is missing/);
  });

  it("counts those of one request, not a test's own, and none while two requests run at once", async () => {
    const request = async () => (await exports.default.fetch('https://ledge.example/readyz')).text();
    const both = async () => [await request(), await request()];

    expect((await countRoundTrips(request)).roundTrips).toBe(1);
    expect((await countRoundTrips(both)).roundTrips).toBe(2);
    expect((await countRoundTrips(() => sql`SELECT 1`)).roundTrips).toBe(0);
    const parallel = await Promise.all([countRoundTrips(request), countRoundTrips(request)]);
    expect(parallel.map(({ roundTrips }) => roundTrips)).toEqual([undefined, undefined]);
  });
});
