import { connectAsync } from 'mqtt';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing } from '../support/found.ts';
import { createWorld, type World } from '../support/world.ts';
import { findBarriers } from './accessibility.ts';
import { complaintsOf, openBrowser, openPage, signIn } from './browser.ts';

describe.skipIf(missing('chromium'))('gateways (chromium)', () => {
  let world: World;
  let browser: Browser;
  let user: { email: string; password: string };

  beforeAll(async () => {
    [world, browser] = await Promise.all([createWorld({ roles: ['worker', 'broker', 'api'] }), openBrowser()]);
    user = await world.createUser((await world.createCustomer()).customerId);
  });
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  it('a gateway that is made by hand connects with the token shown, and is offline once that is revoked', async () => {
    const page = await openPage(browser);
    await page.goto(`${world.httpUrl}/gateways`);
    await signIn(page, user);
    await page.getByText('No gateway here').waitFor();
    await page.getByRole('button', { name: 'Create gateway' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Workshop 1');
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
    await page.getByRole('link', { name: 'Connectivity' }).click();
    await page.getByText('Its access was revoked.').or(page.getByText('No connection is open.')).first().waitFor();
    expect(await findBarriers(page)).toEqual([]);
    expect(complaintsOf(page)).toEqual([]);
  }, 90_000);
});
