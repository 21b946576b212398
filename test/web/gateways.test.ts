import { connectAsync } from 'mqtt';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { missing } from '../support/found.ts';
import { createWorld, type World } from '../support/world.ts';
import { findBarriers } from './accessibility.ts';
import { complaintsOf, openBrowser, openPage, type Page, signIn } from './browser.ts';

describe.skipIf(missing('chromium'))('gateways (chromium)', { timeout: 90_000 }, () => {
  let world: World;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    [world, browser] = await Promise.all([createWorld({ roles: ['worker', 'broker', 'api'] }), openBrowser()]);
    page = await openPage(browser);
    await page.goto(`${world.httpUrl}/gateways`);
    await signIn(page, await world.createUser((await world.createCustomer()).customerId));
  }, 120_000);
  beforeEach(() => async () => expect.soft(complaintsOf(page)).toEqual([]));
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  }, 120_000);

  it('a gateway that is made by hand connects with the token shown, and is offline once that is revoked', async () => {
    await page.getByText('No gateway here').waitFor();
    await page.getByRole('button', { name: 'Create gateway' }).click();
    await page
      .locator(':focus')
      .and(page.getByRole('textbox', { name: 'Name', exact: true }))
      .fill('Workshop 1');
    await page.locator('button[type=submit]').click();
    const shown = (name: string) => page.getByRole('region', { name }).innerText();
    const [username, password] = [await shown('User name'), await shown('Access token')];
    expect(await shown('Publish a temperature by mosquitto_pub')).toContain(`-u ${username}`);
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Done' }).click();

    const client = await connectAsync({ port: world.mqttPort, username, password, reconnectPeriod: 0 });
    const topic = `v1/gateways/${username}/devices/oven/readings`;
    await client.publishAsync(topic, '{"values":{"temperature":21.5}}', { qos: 1 });
    await page.getByRole('link', { name: 'Workshop 1' }).click();
    await page.getByText('Online', { exact: true }).waitFor();
    await page.getByText('All that the gateway sent has arrived and is stored.').waitFor();
    expect(await findBarriers(page)).toEqual([]);

    await page.getByRole('link', { name: 'Sessions' }).click();
    await page.getByRole('button', { name: 'Revoke', exact: true }).click();
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('No session stands').waitFor();
    await closed;
    await page.getByText('Offline', { exact: true }).waitFor({ timeout: 10_000 });
    await page.getByRole('link', { name: 'Connectivity' }).click();
    await page.getByText('No connection is open.').waitFor();
    await page.getByText('Its access was revoked.').waitFor();
    expect(await findBarriers(page)).toEqual([]);
  });

  it('gateways come in by a key that is made here, many at once, or by the code that they show', async () => {
    const ask = async (way: 'code' | 'key' | 'token', body: object) => {
      const headers = { 'content-type': 'application/json' };
      const url = `${world.httpUrl}/gateway/api/v1/enrolment/${way}`;
      const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
      return { status: answer.status, body: (await answer.json()) as Record<string, string> };
    };
    await page.goto(`${world.httpUrl}/gateways/enrolment-keys`);
    await page.getByText('No enrolment key.').waitFor();
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Image of autumn');
    await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
    const enrolmentKey = await page.getByRole('region', { name: 'The key' }).innerText();
    await page.getByRole('button', { name: 'Done' }).click();
    expect(await findBarriers(page)).toEqual([]);

    const [one, other] = await Promise.all(
      ['RPI-1', 'RPI-2', 'RPI-3'].map((serialNumber) => ask('key', { enrolmentKey, serialNumber })),
    );
    await page.getByRole('link', { name: 'Waiting for approval' }).click();
    await page.getByLabel('Select RPI-3').check();
    await page.getByRole('button', { name: 'Deny' }).click();
    await page.getByText('Denied.').waitFor();
    await page.getByLabel('Select all that are shown').check();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('2 approved.').waitFor();
    for (const asked of [one, other])
      expect(await ask('token', { deviceCode: asked?.body.deviceCode })).toMatchObject({ status: 200 });

    const { userCode = '' } = (await ask('code', { serialNumber: 'RPI-4' })).body;
    await page.getByLabel('Code').fill(userCode);
    await page.getByRole('link', { name: 'Show the gateway' }).click();
    await page.waitForURL(new RegExp(`/enrol#code=${userCode}`));
    await page.goBack();

    await page.getByRole('link', { name: 'Enrolment keys' }).click();
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('No enrolment key.').waitFor();
    expect(await ask('key', { enrolmentKey, serialNumber: 'RPI-5' })).toMatchObject({ status: 401 });
  });
});
