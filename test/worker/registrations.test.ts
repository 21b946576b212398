import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockAnyDevices } from '../../src/db/devices.ts';
import type { AcceptedMessage } from '../../src/ingest/envelope.ts';
import type { Gateway } from '../db/tenant.ts';
import { batchOf, createDesk, type Desk, NOW, reading, say } from './desk.ts';

let desk: Desk;
let worker: ReturnType<Desk['worker']>;
beforeAll(async () => {
  desk = await createDesk();
  worker = desk.worker();
});
afterAll(() => desk.close());

const register = (gateway: Gateway, device: string, payload: object, model = 'MAX Mini'): AcceptedMessage =>
  say(gateway, device, { model, ...payload }, { topic: `v1/gateways/${gateway.id}/devices/${device}/registration` });
const gauge = (label: string, unit: string, changed: object = {}) => ({ label, unit, measure: 'gauge', ...changed });

async function deviceOf({ officeId }: Gateway, key: string) {
  const { rows } = await sql<Record<string, unknown>>`
    SELECT device.state, device_model.name AS model, label, interface_name, serial_number, network_address, registration_code
    FROM device LEFT JOIN device_model ON device_model.id = device_model_id
    WHERE office_id = ${officeId} AND key = ${key}`.execute(desk.db);
  return rows[0];
}

/** Sensors of a device by label: their unit, measure, visualization and type. */
async function sensorsOf({ officeId }: Gateway, key: string) {
  const { rows } = await sql<{ label: string; is: unknown[] }>`
    SELECT sensor.label, jsonb_build_array(unit, measure, visualization, value_type) AS is
    FROM sensor JOIN device ON device.id = device_id
    WHERE office_id = ${officeId} AND key = ${key}`.execute(desk.db);
  return Object.fromEntries(rows.map(({ label, is }) => [label, is]));
}

const setState = ({ officeId }: Gateway, key: string, state: 'blocked' | 'archived' | 'active') =>
  desk.db.updateTable('device').set({ state }).where('office_id', '=', officeId).where('key', '=', key).execute();

describe('a registration with a known model', () => {
  it('makes a device that is active, whatever the case of the identifier', async () => {
    const gateway = await desk.createGateway();
    const given = {
      label: 'Printer',
      interfaceName: 'eth0',
      serialNumber: 'S-1',
      networkIp: '10.0.0.1',
      registrationCode: 'R-1',
    };
    expect(await worker.store(batchOf([register(gateway, 'd', given, 'max MINI')]))).toMatchObject({ stored: 1 });
    expect(await deviceOf(gateway, 'd')).toEqual({
      state: 'active',
      model: 'MAX Mini',
      label: 'Printer',
      interface_name: 'eth0',
      serial_number: 'S-1',
      network_address: '10.0.0.1',
      registration_code: 'R-1',
    });
  });

  it('takes a pending device into the charts, and is found by the model that is written the same first', async () => {
    const gateway = await desk.createGateway();
    const model = await desk.db
      .selectFrom('device_model')
      .where('name', '=', 'MAX UV365')
      .select('id')
      .executeTakeFirstOrThrow();
    await desk.db
      .insertInto('model_identifier')
      .values({ identifier: 'max mini', device_model_id: model.id })
      .execute();
    await worker.store(batchOf(['a', 'b'].map((key) => reading(gateway, key, 0, { t: 1 }))));
    expect(await desk.deviceState(gateway, 'a')).toBe('pending');
    await worker.store(batchOf([register(gateway, 'a', {}, 'max mini'), register(gateway, 'b', {}, 'MAX Mini')]));
    await desk.db.deleteFrom('model_identifier').where('identifier', '=', 'max mini').execute();
    expect(await deviceOf(gateway, 'a')).toMatchObject({ state: 'active', model: 'MAX UV365' });
    expect(await deviceOf(gateway, 'b')).toMatchObject({ state: 'active', model: 'MAX Mini' });
  });

  it('fills in what is empty; where the device is reached follows the newest', async () => {
    const gateway = await desk.createGateway();
    await worker.store(
      batchOf([register(gateway, 'd', { label: 'Mine', networkIp: '10.0.0.1', interfaceName: 'eth0' })]),
    );
    const later = { label: 'Its own', serialNumber: 'S-1', networkIp: '10.0.0.2' };
    await worker.store(batchOf([register(gateway, 'd', later, 'MAX UV385')]));
    expect(await deviceOf(gateway, 'd')).toMatchObject({
      model: 'MAX Mini',
      label: 'Mine',
      serial_number: 'S-1',
      network_address: '10.0.0.2',
      interface_name: 'eth0',
    });
  });

  it('is a duplicate when it brings nothing new, in its batch and in another', async () => {
    const gateway = await desk.createGateway();
    const given = { label: 'Printer', sensors: [gauge('power', 'W')] };
    const batch = batchOf([register(gateway, 'd', given), register(gateway, 'd', given)]);
    expect(await worker.store(batch)).toMatchObject({ stored: 1, duplicate: 1 });
    const before = await desk.everything('ingest_batch', 'ingest_count');
    expect(await worker.store(batch)).toMatchObject({ repeated: true });
    expect(await desk.worker().store(batchOf([register(gateway, 'd', given)]))).toMatchObject({
      stored: 0,
      duplicate: 1,
    });
    expect(await desk.everything('ingest_batch', 'ingest_count')).toEqual(before);
    expect(await desk.books(gateway)).toMatchObject({ stored: 1, duplicate: 2, rejected: 0, items: [1, 2, 0] });
  });
});

describe('the audit of registrations', () => {
  const audit = ({ customerId }: Gateway) =>
    desk.db.selectFrom('audit_entry').where('customer_id', '=', customerId).orderBy('id').selectAll().execute();

  it('says once which gateway took a pending device into the charts, however often it registers', async () => {
    const gateway = await desk.createGateway();
    await desk.db.updateTable('gateway').set({ label: 'Hall 2' }).where('id', '=', gateway.id).execute();
    await worker.store(batchOf([reading(gateway, 'known', 0, { t: 1 })]));
    const batch = batchOf([
      register(gateway, 'known', { label: 'Printer' }),
      register(gateway, 'new', {}, 'MAX UV385'),
      register(gateway, 'known', { serialNumber: 'S-1' }),
      register(gateway, 'unknown', {}, 'Nobody 3000'),
    ]);
    for (const again of [batch, batch, batchOf([register(gateway, 'new', { label: 'later' })])])
      await desk.worker().store(again);
    const entry = {
      at: new Date(NOW),
      actor_kind: 'gateway',
      actor_id: gateway.id,
      actor_name: 'Hall 2',
      action: 'device.registered',
      subject_kind: 'device',
      office_id: gateway.officeId,
    };
    expect(await audit(gateway)).toMatchObject([
      { ...entry, subject_name: 'Printer', detail: { key: 'known', model: 'MAX Mini' } },
      { ...entry, subject_name: 'new', detail: { key: 'new', model: 'MAX UV385' } },
    ]);
  });

  it('has nothing of a device that a user has approved', async () => {
    const gateway = await desk.createGateway();
    await worker.store(batchOf([reading(gateway, 'd', 0, { t: 1 })]));
    await setState(gateway, 'd', 'active');
    await worker.store(batchOf([register(gateway, 'd', { label: 'Printer' })]));
    expect(await deviceOf(gateway, 'd')).toMatchObject({ model: 'MAX Mini', label: 'Printer' });
    expect(await audit(gateway)).toEqual([]);
  });
});

describe('a registration that is refused', () => {
  it('for its unknown model leaves the device pending and its sensors undeclared, and is taken once it is known', async () => {
    const gateway = await desk.createGateway();
    const message = register(gateway, 'd', { label: 'x', sensors: [gauge('power', 'W')] }, 'Nobody 3000');
    expect(await worker.store(batchOf([message]))).toMatchObject({ stored: 0, rejected: 1 });
    expect(await deviceOf(gateway, 'd')).toMatchObject({ state: 'pending', model: null, label: null });
    expect(await sensorsOf(gateway, 'd')).toEqual({ power: [null, 'gauge', 'default', null] });
    expect(await desk.letters(gateway)).toMatchObject([
      { code: 'MODEL_UNKNOWN', path: '/model', item: message.payload.toString() },
    ]);
    const { id } = await desk.db.selectFrom('device_model').select('id').limit(1).executeTakeFirstOrThrow();
    await desk.db.insertInto('model_identifier').values({ identifier: 'Nobody 3000', device_model_id: id }).execute();
    expect(await worker.store(batchOf([message]))).toMatchObject({ stored: 1, rejected: 0 });
    expect(await deviceOf(gateway, 'd')).toMatchObject({ state: 'active', label: 'x' });
    expect(await sensorsOf(gateway, 'd')).toEqual({ power: ['W', 'gauge', 'default', null] });
  });

  it.each(['blocked', 'archived'] as const)(
    'since its device is %s changes nothing, even when that is news',
    async (state) => {
      const gateway = await desk.createGateway();
      await worker.store(batchOf([register(gateway, 'd', {})]));
      await setState(gateway, 'd', state);
      for (const later of [0, 6_000]) {
        desk.clock.now += later;
        await worker.store(batchOf([register(gateway, 'd', { label: `x${later}` })]));
      }
      expect(await deviceOf(gateway, 'd')).toMatchObject({ state, label: null });
      expect(await desk.letters(gateway)).toMatchObject([{ code: 'DEVICE_BLOCKED' }, { code: 'DEVICE_BLOCKED' }]);
    },
  );
});

describe('a declared sensor', () => {
  it.each([
    [1, 'number'],
    [true, 'boolean'],
    ['idle', 'string'],
  ])('takes the type of its first value: %s', async (value, type) => {
    const gateway = await desk.createGateway();
    const sensors = [{ label: 'x', measure: 'state' }];
    await worker.store(batchOf([register(gateway, 'd', { sensors })]));
    expect(await sensorsOf(gateway, 'd')).toEqual({ x: [null, 'state', 'default', null] });
    const other = type === 'string' ? 1 : 'other';
    const outcome = await worker.store(
      batchOf([reading(gateway, 'd', 0, { x: value }), reading(gateway, 'd', 1, { x: other })]),
    );
    expect(outcome).toMatchObject({ stored: 1, rejected: 1 });
    expect([...outcome.codes.keys()]).toEqual(['TYPE_MISMATCH']);
    expect(await sensorsOf(gateway, 'd')).toEqual({ x: [null, 'state', 'default', type] });
    expect(await desk.latest(gateway, 'd')).toHaveLength(1);
  });

  it('keeps the type that another worker gave it meanwhile', async () => {
    const gateway = await desk.createGateway();
    const [one, other] = [desk.worker(), desk.worker()];
    const sensors = [gauge('x', 'W')];
    await Promise.all([one, other].map((each) => each.store(batchOf([register(gateway, 'd', { sensors })]))));
    await one.store(batchOf([reading(gateway, 'd', 0, { x: 1 })]));
    expect(await other.store(batchOf([reading(gateway, 'd', 1, { x: 'text' })]))).toMatchObject({ rejected: 1 });
    expect(await sensorsOf(gateway, 'd')).toEqual({ x: ['W', 'gauge', 'default', 'number'] });
  });

  it('that had values before, even in the same batch, takes unit, measure and visualization once', async () => {
    const gateway = await desk.createGateway();
    const declare = (...sensors: object[]) => register(gateway, 'd', { sensors });
    const first = gauge('x', 'kWh', { measure: 'counter', visualization: 'bar' });
    await worker.store(
      batchOf([reading(gateway, 'd', 0, { x: 1 }), declare(first), reading(gateway, 'd', 1, { x: 2 })]),
    );
    await worker.store(batchOf([declare({ label: 'x', measure: 'state', visualization: 'line' })]));
    expect(await sensorsOf(gateway, 'd')).toEqual({ x: ['kWh', 'counter', 'bar', 'number'] });
    expect(await desk.stored(gateway, 'd')).toHaveLength(2);
  });

  it('refuses another unit for itself alone, and takes one where it has none', async () => {
    const gateway = await desk.createGateway();
    const declare = (...sensors: object[]) => register(gateway, 'd', { label: 'L', sensors });
    await worker.store(batchOf([declare(gauge('a', 'W'), gauge('b', ''))]));
    const outcome = await worker.store(batchOf([declare(gauge('a', 'kW'), gauge('b', 'V'), gauge('c', 'A'))]));
    expect(outcome).toMatchObject({ stored: 1, rejected: 1 });
    const units = Object.entries(await sensorsOf(gateway, 'd')).map(([label, [unit]]) => `${label} ${unit}`);
    expect(units.sort()).toEqual(['a W', 'b V', 'c A']);
    const item = JSON.stringify({ model: 'MAX Mini', label: 'L', sensors: [gauge('a', 'kW')] });
    expect(await desk.letters(gateway)).toMatchObject([{ code: 'UNIT_MISMATCH', path: '/sensors/0/unit', item }]);
  });

  it('counts among those that its device may have, and finds its type when there is no more room', async () => {
    const gateway = await desk.createGateway();
    const small = desk.worker({ sensorsPerDevice: 2 });
    await small.store(
      batchOf([register(gateway, 'd', { sensors: ['a', 'b', 'c'].map((label) => gauge(label, 'W')) })]),
    );
    expect(Object.keys(await sensorsOf(gateway, 'd')).sort()).toEqual(['a', 'b']);
    expect(await small.store(batchOf([reading(gateway, 'd', 0, { a: 1, b: 2, c: 3 })]))).toMatchObject({ stored: 2 });
    expect((await desk.letters(gateway)).map(({ code, path }) => `${code} ${path}`)).toEqual([
      'SENSOR_LIMIT /sensors/2',
      'SENSOR_LIMIT /values/c',
    ]);
  });
});

it("workers that register the same devices at once, in any order, do not stand in each other's way", async () => {
  const gateway = await desk.createGateway();
  const keys = Array.from({ length: 10 }, (_, index) => `d${index}`);
  const sensors = ['x', 'y', 'z'].map((label) => gauge(label, 'W'));
  const messages = keys.flatMap((key) => [
    register(gateway, key, { sensors }),
    reading(gateway, key, 0, { z: 1, y: 2 }),
  ]);
  const batches = [messages, messages.toReversed(), messages].map((each) => batchOf(each));
  const outcomes = await Promise.all(batches.map((batch) => desk.worker().store(batch)));
  expect(outcomes.reduce((sum, { stored }) => sum + stored, 0)).toBe(30);
  expect(outcomes.reduce((sum, { duplicate }) => sum + duplicate, 0)).toBe(60);
  for (const key of keys) expect(Object.keys(await sensorsOf(gateway, key))).toHaveLength(3);
});

it('a device that is being registered takes data meanwhile', async () => {
  const gateway = await desk.createGateway();
  await worker.store(batchOf([register(gateway, 'd', {})]));
  const { id } = await desk.db
    .selectFrom('device')
    .where('office_id', '=', gateway.officeId)
    .select('id')
    .executeTakeFirstOrThrow();
  await desk.db.transaction().execute(async (tx) => {
    await lockAnyDevices(tx, [id]);
    expect(await desk.worker().store(batchOf([reading(gateway, 'd', 0, { t: 1 })]))).toMatchObject({ stored: 1 });
  });
});
