import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, type Site, startSite } from '../support/web-site.ts';

let site: Site;
let ada: Person;
let bob: Person;
let cleo: Person;
/** A post of Ada. */
let post: number;

beforeAll(async () => {
  site = await startSite();
  [ada, bob, cleo] = [await site.addPerson(), await site.addPerson(), await site.addPerson()];
  post = await write(ada, 'What everybody votes for');
});

afterAll(() => site?.stop());

const write = async (person: Person, content: string, more: object = {}) =>
  (await site.call<{ id: number }>(person, 'POST /posts', { content, ...more })).id;
const go = (page: Page, path: string) => page.evaluate((to) => history.pushState(null, '', to), path);
const main = (page: Page) => page.getByRole('main');
const rows = (page: Page) => page.locator('.notification');
const unread = async (person: Person) =>
  (await site.call<{ unread_notifications: number }>(person, 'GET /users/me')).unread_notifications;
/** The link to the notifications, which names how many are unread. */
const bell = (page: Page, number?: number) =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('link', {
    name: number === undefined ? 'Notifications' : `Notifications ${number} unread`,
    exact: true,
  });
const choose = async (page: Page, entry: string) => {
  await page.getByRole('button', { name: 'More about this person' }).click();
  await page.getByRole('button', { name: entry, exact: true }).click();
};
/** Errors of the browser itself about answers that a test provokes. */
const others = (faults: string[]) => faults.filter((fault) => !fault.startsWith('Failed to load resource'));

/** Gives the window the focus until that shows something: a request on its way may have been answered before. */
const focusUntil = (page: Page, shown: Locator) =>
  expect
    .poll(
      async () => {
        await page.evaluate(() => dispatchEvent(new Event('focus')));
        return shown.isVisible();
      },
      { timeout: 60_000, interval: 500 },
    )
    .toBe(true);

describe('notifications', () => {
  it('are counted in the navigation as soon as the window has the focus', async () => {
    const { page, context, faults } = await site.visitAs(ada, '/');
    await bell(page).waitFor();
    await site.call(bob, `PUT /users/${ada.username}/follow`);
    await focusUntil(page, bell(page, 1));
    expect(faults).toEqual([]);
    await context.close();
  });

  it('are read once they are seen, not by those of one kind, and not while the page is hidden', async () => {
    const { page, context, faults } = await site.visitAs(ada, '/notifications?kind=follow');
    await rows(page)
      .filter({ hasText: `${bob.username} follows you` })
      .waitFor();
    const show = (isHidden: boolean) =>
      page.evaluate((hidden) => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
        document.dispatchEvent(new Event('visibilitychange'));
      }, isHidden);
    await show(true);
    await go(page, '/notifications');
    await rows(page).filter({ hasText: 'unread' }).first().waitFor();
    expect(await unread(ada)).toBeGreaterThan(0);
    await show(false);
    await bell(page).waitFor();
    expect(await unread(ada)).toBe(0);

    // What comes now is announced, and shown only when asked for.
    await write(bob, 'An answer', { parent_id: post });
    const announced = page.getByRole('button', { name: '1 new notification' });
    await focusUntil(page, announced);
    await announced.click();
    await rows(page)
      .filter({ hasText: `${bob.username} replied to you` })
      .waitFor();
    await bell(page).waitFor();
    expect(await unread(ada)).toBe(0);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('of votes for one post are one, with names and a number', async () => {
    const { page, context, faults } = await site.visitAs(ada, '/');
    const expectRow = async (text: string) => {
      await go(page, '/notifications?kind=vote');
      await rows(page).filter({ hasText: text }).waitFor();
      expect(await rows(page).count()).toBe(1);
      await go(page, '/tags');
      await page.locator('.page .tag-list').waitFor();
    };
    await site.call(bob, `PUT /votes/${post}`);
    await expectRow(`${bob.username} voted for your post`);
    await site.call(cleo, `PUT /votes/${post}`);
    await expectRow(`${cleo.username} and ${bob.username} voted for your post`);
    const dana = await site.addPerson();
    await site.call(dana, `PUT /votes/${post}`);
    await expectRow(`${dana.username}, ${cleo.username} and 1 other voted for your post`);
    // The API counts no further than to 100.
    await page.route(/\/users\/me\/notifications\?/, async (route) => {
      const answer = await route.fetch();
      const body = await answer.json();
      for (const one of body.data) one.count = 100;
      await route.fulfill({ response: answer, json: body });
    });
    await expectRow(`${dana.username}, ${cleo.username} and at least 98 others voted for your post`);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('show the first words of the post, and lead to it', async () => {
    const { page, context } = await site.visitAs(ada, '/notifications?kind=vote');
    await rows(page).getByRole('link', { name: 'What everybody votes for' }).click();
    await page.waitForURL(`${site.url}/p/${post}`);
    await context.close();
  });
});

describe('whom one mutes', () => {
  it('is hidden in lists until it is undone, and is said on their page', async () => {
    await write(bob, `Words of ${bob.username}`);
    const { page, context, faults } = await site.visitAs(ada, '/');
    const words = main(page).getByText(`Words of ${bob.username}`);
    await words.waitFor();
    await go(page, `/@${bob.username}`);
    await words.waitFor();
    await choose(page, 'Mute');
    await page.getByText(`You mute ${bob.username}. Their posts are hidden from you.`).waitFor();
    await page.getByText('Nothing is shown here, because their posts are hidden from you.').waitFor();
    await go(page, '/');
    await page.locator('article').first().waitFor();
    await expect.poll(() => words.count()).toBe(0);

    await go(page, '/settings');
    const section = page.getByRole('region', { name: 'Muted people' });
    await section.getByRole('button', { name: `Unmute ${bob.username}` }).click();
    // The row stays, so that it can be taken back.
    await section.getByRole('button', { name: `Mute ${bob.username}` }).waitFor();
    await go(page, '/');
    await words.waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });
});

describe('whom one blocks', () => {
  it('cannot follow or answer, is told so, and keeps what was written', async () => {
    const target = await write(ada, 'Answer this if you can');
    const { page, context, faults } = await site.visitAs(bob, `/p/${target}`);
    const reply = page.getByRole('textbox', { name: `Reply to ${ada.username}` });
    await reply.fill('An answer that is refused');
    await site.call(ada, `PUT /users/${bob.username}/block`);
    await page.getByRole('button', { name: 'Reply', exact: true }).click();
    const sentence = /One of you blocks the other, so you cannot follow, reply to or vote for each other\./;
    await page.getByRole('alert').getByText(sentence).waitFor();
    expect(await reply.inputValue()).toBe('An answer that is refused');
    await page.goto(`${site.url}/@${ada.username}`);
    await page.getByRole('button', { name: `Follow ${ada.username}` }).click();
    await page.locator('.notes').getByText(sentence).waitFor();
    await page.getByRole('button', { name: `Follow ${ada.username}` }).waitFor();
    await site.call(ada, `DELETE /users/${bob.username}/block`);
    expect(others(faults)).toEqual([]);
    await context.close();
  });

  it('is blocked only after a question, and unblocked on their page', async () => {
    const { page, context, faults } = await site.visitAs(ada, `/@${cleo.username}`);
    await choose(page, 'Block');
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: `Follow ${cleo.username}` }).waitFor();
    await choose(page, 'Block');
    await page.getByRole('dialog').getByRole('button', { name: 'Block' }).click();
    await page.getByText(`You block ${cleo.username}.`, { exact: true }).waitFor();
    await expect.poll(() => page.getByRole('button', { name: `Follow ${cleo.username}` }).count()).toBe(0);
    await page.getByRole('button', { name: `Unblock ${cleo.username}` }).click();
    await page.getByRole('button', { name: `Follow ${cleo.username}` }).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });
});

describe('reports', () => {
  it('are for admins alone, and a person can be reported once', async () => {
    const { page, context, faults } = await site.visitAs(bob, '/reports');
    await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
    expect(await page.getByRole('link', { name: 'Reports' }).count()).toBe(0);
    await go(page, `/@${cleo.username}`);
    const dialog = page.getByRole('dialog', { name: `Report ${cleo.username}` });
    await choose(page, 'Report');
    await dialog.getByLabel('Something else').check();
    await dialog.getByRole('button', { name: 'Send the report' }).click();
    await page.getByText('The admins are told.').waitFor();
    await choose(page, 'Report');
    await dialog.getByRole('button', { name: 'Send the report' }).click();
    await dialog.getByText('You have reported this already.').waitFor();
    expect(others(faults)).toEqual([]);
    await context.close();
  });

  it('lead to the deletion of the post or the account, with a reason that is logged', async () => {
    const [victim, second] = [await site.addPerson(), await site.addPerson()];
    const spam = await write(victim, 'Buy ladders');
    await site.call(bob, `POST /posts/${spam}/reports`, { reason: 'spam', comment: 'Ladders again' });
    await site.call(bob, `POST /users/${second.username}/reports`, { reason: 'abuse', comment: 'Rude' });
    const { page, context, faults } = await site.visitAs(await site.admin(), '/reports');
    const act = async (comment: string, entry: string) => {
      const row = page.locator('.report').filter({ hasText: comment });
      await row.getByRole('button', { name: 'More about this report' }).click();
      await row.getByRole('button', { name: entry }).click();
      await page.getByRole('dialog').getByLabel('Reason, for the log').fill(`Because of: ${comment}`);
      await page.getByRole('dialog').getByRole('button', { name: entry }).click();
      return row;
    };
    const about = await act('Ladders again', 'Delete the post');
    await about.getByText('The post was deleted, or is a draft now.').waitFor();
    await about.getByText('Resolved by leila_b').waitFor();
    await expect(site.call(undefined, `GET /posts/${spam}`)).rejects.toThrow('post_not_found');
    const rude = await act('Rude', 'Delete the account');
    await rude.getByText('The account was deleted.').waitFor();
    await expect(site.call(undefined, `GET /users/${second.username}`)).rejects.toThrow('user_not_found');

    await main(page).getByRole('link', { name: 'Log' }).click();
    const entry = (comment: string) => page.locator('.report').filter({ hasText: `Because of: ${comment}` });
    await entry('Ladders again').getByText(`deleted a post by ${victim.username}`).waitFor();
    await entry('Rude').getByText(`deleted the account of user ${second.id}`).waitFor();

    // With them their reports were resolved; they can be opened again.
    await main(page).getByRole('link', { name: 'Resolved', exact: true }).click();
    const row = page.locator('.report').filter({ hasText: 'Ladders again' });
    await row.getByText('Note: Because of: Ladders again').waitFor();
    await row.getByRole('button', { name: 'Open again' }).click();
    await row.getByRole('button', { name: 'Resolve' }).waitFor();
    expect(others(faults)).toEqual([]);
    await context.close();
  });
});

describe('an admin', () => {
  it('deletes a post from its menu and an account from its page, with a reason that is logged', async () => {
    const victim = await site.addPerson();
    const [inList, inThread] = [await write(victim, 'Buy stools'), await write(victim, 'Buy chairs')];
    await site.call(bob, `POST /posts/${inList}/reports`, { reason: 'spam', comment: 'Stools again' });
    const { page, context, faults } = await site.visitAs(await site.admin(), `/@${victim.username}`);
    const confirm = async (entry: string, reason = '') => {
      await page.getByRole('button', { name: entry }).click();
      if (reason) await page.getByRole('dialog').getByLabel('Reason, for the log').fill(reason);
      await page.getByRole('dialog').getByRole('button', { name: entry }).click();
    };
    const open = (one: Locator) => one.getByRole('button', { name: 'More about this post' }).click();

    const stools = page.getByRole('article').filter({ hasText: 'Buy stools' });
    await open(stools);
    await confirm('Delete the post', 'Stools are no news');
    await expect.poll(() => stools.count()).toBe(0);
    await page.getByRole('article').filter({ hasText: 'Buy chairs' }).waitFor();
    await expect(site.call(undefined, `GET /posts/${inList}`)).rejects.toThrow('post_not_found');

    await go(page, `/p/${inThread}`);
    await open(page.getByRole('article').first());
    await confirm('Delete the post');
    await page.waitForURL(`${site.url}/`);
    await expect(site.call(undefined, `GET /posts/${inThread}`)).rejects.toThrow('post_not_found');

    await go(page, `/@${victim.username}`);
    await page.getByRole('button', { name: 'More about this person' }).click();
    await confirm('Delete the account', 'Sells furniture');
    await page.waitForURL(`${site.url}/`);
    await page.getByText('The account is deleted.').waitFor();
    await expect(site.call(undefined, `GET /users/${victim.username}`)).rejects.toThrow('user_not_found');
    await go(page, `/@${victim.username}`);
    await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();

    await go(page, '/reports?show=log');
    for (const reason of ['Stools are no news', 'Sells furniture'])
      await page.locator('.report').filter({ hasText: reason }).waitFor();
    expect(await page.locator('.report').filter({ hasText: 'null' }).count()).toBe(0);
    await main(page).getByRole('link', { name: 'Resolved', exact: true }).click();
    await page.locator('.report').filter({ hasText: 'Stools again' }).waitFor();
    expect(others(faults)).toEqual([]);
    await context.close();
  });

  it('alone is offered to delete what others wrote', async () => {
    const { page, context } = await site.visitAs(bob, `/p/${post}`);
    await page.getByRole('article').first().getByRole('button', { name: 'More about this post' }).click();
    await page.getByRole('button', { name: 'Report', exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Delete the post' }).count()).toBe(0);
    await go(page, `/@${ada.username}`);
    await page.getByRole('button', { name: 'More about this person' }).click();
    await page.getByRole('button', { name: 'Mute', exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Delete the account' }).count()).toBe(0);
    await context.close();
  });
});

describe('feeds', () => {
  it.each([
    ['the newest posts', () => '/'],
    ['somebody', () => `/@${bob.username}`],
    ['a tag', () => '/tags/trains'],
  ])('of %s are linked', async (_, path) => {
    const { page, context } = await site.visit(path());
    const href = await page.getByRole('link', { name: 'Atom feed' }).getAttribute('href');
    const answer = await fetch(new URL(href ?? '', site.url));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('Content-Type')).toContain('application/atom+xml');
    await context.close();
  });
});
