import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { describeBackends, ownStore, type QueueStoreServer } from '../support/backends.ts';
import { createWorld, type World } from '../support/world.ts';

const WAIT = { timeout: 30_000, interval: 100 };
const ACK_TIMEOUT_MS = 2_000;

describeBackends('an outage of the store of the queue', (backend) => {
  let store: QueueStoreServer;
  let world: World;

  beforeEach(async () => {
    store = await ownStore(backend);
    const settings = (all: World['config']['settings']) => ({ ...all, ackTimeoutMs: ACK_TIMEOUT_MS });
    world = await createWorld({ databaseUrl: store.databaseUrl, redisUrl: store.redisUrl, settings });
  });
  afterEach(async () => {
    await world.close();
    await store.remove();
  });

  const message = (n: number) => JSON.stringify({ ts: Date.now() - 1000 - n, values: { n } });

  it('stops the PUBACKs, and the data arrives once the store is back', async () => {
    const gateway = await world.createGateway();
    const topic = `v1/gateways/${gateway.id}/devices/outage/readings`;
    const client = await world.connect(gateway, { reconnectPeriod: 200 });
    await client.publishAsync(topic, message(1), { qos: 1 });
    await vi.waitFor(async () => expect(await world.readings()).toHaveLength(1), WAIT);

    await store.stop();
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    let acknowledged = false;
    const sent = client.publishAsync(topic, message(2), { qos: 1 }).then(() => {
      acknowledged = true;
    });
    await closed; // without PUBACK the broker gives the connection up, and the gateway keeps its copy
    expect(acknowledged).toBe(false);

    await store.start();
    await sent;
    await vi.waitFor(async () => {
      expect((await world.readings()).map(({ value }) => value).sort()).toEqual([1, 2]);
    }, WAIT);
    const presence = await world.db.selectFrom('gateway_presence').selectAll().execute();
    expect(presence).toMatchObject([{ gateway_id: gateway.id, end_reason: 'queue_unavailable' }]);
  });

  it('only delays the PUBACK when it is short: the connection stays', async () => {
    const gateway = await world.createGateway();
    const topic = `v1/gateways/${gateway.id}/devices/hiccup/readings`;
    const client = await world.connect(gateway);
    await client.publishAsync(topic, message(1), { qos: 1 });
    let closed = false;
    client.once('close', () => {
      closed = true;
    });
    await store.stop();
    const sent = client.publishAsync(topic, message(2), { qos: 1 });
    await store.start();
    await sent;
    expect(closed).toBe(false);
    await vi.waitFor(async () => expect(await world.readings()).toHaveLength(2), WAIT);
  });
});
