import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  axeFaults,
  DESKTOP,
  PASSWORD,
  type Person,
  PHONE,
  type Site,
  signIn,
  startSite,
  type Visitor,
} from '../support/web-site.ts';

let site: Site;
let ada: Person;
let bob: Person;
/** A thread with two levels of replies, and an edited post at its top. */
let thread: number;
let draft: number;
/** Somebody of the seeded world whom Ada blocks, and whom she mutes. */
const blocked = 'mira';
const muted = 'aiko';

beforeAll(async () => {
  site = await startSite();
  ada = await site.addPerson();
  bob = await site.addPerson();
  const write = async (person: Person, body: object) =>
    (await site.call<{ id: number }>(person, 'POST /posts', body)).id;
  for (let number = 1; number <= 25; number += 1)
    await write(bob, {
      title: `Post ${number}`,
      content: `On #walks, for @${ada.username}. https://ledge.example`,
      tags: ['long'],
    });
  await write(bob, { content: 'A long one. '.repeat(200) });
  await write(bob, { content: `${'W'.repeat(300)} unbroken` });
  thread = await write(bob, { title: 'Of threads', content: 'The first version' });
  await site.call(bob, `PATCH /posts/${thread}`, { content: 'The second version' });
  const reply = await write(ada, { content: 'A reply', parent_id: thread });
  await write(bob, { content: 'A reply to it', parent_id: reply });
  draft = await write(ada, { title: 'A draft', content: 'Not yet', published: false });
  await site.call(ada, `PUT /users/${bob.username}/follow`);
  await site.call(bob, `PUT /votes/${reply}`);
  await site.call(ada, `PUT /posts/${thread}/bookmark`);
  await site.call(ada, `PUT /users/${blocked}/block`);
  await site.call(ada, `PUT /users/${muted}/mute`);
  const { id: report } = await site.call<{ id: number }>(ada, `POST /users/${blocked}/reports`, {
    reason: 'spam',
  });
  await site.call(await site.admin(), `PATCH /posts/reports/${report}`, {
    status: 'resolved',
    note: 'Seen',
  });
  await site.call(ada, 'PATCH /users/me', { bio: 'Writes notes.' });
});

afterAll(() => site?.stop());

/** All addresses, and what is there when a page is shown whole. */
const pages = (): [path: string, sign: string, isForMembers?: boolean][] => [
  ['/', 'article'],
  ['/top', 'article'],
  ['/following', 'article', true],
  [`/@${bob.username}`, 'article'],
  [`/@${ada.username}/replies`, 'article'],
  [`/@${ada.username}/votes`, '.empty'],
  [`/@${bob.username}/followers`, '.person-row'],
  [`/@${ada.username}/following`, '.person-row'],
  [`/p/${thread}`, '.replies .replies article'],
  [`/p/${thread}/history`, '.version'],
  ['/search?q=Post&sort=top', 'article'],
  [`/search?what=people&q=${bob.username}`, '.person-row'],
  ['/tags', '.page .tag-list li'],
  ['/tags/walks', 'article'],
  ['/compose', '.composer, .empty'],
  [`/compose?edit=${draft}`, '.composer', true],
  ['/drafts', '.draft-row', true],
  ['/settings', '.session-row', true],
  ['/notifications', '.notification', true],
  ['/notifications?kind=follow', '.empty', true],
  ['/bookmarks', 'article', true],
  [`/@${blocked}`, '.hidden-note', true],
  ['/sign-in', '.form'],
  ['/sign-up', '.form'],
  ['/recover', '.form'],
  ['/nothing/here', '.empty'],
];
const forVisitors = () => pages().filter(([, , isForMembers]) => !isForMembers);
const forMembers = () => pages().filter(([path]) => !/^\/(sign|nothing)/.test(path));

const forAdmins = (): [path: string, sign: string][] => [
  ['/reports', '.report'],
  ['/reports?show=resolved', '.report'],
  ['/reports?show=log', '.report'],
];

/** Goes to another page without loading the client anew. */
const go = (page: Page, path: string) => page.evaluate((to) => history.pushState(null, '', to), path);
const focused = (page: Page) => page.evaluate(() => document.activeElement?.outerHTML.slice(0, 120) ?? '');
/** The browser itself reports an address that is none. */
const others = (faults: string[]) => faults.filter((fault) => !fault.includes('404'));

async function eachPage(
  { page }: Visitor,
  list: [path: string, sign: string, isForMembers?: boolean][],
  look: (path: string) => Promise<string[]>,
): Promise<string[]> {
  const found: string[] = [];
  for (const [path, sign] of list) {
    await go(page, path);
    await page.locator(sign).first().waitFor();
    found.push(...(await look(path)).map((fault) => `${path}: ${fault}`));
  }
  return found;
}

describe('axe, in both themes and sizes,', () => {
  it('finds nothing for a visitor', async () => {
    const visitor = await site.visit('/');
    expect(await eachPage(visitor, forVisitors(), () => axeFaults(visitor.page))).toEqual([]);
    expect(others(visitor.faults)).toEqual([]);
    await visitor.context.close();
  });

  it('finds nothing for a member', async () => {
    const visitor = await site.visitAs(ada, '/');
    expect(await eachPage(visitor, forMembers(), () => axeFaults(visitor.page))).toEqual([]);
    expect(others(visitor.faults)).toEqual([]);
    await visitor.context.close();
  });

  it('finds nothing for an admin', async () => {
    const visitor = await site.visitAs(await site.admin(), '/');
    const { page } = visitor;
    expect(await eachPage(visitor, forAdmins(), () => axeFaults(page))).toEqual([]);
    await go(page, '/reports');
    await page.getByRole('button', { name: 'Resolve' }).first().click();
    await page.getByRole('dialog').waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'More about this report' }).first().click();
    await page.getByRole('button', { name: 'Delete the account' }).click();
    await page.getByRole('dialog').waitFor();
    expect(await axeFaults(page)).toEqual([]);
    expect(others(visitor.faults)).toEqual([]);
    await visitor.context.close();
  });

  it('finds nothing in what opens over a page', async () => {
    const { page, context } = await site.visitAs(ada, '/');
    await page.getByRole('button', { name: 'Account', exact: true }).click();
    expect(await axeFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
    expect(await axeFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'More about this post' }).first().click();
    expect(await axeFaults(page)).toEqual([]);
    await go(page, `/@${bob.username}`);
    const more = page.getByRole('button', { name: 'More about this person' });
    for (const entry of ['Report', 'Block']) {
      await more.click();
      expect(await axeFaults(page)).toEqual([]);
      await page.getByRole('button', { name: entry, exact: true }).click();
      await page.getByRole('dialog').waitFor();
      expect(await axeFaults(page)).toEqual([]);
      await page.keyboard.press('Escape');
      // The menu that opened it has the focus again.
      await expect.poll(() => more.evaluate((one) => one === document.activeElement)).toBe(true);
    }
    await go(page, '/sign-up');
    await go(page, '/compose');
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.locator('[aria-invalid]').waitFor();
    await context.setOffline(true);
    await page.getByText('No connection. What you see may be out of date.').waitFor();
    expect(await axeFaults(page)).toEqual([]);
    await context.close();
  });
});

/** The widths into which a page does not fit. */
async function tooWide(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const width of [320, 390, 800, 1280]) {
    await page.setViewportSize({ width, height: 844 });
    const rest = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (rest > 0) found.push(`${rest} pixels too wide at ${width}`);
  }
  return found;
}

describe('every page', () => {
  it('has its title, one first heading, and its landmarks', async () => {
    const visitor = await site.visitAs(ada, '/');
    const { page } = visitor;
    const titles = new Map<string, string>();
    const faults = await eachPage(visitor, forMembers(), async (path) => {
      const count = (role: 'banner' | 'main') => page.getByRole(role).count();
      const headings = await page.getByRole('heading', { level: 1 }).count();
      titles.set(path, await page.title());
      const ok = headings === 1 && (await count('banner')) === 1 && (await count('main')) === 1;
      return ok ? [] : [`${headings} first headings`];
    });
    expect(faults).toEqual([]);
    for (const title of titles.values()) expect(title).toMatch(/^.+ · Ledge$/);
    await visitor.context.close();
  });

  it('fits into all widths', async () => {
    const visitor = await site.visitAs(ada, '/');
    expect(await eachPage(visitor, forMembers(), () => tooWide(visitor.page))).toEqual([]);
    await visitor.context.close();
  });

  it('fits into all widths for an admin', async () => {
    const visitor = await site.visitAs(await site.admin(), '/');
    expect(await eachPage(visitor, forAdmins(), () => tooWide(visitor.page))).toEqual([]);
    await visitor.context.close();
  });

  it('keeps a long name beside what stands in its row', async () => {
    const name = 'W'.repeat(30);
    await site.call(undefined, 'POST /users', { email: 'w@example.com', username: name, password: PASSWORD });
    const { page, context } = await site.visitAs(ada, `/search?what=people&q=${name}`);
    const link = page.getByRole('main').getByRole('link', { name });
    const button = page.getByRole('button', { name: `Follow ${name}` });
    for (const size of [PHONE, DESKTOP]) {
      await page.setViewportSize(size);
      await button.waitFor();
      const [left, right] = [await link.boundingBox(), await button.boundingBox()];
      expect((left?.x ?? 0) + (left?.width ?? 0)).toBeLessThanOrEqual(right?.x ?? 0);
      expect((right?.x ?? 0) + (right?.width ?? 0)).toBeLessThanOrEqual(size.width);
    }
    await context.close();
  });

  it('survives a reload, and is there at its address', async () => {
    const { page, context, faults } = await site.visitAs(ada, '/');
    for (const [path, sign] of forMembers()) {
      const answer = await page.goto(site.url + path);
      expect(answer?.status(), path).toBe(200);
      await page.locator(sign).first().waitFor();
    }
    expect(faults).toEqual([]);
    await context.close();
  });

  it('does not move when its hidden heading loses the focus', async () => {
    const { page, context } = await site.visitAs(ada, '/');
    const vote = page.locator('article').first().getByRole('button', { name: /^Vote/ });
    const heading = page.getByRole('heading', { level: 1 });
    await expect.poll(() => heading.evaluate((one) => one === document.activeElement)).toBe(true);
    const before = await vote.boundingBox();
    await heading.evaluate((one) => one.blur());
    expect(await vote.boundingBox()).toEqual(before);
    await context.close();
  });

  it('takes the focus to its heading', async () => {
    const { page, context } = await site.visit('/');
    await page.locator('article').first().waitFor();
    for (const name of ['Search', 'Tags']) {
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }).click();
      const target = page.getByRole('heading', { level: 1, name });
      await expect.poll(() => target.evaluate((one) => one === document.activeElement)).toBe(true);
    }
    await context.close();
  });
});

describe('the keyboard alone', () => {
  it.each([
    '/',
    `thread`,
    '/settings',
    '/search?q=Post&sort=top',
    '/compose',
    '/notifications',
    '/bookmarks',
    `/@${blocked}`,
    '/reports',
  ])('reaches every control of %s', async (path) => {
    const target = path === 'thread' ? `/p/${thread}` : path;
    const person = path === '/reports' ? await site.admin() : ada;
    const { page, context } = await site.visitAs(person, target);
    await page.goto(site.url + target);
    const all = [...pages(), ...forAdmins()];
    const [, sign = 'main'] = all.find(([one]) => one === target) ?? [];
    await page.locator(sign).first().waitFor();
    const mark = () =>
      page.evaluate(() => {
        const controls = [
          ...document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, summary'),
        ];
        return (
          controls
            .filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.tabIndex >= 0)
            // A list is read on before Tab comes to the button at its end.
            .filter((one) => !one.closest('.list-end'))
            // Of several radio buttons Tab reaches the chosen one; arrows reach the others.
            .filter((one) => !(one instanceof HTMLInputElement && one.type === 'radio' && !one.checked))
            .map((one, index) => {
              one.dataset.control = String(index);
              return String(index);
            })
        );
      });
    const wanted = new Set(await mark());
    for (let step = 0; step < 250 && wanted.size > 0; step += 1) {
      await page.keyboard.press('Tab');
      const reached = await page.evaluate(
        () => (document.activeElement as HTMLElement | null)?.dataset.control,
      );
      if (reached) wanted.delete(reached);
      // What was loaded while Tab moved on is not looked for.
    }
    const missed = await page.evaluate(
      (names) =>
        names.flatMap(
          (name) => document.querySelector(`[data-control="${name}"]`)?.outerHTML.slice(0, 120) ?? [],
        ),
      [...wanted],
    );
    expect(missed).toEqual([]);
    await context.close();
  });

  it('signs in, writes, replies and votes', async () => {
    const { page, context, faults } = await site.visit('/sign-in');
    const tabTo = async (sign: RegExp) => {
      for (let step = 0; step < 80 && !sign.test(await focused(page)); step += 1)
        await page.keyboard.press('Tab');
      expect(await focused(page)).toMatch(sign);
    };
    await page.getByLabel('Username or email').waitFor();
    await tabTo(/class="skip"/);
    await page.keyboard.press('Enter');
    await tabTo(/name="username"/);
    await page.keyboard.type(ada.username);
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.locator('article').first().waitFor();
    await page.keyboard.press('n');
    await page.getByRole('textbox', { name: 'Text' }).waitFor();
    await expect.poll(() => focused(page)).toMatch(/<textarea/);
    await page.keyboard.type('By keys alone');
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(/\/p\/\d+$/);
    await page.getByRole('textbox', { name: /^Reply to/ }).waitFor();
    await tabTo(/<textarea/);
    await page.keyboard.type('And a reply');
    await page.keyboard.press('Control+Enter');
    await page.locator('article', { hasText: 'And a reply' }).waitFor();
    await tabTo(/aria-label="Vote, 0/);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Vote, 1 vote', pressed: true }).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });
});

describe('the forms of an account', () => {
  it.each(['/sign-in', '/sign-up', '/recover'])(
    'mask passwords, and let them be pasted: %s',
    async (path) => {
      const { page, context } = await site.visit(path);
      const secret = page.getByRole('main').locator('input[autocomplete$="-password"]');
      if (path === '/recover') {
        await page.getByRole('main').getByRole('textbox').first().fill(ada.email);
        await page.getByRole('main').getByRole('button').first().click();
      }
      await secret.waitFor();
      expect(await secret.getAttribute('type')).toBe('password');
      const isTaken = await secret.evaluate((input) =>
        input.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true })),
      );
      expect(isTaken).toBe(true);
      await context.close();
    },
  );

  it.each(['http://[', '/.//evil.example', '//evil.example', 'https://evil.example/', 'javascript:alert(1)'])(
    'lead to the first page of this site after a link with next=%s',
    async (next) => {
      const { page, context, faults } = await site.visit(`/sign-in?next=${encodeURIComponent(next)}`);
      await signIn(page, ada.username);
      await page.waitForURL(`${site.url}/`);
      expect(faults).toEqual([]);
      await context.close();
    },
  );
});

describe('speed', () => {
  it.each([
    ['a phone', PHONE],
    ['a desktop', DESKTOP],
  ])(
    'shows the first page soon on %s with a slow processor, and moves nothing in it',
    async (name, viewport) => {
      const { page, context, faults } = await site.visit('/recover', { viewport });
      const protocol = await context.newCDPSession(page);
      await protocol.send('Emulation.setCPUThrottlingRate', { rate: 4 });
      // As at the first visit.
      await protocol.send('Network.setCacheDisabled', { cacheDisabled: true });
      await page.goto(`${site.url}/`);
      await page.locator('article').first().waitFor();
      const { paint, shift } = await page.evaluate(
        () =>
          new Promise<{ paint: number; shift: number }>((resolve) => {
            let paint = 0;
            let shift = 0;
            const watch = (type: string, see: (entry: PerformanceEntry) => void) =>
              new PerformanceObserver((list) => list.getEntries().forEach(see)).observe({
                type,
                buffered: true,
              });
            watch('largest-contentful-paint', (entry) => {
              paint = entry.startTime;
            });
            watch('layout-shift', (entry) => {
              shift += (entry as unknown as { value: number }).value;
            });
            requestIdleCallback(() => requestIdleCallback(() => resolve({ paint, shift })));
          }),
      );
      console.log(
        `${name}: largest contentful paint ${Math.round(paint)} ms, layout shift ${shift.toFixed(3)}`,
      );
      expect(paint).toBeGreaterThan(0);
      expect(shift).toBeLessThan(0.05);
      expect(faults).toEqual([]);
      await context.close();
    },
  );
});

describe('the drafts', () => {
  it('are read alone, page by page, however much is published', async () => {
    const writer = await site.addPerson();
    const write = (content: string, published: boolean) =>
      site.call(writer, 'POST /posts', { content, published });
    for (let number = 1; number <= 21; number += 1) await write(`Draft ${number}`, false);
    for (let number = 1; number <= 21; number += 1) await write(`Published ${number}`, true);
    const { page, context, faults } = await site.visitAs(writer, '/');
    await page.locator('article').first().waitFor();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await go(page, '/drafts');
    const rows = page.locator('.draft-row');
    await rows.filter({ hasText: 'Draft 21' }).waitFor();
    await rows.nth(19).scrollIntoViewIfNeeded();
    await rows.getByText('Draft 1', { exact: true }).waitFor();
    expect(await rows.count()).toBe(21);
    expect(asked.filter((path) => path === '/posts/mine')).toHaveLength(2);

    await rows.filter({ hasText: 'Draft 21' }).getByRole('link').click();
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.waitForURL(/\/p\/\d+$/);
    await go(page, '/drafts');
    await rows.filter({ hasText: 'Draft 20' }).waitFor();
    await expect.poll(() => rows.filter({ hasText: 'Draft 21' }).count()).toBe(0);
    expect(faults).toEqual([]);
    await context.close();
  });
});

describe('a draft', () => {
  it('offers its author neither a vote nor a reply', async () => {
    const { page, context } = await site.visitAs(ada, `/@${ada.username}`);
    const shown = page.getByRole('article').filter({ hasText: 'A draft' });
    await shown.waitFor();
    expect(await shown.getByRole('button', { name: /^(Vote|Reply|Bookmark)/ }).count()).toBe(0);
    await go(page, `/p/${draft}`);
    await page.getByRole('heading', { name: 'A draft' }).waitFor();
    expect(
      await page
        .getByRole('article')
        .getByRole('button', { name: /^(Vote|Reply)/ })
        .count(),
    ).toBe(0);
    await context.close();
  });
});

describe('a text', () => {
  it('cannot be made into markup or a script, whatever a page does with it', async () => {
    const { page, context } = await site.visit('/');
    await page.locator('article').first().waitFor();
    const refusals = await page.evaluate(() => {
      const uses = [
        () => document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>'),
        () => Object.assign(document.createElement('script'), { src: '/theme.js' }),
        () => Object.assign(document.createElement('iframe'), { srcdoc: '<script>alert(1)</script>' }),
      ];
      return uses.map((use) => {
        try {
          use();
          return 'allowed';
        } catch (error) {
          return (error as Error).name;
        }
      });
    });
    expect(refusals).toEqual(['TypeError', 'TypeError', 'TypeError']);
    await context.close();
  });
});
