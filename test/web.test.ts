import { describe, expect, it } from 'vitest';
import { prefersHtml } from '../src/http/negotiation';
import { api, withSettings } from './support/api';
import { createFixture } from './support/fixture';
import { SharedCache } from './support/shared-cache';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';

const browse = (call: string, options: Parameters<typeof api>[1] = {}) =>
  api(call, { ...options, headers: { Accept: BROWSER, ...options.headers } });

const isPage = (text: string) => /^<!doctype html>/i.test(text) && text.includes('id="app"');

const ADDRESSES = [
  '/',
  '/top',
  '/following',
  '/@ada',
  '/@Ada_1815/replies',
  '/@ada/votes',
  '/@ada/followers',
  '/@ada/following',
  '/p/1',
  '/p/9007199254740991/history',
  '/search?q=engines',
  '/tags',
  '/tags/engines',
  '/tags/%E6%9C%AC',
  '/notifications',
  '/bookmarks',
  '/drafts',
  '/compose',
  '/settings',
  '/sign-in',
  '/sign-up',
  '/recover',
  '/reports',
  '/top/',
];

describe('the web client', () => {
  it.each(ADDRESSES)('answers a browser with its page: %s', async (path) => {
    const { status, headers, text } = await browse(`GET ${path}`);

    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8']);
    expect(isPage(text)).toBe(true);
    expect(headers.get('vary')).toBe('Accept, Authorization, Origin');
    expect(headers.get('cache-control')).toBe('private, no-cache');
  });

  it.each(ADDRESSES.slice(1))('answers API clients 404: %s', async (path) => {
    for (const Accept of ['application/json', '*/*']) {
      const { status, headers, body } = await api(`GET ${path}`, { headers: { Accept } });

      expect([status, body.code]).toEqual([404, 'not_found']);
      expect(headers.get('vary')).toBe('Accept, Authorization, Origin');
    }
  });

  it.each(['/', '/top', '/@ada', '/nothing'])('answers HEAD like GET, without a body: %s', async (path) => {
    const [get, head] = [await browse(`GET ${path}`), await browse(`HEAD ${path}`)];

    expect([head.status, head.text]).toEqual([get.status, '']);
    for (const name of ['content-type', 'content-security-policy', 'cache-control', 'vary'])
      expect(head.headers.get(name)).toBe(get.headers.get(name));
  });

  it('answers a browser its page with 404 at an address that it does not have', async () => {
    for (const path of [
      '/nothing',
      '/@ada/nothing',
      '/@ad',
      '/@1815',
      '/@ada%22%3E%3Cscript%3E',
      '/p/0',
      '/p/x',
      '/p/1/2',
      '/tags/a/b',
      '/Top',
      '/top/more',
      '/app/index.html',
      '/app/assets/gone.js',
      '/%00',
    ]) {
      const { status, headers, text } = await browse(`GET ${path}`);

      expect([path, status, isPage(text)]).toEqual([path, 404, true]);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });

  it('leaves the paths of the API to the API, whoever asks', async () => {
    const { mine } = await createFixture();
    for (const path of [
      '/posts/9007199254740991',
      `/posts/${mine}/nothing`,
      '/users/nobody_at_all',
      '/auth/nothing',
      '/votes/nothing/more',
      '/healthz/more',
      '/openapi.json/more',
    ]) {
      const { status, body } = await browse(`GET ${path}`);
      expect([path, status, typeof body?.code]).toEqual([path, 404, 'string']);
    }
    for (const [call, status] of [
      [`GET /posts/${mine}`, 200],
      ['GET /users', 200],
      ['GET /healthz', 200],
      ['GET /openapi.json', 200],
      ['POST /', 405],
      ['POST /top', 404],
      ['PUT /@ada', 404],
      ['DELETE /nothing', 404],
    ] as const) {
      const answer = await browse(call);
      expect([call, answer.status]).toEqual([call, status]);
      expect(answer.headers.get('content-type')).toMatch(/json/);
    }
  });

  it('answers API clients at / with JSON, as before', async () => {
    for (const headers of [{}, { Accept: '*/*' }, { Accept: 'application/json' }] as Record<
      string,
      string
    >[]) {
      const answer = await api('GET /', { headers });

      expect([answer.status, answer.body.name]).toEqual([200, 'Ledge']);
      expect(answer.headers.get('vary')).toBe('Accept, Authorization, Origin');
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
  });

  it('is there while reading needs a token, and whatever is wrong with one', async () => {
    const fetch = withSettings({ PUBLIC_READS: 'false' });
    for (const path of ['/', '/@ada', '/nothing']) {
      expect((await browse(`GET ${path}`, { fetch })).status).toBe(path === '/nothing' ? 404 : 200);
      expect((await browse(`GET ${path}`, { token: 'garbage' })).text).toContain('id="app"');
    }
  });
});

describe('the headers of the page', () => {
  it('let nothing inline run, and nothing from elsewhere but images', async () => {
    const { headers, text } = await browse('GET /');
    const policy = headers.get('content-security-policy') ?? '';

    expect(policy).not.toMatch(/unsafe|\*|http:|blob:/);
    expect(policy.match(/[^;]*https:[^;]*/g)).toEqual([" img-src 'self' https: data:"]);
    for (const directive of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
    ])
      expect(policy.split('; ')).toContain(directive);
    for (const directive of ["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"])
      expect(policy.split('; ')).toContain(directive);
    // What that policy would refuse is not in the page.
    expect(text).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/i);
    for (const [, url = ''] of text.matchAll(/\s(?:src|href)="([^"]*)"/g)) expect(url).toMatch(/^\/(?!\/)/);
  });

  it('let no text become markup or a script', async () => {
    const policy = (await browse('GET /p/1')).headers.get('content-security-policy') ?? '';
    expect(policy.split('; ')).toContain("require-trusted-types-for 'script'");
    expect(policy.split('; ')).toContain("trusted-types 'none'");
  });

  it('are those of every answer, too', async () => {
    const { headers } = await browse('GET /top');

    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('strict-transport-security')).toContain('max-age=');
    expect(headers.get('x-request-id')).toBeTruthy();
  });
});

describe('the head of the page', () => {
  const feedsOf = (text: string) =>
    [...text.matchAll(/<link rel="alternate" type="application\/atom\+xml" href="([^"]+)"/g)].map(
      ([, href]) => href,
    );

  it('names the feed of all posts, and at the address of a person theirs', async () => {
    expect(feedsOf((await browse('GET /')).text)).toEqual(['/posts/feed.atom']);
    for (const path of ['/@ada', '/@ada/replies', '/@ada/nothing'])
      expect(feedsOf((await browse(`GET ${path}`)).text)).toEqual([
        '/posts/feed.atom',
        '/users/ada/feed.atom',
      ]);
  });

  it('repeats nothing that is not a username', async () => {
    for (const name of ['ada"><script>alert(1)</script>', "ada'$&$`", 'ada%22%3E', 'a'.repeat(31)]) {
      const { text } = await browse(`GET /@${name}`);

      expect(text).not.toContain(name);
      expect(text).not.toMatch(/<script>|\$&/);
      expect(feedsOf(text)).toEqual(['/posts/feed.atom']);
    }
  });

  it('names the card by its whole URL, by https where it is deployed', async () => {
    const deployed = { ENVIRONMENT: 'production', MAIL_FROM: 'ledge@example.com', MAIL_VIA: 'binding' };
    const cardOf = async (fetch?: (request: Request) => Response | Promise<Response>) =>
      /<meta property="og:image" content="([^"]+)">/.exec(
        (await browse('GET /', { ...(fetch && { fetch }) })).text,
      )?.[1];

    expect(await cardOf()).toMatch(/^https?:\/\/[^/]+\/card\.png$/);
    expect(
      await cardOf((request) => withSettings(deployed)(new Request('http://ledge.example/', request))),
    ).toBe('https://ledge.example/card.png');
  });
});

describe('a shared cache', () => {
  it('never keeps the page, and never answers one kind of client with what was for the other', async () => {
    const cache = new SharedCache(withSettings({ PUBLIC_CACHE_SECONDS: '300' }));
    for (const path of ['/', '/top', '/nothing'])
      for (const Accept of [BROWSER, '*/*', 'application/json', BROWSER, 'text/html']) {
        const { text } = await api(`GET ${path}`, { headers: { Accept }, fetch: cache.fetch });
        expect([path, Accept, isPage(text)]).toEqual([path, Accept, Accept.includes('html')]);
      }
    expect(cache.stored).toEqual([]);
  });
});

describe('the files of the page', () => {
  it('are there, and named in it', async () => {
    const { text } = await browse('GET /');
    const scripts = [...text.matchAll(/<script[^>]*\ssrc="([^"]+)"/g)].map(([, src]) => src);

    expect(scripts).toContain('/theme.js');
    expect(scripts.length).toBeGreaterThan(1);
    for (const script of scripts) expect(script).toMatch(/^\/(theme|app\/assets\/.+)\.js$/);
  });
});

describe('prefersHtml', () => {
  it.each([
    [BROWSER, true],
    ['text/html', true],
    ['TEXT/HTML', true],
    ['text/html;charset=utf-8', true],
    ['text/*', true],
    ['text/html, */*', true],
    ['text/html, */*; q=0.01', true],
    ['text/html;q=0.2, application/json;q=0.1', true],
    ['application/json;q=0.5, text/html;q=0.50001', true],
    ['text/html, application/json;q=0', true],
    ['text/html;level="a, b;c", */*;q=0.1', true],
    [' text/html ; q = 1 , */* ; q=0.5 ', true],
    ['*/*;q=0.1, text/html', true],
    ['application/xml, text/html;q=0.9, */*;q=0.8', true],
    [undefined, false],
    ['', false],
    ['*/*', false],
    ['application/json', false],
    ['application/json, text/html', false],
    ['text/html, application/json', false],
    ['application/json, text/html;q=0.9', false],
    ['application/*, text/html;q=0.9', false],
    ['text/html;q=0', false],
    ['text/html;q=0, */*', false],
    ['text/html;q=0.0, text/*', false],
    ['text/html;q=0.1, */*', false],
    ['text/plain', false],
    ['application/xhtml+xml', false],
    ['text/htmlx, */*', false],
    ['application/problem+json, text/html;q=0.1, */*;q=0.5', false],
    [',;,', false],
    ['"', false],
  ])('%s: %s', (accept, expected) => {
    expect(prefersHtml(accept)).toBe(expected);
  });

  it('reads a long header quickly', () => {
    const started = Date.now();
    for (const part of ['text/html;q=0.1,', 'a;', ',"', ';q=', ' \t'])
      prefersHtml(part.repeat(100_000 / part.length));
    expect(Date.now() - started).toBeLessThan(2_000);
  });
});
