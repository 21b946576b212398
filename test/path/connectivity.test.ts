import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EndReason } from '../../src/db/presence.ts';
import { endSessions } from '../../src/identity/sessions.ts';
import { openGateway, type RawClient } from '../broker/raw.ts';
import { disconnect, pingreq } from '../broker/wire.ts';
import { freePort } from '../support/free-port.ts';
import { type RoleProcess, startProcess } from '../support/process.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';

const WAIT = { timeout: 20_000, interval: 50 };
const MINUTE = 60_000;
const LEASE_MS = 2_000;

let world: World;
const connectionsOf = ({ id }: TestGateway) =>
  world.db.selectFrom('connection').where('gateway_id', '=', id).selectAll().execute();
const presenceOf = ({ id }: TestGateway) =>
  world.db.selectFrom('gateway_presence').where('gateway_id', '=', id).selectAll().executeTakeFirstOrThrow();
const isGone = (gateway: TestGateway) => vi.waitFor(async () => expect(await connectionsOf(gateway)).toEqual([]), WAIT);

async function isServed(client: RawClient): Promise<void> {
  const answers = client.received.filter(({ cmd }) => cmd === 'pingresp').length;
  client.send(pingreq);
  await client.until('pingresp', answers + 1);
}

describe('the end of a connection', () => {
  const clock = { ahead: 0 };
  beforeAll(async () => {
    world = await createWorld({ roles: ['broker'], clock: () => Date.now() + clock.ahead });
  });
  afterAll(() => world.close());

  const ENDS: [name: string, reason: EndReason, end: (client: RawClient, gateway: TestGateway) => unknown][] = [
    ['says DISCONNECT', 'disconnected', (client) => client.send(disconnect)],
    ['is cut off', 'connection_lost', (client) => client.destroy()],
    ['says nothing for longer than its keepalive', 'keepalive_timeout', () => {}],
    ['sends a packet that no client sends', 'protocol_error', (client) => client.send(Buffer.from([0x20, 2, 0, 0]))],
    ['connects twice', 'protocol_error', (client) => client.send(Buffer.from([0x10, 2, 0, 0]))],
    ['loses its session', 'access_revoked', (_, { id }) => endSessions(world.db, { gatewayId: id }, 'revoked')],
  ];

  it.each(ENDS)('of a gateway that %s is noted as %s', async (_, reason, end) => {
    const gateway = await world.createGateway();
    const client = await openGateway(world, gateway, { keepalive: reason === 'keepalive_timeout' ? 1 : 60 });
    await end(client, gateway);
    await isGone(gateway);
    expect(await presenceOf(gateway)).toMatchObject({ end_reason: reason, connections: 1 });
  });

  it('of a gateway whose token ends, and of one that the broker leaves, is noted as what it was', async () => {
    const [late, left] = [await world.createGateway(), await world.createGateway()];
    const client = await openGateway(world, late);
    clock.ahead = 25 * 60 * MINUTE;
    await client.closed();
    clock.ahead = 0;
    await isGone(late);
    const leaving = await world.start('broker');
    const other = await openGateway(world, left, {}, leaving.port);
    await leaving.close();
    await other.closed();
    expect(await connectionsOf(left)).toEqual([]);
    expect((await presenceOf(late)).end_reason).toBe('token_expired');
    expect((await presenceOf(left)).end_reason).toBe('broker_stopped');
    expect(await world.db.selectFrom('process').selectAll().execute()).toMatchObject([{ role: 'broker' }]);
  });
});

interface Broker {
  process: RoleProcess;
  port: number;
}

describe('with brokers that are processes of their own', () => {
  /** One to be killed, one to be paused, and one that lives. */
  let brokers: Broker[];
  let api: (url: string) => Promise<{ items: Record<string, unknown>[] }>;
  let gateway: TestGateway;

  beforeAll(async () => {
    world = await createWorld({ roles: ['api'], env: { STEPCLOUD_LEASE_MS: String(LEASE_MS) } });
    brokers = await Promise.all(Array.from({ length: 3 }, startBroker));
    gateway = await world.createGateway();
    const { token } = await world.createUser(gateway.customerId);
    api = async (url) => {
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch(`${world.httpUrl}/api/v1/gateways${url}`, { headers })).json() as ReturnType<typeof api>;
    };
  });
  afterAll(async () => {
    for (const { process } of brokers ?? []) await process.kill();
    await world.close();
  });

  async function startBroker(): Promise<Broker> {
    const port = await freePort();
    const env = { STEPCLOUD_LEASE_MS: String(LEASE_MS), MQTT_PORT: String(port) };
    const process = await startProcess(world, 'broker', env);
    return { process, port };
  }
  const holders = async (one: TestGateway) => (await connectionsOf(one)).map(({ process_id }) => process_id);

  it('a killed broker leaves nobody online, and who is back elsewhere in time was never offline', async () => {
    const [{ process: dead, port }, , { port: elsewhere }] = brokers as [Broker, Broker, Broker];
    const mover = await world.createGateway({ customerId: gateway.customerId, officeId: gateway.officeId });
    await openGateway(world, gateway, {}, port);
    await openGateway(world, mover, {}, port);
    const { expires_at } = await sql<{ expires_at: Date }>`
      SELECT expires_at FROM process JOIN connection ON process.id = process_id WHERE gateway_id = ${gateway.id}`
      .execute(world.db)
      .then(({ rows }) => rows[0] as { expires_at: Date });
    await dead.kill();
    const moved = await openGateway(world, mover, {}, elsewhere);
    expect(await api(`/${gateway.id}`)).toMatchObject({ online: true });
    await isGone(gateway);
    const { last_online_at, end_reason } = await presenceOf(gateway);
    expect(end_reason).toBe('broker_died');
    expect(last_online_at.getTime()).toBeGreaterThanOrEqual(expires_at.getTime());
    expect(last_online_at.getTime()).toBeLessThan(expires_at.getTime() + LEASE_MS);

    await sql`UPDATE gateway_presence SET online_since = online_since - interval '1 minute',
      last_online_at = last_online_at - interval '1 minute'`.execute(world.db);
    const offlineSince = new Date(last_online_at.getTime() - MINUTE).toISOString();
    expect(await api(`/${gateway.id}`)).toMatchObject({ online: false, onlineSince: null, offlineSince });
    expect((await api(`/${gateway.id}/connectivity`)).items).toMatchObject([
      { offlineSince, endReason: 'broker_died', connections: 1 },
    ]);
    expect((await api(`/${mover.id}/connectivity`)).items).toMatchObject([{ offlineSince: null, connections: 2 }]);
    await isServed(moved);
  });

  it('a broker that was stopped for longer than its lease comes back with what it has and nobody else', async () => {
    const [, { process: paused, port }, { port: elsewhere }] = brokers as [Broker, Broker, Broker];
    const [stays, moves] = [await world.createGateway(), await world.createGateway()];
    const staying = await openGateway(world, stays, {}, port);
    const moving = await openGateway(world, moves, {}, port);
    const [before] = await connectionsOf(stays);
    paused.signal('SIGSTOP');
    await isGone(stays);
    expect((await presenceOf(stays)).end_reason).toBe('broker_died');
    const moved = await openGateway(world, moves, {}, elsewhere);
    const holder = await holders(moves);

    paused.signal('SIGCONT');
    await moving.closed();
    await vi.waitFor(async () => expect(await connectionsOf(stays)).toEqual([before]), WAIT);
    expect(await holders(moves)).toEqual(holder);
    await Promise.all([staying, moved].map(isServed));
    expect(await presenceOf(stays)).toMatchObject({ connections: 1 });

    moved.destroy();
    const again = await openGateway(world, moves, {}, port);
    await isServed(again);
    expect(await holders(moves)).toEqual(await holders(stays));
  });
});
