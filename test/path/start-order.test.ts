import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { describeBackends, ownStore, type QueueStoreServer } from '../support/backends.ts';
import { freePort } from '../support/free-port.ts';
import { launchProcess, type RoleProcess, startProcess } from '../support/process.ts';
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

  it('may restart under load: no process ends, and what was acknowledged is stored', async () => {
    const gateway = await world.createGateway();
    const env = { MQTT_PORT: String(mqttPort) };
    for (const role of ['broker', 'worker', 'worker'] as const) processes.push(await startProcess(world, role, env));
    const client = await connect(gateway);
    const from = Date.now() - 3_600_000;
    let acknowledged = 0;
    const publish = async (n: number) => {
      await client.publishAsync(topic(gateway), JSON.stringify({ ts: from + n, values: { n } }), { qos: 1 });
      acknowledged++;
    };
    const sent = Promise.all(Array.from({ length: 3_000 }, (_, n) => publish(n)));
    await vi.waitFor(() => expect(acknowledged).toBeGreaterThan(200), WAIT);
    await store.stop();
    await store.start();
    await sent;
    await vi.waitFor(async () => expect(await world.readings()).toHaveLength(3_000), WAIT);
    expect(alive()).toBe(3);
    for (const { output } of processes) expect(output()).not.toMatch(/uncaught|unhandled/i);
  });
});
