import { randomUUID } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing } from '../support/found.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';
import { findBarriers } from './accessibility.ts';
import { complaintsOf, openBrowser, openPage, type Page, signIn } from './browser.ts';

describe.skipIf(missing('chromium'))('the overview (chromium)', { timeout: 90_000 }, () => {
  let world: World;
  let browser: Browser;
  let page: Page;
  let gateway: TestGateway;

  beforeAll(async () => {
    [world, browser] = await Promise.all([createWorld({ roles: ['worker', 'broker', 'api'] }), openBrowser()]);
    gateway = await world.createGateway();
    page = await openPage(browser);
    await page.goto(world.httpUrl);
    await signIn(page, await world.createUser(gateway.customerId));
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  it('tells what needs someone, and sees a gateway come and its device measure', async () => {
    await page.getByRole('link', { name: 'Gateways offline 1' }).waitFor();
    await page.getByText('0 of 1 online').waitFor();
    const client = await world.connect(gateway);
    await page.getByText('1 of 1 online').waitFor();
    await client.publishAsync(`v1/gateways/${gateway.id}/devices/oven/readings`, '{"values":{"temperature":61.5}}', {
      qos: 1,
    });
    await expect.poll(() => world.readings()).toHaveLength(1);
    await page.reload();
    await page.getByRole('link', { name: 'Devices to approve 1' }).waitFor();
    await world.db.updateTable('device').set({ state: 'active' }).execute();
    await page.reload();
    await page.getByText('61.5').waitFor();
    await client.publishAsync(`v1/gateways/${gateway.id}/devices/oven/readings`, '{"values":{"temperature":62.5}}', {
      qos: 1,
    });
    await page.getByText('62.5').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByText(/messages\/s/).waitFor();
    expect(complaintsOf(page)).toEqual([]);
  });

  it('serves four hundred offices, page by page, and finds one by its name', async () => {
    const offices = Array.from({ length: 400 }, (_, n) => ({ id: randomUUID(), n }));
    const customer_id = gateway.customerId;
    await world.db
      .insertInto('office')
      .values(offices.map(({ id, n }) => ({ id, customer_id, name: `Branch ${String(n).padStart(3, '0')}` })))
      .execute();
    await world.db
      .insertInto('gateway')
      .values(offices.map(({ id }) => ({ id: randomUUID(), customer_id, office_id: id })))
      .execute();
    await page.goto(world.httpUrl);
    await page.getByRole('link', { name: 'Gateways offline 100+' }).waitFor();
    const cards = page.getByRole('article');
    await expect.poll(() => cards.count()).toBe(24);
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('link', { name: 'Next page' }).click();
    await page.getByRole('heading', { name: 'Branch 030' }).waitFor();
    await page.getByRole('textbox', { name: 'Find an office' }).fill('branch 399');
    await page.waitForURL(/q=branch/);
    await expect.poll(() => cards.count()).toBe(1);
    await page.getByText('0 of 1 online').waitFor();
    expect(complaintsOf(page)).toEqual([]);
  });
});
