import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DESKTOP, type Person, type Site, signIn, startSite } from '../support/web-site.ts';

interface Listed {
  data: { id: number; content: string }[];
}

let site: Site;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  site = await startSite();
  ada = await site.addPerson();
  bob = await site.addPerson();
  // More than two pages of a list.
  for (let number = 1; number <= 50; number += 1)
    await site.call(bob, 'POST /posts', { title: `Post ${number}`, content: 'A line.\n'.repeat(6) });
});

afterAll(() => site?.stop());

const postsOf = async (person: Person): Promise<string[]> => {
  const { data } = await site.call<Listed>(
    person,
    `GET /posts?author=${person.id}&replies=include&limit=100`,
  );
  return data.map(({ content }) => content);
};
const articles = (page: Page) => page.getByRole('main').getByRole('article');
const text = (page: Page) => page.getByRole('textbox', { name: 'Text' });
const look = (page: Page) => page.evaluate(() => dispatchEvent(new Event('visibilitychange')));
const focusedPost = (page: Page) =>
  page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.post ?? '');
/** Errors of the browser itself about requests that a test let fail. */
const others = (faults: string[]) => faults.filter((fault) => !fault.startsWith('Failed to load resource'));

describe('unsent text', () => {
  it('survives a reload and a closed tab, and is gone once it is sent', async () => {
    const { page, context, faults } = await site.visitAs(ada, '/compose');
    await text(page).fill('Half a thought');
    await page.reload();
    expect(await text(page).inputValue()).toBe('Half a thought');
    await page.close();
    const again = await context.newPage();
    site.watch(again, faults);
    await again.goto(`${site.url}/compose`);
    expect(await text(again).inputValue()).toBe('Half a thought');
    await again.getByRole('button', { name: 'Publish' }).click();
    await again.waitForURL(/\/p\/\d+$/);
    await again.goto(`${site.url}/compose`);
    expect(await text(again).inputValue()).toBe('');
    expect(faults).toEqual([]);
    await context.close();
  });

  it('is kept for each place and each account', async () => {
    const [first, second] = (await site.call<Listed>(bob, `GET /posts?author=${bob.id}&limit=2`)).data;
    const { page, context } = await site.visitAs(ada, `/p/${first?.id}`);
    const reply = page.getByRole('textbox', { name: `Reply to ${bob.username}` });
    await reply.fill('To the first');
    await page.goto(`${site.url}/p/${second?.id}`);
    expect(await reply.inputValue()).toBe('');
    await page.goto(`${site.url}/p/${first?.id}`);
    expect(await reply.inputValue()).toBe('To the first');
    await page.getByRole('button', { name: 'Account', exact: true }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in to reply.' }).click();
    await page.getByLabel('Username or email').fill(bob.username);
    await page.getByLabel('Password').fill('correct horse battery staple');
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
    await reply.waitFor();
    expect(await reply.inputValue()).toBe('');
    await context.close();
  });

  it('is discarded only after a question', async () => {
    const { page, context } = await site.visitAs(ada, '/compose');
    await text(page).fill('Rather not');
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    expect(await text(page).inputValue()).toBe('Rather not');
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
    await expect.poll(() => text(page).inputValue()).toBe('');
    await context.close();
  });
});

describe('going back', () => {
  it('returns to the same place of the same list', async () => {
    const { page, context, faults } = await site.visit('/');
    await articles(page).nth(19).waitFor();
    await articles(page).nth(19).scrollIntoViewIfNeeded();
    await articles(page).nth(35).waitFor();
    await articles(page).nth(35).scrollIntoViewIfNeeded();
    const title = articles(page).nth(35).getByRole('heading').getByRole('link');
    const name = await title.innerText();
    const before = await page.evaluate(() => scrollY);
    const count = await articles(page).count();
    await title.click();
    await page.getByRole('heading', { name: 'Thread', exact: true }).waitFor();
    expect(await page.evaluate(() => scrollY)).toBe(0);
    await page.goBack();
    await expect.poll(() => page.evaluate(() => scrollY)).toBe(before);
    expect(await articles(page).count()).toBeGreaterThanOrEqual(count);
    expect(await page.getByRole('link', { name, exact: true }).boundingBox()).not.toBeNull();
    // From the thread it works by the button of the page, too.
    await title.click();
    await page.getByRole('button', { name: 'Back' }).click();
    await expect.poll(() => page.evaluate(() => scrollY)).toBe(before);
    expect(faults).toEqual([]);
    await context.close();
  });
});

describe('new posts', () => {
  it('announce themselves, and push nothing', async () => {
    const { page, context, faults } = await site.visit('/');
    await articles(page).nth(3).waitFor();
    await articles(page).nth(3).scrollIntoViewIfNeeded();
    const first = await articles(page).first().innerText();
    const place = await page.evaluate(() => scrollY);
    for (const content of ['News one', 'News two']) await site.call(bob, 'POST /posts', { content });
    await look(page);
    const news = page.getByRole('button', { name: '2 new posts' });
    await news.waitFor();
    expect(await articles(page).first().innerText()).toBe(first);
    expect(await page.evaluate(() => scrollY)).toBe(place);
    await news.click();
    await articles(page).filter({ hasText: 'News two' }).waitFor();
    expect(await articles(page).first().innerText()).toContain('News two');
    expect(await page.evaluate(() => scrollY)).toBe(0);
    await expect.poll(() => news.count()).toBe(0);
    expect(faults).toEqual([]);
    await context.close();
  });
});

describe('the keys', () => {
  it('j and k go through the posts, Enter opens one, Escape leaves a field', async () => {
    const { page, context, faults } = await site.visitAs(ada, '/', { viewport: DESKTOP });
    await articles(page).nth(5).waitFor();
    const ids = await articles(page).evaluateAll((all) =>
      all.map((one) => (one as unknown as HTMLElement).dataset.post),
    );
    await page.keyboard.press('j');
    expect(await focusedPost(page)).toBe(ids[0]);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    expect(await focusedPost(page)).toBe(ids[2]);
    await page.keyboard.press('k');
    expect(await focusedPost(page)).toBe(ids[1]);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${site.url}/p/${ids[1]}`);
    await page.goBack();

    await page.keyboard.press('/');
    await page.waitForURL(`${site.url}/search`);
    const field = page.getByRole('searchbox', { name: 'Search for' });
    await field.waitFor();
    await page.keyboard.press('/');
    await expect.poll(() => field.evaluate((one) => one === document.activeElement)).toBe(true);
    // In a field they are letters.
    await page.keyboard.type('jn?');
    expect(await field.inputValue()).toBe('jn?');
    await page.keyboard.press('Escape');
    expect(await field.evaluate((one) => one === document.activeElement)).toBe(false);

    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await help.waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => help.count()).toBe(0);
    await page.keyboard.press('n');
    await page.waitForURL(`${site.url}/compose`);
    await expect.poll(() => text(page).evaluate((one) => one === document.activeElement)).toBe(true);
    expect(faults).toEqual([]);
    await context.close();
  });
});

describe('votes and follows', () => {
  it.each([
    ['no connection', undefined, 'There is no connection.'],
    ['a refusal', 503, 'The database does not answer.'],
  ])('are shown at once and taken back with the reason: %s', async (_, status, reason) => {
    const { page, context, faults } = await site.visitAs(ada, '/');
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route(/\/(votes\/\d+|follow|bookmark|mute|block)$/, async (route) => {
      await held;
      if (!status) return route.abort();
      const problem = {
        type: 'about:blank',
        title: 'No',
        status,
        code: 'database_unavailable',
        detail: reason,
        request_id: 'x',
      };
      return route.fulfill({
        status,
        contentType: 'application/problem+json',
        body: JSON.stringify(problem),
      });
    });
    const vote = articles(page).first().getByRole('button', { name: /^Vote/ });
    const label = await vote.getAttribute('aria-label');
    await vote.click();
    await articles(page).first().getByRole('button', { name: /^Vote/, pressed: true }).waitFor();
    answer();
    await page.getByText(`Your vote was taken back. ${reason}`).waitFor();
    await articles(page)
      .first()
      .getByRole('button', { name: label ?? '', pressed: false })
      .waitFor();

    await articles(page).first().getByRole('button', { name: 'Bookmark' }).click();
    await page.getByText(`The bookmark was not changed. ${reason}`).waitFor();
    await articles(page).first().getByRole('button', { name: 'Bookmark', pressed: false }).waitFor();

    await page.goto(`${site.url}/@${bob.username}`);
    await page.getByRole('button', { name: `Follow ${bob.username}` }).click();
    await page.getByText(`Nothing has changed. ${reason}`).waitFor();
    await page.getByRole('button', { name: `Follow ${bob.username}` }).waitFor();

    for (const entry of ['Mute', 'Block']) {
      await page.getByRole('button', { name: 'Close' }).click();
      await page.getByRole('button', { name: 'More about this person' }).click();
      await page.getByRole('button', { name: entry, exact: true }).click();
      if (entry === 'Block') await page.getByRole('dialog').getByRole('button', { name: entry }).click();
      await page.getByText(`Nothing has changed. ${reason}`).waitFor();
      await expect.poll(() => page.getByText(/Their posts are hidden from you/).count()).toBe(0);
    }
    expect(others(faults)).toEqual([]);
    await context.close();
  });
});

describe('a lost network', () => {
  it('is said, and what was written is sent later, once', async () => {
    const { page, context, faults } = await site.visitAs(ada, '/compose');
    await text(page).fill('Written in a tunnel');
    await context.setOffline(true);
    await page.getByText('No connection. What you see may be out of date.').waitFor();
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByText('1 post waiting to be sent').waitFor();
    expect(await postsOf(ada)).not.toContain('Written in a tunnel');
    await context.setOffline(false);
    await page.getByText('What you wrote offline is sent.').waitFor();
    await expect.poll(() => page.getByText('waiting to be sent').count()).toBe(0);
    expect((await postsOf(ada)).filter((one) => one === 'Written in a tunnel')).toHaveLength(1);
    expect(others(faults)).toEqual([]);
    await context.close();
  });

  it.each(['/compose', 'a reply'])(
    'creates a post once whose answer was lost, also after a closed tab: %s',
    async (place) => {
      const [target] = (await site.call<Listed>(bob, `GET /posts?author=${bob.id}&limit=1`)).data;
      const { page, context, faults } = await site.visitAs(
        ada,
        place === '/compose' ? place : `/p/${target?.id}`,
      );
      const content = `Sent, but nobody said so: ${place}`;
      await page.route(/\/posts$/, async (route) => {
        if (route.request().method() !== 'POST') return route.continue();
        await route.fetch();
        return route.abort();
      });
      await page.getByRole('textbox', { name: /^(Text|Reply to)/ }).fill(content);
      await page.getByRole('button', { name: /^(Publish|Reply)$/ }).click();
      await page.getByText('1 post waiting to be sent').waitFor();
      await page.close();
      const again = await context.newPage();
      site.watch(again, faults);
      await again.goto(`${site.url}/`);
      await again.getByText('What you wrote offline is sent.').waitFor();
      expect((await postsOf(ada)).filter((one) => one === content)).toHaveLength(1);
      expect(others(faults)).toEqual([]);
      await context.close();
    },
  );

  it('sends nothing of one person in the name of the next', async () => {
    const { page, context, faults } = await site.visitAs(ada, '/');
    const contents = ['The first of two', 'The second of two'];
    const letters = contents.map((content) => ({ key: crypto.randomUUID(), place: '', body: { content } }));
    const at = `ledge.outbox.${ada.id}`;
    await page.evaluate(
      ([key, value]) => localStorage.setItem(key as string, value as string),
      [at, JSON.stringify(letters)],
    );
    let sent = 0;
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route(/\/posts$/, async (route) => {
      if (route.request().method() === 'POST') {
        sent += 1;
        await held;
      }
      return route.continue();
    });
    await page.reload();
    await expect.poll(() => sent).toBe(1);
    await page.getByRole('button', { name: 'Account', exact: true }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    // Without a reload, which would end what is on its way.
    await page.getByRole('link', { name: 'Sign in' }).first().click();
    await signIn(page, bob.username);
    const refused = page.waitForResponse((one) => one.request().method() === 'POST' && one.status() === 401);
    answer();
    await refused;
    await text(page).or(page.getByRole('article').first()).first().waitFor();
    expect(await page.evaluate((key) => localStorage.getItem(key), at)).toBe(JSON.stringify(letters));
    expect(sent).toBe(1);
    const written = [...(await postsOf(ada)), ...(await postsOf(bob))];
    expect(written.filter((one) => contents.includes(one))).toEqual([]);
    expect(others(faults)).toEqual([]);
    await context.close();
  });

  it('gives a post back that the API refuses in the end', async () => {
    const { page, context } = await site.visitAs(ada, '/compose');
    await page.getByLabel('Tags, separated').fill('no!tag');
    await text(page).fill('Refused');
    await context.setOffline(true);
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByText('1 post waiting to be sent').waitFor();
    await context.setOffline(false);
    await page.getByText(/could not be sent/).waitFor();
    await page.getByRole('button', { name: 'Edit it' }).click();
    await page.waitForURL(`${site.url}/compose`);
    expect(await text(page).inputValue()).toBe('Refused');
    await expect.poll(() => page.getByText(/could not be sent/).count()).toBe(0);
    await context.close();
  });
});

describe('an edit that met another one', () => {
  it('shows both versions, also after a reload, and lets each be put into the form', async () => {
    const { id } = await site.call<{ id: number }>(ada, 'POST /posts', { content: 'As it was' });
    const { page, context, faults } = await site.visitAs(ada, `/compose?edit=${id}`);
    await text(page).fill('Mine');
    await site.call(ada, `PATCH /posts/${id}`, { content: 'Theirs' });
    await page.getByRole('button', { name: 'Save' }).click();
    const conflict = page.getByRole('alert', { name: 'This post was edited elsewhere meanwhile' });
    await conflict.getByText('Theirs').waitFor();
    await page.reload();
    await conflict.getByText('Theirs').waitFor();
    expect(await text(page).inputValue()).toBe('Mine');
    await conflict.getByRole('button', { name: 'Put this one into the form' }).click();
    await expect.poll(() => text(page).inputValue()).toBe('Theirs');
    await conflict.getByText('Mine').waitFor();
    await conflict.getByRole('button', { name: 'Put this one into the form' }).click();
    await expect.poll(() => text(page).inputValue()).toBe('Mine');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL(`${site.url}/p/${id}`);
    expect((await site.call<{ content: string }>(ada, `GET /posts/${id}`)).content).toBe('Mine');
    expect(others(faults)).toEqual([]);
    await context.close();
  });

  it('keeps the tags of the text out of the form, so that they go with the text', async () => {
    const post = { content: 'On #maps and `#code`', tags: ['given'] };
    const { id } = await site.call<{ id: number }>(ada, 'POST /posts', post);
    const { page, context } = await site.visitAs(ada, `/compose?edit=${id}`);
    expect(await page.getByLabel('Tags, separated').inputValue()).toBe('given');
    await text(page).fill('On nothing');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForURL(`${site.url}/p/${id}`);
    expect((await site.call<{ tags: string[] }>(ada, `GET /posts/${id}`)).tags).toEqual(['given']);
    await context.close();
  });
});

describe('two tabs', () => {
  it('stay signed in while both reload at once, and are signed out together', async () => {
    const { page, context, faults } = await site.visitAs(ada, '/');
    const second = await context.newPage();
    site.watch(second, faults);
    await second.goto(`${site.url}/settings`);
    const account = (one: Page) => one.getByRole('button', { name: 'Account', exact: true });
    for (let round = 0; round < 3; round += 1) {
      await Promise.all([page.reload(), second.reload()]);
      await Promise.all([account(page).waitFor(), account(second).waitFor()]);
    }
    await account(page).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await second.getByRole('link', { name: 'Sign up' }).waitFor();
    await second.reload();
    await second.getByRole('link', { name: 'Sign up' }).waitFor();
    expect(await context.cookies(`${site.url}/auth`)).toEqual([]);
    // A request of the other tab may have been on its way when the session ended.
    expect(others(faults)).toEqual([]);
    await context.close();
  });

  it('have one text at a place, and send it once', async () => {
    const { page, context, faults } = await site.visitAs(ada, '/compose');
    const second = await context.newPage();
    site.watch(second, faults);
    await second.goto(`${site.url}/compose`);
    await text(second).waitFor();
    await text(page).fill('Begun in one tab');
    await expect.poll(() => text(second).inputValue()).toBe('Begun in one tab');
    await text(second).fill('Begun in one tab, ended in the other');
    await second.getByLabel('Tags, separated').fill('tabs');
    await expect.poll(() => page.getByLabel('Tags, separated').inputValue()).toBe('tabs');
    expect(await text(page).inputValue()).toBe('Begun in one tab, ended in the other');
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.waitForURL(/\/p\/\d+$/);
    await expect.poll(() => text(second).inputValue()).toBe('');
    // What is discarded in one is gone in the other.
    await page.goto(`${site.url}/compose`);
    await text(page).fill('Rather not');
    await expect.poll(() => text(second).inputValue()).toBe('Rather not');
    await second.getByRole('button', { name: 'Discard' }).click();
    await second.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
    await expect.poll(() => text(page).inputValue()).toBe('');
    expect(faults).toEqual([]);
    await context.close();
  });

  it('show the same theme, and what waits to be sent', async () => {
    const { page, context, faults } = await site.visitAs(ada, '/settings', { colorScheme: 'light' });
    const second = await context.newPage();
    site.watch(second, faults);
    await second.goto(`${site.url}/compose`);
    await text(second).waitFor();
    const scheme = () =>
      second.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('color-scheme'));
    await page.getByRole('main').getByRole('radio', { name: 'Dark' }).check();
    await expect.poll(scheme).toBe('dark');
    await page.getByRole('main').getByRole('radio', { name: 'System' }).check();
    await expect.poll(scheme).toBe('light dark');

    await text(second).fill('Written in one tab, said in both');
    await context.setOffline(true);
    await second.getByRole('button', { name: 'Publish' }).click();
    await page.getByText('1 post waiting to be sent').waitFor();
    await context.setOffline(false);
    await expect.poll(() => page.getByText('waiting to be sent').count()).toBe(0);
    await expect
      .poll(async () => (await postsOf(ada)).filter((one) => one.startsWith('Written in one tab')).length)
      .toBe(1);
    expect(others(faults)).toEqual([]);
    await context.close();
  });

  it('keep no token where a script can read it', async () => {
    const { page, context } = await site.visitAs(ada, '/');
    const kept = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
    );
    expect(kept).not.toMatch(/eyJ|ledge_refresh|correct horse/);
    await context.close();
  });
});

describe('what is shown', () => {
  it('is light, dark or as the system, and stays as chosen', async () => {
    const { page, context } = await site.visitAs(ada, '/settings', { colorScheme: 'dark' });
    const scheme = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const main = page.getByRole('main');
    const dark = await scheme();
    await main.getByRole('radio', { name: 'Light' }).check();
    await expect.poll(scheme).not.toBe(dark);
    await page.reload();
    await main.getByRole('radio', { name: 'Light', checked: true }).waitFor();
    expect(await scheme()).not.toBe(dark);
    await main.getByRole('radio', { name: 'System' }).check();
    await expect.poll(scheme).toBe(dark);
    await context.close();
  });

  it('has times from now on, and the exact ones on hover', async () => {
    const { id } = await site.call<{ id: number }>(ada, 'POST /posts', { content: 'Just now' });
    const { page, context } = await site.visit(`/p/${id}`);
    const time = articles(page).first().locator('time');
    expect(await time.innerText()).toBe('now');
    expect(await time.getAttribute('title')).toMatch(/\d{4}/);
    await context.close();
  });

  it('runs from right to left where its text does', async () => {
    const content = 'مرحبا بالعالم https://ledge.example/a?b=1 #walks\n\nAnd back';
    const post = { title: 'שלום עולם', content };
    const { id } = await site.call<{ id: number }>(ada, 'POST /posts', post);
    const { page, context } = await site.visit(`/p/${id}`);
    const direction = (shown: string) =>
      page
        .getByText(shown)
        .first()
        .evaluate((one) => getComputedStyle(one).direction);
    expect(await Promise.all(['שלום', 'مرحبا', 'And back'].map(direction))).toEqual(['rtl', 'rtl', 'ltr']);
    // An address and a tag in such a text are read in their own direction: what they begin with stands left.
    for (const link of await articles(page).first().locator('.text a').all()) {
      const [first, second] = await link.evaluate((one) => {
        const letters = one.firstChild as Text;
        return [0, 1].map((at) => {
          const range = document.createRange();
          range.setStart(letters, at);
          range.setEnd(letters, at + 1);
          return range.getBoundingClientRect().left;
        });
      });
      expect(first).toBeLessThan(second ?? 0);
    }
    await context.close();
  });

  it('links addresses, names that somebody has and tags, and nothing in code', async () => {
    const content = `See https://ledge.example/a?b=1, @${bob.username}, @nobody_there, a@${bob.username}.example, #walks and \`#code @${bob.username}\`. javascript:alert(1)`;
    const { id } = await site.call<{ id: number }>(ada, 'POST /posts', { content });
    const { page, context } = await site.visit(`/p/${id}`);
    const links = articles(page).first().locator('.text a');
    await links.first().waitFor();
    expect(await links.evaluateAll((all) => all.map((one) => one.getAttribute('href')))).toEqual([
      'https://ledge.example/a?b=1',
      `/@${bob.username}`,
      '/tags/walks',
    ]);
    await context.close();
  });

  it('does not move for whoever asks for less motion', async () => {
    const moves = async (reducedMotion: 'reduce' | 'no-preference') => {
      const { page, context } = await site.visit('/', { reducedMotion });
      // Nothing is answered, so that the page waits.
      await page.route(/\/posts\?/, () => {});
      await page.reload();
      const dot = page.getByRole('main').locator('.loading i').first();
      await dot.waitFor();
      const name = await dot.evaluate((one) => getComputedStyle(one).animationName);
      await context.close();
      return name !== 'none';
    };
    expect(await moves('no-preference')).toBe(true);
    expect(await moves('reduce')).toBe(false);
  });

  it('counts characters as the API does', async () => {
    const { page, context } = await site.visitAs(ada, '/compose');
    // One code point each after NFC, though two units of JavaScript.
    await text(page).fill(`  ${'👋'.repeat(3)}e\u0301  `);
    await page.getByText('9,996 characters left').waitFor();
    await context.close();
  });
});
