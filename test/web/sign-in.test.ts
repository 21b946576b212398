import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { missing } from '../support/found.ts';
import { createWorld, type World } from '../support/world.ts';
import { findBarriers } from './accessibility.ts';
import { complaintsOf, openBrowser, openPage, type Page, signIn } from './browser.ts';

describe.skipIf(missing('chromium'))('signing in (chromium)', () => {
  let world: World;
  let browser: Browser;
  let page: Page;
  let user: { email: string; password: string };

  beforeAll(async () => {
    [world, browser] = await Promise.all([createWorld({ roles: ['api'] }), openBrowser()]);
    user = await world.createUser((await world.createCustomer()).customerId);
  });
  afterEach(async () => {
    expect.soft(complaintsOf(page)).toEqual([]);
    await page.context().close();
  });
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  it('leads to the view that was asked for, stays over a reload, and ends', async () => {
    page = await openPage(browser);
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
    await page.waitForURL('**/sign-in');
    await page.goto(`${world.httpUrl}/`);
    await page.waitForURL('**/sign-in');
  });
});
