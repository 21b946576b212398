import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { text } from 'node:stream/consumers';
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

interface FakeApi {
  address: string;
  isReady: boolean;
  close(): Promise<void>;
}

/** Answers who it is, and with the body that it got. */
async function startFakeApi(network: Network): Promise<FakeApi> {
  const address = network.address();
  const server = createServer(async (request, response) => {
    if (request.url === '/readyz') response.statusCode = api.isReady ? 200 : 503;
    response.end(`${address} ${await text(request)}`);
  }).listen(8080, address);
  await once(server, 'listening');
  const api: FakeApi = {
    address,
    isReady: true,
    async close() {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return api;
}

describe.skipIf(missing('haproxy') || !hasNetwork)('HAProxy in front of APIs that come and go (Linux, haproxy)', () => {
  let network: Network;
  let haproxy: Haproxy;
  let apis: [FakeApi, FakeApi];

  beforeAll(async () => {
    network = await createNetwork();
    apis = [await startFakeApi(network), await startFakeApi(network)];
    for (const api of apis) api.isReady = false;
    network.name(
      'api',
      apis.map(({ address }) => address),
    );
    haproxy = await startHaproxy(network, { 'inter 2s': 'inter 200ms' });
    // Until it knows both, and then that one of them is ready: before that it leads to any that lives.
    await vi.waitFor(async () => expect(await whoAnswered(8)).toEqual(answersOf(...apis)), WAIT);
    apis[0].isReady = true;
    await vi.waitFor(async () => expect(await whoAnswered(8)).toEqual(answersOf(apis[0])), WAIT);
  });
  afterAll(async () => {
    await Promise.all(apis.map((api) => api.close()));
    await haproxy?.close();
    await network?.close();
  });

  const post = (body: string) => fetch(`http://${haproxy.address}:8080/`, { method: 'POST', body });
  const whoAnswered = async (times: number) => {
    const answers = await Promise.all(Array.from({ length: times }, async () => (await post('hello')).text()));
    return [...new Set(answers)].sort();
  };
  const answersOf = (...some: FakeApi[]) => some.map(({ address }) => `${address} hello`).sort();

  it('gives nothing to one that is not ready, and its part to one that has become so', async () => {
    expect(await whoAnswered(8)).toEqual(answersOf(apis[0]));
    apis[1].isReady = true;
    await vi.waitFor(async () => expect(await whoAnswered(8)).toEqual(answersOf(...apis)), WAIT);
  });

  it('goes on with those that live while none is ready', async () => {
    for (const api of apis) api.isReady = false;
    await vi.waitFor(async () => {
      const { status } = await fetch(`http://${haproxy.address}:8080/readyz`);
      expect([status, await whoAnswered(8)]).toEqual([503, answersOf(...apis)]);
    }, WAIT);
    for (const api of apis) api.isReady = true;
  });

  it('gives a request, with its body, at once to the next while it does not know yet that one is gone', async () => {
    await apis[0].close();
    const startedAt = performance.now();
    expect(await whoAnswered(16)).toEqual(answersOf(apis[1]));
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
