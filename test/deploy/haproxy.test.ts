import { connect as connectTcp } from 'node:net';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { found, missing } from '../support/found.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';
import { type Haproxy, haproxyConfig, startHaproxy } from './haproxy.ts';
import { createNetwork, hasNetwork, type Network } from './network.ts';
import { run } from './programs.ts';

const WAIT = { timeout: 20_000, interval: 100 };
const MAX_PER_ADDRESS = 8;

describe.skipIf(missing('haproxy'))('haproxy.cfg (haproxy)', () => {
  it('is valid', async () => {
    expect(await run([found('haproxy') as string, '-c', '-V', '-f', haproxyConfig])).toContain('valid');
  });
});

describe.skipIf(missing('haproxy') || !hasNetwork)(
  'HAProxy in front of brokers that come and go (Linux, haproxy)',
  () => {
    let network: Network;
    let address: string;
    let haproxy: Haproxy;
    let world: World;
    let gateway: TestGateway;
    const brokers: { address: string; world: World }[] = [];
    const clients: MqttClient[] = [];

    beforeAll(async () => {
      network = await createNetwork();
      haproxy = await startHaproxy(network, { 'gt 1000': `gt ${MAX_PER_ADDRESS}` });
      address = haproxy.address;
      world = await createWorld({ roles: ['worker'] });
      gateway = await world.createGateway();
    });
    afterAll(async () => {
      await Promise.all(clients.map((client) => client.endAsync(true)));
      for (const broker of brokers) await broker.world.close();
      await haproxy?.close();
      await world?.close();
      await network?.close();
    });

    /** Connects and says nothing; resolves when that was closed. */
    async function untilClosed(): Promise<void> {
      const socket = connectTcp(1883, address);
      socket.on('error', () => {});
      await new Promise((resolve) => socket.resume().once('close', resolve));
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
      await vi.waitFor(async () => expect(await haproxy.isHealthy()).toBe(false), WAIT);
      await untilClosed();
    });

    it('finds the first broker by itself', async () => {
      await startBroker();
      await vi.waitFor(async () => expect(await haproxy.isHealthy()).toBe(true), WAIT);
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
