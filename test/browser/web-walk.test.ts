import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DESKTOP,
  keepShot,
  newName,
  PASSWORD,
  type Person,
  PHONE,
  type Site,
  signIn,
  startSite,
} from '../support/web-site.ts';

const NEW_PASSWORD = 'a second horse of another colour';

let site: Site;
let other: Person;
let admin: Person;

beforeAll(async () => {
  site = await startSite();
  admin = await site.admin();
  other = await site.addPerson();
});

afterAll(() => site?.stop());

const main = (page: Page) => page.getByRole('main');
const account = async (page: Page, entry: string) => {
  await page.getByRole('button', { name: 'Account', exact: true }).click();
  await page
    .getByRole('banner')
    .getByRole('link', { name: entry })
    .or(page.getByRole('button', { name: entry }))
    .click();
};
const said = (page: Page, text: string) => page.locator('.notes').getByText(text).waitFor();

describe.each([
  ['a phone', PHONE],
  ['a desktop', DESKTOP],
])('the walk on %s', (name, viewport) => {
  it('goes from the first screen to the deleted account', async () => {
    const username = newName();
    const email = `${username}@example.com`;
    const { page, faults, context } = await site.visit('/', { viewport });

    // The first screen, and an account.
    await page.getByRole('heading', { name: 'Short posts, real conversations.' }).waitFor();
    expect(await page.getByRole('link', { name: 'API documentation' }).first().getAttribute('href')).toBe(
      '/docs',
    );
    await keepShot(page, `visitor-${name}`);
    await main(page).getByRole('link', { name: 'Create an account' }).click();
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Username').fill(username);
    await page.getByLabel('Password').fill(PASSWORD);
    await main(page).getByRole('button', { name: 'Create the account' }).click();
    await said(page, 'Welcome!');

    // The email, by its code.
    await account(page, 'Settings');
    const confirm = page.getByRole('form', { name: 'Confirm' });
    await confirm.getByLabel('Code').fill(await site.codeFor(email, 'Confirm your email address'));
    await confirm.getByRole('button', { name: 'Confirm' }).click();
    await said(page, 'Your email is confirmed.');

    // A post.
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Write' }).click();
    await page.getByLabel('Title (optional)').fill(`On ${username}`);
    await page.getByLabel('Text', { exact: true }).fill(`A first line by @${other.username}, on #walks.`);
    await page.getByLabel('Tags, separated').fill('first');
    await keepShot(page, `compose-${name}`);
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByRole('heading', { name: `On ${username}` }).waitFor();
    const address = page.url();
    expect(
      await main(page)
        .getByRole('link', { name: `@${other.username}` })
        .getAttribute('href'),
    ).toBe(`/@${other.username}`);
    expect(await main(page).getByRole('link', { name: '#walks' }).first().getAttribute('href')).toBe(
      '/tags/walks',
    );

    // Somebody else replies, votes and follows.
    const {
      page: theirs,
      faults: theirFaults,
      context: theirContext,
    } = await site.visitAs(other, new URL(address).pathname, { viewport });
    await theirs.getByLabel(`Reply to ${username}`).fill('A reply from the other side.');
    await theirs.getByRole('button', { name: 'Reply', exact: true }).click();
    await theirs.getByRole('heading', { name: '1 reply' }).waitFor();
    const vote = theirs.getByRole('article').first().getByRole('button', { name: 'Vote, 0 votes' });
    await vote.click();
    await theirs.getByRole('button', { name: 'Vote, 1 vote', pressed: true }).waitFor();
    await keepShot(theirs, `thread-${name}`);
    // They report it, too: once.
    const report = async () => {
      await theirs.getByRole('article').first().getByRole('button', { name: 'More about this post' }).click();
      await theirs.getByRole('button', { name: 'Report', exact: true }).click();
      await theirs.getByRole('dialog').getByLabel('Abuse or harassment').check();
      await theirs.getByRole('dialog').getByLabel('Comment').fill(`Comment on ${username}`);
      await theirs.getByRole('dialog').getByRole('button', { name: 'Send the report' }).click();
    };
    await report();
    await said(theirs, 'The admins are told.');
    await report();
    await theirs.getByText('You have reported this already.').waitFor();
    await theirs.keyboard.press('Escape');
    await theirs.getByRole('article').first().getByRole('link', { name: username, exact: true }).click();
    await theirs.getByRole('button', { name: `Follow ${username}` }).click();
    await theirs.getByRole('button', { name: `Unfollow ${username}` }).waitFor();
    await keepShot(theirs, `profile-${name}`);

    // All of it is there, and search finds it.
    await page.reload();
    await page.getByText('A reply from the other side.').waitFor();
    await page.getByRole('button', { name: 'Vote, 1 vote' }).waitFor();
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Search' }).click();
    await page.getByLabel('Search for').fill(`on ${username}`);
    await main(page).getByRole('button', { name: 'Search' }).click();
    await page.getByText('1 result').waitFor();
    await main(page)
      .getByRole('link', { name: `On ${username}` })
      .click();

    // Notifications say so, and a post can be kept.
    await page.reload();
    const nav = page.getByRole('navigation', { name: 'Main' });
    await nav.getByRole('link', { name: 'Notifications 3 unread' }).click();
    for (const what of ['replied to you', 'voted for your post', 'follows you'])
      await main(page).getByText(what).waitFor();
    await nav.getByRole('link', { name: 'Notifications', exact: true }).waitFor();
    await keepShot(page, `notifications-${name}`);
    await page.getByRole('link', { name: 'Votes' }).click();
    await expect.poll(() => main(page).locator('.notification').count()).toBe(1);
    await main(page)
      .getByRole('link', { name: `On ${username}` })
      .click();
    await page.getByRole('article').first().getByRole('button', { name: 'Bookmark' }).click();
    await page.getByRole('button', { name: 'Bookmark', pressed: true }).waitFor();
    await account(page, 'Bookmarks');
    await main(page)
      .getByRole('link', { name: `On ${username}` })
      .click();

    // Who is blocked is out of sight, and can no longer vote.
    const hidden = page.getByText('A reply from the other side.');
    await hidden.waitFor();
    await theirs.goto(address);
    await theirs.getByText(`On ${username}`).first().waitFor();
    await main(page).getByRole('link', { name: other.username, exact: true }).click();
    await page.getByRole('button', { name: 'More about this person' }).click();
    await page.getByRole('button', { name: 'Block', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Block' }).click();
    await page.getByText(`You block ${other.username}. Their posts are hidden`).waitFor();
    await keepShot(page, `blocked-${name}`);
    await page.goBack();
    await page.getByRole('heading', { name: 'No replies yet' }).waitFor();
    expect(await hidden.count()).toBe(0);
    // A vote can be taken back, but not given.
    const withdrawn = theirs.waitForResponse((answer) => answer.request().method() === 'DELETE');
    await theirs.getByRole('article').first().getByRole('button', { name: 'Vote, 1 vote' }).click();
    await withdrawn;
    const refusal = theirs.getByText('Your vote was taken back. One of you blocks the other');
    // The page takes no second click before it has read the answer.
    await expect
      .poll(
        async () => {
          await vote.and(theirs.getByRole('button', { pressed: false })).click();
          return refusal.isVisible();
        },
        { timeout: 60_000, interval: 500 },
      )
      .toBe(true);
    await theirContext.close();
    await account(page, 'Settings');
    await page.getByRole('button', { name: `Unblock ${other.username}` }).click();
    await page.getByRole('button', { name: `Block ${other.username}` }).waitFor();
    await page.goto(address);
    await hidden.waitFor();

    // The admin resolves the report.
    const {
      page: admins,
      faults: adminFaults,
      context: adminContext,
    } = await site.visitAs(admin, '/', { viewport });
    await account(admins, 'Reports');
    const reported = admins.getByRole('article').filter({ hasText: `Comment on ${username}` });
    await reported.getByText(`A post by ${username}`).waitFor();
    await keepShot(admins, `reports-${name}`);
    await reported.getByRole('button', { name: 'Resolve' }).click();
    await admins.getByRole('dialog').getByLabel('Note').fill(`Note on ${username}`);
    await admins.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click();
    await said(admins, 'The report is resolved.');
    await reported.getByRole('button', { name: 'Open again' }).waitFor();
    await main(admins).getByRole('link', { name: 'Resolved' }).click();
    await reported.getByText(`Resolved by ${admin.username}`).waitFor();
    await main(admins).getByRole('link', { name: 'Log' }).click();
    const entry = admins.getByRole('article').filter({ hasText: `Note on ${username}` });
    await entry.getByText(`resolved a report about ${username}`).waitFor();
    expect(adminFaults).toEqual([]);
    await adminContext.close();

    // An edit that meets another one.
    await page.getByRole('article').first().getByRole('button', { name: 'More about this post' }).click();
    await page.getByRole('link', { name: 'Edit' }).click();
    const text = page.getByLabel('Text', { exact: true });
    await text.fill('My line.');
    const login = { username, password: PASSWORD };
    const { access_token: token } = await site.call<{ access_token: string }>(
      undefined,
      'POST /auth/login',
      login,
    );
    const me = { ...other, token };
    await site.call(me, `PATCH /posts/${address.split('/').at(-1)}`, {
      content: 'The line of the other device.',
    });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'This post was edited elsewhere meanwhile' }).waitFor();
    await page.getByText('The line of the other device.').waitFor();
    expect(await text.inputValue()).toBe('My line.');
    await keepShot(page, `conflict-${name}`);
    await page.getByRole('button', { name: 'Save' }).click();
    await said(page, 'Saved.');
    await page.getByText('My line.').waitFor();
    await page.getByRole('link', { name: 'edited' }).click();
    await page.getByText('The line of the other device.').waitFor();

    // Sessions: the other device, which signed in above, is ended.
    await account(page, 'Settings');
    await keepShot(page, `settings-${name}`);
    await page.getByRole('button', { name: 'End all others' }).click();
    await said(page, 'All other sessions have ended.');
    await expect(site.call(me, 'GET /users/me')).rejects.toThrow('token_revoked');

    // Recovery by mail.
    await account(page, 'Sign out');
    await said(page, 'You are signed out.');
    await page.goto(`${site.url}/sign-in`);
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.getByLabel('Email').fill(email);
    await page.getByRole('button', { name: 'Send the code' }).click();
    await page.getByLabel('Code from the email').fill(await site.codeFor(email, 'Reset your password'));
    await page.getByLabel('New password').fill(NEW_PASSWORD);
    await page.getByRole('button', { name: 'Set the new password' }).click();
    await said(page, 'Your password is changed.');
    await signIn(page, username, NEW_PASSWORD);

    // The end.
    await account(page, 'Settings');
    await page.getByRole('button', { name: 'Delete the account' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Current password').fill(NEW_PASSWORD);
    await dialog.getByRole('button', { name: 'Delete the account' }).click();
    await said(page, 'Your account is deleted.');
    await page.getByRole('link', { name: 'Sign up' }).waitFor();
    await expect(site.call(undefined, `GET /users/${username}`)).rejects.toThrow('user_not_found');

    // The browser itself reports the answer to the edit that met another one.
    expect(faults.filter((fault) => !fault.includes('412'))).toEqual([]);
    // The second report, and the vote of who is blocked.
    expect(theirFaults.filter((fault) => !/409|403/.test(fault))).toEqual([]);
    await context.close();
  });
});
