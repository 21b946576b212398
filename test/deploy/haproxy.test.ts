import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { found, missing } from '../support/found.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';
import { ROOT, readCompose } from './compose.ts';
import { createNetwork, hasNetwork, type Network } from './network.ts';
import { type Program, run, startProgram } from './programs.ts';

const WAIT = { timeout: 20_000, interval: 100 };
const MAX_PER_ADDRESS = 8;
const file = fileURLToPath(new URL('haproxy.cfg', ROOT));

describe.skipIf(missing('haproxy'))('haproxy.cfg (haproxy)', () => {
  it('is valid', async () => {
    expect(await run([found('haproxy') as string, '-c', '-V', '-f', file])).toContain('valid');
  });
});

describe.skipIf(missing('haproxy') || !hasNetwork)(
  'HAProxy in front of brokers that come and go (Linux, haproxy)',
  () => {
    let network: Network;
    let folder: string;
    let address: string;
    let haproxy: Program;
    let world: World;
    let gateway: TestGateway;
    const brokers: { address: string; world: World }[] = [];
    const clients: MqttClient[] = [];

    beforeAll(async () => {
      network = await createNetwork();
      address = network.address();
      folder = await mkdtemp(join(tmpdir(), 'stepcloud-haproxy-'));
      const config = (await readFile(file, 'utf8'))
        .replace('parse-resolv-conf', `nameserver dns ${network.dns}`)
        .replaceAll('bind :', `bind ${address}:`)
        .replace('127.0.0.1:8404', `${address}:8404`)
        .replace('gt 1000', `gt ${MAX_PER_ADDRESS}`)
        .replace('maxconn 40000', 'maxconn 400');
      await writeFile(join(folder, 'haproxy.cfg'), config);
      haproxy = startProgram([found('haproxy') as string, '-db', '-f', join(folder, 'haproxy.cfg')]);
      world = await createWorld({ roles: ['worker'] });
      gateway = await world.createGateway();
    });
    afterAll(async () => {
      await Promise.all(clients.map((client) => client.endAsync(true)));
      for (const broker of brokers) await broker.world.close();
      await haproxy?.kill();
      await world?.close();
      await network?.close();
      if (folder) await rm(folder, { recursive: true, force: true });
    });

    /** Connects and says nothing; resolves when that was closed. */
    async function untilClosed(): Promise<void> {
      const socket = connectTcp(1883, address);
      socket.on('error', () => {});
      await new Promise((resolve) => socket.resume().once('close', resolve));
    }

    /** What its health check asks for. */
    async function isHealthy(): Promise<boolean | undefined> {
      const url = (await readCompose()).services.haproxy?.healthcheck?.test.at(-1) as string;
      return (await fetch(url.replace('127.0.0.1', address)).catch(() => undefined))?.ok;
    }

    async function startBroker(): Promise<void> {
      const own = network.address();
      const env = { MQTT_HOST: own, MQTT_PORT: '1883', METRICS_HOST: own, METRICS_PORT: '9090' };
      const { databaseUrl, keysFile } = world.config;
      const started = await createWorld({
        roles: ['broker'],
        databaseUrl,
        env: { ...env, STEPCLOUD_KEYS_FILE: keysFile },
      });
      brokers.push({ address: own, world: started });
      network.name(
        'broker',
        brokers.map((broker) => broker.address),
      );
    }

    async function connect(): Promise<MqttClient> {
      const client = await world.connect(gateway, { host: address, port: 1883, connectTimeout: 5_000 });
      clients.push(client);
      return client;
    }

    const connections = () =>
      Promise.all(
        brokers.map(async (broker) => {
          const metrics = await (await fetch(`http://${broker.address}:9090/metrics`)).text();
          return Number(/^stepcloud_broker_connections (\d+)$/m.exec(metrics)?.[1]);
        }),
      );

    it('says that it is not healthy while there is no broker, and closes who connects', async () => {
      await vi.waitFor(async () => expect(await isHealthy()).toBe(false), WAIT);
      await untilClosed();
    });

    it('finds the first broker by itself', async () => {
      await startBroker();
      await vi.waitFor(async () => expect(await isHealthy()).toBe(true), WAIT);
      await connect();
      await connect();
      expect(await connections()).toEqual([2]);
    });

    it('gives new connections to the broker that has fewer, and leaves the others where they are', async () => {
      await startBroker();
      await vi.waitFor(async () => {
        const client = await connect();
        if ((await connections())[1] === 1) return;
        await client.endAsync();
        throw new Error('the second broker is not known yet');
      }, WAIT);
      await connect();
      await connect();
      await connect();
      expect(await connections()).toEqual([3, 3]);
    });

    it('passes on what is published, to whichever broker', async () => {
      const topic = `v1/gateways/${gateway.id}/devices/d/readings`;
      const ts = Date.now() - 10_000;
      const open = clients.filter((client) => client.connected);
      await Promise.all(
        open.map((client, n) => client.publishAsync(topic, JSON.stringify({ ts: ts + n, values: { n } }), { qos: 1 })),
      );
      await vi.waitFor(
        async () => expect((await world.readings()).map(({ value }) => value)).toEqual([0, 1, 2, 3, 4, 5]),
        WAIT,
      );
    });

    it('lets one address hold only so many connections', async () => {
      await connect();
      await connect();
      await untilClosed();
      expect(await connections()).toEqual([4, 4]);
    });

    it('gives nothing to a broker that is gone, and keeps the connections of the other', async () => {
      const gone = brokers.shift();
      await gone?.world.close();
      await vi.waitFor(() => expect(clients.filter((client) => client.connected)).toHaveLength(4), WAIT);
      for (let n = 0; n < 4; n++) await connect();
      expect(await connections()).toEqual([8]);
    });
  },
);
