import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listDevices } from '../../src/db/device-views.ts';
import { decodeBatch } from '../../src/worker/decode.ts';
import { createReferenceCache } from '../../src/worker/references.ts';
import type { Gateway } from '../db/tenant.ts';
import { batchOf, createDesk, type Desk, NOW, noZeros, reading, say, TIME_LIMITS } from './desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.close());

const setState = ({ officeId }: Gateway, key: string, state: 'pending' | 'active' | 'blocked' | 'archived') =>
  desk.db.updateTable('device').set({ state }).where('office_id', '=', officeId).where('key', '=', key).execute();
const codes = async (gateway: Gateway) => (await desk.letters(gateway)).map(({ code }) => code);

describe('a device that nobody knows', () => {
  it('becomes pending, with its data', async () => {
    const gateway = await desk.createGateway();
    await desk.worker().store(batchOf([reading(gateway, 'new', 0, { t: 1 }), reading(gateway, 'new', 1, { t: 2 })]));
    expect(await desk.deviceState(gateway, 'new')).toBe('pending');
    expect(await desk.stored(gateway, 'new')).toHaveLength(2);
    const device = await desk.db
      .selectFrom('device')
      .where('office_id', '=', gateway.officeId)
      .selectAll()
      .executeTakeFirstOrThrow();
    expect(device).toMatchObject({ key: 'new', customer_id: gateway.customerId, label: null });
  });

  it('is not made for a message that brings nothing for it', async () => {
    const gateway = await desk.createGateway();
    await desk.worker().store(batchOf([say(gateway, 'new', 'no JSON'), say(gateway, 'new', { values: { t: null } })]));
    expect(await desk.deviceState(gateway, 'new')).toBeUndefined();
  });

  it('that a user has approved keeps its id and its data', async () => {
    const gateway = await desk.createGateway();
    const worker = desk.worker();
    await worker.store(batchOf([reading(gateway, 'd', 0, { t: 1 })]));
    await setState(gateway, 'd', 'active');
    desk.clock.now += 6_000;
    await worker.store(batchOf([reading(gateway, 'd', 1, { t: 2 })]));
    expect(await desk.deviceState(gateway, 'd')).toBe('active');
    expect(await desk.stored(gateway, 'd')).toHaveLength(2);
  });

  it('in its office, since it was moved to another one, is made anew; the one that was moved keeps its data', async () => {
    const gateway = await desk.createGateway();
    const elsewhere = uuid();
    const office = { id: elsewhere, customer_id: gateway.customerId, name: 'Another office' };
    await desk.db.insertInto('office').values(office).execute();
    const worker = desk.worker();
    await worker.store(batchOf([reading(gateway, 'd', 0, { t: 1 })]));
    await desk.db
      .updateTable('device')
      .set({ office_id: elsewhere })
      .where('office_id', '=', gateway.officeId)
      .execute();
    desk.clock.now += 6_000;
    await worker.store(batchOf([reading(gateway, 'd', 1, { t: 2 })]));
    expect(await desk.deviceState(gateway, 'd')).toBe('pending');
    expect(await desk.stored(gateway, 'd')).toMatchObject([{ value: 2 }]);
    expect(await desk.stored({ ...gateway, officeId: elsewhere }, 'd')).toMatchObject([{ value: 1 }]);
  });

  it('and that differs from another in the case of its key is another one', async () => {
    const gateway = await desk.createGateway();
    await desk.worker().store(batchOf([reading(gateway, 'd', 0, { t: 1 }), reading(gateway, 'D', 0, { t: 2 })]));
    expect([await desk.stored(gateway, 'd'), await desk.stored(gateway, 'D')]).toMatchObject([
      [{ value: 1 }],
      [{ value: 2 }],
    ]);
  });
});

describe('a device that is blocked or archived', () => {
  it.each(['blocked', 'archived'] as const)(
    '%s: its messages are kept as dead letters, whole; the others are stored',
    async (state) => {
      const gateway = await desk.createGateway();
      const worker = desk.worker();
      await worker.store(batchOf([reading(gateway, 'd', 0, { t: 1 })]));
      await setState(gateway, 'd', state);
      desk.clock.now += 6_000;
      await worker.store(batchOf([reading(gateway, 'd', 1, { t: 2, u: 3 }), reading(gateway, 'e', 1, { t: 2 })]));
      expect(await desk.stored(gateway, 'd')).toHaveLength(1);
      expect(await desk.stored(gateway, 'e')).toHaveLength(1);
      expect(await desk.letters(gateway)).toMatchObject([
        { code: 'DEVICE_BLOCKED', path: '', item: JSON.stringify({ ts: NOW + 1, values: { t: 2, u: 3 } }) },
      ]);
    },
  );

  it('is believed to be so within seconds, and the other way round', async () => {
    const gateway = await desk.createGateway();
    const worker = desk.worker();
    const send = (at: number) => worker.store(batchOf([reading(gateway, 'd', at, { t: at })]));
    await send(0);
    await setState(gateway, 'd', 'blocked');
    desk.clock.now += 4_999;
    await send(1);
    desk.clock.now += 1;
    await send(2);
    await setState(gateway, 'd', 'active');
    desk.clock.now += 5_000;
    await send(3);
    expect((await desk.stored(gateway, 'd')).map(({ at }) => at)).toEqual([0, 1, 3]);
    expect(await codes(gateway)).toEqual(['DEVICE_BLOCKED']);
  });
});

describe('the limit of devices that nobody approved', () => {
  it('refuses further ones of that gateway, and no others', async () => {
    const [gateway, other] = [await desk.createGateway(), await desk.createGateway()];
    const worker = desk.worker({ pendingDevicesPerGateway: 2 });
    const send = (...keys: string[]) =>
      worker.store(
        batchOf([...keys.map((key) => reading(gateway, key, 0, { t: 1 })), reading(other, 'd', 0, { t: 1 })]),
      );
    await send('a', 'b', 'c');
    await send('a', 'd');
    expect(await Promise.all(['a', 'b', 'c', 'd'].map((key) => desk.deviceState(gateway, key)))).toEqual([
      'pending',
      'pending',
      undefined,
      undefined,
    ]);
    expect(await codes(gateway)).toEqual(['DEVICE_LIMIT', 'DEVICE_LIMIT']);
    expect(await codes(other)).toEqual([]);
    expect(await desk.books(gateway)).toMatchObject({ stored: 2, duplicate: 1, rejected: 2 });
  });

  it('makes room when a user approves or archives one', async () => {
    const gateway = await desk.createGateway();
    const worker = desk.worker({ pendingDevicesPerGateway: 1 });
    for (const key of ['a', 'b']) await worker.store(batchOf([reading(gateway, key, 0, { t: 1 })]));
    expect(await desk.deviceState(gateway, 'b')).toBeUndefined();
    await setState(gateway, 'a', 'active');
    await worker.store(batchOf([reading(gateway, 'b', 0, { t: 1 })]));
    expect(await desk.stored(gateway, 'b')).toHaveLength(1);
  });

  it('does not hold up another gateway of the office that names the same device in the same batch', async () => {
    const home = await desk.createHome();
    const [full, other] = [await desk.createGateway(home), await desk.createGateway(home)];
    const worker = desk.worker({ pendingDevicesPerGateway: 1 });
    await worker.store(batchOf([reading(full, 'a', 0, { t: 1 })]));
    await worker.store(batchOf([reading(full, 'b', 0, { t: 1 }), reading(other, 'b', 1, { t: 2 })]));
    expect(await desk.stored(other, 'b')).toContainEqual({ label: 't', at: 1, value: 2 });
    expect(await codes(other)).toEqual([]);
  });
});

describe('the limit of sensors', () => {
  it('refuses values of further labels one by one, and takes those it knows', async () => {
    const gateway = await desk.createGateway();
    const worker = desk.worker({ sensorsPerDevice: 2 });
    await worker.store(batchOf([reading(gateway, 'd', 0, { a: 1, b: 2, c: 3 })]));
    await worker.store(batchOf([reading(gateway, 'd', 1, { a: 1, b: 2, d: 4 }), reading(gateway, 'e', 1, { d: 4 })]));
    expect((await desk.stored(gateway, 'd')).map(({ label }) => label)).toEqual(['a', 'b', 'a', 'b']);
    expect(await desk.stored(gateway, 'e')).toHaveLength(1);
    expect((await desk.letters(gateway)).map(({ code, path }) => `${code} ${path}`)).toEqual([
      'SENSOR_LIMIT /values/c',
      'SENSOR_LIMIT /values/d',
    ]);
  });
});

describe('when a gateway heard a device', () => {
  const heard = async (gateway: Gateway) => {
    const { first_heard_at, last_heard_at } = await desk.db
      .selectFrom('device_gateway')
      .where('gateway_id', '=', gateway.id)
      .selectAll()
      .executeTakeFirstOrThrow();
    return [first_heard_at.getTime() - NOW, last_heard_at.getTime() - NOW];
  };

  it('is noted at first and then once a minute, and never goes back', async () => {
    const gateway = await desk.createGateway();
    const worker = desk.worker();
    const send = (receivedAt: number, by = worker) =>
      by.store(batchOf([say(gateway, 'd', { values: { t: 1 } }, { receivedAt: NOW + receivedAt })]));
    const noted = [];
    for (const receivedAt of [0, 59_999, 60_000, 100_000, 120_000]) {
      await send(receivedAt);
      noted.push(await heard(gateway));
    }
    expect(noted).toEqual([
      [0, 0],
      [0, 0],
      [0, 60_000],
      [0, 60_000],
      [0, 120_000],
    ]);
    await send(-5_000, desk.worker());
    expect(await heard(gateway)).toEqual([-5_000, 120_000]);
  });
});

it('a message about one device refreshes no other, and late data moves what was heard, not what is newest', async () => {
  const gateway = await desk.createGateway();
  const worker = desk.worker();
  const scope = { customerIds: [gateway.customerId], officeIds: [] };
  const times = async () => {
    const page = { sort: 'id', after: undefined, limit: 10 } as const;
    const { items: devices } = await listDevices(desk.db, scope, { state: ['pending'] }, page);
    const after = (time: Date | null) => time && time.getTime() - NOW;
    return Object.fromEntries(
      devices.map(({ key, lastHeardAt, newestRecordedAt }) => [key, [after(lastHeardAt), after(newestRecordedAt)]]),
    );
  };
  const send = (key: string, at: number, receivedAt: number) =>
    worker.store(batchOf([{ ...reading(gateway, key, at, { t: 1 }), receivedAt: NOW + receivedAt }]));
  await send('a', 1_000, 2_000);
  await send('b', 3_000, 4_000);
  await send('b', -86_400_000, 600_000);
  expect(await times()).toEqual({ a: [2_000, 1_000], b: [600_000, 3_000] });

  const event = { type: 'performed_task', recordedAt: NOW + 50_000 };
  const topic = `v1/gateways/${gateway.id}/devices/a/events`;
  await worker.store(batchOf([{ ...say(gateway, 'a', event, { topic }), receivedAt: NOW + 700_000 }]));
  expect(await times()).toEqual({ a: [700_000, 50_000], b: [600_000, 3_000] });
});

describe('a worker that forgets old devices', () => {
  it('does not lose those of a batch that is under way', async () => {
    const gateway = await desk.createGateway();
    const limits = {
      pendingDevicesPerGateway: 100_000,
      sensorsPerDevice: 10,
      deadLettersPerGateway: 10,
      maxConnections: 1,
      maxConnectionsPerAddress: 1,
    };
    const cache = createReferenceCache(desk.db, limits, () => desk.clock.now, 50);
    const decode = async (keys: readonly string[]) =>
      (await decodeBatch(batchOf(keys.map((key) => reading(gateway, key, 0, { t: 1 }))), TIME_LIMITS, noZeros))
        .messages;
    const crowd = await decode(Array.from({ length: 51 }, (_, index) => `crowd-${index}`));
    const late = await decode(['late']);
    const [first, second] = [await cache.resolve(crowd), await cache.resolve(late)];
    for (const message of [crowd[0]!, crowd.at(-1)!]) {
      expect(first.device(message)).toMatchObject({ state: 'pending' });
    }
    expect(second.device(late[0]!)).toMatchObject({ state: 'pending' });
  });
});
