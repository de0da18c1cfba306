// What a browser does with the cookie of a session: pages of the API's own origin, and of others.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../tools/postgres/free-port.ts';
import { type DevServer, startDev, temporaryFolder } from '../support/dev-server.ts';
import { openBrowser } from '../support/web-site.ts';

const ACCOUNT = {
  email: 'page@example.com',
  username: 'page_owner',
  password: 'weaves algebraical patterns',
};
const ASKED = { 'Ledge-Session': 'cookie' };

const { folder, remove } = temporaryFolder();
let server: DevServer;
let browser: Browser;
/** The pages of somebody else. For a browser, localhost and 127.0.0.1 are two sites. */
const attackers = createServer((_, response) =>
  response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>Attacker</title>'),
);

beforeAll(async () => {
  server = await startDev(folder, await freePort());
  await once(attackers.listen(0, '127.0.0.1'), 'listening');
  browser = await openBrowser(['127.0.0.1', 'localhost']);
  const headers = { 'Content-Type': 'application/json' };
  await fetch(`${server.url}/users`, { method: 'POST', headers, body: JSON.stringify(ACCOUNT) });
});

afterAll(async () => {
  await browser?.close();
  attackers.close();
  await server?.stop();
  remove();
});

interface Sent {
  url: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  credentials?: 'include';
}

interface Answered {
  status: number;
  body: Record<string, unknown>;
}

/** Calls `fetch` in a page; undefined if the browser does not let it. */
const fetchIn = (page: Page, sent: Sent): Promise<Answered | undefined> =>
  page.evaluate(async ({ url, ...init }) => {
    const answer = await fetch(url, init).catch(() => undefined);
    const body = (await answer?.json().catch(() => undefined)) as Answered['body'] | undefined;
    return answer && { status: answer.status, body: body ?? {} };
  }, sent);

async function openPage(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(address);
  return page;
}

const openOwnPage = (context: BrowserContext) => openPage(context, `${server.url}/redoc`);
const openForeignPage = (context: BrowserContext) =>
  openPage(context, `http://localhost:${(attackers.address() as AddressInfo).port}`);

/** A page of the API's own origin that has signed in. */
async function signInPage() {
  const context = await browser.newContext();
  const page = await openOwnPage(context);
  const { username, password } = ACCOUNT;
  const signedIn = await fetchIn(page, {
    url: '/auth/login',
    method: 'POST',
    headers: { ...ASKED, 'Content-Type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  return { context, page, signedIn };
}

const refreshIn = (page: Page, url = '/auth/refresh') =>
  fetchIn(page, { url, method: 'POST', headers: ASKED, credentials: 'include' });
const cookiesOf = async (context: BrowserContext) =>
  (await context.cookies(`${server.url}/auth/refresh`)).map(({ name, value }) => `${name}=${value}`);

describe('a page of the own origin', () => {
  it('stays signed in by a cookie that it cannot read, in two tabs and after it is opened again', async () => {
    const { context, page, signedIn } = await signInPage();
    expect(signedIn?.status).toBe(200);
    expect(signedIn?.body).not.toHaveProperty('refresh_token');
    expect(await page.evaluate('document.cookie')).toBe('');
    const [first] = await cookiesOf(context);
    expect(first).toMatch(/^ledge_refresh=/);

    const tab = await openOwnPage(context);
    const both = await Promise.all([refreshIn(page), refreshIn(tab)]);
    expect(both.map((answer) => answer?.status)).toEqual([200, 200]);
    await page.reload();
    expect((await refreshIn(page))?.status).toBe(200);
    expect(await cookiesOf(context)).not.toContain(first);
    await context.close();
  });

  it('sends the cookie to /auth alone, and has none after it signs out', async () => {
    const { context, page, signedIn } = await signInPage();
    const sent: [string, boolean][] = [];
    page.on('request', async (request) => {
      const { pathname } = new URL(request.url());
      sent.push([pathname, 'cookie' in (await request.allHeaders())]);
    });
    await fetchIn(page, { url: '/posts' });
    await fetchIn(page, { url: '/authors' });
    const headers = { ...ASKED, Authorization: `Bearer ${signedIn?.body.access_token}` };
    await fetchIn(page, { url: '/auth/logout', method: 'POST', headers });
    await fetchIn(page, { url: '/healthz' });

    await expect.poll(() => sent.length).toBe(4);
    expect(Object.fromEntries(sent)).toEqual({
      '/posts': false,
      '/authors': false,
      '/auth/logout': true,
      '/healthz': false,
    });
    expect(await cookiesOf(context)).toEqual([]);
    expect((await refreshIn(page))?.body.code).toBe('token_missing');
    await context.close();
  });
});

describe('a page of another site', () => {
  it('can neither refresh nor sign out, by script or by form', async () => {
    const { context, page, signedIn } = await signInPage();
    const before = await cookiesOf(context);
    const attacker = await openForeignPage(context);

    // With the header the browser asks first, and is not let.
    expect(await refreshIn(attacker, `${server.url}/auth/refresh`)).toBeUndefined();
    // Without it the request comes, and the cookie does not.
    const arrived = attacker.waitForRequest(`${server.url}/auth/refresh`);
    await fetchIn(attacker, {
      url: `${server.url}/auth/refresh`,
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=refresh_token',
      credentials: 'include',
    });
    expect(await (await arrived).allHeaders()).not.toHaveProperty('cookie');
    for (const path of ['/auth/refresh', '/auth/logout']) {
      const form = await openForeignPage(context);
      await form.setContent(`<form method="post" action="${server.url}${path}"></form>`);
      const [response] = await Promise.all([
        form.waitForResponse(server.url + path),
        form.evaluate('document.forms[0].submit()'),
      ]);
      expect(response.status()).toBeGreaterThanOrEqual(400);
      expect(await response.request().allHeaders()).not.toHaveProperty('cookie');
    }

    expect(await cookiesOf(context)).toEqual(before);
    const headers = { Authorization: `Bearer ${signedIn?.body.access_token}` };
    expect((await fetchIn(page, { url: '/users/me', headers }))?.status).toBe(200);
    expect((await refreshIn(page))?.status).toBe(200);
    await context.close();
  });
});
