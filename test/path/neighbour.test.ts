import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openGateway, type RawClient } from '../broker/raw.ts';
import { publish, subscribe } from '../broker/wire.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';

/** In the suite a short run; `npm run soak` makes it longer (docs/reliability.md). */
const SECONDS = Number(process.env.STEPCLOUD_NEIGHBOUR_SECONDS ?? 1);
const LIMIT = 200;
const TIMES_ITS_LIMIT = 20;
const CALM_PER_SECOND = 10;
/** Of the noisy one's messages one in so many is refused, and it is told: it does not listen. */
const BAD_EACH = 20;

let world: World;
beforeAll(async () => {
  world = await createWorld({
    settings: (all) => {
      const rate = { messagesPerSecond: LIMIT, bytesPerSecond: 1 << 30 };
      return { ...all, rates: { gateway: rate, customer: rate, burstSeconds: 1 } };
    },
  });
});
afterAll(() => world.close());

const from = Date.now() - 3_600_000;
const message = ({ id: gateway }: TestGateway, n: number, value: unknown = n) =>
  publish({
    topic: `v1/gateways/${gateway}/devices/d/readings`,
    payload: JSON.stringify({ ts: from + n, values: { n: value } }),
    qos: 1,
    id: (n % 65_535) + 1,
  });

/** A message each tenth of a second; resolves with how long their acknowledgements took, in order of that. */
async function sendCalmly(gateway: TestGateway, client: RawClient, first: number): Promise<number[]> {
  const took: number[] = [];
  for (let n = first; n < first + SECONDS * CALM_PER_SECOND; n++) {
    const sentAt = performance.now();
    client.send(message(gateway, n));
    await client.until('puback', n + 1);
    took.push(performance.now() - sentAt);
    await delay(Math.max(1_000 / CALM_PER_SECOND - (performance.now() - sentAt), 0));
  }
  return took.sort((a, b) => a - b);
}

const p99 = (took: readonly number[]) => Math.round(took[Math.floor(took.length * 0.99)] ?? 0);

it('a customer at twenty times its limit that does not listen takes nothing from another', {
  timeout: 60_000 + SECONDS * 5_000,
}, async () => {
  const [calm, noisy] = [await world.createGateway(), await world.createGateway()];
  const client = await openGateway(world, calm);
  const alone = await sendCalmly(calm, client, 0);

  const frozen = await openGateway(world, noisy, { clientId: 'frozen' });
  frozen.send(subscribe(1, [`v1/gateways/${noisy.id}/down/#`], 1));
  await frozen.until('suback');
  frozen.socket.pause();
  const eager = await openGateway(world, noisy, { clientId: 'eager' });
  const startedAt = performance.now();
  const offered = LIMIT * TIMES_ITS_LIMIT * SECONDS;
  for (let n = 0; n < offered; n++) eager.send(message(noisy, n, n % BAD_EACH === 0 ? {} : n));
  const beside = await sendCalmly(calm, client, SECONDS * CALM_PER_SECOND);
  const seconds = (performance.now() - startedAt) / 1_000;
  const taken = eager.received.filter(({ cmd }) => cmd === 'puback').length;

  console.log(
    `noisy neighbour: p99 ack ${p99(alone)} ms alone, ${p99(beside)} ms beside one that had ${taken} of ${offered} taken`,
  );
  expect(taken).toBeGreaterThan(0);
  expect(taken).toBeLessThan(LIMIT * (seconds + 2)); // a burst of a second, and what is due
  expect(client.isClosed).toBe(false);
  expect(eager.isClosed).toBe(false);
  for (const one of [client, eager, frozen]) one.destroy();
  await vi.waitFor(
    async () => {
      expect((await world.ledger(calm.id)).stored).toBe(2 * SECONDS * CALM_PER_SECOND);
      const { stored, rejected } = await world.ledger(noisy.id);
      expect(stored + rejected).toBeGreaterThanOrEqual(taken);
    },
    { timeout: 15_000, interval: 100 },
  );
});
