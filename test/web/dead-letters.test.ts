import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { missing } from '../support/found.ts';
import { createWorld, type World } from '../support/world.ts';
import { findBarriers } from './accessibility.ts';
import { complaintsOf, openBrowser, openPage, signIn } from './browser.ts';

describe.skipIf(missing('chromium'))('dead letters and pending devices (chromium)', { timeout: 90_000 }, () => {
  let world: World;
  let browser: Browser;

  beforeAll(async () => {
    [world, browser] = await Promise.all([createWorld({ roles: ['worker', 'broker', 'api'] }), openBrowser()]);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  it('a broken message is found, mended and sent again, and its device approved', async () => {
    const gateway = await world.createGateway();
    const user = await world.createUser(gateway.customerId);
    const client = await world.connect(gateway);
    const topic = `v1/gateways/${gateway.id}/devices/oven/readings`;
    await client.publishAsync(topic, '{"values":{"temperature":[21.5]}}', { qos: 1 });
    await vi.waitFor(async () => expect(await world.deadLetters()).toHaveLength(1), { timeout: 10_000 });

    const page = await openPage(browser);
    await page.goto(`${world.httpUrl}/dead-letters?code=PAYLOAD_INVALID&officeId=${gateway.officeId}`);
    await signIn(page, user);
    const letter = page.getByRole('link', { name: 'The message had another shape than its kind has.' });
    await letter.waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await letter.click();
    await page.getByLabel('The message (JSON)').fill('{"values":{"temperature":21.5}}');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText('It would store 1 values').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('It is on its way').waitFor();
    await vi.waitFor(async () => expect(await world.readings()).toMatchObject([{ value: 21.5 }]), { timeout: 10_000 });

    for (const value of ['"hot"', '"cold"', '[1]'])
      await client.publishAsync(topic, `{"values":{"temperature":${value}}}`, { qos: 1 });
    await vi.waitFor(async () => expect(await world.deadLetters()).toHaveLength(3), { timeout: 10_000 });
    await page.goto(`${world.httpUrl}/dead-letters?code=TYPE_MISMATCH`);
    await page.getByLabel('Select all that are shown').check();
    await page.getByText('2 selected').waitFor();
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('2 sent again.').waitFor();
    await vi.waitFor(async () => expect((await world.deadLetters()).map(({ seen }) => seen)).toEqual([1, 1, 1]));
    await page.goto(`${world.httpUrl}/dead-letters`);
    await page.getByLabel('Select all that are shown').check();
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
    await page.getByText('3 discarded.').waitFor();
    await page.getByText('Nothing was refused').waitFor();
    expect(await world.deadLetters()).toEqual([]);

    await page.goto(`${world.httpUrl}/devices/pending`);
    await page.getByRole('link', { name: 'oven' }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByLabel('Select oven').check();
    await page.getByRole('button', { name: 'Approve' }).first().click();
    await page.getByText('1 approved.').waitFor();
    await page.getByText('No device waits').waitFor();
    expect(complaintsOf(page)).toEqual([]);
  });
});
