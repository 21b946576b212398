import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeBackends, ownStore, type QueueStoreServer } from '../support/backends.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';

const WAIT = { timeout: 30_000, interval: 50 };
const ACK_TIMEOUT_MS = 2_000;

describeBackends('an outage of the store of the queue', (backend) => {
  let store: QueueStoreServer;
  let world: World;

  beforeAll(async () => {
    store = await ownStore(backend);
    const settings = (all: World['config']['settings']) => ({ ...all, ackTimeoutMs: ACK_TIMEOUT_MS });
    world = await createWorld({ databaseUrl: store.databaseUrl, redisUrl: store.redisUrl, settings });
  });
  afterAll(async () => {
    await world.close();
    await store.remove();
  });

  const topicOf = ({ id }: TestGateway) => `v1/gateways/${id}/devices/outage/readings`;
  const message = (n: number) => JSON.stringify({ ts: Date.now() - 1000 - n, values: { n } });
  const untilStored = ({ id }: TestGateway, stored: number) =>
    vi.waitFor(async () => expect(await world.ledger(id)).toEqual({ stored, duplicate: 0, rejected: 0 }), WAIT);

  it('only delays the PUBACK when it is short: the connection stays', async () => {
    const gateway = await world.createGateway();
    const client = await world.connect(gateway);
    await client.publishAsync(topicOf(gateway), message(1), { qos: 1 });
    let closed = false;
    client.once('close', () => {
      closed = true;
    });
    await store.stop();
    const sent = client.publishAsync(topicOf(gateway), message(2), { qos: 1 });
    await store.start();
    await sent;
    expect(closed).toBe(false);
    await untilStored(gateway, 2);
  });

  it('stops the PUBACKs, and the data arrives once the store is back', async () => {
    const gateway = await world.createGateway();
    const client = await world.connect(gateway, { reconnectPeriod: 200 });
    await client.publishAsync(topicOf(gateway), message(1), { qos: 1 });
    await untilStored(gateway, 1);

    await store.stop();
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    let acknowledged = false;
    const sent = client.publishAsync(topicOf(gateway), message(2), { qos: 1 }).then(() => {
      acknowledged = true;
    });
    await closed; // without PUBACK the broker gives the connection up, and the gateway keeps its copy
    expect(acknowledged).toBe(false);

    await store.start();
    await sent;
    await untilStored(gateway, 2);
    const presence = world.db.selectFrom('gateway_presence').where('gateway_id', '=', gateway.id);
    expect(await presence.select('end_reason').execute()).toMatchObject([{ end_reason: 'queue_unavailable' }]);
  });
});
