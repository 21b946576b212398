import { decodeJwt } from 'jose';
import type { IPublishPacket } from 'mqtt-packet';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type IssuedTokens, openRenewableSession, openSession } from '../../src/identity/sessions.ts';
import { openGateway, type RawClient } from '../broker/raw.ts';
import { pingreq, puback, subscribe } from '../broker/wire.ts';
import { missing } from '../support/found.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';

const WAIT = { timeout: 15_000, interval: 50 };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What comes on `down/session`. */
interface SessionMessage {
  serverTime: string;
  exp: string;
  maxPacketBytes: number;
  renewable: boolean;
  token?: string;
}

let world: World;
/** How far the time was moved, by all tests together. */
let ahead = 0;
let gateway: TestGateway;
let issued: IssuedTokens;
const clock = () => Date.now() + ahead;
const moveTo = (time: number) => {
  ahead = time - Date.now();
};

beforeAll(async () => {
  world = await createWorld({ clock });
});
afterAll(() => world.close());
beforeEach(async () => {
  gateway = await world.createGateway();
  issued = await openRenewableSession(world.db, world.tokens, 'gateway', gateway.id, { now: clock() });
});

const topicOf = ({ id }: TestGateway) => `v1/gateways/${id}/down/session`;
const firstEnd = () => issued.accessExpiresAt.getTime();
const login = () => ({ ...gateway, token: issued.accessToken });

async function openSubscribed(qos: number): Promise<RawClient> {
  const client = await openGateway(world, login());
  client.send(subscribe(1, [topicOf(gateway)], qos));
  await client.until('publish');
  return client;
}

const packetsOf = (client: RawClient) =>
  client.received.filter((packet): packet is IPublishPacket => packet.cmd === 'publish');
const messagesOf = (client: RawClient): SessionMessage[] =>
  packetsOf(client).map(({ payload }) => JSON.parse(payload.toString()));
const acknowledge = (client: RawClient) => client.send(puback(packetsOf(client).at(-1)?.messageId as number));

async function isServed(client: RawClient): Promise<void> {
  const answers = client.received.filter(({ cmd }) => cmd === 'pingresp').length;
  client.send(pingreq);
  await client.until('pingresp', answers + 1);
}

/** The broker has looked at the time again: a connection that it must close by that is closed. */
async function timeWasSeen(): Promise<void> {
  const { id } = await world.createGateway();
  const options = { now: clock(), lifetimeMs: MINUTE };
  const { token } = await openSession(world.db, world.tokens, 'gateway', id, options);
  const client = await openGateway(world, { ...gateway, id, token });
  ahead += 2 * MINUTE;
  await client.closed();
}

it('MQTT.js stays connected from one token to the next', async () => {
  const messages: SessionMessage[] = [];
  const client = await world.connect(login());
  const seen: string[] = [];
  client.on('close', () => seen.push('close'));
  const own = topicOf(gateway);
  client.on('message', (topic, payload) => {
    if (topic === own) messages.push(JSON.parse(payload.toString()));
  });
  await client.subscribeAsync(`v1/gateways/${gateway.id}/down/#`, { qos: 1 });
  await vi.waitFor(() => expect(messages).toHaveLength(1), WAIT);
  expect(messages[0]).toEqual({
    serverTime: expect.stringMatching(/^\d{4}-.*Z$/),
    exp: issued.accessExpiresAt.toISOString(),
    maxPacketBytes: world.config.settings.maxPacketBytes,
    renewable: true,
    limits: expect.objectContaining({ deadLetters: { limit: 10_000, used: 0 } }),
  });

  let end = firstEnd();
  for (const round of [2, 3, 4]) {
    moveTo(end - 3 * HOUR);
    await vi.waitFor(() => expect(messages).toHaveLength(round), WAIT);
    const { token, exp } = messages.at(-1) as SessionMessage;
    const claims = decodeJwt(token as string);
    expect(claims).toMatchObject({ sub: gateway.id, sid: issued.sessionId, exp: Date.parse(exp) / 1000 });
    expect(Date.parse(exp)).toBeGreaterThan(end);
    moveTo(end + MINUTE);
    await timeWasSeen();
    const reading = JSON.stringify({ ts: clock() - MINUTE, values: { round } });
    await client.publishAsync(`v1/gateways/${gateway.id}/devices/d/readings`, reading, { qos: 1 });
    end = Date.parse(exp);
  }
  expect(seen).toEqual([]);
  await vi.waitFor(async () => expect((await world.ledger(gateway.id)).stored).toBe(3), WAIT);
  const next = await world.connect({ ...gateway, token: messages.at(-1)?.token as string });
  expect(next.connected).toBe(true);
  for (const one of [client, next]) await one.endAsync();
});

it('the end moves with the PUBACK of the fresh token, and not before', async () => {
  const [quiet, answering] = [await openSubscribed(1), await openGateway(world, login(), { clientId: 'answering' })];
  answering.send(subscribe(1, [topicOf(gateway)], 1));
  await answering.until('publish');
  for (const client of [quiet, answering]) acknowledge(client);
  moveTo(firstEnd() - HOUR);
  for (const client of [quiet, answering]) await client.until('publish', 2);
  for (const client of [quiet, answering]) expect(messagesOf(client)[1]?.token).toBeDefined();
  acknowledge(answering);
  await isServed(answering);
  moveTo(firstEnd() + MINUTE);
  await quiet.closed();
  await timeWasSeen();
  await isServed(answering);
  moveTo(Date.parse(messagesOf(answering)[1]?.exp as string));
  await answering.closed();
});

it('a fresh token that is not acknowledged is followed by another one, whose PUBACK counts', async () => {
  const client = await openSubscribed(1);
  acknowledge(client);
  await isServed(client);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    moveTo(firstEnd() - HOUR);
    await client.until('publish', 2);
    ahead += MINUTE;
    await vi.advanceTimersByTimeAsync(MINUTE);
    await client.until('publish', 3);
  } finally {
    vi.useRealTimers();
  }
  const [, second, third] = packetsOf(client);
  expect(third?.messageId).not.toBe(second?.messageId);
  acknowledge(client);
  await isServed(client);
  moveTo(firstEnd() + MINUTE);
  await timeWasSeen();
  await isServed(client);
  client.destroy();
});

it('who does not subscribe is closed when the token ends', async () => {
  const client = await openGateway(world, login());
  moveTo(firstEnd() - HOUR);
  await timeWasSeen();
  await isServed(client);
  moveTo(firstEnd());
  await client.closed();
  expect(packetsOf(client)).toEqual([]);
});

it('who subscribes at QoS 0 is told the end, and gets no token, since nobody would know whether it arrived', async () => {
  const client = await openSubscribed(0);
  moveTo(firstEnd() - HOUR);
  await timeWasSeen();
  client.send(subscribe(2, [topicOf(gateway)], 0));
  await client.until('publish', 2);
  for (const message of messagesOf(client)) expect(message).not.toHaveProperty('token');
  moveTo(firstEnd());
  await client.closed();
});

it('who subscribes late gets the fresh token at once', async () => {
  const client = await openGateway(world, login());
  moveTo(firstEnd() - HOUR);
  client.send(subscribe(1, [topicOf(gateway)], 1));
  await client.until('publish');
  const [message] = messagesOf(client);
  expect(message?.token).toBeDefined();
  acknowledge(client);
  await isServed(client);
  moveTo(firstEnd() + MINUTE);
  await timeWasSeen();
  await isServed(client);
  client.destroy();
});

it('a token that is not renewable is told so, gets no other, and the connection ends with it', async () => {
  const client = await openGateway(world, gateway);
  const { exp } = decodeJwt(gateway.token);
  client.send(subscribe(1, [topicOf(gateway)], 1));
  await client.until('publish');
  expect(messagesOf(client)).toMatchObject([{ renewable: false }]);
  acknowledge(client);
  moveTo((exp as number) * 1000 - HOUR);
  await timeWasSeen();
  expect(packetsOf(client)).toHaveLength(1);
  moveTo((exp as number) * 1000);
  await client.closed();
});

it('a flood of SUBSCRIBEs and of PUBACKs for nothing disturbs nobody', async () => {
  const client = await openGateway(world, login());
  for (let n = 1; n <= 1_000; n++) client.send(subscribe(n, [topicOf(gateway)], 1), puback(n), puback(65_535 - n));
  await client.until('suback', 1_000);
  await isServed(client);
  const other = await openSubscribed(1);
  expect(messagesOf(other)).toHaveLength(1);
  other.destroy();
  client.destroy();
});

describe.skipIf(missing('mosquitto'))('a bridge of Mosquitto with a long-lived token', () => {
  it('stays connected over days and publishes through', async () => {
    const options = { now: clock(), lifetimeMs: 400 * DAY };
    const { token } = await openSession(world.db, world.tokens, 'gateway', gateway.id, options);
    const base = `v1/gateways/${gateway.id}`;
    const bridge = await startMosquitto([
      'connection stepcloud',
      `address 127.0.0.1:${world.mqttPort}`,
      'bridge_protocol_version mqttv311',
      `remote_username ${gateway.id}`,
      `remote_password ${token}`,
      'cleansession true',
      'try_private true',
      'notifications true',
      `topic ${base}/devices/# out 1`,
      `topic ${base}/down/# in 1`,
    ]);
    try {
      const local = await bridge.connect();
      const connections = world.db.selectFrom('connection').where('gateway_id', '=', gateway.id).selectAll();
      await vi.waitFor(async () => expect(await connections.execute()).toHaveLength(1), WAIT); // it forgets what came before
      for (const day of [1, 2, 3]) {
        const reading = JSON.stringify({ ts: clock() - MINUTE, values: { day } });
        await local.publishAsync(`${base}/devices/d/readings`, reading, { qos: 1 });
        await vi.waitFor(async () => expect((await world.ledger(gateway.id)).stored).toBe(day), WAIT);
        ahead += 25 * HOUR;
        await timeWasSeen();
      }
      expect(await connections.execute()).toHaveLength(1);
      expect(bridge.output().match(/sending CONNECT/g), bridge.output()).toHaveLength(1);
      expect(await world.deadLetters()).toEqual([]);
    } finally {
      await bridge.stop();
    }
  });
});
