import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openGateway } from '../broker/raw.ts';
import { publish } from '../broker/wire.ts';
import { BAD_PAYLOADS, type BadPayload, NOW, named, refusalsUnder } from '../support/bad-payloads.ts';
import { type WhatBecame, whatBecameOf } from '../support/what-became.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';

// Everything at fault that a gateway may send, over one connection, and request by request.

const WAIT = { timeout: 60_000, interval: 50 };
const AFTER = Buffer.from('{"values":{"after":1}}');

let world: World;
beforeAll(async () => {
  world = await createWorld({ roles: ['worker', 'broker', 'api'], clock: () => NOW });
});
afterAll(() => world?.close());

type Sent = Pick<BadPayload, 'kind' | 'device' | 'payload'>;

const earlierOf = (bad: readonly BadPayload[]): Sent[] =>
  bad.flatMap(({ device, earlier }) => earlier.map((before) => ({ device, ...before })));
/** Each is followed by a good reading of its device. */
const afterwards = (bad: BadPayload): Sent[] => [bad, { kind: 'readings', device: bad.device, payload: AFTER }];

/** As many messages of a gateway as were sent, each with an outcome. */
async function settled({ id }: TestGateway, count: number): Promise<void> {
  await vi.waitFor(async () => {
    const { stored, duplicate, rejected } = await world.ledger(id);
    expect(stored + duplicate + rejected).toBe(count);
  }, WAIT);
}

/** The ref of a message is the name of its device. */
const hasDevice = ({ kind }: Sent) => kind !== 'batch' && kind !== 'status';
function topicOf({ id }: TestGateway, sent: Sent): string {
  const { kind, device } = sent;
  return `v1/gateways/${id}/${hasDevice(sent) ? `devices/${device}/${kind}` : kind}/${device}`;
}

/** The status of the answer. */
async function post(gateway: TestGateway, path: string, body: Buffer): Promise<number> {
  const headers = { authorization: `Bearer ${gateway.token}`, 'content-type': 'application/json' };
  const response = await fetch(`${world.httpUrl}/gateway/api/v1/${path}`, { method: 'POST', headers, body });
  await response.arrayBuffer();
  return response.status;
}

function tellEach(bad: readonly BadPayload[], became: () => WhatBecame): void {
  it.each(named(bad))('%s', (_, bad) => {
    expect(became().refused(bad.device)).toEqual(refusalsUnder('', bad));
    expect(became().stored(bad.device)).toEqual([...bad.stored, 'after=1'].toSorted());
  });
}

describe('a payload at fault over MQTT is acknowledged in turn, on a connection that stays', () => {
  let became: WhatBecame;
  beforeAll(async () => {
    const gateway = await world.createGateway();
    const client = await openGateway(world, gateway);
    let id = 0;
    const send = async (messages: readonly Sent[]): Promise<void> => {
      const packets = messages.map((sent) => {
        id++;
        return publish({ topic: topicOf(gateway, sent), payload: sent.payload, qos: 1, id });
      });
      client.send(...packets);
      await client.until('puback', id);
      await settled(gateway, id);
    };
    await send(earlierOf(BAD_PAYLOADS));
    await send(BAD_PAYLOADS.flatMap(afterwards));
    expect(client.ids('puback')).toEqual(Array.from({ length: id }, (_, index) => index + 1));
    expect(client.isClosed).toBe(false);
    client.destroy();
    became = await whatBecameOf(world.db, gateway.officeId);
  });

  tellEach(BAD_PAYLOADS, () => became);
});

describe('a payload at fault over HTTP is taken like any other', () => {
  /** One of each kind, class and answer: behind the queue they are judged by the same worker. */
  const some = [...new Map(BAD_PAYLOADS.map((bad) => [sortOf(bad), bad])).values()];
  let became: WhatBecame;
  beforeAll(async () => {
    const gateway = await world.createGateway();
    let count = 0;
    const send = async (sent: Sent): Promise<void> => {
      const path = sent.kind === 'registration' ? 'registrations' : sent.kind;
      const query = `ref=${sent.device}${hasDevice(sent) ? `&device=${sent.device}` : ''}`;
      expect([sent.device, await post(gateway, `${path}?${query}`, sent.payload)]).toEqual([sent.device, 202]);
      count++;
    };
    for (const sent of earlierOf(some)) await send(sent);
    await settled(gateway, count);
    for (const sent of some.flatMap(afterwards)) await send(sent);
    await settled(gateway, count);
    became = await whatBecameOf(world.db, gateway.officeId);
  });

  tellEach(some, () => became);
});

/** A level of a topic, or what a query says, and the device that it names; undefined for none. */
type Key = [name: string, given: string, overMqtt: string | undefined, overHttp: string | undefined];
const KEYS: readonly Key[] = [
  ['an encoded slash', 'hall%2F3', 'hall/3', 'hall/3'],
  ['an encoded slash, in small letters', 'hall%2f4', 'hall/4', 'hall/4'],
  ['an encoding that is encoded', 'hall%252F5', 'hall%2F5', 'hall%2F5'],
  ['encoded wildcards', '%23%2B', '#+', '#+'],
  ['four bytes of UTF-8', '%F0%9F%96%A8', '🖨', '🖨'],
  ['dots', '..', '..', '..'],
  ['__proto__', '__proto__', '__proto__', '__proto__'],
  ['constructor', 'constructor', 'constructor', 'constructor'],
  ['toString', 'toString', 'toString', 'toString'],
  ['SQL', '%27%3B%20drop%20table%20device%3B--', "'; drop table device;--", "'; drop table device;--"],
  ['128 characters', 'k'.repeat(128), 'k'.repeat(128), 'k'.repeat(128)],
  ['129 characters', 'k'.repeat(129), undefined, undefined],
  ['65 characters that are two of UTF-16', '%F0%9F%98%80'.repeat(65), undefined, undefined],
  ['nothing', '', undefined, undefined],
  ['U+0000', '%00', undefined, undefined],
  ['U+0000 in it', 'a%00b', undefined, undefined],
  // A query is never at fault for its encoding: what cannot be decoded stands for itself.
  ['half of a surrogate pair', '%ED%A0%80', undefined, '%ED%A0%80'],
  ['bytes that are no UTF-8', '%C3%28', undefined, '%C3%28'],
  ['a slash in two bytes', '%C0%AF', undefined, '%C0%AF'],
  ['a percent sign', '100%', undefined, '100%'],
  ['an escape cut short', '100%4', undefined, '100%4'],
  ['an escape of other letters', '%zz', undefined, '%zz'],
  ['a space', 'a b', undefined, 'a b'],
  ['a letter that is not ASCII', 'ä', undefined, 'ä'],
];

/** The devices of a gateway, each by the value that was sent for it. */
async function devicesOf({ officeId }: TestGateway): Promise<Map<number, string>> {
  const { rows } = await sql<{ value: number; key: string }>`
    SELECT value, key FROM reading JOIN sensor ON sensor.id = sensor_id JOIN device ON device.id = device_id
    WHERE office_id = ${officeId}`.execute(world.db);
  return new Map(rows.map(({ value, key }) => [value, key]));
}
const payloadOf = (index: number) => Buffer.from(JSON.stringify({ values: { n: index } }));

describe('a level of a topic', () => {
  let devices: Map<number, string>;
  let gateway: TestGateway;
  const misspelt = [
    'devices/d/reading',
    'devices/d/Readings',
    'device/d/readings',
    'Devices/d/readings',
    'devices/d',
    'devices/readings',
    'devices/d/readings/',
    'devices/d/readings/a/b',
    'devices/d/readings/a%20b',
    `devices/d/readings/${'r'.repeat(37)}`,
    'devices/d/constructor',
    'devices/d/__proto__',
    'devices/d/batch',
    'devices/d/registrations',
    'devices/d/down/errors',
    'readings',
    'batches',
    'status/a/b',
    'down/session',
    '',
  ];
  const topics = [...KEYS.map(([, level]) => `devices/${level}/readings`), ...misspelt];

  beforeAll(async () => {
    gateway = await world.createGateway();
    const client = await openGateway(world, gateway);
    const packets = topics.map((own, index) => {
      const topic = `v1/gateways/${gateway.id}/${own}`;
      return publish({ topic, payload: payloadOf(index), qos: 1, id: index + 1 });
    });
    client.send(...packets);
    await client.until('puback', topics.length);
    expect(client.ids('puback')).toEqual(topics.map((_, index) => index + 1));
    expect(client.isClosed).toBe(false);
    client.destroy();
    await settled(gateway, topics.length);
    devices = await devicesOf(gateway);
  });

  it.each(KEYS)('of %s: %s', (_, level, key) => {
    expect(devices.get(topics.indexOf(`devices/${level}/readings`))).toBe(key);
  });

  it('that names no device or no kind makes a dead letter of its message, under the topic as it came', async () => {
    const found = await world.db
      .selectFrom('dead_letter')
      .where('gateway_id', '=', gateway.id)
      .select(['code', 'topic', 'item'])
      .execute();
    const expected = topics.flatMap((own, index) => {
      const topic = `v1/gateways/${gateway.id}/${own}`;
      return devices.has(index) ? [] : [{ code: 'TOPIC_UNKNOWN', topic, item: payloadOf(index) }];
    });
    expect(found).toHaveLength(expected.length);
    expect(expected.length).toBe(misspelt.length + KEYS.filter(([, , key]) => key === undefined).length);
    expect(found).toEqual(expect.arrayContaining(expected));
  });
});

describe('the device of a request', () => {
  let devices: Map<number, string>;
  const statuses: number[] = [];
  beforeAll(async () => {
    const gateway = await world.createGateway();
    for (const [index, [, given]] of KEYS.entries())
      statuses.push(await post(gateway, `readings?device=${given}`, payloadOf(index)));
    await settled(gateway, statuses.filter((status) => status === 202).length);
    devices = await devicesOf(gateway);
  });

  it.each(KEYS)('of %s: %s', (name, _given, _mqtt, key) => {
    const index = KEYS.findIndex(([one]) => one === name);
    expect([statuses[index], devices.get(index)]).toEqual([key === undefined ? 400 : 202, key]);
  });
});

function sortOf({ kind, name, refusals }: BadPayload): string {
  const codes = refusals.map((refusal) => refusal.split(' ')[0]);
  return [kind, name.split(':')[0], ...codes].join(' ');
}
