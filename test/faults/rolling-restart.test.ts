import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, describeBackends, sharedStore } from '../support/backends.ts';
import { freePort } from '../support/free-port.ts';
import { createWorld, type World } from '../support/world.ts';
import { type Chooser, startChooser } from './chooser.ts';
import { type RoleComponent, roleComponent } from './components.ts';
import { untilStored } from './run.ts';
import { connectSender, createSender, type Sender, sendByHttp } from './senders.ts';
import { countShadow, createShadow } from './shadow.ts';

const RATE = { messages: 12_000, seconds: 120, from: Date.now() - 3_600_000 };
/** On Redis without the API, which stops as it does on Postgres. */
const ROLES = { Postgres: ['broker', 'worker', 'api'], Redis: ['broker', 'worker'] } as const;
const STOP_SECONDS = 20;
/** A gateway of these tries again after 200 ms; on a busy machine that is what it takes. */
const RECONNECT_MS = 4_000;
/** Over HTTP a request that falls between two stools is given up by its client after 5 s, and made again. */
const HTTP_MS = 10_000;

/** The suite has time for one; `npm run soak:faults` restarts one on each backend. */
const describeOne = (name: string, suite: (backend: Backend) => void) =>
  describe(`${name}, queue on Postgres`, () => suite('Postgres'));
const describeEach = process.env.STEPCLOUD_RESTART_BACKENDS === 'both' ? describeBackends : describeOne;

describeEach('an installation with two processes of each role', (backend) => {
  let store: Awaited<ReturnType<typeof sharedStore>>;
  let world: World;
  let roles: RoleComponent[][];
  let choosers: Chooser[];

  beforeAll(async () => {
    store = await sharedStore(backend);
    world = await createWorld({ roles: [], redisUrl: store.redisUrl });
    await createShadow(world.db);
    const mqtt = [await freePort(), await freePort()];
    const http = [await freePort(), await freePort()];
    choosers = [await startChooser(mqtt), await startChooser(http)];
    const started = [0, 1].map((n) => {
      const env = { MQTT_PORT: `${mqtt[n]}`, HTTP_PORT: `${http[n]}` };
      return ROLES[backend].map((role) => roleComponent(`${role} ${n}`, role, world, env));
    });
    await Promise.all(started.flat().map(({ ready }) => ready));
    roles = started;
  });
  afterAll(async () => {
    await Promise.all(roles.flat().map(({ end }) => end()));
    for (const chooser of choosers) await chooser.close();
    await world.close();
    await store.remove();
  });

  it('is restarted one after the other under load: nothing is lost, sent again or refused', async () => {
    const [mqttPort, httpPort] = choosers.map(({ port }) => port) as [number, number];
    const byHttp = createSender(await world.createGateway());
    const byMqtt: Sender[] = [];
    while (byMqtt.length < 4) byMqtt.push(createSender(await world.createGateway()));
    const connected = await Promise.all(
      byMqtt.map((sender, n) => connectSender(world, mqttPort, n % 2 === 0 ? 1 : 2, sender)),
    );
    let isOver = false;
    const load = { ...RATE, isOver: () => isOver };
    const sending = connected.map((send) => send(load));
    if (backend === 'Postgres') sending.push(sendByHttp(httpPort, load, byHttp));

    const stops = [];
    for (const half of roles) {
      stops.push(...(await Promise.all(half.map(({ stop }) => stop()))));
      if (half !== roles.at(-1)) await Promise.all(half.map(({ start }) => start())); // those that are left suffice
    }
    isOver = true;
    await Promise.all(sending);

    const senders = [byHttp, ...byMqtt];
    const acknowledged = senders.reduce((sum, sender) => sum + sender.acknowledged, 0);
    const { rows, deadLetters } = await untilStored(world, acknowledged);
    expect(rows + deadLetters).toBe(acknowledged);
    const away = senders.map((sender) => Math.round(sender.away));
    const shadow = await countShadow(world.db);
    console.log(
      `rolling restart: queue on ${backend}: ${JSON.stringify({ acknowledged, stops, away, again: shadow.readings - rows })}`,
    );
    expect(stops.map(({ code }) => code)).toEqual(stops.map(() => 0));
    for (const { seconds } of stops) expect(seconds).toBeLessThan(STOP_SECONDS);
    expect(Math.min(...away.slice(1)), 'each was connected to one that stopped').toBeGreaterThan(0);
    expect(Math.max(...away.slice(1))).toBeLessThan(RECONNECT_MS);
    expect(away[0]).toBeLessThan(HTTP_MS);
    expect(senders.map(({ refused }) => refused)).toEqual(senders.map(() => 0));
    expect(roles.flat().flatMap((role) => role.ends())).toEqual([]);
    expect(shadow.readings).toBe(rows);
  }, 120_000);
});
