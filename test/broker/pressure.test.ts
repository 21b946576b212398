import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Held } from '../../src/ingest/ingest.ts';
import { type RoleProcess, startProcess } from '../support/process.ts';
import { createWorld, type World } from '../support/world.ts';
import { GATEWAY, startHeld } from './aedes.ts';
import { connectOf, openRaw, type RawClient } from './raw.ts';
import { connect, field, frame, pingreq, publish, subscribe } from './wire.ts';

const WAIT = { timeout: 30_000, interval: 50 };
const MAX_GROWTH_BYTES = 50e6;
const CLOSED_WITHIN_MS = 10_000;
const CONNECT_TIMEOUT_MS = 3_000;
const PAGE_BYTES = 4096;
/**
 * Has a process collect its garbage each 8 MB, so that its size tells what it holds: a read of a socket is 64 KiB, and V8
 * would let some 64 MB of them lie about before it looks.
 */
const COLLECTING = `--import=data:text/javascript,${encodeURIComponent(`
  import { setFlagsFromString } from 'node:v8';
  import { runInNewContext } from 'node:vm';
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  let held = 0;
  setInterval(() => {
    if (process.memoryUsage().arrayBuffers - held < 8e6) return;
    collect();
    held = process.memoryUsage().arrayBuffers;
  }, 10).unref();
`)}`;

describe('messages that wait', () => {
  const CAP = 64;
  const ids = Array.from({ length: 4_096 }, (_, n) => n + 1);
  const message = (id: number) =>
    publish({ topic: `v1/gateways/${GATEWAY}/devices/d/readings`, payload: `${id}`, qos: 1, id });

  it.each([
    ['in one segment', (client: RawClient) => client.send(...ids.map(message))],
    [
      'in a segment each',
      (client: RawClient) => {
        for (const id of ids) client.send(message(id));
      },
    ],
  ])('are no more than the cap at once when they come %s, and acknowledged in order', async (_, send) => {
    let waiting: Held[] = [];
    let most = 0;
    const accept = (held: Held): void => {
      waiting.push(held);
      most = Math.max(most, waiting.length);
    };
    const { client } = await startHeld(accept, { maxInflightMessages: CAP });
    send(client);
    for (let acknowledged = 0; acknowledged < ids.length; ) {
      await vi.waitFor(() => expect(waiting).not.toHaveLength(0), { ...WAIT, interval: 1 });
      const held = waiting;
      waiting = [];
      for (const acknowledge of held) acknowledge(undefined, 'm');
      acknowledged += held.length;
      await client.until('puback', acknowledged);
    }
    expect(most).toBeLessThanOrEqual(CAP);
    expect(client.ids('puback')).toEqual(ids);
  });
});

describe('a client that reads nothing of what it is answered', () => {
  it.each<[string, Buffer]>([
    ['PINGREQ', pingreq],
    ['SUBSCRIBE', subscribe(1, ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])],
    ['PUBLISH', publish({ topic: 't', qos: 1, id: 1 })],
  ])('and floods with %s is soon not read any more', async (_, packet) => {
    const { connections } = await startHeld((held) => queueMicrotask(() => held(undefined, 'm')));
    const stream = new Duplex({ read() {}, write() {} });
    connections.accept(stream, { address: '10.0.0.1', transport: 'tcp' });
    stream.push(connect());
    let sent = 0;
    for (; stream.readableLength < 100 * packet.length && sent < 20_000; sent++) {
      stream.push(packet);
      await setImmediate();
    }
    expect(sent).toBeLessThan(20_000);
    expect(stream.writableLength).toBeLessThan(2 * stream.writableHighWaterMark);
  });
});

/** The broker as a process of its own, so that its memory is its own. */
describe.skipIf(process.platform !== 'linux')('the memory of a broker process (read from /proc, on Linux only)', () => {
  let world: World;
  let broker: RoleProcess;
  let folder: string;
  let port: number;

  beforeAll(async () => {
    world = await createWorld({ roles: ['worker'] });
    folder = await mkdtemp(join(tmpdir(), 'stepcloud-pressure-'));
    const settings = join(folder, 'broker.config.mjs');
    await writeFile(settings, `export default { connectTimeoutMs: ${CONNECT_TIMEOUT_MS} };\n`);
    broker = await startProcess(world, 'broker', { STEPCLOUD_BROKER_CONFIG: settings, NODE_OPTIONS: COLLECTING });
    port = await broker.port();
    await goodClientIsServed();
  });
  afterAll(async () => {
    await broker.kill();
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  const block = Buffer.alloc(65_536, 'x');
  const large = frame(3, 0, field('topic'), 268_435_455);

  const rss = (): number => Number(readFileSync(`/proc/${broker.child.pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES;

  /** How far the broker's memory rises while something is done, at most. */
  async function growthDuring(work: () => Promise<unknown>): Promise<number> {
    const before = rss();
    let peak = before;
    const watching = setInterval(() => {
      peak = Math.max(peak, rss());
    }, 20);
    await work().finally(() => clearInterval(watching));
    return Math.max(peak, rss()) - before;
  }

  async function openMany(count: number): Promise<RawClient[]> {
    const clients: RawClient[] = [];
    while (clients.length < count) {
      clients.push(
        ...(await Promise.all(Array.from({ length: Math.min(100, count - clients.length) }, () => openRaw(port)))),
      );
    }
    return clients;
  }

  /** Sends as fast as the socket takes it, for as long as it stands. */
  function push({ socket }: RawClient, begin: Buffer): void {
    const next = (): void => {
      while (!socket.destroyed && socket.write(block));
    };
    socket.on('drain', next);
    socket.write(begin);
    next();
  }

  async function goodClientIsServed(): Promise<void> {
    const { id, token } = await world.createGateway();
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
      username: id,
      password: token,
      reconnectPeriod: 0,
    });
    const payload = JSON.stringify({ ts: Date.now() - 1_000, values: { n: 1 } });
    await client.publishAsync(`v1/gateways/${id}/devices/good/readings`, payload, { qos: 1 });
    await vi.waitFor(async () => expect((await world.ledger(id)).stored).toBe(1), WAIT);
    await client.endAsync();
  }

  it('grows by no more than 50 MB under 1,000 connections that push before they are let in', async () => {
    const begins = [
      frame(1, 0, field('MQTT'), 268_435_455),
      large,
      Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff]),
      Buffer.concat([connect({ username: 'user', password: 'no token' }), large]),
    ];
    let longestMs = 0;
    const growth = await growthDuring(async () => {
      const clients = await openMany(1_000);
      const started = performance.now();
      for (const [n, client] of clients.entries()) push(client, begins[n % begins.length] as Buffer);
      await Promise.all(clients.map((client) => client.closed()));
      longestMs = Math.max(longestMs, performance.now() - started);
    });
    console.log(`pressure: ${(growth / 1e6).toFixed(1)} MB more, all closed after ${(longestMs / 1000).toFixed(1)} s`);
    expect(growth).toBeLessThan(MAX_GROWTH_BYTES);
    expect(longestMs).toBeLessThan(CLOSED_WITHIN_MS);
    await goodClientIsServed();
  });

  it('grows by no more than 50 MB under 1,000 connections that send a CONNECT of 8 KiB slowly, and ends them', async () => {
    const bytes = frame(1, 0, connect().subarray(2), 8_192);
    const growth = await growthDuring(async () => {
      const clients = await openMany(1_000);
      for (const client of clients) client.send(bytes, Buffer.alloc(7_000));
      const dripping = setInterval(() => {
        for (const client of clients) if (!client.isClosed) client.send(Buffer.alloc(1));
      }, 100);
      try {
        await Promise.all(clients.map((client) => client.closed()));
      } finally {
        clearInterval(dripping);
      }
    });
    console.log(`pressure: ${(growth / 1e6).toFixed(1)} MB more under slow CONNECTs`);
    expect(growth).toBeLessThan(MAX_GROWTH_BYTES);
    await goodClientIsServed();
  });

  it('grows by no more than 50 MB under a gateway that leaves 100 messages of 1 MB at QoS 2 half way', async () => {
    const gateway = await world.createGateway();
    const growth = await growthDuring(async () => {
      const [client] = (await openMany(1)) as [RawClient];
      client.send(connectOf(gateway));
      await client.until('connack');
      const payload = Buffer.alloc(1_000_000, 'x');
      for (let id = 1; id <= 100; id++) {
        client.send(publish({ topic: 'nowhere', payload, qos: 2, id })); // all within the burst of a gateway
        await client.until('pubrec', id);
      }
      client.destroy();
    });
    console.log(`pressure: ${(growth / 1e6).toFixed(1)} MB more under messages at QoS 2 left half way`);
    expect(growth).toBeLessThan(MAX_GROWTH_BYTES);
  });
});
