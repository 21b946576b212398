import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type OwnPostgres, ownPostgres } from '../support/postgres.ts';
import { createWorld, type World } from '../support/world.ts';

const WAIT = { timeout: 30_000, interval: 100 };
const ACK_TIMEOUT_MS = 2_000;

let postgres: OwnPostgres;
let world: World;

beforeEach(async () => {
  postgres = await ownPostgres();
  world = await createWorld({
    databaseUrl: postgres.url,
    settings: (settings) => ({ ...settings, ackTimeoutMs: ACK_TIMEOUT_MS }),
  });
});
afterEach(async () => {
  await world.close();
  await postgres.remove();
});

const message = (n: number) => JSON.stringify({ ts: Date.now() - 1000 - n, values: { n } });

it('with the store of the queue stopped no PUBACK is sent, and the data arrives once it is back', async () => {
  const gateway = await world.createGateway();
  const topic = `v1/gateways/${gateway.id}/devices/outage/readings`;
  const client = await world.connect(gateway, { reconnectPeriod: 200 });
  await client.publishAsync(topic, message(1), { qos: 1 });
  await vi.waitFor(async () => expect(await world.readings()).toHaveLength(1), WAIT);

  await postgres.stop();
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  let acknowledged = false;
  const sent = client.publishAsync(topic, message(2), { qos: 1 }).then(() => {
    acknowledged = true;
  });
  await closed; // without PUBACK the broker gives the connection up, and the gateway keeps its copy
  expect(acknowledged).toBe(false);

  await postgres.start();
  await sent;
  await vi.waitFor(async () => {
    expect((await world.readings()).map(({ value }) => value).sort()).toEqual([1, 2]);
  }, WAIT);
});

it('a short outage only delays the PUBACK: the connection stays', async () => {
  const gateway = await world.createGateway();
  const topic = `v1/gateways/${gateway.id}/devices/hiccup/readings`;
  const client = await world.connect(gateway);
  await client.publishAsync(topic, message(1), { qos: 1 });
  let closed = false;
  client.once('close', () => {
    closed = true;
  });
  await postgres.stop();
  const sent = client.publishAsync(topic, message(2), { qos: 1 });
  await postgres.start();
  await sent;
  expect(closed).toBe(false);
  await vi.waitFor(async () => expect(await world.readings()).toHaveLength(2), WAIT);
});
