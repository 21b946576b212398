import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createWorld, type TestGateway, type World } from '../support/world.ts';

const WAIT = { timeout: 15_000, interval: 50 };

let world: World;
let gateway: TestGateway;

beforeAll(async () => {
  world = await createWorld();
  gateway = await world.createGateway();
});
afterAll(() => world.close());

const topic = (device: string) => `v1/gateways/${gateway.id}/devices/${device}/readings`;
const stored = async (device: string) => (await world.readings()).filter((reading) => reading.device === device);

describe('a reading published over MQTT', () => {
  it.each([0, 1, 2] as const)('is stored at QoS %i', async (qos) => {
    const client = await world.connect(gateway);
    const ts = Date.now() - 5_000;
    await client.publishAsync(
      topic(`qos-${qos}`),
      JSON.stringify({ ts, values: { weight: 1.25, lid: true, state: 'on' } }),
      { qos },
    );
    await vi.waitFor(async () => {
      expect(await stored(`qos-${qos}`)).toEqual([
        { device: `qos-${qos}`, label: 'lid', recordedAt: ts, value: 1 },
        { device: `qos-${qos}`, label: 'state', recordedAt: ts, value: 'on' },
        { device: `qos-${qos}`, label: 'weight', recordedAt: ts, value: 1.25 },
      ]);
    }, WAIT);
  });

  it('leaves each row once when it is sent three times, and each message is accounted for', async () => {
    const sender = await world.createGateway();
    const client = await world.connect(sender);
    const path = `v1/gateways/${sender.id}/devices/thrice/readings`;
    const ts = Date.now() - 60_000;
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < 20; n++) {
        await client.publishAsync(path, JSON.stringify({ ts: ts + n, values: { n } }), { qos: 1 });
      }
    }
    await vi.waitFor(
      async () => expect(await world.ledger(sender.id)).toEqual({ stored: 20, duplicate: 40, rejected: 0 }),
      WAIT,
    );
    expect((await stored('thrice')).map(({ value }) => value)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect((await world.deadLetters()).filter((letter) => letter.topic === path)).toEqual([]);
  });
});
