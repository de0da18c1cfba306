// Runs in Node: opens the pages of `npm run dev` in a browser that has no network but this machine.
import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { vi } from 'vitest';
import { freePort } from '../../tools/postgres/free-port.ts';
import { ledge } from '../tools/run-ledge.ts';
import { startDev, temporaryFolder } from './dev-server.ts';

/** The headless shell first, since it takes half the time of a whole browser. */
const BROWSERS = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'];
export const PASSWORD = 'correct horse battery staple';
/** tools/seed/world.ts has one. */
const ADMIN = 'leila_b';
const MAIL_MS = 30_000;
export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 900 };

/** A browser without a network: no name resolves, and only these hosts of this machine can be reached. */
export async function openBrowser(hosts = ['127.0.0.1']): Promise<Browser> {
  const installed = BROWSERS.map((name) => `/usr/bin/${name}`).find((file) => existsSync(file));
  const executablePath = process.env.CHROMIUM ?? installed;
  if (!executablePath)
    throw new Error('No Chromium is installed: apt-get install chromium-headless-shell, or set CHROMIUM.');
  const reachable = hosts.map((host) => `EXCLUDE ${host}`).join(', ');
  const closed = `--host-resolver-rules=MAP * ~NOTFOUND, ${reachable}`;
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', ...quiet, closed],
  });
}

/** Collects the errors of a page, and its requests to other origins than the server's. */
export function watch(page: Page, server: { url: string }, faults: string[]): void {
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== server.url && protocol !== 'data:' && protocol !== 'blob:') faults.push(request.url());
  });
}

export interface Person {
  id: number;
  username: string;
  email: string;
  token: string;
}

export interface Visitor {
  context: BrowserContext;
  page: Page;
  /** Errors in the console, of scripts, and requests to other origins. Those that a test provokes it takes out. */
  faults: string[];
}

export interface Site {
  url: string;
  call<Answer>(person: Person | undefined, call: string, body?: unknown): Promise<Answer>;
  addPerson(): Promise<Person>;
  /** The admin of the seeded world. */
  admin(): Promise<Person>;
  visit(path: string, options?: Parameters<Browser['newContext']>[0]): Promise<Visitor>;
  /** As somebody who signs in by the form. */
  visitAs(person: Person, path: string, options?: Parameters<Browser['newContext']>[0]): Promise<Visitor>;
  watch(page: Page, faults: string[]): void;
  /** The newest code that was mailed to an address with this subject. */
  codeFor(email: string, subject: string): Promise<string>;
  stop(): Promise<void>;
}

let people = 0;
/** No other test of this run has it. */
export const newName = () => {
  people += 1;
  return `p${process.pid}_${people}`;
};

export async function signIn(page: Page, username: string, password = PASSWORD): Promise<void> {
  const main = page.getByRole('main');
  await main.getByLabel('Username or email').fill(username);
  await main.getByLabel('Password').fill(password);
  await main.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Account', exact: true }).waitFor();
}

/** With the seeded world. */
export async function startSite(): Promise<Site> {
  const { folder, remove } = temporaryFolder();
  const server = await startDev(folder, await freePort());
  const seeding = await ledge(['seed'], { env: { DATA_DIR: folder } });
  if (seeding.code !== 0) throw new Error(seeding.stderr);
  const browser = await openBrowser();

  const call = async <Answer>(
    person: Person | undefined,
    target: string,
    body?: unknown,
  ): Promise<Answer> => {
    const [method = 'GET', path] = target.split(' ');
    const answer = await fetch(server.url + path, {
      method,
      headers: {
        'Content-Type': 'application/json',
        ...(person && { Authorization: `Bearer ${person.token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${target}: ${answer.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as Answer;
  };
  const logIn = async (username: string): Promise<Person> => {
    const login = { username, password: PASSWORD };
    const { access_token: token } = await call<{ access_token: string }>(
      undefined,
      'POST /auth/login',
      login,
    );
    const me = { id: 0, username, email: '', token };
    const { id, email } = await call<Person>(me, 'GET /users/me');
    return { ...me, id, email };
  };
  const visit: Site['visit'] = async (path, options = {}) => {
    const context = await browser.newContext({ viewport: PHONE, ...options });
    const page = await context.newPage();
    const faults: string[] = [];
    watch(page, server, faults);
    await page.goto(server.url + path);
    return { context, page, faults };
  };
  return {
    url: server.url,
    call,
    watch: (page, faults) => watch(page, server, faults),
    visit,
    addPerson: async () => {
      const username = newName();
      const email = `${username}@example.com`;
      await call(undefined, 'POST /users', { email, username, password: PASSWORD });
      return logIn(username);
    },
    admin: () => logIn(ADMIN),
    visitAs: async (person, path, options) => {
      const visitor = await visit(`/sign-in?next=${encodeURIComponent(path)}`, options);
      await signIn(visitor.page, person.username);
      await visitor.page.waitForURL((url) => url.pathname !== '/sign-in');
      return visitor;
    },
    codeFor: (email, subject) =>
      vi.waitUntil(
        () =>
          server
            .output()
            .split('Mail to ')
            .filter((mail) => mail.startsWith(`${email} `) && mail.includes(subject))
            .flatMap((mail) => /\b([0-9A-HJKMNP-TV-Z]{8})\b/.exec(mail)?.[1] ?? [])
            .at(-1),
        { timeout: MAIL_MS, interval: 50 },
      ),
    stop: async () => {
      await browser.close();
      await server.stop();
      remove();
    },
  };
}

/** Every size in every theme. */
const LOOKS = [PHONE, DESKTOP].flatMap((size) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ size, colorScheme })),
);

/** What axe finds against the page as it stands, in both themes and at both sizes: rule and elements. */
export async function axeFaults(page: Page): Promise<string[]> {
  // By the protocol of the browser: the policy of the page allows no script but its own.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  const faults: string[] = [];
  for (const { size, colorScheme } of LOOKS) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme });
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'] }),
    );
    for (const { id, nodes } of violations)
      for (const { html, failureSummary } of nodes)
        faults.push(`${size.width} ${colorScheme}, ${id}: ${html.slice(0, 160)} ${failureSummary}`);
  }
  return faults;
}

/** Stores a screenshot if SCREENSHOTS names a folder. */
export async function keepShot(page: Page, name: string): Promise<void> {
  const shots = process.env.SCREENSHOTS;
  if (shots) await page.screenshot({ path: `${shots}/${name}.png` });
}
