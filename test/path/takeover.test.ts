import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { connectOf, openGateway, openRaw, type RawClient } from '../broker/raw.ts';
import { disconnect, pingreq, publish } from '../broker/wire.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';

const WAIT = { timeout: 15_000, interval: 50 };

let world: World;
let ports: [number, number];

beforeAll(async () => {
  world = await createWorld({ roles: ['worker'] });
  const start = async () => (await world.start('broker')).port as number;
  ports = [await start(), await start()];
});
afterAll(() => world.close());

async function isServed(client: RawClient): Promise<void> {
  const answers = client.received.filter(({ cmd }) => cmd === 'pingresp').length;
  client.send(pingreq);
  await client.until('pingresp', answers + 1);
}

const rowsOf = ({ id }: TestGateway) =>
  world.db.selectFrom('connection').where('gateway_id', '=', id).selectAll().orderBy('client_id').execute();

/** Both brokers have looked again: each has closed a connection that could only be found so. */
async function bothHaveLooked(): Promise<void> {
  const gateway = await world.createGateway();
  const clients = await Promise.all(ports.map((port, n) => openGateway(world, gateway, { clientId: `c${n}` }, port)));
  await sql`UPDATE session SET revoked_at = now() WHERE gateway_id = ${gateway.id}`.execute(world.db);
  await Promise.all(clients.map((client) => client.closed()));
}

it.each([
  ['of a few letters', 'gateway'],
  ['of 7,000 characters', 'x'.repeat(7_000)],
  ['with every sort of character', `' "\\ %s $1 {a,b} ,;\n\t\u{1f600} \u202e é`],
])('a client id %s that connects to another broker closes the one before, to and fro', async (_, clientId) => {
  const gateway = await world.createGateway();
  const bystander = await openGateway(world, gateway, { clientId: 'another' }, ports[0]);
  const namesake = await openGateway(world, await world.createGateway(), { clientId }, ports[0]);
  let holder = await openGateway(world, gateway, { clientId }, ports[0]);
  const processes = new Set<string>();
  for (const port of [ports[1], ports[0], ports[1]]) {
    const next = await openGateway(world, gateway, { clientId }, port);
    await holder.closed();
    await isServed(next);
    const [row] = (await rowsOf(gateway)).filter(({ client_id }) => client_id === clientId);
    processes.add(row?.process_id as string);
    holder = next;
  }
  expect(processes.size).toBe(2);
  await bothHaveLooked();
  for (const client of [holder, bystander, namesake]) {
    await isServed(client);
    client.destroy();
  }
});

it('is seen without a signal, too', async () => {
  const gateway = await world.createGateway();
  const client = await openGateway(world, gateway, {}, ports[0]);
  await sql`UPDATE connection SET id = ${randomUUID()}, process_id = ${randomUUID()}, connected_at = clock_timestamp()
    WHERE gateway_id = ${gateway.id}`.execute(world.db);
  await client.closed();
  expect(await rowsOf(gateway)).toHaveLength(1);
});

it('of twenty that connect at once with one client id, to two brokers, one stays', async () => {
  const gateway = await world.createGateway();
  const clients = await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      const client = await openRaw(ports[n % 2] as number);
      client.send(connectOf(gateway));
      return client;
    }),
  );
  const open = () => clients.filter(({ isClosed }) => !isClosed);
  await vi.waitFor(() => expect(open()).toHaveLength(1), WAIT);
  await bothHaveLooked();
  const [last] = open() as [RawClient];
  await isServed(last);
  expect(last.received[0]).toMatchObject({ cmd: 'connack', returnCode: 0 });
  expect(await rowsOf(gateway)).toHaveLength(1);
  last.destroy();
  await vi.waitFor(async () => expect(await rowsOf(gateway)).toEqual([]), WAIT);
});

it('says nothing of the Will: the gateway is where it went', async () => {
  const gateway = await world.createGateway();
  const status = `v1/gateways/${gateway.id}/status`;
  const will = { topic: status, payload: '{"state":"offline"}', qos: 1 };
  const first = await openGateway(world, gateway, { will }, ports[0]);
  const second = await openGateway(world, gateway, { will }, ports[1]);
  second.send(publish({ topic: status, payload: '{"state":"online"}', qos: 1, id: 1 }));
  await second.until('puback');
  await first.closed();
  const neighbour = await world.createGateway();
  const later = await openGateway(world, neighbour, {}, ports[0]);
  later.send(publish({ topic: `v1/gateways/${neighbour.id}/status`, payload: '{"state":"online"}', qos: 1, id: 1 }));
  await vi.waitFor(async () => expect((await world.ledger(neighbour.id)).stored).toBe(1), WAIT);
  expect((await world.ledger(gateway.id)).stored).toBe(1);
  const row = await world.db.selectFrom('gateway_status').where('gateway_id', '=', gateway.id).selectAll().execute();
  expect(row).toMatchObject([{ state: 'online' }]);
  second.send(disconnect);
  later.send(disconnect);
});

it('a connection stands in the database until it ends, and the use of its session is noted', async () => {
  const gateway = await world.createGateway();
  const before = Date.now();
  const client = await openGateway(world, gateway, { clientId: 'a' }, ports[0]);
  const other = await openGateway(world, gateway, { clientId: 'b' }, ports[1]);
  expect(await rowsOf(gateway)).toMatchObject([
    { client_id: 'a', address: '127.0.0.1' },
    { client_id: 'b', address: '127.0.0.1' },
  ]);
  const session = await world.db
    .selectFrom('session')
    .where('gateway_id', '=', gateway.id)
    .selectAll()
    .executeTakeFirstOrThrow();
  expect(session.last_address).toBe('127.0.0.1');
  expect(session.last_used_at?.getTime()).toBeGreaterThanOrEqual(before);
  client.destroy();
  await vi.waitFor(async () => expect(await rowsOf(gateway)).toMatchObject([{ client_id: 'b' }]), WAIT);
  await isServed(other);
  other.destroy();
});

it('a broker that stops leaves no connection behind', async () => {
  const broker = await world.start('broker');
  const gateway = await world.createGateway();
  const clients = await Promise.all(
    ['a', 'b', 'c'].map((clientId) => openGateway(world, gateway, { clientId }, broker.port)),
  );
  const stays = await openGateway(world, gateway, { clientId: 'stays' }, ports[0]);
  expect(await rowsOf(gateway)).toHaveLength(4);
  await broker.close();
  await Promise.all(clients.map((client) => client.closed()));
  expect(await rowsOf(gateway)).toMatchObject([{ client_id: 'stays' }]);
  stays.destroy();
});
