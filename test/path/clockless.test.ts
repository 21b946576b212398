import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createWorld, type World } from '../support/world.ts';

const WAIT = { timeout: 15_000, interval: 50 };

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world?.close());

it('a gateway without a clock has its readings in order, however often it sends them, and over a power cycle', async () => {
  const gateway = await world.createGateway();
  const client = await world.connect(gateway);
  const topic = `v1/gateways/${gateway.id}/devices/oven/readings`;
  const publish = (payload: object) => client.publishAsync(topic, gzipSync(JSON.stringify(payload)), { qos: 1 });
  const storing = (stored: number, duplicate: number) =>
    vi.waitFor(async () => expect(await world.ledger(gateway.id)).toEqual({ stored, duplicate, rejected: 0 }), WAIT);
  const begun = Date.now();

  const backlog = {
    boot: 'first',
    sentUp: 60_000,
    readings: [
      { up: 10_000, values: { temperature: 20 } },
      { up: 50_000, values: { temperature: 21 } },
    ],
  };
  await publish(backlog);
  await storing(1, 0);
  const [first, second, ...none] = (await world.readings()).map(({ recordedAt }) => recordedAt);
  expect([Number(second) - Number(first), none]).toEqual([40_000, []]);
  expect(first).toBeGreaterThanOrEqual(begun - 50_000);
  expect(first).toBeLessThanOrEqual(Date.now() - 50_000);

  await publish({ ...backlog, sentUp: 75_000 });
  await publish(backlog);
  await storing(1, 2);
  expect(await world.readings()).toHaveLength(2);

  await publish({ boot: 'second', sentUp: 500, up: 400, values: { temperature: 30 } });
  await publish({ ...backlog, readings: [{ up: 59_000, values: { temperature: 22 } }] });
  await storing(3, 2);
  const stored = await world.readings();
  expect(stored.map(({ value }) => value)).toEqual([20, 21, 22, 30]);
  expect(stored[2]?.recordedAt).toBe(Number(first) + 49_000);
  expect(await world.deadLetters()).toEqual([]);
});
