import type { IClientOptions } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { untilStored } from '../faults/run.ts';
import { connectSender, createSender, type Load, type Sender, sendByHttp } from '../faults/senders.ts';
import type { Backend } from '../support/backends.ts';
import { missing } from '../support/found.ts';
import type { Container } from './containers.ts';
import { hasNetwork } from './network.ts';
import {
  SCALABLE,
  type Scalable,
  type Stop,
  startTopology,
  type Topology,
  untilPrinted,
  untilReady,
} from './topology.ts';

const COUNTS = { broker: 2, worker: 3, api: 2 };
/** Messages of each gateway, by every way in, before anything changes. */
const FIRST_MESSAGES = 50;
/** The suite has time for one upgrade, and one back, under a small load; see `npm run soak:topology`. */
const ROUNDS = Number(process.env.STEPCLOUD_TOPOLOGY_ROUNDS ?? 1);
const RATE = Number(process.env.STEPCLOUD_TOPOLOGY_RATE ?? 3);
const BACKENDS: Backend[] = process.env.STEPCLOUD_TOPOLOGY_ROUNDS ? ['Redis', 'Postgres'] : ['Redis'];
/** For what takes half a minute on a machine that does nothing else. */
const PATIENCE_MS = 400_000;
const STOP_SECONDS = 20;
/** On a busy machine; a second on one that has time. */
const RECONNECT_MS = 8_000;
/** Its client gives a request up after 5 s, and makes it again. */
const HTTP_MS = 20_000;
const DAY_SECONDS = 86_400;

interface Way {
  sender: Sender;
  send: (load: Load) => Promise<void>;
}

describe.skipIf(missing('redis-server') || missing('caddy') || missing('haproxy') || !hasNetwork).each(BACKENDS)(
  'docker-compose.yml as plain processes (Linux, redis-server, caddy, haproxy), queue on %s',
  (backend) => {
    let topology: Topology;
    let ways: Way[];
    const stops: Stop[] = [];
    const from = Date.now() - 3_600_000;
    const acknowledged = () => ways.reduce((sum, { sender }) => sum + sender.acknowledged, 0);

    beforeAll(async () => {
      topology = await startTopology(COUNTS, backend);
      const { caddy, haproxy, world } = topology;
      const webSocket: IClientOptions = {
        protocol: 'wss',
        host: 'localhost',
        port: caddy.port,
        path: '/mqtt',
        ca: caddy.ca,
      };
      const tls: IClientOptions = {
        protocol: 'mqtts',
        host: haproxy.address,
        port: 8883,
        ca: caddy.ca,
        servername: 'localhost',
      } as IClientOptions;
      const plain: IClientOptions = { host: haproxy.address, port: 1883 };
      const targets: [IClientOptions, 1 | 2][] = [
        [webSocket, 1],
        [webSocket, 2],
        [tls, 1],
        [tls, 2],
        [plain, 1],
      ];
      ways = [];
      for (const [target, qos] of targets) {
        const sender = createSender(await world.createGateway());
        ways.push({ sender, send: await connectSender(world, target, qos, sender) });
      }
      const byHttp = createSender(await world.createGateway());
      const origin = `https://localhost:${caddy.port}`;
      ways.push({ sender: byHttp, send: (load) => sendByHttp(origin, load, byHttp, caddy.ca) });
    }, PATIENCE_MS);
    afterAll(() => topology?.close());

    it('is healthy, by the health checks as they are written', async () => {
      const containers = SCALABLE.flatMap((service) => topology.of(service)[0] as Container);
      expect(await Promise.all(containers.map((container) => container.isHealthy()))).toEqual([true, true, true]);
    });

    it('takes messages by each way in, and the metrics of all processes add up to them', async () => {
      await Promise.all(ways.map(({ send }) => send({ messages: FIRST_MESSAGES, seconds: 0, from })));
      const sent = ways.length * FIRST_MESSAGES;
      const { rows, deadLetters } = await untilStored(topology.world, sent);
      const sums = (services: Scalable[], name: string) =>
        sumOf(
          services.flatMap((service) => topology.of(service)),
          name,
        );
      const items = (outcome: string) => sums(['worker'], `stepcloud_worker_items_total{outcome="${outcome}"}`);
      expect(rows + deadLetters).toBe(sent);
      await vi.waitFor(async () => {
        expect(await sums(['broker'], 'stepcloud_broker_connections')).toBe(ways.length - 1);
        expect(await items('stored')).toBe(rows);
        // On a busy machine a sender may have waited for too long, and sent again what was taken.
        const [rejected, duplicate] = [await items('rejected'), await items('duplicate')];
        expect(rejected).toBeGreaterThanOrEqual(deadLetters);
        const acknowledged = await sums(['broker', 'api'], 'stepcloud_ingest_acknowledged_total');
        expect(acknowledged).toBeGreaterThanOrEqual(sent);
        expect(rows + rejected + duplicate).toBe(acknowledged);
      }, 10_000);
    });

    it('is scaled up and down and upgraded under load, and back again', { timeout: ROUNDS * PATIENCE_MS }, async () => {
      let isOver = false;
      const load = {
        messages: RATE * DAY_SECONDS,
        seconds: DAY_SECONDS,
        from: from + FIRST_MESSAGES,
        isOver: () => isOver,
      };
      const sending = Promise.all(ways.map(({ send }) => send(load)));
      sending.catch(() => {}); // it is awaited below
      try {
        const early = topology.launch('broker', 'next');
        await untilPrinted(early, 'run stepcloud migrate');
        expect(await early.isReady()).toBe(false);
        expect(await topology.migrate('next')).toContain('1 migrations applied');
        await untilReady(early);
        for (let round = 1; round <= ROUNDS; round++) {
          stops.push(...(await replaceAll('next', round === 1 ? [early] : [])));
          expect(await topology.migrate('this')).toContain('the schema is up to date');
          stops.push(...(await replaceAll('this')));
        }
      } finally {
        isOver = true;
        await Promise.allSettled([sending]);
      }
      await sending;
      expect(stops.map(({ code }) => code)).toEqual(stops.map(() => 0));
      for (const { seconds } of stops) expect(seconds).toBeLessThan(STOP_SECONDS);
    });

    /** Starts one of each role of a release, and when they are ready stops those that were there. */
    async function replaceAll(release: 'this' | 'next', started: Container[] = []): Promise<Stop[]> {
      const before = SCALABLE.flatMap((service) => topology.of(service)).filter((one) => !started.includes(one));
      const lacking = SCALABLE.filter((service) => !started.some((one) => one.service === service));
      await Promise.all(lacking.map((service) => topology.start(service, release)));
      const ended: Stop[] = [];
      for (const container of before) ended.push(await topology.stop(container));
      return ended;
    }

    /** What its customer sees of a gateway's devices, over HTTPS. */
    async function devicesOf({ gateway }: Sender): Promise<unknown> {
      const { token } = await topology.world.createUser(gateway.customerId);
      const answer = await topology.caddy.get('/api/v1/devices?state=pending', { authorization: `Bearer ${token}` });
      return (JSON.parse(answer.body) as { items: unknown }).items;
    }

    it('has lost nothing, doubled nothing, refused nobody and kept nobody waiting', {
      timeout: PATIENCE_MS,
    }, async () => {
      const { world } = topology;
      const { rows, deadLetters } = await untilStored(world, acknowledged());
      expect(rows + deadLetters).toBe(acknowledged());
      const books = await Promise.all(ways.map(({ sender }) => world.ledger(sender.gateway.id)));
      const again = books.map(({ duplicate }) => duplicate);
      const away = ways.map(({ sender }) => Math.round(sender.away));
      console.log(
        `topology: queue on ${backend}: ${JSON.stringify({ acknowledged: acknowledged(), stops, away, again })}`,
      );
      expect(books.map(({ stored, rejected }) => stored + rejected)).toEqual(
        ways.map(({ sender }) => sender.acknowledged),
      );
      expect(again.slice(0, -1), 'nothing of what was sent over MQTT was sent again').toEqual([0, 0, 0, 0, 0]);
      expect(ways.map(({ sender }) => sender.refused)).toEqual(ways.map(() => 0));
      expect(await devicesOf((ways[0] as Way).sender)).toMatchObject([{ key: 'faults' }]);
      const [byHttp, ...byMqtt] = away.reverse() as [number, ...number[]];
      expect(Math.min(...byMqtt), 'each was connected to one that stopped').toBeGreaterThan(0);
      expect(Math.max(...byMqtt)).toBeLessThan(RECONNECT_MS);
      expect(byHttp).toBeLessThan(HTTP_MS);
    });
  },
);

/** A metric of several processes together. */
async function sumOf(containers: readonly Container[], name: string): Promise<number> {
  let sum = 0;
  for (const { address } of containers) {
    const lines = (await (await fetch(`http://${address}:9090/metrics`)).text()).split('\n');
    sum += Number(
      lines
        .find((line) => line.startsWith(`${name} `))
        ?.split(' ')
        .at(-1) ?? 0,
    );
  }
  return sum;
}
