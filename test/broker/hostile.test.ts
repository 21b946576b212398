import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect as connectSocket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { decodeJwt, type JWTPayload, SignJWT } from 'jose';
import { sql } from 'kysely';
import type { MqttClient } from 'mqtt';
import type { Packet } from 'mqtt-packet';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createPreConnect } from '../../src/broker/connect.ts';
import { type Keys, loadKeys } from '../../src/identity/keys.ts';
import { openSession } from '../../src/identity/sessions.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';
import { connectOf, openGateway, openRaw, openRawWebSocket, type RawClient } from './raw.ts';
import {
  type Connect,
  connect,
  disconnect,
  field,
  frame,
  lengthOf,
  pingreq,
  publish,
  pubrel,
  subscribe,
  uint16,
  unsubscribe,
} from './wire.ts';

const WAIT = { timeout: 15_000, interval: 20 };
const CONNECT_TIMEOUT_MS = 2_000;
const MAX_PACKET_BYTES = 128 * 1024;
const DAY_S = 86_400;

let world: World;
let keys: Keys;
let neighbour: TestGateway;
let neighbourClient: MqttClient;
let served = 0;

beforeAll(async () => {
  const settings = (all: World['config']['settings']) => ({
    ...all,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    maxPacketBytes: MAX_PACKET_BYTES,
  });
  world = await createWorld({ settings });
  keys = await loadKeys(world.config.keysFile);
  neighbour = await world.createGateway();
  neighbourClient = await world.connect(neighbour);
});
afterAll(() => world.close());

/** Each gateway has one device, with the gateway's id for a key. */
const topicOf = ({ id }: TestGateway) => `v1/gateways/${id}/devices/${id}/readings`;
const reading = (n: number) => JSON.stringify({ ts: Date.now() - 60_000 + n, values: { n } });

/** Whatever one client does, another one is served as before; that all of it was stored is seen at the end. */
async function neighbourIsServed(): Promise<void> {
  await neighbourClient.publishAsync(topicOf(neighbour), reading(served), { qos: 1 });
  served++;
}

async function neighbourIsStored(): Promise<void> {
  await vi.waitFor(async () => expect((await world.ledger(neighbour.id)).stored).toBe(served), WAIT);
}

/** An act of a client that is not in, or not yet; `gateway` is one of its own. */
type Act = (gateway: TestGateway) => Promise<void>;

function acts(table: readonly [name: string, act: Act][]): void {
  it.each(table)('%s', async (_, act) => {
    await act(await world.createGateway());
    await neighbourIsServed();
  });
}

/** What is sent instead of a proper CONNECT ends the connection without an answer. */
const closedBeforeConnack =
  (...bytes: Buffer[]): Act =>
  async () => {
    const client = await openRaw(world.mqttPort);
    client.send(...bytes);
    await client.closed();
    expect(client.received).toEqual([]);
  };

/** What a gateway sends ends its connection, and is not acknowledged, stored or recorded. */
const closedAfterConnack =
  (...bytes: Buffer[]): Act =>
  async (gateway) => {
    const client = await openGateway(world, gateway);
    client.send(...bytes);
    await client.closed();
    expect(client.received).toHaveLength(1);
    expect(await letters(gateway)).toEqual([]);
    expect(await world.ledger(gateway.id)).toEqual({ stored: 0, duplicate: 0, rejected: 0 });
  };

async function connackOf(bytes: Buffer): Promise<number> {
  const client = await openRaw(world.mqttPort);
  client.send(bytes);
  await client.until('connack');
  const { returnCode } = client.received[0] as Packet & { cmd: 'connack' };
  if (returnCode !== 0) await client.closed();
  client.destroy();
  return returnCode as number;
}

/** A CONNECT is answered with a code, and with any but 0 closed. */
const connack =
  (code: number, bytes: (gateway: TestGateway) => Buffer | Promise<Buffer>): Act =>
  async (gateway) =>
    expect(await connackOf(await bytes(gateway))).toBe(code);

/** The dead letters under a gateway, as they are once there is one. */
async function letters({ id }: TestGateway) {
  const rows = await world.db.selectFrom('dead_letter').selectAll().where('gateway_id', '=', id).execute();
  return rows.map(({ code, topic, item, size, seen }) => ({
    code,
    topic,
    item: item.toString(),
    size: Number(size),
    seen,
  }));
}

/** What a gateway sends is acknowledged and becomes a dead letter under it, and it stays connected. */
const acknowledgedAndRecorded =
  (code: string, bytes: (gateway: TestGateway) => Buffer): Act =>
  async (gateway) => {
    const client = await openGateway(world, gateway);
    client.send(bytes(gateway), pingreq);
    await client.until('puback');
    await client.until('pingresp');
    await vi.waitFor(async () => expect(await letters(gateway)).toMatchObject([{ code }]), WAIT);
    expect(await world.ledger(gateway.id)).toEqual({ stored: 0, duplicate: 0, rejected: 1 });
    expect(await storedOf(gateway)).toEqual([]);
    client.destroy();
  };

/** Of what a gateway heard, all but what the broker itself tells it. */
const strangeTopicsHeard = ({ received }: RawClient, { id }: TestGateway) =>
  received
    .flatMap((packet) => (packet.cmd === 'publish' ? [packet.topic] : []))
    .filter((topic) => !topic.startsWith(`v1/gateways/${id}/down/`));

const storedOf = async ({ id }: TestGateway) =>
  (await world.readings()).filter(({ device }) => device === id).map(({ value }) => value);

describe('before CONNACK', () => {
  acts([
    ['1: a first packet that is not CONNECT', closedBeforeConnack(pingreq)],
    ['1: a PUBLISH as the first packet', closedBeforeConnack(publish({ topic: 'a', payload: 'x', qos: 1, id: 1 }))],
    ['1: HTTP', closedBeforeConnack(Buffer.from('GET / HTTP/1.1\r\nHost: broker\r\n\r\n'))],
    ['1: TLS where there is none', closedBeforeConnack(Buffer.from('16030100a5010000a10303', 'hex'))],
    ['1: a PROXY header', closedBeforeConnack(Buffer.from('PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n'), connect())],
    ['2: a CONNECT of 256 MiB, at its header', closedBeforeConnack(frame(1, 0, Buffer.alloc(0), 268_435_455))],
    ['2: a PUBLISH of 256 MiB, at its header', closedBeforeConnack(frame(3, 0, Buffer.alloc(0), 268_435_455))],
    ['2: a CONNECT of 8 KiB and a byte', closedBeforeConnack(frame(1, 0, Buffer.alloc(0), 8_193))],
    ['3: a length of five bytes', closedBeforeConnack(Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0xff]))],
    ['5: the protocol name "hj"', closedBeforeConnack(connect({ protocol: 'hj' }))],
    ['5: level 0', connack(1, () => connect({ level: 0 }))],
    ['5: level 6', connack(1, () => connect({ level: 6 }))],
    ['6: MQTT 5', connack(1, (gateway) => connectOf(gateway, { level: 5 }))],
    ['7: the reserved flag', closedBeforeConnack(connect({ flags: 0x03 }))],
    ['7: QoS of a Will that is not there', closedBeforeConnack(connect({ flags: 0x0a }))],
    ['7: retain of a Will that is not there', closedBeforeConnack(connect({ flags: 0x22 }))],
    ['8: no client id, for a session that shall stay', connack(2, (g) => connectOf(g, { clientId: '', clean: false }))],
    ['8: no client id, for a clean session', connack(0, (gateway) => connectOf(gateway, { clientId: '' }))],
    ['11: neither user name nor password', connack(4, () => connect())],
    ['11: no password', connack(4, ({ id }) => connect({ username: id }))],
    ['11: no user name but a password', closedBeforeConnack(connect({ password: 'x' }))],
    ['12: a password of 64 KiB', closedBeforeConnack(connect({ username: 'u', password: 'x'.repeat(65_535) }))],
    ['12: a password of 6 KiB', connack(5, ({ id }) => connect({ username: id, password: 'x'.repeat(6_000) }))],
    ['19: a Will of QoS 3', closedBeforeConnack(connect({ will: { topic: 'a', payload: 'x', qos: 3 } }))],
    [
      '19: a Will of 64 KiB',
      closedBeforeConnack(connect({ will: { topic: 'a', payload: 'x'.repeat(65_535) }, username: 'u' })),
    ],
    ['a client id that is not UTF-8', closedBeforeConnack(connect({ clientId: Buffer.from([0xc3, 0x28]) }))],
    ['a client id with a NUL', closedBeforeConnack(connect({ clientId: 'a\0b' }))],
    ['a CONNECT that is cut short', closedBeforeConnack(frame(1, 0, connect().subarray(2, 10)))],
  ]);

  it.each<[string, Connect]>([
    ['0', { keepalive: 0 }],
    ['65535', { keepalive: 65_535 }],
  ])('10: a keepalive of %s is taken for 1200 s', async (_, fields) => {
    const client = await openGateway(world, await world.createGateway(), fields);
    client.send(pingreq);
    await client.until('pingresp');
    client.destroy();
    const connection = { keepaliveMs: -1 };
    const packet = { keepalive: fields.keepalive };
    const preConnect = createPreConnect({ connections: { of: () => connection } } as never);
    await new Promise((resolve) => preConnect({} as never, packet as never, resolve as never));
    expect(connection.keepaliveMs).toBe(1_200_000);
    expect(packet.keepalive).toBe(0);
  });

  it('ends connections that never send CONNECT, send it byte by byte, or stop half way', async () => {
    const silent = await openRaw(world.mqttPort);
    const slow = await openRaw(world.mqttPort);
    const halfWay = await openRaw(world.mqttPort);
    const bytes = connect({ clientId: 'slow'.repeat(100) });
    halfWay.send(bytes.subarray(0, bytes.length / 2));
    let sent = 0;
    const dripping = setInterval(() => slow.send(bytes.subarray(sent, ++sent)), 50);
    try {
      await Promise.all([silent.closed(), slow.closed(), halfWay.closed()]);
    } finally {
      clearInterval(dripping);
    }
    expect(sent).toBeLessThan(bytes.length);
    expect([silent, slow, halfWay].flatMap(({ received }) => received)).toEqual([]);
    await neighbourIsServed();
  });
});

describe('a token', () => {
  /** A token that differs from a good one in what is given; undefined takes a claim away. */
  async function forge(
    { token }: TestGateway,
    claims: Record<string, unknown> = {},
    header: Record<string, unknown> = {},
    secret?: Uint8Array,
  ): Promise<string> {
    const { kid, key } = await keys.signing();
    const payload = { ...decodeJwt(token), ...claims } as JWTPayload;
    for (const [name, value] of Object.entries(claims)) if (value === undefined) delete payload[name];
    return new SignJWT(payload)
      .setProtectedHeader({ alg: 'ES256', kid, typ: 'gw+jwt', ...header })
      .sign(secret ?? key, { crit: { 'x-own': true } });
  }
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = () => Math.floor(Date.now() / 1000);
  const presenting = (code: number, make: (gateway: TestGateway) => string | Promise<string>): Act =>
    connack(code, async (gateway) => connect({ username: gateway.id, password: await make(gateway) }));
  const parts = ({ token }: TestGateway) => token.split('.') as [string, string, string];

  acts([
    ['that is signed anew is good (so the others are refused for their fault)', presenting(0, (g) => forge(g))],
    [
      '13: without signature, alg none',
      presenting(5, (g) => `${encode({ alg: 'none', typ: 'gw+jwt' })}.${parts(g)[1]}.`),
    ],
    [
      '13: signed with our public key as a secret',
      presenting(5, async (g) => {
        const [publicKey] = (await keys.publicKeys()).keys;
        return forge(g, {}, { alg: 'HS256' }, Buffer.from(JSON.stringify(publicKey)));
      }),
    ],
    ['14: expired', presenting(5, (g) => forge(g, { iat: now() - 100, exp: now() - 60 }))],
    ['14: not valid yet', presenting(5, (g) => forge(g, { nbf: now() + 60 }))],
    ['14: issued in the future', presenting(5, (g) => forge(g, { iat: now() + 60, exp: now() + 3600 }))],
    ['14: that lives until 5138', presenting(5, (g) => forge(g, { exp: 99_999_999_999 }))],
    ['14: that lives longer than 400 days', presenting(5, (g) => forge(g, { exp: now() + 500 * DAY_S }))],
    ['14: without end', presenting(5, (g) => forge(g, { exp: undefined }))],
    ['15: of a user', presenting(5, async (g) => (await world.createUser(g.customerId)).token)],
    ['15: of the type of a user', presenting(5, (g) => forge(g, {}, { typ: 'at+jwt' }))],
    ['16: for another audience', presenting(5, (g) => forge(g, { aud: 'stepcloud-api' }))],
    ['16: for two audiences', presenting(5, (g) => forge(g, { aud: ['stepcloud-mqtt', 'stepcloud-api'] }))],
    ['16: of another issuer', presenting(5, (g) => forge(g, { iss: 'elsewhere' }))],
    ['16: with a critical extension', presenting(5, (g) => forge(g, {}, { crit: ['x-own'], 'x-own': 1 }))],
    [
      '17: of a session that was revoked',
      presenting(5, async (g) => {
        const { sid } = decodeJwt(g.token) as { sid: string };
        await world.db.updateTable('session').set({ revoked_at: new Date() }).where('id', '=', sid).execute();
        return g.token;
      }),
    ],
    [
      '17: of a gateway that was deleted',
      presenting(5, async (g) => {
        await world.db.updateTable('gateway').set({ deleted_at: new Date() }).where('id', '=', g.id).execute();
        return g.token;
      }),
    ],
    [
      '17: of a customer that is suspended',
      presenting(5, async (g) => {
        const customer = world.db.updateTable('customer').where('id', '=', g.customerId);
        await customer.set({ suspended_at: new Date() }).execute();
        return g.token;
      }),
    ],
    ['17: of a session that never was', presenting(5, (g) => forge(g, { sid: g.id }))],
    ['17: of another gateway', presenting(5, () => neighbour.token)],
    [
      '18: whose payload was edited',
      presenting(5, (g) => `${parts(g)[0]}.${encode({ ...decodeJwt(g.token), exp: now() + 7200 })}.${parts(g)[2]}`),
    ],
    ['18: whose signature is cut short', presenting(5, (g) => g.token.slice(0, -4))],
    ['18: with a dot too few', presenting(5, (g) => parts(g).slice(0, 2).join('.'))],
    ['18: with a dot too many', presenting(5, (g) => `${g.token}.${parts(g)[2]}`)],
    ['18: that is no token', presenting(5, () => 'password')],
    ['18: that is no text', connack(5, ({ id }) => connect({ username: id, password: Buffer.alloc(100, 0xff) }))],
    ['18: with SQL for a user name', connack(5, (g) => connect({ username: "' OR 1=1 --", password: g.token }))],
  ]);

  it.each([['unknown kid'], ['jku']])('16: with an %s is refused, and nothing is fetched for it', async (_) => {
    let fetched = 0;
    const known = JSON.stringify(await keys.publicKeys());
    const server = createServer((_request, response) => {
      fetched++;
      response.end(known);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as { port: number };
      const header = { kid: 'elsewhere', jku: `http://127.0.0.1:${port}/`, x5u: `http://127.0.0.1:${port}/` };
      const gateway = await world.createGateway();
      const bytes = connect({ username: gateway.id, password: await forge(gateway, {}, header) });
      expect(await connackOf(bytes)).toBe(5);
      expect(fetched).toBe(0);
    } finally {
      server.close();
    }
  });

  it('ends its connection when it expires', async () => {
    const gateway = await world.createGateway();
    const session = { now: Date.now(), lifetimeMs: 3_000 };
    const { token } = await openSession(world.db, world.tokens, 'gateway', gateway.id, session);
    const client = await openGateway(world, { ...gateway, token });
    await client.closed();
    expect(Date.now()).toBeGreaterThanOrEqual((decodeJwt(token).exp as number) * 1000);
    await neighbourIsServed();
  });
});

describe('while the database is away', () => {
  it('a connection is closed without CONNACK, and the next one is let in once it is back', async () => {
    const gateway = await world.createGateway();
    await sql`ALTER TABLE session RENAME TO session_away`.execute(world.db);
    try {
      await closedBeforeConnack(connectOf(gateway))(gateway);
    } finally {
      await sql`ALTER TABLE session_away RENAME TO session`.execute(world.db);
    }
    await expect(connackOf(connectOf(gateway))).resolves.toBe(0);
    await neighbourIsServed();
  });

  it('a connection that it does not answer in time is closed without CONNACK', async () => {
    const gateway = await world.createGateway();
    await world.db.transaction().execute(async (transaction) => {
      await sql`LOCK TABLE session IN ACCESS EXCLUSIVE MODE`.execute(transaction);
      await closedBeforeConnack(connectOf(gateway))(gateway);
    });
    await neighbourIsServed();
  });
});

describe('after CONNACK', () => {
  const large = { qos: 1, id: 9, payload: 'x'.repeat(MAX_PACKET_BYTES) };
  const deep = (levels: number) => Array.from({ length: levels }, () => 'a').join('/');

  acts([
    ['2: a PUBLISH of 256 MiB, at its header', closedAfterConnack(frame(3, 2, Buffer.alloc(0), 268_435_455))],
    ['2: a SUBSCRIBE of 8 KiB and a byte', closedAfterConnack(frame(8, 2, Buffer.alloc(0), 8_193))],
    ['3: a length of five bytes', closedAfterConnack(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x01]))],
    ['4: a second CONNECT', closedAfterConnack(connect())],
    ['4: a second CONNECT, of MQTT 5', closedAfterConnack(connect({ level: 5 }))],
    ['20: a PUBLISH of QoS 3', closedAfterConnack(publish({ topic: 'a', qos: 3, id: 1 }))],
    ['21: packet id 0', closedAfterConnack(publish({ topic: 'a', qos: 1, id: 0 }))],
    ['21: no packet id', closedAfterConnack(frame(3, 2, field('a')))],
    ['21: half a packet id', closedAfterConnack(frame(3, 4, Buffer.concat([field('a'), Buffer.from([1])])))],
    ['22: an empty topic', closedAfterConnack(publish({ topic: '', qos: 1, id: 1 }))],
    ['22: a topic with #', closedAfterConnack(publish({ topic: 'a/#', qos: 1, id: 1 }))],
    ['22: a topic with +', closedAfterConnack(publish({ topic: 'a/+/b', qos: 1, id: 1 }))],
    ['22: a topic of 101 levels', closedAfterConnack(publish({ topic: deep(101), qos: 1, id: 1 }))],
    ['a topic that is not UTF-8', closedAfterConnack(publish({ topic: Buffer.from([0xff]), qos: 1, id: 1 }))],
    ['a topic with a NUL', closedAfterConnack(publish({ topic: 'a\0b', qos: 1, id: 1 }))],
    ['25: $SYS', closedAfterConnack(publish({ topic: '$SYS/broker/clients', qos: 1, id: 1 }))],
    ['25: $share', closedAfterConnack(publish({ topic: '$share/group/topic', qos: 1, id: 1 }))],
    ['35: a SUBSCRIBE of nine filters', closedAfterConnack(subscribe(1, [...'123456789']))],
    [
      '35: a SUBSCRIBE of 200,000 filters',
      closedAfterConnack(frame(8, 2, Buffer.concat([uint16(1), Buffer.alloc(800_000, '\0\x01a\0')]))),
    ],
    ['35: an UNSUBSCRIBE of nine filters', closedAfterConnack(unsubscribe(1, [...'123456789']))],
    ['a SUBSCRIBE without filter', closedAfterConnack(subscribe(1, []))],
    ['a SUBSCRIBE with packet id 0', closedAfterConnack(subscribe(0, ['a']))],
    ['a SUBSCRIBE of QoS 3', closedAfterConnack(subscribe(1, ['a'], 3))],
    ['a SUBSCRIBE of a wrong filter', closedAfterConnack(subscribe(1, ['a/#/b']))],
    ['a PUBREL without packet id', closedAfterConnack(frame(6, 2))],
    ['a CONNACK', closedAfterConnack(frame(2, 0, uint16(0)))],
    ['AUTH', closedAfterConnack(frame(15, 0))],
    ['a packet of no type', closedAfterConnack(frame(0, 0))],
    ['a PINGREQ with flags', closedAfterConnack(frame(12, 7))],

    [
      '22: a topic of 100 levels',
      acknowledgedAndRecorded('TOPIC_UNKNOWN', () => publish({ topic: deep(100), qos: 1, id: 1 })),
    ],
    [
      '22: a topic of 65,535 bytes',
      acknowledgedAndRecorded('TOPIC_UNKNOWN', () => publish({ topic: 't'.repeat(65_535), qos: 1, id: 1 })),
    ],
    [
      '22: an own topic that is misspelt',
      acknowledgedAndRecorded('TOPIC_UNKNOWN', (g) => publish({ topic: `${topicOf(g)}s`, qos: 1, id: 1 })),
    ],
    [
      '24: the topic of another gateway',
      acknowledgedAndRecorded('TOPIC_FOREIGN', () =>
        publish({ topic: topicOf(neighbour), payload: reading(0), qos: 1, id: 1 }),
      ),
    ],
    [
      '27: an empty payload',
      acknowledgedAndRecorded('PAYLOAD_EMPTY', (g) => publish({ topic: topicOf(g), qos: 1, id: 1 })),
    ],
    [
      '28: a payload that unfolds to more than its kind may have',
      acknowledgedAndRecorded('PAYLOAD_TOO_LARGE', (g) =>
        publish({ topic: topicOf(g), payload: gzipSync(Buffer.alloc(17 << 20, ' ')), qos: 1, id: 1 }),
      ),
    ],
    [
      '29: a PUBLISH that is too large',
      acknowledgedAndRecorded('PAYLOAD_TOO_LARGE', (g) => publish({ ...large, topic: topicOf(g) })),
    ],
    [
      '29: one that is too large, on a topic of 65,535 bytes',
      acknowledgedAndRecorded('PAYLOAD_TOO_LARGE', () => publish({ ...large, topic: 't'.repeat(65_535) })),
    ],
    ['29: a PUBLISH over 64 MiB', closedAfterConnack(Buffer.concat([Buffer.from([0x32]), lengthOf((64 << 20) + 1)]))],
  ]);

  it('29: of what is too large, the first KiB and the true size are recorded, and what follows is stored', async () => {
    const gateway = await world.createGateway();
    const client = await openGateway(world, gateway);
    const payload = 'abcdefgh'.repeat(400_000);
    const message = (id: number) => publish({ topic: topicOf(gateway), payload: reading(id), qos: 1, id });
    client.send(message(1), publish({ topic: topicOf(gateway), payload, qos: 1, id: 2 }), message(3));
    await client.until('puback', 3);
    expect(client.ids('puback')).toEqual([1, 2, 3]);
    await vi.waitFor(async () => {
      expect(await storedOf(gateway)).toEqual([1, 3]);
      expect(await letters(gateway)).toMatchObject([
        { code: 'PAYLOAD_TOO_LARGE', size: payload.length, item: payload.slice(0, 1024), topic: topicOf(gateway) },
      ]);
    }, WAIT);
    client.destroy();
  });

  it('24: what goes to another gateway is not stored there', async () => {
    await neighbourIsStored();
    expect(await storedOf(neighbour)).toHaveLength(served);
    expect(await letters(neighbour)).toEqual([]);
  });

  it('25: what stock bridges say of themselves is acknowledged in turn and ignored', async () => {
    const gateway = await world.createGateway();
    const client = await openGateway(world, gateway);
    const state = `$SYS/broker/connection/${gateway.id}/state`;
    client.send(
      publish({ topic: topicOf(gateway), payload: reading(1), qos: 1, id: 1 }),
      publish({ topic: state, payload: '1', qos: 1, id: 2, retain: true }),
      publish({ topic: topicOf(gateway), payload: reading(3), qos: 1, id: 3 }),
    );
    await client.until('puback', 3);
    expect(client.ids('puback')).toEqual([1, 2, 3]);
    await vi.waitFor(async () => expect(await storedOf(gateway)).toEqual([1, 3]), WAIT);
    expect(await letters(gateway)).toEqual([]);
    client.destroy();
  });

  it('26: a retained message is stored as any other, and nobody gets it', async () => {
    const gateway = await world.createGateway();
    const client = await openGateway(world, gateway);
    const topic = topicOf(gateway);
    client.send(publish({ topic, payload: reading(1), qos: 1, id: 1, retain: true }));
    await client.until('puback');
    const other = await openGateway(world, gateway, { clientId: 'other' });
    other.send(subscribe(1, [topic, '#', `v1/gateways/${gateway.id}/down/#`]), pingreq);
    await other.until('pingresp');
    await other.until('publish');
    expect(strangeTopicsHeard(other, gateway)).toEqual([]);
    await vi.waitFor(async () => expect(await storedOf(gateway)).toEqual([1]), WAIT);
    client.destroy();
    other.destroy();
    await neighbourIsServed();
  });

  it('30: the same packet a hundred times is acknowledged each time and stored once', async () => {
    const gateway = await world.createGateway();
    const client = await openGateway(world, gateway);
    const payload = reading(1);
    for (let n = 0; n < 100; n++) client.send(publish({ topic: topicOf(gateway), payload, qos: 1, id: 5, dup: n > 0 }));
    await client.until('puback', 100);
    expect(new Set(client.ids('puback'))).toEqual(new Set([5]));
    await vi.waitFor(
      async () => expect(await world.ledger(gateway.id)).toEqual({ stored: 1, duplicate: 99, rejected: 0 }),
      WAIT,
    );
    expect(await storedOf(gateway)).toEqual([1]);
    client.destroy();
  });

  it('31: at QoS 2, three duplicates and a PUBREL twice or for nothing leave one row, and each gets its answer', async () => {
    const gateway = await world.createGateway();
    const client = await openGateway(world, gateway);
    const payload = reading(1);
    const message = (dup: boolean) => publish({ topic: topicOf(gateway), payload, qos: 2, id: 5, dup });
    client.send(message(false), message(true), message(true), message(true));
    await client.until('pubrec', 4);
    client.send(pubrel(5), pubrel(5), pubrel(77));
    await client.until('pubcomp', 3);
    expect(client.ids('pubrec')).toEqual([5, 5, 5, 5]);
    expect(client.ids('pubcomp').sort()).toEqual([5, 5, 77]);
    await vi.waitFor(async () => expect((await world.ledger(gateway.id)).duplicate).toBe(3), WAIT);
    expect(await storedOf(gateway)).toEqual([1]);
    client.destroy();
    await neighbourIsServed();
  });

  it('32: a thousand messages at QoS 2 may wait for their PUBREL, and one more ends the connection', async () => {
    const gateway = await world.createGateway();
    const client = await openGateway(world, gateway);
    const message = (id: number) => publish({ topic: topicOf(gateway), payload: reading(id), qos: 2, id });
    client.send(...Array.from({ length: 1_000 }, (_, n) => message(n + 1)));
    await client.until('pubrec', 1_000);
    client.send(message(1_001));
    await client.closed();
    expect(client.ids('pubrec')).toEqual(Array.from({ length: 1_000 }, (_, n) => n + 1));
    await neighbourIsServed();
  });

  it('sends more with its CONNECT than Aedes would queue, and all of it is taken in order', async () => {
    const gateway = await world.createGateway();
    const client = await openRaw(world.mqttPort);
    const ids = Array.from({ length: 500 }, (_, n) => n + 1);
    const message = (id: number) => publish({ topic: topicOf(gateway), payload: reading(id), qos: 1, id });
    client.send(connectOf(gateway), ...ids.map(message));
    await client.until('puback', ids.length);
    expect(client.ids('puback')).toEqual(ids);
    client.destroy();
  });

  it('34: every filter but the own down topics gets 0x80, and nothing of others arrives', async () => {
    const gateway = await world.createGateway();
    const foreign = `v1/gateways/${neighbour.id}/down/#`;
    for (const clean of [true, false, false]) {
      const client = await openGateway(world, gateway, { clientId: 'listener', clean });
      expect(client.received[0]).toMatchObject({ cmd: 'connack', sessionPresent: false });
      client.send(subscribe(1, ['#', '+/+', '$SYS/#', foreign, topicOf(neighbour), '$share/g/#'], 1));
      client.send(subscribe(2, [`v1/gateways/${gateway.id}/down/#`, '#'], 2));
      await client.until('suback', 2);
      expect(client.received.filter(({ cmd }) => cmd === 'suback')).toMatchObject([
        { messageId: 1, granted: Array(6).fill(0x80) },
        { messageId: 2, granted: [2, 0x80] },
      ]);
      await neighbourIsServed();
      client.send(pingreq);
      await client.until('pingresp');
      await client.until('publish');
      expect(strangeTopicsHeard(client, gateway)).toEqual([]);
      client.send(disconnect);
      await client.closed();
    }
  });

  it.each([
    ['of its own', (gateway: TestGateway) => topicOf(gateway)],
    ['of another gateway', () => topicOf(neighbour)],
    ['with wildcards', () => '#'],
  ])('19: a Will on a topic %s is dropped: the gateway is let in, and its end says nothing', async (_, topic) => {
    const gateway = await world.createGateway();
    const will = { topic: topic(gateway), payload: reading(1), qos: 1, retain: true };
    const client = await openGateway(world, gateway, { will });
    client.destroy();
    await neighbourIsServed();
    expect([await storedOf(gateway), await letters(gateway)]).toEqual([[], []]);
    await neighbourIsStored();
    expect(await storedOf(neighbour)).toHaveLength(served);
  });

  it('19: a Will waits for the end of its connection, however long that stands, and holds nothing up', async () => {
    vi.useFakeTimers({ toFake: ['setInterval'] });
    const other = await createWorld();
    try {
      const gateway = await other.createGateway();
      const will = { topic: `v1/gateways/${gateway.id}/status`, payload: '{"state":"offline"}' };
      const client = await openGateway(other, gateway, { will, keepalive: 0 });
      await vi.advanceTimersByTimeAsync(600_000); // Aedes looks for the Wills of brokers that died
      for (let id = 1; id <= 3; id++) {
        client.send(publish({ topic: topicOf(gateway), payload: reading(id), qos: 1, id }));
        await client.until('puback', id);
      }
      const stored = (count: number) =>
        vi.waitFor(async () => expect((await other.ledger(gateway.id)).stored).toBe(count), WAIT);
      await stored(3);
      client.destroy();
      await stored(4);
    } finally {
      vi.useRealTimers();
      await other.close();
    }
  });

  it('ends a gateway that is silent, or that trickles, for one and a half of its keepalive', async () => {
    const gateway = await world.createGateway();
    const silent = await openGateway(world, gateway, { clientId: 'silent', keepalive: 1 });
    const slow = await openGateway(world, gateway, { clientId: 'slow', keepalive: 1 });
    const pinging = await openGateway(world, gateway, { clientId: 'pinging', keepalive: 1 });
    const bytes = publish({ topic: topicOf(gateway), payload: 'x'.repeat(1_000) });
    let sent = 0;
    const dripping = setInterval(() => {
      slow.send(bytes.subarray(sent, ++sent));
      pinging.send(pingreq);
    }, 50);
    try {
      await Promise.all([silent.closed(), slow.closed()]);
    } finally {
      clearInterval(dripping);
    }
    expect(sent).toBeLessThan(bytes.length);
    expect(pinging.isClosed).toBe(false);
    pinging.destroy();
    await neighbourIsServed();
  });
});

describe('over WebSocket', () => {
  let webWorld: World;
  const open = () => openRawWebSocket(webWorld.broker.webSocketPort as number);
  beforeAll(async () => {
    const settings = (all: World['config']['settings']) => ({ ...all, connectTimeoutMs: 60_000 });
    webWorld = await createWorld({ env: { MQTT_WS_PORT: '0' }, settings });
  });
  afterAll(() => webWorld.close());

  it.each<[string, Buffer]>([
    ['a first packet that is not CONNECT', pingreq],
    ['a CONNECT of 256 MiB, at its header', frame(1, 0, Buffer.alloc(0), 268_435_455)],
    ['a CONNECT at fault', connect({ protocol: 'hj' })],
  ])('%s ends the connection', async (_, bytes) => {
    const client = await open();
    client.send(bytes);
    await client.closed();
    expect(client.received).toEqual([]);
  });

  it.each([
    ['one frame', true],
    ['many fragments of one', false],
  ])('%s of 15 MB before CONNACK ends the connection before it is whole', async (_, isWhole) => {
    const socket = connectSocket({ port: webWorld.broker.webSocketPort as number, host: '127.0.0.1' });
    socket.on('error', () => {});
    const ended = new Promise((resolve) => socket.once('close', resolve));
    const headers = ['Host: broker', 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'];
    const key = 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==';
    socket.write(['GET /mqtt HTTP/1.1', ...headers, key, 'Sec-WebSocket-Protocol: mqtt', '', ''].join('\r\n'));
    expect(String(await once(socket, 'data'))).toContain('101');
    const size = 15_000_000;
    const header = (opcode: number, length: number): Buffer => {
      const bytes = Buffer.from([opcode, 0x80 | 127, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]); // masked, with zeros
      bytes.writeUInt32BE(length, 6);
      return bytes;
    };
    const fragment = Buffer.alloc(10_000, 'x');
    if (isWhole) socket.write(header(0x82, size));
    for (let sent = 0; sent < size / 2 && !socket.destroyed; sent += fragment.length) {
      if (!isWhole) socket.write(header(sent === 0 ? 0x02 : 0x00, fragment.length));
      if (!socket.write(fragment)) await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), ended]);
    }
    await ended;
  });

  it('what is too large is drained and recorded, and what follows in the same frame is stored', async () => {
    const gateway = await webWorld.createGateway();
    const client = await open();
    client.send(connectOf(gateway));
    await client.until('connack');
    const payload = 'x'.repeat(3_000_000);
    const message = (id: number) => publish({ topic: topicOf(gateway), payload: reading(id), qos: 1, id });
    client.send(message(1), publish({ topic: topicOf(gateway), payload, qos: 1, id: 2 }), message(3));
    await client.until('puback', 3);
    expect(client.ids('puback')).toEqual([1, 2, 3]);
    await vi.waitFor(
      async () => expect(await webWorld.ledger(gateway.id)).toEqual({ stored: 2, duplicate: 0, rejected: 1 }),
      WAIT,
    );
    client.destroy();
  });
});

describe('client ids', () => {
  const answers = async (client: RawClient): Promise<void> => {
    client.send(pingreq);
    await client.until('pingresp');
  };

  it("are each gateway's own: the same one of two gateways disturbs neither", async () => {
    const clients = [];
    for (const gateway of [await world.createGateway(), await world.createGateway()]) {
      clients.push(await openGateway(world, gateway, { clientId: 'same' }));
    }
    for (const client of clients) await answers(client);
    for (const client of clients) client.destroy();
    await neighbourIsServed();
  });

  it('tell the connections of a gateway apart: the second of one closes the first, another does not', async () => {
    const gateway = await world.createGateway();
    const first = await openGateway(world, gateway, { clientId: 'live' });
    const backfill = await openGateway(world, gateway, { clientId: 'backfill' });
    const second = await openGateway(world, gateway, { clientId: 'live' });
    await first.closed();
    await answers(second);
    await answers(backfill);
    second.destroy();
    backfill.destroy();
    await neighbourIsServed();
  });

  it.each(['__proto__', 'constructor', '../x', `${'long'.repeat(1_000)}`, '网关'])('may be %.20s', async (clientId) => {
    const gateway = await world.createGateway();
    const client = await openGateway(world, gateway, { clientId });
    client.send(publish({ topic: topicOf(gateway), payload: reading(1), qos: 2, id: 1 }));
    await client.until('pubrec');
    client.destroy();
    await neighbourIsServed();
  });

  it('leave one connection open when a hundred with the same one come at once', async () => {
    const gateway = await world.createGateway();
    const clients = await Promise.all(Array.from({ length: 100 }, () => openRaw(world.mqttPort)));
    for (const client of clients) client.send(connectOf(gateway, { clientId: 'race' }));
    const open = () => clients.filter(({ isClosed }) => !isClosed);
    await vi.waitFor(() => expect(open()).toHaveLength(1), WAIT);
    const [last] = open() as [RawClient];
    await answers(last);
    last.destroy();
    await neighbourIsServed();
  });
});

it('all that the neighbour sent meanwhile is stored', neighbourIsStored);

describe('connections over the limit', () => {
  it.each([
    ['of one address', { maxConnectionsPerAddress: 3 }],
    ['in all', { maxConnections: 3 }],
  ])('%s are closed, and taken again when another has gone', async (_, limits) => {
    const settings = (all: World['config']['settings']) => ({ ...all, limits: { ...all.limits, ...limits } });
    const narrow = await createWorld({ roles: ['broker'], settings });
    try {
      const gateway = await narrow.createGateway();
      const clients: RawClient[] = [];
      for (const clientId of ['a', 'b', 'c']) clients.push(await openGateway(narrow, gateway, { clientId }));
      const refused = await openRaw(narrow.mqttPort);
      refused.send(connectOf(gateway));
      await refused.closed();
      expect(refused.received).toEqual([]);
      clients[0]?.destroy();
      const taken = await vi.waitFor(() => openGateway(narrow, gateway, { clientId: 'd' }), WAIT);
      for (const client of [...clients, taken]) client.destroy();
    } finally {
      await narrow.close();
    }
  });
});
