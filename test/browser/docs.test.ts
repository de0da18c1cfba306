import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inlineReferences } from '../../tools/generate/references.ts';
import { freePort } from '../../tools/postgres/free-port.ts';
import { type DevServer, startDev, temporaryFolder } from '../support/dev-server.ts';

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const PASSWORD = 'correct horse battery staple';

const { folder, remove } = temporaryFolder();
let server: DevServer;
let browser: Browser;

beforeAll(async () => {
  const executablePath = process.env.CHROMIUM ?? BROWSERS.find((path) => existsSync(path));
  if (!executablePath)
    throw new Error('No Chromium is installed: apt-get install chromium, or set CHROMIUM.');
  server = await startDev(folder, await freePort());
  // Without a network: no name resolves, and only the address of the server can be reached.
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
  ];
  const closed = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1';
  browser = await chromium.launch({
    executablePath,
    args: [...args, '--disable-sync', '--no-first-run', closed],
  });
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  remove();
});

interface Visit {
  page: Page;
  /** Errors of the browser, and requests to other origins than the server's. */
  faults: string[];
}

async function visit(path: string): Promise<Visit> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
  const faults: string[] = [];
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== server.url && protocol !== 'data:' && protocol !== 'blob:') faults.push(request.url());
  });
  await page.goto(server.url + path);
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

describe('/docs', () => {
  it('shows every operation without a network', async () => {
    const { page, faults } = await visit('/docs');
    await page.waitForSelector('.opblock');
    const expected = await operations();
    expect(await page.locator('.opblock').count()).toBe(expected.length);
    const text = await page.innerText('body');
    for (const { summary } of expected) expect(text).toContain(summary);
    await keep(page, 'docs');
    expect(faults).toEqual([]);
    await page.close();
  });

  it('shows an example of each request and each successful answer', async () => {
    const { page, faults } = await visit('/docs');
    await page.waitForSelector('.opblock');
    const document = await readDocument();
    for (const operation of await operations()) {
      const { answers, fields } = await shownOf(page, operation);
      const answer = successOf(operation);
      expect(answers.map(parsed), operation.operationId).toEqual(answer === undefined ? [] : [answer]);
      const request = exampleOf(operation.requestBody);
      // Swagger UI shows a form by its fields, and JSON as a whole.
      if (fields.length === 1) expect(parsed(fields[0] ?? ''), operation.operationId).toEqual(request);
      else expect(fields, operation.operationId).toEqual(formOf(operation, document));
    }
    await keep(page, 'docs-examples');
    expect(faults).toEqual([]);
    await page.close();
  });

  it('signs in with the password form, and then writes a post', async () => {
    await fetch(`${server.url}/users`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email: 'grace@example.com', username: 'grace', password: PASSWORD }),
    });
    const { page, faults } = await visit('/docs');
    await page.locator('button.authorize').first().click();
    await page.locator('#oauth_username').fill('grace');
    await page.locator('#oauth_password').fill(PASSWORD);
    await page.locator('.modal-ux button.authorize').click();
    await page.waitForSelector('.modal-ux button:has-text("Logout")');
    await page.locator('.modal-ux button.btn-done').click();

    const operation = page.locator('#operations-posts-createPost');
    await operation.locator('.opblock-summary-control').click();
    await operation.locator('textarea.body-param__text').fill('{"content": "Written from the page."}');
    await operation.locator('button.execute').click();
    const status = operation.locator('.live-responses-table .response-col_status').last();
    await status.waitFor();
    expect((await status.innerText()).trim()).toMatch(/^201/);
    expect(await operation.locator('.live-responses-table').innerText()).toContain('Written from the page.');
    await keep(page, 'docs-created');
    // The page must not store the password or the refresh token for the next user of the browser.
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain(PASSWORD);
    expect(faults).toEqual([]);
    await page.close();
  });
});

describe('/redoc', () => {
  it('shows every operation without a network', async () => {
    const { page, faults } = await visit('/redoc');
    await page.waitForSelector('[data-section-id]');
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
      for (const key of Object.keys((successOf(operation) ?? {}) as object))
        expect(sample, operationId).toContain(`"${key}"`);
    }
    await keep(page, 'redoc');
    expect(faults).toEqual([]);
    await page.close();
  });
});
