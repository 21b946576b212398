import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { missing } from '../support/found.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';
import { findBarriers } from './accessibility.ts';
import { complaintsOf, openBrowser, openPage, type Page, signIn } from './browser.ts';

describe.skipIf(missing('chromium'))('a device (chromium)', () => {
  let world: World;
  let browser: Browser;
  let page: Page;
  let gateway: TestGateway;
  let send: (values: object, ts?: number) => Promise<unknown>;

  beforeAll(async () => {
    [world, browser] = await Promise.all([createWorld({ roles: ['worker', 'broker', 'api'] }), openBrowser()]);
    gateway = await world.createGateway();
    const client = await world.connect(gateway);
    send = (values, ts = Date.now()) =>
      client.publishAsync(`v1/gateways/${gateway.id}/devices/oven/readings`, JSON.stringify({ ts, values }), {
        qos: 1,
      });
    for (const [minute, temperature] of [20, 40, 60].entries())
      await send({ temperature, door: 'shut' }, Date.now() - (40 - 10 * minute) * 60_000);
    await vi.waitFor(async () => expect(await world.readings()).toHaveLength(6), { timeout: 10_000 });
    page = await openPage(browser);
    await page.goto(`${world.httpUrl}/devices`);
    await signIn(page, await world.createUser(gateway.customerId));
  });
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  it('is found in the list, and approved and named on its page', async () => {
    await page.getByRole('link', { name: 'oven' }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('link', { name: 'oven' }).click();
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('button', { name: 'Archive' }).waitFor();
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('Label').fill('Oven 7');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { level: 1, name: 'Oven 7' }).waitFor();
  });

  it('shows a value that has just come without being asked again', async () => {
    await page.getByText('● live').waitFor();
    await send({ temperature: 71.25 });
    const latest = page.getByRole('region', { name: 'Latest values' });
    await latest.getByText('71.25').waitFor();
    await page.getByText('100.0 %').first().waitFor();
    expect(await findBarriers(page)).toEqual([]);
  });

  it('zooms its charts by dragging, and has the span in its address; the way back shows what was before', async () => {
    await page.getByRole('button', { name: '1 h', exact: true }).click();
    await page.waitForURL(/range=1h/);
    const chart = page.locator('.u-over').first();
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.boundingBox();
    if (!box) throw new Error('the chart has no place');
    await page.mouse.move(box.x + box.width * 0.25, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.75, box.y + 60, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL(/from=.*to=/);
    const query = new URL(page.url()).searchParams;
    const minutes = (Date.parse(query.get('to') ?? '') - Date.parse(query.get('from') ?? '')) / 60_000;
    expect(minutes).toBeCloseTo(30, -0.5);
    await page.goBack();
    await page.waitForURL(/range=1h/);
    await page.getByRole('button', { name: 'Table of temperature' }).click();
    await page.getByRole('row', { name: /60/ }).waitFor();
    expect(complaintsOf(page)).toEqual([]);
  });
});
