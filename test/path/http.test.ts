import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeBackends, sharedStore } from '../support/backends.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';

const WAIT = { timeout: 30_000, interval: 50 };

describeBackends('a message sent over HTTP', (backend) => {
  let world: World;
  let store: Awaited<ReturnType<typeof sharedStore>>;

  beforeAll(async () => {
    store = await sharedStore(backend);
    world = await createWorld({ roles: ['worker', 'broker', 'api'], redisUrl: store.redisUrl });
  });
  afterAll(async () => {
    await world.close();
    await store.remove();
  });

  async function post(sender: TestGateway, path: string, body: Buffer | string, type = 'application/json') {
    const headers = { authorization: `Bearer ${sender.token}`, 'content-type': type };
    const response = await fetch(`${world.httpUrl}/gateway/api/v1/${path}`, { method: 'POST', headers, body });
    expect([response.status, await response.json()]).toEqual([202, { messageId: expect.any(String) }]);
  }

  async function settled(sender: TestGateway, books: { stored: number; duplicate: number; rejected: number }) {
    await vi.waitFor(async () => expect(await world.ledger(sender.id)).toEqual(books), WAIT);
  }

  it('leaves the rows, dead letters and books that it leaves over MQTT', async () => {
    const at = Date.now() - 60_000;
    const messages: [string, Buffer | string][] = [
      ['readings', JSON.stringify({ ts: at, values: { power: 1.5, open: true, state: 'on' } })],
      ['readings', gzipSync(JSON.stringify([{ ts: at + 1, values: { power: 2 } }]))],
      ['readings', JSON.stringify({ ts: at + 2, values: { power: 3, broken: {} } })],
      ['readings', JSON.stringify({ ts: at, values: { power: 99 } })],
      ['readings', '{"ts":'],
      ['readings', ''],
      ['events', gzipSync(JSON.stringify({ recordedAt: at, type: 'performed_task', logs: [{ label: 'x' }] }))],
      ['events', '[]'],
    ];
    const left = async (transport: string, sender: TestGateway) => {
      const topic = `v1/gateways/${sender.id}/devices/${transport}/`;
      const readings = (await world.readings()).filter(({ device }) => device === transport);
      const letters = (await world.deadLetters()).filter((letter) => letter.topic.startsWith(topic));
      return {
        readings: readings.map(({ device: _, ...reading }) => reading),
        letters: letters
          .map((letter) => ({ ...letter, topic: letter.topic.replace(topic, '') }))
          .map((letter) => JSON.stringify({ ...letter, item: letter.item.replace(/"id":"[^"]+",/, '') }))
          .sort(),
        events: await world.db.selectFrom('event').select('recorded_at').where('gateway_id', '=', sender.id).execute(),
        books: await world.ledger(sender.id),
      };
    };
    const [overHttp, overMqtt] = [await world.createGateway(), await world.createGateway()];
    const client = await world.connect(overMqtt);
    for (const [index, [kind, payload]] of messages.entries()) {
      await post(overHttp, `${kind}?device=http`, payload);
      await client.publishAsync(`v1/gateways/${overMqtt.id}/devices/mqtt/${kind}`, payload, { qos: 1 });
      // Later ones may be judged by it, and batches are stored side by side.
      if (index === 0) await vi.waitFor(async () => expect(await world.readings()).toHaveLength(6), WAIT);
    }
    const books = { stored: 2, duplicate: 0, rejected: 6 };
    await settled(overHttp, books);
    await settled(overMqtt, books);
    const result = await left('http', overHttp);
    expect(result.readings).toHaveLength(5);
    expect(result.letters).toHaveLength(6);
    expect(result.events).toHaveLength(1);
    expect(result).toEqual(await left('mqtt', overMqtt));
  });

  it('is one with the same message over MQTT, and both are in the books of their gateway', async () => {
    const sender = await world.createGateway();
    const client = await world.connect(sender);
    const at = Date.now() - 60_000;
    const topic = `v1/gateways/${sender.id}/devices/mixed/readings`;
    await Promise.all(
      Array.from({ length: 10 }, async (_, n) => {
        const payload = JSON.stringify({ ts: at + n, values: { n } });
        await client.publishAsync(topic, payload, { qos: 1 });
        if (n % 2 === 0) await client.publishAsync(topic, payload, { qos: 1 });
      }),
    );
    for (let n = 0; n < 20; n++)
      await post(sender, 'readings?device=mixed', JSON.stringify({ ts: at + n, values: { n } }));
    await settled(sender, { stored: 20, duplicate: 15, rejected: 0 });
    const rows = (await world.readings()).filter(({ device }) => device === 'mixed');
    expect(rows.map(({ value }) => value)).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  it('may be of any kind', async () => {
    const sender = await world.createGateway();
    const at = Date.now() - 60_000;
    const batch = [{ device: 'carried', kind: 'readings', payload: { ts: at, values: { weight: 2 } } }];
    await post(sender, 'batch', JSON.stringify(batch));
    await post(sender, 'registrations?device=unknown', JSON.stringify({ model: randomUUID() }));
    await post(sender, 'status', JSON.stringify({ state: 'online' }));
    await settled(sender, { stored: 2, duplicate: 0, rejected: 1 });
    expect(await world.readings()).toContainEqual({ device: 'carried', label: 'weight', recordedAt: at, value: 2 });
    expect(await world.deadLetters()).toContainEqual(
      expect.objectContaining({
        code: 'MODEL_UNKNOWN',
        topic: expect.stringMatching(/devices\/unknown\/registration$/),
      }),
    );
  });

  it('may be an event of more than 20 MiB, or of 15 as gzip', async () => {
    const sender = await world.createGateway();
    const values = Array.from({ length: 10_000 }, (_, n) => n % 7);
    const series = { label: 'force', kind: 'timeseries', start: Date.now() - 3_600_000, step: 10, values };
    const event = { id: randomUUID(), recordedAt: Date.now(), type: 'performed_task', sensors: [series] };
    const padded = (mebibytes: number) => Buffer.from(JSON.stringify(event).padEnd(mebibytes * 1024 * 1024));
    await post(sender, 'events?device=press', padded(21));
    await settled(sender, { stored: 1, duplicate: 0, rejected: 0 });
    await post(sender, 'events?device=press', gzipSync(padded(15), { level: 1 }), 'application/gzip');
    await settled(sender, { stored: 1, duplicate: 1, rejected: 0 });
    const stored = await world.db.selectFrom('event_sensor').select('count').where('event_id', '=', event.id).execute();
    expect(stored).toEqual([{ count: values.length }]);
  });
});
