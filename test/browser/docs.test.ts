import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inlineReferences } from '../../tools/generate/references.ts';
import { freePort } from '../../tools/postgres/free-port.ts';
import { type DevServer, ROOT, startDev, temporaryFolder } from '../support/dev-server.ts';
import { openBrowser, PASSWORD, watch } from '../support/web-site.ts';

const { folder, remove } = temporaryFolder();
let server: DevServer;
let browser: Browser;

beforeAll(async () => {
  server = await startDev(folder, await freePort());
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  remove();
});

/** A phone and a laptop. */
const SIZES = [
  { width: 390, height: 844 },
  { width: 1280, height: 900 },
];

const post = (address: string, body: unknown) =>
  fetch(server.url + address, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
const register = (username: string) =>
  post('/users', { email: `${username}@example.com`, username, password: PASSWORD });
const login = async (username: string) =>
  (await (await post('/auth/login', { username, password: PASSWORD })).json()) as { access_token: string };

interface Visit {
  page: Page;
  /** Errors of the browser, and requests to other origins than the server's. */
  faults: string[];
}

async function visit(address: string): Promise<Visit> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
  const faults: string[] = [];
  watch(page, server, faults);
  await page.goto(server.url + address);
  return { page, faults };
}

interface Schema {
  properties?: Record<string, { example?: unknown }>;
}

interface Media {
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
  schema?: Schema & { $ref?: string };
}

interface Body {
  content?: Record<string, Media>;
}

interface Operation {
  operationId: string;
  summary: string;
  tags: [string];
  requestBody?: Body;
  responses: Record<string, Body>;
}

/** The example of a body in its first media type. */
function exampleOf(body: Body | undefined): unknown {
  const [media] = Object.values(body?.content ?? {});
  return media?.example ?? Object.values(media?.examples ?? {})[0]?.value;
}

const successOf = ({ responses }: Operation) => exampleOf(responses[200] ?? responses[201] ?? responses[202]);

interface ApiDocument {
  info: { description: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

const readDocument = async () =>
  inlineReferences<ApiDocument>(await (await fetch(`${server.url}/openapi.json`)).json());

const operations = async (): Promise<Operation[]> =>
  Object.values((await readDocument()).paths).flatMap((item) => Object.values(item));

/** What Swagger UI writes into the fields of a form: the example of each. */
function formOf({ requestBody }: Operation, { components: { schemas } }: ApiDocument): unknown[] {
  const [media] = Object.values(requestBody?.content ?? {});
  const { properties = {} } = schemas[media?.schema?.$ref?.split('/').at(-1) ?? ''] ?? {};
  return Object.values(properties).map(({ example }) => example);
}

/** The examples of the first answer and of the body that Swagger UI shows for an open operation. */
async function shownOf(page: Page, { tags: [tag], operationId }: Operation) {
  const show = (shown: boolean) =>
    page.evaluate(
      ([path, open]) => {
        const { ui } = globalThis as unknown as {
          ui: { layoutActions: { show(path: string[], shown: boolean): void } };
        };
        ui.layoutActions.show(path, open);
      },
      [['operations', tag, operationId], shown] as [string[], boolean],
    );
  await show(true);
  const block = page.locator(`#operations-${tag}-${operationId}`);
  const response = block.locator('.responses-table .response').first();
  await response.waitFor();
  const answers = await response.locator('.highlight-code').allTextContents();
  const inputs = block
    .locator('.opblock-section-request-body')
    .locator('textarea, td input:not([type=checkbox]), td select');
  const fields = await inputs.evaluateAll((all) =>
    all.map((one) => (one as unknown as { value: string }).value),
  );
  await show(false);
  return { answers, fields };
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** Stores a screenshot if SCREENSHOTS names a folder. */
async function keep(page: Page, name: string): Promise<void> {
  const shots = process.env.SCREENSHOTS;
  if (shots) await page.screenshot({ path: `${shots}/${name}.png` });
}

/** What is there when all of a page is shown. */
const signOf = (address: string) => (address === '/docs' ? '.opblock' : '[data-section-id]');

/** Opens a page once for all tests of a group. */
function shareVisit(address: string): Visit {
  const shared = {} as Visit;
  beforeAll(async () => {
    Object.assign(shared, await visit(address));
    await shared.page.waitForSelector(signOf(address));
  });
  afterAll(() => shared.page?.close());
  return shared;
}

describe('the operations of /docs', () => {
  const shared = shareVisit('/docs');

  it('are all shown without a network', async () => {
    const { page, faults } = shared;
    const expected = await operations();
    expect(await page.locator('.opblock').count()).toBe(expected.length);
    const text = await page.innerText('body');
    for (const { summary } of expected) expect(text).toContain(summary);
    await keep(page, 'docs');
    expect(faults).toEqual([]);
  });

  it('begin on the first screen, after a short introduction', async () => {
    const { page, faults } = shared;
    for (const size of SIZES) {
      await page.setViewportSize(size);
      const { y = Number.NaN } = (await page.locator('.opblock').first().boundingBox()) ?? {};
      expect(y).toBeLessThan(size.height * 0.7);
      expect(await page.getByRole('button', { name: 'Sign in', exact: true }).isVisible()).toBe(true);
    }
    expect(faults).toEqual([]);
  });

  it('show an example of each request and each successful answer', async () => {
    const { page, faults } = shared;
    const document = await readDocument();
    for (const operation of await operations()) {
      const { answers, fields } = await shownOf(page, operation);
      const answer = successOf(operation);
      // Of an example in XML, Swagger UI makes the text of an element.
      if (typeof answer === 'string') expect(answers.join()).toContain('tag:ledge');
      else expect(answers.map(parsed), operation.operationId).toEqual(answer === undefined ? [] : [answer]);
      const request = exampleOf(operation.requestBody);
      // Swagger UI shows a form by its fields, and JSON as a whole.
      if (fields.length === 1) expect(parsed(fields[0] ?? ''), operation.operationId).toEqual(request);
      else expect(fields, operation.operationId).toEqual(formOf(operation, document));
    }
    await keep(page, 'docs-examples');
    expect(faults).toEqual([]);
  });
});

describe('/docs', () => {
  const labelOf = (page: Page, operation: string) =>
    page.locator(`#operations-${operation} .ledge-lock`).getAttribute('aria-label');
  const signIn = async (page: Page, username: string, password = PASSWORD) => {
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByLabel('Username or email').fill(username);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('dialog').getByRole('button', { name: 'Sign in', exact: true }).click();
  };

  it('signs in with a name and a password, stays signed in after a reload, and writes a post', async () => {
    await register('grace');
    const { page, faults } = await visit('/docs');
    await page.waitForSelector('.opblock');
    expect(await labelOf(page, 'posts-createPost')).toBe('Needs a token: sign in');
    expect(await labelOf(page, 'posts-listPosts')).toBe('A token is optional: sign in');
    expect(await page.locator('#operations-auth-login .ledge-lock').count()).toBe(0);

    await signIn(page, 'grace');
    await page.getByRole('dialog').getByText('Signed in as @grace').waitFor();
    await keep(page, 'docs-signed-in');
    await page.getByRole('button', { name: 'Done' }).click();
    await page.reload();
    await page.getByRole('button', { name: '@grace' }).waitFor();
    for (const operation of ['posts-createPost', 'posts-listPosts'])
      expect(await labelOf(page, operation)).toBe('Your token is sent');

    const operation = page.locator('#operations-posts-createPost');
    await operation.locator('.opblock-summary-control').click();
    await operation.locator('textarea.body-param__text').fill('{"content": "Written from the page."}');
    await operation.locator('button.execute').click();
    const status = operation.locator('.live-responses-table .response-col_status').last();
    await status.waitFor();
    expect((await status.innerText()).trim()).toMatch(/^201/);
    expect(await operation.locator('.live-responses-table').innerText()).toContain('Written from the page.');
    await keep(page, 'docs-created');
    // The page must not store the password or the refresh token for the next user of the browser, nor any token for longer
    // than its tab is open.
    const stored = await page.evaluate(() => [JSON.stringify(localStorage), JSON.stringify(sessionStorage)]);
    expect(stored[0]).toBe('{}');
    expect(stored[1]).not.toContain(PASSWORD);
    expect(stored[1]).not.toMatch(/refresh/);
    expect(faults).toEqual([]);
    await page.close();
  });

  it('ends the session when one signs out, and is signed out after a reload', async () => {
    await register('hedy');
    const { page } = await visit('/docs');
    await signIn(page, 'hedy@example.com');
    await page.getByRole('dialog').getByText('Signed in as @hedy').waitFor();
    const token = await page.evaluate(
      () => JSON.parse(sessionStorage.getItem('ledge.docs.token') ?? '{}').token as string,
    );
    const ended = page.waitForResponse((response) => response.url().endsWith('/auth/logout'));
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    expect((await ended).status()).toBe(204);
    const me = await fetch(`${server.url}/users/me`, { headers: { Authorization: `Bearer ${token}` } });
    expect(me.status).toBe(401);
    await page.reload();
    await page.waitForSelector('.opblock');
    expect(await page.getByRole('button', { name: 'Sign in', exact: true }).isVisible()).toBe(true);
    await page.close();
  });

  it('takes a token that was pasted, and leaves its session alive', async () => {
    await register('joan');
    const { access_token } = await login('joan');
    const { page, faults } = await visit('/docs');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('Use an access token instead').click();
    await page.getByLabel('Access token', { exact: true }).fill(` Bearer ${access_token}\n`);
    await page.getByRole('button', { name: 'Use this token' }).click();
    await page.getByText('Signed in as @joan').waitFor();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByLabel('Username or email').waitFor();
    const me = await fetch(`${server.url}/users/me`, {
      headers: { Authorization: `Bearer ${access_token}` },
    });
    expect(me.status).toBe(200);
    expect(faults).toEqual([]);
    await page.close();
  });

  it('says in a sentence why a sign-in failed', async () => {
    const { page, faults } = await visit('/docs');
    const alert = page.getByRole('dialog').getByRole('alert').first();
    await signIn(page, 'nobody_at_all');
    await expect.poll(() => alert.innerText()).toMatch(/^[A-Z][^{}]+\.$/);
    const detail = await alert.innerText();
    expect(detail).not.toMatch(/Error|Unauthorized/);
    // The fields are as they were, so that one letter can be corrected.
    expect(await page.getByLabel('Username or email').inputValue()).toBe('nobody_at_all');

    await page.getByText('Use an access token instead').click();
    await page.getByLabel('Access token', { exact: true }).fill('garbage');
    await page.getByRole('button', { name: 'Use this token' }).click();
    await expect.poll(() => page.getByRole('alert').nth(1).innerText()).toMatch(/^[A-Z][^{}]+\.$/);
    await keep(page, 'docs-refused');
    // The browser itself logs a 401; nothing else is wrong.
    expect(faults.filter((fault) => !/status of 401/.test(fault))).toEqual([]);
    await page.close();
  });

  it('has a dialog that fits every screen, closes by Escape, and gives the focus back', async () => {
    const { page } = await visit('/docs');
    for (const size of SIZES) {
      await page.setViewportSize(size);
      const button = page.getByRole('button', { name: 'Sign in', exact: true });
      await button.click();
      const send = page.getByRole('dialog').getByRole('button', { name: 'Sign in', exact: true });
      const { x, y, width, height } = (await send.boundingBox()) ?? { x: 0, y: 1e9, width: 0, height: 0 };
      expect([x >= 0, x + width <= size.width, y + height <= size.height]).toEqual([true, true, true]);
      expect(
        await page
          .getByLabel('Username or email')
          .evaluate((field) => field === field.ownerDocument.activeElement),
      ).toBe(true);
      await page.keyboard.press('Escape');
      await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
      expect(await button.evaluate((each) => each === each.ownerDocument.activeElement)).toBe(true);
    }
    await page.close();
  });
});

describe('/redoc', () => {
  const shared = shareVisit('/redoc');

  it('shows every operation without a network', async () => {
    const { page, faults } = shared;
    const text = await page.innerText('body');
    for (const operation of await operations()) {
      expect(text).toContain(operation.summary);
      const {
        tags: [tag],
        operationId,
      } = operation;
      const sample = await page.locator(`[id="tag/${tag}/operation/${operationId}"]`).innerText();
      expect(sample, operationId).toContain('Response samples');
      if (operation.requestBody) expect(sample, operationId).toContain('Request samples');
      const answer = successOf(operation) ?? {};
      const parts =
        typeof answer === 'string'
          ? answer.split('\n').slice(0, 2)
          : Object.keys(answer as object).map((key) => `"${key}"`);
      for (const part of parts) expect(sample, operationId).toContain(part);
    }
    await keep(page, 'redoc');
    expect(faults).toEqual([]);
  });

  it('shows how to send each operation, with code that works', async () => {
    await register('katherine');
    const { access_token } = await login('katherine');
    const { page, faults } = shared;
    for (const {
      tags: [tag],
      operationId,
    } of await operations()) {
      const shown = page.locator(`[id="tag/${tag}/operation/${operationId}"]`);
      for (const language of ['curl', 'JavaScript', 'Python'])
        expect(await shown.getByRole('tab', { name: language }).count(), operationId).toBe(1);
    }
    const writing = page.locator('[id="tag/posts/operation/createPost"]');
    await writing.getByRole('tab', { name: 'JavaScript' }).click();
    const code = await writing.locator('.react-tabs__tab-panel--selected pre').first().innerText();
    // It is run as a reader would run it, and answers the post.
    const AsyncFunction = (async () => undefined).constructor as new (
      ...code: string[]
    ) => (token: string) => Promise<unknown>;
    expect(await new AsyncFunction('token', `${code}; return result;`)(access_token)).toMatchObject({
      content: expect.any(String),
      owner: { username: 'katherine' },
    });
    await writing.getByRole('tab', { name: 'curl' }).click();
    const command = await writing.locator('.react-tabs__tab-panel--selected pre').first().innerText();
    const output = execFileSync('sh', ['-c', command], {
      encoding: 'utf8',
      env: { ...process.env, TOKEN: access_token },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(JSON.parse(output)).toMatchObject({ owner: { username: 'katherine' } });
    await keep(page, 'redoc-samples');
    expect(faults).toEqual([]);
  });

  it('explains the API under headings that stand in its menu', async () => {
    const { page } = shared;
    for (const heading of ['Authentication', 'Pagination', 'Errors', 'Input', 'Limits'])
      expect(await page.getByRole('menuitem', { name: heading }).count(), heading).toBe(1);
    const { info } = await readDocument();
    for (const paragraph of info.description.split(/\n+/))
      expect(paragraph.length, paragraph).toBeLessThan(320);
  });
});

describe.each(['/docs', '/redoc'])('the look of %s', (address) => {
  const shared = shareVisit(address);
  const backgroundOf = (page: Page) =>
    page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');

  it('is that of the brand: a header from edge to edge, which leads to all pages', async () => {
    const { page, faults } = shared;
    for (const size of SIZES) {
      await page.setViewportSize(size);
      const header = page.getByRole('banner');
      expect(await header.boundingBox()).toMatchObject({ x: 0, y: 0, width: size.width });
      expect(await header.getByRole('link', { name: 'Ledge' }).getAttribute('href')).toBe('/');
      const links = await header
        .getByRole('navigation')
        .getByRole('link')
        .evaluateAll((all) =>
          all.map((link) => [link.getAttribute('href'), link.getAttribute('aria-current')]),
        );
      expect(links).toEqual(
        ['/docs', '/redoc', '/openapi.json'].map((href) => [href, href === address ? 'page' : null]),
      );
      // The mark is there: an outer file that is not found draws nothing.
      const mark = await header
        .locator('svg use')
        .evaluate((use) => (use as unknown as { getBBox(): { width: number } }).getBBox().width);
      expect(mark).toBeGreaterThan(0);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(
        size.width,
      );
    }
    expect(faults).toEqual([]);
  });

  const isDark = (page: Page) =>
    page.evaluate<boolean>("document.documentElement.classList.contains('dark-mode')");

  it('has nothing that axe finds in what is ours, in either theme', async () => {
    const { page } = shared;
    const check = async (...parts: string[]) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await expect.poll(() => isDark(page)).toBe(colorScheme === 'dark');
        expect(await violationsOf(page, parts), colorScheme).toEqual([]);
      }
    };
    await check('.ledge-header', '.ledge-skip');
    if (address === '/docs') {
      await check('.ledge-sign-in', '.ledge-lock');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByText('Use an access token instead').click();
      await check('.ledge-dialog');
    }
  });

  it('follows the theme of the system, and of the web client before it', async () => {
    const { page, faults } = shared;
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(() => backgroundOf(page)).toBe('rgb(255, 255, 255)');
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => backgroundOf(page)).toBe('rgb(16, 23, 31)');
    await page.waitForSelector(signOf(address));
    await page.evaluate(() => localStorage.setItem('ledge.theme', '"light"'));
    await page.reload();
    await page.waitForSelector(signOf(address));
    expect(await backgroundOf(page)).toBe('rgb(255, 255, 255)');
    // Whatever stands there.
    await page.evaluate(() => localStorage.setItem('ledge.theme', '{"no": theme'));
    await page.reload();
    await page.waitForSelector(signOf(address));
    expect(await backgroundOf(page)).toBe('rgb(16, 23, 31)');
    expect(faults).toEqual([]);
  });
});

const AXE = readFileSync(path.join(ROOT, 'node_modules/axe-core/axe.min.js'), 'utf8');

/** What axe finds in these parts of a page. */
async function violationsOf(page: Page, include: string[]): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async (parts) => {
    const { axe } = globalThis as unknown as {
      axe: { run(context: unknown): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run({ include: parts });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }, include);
}

describe('the icons', () => {
  it.each([
    ['/favicon.ico', /icon/],
    ['/favicon.svg', /svg/],
    ['/apple-touch-icon.png', /png/],
    ['/mark.svg', /svg/],
  ])('are where browsers look for them: %s', async (file, type) => {
    const { status, headers } = await fetch(server.url + file);
    expect([status, type.test(headers.get('content-type') ?? '')]).toEqual([200, true]);
  });

  it('has a card for previews of links with at most 60 KiB', async () => {
    const card = await (await fetch(`${server.url}/card.png`)).arrayBuffer();
    const view = new DataView(card);
    expect([view.getUint32(16), view.getUint32(20)]).toEqual([1200, 630]);
    expect(card.byteLength).toBeLessThanOrEqual(60 * 1024);
  });
});
