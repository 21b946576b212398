import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createWorld, type World } from '../support/world.ts';
import { openGateway } from './raw.ts';
import { publish } from './wire.ts';

const MESSAGES = 5_000;

let world: World;
beforeAll(async () => {
  world = await createWorld({ roles: [], env: { METRICS_PORT: '0' } });
});
afterAll(() => world.close());

it('a broker that stops is not ready any more, acknowledges all that it took, and takes nothing of what still comes', async () => {
  const broker = await world.start('broker');
  const gateway = await world.createGateway();
  const client = await openGateway(world, gateway);
  const topic = `v1/gateways/${gateway.id}/devices/d/readings`;
  const padding = 'x'.repeat(500);
  const from = Date.now() - 3_600_000;
  for (let n = 1; n <= MESSAGES; n++) {
    const payload = JSON.stringify({ ts: from + n, values: { n, padding } });
    client.send(publish({ topic, payload, qos: 1, id: n }));
  }
  await client.until('puback');
  const readiness = () => fetch(`http://127.0.0.1:${broker.metricsPort}/readyz`).then(({ status }) => status);
  expect(await readiness()).toBe(200);
  const closed = broker.close();
  expect(await readiness().catch(() => 'away')).not.toBe(200);
  await closed;
  await client.closed();
  const acknowledged = client.received.filter(({ cmd }) => cmd === 'puback').length;
  expect(acknowledged).toBeLessThan(MESSAGES);

  await world.start('worker');
  await vi.waitFor(async () => expect((await world.ledger(gateway.id)).stored).toBeGreaterThanOrEqual(acknowledged), {
    timeout: 10_000,
    interval: 50,
  });
  expect((await world.ledger(gateway.id)).stored).toBe(acknowledged);
});
