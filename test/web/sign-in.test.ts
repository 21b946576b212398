import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { missing } from '../support/found.ts';
import { type Mailbox, openMailbox } from '../support/mailbox.ts';
import { createWorld, type World } from '../support/world.ts';
import { findBarriers } from './accessibility.ts';
import { complaintsOf, openBrowser, openPage, type Page, setPassword, signIn } from './browser.ts';

describe.skipIf(missing('chromium'))('signing in, and the account (chromium)', { timeout: 90_000 }, () => {
  let world: World;
  let browser: Browser;
  let mailbox: Mailbox;
  let page: Page;
  let user: { email: string; password: string };

  beforeAll(async () => {
    mailbox = await openMailbox();
    const env = { SMTP_URL: mailbox.url };
    [world, browser] = await Promise.all([createWorld({ roles: ['api'], env }), openBrowser()]);
    user = await world.createUser((await world.createCustomer()).customerId);
    page = await openPage(browser);
  }, 120_000);
  beforeEach(() => async () => expect.soft(complaintsOf(page)).toEqual([]));
  afterAll(async () => {
    await browser?.close();
    await world?.close();
    await mailbox?.close();
  });

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const inDialog = (name: string) => page.getByRole('dialog').getByRole('button', { name, exact: true });

  it('leads to the view that was asked for, stays over a reload, and ends', async () => {
    await page.goto(`${world.httpUrl}/devices?q=oven`);
    await page.waitForURL(/\/sign-in\?next=/);
    expect(await findBarriers(page)).toEqual([]);
    await signIn(page, user);
    await page.waitForURL(/\/devices\?q=oven$/);
    await page.reload();
    await page.getByRole('button', { name: `Account of ${user.email}` }).click();
    expect(await page.evaluate('Object.values(localStorage).concat(Object.values(sessionStorage)).join()')).not.toMatch(
      /eyJ/,
    );
    await page.getByText('Sign out').click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goto(`${world.httpUrl}/`);
    await page.waitForURL('**/sign-in');
  });

  it('a view whose files an upgrade took away is opened by loading the page anew', async () => {
    await signIn(page, user);
    await page.route(/assets\/Gateways-.*js$/, (route) => route.fulfill({ status: 404 }), { times: 1 });
    await page.getByRole('link', { name: 'Gateways', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Gateways' }).waitFor();
    complaintsOf(page).splice(0); // the browser notes what was not there
    await page.goto(`${world.httpUrl}/account`);
    await page.getByRole('heading', { level: 1, name: 'Account' }).waitFor();
    await page.context().clearCookies();
    await page.goto(`${world.httpUrl}/`);
    await page.waitForURL('**/sign-in');
  });

  it('is possible again by the link of a mail for who has forgotten the password', async () => {
    await page.getByRole('link', { name: 'Forgotten your password?' }).click();
    await page.getByRole('heading', { name: 'Set a new password' }).waitFor(); // the view before has such a field, too
    await page.getByLabel('Email address').fill(user.email);
    await button('Send the link').click();
    await page.getByText('a mail with a link is on its way').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    user.password = 'four words make one';
    await setPassword(page, world.httpUrl, mailbox, user.email, user.password);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await signIn(page, user);
  });

  it('name and password are changed, and tokens for scripts made and revoked', async () => {
    await page.goto(`${world.httpUrl}/account`);
    await page.getByLabel('First name').fill('Ada');
    await button('Save').click();
    await page.getByText('Saved.').waitFor();
    await page.getByLabel('Current password').fill('not this one');
    await page.getByLabel('New password').fill('another four words');
    await button('Change password').click();
    await page.getByText('the current password is wrong').waitFor();
    complaintsOf(page).splice(0); // the browser notes the refusal
    await page.getByLabel('Current password').fill(user.password);
    await button('Change password').click();
    await page.getByText('The password is changed.').waitFor();
    expect(await findBarriers(page)).toEqual([]);

    await page.getByRole('link', { name: 'API tokens' }).click();
    await page.getByText('No API token.').waitFor();
    await button('Create token').click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Nightly export');
    await inDialog('Create token').click();
    const token = await page.getByRole('region', { name: 'The token' }).innerText();
    const asked = await fetch(`${world.httpUrl}/api/v1/devices`, { headers: { authorization: `Bearer ${token}` } });
    expect(asked.status).toBe(200);
    expect(await findBarriers(page)).toEqual([]);
    await inDialog('Done').click();
    await page
      .getByRole('row', { name: /Nightly export/ })
      .getByRole('button', { name: 'Revoke' })
      .click();
    await inDialog('Revoke').click();
    await page.getByText('No API token.').waitFor();
  });

  it('offices are added, and members invited, who get another role and are removed', async () => {
    await page.getByRole('link', { name: 'Customer and offices' }).click();
    await button('Add office').click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Hamburg');
    await page.getByRole('textbox', { name: 'Time zone' }).fill('Europe/Berlin');
    await inDialog('Save').click();
    const office = page.getByRole('row', { name: /Hamburg/ });
    await office.waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await office.getByRole('button', { name: 'Delete' }).click();
    await inDialog('Delete').click();
    await office.waitFor({ state: 'detached' });

    await page.getByRole('link', { name: 'Members' }).click();
    await button('Invite').click();
    await page.getByRole('textbox', { name: 'Email address' }).fill('grace@example.org');
    await inDialog('Invite').click();
    const member = page.getByRole('row', { name: /grace@example.org/ });
    await member.waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await expect.poll(() => mailbox.mails.at(-1)).toMatchObject({ to: 'grace@example.org' });
    await member.locator('.v-select').click();
    await page.getByRole('option', { name: 'Operator' }).click();
    await expect
      .poll(() => world.db.selectFrom('membership').select('office_id').where('role', '=', 'operator').execute())
      .toHaveLength(1);
    await member.getByRole('button', { name: 'Remove' }).click();
    await inDialog('Remove').click();
    await member.waitFor({ state: 'detached' });
  });
});
