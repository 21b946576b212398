import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { describeBackends, ownStore, type QueueStoreServer } from '../support/backends.ts';
import { freePort } from '../support/free-port.ts';
import { launchProcess, type RoleProcess } from '../support/process.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';

const WAIT = { timeout: 60_000, interval: 100 };

describeBackends('the store of the queue', (backend) => {
  let store: QueueStoreServer;
  let world: World;
  let processes: RoleProcess[];
  let mqttPort: number;

  beforeEach(async () => {
    store = await ownStore(backend);
    world = await createWorld({ roles: [], databaseUrl: store.databaseUrl, redisUrl: store.redisUrl });
    processes = [];
    mqttPort = await freePort();
  });
  afterEach(async () => {
    for (const process of processes) await process.kill();
    await world.close();
    await store.remove();
  });

  const connect = (gateway: TestGateway) =>
    world.connect(gateway, { port: mqttPort, reconnectPeriod: 100, reconnectOnConnackError: true });
  const topic = (gateway: TestGateway) => `v1/gateways/${gateway.id}/devices/any/readings`;
  const alive = () => processes.filter(({ child }) => child.exitCode === null && child.signalCode === null).length;

  it('may come up after every process: they serve without a restart', async () => {
    const gateway = await world.createGateway();
    await store.stop();
    const env = { MQTT_PORT: String(mqttPort) };
    const launched = [
      launchProcess(world, 'api', env),
      launchProcess(world, 'broker', env),
      launchProcess(world, 'worker', env),
    ];
    processes = launched;
    for (const process of launched) {
      await vi.waitFor(() => expect(process.output()).toMatch(/waiting|not available yet/), WAIT);
    }
    await store.start();
    await Promise.all(launched.map(({ ready }) => ready));
    const client = await connect(gateway);
    await client.publishAsync(topic(gateway), JSON.stringify({ ts: Date.now(), values: { n: 1 } }), { qos: 1 });
    await vi.waitFor(async () => expect(await world.readings()).toHaveLength(1), WAIT);
    expect(alive()).toBe(3);
  });
});
