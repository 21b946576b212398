import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Running } from '../../src/roles.ts';
import { missing } from '../support/found.ts';
import { freePort } from '../support/free-port.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';
import { findBarriers } from './accessibility.ts';
import { complaintsOf, openBrowser, openPage, type Page, signIn } from './browser.ts';

describe.skipIf(missing('chromium'))('a device (chromium)', { timeout: 90_000 }, () => {
  let world: World;
  let browser: Browser;
  let page: Page;
  let gateway: TestGateway;
  let api: Running;
  let send: (payload: object) => Promise<unknown>;

  beforeAll(async () => {
    const env = { HTTP_PORT: String(await freePort()) };
    [world, browser] = await Promise.all([createWorld({ roles: ['worker', 'broker'], env }), openBrowser()]);
    api = await world.start('api');
    gateway = await world.createGateway();
    const client = await world.connect(gateway);
    send = (payload) =>
      client.publishAsync(`v1/gateways/${gateway.id}/devices/oven/readings`, JSON.stringify(payload), { qos: 1 });
    for (const [minute, temperature] of [20, 40, 60].entries())
      await send({
        ts: Date.now() - (40 - 10 * minute) * 60_000,
        values: { temperature, door: 'shut', energy: temperature },
      });
    await vi.waitFor(async () => expect(await world.readings()).toHaveLength(9), { timeout: 10_000 });
    const look = (label: string, as: { measure: 'gauge' | 'counter'; visualization: 'scatter' | 'bar' }) =>
      world.db.updateTable('sensor').set(as).where('label', '=', label).execute();
    await look('energy', { measure: 'counter', visualization: 'bar' });
    await look('temperature', { measure: 'gauge', visualization: 'scatter' });
    page = await openPage(browser);
    await page.goto(`${world.httpUrl}/devices`);
    await signIn(page, await world.createUser(gateway.customerId));
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  /** Drags across a chart, from one share of its width to another. */
  async function drag(chart: Locator, from: number, to: number): Promise<void> {
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.boundingBox();
    if (!box) throw new Error('the chart has no place');
    await page.mouse.move(box.x + box.width * from, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * to, box.y + 60, { steps: 5 });
    await page.mouse.up();
  }

  /** Ends the API and starts it again, once the page has seen that it is gone. */
  async function cutLine(meanwhile: () => Promise<unknown>): Promise<void> {
    await api.close();
    await page.getByText('connecting …').waitFor();
    await meanwhile();
    api = await world.start('api');
  }

  const span = () => {
    const query = new URL(page.url()).searchParams;
    return ['from', 'to'].map((name) => Date.parse(query.get(name) ?? '') / 60_000) as [number, number];
  };

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
    await send({ values: { temperature: 71.25 } });
    const latest = page.getByRole('region', { name: 'Latest values' });
    await latest.getByText('71.25').waitFor();
    await page.getByText('100.0 %').first().waitFor();
    expect(await findBarriers(page)).toEqual([]);
  });

  it('zooms its charts by dragging, and has the span in its address; the way back shows what was before', async () => {
    await page.getByRole('button', { name: '1 h', exact: true }).click();
    await page.waitForURL(/range=1h/);
    await drag(page.locator('.u-over').first(), 0.25, 0.75);
    await page.waitForURL(/from=.*to=/);
    const [from, to] = span();
    expect(to - from).toBeCloseTo(30, -0.5);
    await page.keyboard.down('Shift');
    await drag(page.locator('.u-over').first(), 0.75, 0.25);
    await page.keyboard.up('Shift');
    await expect.poll(() => span()[0] - from).toBeCloseTo(15, -0.5);
    expect(span()[1] - span()[0]).toBeCloseTo(to - from, 0);
    await page.goBack();
    await page.waitForURL(/from=.*to=/);
    await page.goBack();
    await page.waitForURL(/range=1h/);
    await page.getByRole('button', { name: 'Table of temperature' }).click();
    await page.getByRole('row', { name: /60/ }).waitFor();
    await page.getByText('By how much it grew in steps of').waitFor();
    expect(await findBarriers(page)).toEqual([]);
  });

  it('draws 100,000 readings as a band of bounded size, which answers to zooming', async () => {
    const [values, step] = [10_000, 200];
    const newest = Date.now() - 3_600_000;
    for (let part = 1; part <= 10; part++) {
      const start = newest - part * values * step;
      const pull = { start, step, values: Array.from({ length: values }, (_, n) => Math.sin(n / 500) * part) };
      await send({ series: { pull } });
    }
    const count = () =>
      world.db
        .selectFrom('reading')
        .select(({ fn }) => fn.countAll<string>().as('all'))
        .executeTakeFirst();
    await vi.waitFor(async () => expect(Number((await count())?.all)).toBeGreaterThan(100_000), { timeout: 60_000 });
    const sizes: number[] = [];
    page.on('response', async (response) => {
      if (/aggregates|readings/.test(response.url())) sizes.push((await response.body().catch(() => '')).length);
    });
    await page.goto(`${page.url().replace(/\?.*/, '')}?range=24h`);
    const card = page.getByRole('article').filter({ has: page.getByRole('heading', { name: 'pull' }) });
    await card.getByText('Mean of 100,000 readings').or(card.getByText('Mean of 100000 readings')).waitFor();
    await drag(card.locator('.u-over'), 0.5, 0.8);
    await page.waitForURL(/from=.*to=/);
    await card.getByText('100000 readings').waitFor({ state: 'detached' });
    await card.locator('canvas').waitFor();
    expect(Math.max(...sizes)).toBeLessThan(1_000_000);
    expect(complaintsOf(page)).toEqual([]);
  });

  it('goes on without a gap after the line was cut, even while it loaded, and says when the session has ended', async () => {
    await page.route(/\/latest|\/(aggregates|readings)\b/, (route) => route.abort());
    await page.goto(`${page.url().replace(/\?.*/, '')}?range=1h`);
    await page.getByText('● live').waitFor();
    await cutLine(async () => {
      await page.unroute(/\/latest|\/(aggregates|readings)\b/);
      await page.route(/\/(aggregates|readings)\b/, (route) => route.abort());
      await send({ values: { temperature: 81.5 } });
    });
    const latest = page.getByRole('region', { name: 'Latest values' });
    await latest.getByText('81.5').waitFor({ timeout: 60_000 });
    await page.getByText('● live').waitFor();
    const charts = page.getByRole('region', { name: 'Over time' });
    await charts.getByRole('button', { name: 'Try again' }).first().waitFor();
    await cutLine(() => page.unroute(/\/(aggregates|readings)\b/));
    await charts.locator('canvas').first().waitFor({ timeout: 60_000 });
    await charts.getByRole('button', { name: 'Try again' }).first().waitFor({ state: 'hidden' });
    await world.db.updateTable('session').set({ revoked_at: new Date() }).where('user_id', 'is not', null).execute();
    await page.getByText('Your session has ended. Please sign in again.').waitFor({ timeout: 30_000 });
    expect(page.url()).toMatch(/\/sign-in\?next=\/devices\//);
  });
});
