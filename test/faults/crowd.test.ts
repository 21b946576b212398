import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { connectOf, openGateway, openRaw, type RawClient } from '../broker/raw.ts';
import { connect, publish } from '../broker/wire.ts';
import { freePort } from '../support/free-port.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';
import { type RoleComponent, roleComponent } from './components.ts';

/** In the suite a small crowd; `npm run soak` makes it a large one (docs/reliability.md). */
const { env } = process;
const number = (name: string, fallback: number) => Number(env[`STEPCLOUD_CROWD_${name}`] ?? fallback);
const IDLE = number('IDLE', 200);
const ACTIVE = number('ACTIVE', 20);
const SECONDS = number('SECONDS', 2);
/** CONNECTs with a token that is none, and sockets that send a byte a second of theirs. */
const BAD_PER_SECOND = number('BAD_PER_SECOND', 50);
const SLOW = number('SLOW', 20);
const AT_ONCE = 100;
/** Nobody pings: the longest that the broker allows. */
const KEEPALIVE_S = 1_200;
const GATEWAYS = Math.ceil(IDLE / 20);
const CONNECT_TIMEOUT_MS = 10_000;
const SETTINGS = `export default {
  connectTimeoutMs: ${CONNECT_TIMEOUT_MS},
  limits: { maxConnectionsPerAddress: 20000 },
  rates: { gateway: { messagesPerSecond: 100000 }, customer: { messagesPerSecond: 100000 } },
};`;

let folder: string;
let world: World;
let broker: RoleComponent;
let port: number;
let gateways: TestGateway[];
const clients: RawClient[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepcloud-crowd-'));
  await writeFile(join(folder, 'broker.config.ts'), SETTINGS);
  world = await createWorld({ roles: ['worker'] });
  port = await freePort();
  const started = roleComponent('broker', 'broker', world, {
    MQTT_PORT: `${port}`,
    STEPCLOUD_BROKER_CONFIG: join(folder, 'broker.config.ts'),
  });
  broker = started;
  await started.ready;
  gateways = [];
  while (gateways.length < GATEWAYS) gateways.push(await world.createGateway());
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await broker.end();
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

const gatewayOf = (n: number) => gateways[n % GATEWAYS] as TestGateway;

async function open(count: number, name: string): Promise<RawClient[]> {
  const opened: RawClient[] = [];
  while (opened.length < count) {
    const together = Array.from({ length: Math.min(AT_ONCE, count - opened.length) }, (_, n) => opened.length + n);
    const more = together.map((n) =>
      openGateway(world, gatewayOf(n), { clientId: `${name}-${n}`, keepalive: KEEPALIVE_S }, port),
    );
    opened.push(...(await Promise.all(more)));
  }
  clients.push(...opened);
  return opened;
}

/** Each sends a message a second; resolves with how long each acknowledgement took, in milliseconds. */
async function sendFrom(active: readonly RawClient[], until: number): Promise<number[]> {
  const took: number[] = [];
  const from = Date.now() - 3_600_000;
  const send = async (client: RawClient, n: number): Promise<void> => {
    const topic = `v1/gateways/${gatewayOf(n).id}/devices/d${n}/readings`;
    await delay(Math.random() * 1_000);
    for (let id = 1; performance.now() < until; id++) {
      const sentAt = performance.now();
      client.send(publish({ topic, payload: JSON.stringify({ ts: from + id, values: { n: id } }), qos: 1, id }));
      await client.until('puback', id);
      took.push(performance.now() - sentAt);
      await delay(Math.max(1_000 - (performance.now() - sentAt), 0));
    }
  };
  await Promise.all(active.map(send));
  return took.sort((a, b) => a - b);
}

/** CONNECTs that are refused, so many a second as get through; resolves with how many were, and how many heard nothing in 15 s. */
async function sendBad(until: number): Promise<{ refused: number; unheard: number }> {
  const bad = connectOf({ ...gatewayOf(0), token: 'none' });
  const counts = { refused: 0, unheard: 0 };
  const lane = async (): Promise<void> => {
    while (performance.now() < until) {
      const due = delay((1_000 * AT_ONCE) / BAD_PER_SECOND);
      const client = await openRaw(port);
      client.send(bad);
      await client.closed().then(
        () => counts.refused++,
        () => counts.unheard++,
      );
      client.destroy();
      await due;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return counts;
}

/** Sockets that send their CONNECT byte by byte, and are opened again when they are closed; resolves with how often they were. */
async function trickle(until: number): Promise<number> {
  const bytes = connect({ clientId: 'slow'.repeat(100) });
  let closed = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < until) {
      const client = await openRaw(port);
      for (let sent = 0; !client.isClosed && performance.now() < until; sent++) {
        client.send(bytes.subarray(sent, sent + 1));
        await delay(1_000);
      }
      if (client.isClosed) closed++;
      client.destroy();
    }
  };
  await Promise.all(Array.from({ length: SLOW }, lane));
  return closed;
}

it('stays connected and is served, whoever else knocks at the door', {
  timeout: 180_000 + SECONDS * 2_000,
}, async () => {
  const megabytes = () => Math.round(broker.memoryBytes() / 1e6);
  const before = broker.memoryBytes();
  const idle = await open(IDLE, 'idle');
  const perConnection = Math.round((broker.memoryBytes() - before) / IDLE / 1024);
  const active = await open(ACTIVE, 'active');

  const memory = [megabytes()];
  const until = performance.now() + SECONDS * 1_000;
  const [took, bad, slow] = await Promise.all([sendFrom(active, until), sendBad(until), trickle(until)]);
  memory.push(megabytes());

  const percentile = (part: number) => Math.round(took[Math.floor(took.length * part)] ?? 0);
  const figures = {
    idle: IDLE,
    active: ACTIVE,
    seconds: SECONDS,
    kilobytesPerConnection: perConnection,
    megabytes: memory,
    acknowledged: took.length,
    p50: percentile(0.5),
    p99: percentile(0.99),
    refusedPerSecond: Math.round(bad.refused / SECONDS),
    unheard: bad.unheard,
    slowClosed: slow,
  };
  console.log(`crowd: ${JSON.stringify(figures)}`);
  expect([...idle, ...active].filter(({ isClosed }) => isClosed).length).toBe(0);
  expect(bad.refused).toBeGreaterThan(0);
  if (SECONDS * 1_000 > 2 * CONNECT_TIMEOUT_MS) expect(slow).toBeGreaterThan(0);
  expect(broker.ends()).toEqual([]);
  const stored = async () => {
    const books = await Promise.all(gateways.map(({ id }) => world.ledger(id)));
    return books.reduce((sum, book) => sum + book.stored, 0);
  };
  await vi.waitFor(async () => expect(await stored()).toBe(took.length), { timeout: 30_000, interval: 100 });
});
