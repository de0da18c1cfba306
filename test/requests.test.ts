// Requests that browsers and `wrangler dev` don't send, but that workerd passes to the Worker.
import { describe, expect, it } from 'vitest';
import { api, withSettings } from './support/api';
import { signUp, write } from './support/people';

const worker = withSettings({});

/** The request with a method or URL that its constructor would refuse. */
const withInvalid = (request: Request, changes: Partial<Record<'method' | 'url', string>>): Request =>
  new Proxy(request, {
    get(target, key) {
      const value = changes[key as 'method'] ?? Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

describe('a GET with a body', () => {
  const streamed = (text: string) => new Blob([text]).stream() as ReadableStream;
  const get = (path: string, body: BodyInit, headers: Record<string, string> = {}) =>
    api(`POST ${path}`, {
      body,
      headers,
      checks: { roundTrips: false },
      fetch: (request) => worker(withInvalid(request, { method: 'GET' })),
    });

  // Without `api`, which would check the answer as one of POST.
  it.each([
    ['of unknown length', streamed('{"a":1}'), {}],
    ['that is not JSON', '{', { 'Content-Type': 'application/json' }],
    ['that is compressed', 'x', { 'Content-Encoding': 'gzip' }],
    ['of another charset', 'x', { 'Content-Type': 'application/json; charset=utf-16' }],
  ])('%s is answered like one without a body', async (_, body, headers) => {
    const answer = await worker(
      withInvalid(new Request('https://ledge.example/posts?limit=1', { method: 'POST', body, headers }), {
        method: 'GET',
      }),
    );

    expect(answer.status).toBe(200);
    expect(await answer.json()).toHaveProperty('data');
  });

  it('gets 413 if its Content-Length is too large', async () => {
    const { status, body } = await get('/nothing', 'x'.repeat(300_000), { 'Content-Length': '300000' });

    expect([status, body.code]).toEqual([413, 'body_too_large']);
  });
});

describe('an invalid Host', () => {
  it.each(['http://a b', 'http://[::', 'http://%', 'http://ledge.example:port'])(
    'does not change a list: %s',
    async (origin) => {
      const person = await signUp();
      for (let i = 0; i < 3; i += 1) await write(person);
      const path = `/users/${person.username}/posts?limit=1`;
      const ask = async (target: string) => {
        const request = new Request(`https://ledge.example${target}`);
        const answer = await worker(withInvalid(request, { url: `${origin}${target}` }));
        expect(answer.status).toBe(200);
        const { data, page } = (await answer.json()) as {
          data: { id: number }[];
          page: { next_cursor: string };
        };
        return { ids: data.map(({ id }) => id), link: answer.headers.get('link'), cursor: page.next_cursor };
      };

      const here = await api(`GET ${path}`);
      const there = await ask(path);

      expect(there.ids).toEqual(here.body.data.map(({ id }: { id: number }) => id));
      expect(there.link).toBe(here.headers.get('link'));
      const next = await ask(`${path}&cursor=${here.body.page.next_cursor}`);
      expect(next.ids).toEqual(
        (await api(`GET ${path}&cursor=${there.cursor}`)).body.data.map(({ id }: { id: number }) => id),
      );
    },
  );
});

describe('an invalid Host in a browser', () => {
  const ask = async (init: RequestInit & { method: string }, target: string) => {
    const request = new Request(`https://ledge.example${target}`, init);
    return worker(withInvalid(request, { url: `http://a b${target}` }));
  };

  it('is no origin of a page that keeps its session in a cookie', async () => {
    const answer = await ask(
      {
        method: 'POST',
        headers: { Origin: 'http://a b', 'Ledge-Session': 'cookie', 'Content-Type': 'application/json' },
        body: '{}',
      },
      '/auth/refresh',
    );
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: 'cross_origin' });
  });

  it('gets the page of the web client', async () => {
    const answer = await ask({ method: 'GET', headers: { Accept: 'text/html' } }, '/');
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('<title>');
  });
});

describe('a media type', () => {
  it.each([
    'application/json ; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/vnd.ledge+json',
    'application/problem+json; profile="x; y"',
  ])('can be %s', async (type) => {
    const { token } = await signUp();

    const answer = await api('POST /posts', {
      token,
      body: '{"content":"é"}',
      headers: { 'Content-Type': type },
    });

    expect([answer.status, answer.body.content]).toEqual([201, 'é']);
  });

  it('of JSON requires UTF-8', async () => {
    const { token } = await signUp();
    const body = new Uint8Array([...new TextEncoder().encode('{"content":"'), 0xff, 0x22, 0x7d]);

    const answer = await api('POST /posts', {
      token,
      body,
      headers: { 'Content-Type': 'application/vnd.ledge+json' },
    });

    expect([answer.status, answer.body.code]).toEqual([400, 'malformed_body']);
  });
});

describe('a body that breaks off', () => {
  const JSON_TYPE = { 'Content-Type': 'application/json' };

  it.each<[string, Record<string, string>]>([
    ['POST /auth/login', JSON_TYPE],
    ['POST /posts', JSON_TYPE],
    ['POST /posts', { ...JSON_TYPE, 'Content-Length': '1000' }],
    ['POST /auth/login', { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': '90' }],
    ['POST /auth/login', { 'Content-Type': 'multipart/form-data; boundary=x', 'Content-Length': '90' }],
    ['PATCH /users/me', { 'Content-Length': '10' }],
  ])('gets 400 at %s with %o', async (call, given) => {
    const { token } = await signUp();
    const [method, path] = call.split(' ');
    const body = new ReadableStream({
      pull(stream) {
        stream.error(new TypeError('Premature end of chunked encoding'));
      },
    });
    const headers = { ...given, Authorization: `Bearer ${token}` };
    const init = { method, headers, body, duplex: 'half' } as RequestInit;

    const answer = await worker(new Request(`https://ledge.example${path}`, init));

    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
      400,
      'malformed_body',
    ]);
  });
});
