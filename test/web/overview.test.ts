import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing } from '../support/found.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';
import { findBarriers } from './accessibility.ts';
import { complaintsOf, openBrowser, openPage, type Page, signIn } from './browser.ts';

describe.skipIf(missing('chromium'))('the overview (chromium)', () => {
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
  });
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
    expect(complaintsOf(page)).toEqual([]);
  });
});
