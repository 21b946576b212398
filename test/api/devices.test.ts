import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScene, type Home, NOW, type Scene } from './scene.ts';

let scene: Scene;
let home: Home;
let other: Home;
let gatewayId: string;
let printer: string;
let token: string;
const at = (ms: number) => new Date(NOW + ms).toISOString();

beforeAll(async () => {
  scene = await createScene();
  const customerId = await scene.createCustomer();
  home = await scene.createOffice(customerId, 'Berlin');
  other = await scene.createOffice(customerId, 'Hamburg');
  token = await scene.signIn(await scene.createUser({ homes: [{ customerId, officeId: null }] }));
  gatewayId = await scene.createGateway(home);
  printer = await scene.createDevice(home, 'printer', gatewayId);
  const [supplierId, modelId] = [uuid(), uuid()];
  await scene.db.insertInto('supplier').values({ id: supplierId, name: 'Formlabs' }).execute();
  await scene.db.insertInto('device_model').values({ id: modelId, supplier_id: supplierId, name: 'Form 4' }).execute();
  await scene.db
    .updateTable('device')
    .set({ device_model_id: modelId, label: 'P' })
    .where('id', '=', printer)
    .execute();
  for (const state of ['pending', 'blocked', 'archived'] as const) {
    await scene.createDevice(other, state);
    await scene.db.updateTable('device').set({ state }).where('key', '=', state).execute();
  }
});
afterAll(() => scene?.close());

describe('devices', () => {
  it('one is shown as in the list, with what stands in no list', async () => {
    const listed = {
      id: printer,
      key: 'printer',
      label: 'P',
      state: 'active',
      customerId: home.customerId,
      officeId: home.officeId,
      officeName: 'Berlin',
      model: { id: expect.any(String), name: 'Form 4', supplier: 'Formlabs' },
      monitoring: true,
      serialNumber: null,
      lastHeardAt: at(0),
      newestRecordedAt: null,
      createdAt: expect.any(String),
    };
    expect((await scene.get(`/api/v1/devices?officeId=${home.officeId}`, token)).body.items).toEqual([listed]);
    expect((await scene.get(`/api/v1/devices/${printer}`, token)).body).toEqual({
      ...listed,
      registrationCode: null,
      interfaceName: null,
      networkAddress: null,
      heardBy: [{ gatewayId, label: 'A gateway', firstHeardAt: at(0), lastHeardAt: at(0) }],
      triedModel: null,
    });
  });

  it.each([
    ['', ['printer', 'blocked']],
    ['state=active', ['printer']],
    ['state=pending', ['pending']],
    ['state=blocked', ['blocked']],
    ['state=archived', ['archived']],
    [() => `officeId=${other.officeId}`, ['blocked']],
    [() => `officeId=${other.officeId}&state=pending`, ['pending']],
    [() => `gatewayId=${gatewayId}`, ['printer']],
    [() => `gatewayId=${gatewayId}&state=pending`, []],
  ])('are filtered by "%s"', async (filter, keys) => {
    const query = typeof filter === 'string' ? filter : filter();
    const { body } = await scene.get(`/api/v1/devices?${query}`, token);
    expect(body.items.map(({ key }: { key: string }) => key)).toEqual(keys);
  });

  it('a state that does not exist is refused', async () => {
    const { status, body } = await scene.get('/api/v1/devices?state=broken', token);
    expect([status, body.errors[0].pointer]).toEqual([400, '/state/0']);
  });

  it('pages lead through all of them once, also while others appear', async () => {
    for (let n = 0; n < 7; n++) await scene.createDevice(other, `paged ${n}`);
    const url = `/api/v1/devices?officeId=${other.officeId}&limit=3`;
    const items = await scene.getAll(url, token, async (page) => {
      if (page < 2) await scene.createDevice(other, `between ${page}`);
    });
    const keys = items.map(({ key }) => key);
    expect(keys.slice(0, 8)).toEqual(['blocked', ...Array.from({ length: 7 }, (_, n) => `paged ${n}`)]);
    expect(new Set(keys).size).toBe(10);
  });

  it('that two gateways of an office hear are one, with when each heard it first and last', async () => {
    const office = await scene.createOffice(home.customerId);
    const [one, two] = [await scene.createGateway(office, 'One'), await scene.createGateway(office, 'Two')];
    const device = await scene.createDevice(office, 'shared', one);
    const heard = { device_id: device, gateway_id: two, first_heard_at: at(-60_000), last_heard_at: at(60_000) };
    await scene.db.insertInto('device_gateway').values(heard).execute();
    const { body } = await scene.get(`/api/v1/devices/${device}`, token);
    expect(body).toMatchObject({
      lastHeardAt: at(60_000),
      heardBy: [
        { gatewayId: two, label: 'Two', firstHeardAt: at(-60_000), lastHeardAt: at(60_000) },
        { gatewayId: one, label: 'One', firstHeardAt: at(0), lastHeardAt: at(0) },
      ],
    });
    for (const hearer of [one, two]) {
      const { items } = (await scene.get(`/api/v1/devices?gatewayId=${hearer}`, token)).body;
      expect(items.map(({ id }: { id: string }) => id)).toEqual([device]);
    }
  });

  it('does not show who sees one office a gateway that stands in another one since', async () => {
    const office = await scene.createOffice(home.customerId);
    const gateway = await scene.createGateway(office);
    const device = await scene.createDevice(office, 'd', gateway);
    await scene.db.updateTable('gateway').set({ office_id: other.officeId }).where('id', '=', gateway).execute();
    const ofOffice = await scene.signIn(await scene.createUser({ homes: [office] }));
    expect((await scene.get(`/api/v1/devices/${device}`, ofOffice)).body.heardBy).toEqual([]);
    expect((await scene.get(`/api/v1/devices/${device}`, token)).body.heardBy).toHaveLength(1);
  });
});

describe('latest values', () => {
  it('come with their sensor, each in its own type', async () => {
    const device = await scene.createDevice(home, 'types', gatewayId);
    await scene.store(device, 'temperature', [[NOW, 21.5]]);
    await scene.store(device, 'door', [[NOW, true]]);
    await scene.store(device, 'fan', [[NOW, false]]);
    await scene.store(device, 'phase', [
      [NOW - 5_000, 'idle'],
      [NOW, 'curing "fast" \u2713'],
    ]);
    await scene.store(device, 'zero', [[NOW, 0]]);
    await scene.store(device, 'empty', [[NOW, '']]);
    await scene.db
      .updateTable('sensor')
      .set({ unit: '°C', visualization: 'line' })
      .where('label', '=', 'temperature')
      .execute();
    const { body } = await scene.get(`/api/v1/devices/${device}/latest`, token);
    expect(body).toMatchObject({ deviceId: device, state: 'active' });
    expect(body.items.map((item: { label: string; value: unknown }) => [item.label, item.value])).toEqual([
      ['door', true],
      ['empty', ''],
      ['fan', false],
      ['phase', 'curing "fast" \u2713'],
      ['temperature', 21.5],
      ['zero', 0],
    ]);
    expect(body.items[4]).toEqual({
      label: 'temperature',
      unit: '°C',
      valueType: 'number',
      measure: 'gauge',
      visualization: 'line',
      value: 21.5,
      recordedAt: at(0),
      receivedAt: at(2_000),
      ageSeconds: 0,
      freshness: 'unknown',
      staleAfterSeconds: null,
    });
  });

  it('are none for a device that sent nothing', async () => {
    const device = await scene.createDevice(home, 'mute');
    expect((await scene.get(`/api/v1/devices/${device}/latest`, token)).body.items).toEqual([]);
  });
});
