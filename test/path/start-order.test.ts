import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { describeBackends, ownStore, type QueueStoreServer } from '../support/backends.ts';
import { freePort } from '../support/free-port.ts';
import { launchProcess, type RoleProcess } from '../support/process.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';

const WAIT = { timeout: 120_000, interval: 100 };

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

  it('may come up after every process: they are not ready before, and serve without a restart', {
    timeout: 300_000,
  }, async () => {
    const gateway = await world.createGateway();
    await store.stop();
    const env = { MQTT_PORT: String(mqttPort) };
    const metricsPorts = [await freePort(), await freePort()];
    const [ofBroker, ofWorker] = metricsPorts.map((port) => ({ ...env, METRICS_PORT: String(port) }));
    const readiness = () =>
      Promise.all(metricsPorts.map(async (port) => (await fetch(`http://127.0.0.1:${port}/readyz`)).status));
    const launched = [
      launchProcess(world, 'api', env),
      launchProcess(world, 'broker', ofBroker),
      launchProcess(world, 'worker', ofWorker),
    ];
    processes = launched;
    for (const process of launched) {
      await vi.waitFor(() => expect(process.output()).toMatch(/waiting|not available yet/), WAIT);
    }
    expect(await readiness()).toEqual([503, 503]);
    await store.start();
    await Promise.all(launched.map(({ ready }) => ready));
    await vi.waitFor(async () => expect(await readiness()).toEqual([200, 200]), WAIT);
    const client = await connect(gateway);
    await client.publishAsync(topic(gateway), JSON.stringify({ ts: Date.now(), values: { n: 1 } }), { qos: 1 });
    await vi.waitFor(async () => expect(await world.readings()).toHaveLength(1), WAIT);
    expect(alive()).toBe(3);
  });
});
