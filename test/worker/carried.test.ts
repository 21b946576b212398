import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AcceptedMessage } from '../../src/ingest/envelope.ts';
import { routeTopic } from '../../src/messages/topics.ts';
import type { Gateway } from '../db/tenant.ts';
import { batchOf, createDesk, type Desk, NOW, reading, say } from './desk.ts';

// Messages that one message of the kind `batch` carries.

let desk: Desk;
let worker: ReturnType<Desk['worker']>;
beforeAll(async () => {
  desk = await createDesk();
  worker = desk.worker();
});
afterEach(() => sql`ALTER TABLE reading DROP CONSTRAINT IF EXISTS poison`.execute(desk.db));
afterAll(() => desk.close());

const carry = (gateway: Gateway, items: unknown, ref = ''): AcceptedMessage =>
  say(gateway, '', items, { topic: `v1/gateways/${gateway.id}/batch${ref && `/${ref}`}` });
const value = (device: string, at: number, values: object, ref?: string) => ({
  device,
  kind: 'readings',
  ref,
  payload: { ts: NOW + at, values },
});
const letters = (gateway: Gateway) =>
  desk.db
    .selectFrom('dead_letter')
    .where('gateway_id', '=', gateway.id)
    .select(['code', 'path', 'topic', 'device_key', 'ref', 'item', 'message_id', 'size'])
    .orderBy('path')
    .execute();

describe('messages that one message carries', () => {
  it('are stored as if each had come alone, and are the same when they do', async () => {
    const gateway = await desk.createGateway();
    const items = [
      { device: 'a', kind: 'registration', payload: { model: 'MAX Mini' } },
      value('a', 0, { t: 1, u: 'x' }),
      value('ö/1', 0, { t: 2 }),
      { device: 'a', kind: 'events', payload: { recordedAt: NOW, type: 'x' } },
    ];
    expect(await worker.store(batchOf([carry(gateway, items)]))).toMatchObject({
      stored: 5,
      duplicate: 0,
      rejected: 0,
    });
    expect(await desk.deviceState(gateway, 'a')).toBe('active');
    expect(await desk.deviceState(gateway, 'ö/1')).toBe('pending');
    expect(await desk.stored(gateway, 'a')).toHaveLength(2);
    const alone = [
      reading(gateway, '%C3%B6%2F1', 0, { t: 2 }),
      say(gateway, 'a', items[3]?.payload, { topic: `v1/gateways/${gateway.id}/devices/a/events` }),
    ];
    expect(await worker.store(batchOf(alone))).toMatchObject({ stored: 0, duplicate: 2, rejected: 0 });
  });

  it('are counted one by one, and their message once', async () => {
    const gateway = await desk.createGateway();
    const good = [value('a', 0, { t: 1 }), value('b', 0, { t: 1 })];
    await worker.store(batchOf([carry(gateway, good)]));
    expect(await desk.books(gateway)).toEqual({ stored: 1, duplicate: 0, rejected: 0, items: [2, 0, 0] });
    await worker.store(batchOf([carry(gateway, good), reading(gateway, 'a', 0, { t: 1 })]));
    expect(await desk.books(gateway)).toEqual({ stored: 1, duplicate: 2, rejected: 0, items: [2, 3, 0] });
    await worker.store(batchOf([carry(gateway, [...good, value('c', 0, { t: 1 })])]));
    expect(await desk.books(gateway)).toEqual({ stored: 2, duplicate: 2, rejected: 0, items: [3, 5, 0] });
    await worker.store(batchOf([carry(gateway, [value('c', 1, { t: 1 }), 17]), carry(gateway, 'none')]));
    expect(await desk.books(gateway)).toEqual({ stored: 2, duplicate: 2, rejected: 2, items: [4, 5, 2] });
  });

  it('are refused one by one, each under the topic it can be sent again to, with its own device and ref', async () => {
    const gateway = await desk.createGateway();
    const base = `v1/gateways/${gateway.id}`;
    const odd = "a b*!'():é";
    const items = [
      value('a', 0, { t: 1 }),
      value(odd, 0, { t: 1, u: {} }, 'mine'),
      { device: 'a', kind: 'events', payload: { type: 'x' } },
      { device: 'a', kind: 'nothing', ref: 'r', payload: {} },
      { device: 'a', kind: 'registration', payload: { model: 'Nobody' } },
    ];
    const batch = batchOf([carry(gateway, items, 'whole')]);
    expect(await worker.store(batch)).toMatchObject({ stored: 2, rejected: 4 });
    const found = await letters(gateway);
    expect(found.map(({ item, ...letter }) => ({ ...letter, item: JSON.parse(item.toString()) }))).toMatchObject([
      {
        code: 'PAYLOAD_INVALID',
        path: '/1/payload/values/u',
        topic: `${base}/devices/a%20b%2A%21%27%28%29:%C3%A9/readings/mine`,
        device_key: odd,
        ref: 'mine',
        item: { ts: NOW, values: { u: {} } },
      },
      {
        code: 'TIME_UNKNOWN',
        path: '/2/payload/recordedAt',
        topic: `${base}/devices/a/events/whole`,
        device_key: 'a',
        ref: 'whole',
        item: { type: 'x' },
      },
      {
        code: 'PAYLOAD_INVALID',
        path: '/3/kind',
        topic: `${base}/batch/whole`,
        device_key: 'a',
        ref: 'r',
        item: [items[3]],
      },
      {
        code: 'MODEL_UNKNOWN',
        path: '/4/payload/model',
        topic: `${base}/devices/a/registration/whole`,
        item: { model: 'Nobody' },
      },
    ]);
    expect(new Set(found.map(({ message_id }) => message_id)).size).toBe(1);
    for (const { topic, device_key, item, size } of found) {
      const route = routeTopic(topic, gateway.id);
      if (!topic.includes('/batch')) expect(route).toMatchObject({ deviceKey: device_key });
      expect(Number(size)).toBe(item.length);
    }
  });

  it('are refused alone when the database refuses them, or their device is blocked', async () => {
    const gateway = await desk.createGateway();
    await worker.store(batchOf([reading(gateway, 'blocked', 0, { t: 1 })]));
    await desk.db.updateTable('device').set({ state: 'blocked' }).where('office_id', '=', gateway.officeId).execute();
    await sql`ALTER TABLE reading ADD CONSTRAINT poison CHECK (value <> 13) NOT VALID`.execute(desk.db);
    desk.clock.now += 6_000;
    const items = [
      value('a', 0, { t: 1 }),
      value('b', 0, { t: 13 }),
      value('blocked', 1, { t: 2 }),
      value('c', 0, { t: 3 }),
    ];
    expect(await worker.store(batchOf([carry(gateway, items)]))).toMatchObject({ stored: 2, rejected: 2 });
    expect(await letters(gateway)).toMatchObject([
      {
        code: 'STORAGE_REFUSED',
        path: '/1/payload',
        device_key: 'b',
        item: Buffer.from(JSON.stringify(items[1]?.payload)),
      },
      { code: 'DEVICE_BLOCKED', path: '/2/payload', device_key: 'blocked' },
    ]);
    expect(await desk.books(gateway)).toMatchObject({ stored: 1, rejected: 1 });
  });

  it('are refused when the database takes none of them, and do not hold up the queue', async () => {
    const gateway = await desk.createGateway();
    await sql`ALTER TABLE reading ADD CONSTRAINT poison CHECK (value <> 13) NOT VALID`.execute(desk.db);
    const items = ['a', 'b', 'c'].map((device) => value(device, 0, { t: 13 }));
    expect(await worker.store(batchOf([carry(gateway, items)]))).toMatchObject({ stored: 0, rejected: 3 });
    expect(await desk.books(gateway)).toMatchObject({ stored: 0, rejected: 1 });
  });

  it('stand as one dead letter when they come again with the same fault elsewhere', async () => {
    const gateway = await desk.createGateway();
    const bad = value('a', 0, { u: {} });
    await worker.store(batchOf([carry(gateway, [bad]), carry(gateway, [value('a', 0, { t: 1 }), bad])]));
    expect(await desk.letters(gateway)).toMatchObject([{ seen: 2 }]);
  });
});
