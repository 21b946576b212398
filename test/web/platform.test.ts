import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { missing } from '../support/found.ts';
import { type Mailbox, openMailbox } from '../support/mailbox.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';
import { findBarriers } from './accessibility.ts';
import { complaintsOf, openBrowser, openPage, type Page, setPassword, signIn } from './browser.ts';

/** One pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

describe.skipIf(missing('chromium'))('the platform (chromium)', { timeout: 90_000 }, () => {
  let world: World;
  let browser: Browser;
  let mailbox: Mailbox;
  let page: Page;
  let gateway: TestGateway;

  beforeAll(async () => {
    mailbox = await openMailbox();
    const env = { SMTP_URL: mailbox.url };
    [world, browser] = await Promise.all([createWorld({ roles: ['worker', 'broker', 'api'], env }), openBrowser()]);
    gateway = await world.createGateway();
    const admin = await world.createUser(gateway.customerId);
    await world.db.updateTable('user').set({ is_admin: true }).where('email', '=', admin.email).execute();
    page = await openPage(browser);
    await page.goto(`${world.httpUrl}/platform`);
    await signIn(page, admin);
  }, 120_000);
  beforeEach(() => async () => expect.soft(complaintsOf(page)).toEqual([]));
  afterAll(async () => {
    await browser?.close();
    await world?.close();
    await mailbox?.close();
  }, 120_000);

  const open = (path: string) => page.goto(`${world.httpUrl}/platform/${path}`);
  const confirm = (name: string) => page.getByRole('dialog').getByRole('button', { name }).click();

  it('an admin creates a customer and a user, who sets a password by the link of the mail and signs in', async () => {
    await page.getByText('Postgres version').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await open('customers');
    await page.getByRole('button', { name: 'Create a customer' }).click();
    await page.getByLabel('Name *').fill('Example Dental');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: 'Example Dental' }).click();
    await page.getByRole('button', { name: 'Suspend a customer' }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await open('users');
    await page.getByRole('button', { name: 'Create a user' }).click();
    await page.getByLabel('Email *').fill('ada@example.org');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: 'ada@example.org' }).waitFor();
    expect(await findBarriers(page)).toEqual([]);

    const theirs = await openPage(browser);
    await setPassword(theirs, world.httpUrl, mailbox, 'ada@example.org', 'a first password');
    await theirs.getByRole('link', { name: 'Sign in' }).click();
    await signIn(theirs, { email: 'ada@example.org', password: 'a first password' });
    await theirs.getByText('There is no office yet').waitFor();
    await theirs.goto(`${world.httpUrl}/platform`);
    await theirs.getByText('Nothing here').waitFor();
    expect(complaintsOf(theirs)).toEqual([]);
    await theirs.context().close();
  });

  it('an admin says what a sensor measures in, sees what retention would delete, and has a job run', async () => {
    const client = await world.connect(gateway);
    await client.publishAsync(`v1/gateways/${gateway.id}/devices/oven/readings`, '{"values":{"temperature":21.5}}', {
      qos: 1,
    });
    await vi.waitFor(async () => expect(await world.readings()).toHaveLength(1), 10_000);
    const { id } = await world.db.selectFrom('device').select('id').executeTakeFirstOrThrow();
    await open(`devices/${id}`);
    await page.getByRole('link', { name: 'List the sensors of a device' }).click();
    await page.getByRole('button', { name: 'Change a sensor' }).click();
    await page.getByLabel('Unit').fill('°C');
    await confirm('Save');
    await page.getByRole('cell', { name: '°C' }).waitFor();
    await open('retention');
    await page.getByRole('cell', { name: 'readings' }).first().waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await open('maintenance');
    await page.getByRole('button', { name: 'Run a maintenance job now' }).first().click();
    await confirm('Run a maintenance job now');
    await page.getByText('Run a maintenance job now: done').waitFor();
    expect(await findBarriers(page)).toEqual([]);

    await open('connections');
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    await page.getByRole('button', { name: 'End a connection' }).click();
    await confirm('End a connection');
    await closed;
    await open('queues/failed');
    await page.getByText('Nothing is there').waitFor();
    await page.getByRole('button', { name: 'Retry all failed batches' }).click();
    await confirm('Retry all failed batches');
    await page.getByText('They wait again.').waitFor();
    await page.getByText('Retried', { exact: true }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
  });

  it('an admin approves many devices at once, and gives a model its picture', async () => {
    await open('devices?state=pending');
    await page.getByLabel('Select oven').check();
    await page.getByRole('button', { name: 'Approve many devices' }).click();
    await confirm('Approve many devices');
    await page.getByText('What became of each.').waitFor();
    await page.getByRole('region', { name: 'Answer' }).getByRole('cell', { name: 'active' }).waitFor();
    expect(await findBarriers(page)).toEqual([]);

    const { id } = await world.db.selectFrom('device_model').select('id').executeTakeFirstOrThrow();
    await open(`device-models/${id}`);
    const picture = { name: 'model.png', mimeType: 'image/png', buffer: PNG };
    await page.getByLabel('Set the picture of a device model').setInputFiles(picture);
    await page.getByText('Set the picture of a device model: done').waitFor();
    await expect.poll(() => page.evaluate("document.querySelector('img')?.naturalWidth")).toBe(1);
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Take the picture of a device model away' }).click();
    await confirm('Take the picture of a device model away');
    await page.locator('img').waitFor({ state: 'detached' });
  });
});
