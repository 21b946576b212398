import { createHash } from 'node:crypto';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { revokeSessions } from '../../src/db/sessions.ts';
import { type Keys, loadKeys } from '../../src/identity/keys.ts';
import { KINDS } from '../../src/messages/kinds.ts';
import { forgeTokens } from '../support/forged-tokens.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';
import { openRaw, type RawClient } from './raw.ts';
import { connect, disconnect, publish, subscribe } from './wire.ts';

// Who may publish and subscribe where: every topic of the contract, as the kinds of messages define it, against every
// credential that must open nothing, and against the gateways of others.

const WAIT = { timeout: 10_000, interval: 50 };
const DOWN = ['down/#', 'down/+', 'down/session', 'down/errors', 'down/receipts', 'down/config'];

let world: World;
let keys: Keys;
let gateway: TestGateway;
const others: Record<string, TestGateway> = {};

beforeAll(async () => {
  world = await createWorld();
  keys = await loadKeys(world.config.keysFile);
  gateway = await world.createGateway();
  others['the same office'] = await world.createGateway(gateway);
  others['another office'] = await world.createGateway({
    ...gateway,
    officeId: await createOffice(gateway.customerId),
  });
  others['another customer'] = await world.createGateway();
});
afterAll(() => world?.close());

async function createOffice(customerId: string): Promise<string> {
  const id = crypto.randomUUID();
  await world.db.insertInto('office').values({ id, customer_id: customerId, name: 'Another office' }).execute();
  return id;
}

/** The topics that a gateway may publish, one of each kind. */
const topicsOf = (gatewayId: string): string[] =>
  KINDS.map(({ levels }) => ['v1/gateways', gatewayId, ...levels].join('/').replace(':device', 'printer'));

/** Connects, and publishes to and subscribes for everything of a gateway without waiting for CONNACK. */
async function tryEverything(username: string, password: string | undefined, gatewayId: string): Promise<RawClient> {
  const client = await openRaw(world.mqttPort);
  const messages = topicsOf(gatewayId).map((topic, index) => publish({ topic, payload: '{}', qos: 1, id: index + 1 }));
  const filters = DOWN.map((filter) => `v1/gateways/${gatewayId}/${filter}`);
  client.send(connect({ username, password }), ...messages, subscribe(100, filters, 1));
  return client;
}

/** Everything there is of what gateways sent, for comparison. */
async function fingerprint(): Promise<string> {
  const { readings, deadLetters } = world;
  return createHash('sha256')
    .update(JSON.stringify([await readings(), await deadLetters(), await world.ledger(gateway.id)]))
    .digest('hex');
}

describe('a connection that must not be let in', () => {
  test('publishes and hears nothing with any forged token', async () => {
    const before = await fingerprint();
    const { sid } = decodeJwt(gateway.token) as { sid: string };
    const forged = await forgeTokens(keys, 'gateway', { subject: gateway.id, sessionId: sid, now: Date.now() });
    const user = await world.createUser(gateway.customerId);
    const tokens: Record<string, string | undefined> = {
      ...forged,
      'the token of a user': user.token,
      'the token of another gateway': others['another customer']?.token,
      'an empty password': '',
      'no password': undefined,
    };
    for (const [name, token] of Object.entries(tokens)) {
      if ((token?.length ?? 0) > 8_000) continue; // the guard closes before CONNACK; hostile.test.ts has it
      const client = await tryEverything(gateway.id, token, gateway.id);
      await client.closed();
      expect.soft(client.received, name).toMatchObject([{ cmd: 'connack' }]);
      expect.soft((client.received[0] as { returnCode: number }).returnCode, name).not.toBe(0);
    }
    expect(await fingerprint()).toBe(before);
  });

  test('publishes and hears nothing once its session was revoked', async () => {
    const revoked = await world.createGateway(gateway);
    await revokeSessions(world.db, { gatewayId: revoked.id }, 'revoked');
    const client = await tryEverything(revoked.id, revoked.token, revoked.id);
    await client.closed();
    expect(client.received).toMatchObject([{ cmd: 'connack', returnCode: 5 }]);
    expect(await world.ledger(revoked.id)).toEqual({ stored: 0, duplicate: 0, rejected: 0 });
  });
});

describe('a gateway that is let in', () => {
  test('may publish every kind under its own id, and subscribe to every topic that is for it', async () => {
    const own = await world.createGateway();
    const client = await tryEverything(own.id, own.token, own.id);
    await client.until('puback', KINDS.length);
    await client.until('suback');
    const suback = client.received.find(({ cmd }) => cmd === 'suback');
    expect(suback).toMatchObject({ granted: DOWN.map(() => 1) });
    await vi.waitFor(async () => expect((await world.ledger(own.id)).rejected).toBe(KINDS.length), WAIT);
    const refused = (await world.deadLetters()).filter(({ topic }) => topic.includes(own.id));
    expect(refused.map(({ code }) => code)).not.toContain('TOPIC_FOREIGN');
    expect(refused.map(({ code }) => code)).not.toContain('TOPIC_UNKNOWN');
    client.send(disconnect);
  });

  test.each(['the same office', 'another office', 'another customer'])(
    'may publish and subscribe to nothing of a gateway of %s',
    async (where) => {
      const other = others[where] as TestGateway;
      const own = await world.createGateway(gateway);
      const client = await tryEverything(own.id, own.token, other.id);
      await client.until('puback', KINDS.length);
      await client.until('suback');
      const suback = client.received.find(({ cmd }) => cmd === 'suback');
      expect(suback).toMatchObject({ granted: DOWN.map(() => 0x80) });
      await vi.waitFor(async () => expect((await world.ledger(own.id)).rejected).toBe(KINDS.length), WAIT);
      const refused = await world.db.selectFrom('dead_letter').selectAll().where('gateway_id', '=', own.id).execute();
      expect(refused.map(({ code }) => code)).toEqual(KINDS.map(() => 'TOPIC_FOREIGN'));
      expect(refused.every(({ customer_id }) => customer_id === own.customerId)).toBe(true);
      expect(await world.ledger(other.id)).toEqual({ stored: 0, duplicate: 0, rejected: 0 });
      client.send(disconnect);
    },
  );
});
