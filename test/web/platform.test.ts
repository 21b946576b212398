import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashPassword } from '../../src/identity/passwords.ts';
import { missing } from '../support/found.ts';
import { createWorld, type World } from '../support/world.ts';
import { findBarriers } from './accessibility.ts';
import { complaintsOf, openBrowser, openPage, signIn } from './browser.ts';

describe.skipIf(missing('chromium'))('the platform (chromium)', () => {
  let world: World;
  let browser: Browser;

  beforeAll(async () => {
    [world, browser] = await Promise.all([createWorld({ roles: ['api'] }), openBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  it('an admin creates a customer and a user, who then signs in', async () => {
    const admin = await world.createUser((await world.createCustomer()).customerId);
    await world.db.updateTable('user').set({ is_admin: true }).where('email', '=', admin.email).execute();
    const page = await openPage(browser);
    await page.goto(`${world.httpUrl}/platform/customers`);
    await signIn(page, admin);
    await page.getByRole('button', { name: 'Create a customer' }).click();
    await page.getByLabel('Name *').fill('Example Dental');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: 'Example Dental' }).click();
    await page.getByRole('button', { name: 'Suspend a customer' }).waitFor();
    expect(await findBarriers(page)).toEqual([]);

    await page.goto(`${world.httpUrl}/platform/users`);
    await page.getByRole('button', { name: 'Create a user' }).click();
    await page.getByLabel('Email *').fill('ada@example.org');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: 'ada@example.org' }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.goto(`${world.httpUrl}/platform`);
    await page.getByText('Postgres version').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect(complaintsOf(page)).toEqual([]);

    // The link that sets the first password comes by mail, which has tests of its own.
    const password_hash = await hashPassword('a first password');
    await world.db.updateTable('user').set({ password_hash }).where('email', '=', 'ada@example.org').execute();
    const theirs = await openPage(browser);
    await theirs.goto(`${world.httpUrl}/platform`);
    await signIn(theirs, { email: 'ada@example.org', password: 'a first password' });
    await theirs.getByText('Nothing here').waitFor();
    expect(complaintsOf(theirs)).toEqual([]);
  }, 90_000);
});
