import { randomUUID } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { missing } from '../support/found.ts';
import { createWorld, type World } from '../support/world.ts';
import { findBarriers } from './accessibility.ts';
import { complaintsOf, openBrowser, openPage, type Page, signIn } from './browser.ts';

const MINUTE = 60_000;

describe.skipIf(missing('chromium'))('prints and other tasks (chromium)', { timeout: 90_000 }, () => {
  let world: World;
  let browser: Browser;
  let page: Page;
  const [good, bad] = [randomUUID(), randomUUID()];

  beforeAll(async () => {
    [world, browser] = await Promise.all([createWorld({ roles: ['worker', 'broker', 'api'] }), openBrowser()]);
    const gateway = await world.createGateway();
    await world.db
      .insertInto('device')
      .values({
        ...{ id: randomUUID(), customer_id: gateway.customerId, office_id: gateway.officeId },
        ...{ key: 'SN-1', label: 'Printer by the window', state: 'active' },
      })
      .execute();
    const client = await world.connect(gateway);
    const send = (event: object) =>
      client.publishAsync(`v1/gateways/${gateway.id}/devices/SN-1/events`, JSON.stringify(event), { qos: 1 });
    await Promise.all([
      send(printOf({ id: good, lot: 'L1', outcome: 'ok', peak: 2, exposureMs: 380, endedAt: Date.now() - 9 * MINUTE })),
      send(printOf({ id: bad, lot: 'L2', outcome: 'failed', peak: 5, exposureMs: 240, endedAt: Date.now() - MINUTE })),
    ]);
    const user = await world.createUser(gateway.customerId);
    page = await openPage(browser);
    await vi.waitFor(async () => expect(await world.db.selectFrom('event_setting').execute()).toHaveLength(2), 10_000);
    await page.goto(`${world.httpUrl}/tasks`);
    await signIn(page, user);
  }, 120_000);
  beforeEach(async () => {
    await page.goto(`${world.httpUrl}/tasks`);
    await row('L1').waitFor();
    return async () => expect.soft(complaintsOf(page)).toEqual([]);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  const row = (text: string) => page.getByRole('row').filter({ hasText: text });
  const cells = (header: string) =>
    page
      .getByRole('table')
      .last()
      .evaluate((table, wanted) => {
        const rows = [...(table as unknown as { rows: Iterable<{ cells: Iterable<{ innerText: string }> }> }).rows];
        const texts = rows.map(({ cells }) => [...cells].map(({ innerText }) => innerText.trim()));
        return texts.slice(1).map((line) => line[texts[0]?.indexOf(wanted) ?? -1]);
      }, header);

  it('stand in a table that is sorted by a column and narrowed by link, and are exported as they are shown', async () => {
    expect(await cells('Outcome')).toEqual(['Failed', 'OK']);
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'pull, maximum' }).click();
    expect(await cells('pull, maximum')).toEqual(['5 kg', '2 kg']);
    await page.getByRole('button', { name: 'pull, maximum' }).click();
    expect(await cells('pull, maximum')).toEqual(['2 kg', '5 kg']);
    await page.goto(`${world.httpUrl}/tasks?attribute=lot:L2&range=7`);
    await row('L2').waitFor();
    expect(await cells('lot')).toEqual(['L2']);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export as CSV' }).click();
    const file = await (await download).createReadStream();
    const lines = (await file.toArray()).join('').trim().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain(bad);
    await page.goto(`${world.httpUrl}/tasks?outcome=aborted`);
    await page.getByText('No event matches').waitFor();
  });

  it('open with their series, settings and logs, which are searched', async () => {
    await row('L2').getByRole('rowheader').getByRole('link').click();
    await page.getByRole('heading', { name: 'Print or other task on Printer by the window' }).waitFor();
    await page.getByRole('link', { name: 'Compare with the one before' }).waitFor();
    await page.getByRole('img', { name: 'pull by layer: 3 values from 1 kg to 5 kg, mean 3 kg' }).waitFor();
    expect(await page.locator('canvas').count()).toBe(2);
    await page.getByRole('button', { name: 'time', exact: true }).click();
    await page.waitForURL(/time=pull/);
    await page.getByRole('group', { name: 'View of pull (kg)' }).getByRole('button', { name: 'Zoom in' }).click();
    await page.waitForURL(/zoom=time/);
    await page.reload();
    await page.getByRole('button', { name: 'Show all', disabled: false }).first().click();
    await page.waitForURL((url) => !url.search.includes('zoom'));
    await page.getByText('240').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('searchbox', { name: 'Search in the logs' }).fill('LOST');
    await page.getByText('1 of 3 lines').waitFor();
    expect(await cells('Text')).toEqual(['part lost']);
    await page.waitForURL(/log=LOST/);
    await page.reload();
    await page.getByText('1 of 3 lines').waitFor();
  });

  it('are laid over each other, with what was set otherwise', async () => {
    await page
      .getByRole('checkbox', { name: /Choose/ })
      .first()
      .check();
    await page
      .getByRole('checkbox', { name: /Choose/ })
      .last()
      .check();
    await page.getByRole('link', { name: 'Compare (2)' }).click();
    await page.getByRole('heading', { name: 'Settings: 1 differ' }).waitFor();
    await page
      .getByRole('img', { name: /^pull \(kg\).* A: Printer .* from 1 kg to 5 kg.* B: Printer .* from 1 kg to 2 kg/ })
      .waitFor();
    const setting = page.getByRole('row', { name: /exposureMs/ });
    expect(await setting.innerText()).toMatch(/240\s+380\s+Differs/);
    await page.getByLabel('Show what is the same, too (1)').check();
    expect(await page.getByRole('row', { name: /layerHeightMm/ }).innerText()).toMatch(/0\.05\s+0\.05\s+Same/);
    expect(await findBarriers(page)).toEqual([]);
    await page
      .getByRole('button', { name: /A: Printer/ })
      .first()
      .click();
    await page
      .getByRole('button', { name: /A: Printer/, pressed: false })
      .first()
      .waitFor();
  });
});

interface Print {
  id: string;
  lot: string;
  outcome: 'ok' | 'failed';
  peak: number;
  exposureMs: number;
  endedAt: number;
}

function printOf({ id, lot, outcome, peak, exposureMs, endedAt }: Print): object {
  const ts = [3, 2, 1].map((minutes) => endedAt - minutes * MINUTE);
  const pull = { unit: 'kg', kind: 'timeseries', ts, values: [1, (1 + peak) / 2, peak] };
  return {
    ...{ id, outcome, type: 'performed_task', attributes: { lot, layers: 3 } },
    ...{ startedAt: endedAt - 4 * MINUTE, recordedAt: endedAt },
    sensors: [
      { label: 'pull', visualization: 'line', ...pull },
      { label: 'pull by layer', visualization: 'scatter', ...pull, x: { label: 'layer', unit: '', values: [1, 2, 3] } },
      { label: 'resin used', unit: 'ml', kind: 'singular', value: 27.1 },
    ],
    logs: [
      { label: 'build log', level: 'build', data: ['first layer begins', `job ended: ${outcome}`] },
      { label: 'error log', level: 'error', data: ['part lost'] },
    ],
    settings: [{ label: 'print settings', data: { layerHeightMm: 0.05, exposureMs } }],
  };
}
