import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { IClientOptions } from 'mqtt';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { found, missing } from '../support/found.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';
import { openGateway } from './raw.ts';
import { pingreq, publish } from './wire.ts';

const WAIT = { timeout: 15_000, interval: 50 };
/** Longer than one and a half of the longest keepalive here. */
const HELD_MS = 17_000;

let world: World;
let blocker: Client;
let heldSince: number;
/** Resolves when the queue takes messages again. */
let released: Promise<void>;

/** For a while the queue takes nothing, so that no PUBLISH of any client is acknowledged. */
beforeAll(async () => {
  world = await createWorld({ settings: (all) => ({ ...all, ackTimeoutMs: 60_000 }) });
  blocker = new Client({ connectionString: world.config.databaseUrl });
  await blocker.connect();
  await blocker.query('BEGIN; LOCK TABLE bullmq.job IN EXCLUSIVE MODE');
  heldSince = performance.now();
  released = delay(HELD_MS).then(async () => {
    await blocker.query('COMMIT');
  });
});
afterAll(async () => {
  await released;
  await blocker.end();
  await world.close();
});

const topicOf = ({ id }: TestGateway) => `v1/gateways/${id}/devices/patient/readings`;
const reading = (n: number) => JSON.stringify({ ts: Date.now() - 60_000 + n, values: { n } });
const isStored = (gateway: TestGateway, count: number) =>
  vi.waitFor(async () => expect((await world.ledger(gateway.id)).stored).toBe(count), WAIT);

/** Waits until the queue is back; what a test saw of the pause must be longer than a silent client would get. */
async function throughThePause(keepaliveS: number): Promise<void> {
  const left = HELD_MS - (performance.now() - heldSince);
  expect(left).toBeGreaterThan(keepaliveS * 1500);
  await released;
}

describe.concurrent('a client whose PUBACKs wait for longer than its keepalive keeps its connection:', {
  timeout: 60_000,
}, () => {
  it.each<[string, IClientOptions, number, string]>([
    ['MQTT.js at keepalive 10', { keepalive: 10 }, 1, ''],
    ['MQTT.js at keepalive 10, with a backlog', { keepalive: 10 }, 100, ' '.repeat(5_000)],
    ['MQTT.js at keepalive 3', { keepalive: 3 }, 20, ' '.repeat(5_000)],
  ])('%s', async (_, options, count, padding) => {
    const gateway = await world.createGateway();
    const client = await world.connect(gateway, options);
    const seen: string[] = [];
    client.on('close', () => seen.push('close'));
    client.on('packetreceive', ({ cmd }) => seen.push(cmd));
    const sent = Array.from({ length: count }, (_, n) =>
      client.publishAsync(topicOf(gateway), reading(n) + padding, { qos: 1 }),
    );
    await throughThePause(options.keepalive as number);
    await Promise.all(sent);
    expect(seen).not.toContain('close');
    expect(seen.filter((cmd) => cmd === 'pingresp').length).toBeGreaterThan(0);
    expect(seen.indexOf('puback')).toBeGreaterThan(seen.indexOf('pingresp'));
    await isStored(gateway, count);
  });

  it.skipIf(missing('mosquitto_pub'))('mosquitto_pub at keepalive 10', async () => {
    const gateway = await world.createGateway();
    const login = ['-u', gateway.id, '-P', gateway.token, '-k', '10', '-d'];
    const message = ['-q', '1', '-t', topicOf(gateway), '-m', reading(1)];
    const child = spawn(found('mosquitto_pub') as string, ['-p', `${world.mqttPort}`, ...login, ...message]);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
    const ended = once(child, 'exit');
    await throughThePause(10);
    expect(await ended, said).toEqual([0, null]);
    expect(said).toMatch(/received PINGRESP[\s\S]*received PUBACK/);
    expect(said.match(/sending CONNECT/g), said).toHaveLength(1);
    await isStored(gateway, 1);
  });

  it('one that pings each half second at keepalive 1, and one that never does', async () => {
    const gateway = await world.createGateway();
    const pinging = await openGateway(world, gateway, { clientId: 'pinging', keepalive: 1 });
    const silent = await openGateway(world, gateway, { clientId: 'silent', keepalive: 1 });
    for (const [n, client] of [pinging, silent].entries()) {
      client.send(publish({ topic: topicOf(gateway), payload: reading(n), qos: 1, id: 1 }));
    }
    let pings = 0;
    const timer = setInterval(() => {
      pinging.send(pingreq);
      pings++;
    }, 500);
    await throughThePause(1).finally(() => clearInterval(timer));
    expect(pings).toBeGreaterThan(10);
    await pinging.until('pingresp', pings);
    await pinging.until('puback');
    await silent.until('puback');
    expect(pinging.received.findIndex(({ cmd }) => cmd === 'puback')).toBeGreaterThan(10);
    pinging.destroy();
    silent.destroy();
    await isStored(gateway, 2);
  });
});
