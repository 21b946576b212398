import { gzipSync } from 'node:zlib';
import type { MqttClient } from 'mqtt';
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

type Answer = { items: Record<string, unknown>[] };

async function request(path: string, init: RequestInit = {}): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(`${world.httpUrl}/api/v1/${path}`, { ...init, headers });
  return (await response.json()) as Answer;
}

const get = (path: string) => request(path);
const post = (path: string, body: object) => request(path, { method: 'POST', body: JSON.stringify(body) });

/** Publishes under the topics of a new gateway, in this order; returns its connection. */
async function publish(...messages: Message[]): Promise<MqttClient> {
  gateway = await world.createGateway();
  token = (await world.createUser(gateway.customerId)).token;
  const client = await world.connect(gateway);
  await publishOn(client, ...messages);
  return client;
}

type Message = [topic: string, payload: unknown];

async function publishOn(client: MqttClient, ...messages: Message[]): Promise<void> {
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
    expect((await get('devices')).items).toMatchObject([{ key: 'a', state: 'active' }]);
    const { items: pending } = await get('devices?state=pending');
    expect(pending).toMatchObject([{ key: 'b' }]);
    expect(await get(`devices/${pending[0]?.id}`)).toMatchObject({ triedModel: 'Nobody 3000' });
    expect((await get('dead-letters')).items).toMatchObject([
      { code: 'MODEL_UNKNOWN', path: '/2/payload/model', deviceKey: 'b', ref: '17', item: '{"model":"Nobody 3000"}' },
    ]);
  }, WAIT);
  expect(await world.ledger(gateway.id)).toEqual({ stored: 0, duplicate: 0, rejected: 1 });
});

it('devices that nobody knows wait unlisted, and have their past values when they are approved; then new ones arrive', async () => {
  const T = Date.now() - 60_000;
  const client = await publish(
    ['devices/a/readings', { ts: T, values: { power: 1 } }],
    ['devices/b/readings', { ts: T, values: { power: 2 } }],
  );
  const pending = await vi.waitFor(async () => {
    const { items } = await get('devices?state=pending');
    expect(items.map(({ key }) => key).sort()).toEqual(['a', 'b']);
    return items.sort((one, other) => (String(one.key) < String(other.key) ? -1 : 1));
  }, WAIT);
  const ids = pending.map(({ id }) => id as string);
  expect((await get('devices')).items).toEqual([]);
  expect((await post('devices/approve', { ids })).items).toEqual(
    ids.map((id) => ({ id, state: 'active', code: null, detail: null })),
  );
  expect((await get('devices')).items.map(({ id }) => id).sort()).toEqual([...ids].sort());
  const values = async () => {
    const all = await Promise.all(ids.map((id) => get(`devices/${id}/readings?label=power&order=asc`)));
    return all.map(({ items }) => items.map(({ value }) => value));
  };
  await vi.waitFor(async () => expect(await values()).toEqual([[1], [2]]), WAIT);
  await publishOn(client, ['devices/a/readings', { ts: T + 1, values: { power: 3 } }]);
  await vi.waitFor(async () => expect(await values()).toEqual([[1, 3], [2]]), WAIT);
});
