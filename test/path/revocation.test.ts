import { type RawBuilder, sql } from 'kysely';
import { Client as PostgresClient } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { retireKey, rotateKeys } from '../../src/identity/rotation.ts';
import { endSessions, openSession } from '../../src/identity/sessions.ts';
import { signal } from '../../src/signals/signals.ts';
import { connectOf, openGateway, openRaw, type RawClient } from '../broker/raw.ts';
import { pingreq, publish } from '../broker/wire.ts';
import { type OwnPostgres, ownPostgres } from '../support/postgres.ts';
import { type RoleProcess, startProcess } from '../support/process.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';

const WAIT = { timeout: 15_000, interval: 50 };

/** What ends the connections of a gateway; as plain SQL it sends no signal. */
const WAYS: [name: string, statement: (gateway: TestGateway) => RawBuilder<unknown>][] = [
  ['its session is revoked', ({ id }) => sql`UPDATE session SET revoked_at = now() WHERE gateway_id = ${id}`],
  ['it is deleted', ({ id }) => sql`UPDATE gateway SET deleted_at = now() WHERE id = ${id}`],
  [
    'its customer is suspended',
    ({ customerId }) => sql`UPDATE customer SET suspended_at = now() WHERE id = ${customerId}`,
  ],
];

const reading = ({ id }: TestGateway, n: number) => {
  const payload = JSON.stringify({ ts: Date.now() - 60_000 + n, values: { n } });
  return publish({ topic: `v1/gateways/${id}/devices/d/readings`, payload, qos: 1, id: n });
};

async function isServed(client: RawClient): Promise<void> {
  const answers = client.received.filter(({ cmd }) => cmd === 'pingresp').length;
  client.send(pingreq);
  await client.until('pingresp', answers + 1);
}

async function isRefused(port: number, gateway: TestGateway): Promise<void> {
  const client = await openRaw(port);
  client.send(connectOf(gateway));
  await client.until('connack');
  expect(client.received).toMatchObject([{ cmd: 'connack', returnCode: 5 }]);
  await client.closed();
}

async function startTwoBrokers(world: World): Promise<number[]> {
  return [await world.start('broker'), await world.start('broker')].map(({ port }) => port as number);
}

/** Brokers that never look by themselves. */
async function startWithoutTicks(world: World): Promise<number[]> {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  return startTwoBrokers(world).finally(() => vi.useRealTimers());
}

describe.each([
  ['and no signal comes', startTwoBrokers, false],
  ['and a signal comes, while nobody looks without one', startWithoutTicks, true],
])(
  'a gateway with a connection to each of two brokers loses both, and nothing more of it is stored, %s: when',
  (...[, startBrokers, isSignalled]) => {
    let world: World;
    let ports: number[];
    let neighbour: TestGateway;
    let neighbours: RawClient[];

    beforeAll(async () => {
      world = await createWorld({ roles: ['worker'] });
      ports = await startBrokers(world);
      neighbour = await world.createGateway();
      neighbours = await connect(neighbour);
    });
    afterAll(async () => {
      for (const client of neighbours) client.destroy();
      await world.close();
    });

    const connect = (gateway: TestGateway) => {
      const will = { topic: `v1/gateways/${gateway.id}/status`, payload: '{"state":"offline"}', qos: 1 };
      return Promise.all(ports.map((port, n) => openGateway(world, gateway, { clientId: `c${n}`, will }, port)));
    };

    it.each(WAYS)('%s', async (_, statement) => {
      const gateway = await world.createGateway();
      const clients = await connect(gateway);
      for (const [n, client] of clients.entries()) {
        client.send(reading(gateway, n + 1));
        await client.until('puback');
      }
      await world.db.transaction().execute(async (tx) => {
        await statement(gateway).execute(tx);
        if (isSignalled) await signal(tx, 'access');
      });
      await Promise.all(clients.map((client) => client.closed()));

      for (const port of ports) await isRefused(port, gateway);
      const before = await world.ledger(neighbour.id);
      for (const [n, client] of neighbours.entries()) client.send(reading(neighbour, before.stored + n + 1));
      await vi.waitFor(async () => expect((await world.ledger(neighbour.id)).stored).toBe(before.stored + 2), WAIT);
      expect(await world.ledger(gateway.id)).toEqual({ stored: 2, duplicate: 0, rejected: 0 });
      const statuses = world.db.selectFrom('gateway_status').where('gateway_id', '=', gateway.id);
      expect(await statuses.selectAll().execute()).toEqual([]);
    });
  },
);

describe('at one broker', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ roles: ['broker'] });
  });
  afterAll(() => world.close());

  it('one session of a gateway ends without the other', async () => {
    const gateway = await world.createGateway();
    const { db, tokens } = world;
    const other = await openSession(db, tokens, 'gateway', gateway.id, { now: Date.now(), lifetimeMs: 3_600_000 });
    const stays = await openGateway(world, gateway, { clientId: 'stays' });
    const goes = await openGateway(world, gateway, { clientId: 'goes', password: other.token });
    await endSessions(db, other, 'revoked');
    await goes.closed();
    await isServed(stays);
    stays.destroy();
  });

  it('a gateway whose session is revoked while it connects does not get in, and leaves nothing behind', async () => {
    const blocker = new PostgresClient({ connectionString: world.config.databaseUrl });
    try {
      const gateway = await world.createGateway();
      await blocker.connect();
      await blocker.query('BEGIN; LOCK TABLE connection IN EXCLUSIVE MODE');
      const client = await openRaw(world.mqttPort);
      client.send(connectOf(gateway));
      const waiting = sql<{ count: number }>`
        SELECT count(*)::int4 AS count FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      await vi.waitFor(async () => expect((await waiting.execute(world.db)).rows).toEqual([{ count: 1 }]), WAIT);
      await sql`UPDATE session SET revoked_at = now() WHERE gateway_id = ${gateway.id}`.execute(world.db);
      await client.closed();
      expect(client.received).toEqual([]);
      await blocker.query('COMMIT');
      await vi.waitFor(async () => expect((await waiting.execute(world.db)).rows).toEqual([{ count: 0 }]), WAIT);
      const rows = () => world.db.selectFrom('connection').selectAll().where('gateway_id', '=', gateway.id).execute();
      await vi.waitFor(async () => expect(await rows()).toEqual([]), WAIT);
    } finally {
      await blocker.end();
    }
  });

  it('a key that is retired ends the connections whose tokens it signed, and no other', async () => {
    const { keysFile } = world.config;
    const old = await world.createGateway();
    const client = await openGateway(world, old);
    const { kid } = JSON.parse(Buffer.from(old.token.split('.')[0] as string, 'base64url').toString());
    await rotateKeys(keysFile, { now: Date.now(), atOnce: true });
    // The world's own tokens notice the fresh key within a second.
    const fresh = await vi.waitFor(async () => {
      const gateway = await world.createGateway();
      expect(gateway.token.split('.')[0]).not.toBe(old.token.split('.')[0]);
      return gateway;
    }, WAIT);
    const stays = await openGateway(world, fresh);
    await retireKey(keysFile, kid, Date.now());
    await client.closed();
    await isServed(stays);
    stays.destroy();
  });
});

describe('two broker processes', () => {
  let world: World;
  const processes: RoleProcess[] = [];
  beforeAll(async () => {
    world = await createWorld({ roles: [] });
    for (const _ of [1, 2]) processes.push(await startProcess(world, 'broker'));
  });
  afterAll(async () => {
    for (const process of processes) await process.kill();
    await world.close();
  });

  it('close the connections of a gateway whose sessions end', async () => {
    const ports = await Promise.all(processes.map((process) => process.port()));
    const [gateway, neighbour] = [await world.createGateway(), await world.createGateway()];
    const clients = await Promise.all(ports.map((port, n) => openGateway(world, gateway, { clientId: `c${n}` }, port)));
    const neighbours = await Promise.all(
      ports.map((port, n) => openGateway(world, neighbour, { clientId: `c${n}` }, port)),
    );
    await endSessions(world.db, { gatewayId: gateway.id }, 'revoked');
    await Promise.all(clients.map((client) => client.closed()));
    await Promise.all(neighbours.map(isServed));
    for (const client of neighbours) client.destroy();
  });
});

describe('a restart of Postgres', () => {
  let postgres: OwnPostgres;
  let world: World;
  beforeEach(async () => {
    postgres = await ownPostgres();
    world = await createWorld({ roles: ['broker'], databaseUrl: postgres.url });
  });
  afterEach(async () => {
    await world.close();
    await postgres.remove();
  });

  it('closes nothing, and what is revoked after it is seen', async () => {
    const [gateway, neighbour] = [await world.createGateway(), await world.createGateway()];
    const [client, other] = [await openGateway(world, gateway), await openGateway(world, neighbour)];
    await postgres.stop();
    // A token in order gets no CONNACK now; so the broker has noticed.
    const late = await openRaw(world.mqttPort);
    late.send(connectOf(neighbour, { clientId: 'late' }));
    await late.closed();
    expect(late.received).toEqual([]);
    await postgres.start();
    await Promise.all([client, other].map(isServed));
    await sql`UPDATE session SET revoked_at = now() WHERE gateway_id = ${gateway.id}`.execute(world.db);
    await client.closed();
    await isServed(other);
    other.destroy();
  });
});
