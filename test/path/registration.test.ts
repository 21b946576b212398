import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createWorld, type TestGateway, type World } from '../support/world.ts';

const WAIT = { timeout: 15_000, interval: 50 };

let world: World;
let gateway: TestGateway;
let token: string;

beforeAll(async () => {
  world = await createWorld({ roles: ['worker', 'broker', 'api'] });
});
afterAll(() => world?.close());

async function get(path: string): Promise<{ items: Record<string, unknown>[] }> {
  const response = await fetch(`${world.httpUrl}/api/v1/${path}`, { headers: { authorization: `Bearer ${token}` } });
  return (await response.json()) as { items: Record<string, unknown>[] };
}

/** Publishes under the gateway's topics, in this order. */
async function publish(...messages: [topic: string, payload: unknown][]): Promise<void> {
  gateway = await world.createGateway();
  token = (await world.createUser(gateway.customerId)).token;
  const client = await world.connect(gateway);
  for (const [topic, payload] of messages) {
    const bytes = Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
    await client.publishAsync(`v1/gateways/${gateway.id}/${topic}`, bytes, { qos: 1 });
  }
}

it('a device that registers is shown with its model, and its values with unit and measure', async () => {
  const power = { label: 'power', unit: 'W', measure: 'gauge', visualization: 'line' };
  await publish(
    ['devices/d/readings', { values: { state: 'idle' } }],
    ['devices/d/registration', { model: 'otoflash g171', label: 'Curing', sensors: [power] }],
    ['devices/d/readings', { values: { power: 412.5 } }],
  );
  const device = await vi.waitFor(async () => {
    const { items } = await get('devices?state=active');
    expect(items).toMatchObject([{ key: 'd', label: 'Curing', model: { name: 'Otoflash G171' } }]);
    return items[0] as { id: string };
  }, WAIT);
  await vi.waitFor(async () => {
    const { items } = await get(`devices/${device.id}/latest`);
    expect(items).toMatchObject([
      { ...power, valueType: 'number', value: 412.5 },
      { label: 'state', unit: null, valueType: 'string' },
    ]);
  }, WAIT);
});

it('one message brings what is to say of many devices, and what is refused of it is shown', async () => {
  const items = [
    { device: 'a', kind: 'registration', payload: { model: 'Emmi-30 HC' } },
    { device: 'a', kind: 'readings', payload: { values: { temperature: 41 } } },
    { device: 'b', kind: 'registration', ref: '17', payload: { model: 'Nobody 3000' } },
  ];
  await publish(['batch', gzipSync(JSON.stringify(items))]);
  await vi.waitFor(async () => {
    expect((await get('devices')).items).toMatchObject([
      { key: 'a', state: 'active' },
      { key: 'b', state: 'pending' },
    ]);
    expect((await get('dead-letters')).items).toMatchObject([
      { code: 'MODEL_UNKNOWN', path: '/2/payload/model', deviceKey: 'b', ref: '17', item: '{"model":"Nobody 3000"}' },
    ]);
  }, WAIT);
  expect(await world.ledger(gateway.id)).toEqual({ stored: 0, duplicate: 0, rejected: 1 });
});
