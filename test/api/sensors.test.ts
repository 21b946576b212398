import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendMarks, floorTo, HOUR } from '../../src/db/rollups.ts';
import { rollUp } from '../../src/worker/rollups.ts';
import { type Answer, createScene, type Home, NOW, type Scene } from './scene.ts';

let scene: Scene;
let home: Home;
let operator: { id: string; email: string };
let token: string;
let deviceId: string;

beforeAll(async () => {
  scene = await createScene();
  home = await scene.createOffice(await scene.createCustomer());
  operator = await scene.createUser({ homes: [{ ...home, role: 'operator' }] });
  token = await scene.signIn(operator);
  deviceId = await scene.createDevice(home, 'printer');
  await scene.store(deviceId, 'temperature', [[NOW - 60_000, 21.5]]);
  await scene.store(deviceId, 'door/left', [[NOW - 60_000, true]]);
  const declared = { label: 'phase', unit: null, measure: 'state', visualization: 'bar' } as const;
  await scene.db
    .insertInto('sensor')
    .values({ ...declared, device_id: deviceId, declared_at: new Date(NOW) })
    .execute();
});
afterAll(() => scene?.close());

const url = (id = deviceId) => `/api/v1/devices/${id}/sensors`;
const change = (label: string, payload: object) =>
  scene.request({ method: 'PATCH', url: `${url()}?label=${encodeURIComponent(label)}`, token, payload });
const outcome = ({ status, body }: Answer) => [status, body.code];
const find = async (label: string) =>
  (await scene.get(url(), token)).body.items.find((sensor: { label: string }) => sensor.label === label);

/** One that came with its first value. */
async function createSensor(): Promise<string> {
  const label = uuid();
  await scene.store(deviceId, label, [[NOW - 60_000, 1]]);
  return label;
}

describe('the sensors of a device', () => {
  it('are listed by label, also those without a value', async () => {
    const undeclared = { unit: null, measure: 'gauge', visualization: 'default', declaredAt: null };
    const createdAt = expect.any(String);
    expect((await scene.get(url(), token)).body).toEqual({
      items: [
        { label: 'door/left', valueType: 'boolean', ...undeclared, createdAt },
        {
          ...{ label: 'phase', valueType: null, unit: null, measure: 'state', visualization: 'bar' },
          ...{ declaredAt: new Date(NOW).toISOString(), createdAt },
        },
        { label: 'temperature', valueType: 'number', ...undeclared, createdAt },
      ],
      nextCursor: null,
    });
    const paged = await scene.getAll(`${url()}?limit=1`, token);
    expect(paged.map(({ label }) => label)).toEqual(['door/left', 'phase', 'temperature']);
  });

  it('are not there for others', async () => {
    const stranger = await scene.signIn(await scene.createUser());
    expect(outcome(await scene.get(url(), stranger))).toEqual([404, 'NOT_FOUND']);
  });
});

describe('a sensor', () => {
  it('is changed in what is given, whatever stands in its label, and that is written down', async () => {
    const { status, body } = await change('door/left', { visualization: 'bar' });
    expect([status, body]).toEqual([200, await find('door/left')]);
    expect(body).toMatchObject({ visualization: 'bar', measure: 'gauge', unit: null, valueType: 'boolean' });
    const entry = await scene.db
      .selectFrom('audit_entry')
      .where('action', '=', 'sensor.changed')
      .select(['actor_id', 'subject_kind', 'subject_id', 'subject_name', 'customer_id', 'office_id', 'detail'])
      .execute();
    expect(entry).toEqual([
      {
        ...{ actor_id: operator.id, subject_kind: 'device', subject_id: deviceId, subject_name: 'printer' },
        ...{ customer_id: home.customerId, office_id: home.officeId },
        detail: { sensor: 'door/left', visualization: 'bar' },
      },
    ]);
  });

  it('is given a unit once, and keeps it', async () => {
    const label = await createSensor();
    expect((await change(label, { unit: '°C' })).body.unit).toBe('°C');
    expect(outcome(await change(label, { unit: '°C', visualization: 'line' }))).toEqual([200, undefined]);
    const refused = await change(label, { unit: 'K', visualization: 'scatter' });
    expect(outcome(refused)).toEqual([409, 'CONFLICT']);
    expect(refused.body.detail).toContain('°C');
    expect(await find(label)).toMatchObject({ unit: '°C', visualization: 'line' });
  });

  it('with a unit alone is still to be declared; with what it measures it is, and stays so', async () => {
    const label = await createSensor();
    expect((await change(label, { unit: 'kWh' })).body.declaredAt).toBeNull();
    const { declaredAt } = (await change(label, { measure: 'counter' })).body;
    expect(declaredAt).not.toBeNull();
    expect((await change(label, { visualization: 'bar' })).body).toMatchObject({ declaredAt, measure: 'counter' });
  });

  it('has its values summed up by what it measures now, past ones too, and they stay', async () => {
    const label = uuid();
    await scene.store(deviceId, label, [
      [NOW - 120_000, 5],
      [NOW - 60_000, 8],
    ]);
    const sensor = scene.db.selectFrom('sensor').where('label', '=', label).select('id');
    const { id } = await sensor.executeTakeFirstOrThrow();
    await appendMarks(new Map([[floorTo(NOW, HOUR), new Set([id])]])).execute(scene.db);
    await rollUp(scene.db, 'month', NOW, new AbortController().signal);

    const span = `label=${label}&from=${new Date(NOW - 600_000).toISOString()}`;
    const read = async (what: string) => (await scene.get(`/api/v1/devices/${deviceId}/${what}&${span}`, token)).body;
    const bucket = async () => (await read('aggregates?width=1h')).sensors[0].buckets[0];
    const { items } = await read('readings?');
    expect(await bucket()).not.toHaveProperty('increase');
    await change(label, { measure: 'counter' });
    expect(await bucket()).toMatchObject({ count: 2, increase: 3 });
    await change(label, { measure: 'state' });
    expect((await bucket()).states.map(({ value }: { value: number }) => value)).toEqual([5, 8]);
    expect((await read('readings?')).items).toEqual(items);
  });

  it.each([
    ['nothing', {}, ''],
    ['no unit', { unit: null }, '/unit'],
    ['a measure that there is not', { measure: 'sum' }, '/measure'],
    ['another label', { label: 'x' }, '/label'],
    ['another type', { valueType: 'string' }, '/valueType'],
  ])('cannot be given %s', async (_, payload, pointer) => {
    const { status, body } = await change('temperature', payload);
    expect([status, body.errors[0].pointer]).toEqual([400, pointer]);
  });

  it('that the device has not is not changed', async () => {
    expect(outcome(await change('nothing', { unit: 'V' }))).toEqual([404, 'NOT_FOUND']);
  });
});
