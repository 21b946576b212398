import { gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listPartitions } from '../../src/db/partitions.ts';
import type { Gateway } from '../db/tenant.ts';
import { BROKER, batchOf, createDesk, type Desk, NOW, reading, say } from './desk.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let desk: Desk;
let worker: ReturnType<Desk['worker']>;
beforeAll(async () => {
  desk = await createDesk();
  worker = desk.worker();
});
afterAll(() => desk.close());

const store = (...messages: Parameters<typeof batchOf>[0]) => worker.store(batchOf(messages));

/** Good ones, refused ones, and some that the database tells from others. */
async function mixture(gateway: Gateway) {
  await store(reading(gateway, 'd', -5, { t: 1 }));
  return [
    reading(gateway, 'd', 0, { t: 1, lid: true, state: 'on' }),
    reading(gateway, 'd', 0, { t: 1 }),
    reading(gateway, 'd', -5, { t: 2 }),
    reading(gateway, 'e', 1, { t: 'a text', u: {} }),
    say(gateway, 'd', 'no JSON'),
    say(gateway, 'd', { values: { late: 7 } }),
  ];
}

describe('a batch', () => {
  it('brings rows, latest values and devices', async () => {
    const gateway = await desk.createGateway();
    const outcome = await store(
      reading(gateway, 'd', 0, { t: 1.5, lid: true, state: 'on' }),
      reading(gateway, 'd', 10, { t: 2, lid: false }),
      say(gateway, 'e', gzipSync(JSON.stringify({ values: { t: -3 } }))),
    );
    expect(outcome).toMatchObject({ repeated: false, stored: 6, duplicate: 0, rejected: 0 });
    expect(await desk.stored(gateway, 'd')).toEqual([
      { label: 'lid', at: 0, value: 1 },
      { label: 'state', at: 0, value: 'on' },
      { label: 't', at: 0, value: 1.5 },
      { label: 'lid', at: 10, value: 0 },
      { label: 't', at: 10, value: 2 },
    ]);
    expect(await desk.latest(gateway, 'd')).toEqual([
      { label: 'state', at: 0, value: 'on' },
      { label: 'lid', at: 10, value: 0 },
      { label: 't', at: 10, value: 2 },
    ]);
    expect(await desk.stored(gateway, 'e')).toEqual([{ label: 't', at: 0, value: -3 }]);
    expect(await desk.letters(gateway)).toEqual([]);
  });

  it('marks the hours of its new numbers for rolling up, in the transaction that stores them', async () => {
    const gateway = await desk.createGateway();
    await desk.db.deleteFrom('rollup_mark').execute();
    const messages = [-HOUR - 1, -1, 0, 1].map((at) => reading(gateway, 'd', at, { t: at, lid: true, state: 'on' }));
    await store(...messages);
    const { rows } = await sql<{ hour: Date; sensors: number; together: boolean }>`
      SELECT hour, cardinality(sensor_ids) AS sensors, mark.xmin = ANY (SELECT xmin FROM reading) AS together
      FROM rollup_mark AS mark ORDER BY hour`.execute(desk.db);
    const hours = [-2 * HOUR, -HOUR, 0].map((at) => new Date(NOW + at));
    expect(rows).toEqual(hours.map((hour) => ({ hour, sensors: 2, together: true })));
    await store(...messages);
    expect(await desk.db.selectFrom('rollup_mark').selectAll().execute()).toHaveLength(rows.length);
  });

  it('run a second time changes nothing, by the same worker or another', async () => {
    const batch = batchOf(await mixture(await desk.createGateway()));
    await worker.store(batch);
    const before = await desk.everything();
    for (const again of [worker, desk.worker()]) {
      expect(await again.store(batch)).toMatchObject({ repeated: true, stored: 0, duplicate: 0, rejected: 0 });
      expect(await desk.everything()).toEqual(before);
    }
  });

  it('run by several workers at once is stored by one of them', async () => {
    const gateway = await desk.createGateway();
    const batch = batchOf([reading(gateway, 'd', 0, { t: 1 }), say(gateway, 'd', 'no JSON')]);
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => desk.worker().store(batch)));
    expect(outcomes.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(await desk.books(gateway)).toEqual({ stored: 1, duplicate: 0, rejected: 1, items: [1, 0, 1] });
  });

  it('of messages that came before, in batches of another kind, changes counters only', async () => {
    const gateway = await desk.createGateway();
    const messages = await mixture(gateway);
    const good = [messages[0]!, messages[1]!, messages[5]!];
    await store(...good);
    const before = await desk.everything('ingest_batch', 'ingest_count');
    const { stored } = await desk.books(gateway);
    for (const again of [good, [...good].reverse(), good.slice(0, 1), [...good, ...good]]) await store(...again);
    expect(await desk.everything('ingest_batch', 'ingest_count')).toEqual(before);
    expect(await desk.books(gateway)).toMatchObject({ stored, duplicate: 1 + 13, rejected: 0 });
  });

  it('of messages that were refused before raises how often their dead letters were seen, and makes no others', async () => {
    const gateway = await desk.createGateway();
    const messages = await mixture(gateway);
    await store(...messages);
    const before = await desk.letters(gateway);
    expect(before.map(({ code }) => code)).toEqual(['PAYLOAD_INVALID', 'PAYLOAD_NOT_JSON', 'VALUE_CONFLICT']);
    await store(...[...messages].reverse());
    expect(await desk.letters(gateway)).toEqual(before.map((letter) => ({ ...letter, seen: 2 })));
  });

  it('of nothing but passed numbers and refused messages is counted all the same', async () => {
    const gateway = await desk.createGateway();
    const batch = batchOf([say(gateway, 'd', 'no JSON')], new Map([[gateway.id, [[2, 9]]]]));
    await worker.store(batch);
    const { rows } =
      await sql`SELECT seen::text, voided::text, broker_id AS broker, hour FROM ingest_count WHERE gateway_id = ${gateway.id}`.execute(
        desk.db,
      );
    expect(rows).toEqual([{ seen: '{[1,2)}', voided: '{[2,10)}', broker: BROKER, hour: new Date(NOW) }]);
  });

  it('writes down void numbers of a gateway that it has no message of, though its worker never met that', async () => {
    const [gateway, silent] = [await desk.createGateway(), await desk.createGateway()];
    await desk.worker().store(batchOf([reading(gateway, 'd', 0, { t: 1 })], new Map([[silent.id, [[3, 5]]]])));
    const { rows } =
      await sql`SELECT seen::text, voided::text FROM ingest_count WHERE gateway_id = ${silent.id}`.execute(desk.db);
    expect(rows).toEqual([{ seen: '{}', voided: '{[3,6)}' }]);
  });
});

describe('the books', () => {
  it.each<[string, object[], { stored: number; duplicate: number; rejected: number }, number[]]>([
    ['new values', [{ ts: NOW, values: { a: 1, b: 2 } }], { stored: 1, duplicate: 0, rejected: 0 }, [2, 0, 0]],
    ['nothing but null', [{ ts: NOW, values: { a: null } }], { stored: 1, duplicate: 0, rejected: 0 }, [0, 0, 0]],
    [
      'the same again',
      [
        { ts: NOW, values: { a: 1 } },
        { ts: NOW, values: { a: 1 } },
      ],
      { stored: 1, duplicate: 1, rejected: 0 },
      [1, 1, 0],
    ],
    [
      'partly the same',
      [
        { ts: NOW, values: { a: 1 } },
        { ts: NOW, values: { a: 1, b: 2 } },
      ],
      { stored: 2, duplicate: 0, rejected: 0 },
      [2, 1, 0],
    ],
    ['partly refused', [{ ts: NOW, values: { a: 1, b: {} } }], { stored: 0, duplicate: 0, rejected: 1 }, [1, 0, 1]],
    [
      'partly the same, partly refused',
      [
        { ts: NOW, values: { a: 1 } },
        { ts: NOW, values: { a: 1, b: {} } },
      ],
      { stored: 1, duplicate: 0, rejected: 1 },
      [1, 1, 1],
    ],
    ['refused as a whole', [{ wrong: 1 }], { stored: 0, duplicate: 0, rejected: 1 }, [0, 0, 1]],
    [
      'a conflict',
      [
        { ts: NOW, values: { a: 1 } },
        { ts: NOW, values: { a: 2 } },
      ],
      { stored: 1, duplicate: 0, rejected: 1 },
      [1, 0, 1],
    ],
  ])('have each message once, with one outcome: %s', async (_, payloads, messages, items) => {
    const gateway = await desk.createGateway();
    await store(...payloads.map((payload) => say(gateway, 'd', payload)));
    expect(await desk.books(gateway)).toEqual({ ...messages, items });
  });

  it('have a message in the hour of its receipt, by its number', async () => {
    const gateway = await desk.createGateway();
    const at = (receivedAt: number) => say(gateway, 'd', { ts: NOW, values: { t: 1 } }, { receivedAt });
    await store(at(NOW), at(NOW + 3_599_999), at(NOW + 3_600_000), at(NOW + 1));
    const { rows } =
      await sql`SELECT hour, seen::text FROM ingest_count WHERE gateway_id = ${gateway.id} ORDER BY hour`.execute(
        desk.db,
      );
    expect(rows).toEqual([
      { hour: new Date(NOW), seen: '{[1,3),[4,5)}' },
      { hour: new Date(NOW + 3_600_000), seen: '{[3,4)}' },
    ]);
  });
});

describe('what is refused becomes a dead letter', () => {
  it.each<
    [
      string,
      (gateway: Gateway) => Parameters<typeof batchOf>[0],
      { code: string; path: string; item: string; size?: number },
    ]
  >([
    [
      'bytes that are no JSON, as they came',
      (g) => [say(g, 'd', Buffer.from('{"ts":'))],
      { code: 'PAYLOAD_NOT_JSON', path: '', item: '{"ts":' },
    ],
    ['no bytes', (g) => [say(g, 'd', Buffer.alloc(0))], { code: 'PAYLOAD_EMPTY', path: '', item: '' }],
    [
      'a value, alone',
      (g) => [say(g, 'd', `{"ts":${NOW},"values":{"a":1,"b":"\\u0000"}}`)],
      { code: 'TEXT_INVALID', path: '/values/b', item: `{"ts":${NOW},"values":{"b":"\\u0000"}}` },
    ],
    [
      'a label that no column takes, readable all the same',
      (g) => [say(g, 'd', `{"ts":${NOW},"values":{"\\u0000":1}}`)],
      { code: 'TEXT_INVALID', path: '/values/\uFFFD', item: `{"ts":${NOW},"values":{"\\u0000":1}}` },
    ],
    [
      'a number beyond a double, as text where JSON would hide it',
      (g) => [say(g, 'd', `{"ts":${NOW},"values":{"a":1e400}}`)],
      { code: 'NUMBER_NOT_FINITE', path: '/values/a', item: `{"ts":${NOW},"values":{"a":"Infinity"}}` },
    ],
    [
      'a message that the broker refused, as far as it was kept',
      (g) => [say(g, 'd', '{"begin', { refused: { code: 'PAYLOAD_TOO_LARGE', detail: 'too large', size: 2_000_000 } })],
      { code: 'PAYLOAD_TOO_LARGE', path: '', item: '{"begin', size: 2_000_000 },
    ],
    [
      'a topic that this release does not know',
      (g) => [say(g, 'd', '{}', { topic: `v1/gateways/${g.id}/devices/d/moods` })],
      { code: 'TOPIC_UNKNOWN', path: '', item: '{}' },
    ],
  ])('%s', async (_, messages, expected) => {
    const gateway = await desk.createGateway();
    await store(...messages(gateway));
    expect(await desk.letters(gateway)).toEqual([{ size: Buffer.byteLength(expected.item), ...expected, seen: 1 }]);
  });

  it('with what finds it again: topic, device, ref, message, time and customer', async () => {
    const gateway = await desk.createGateway();
    const batch = batchOf([
      reading(gateway, 'd', 0, { t: 1 }),
      say(gateway, 'oven%202', 'x', { ref: 'r-17', receivedAt: NOW + 5 }),
    ]);
    await worker.store(batch);
    const letter = await desk.db
      .selectFrom('dead_letter')
      .where('gateway_id', '=', gateway.id)
      .selectAll()
      .executeTakeFirstOrThrow();
    expect(letter).toMatchObject({
      customer_id: gateway.customerId,
      topic: `v1/gateways/${gateway.id}/devices/oven%202/readings/r-17`,
      device_key: 'oven 2',
      ref: 'r-17',
      message_id: batch.batch.replace(/0000$/, '0002'),
      first_received_at: new Date(NOW + 5),
    });
  });

  it('beyond the limit of its gateway is only counted', async () => {
    const gateway = await desk.createGateway();
    const payload = Array.from({ length: 20 }, (_, index) => ({ ts: NOW, values: { [`l${index}`]: {} } }));
    await desk.worker({ deadLettersPerGateway: 5 }).store(batchOf([say(gateway, 'd', payload)]));
    expect(await desk.letters(gateway)).toHaveLength(5);
    const { dropped } = await desk.db
      .selectFrom('dead_letter_overflow')
      .where('gateway_id', '=', gateway.id)
      .selectAll()
      .executeTakeFirstOrThrow();
    expect(dropped).toBe('15');
  });
});

describe('another value for the same time', () => {
  const conflict = (value: unknown) => ({
    code: 'VALUE_CONFLICT',
    path: '/values/t',
    item: JSON.stringify({ ts: NOW, values: { t: value } }),
    size: expect.any(Number),
    seen: 1,
  });

  it.each([
    ['within a batch', false],
    ['across batches', true],
  ])('leaves the first and becomes a dead letter: %s', async (_, apart) => {
    const gateway = await desk.createGateway();
    const messages = [1, 1, 2].map((t) => reading(gateway, 'd', 0, { t, other: 5 }));
    for (const part of apart ? messages.map((message) => [message]) : [messages]) await store(...part);
    expect(await desk.stored(gateway, 'd')).toEqual([
      { label: 'other', at: 0, value: 5 },
      { label: 't', at: 0, value: 1 },
    ]);
    expect(await desk.letters(gateway)).toEqual([conflict(2)]);
    expect(await desk.books(gateway)).toEqual({ stored: 1, duplicate: 1, rejected: 1, items: [2, 3, 1] });
  });

  it('is judged by the value that is stored, and not by one that conflicted beside it', async () => {
    const gateway = await desk.createGateway();
    await store(reading(gateway, 'd', 0, { t: 1 }));
    await store(...[2, 2, 1].map((t) => reading(gateway, 'd', 0, { t })));
    expect(await desk.letters(gateway)).toEqual([{ ...conflict(2), seen: 2 }]);
    expect(await desk.books(gateway)).toEqual({ stored: 1, duplicate: 1, rejected: 2, items: [1, 1, 2] });
  });

  it('is told of texts and booleans as they were sent', async () => {
    const gateway = await desk.createGateway();
    await store(reading(gateway, 'd', 0, { t: 'on', u: true }), reading(gateway, 'd', 0, { t: 'off', u: false }));
    expect((await desk.letters(gateway)).map(({ item }) => JSON.parse(item).values)).toEqual([
      { t: 'off' },
      { u: false },
    ]);
  });

  it('is no conflict when it is the same value written differently', async () => {
    const gateway = await desk.createGateway();
    for (const number of ['1', '1.0', '1e0', '10e-1'])
      await store(say(gateway, 'd', `{"ts":${NOW},"values":{"t":${number}}}`));
    await store(say(gateway, 'd', `{"ts":"2026-11-23T13:00:00.000999+01:00","values":{"t":1}}`));
    expect(await desk.books(gateway)).toMatchObject({ stored: 1, duplicate: 4, rejected: 0 });
  });

  it('0 and -0 are the same value', async () => {
    const gateway = await desk.createGateway();
    await store(
      say(gateway, 'd', `{"ts":${NOW},"values":{"t":-0}}`),
      say(gateway, 'd', `{"ts":${NOW},"values":{"t":0}}`),
    );
    expect(await desk.books(gateway)).toMatchObject({ stored: 1, duplicate: 1, rejected: 0 });
  });
});

describe('the type of a sensor', () => {
  it('is that of its first value, and others are refused one by one', async () => {
    const gateway = await desk.createGateway();
    await store(
      reading(gateway, 'd', 0, { t: null }),
      reading(gateway, 'd', 1, { t: 1 }),
      reading(gateway, 'd', 2, { t: '2', u: 'on' }),
    );
    await store(reading(gateway, 'd', 3, { t: true, u: 3 }));
    expect(await desk.stored(gateway, 'd')).toEqual([
      { label: 't', at: 1, value: 1 },
      { label: 'u', at: 2, value: 'on' },
    ]);
    expect((await desk.letters(gateway)).map(({ code, path, item }) => [code, path, JSON.parse(item).values])).toEqual([
      ['TYPE_MISMATCH', '/values/t', expect.toBeOneOf([{ t: '2' }, { t: true }])],
      ['TYPE_MISMATCH', '/values/t', expect.toBeOneOf([{ t: '2' }, { t: true }])],
      ['TYPE_MISMATCH', '/values/u', { u: 3 }],
    ]);
  });

  it('is that which another worker met first', async () => {
    const gateway = await desk.createGateway();
    await store(reading(gateway, 'd', 0, { t: 1 }));
    await desk.worker().store(batchOf([reading(gateway, 'd', 1, { t: 'on' })]));
    expect((await desk.letters(gateway)).map(({ code }) => code)).toEqual(['TYPE_MISMATCH']);
  });
});

describe('late data', () => {
  it('within a batch, or within a message, leaves the newest of them the latest', async () => {
    const gateway = await desk.createGateway();
    const ts = [10, 30, 20].map((at) => NOW + at);
    await store(
      reading(gateway, 'd', 10, { t: 2 }),
      reading(gateway, 'd', 0, { t: 1 }),
      say(gateway, 'd', { series: { u: { ts, values: [2, 4, 3] } } }),
    );
    expect(await desk.latest(gateway, 'd')).toEqual([
      { label: 't', at: 10, value: 2 },
      { label: 'u', at: 30, value: 4 },
    ]);
  });

  it('makes the partition of its time and does not move the latest value', async () => {
    const gateway = await desk.createGateway();
    await store(reading(gateway, 'd', 0, { t: 1, s: 'now' }));
    await store(reading(gateway, 'd', -365 * DAY, { t: 2, s: 'then' }), reading(gateway, 'd', -5, { t: 3 }));
    expect(await desk.stored(gateway, 'd')).toHaveLength(5);
    expect(await desk.latest(gateway, 'd')).toEqual([
      { label: 's', at: 0, value: 'now' },
      { label: 't', at: 0, value: 1 },
    ]);
    for (const table of ['reading', 'reading_text'] as const) {
      expect((await listPartitions(desk.db, table)).map(({ name }) => name)).toContain(`${table}_20251101_20251201`);
    }
  });

  it('of ten years ago in one series makes every partition on its way', async () => {
    const gateway = await desk.createGateway();
    const values = Array.from({ length: 120 }, (_, month) => month);
    await store(say(gateway, 'd', { series: { t: { start: NOW - 3650 * DAY, step: 30.4 * DAY, values } } }));
    expect(await desk.books(gateway)).toMatchObject({ items: [120, 0, 0] });
    expect(await desk.latest(gateway, 'd')).toMatchObject([{ value: 119 }]);
  });

  it('is stored again where its partition was removed meanwhile', async () => {
    const gateway = await desk.createGateway();
    const old = NOW - 3000 * DAY;
    await store(say(gateway, 'd', { ts: old, values: { t: 1 } }));
    const lost = (await listPartitions(desk.db, 'reading')).find(({ from, to }) => from <= old && old < to);
    await sql`DROP TABLE ${sql.table(lost?.name ?? '')}`.execute(desk.db);
    await store(say(gateway, 'd', { ts: old, values: { t: 1 } }), reading(gateway, 'd', 0, { t: 2 }));
    expect((await desk.stored(gateway, 'd')).map(({ value }) => value)).toEqual([1, 2]);
    expect(await desk.letters(gateway)).toEqual([]);
  });
});

describe('gateways', () => {
  it('of one office share a device', async () => {
    const home = await desk.createHome();
    const [one, other] = [await desk.createGateway(home), await desk.createGateway(home)];
    await store(reading(one, 'd', 0, { t: 1 }), reading(other, 'd', 0, { t: 1 }), reading(other, 'd', 1, { t: 2 }));
    expect(await desk.stored(one, 'd')).toEqual([
      { label: 't', at: 0, value: 1 },
      { label: 't', at: 1, value: 2 },
    ]);
    expect([await desk.books(one), await desk.books(other)]).toMatchObject([
      { stored: 1 },
      { stored: 1, duplicate: 1 },
    ]);
    const heard = await desk.db
      .selectFrom('device_gateway')
      .where('gateway_id', 'in', [one.id, other.id])
      .select(['device_id', 'gateway_id'])
      .execute();
    expect(new Set(heard.map(({ device_id }) => device_id)).size).toBe(1);
    expect(heard).toHaveLength(2);
  });

  it('of two offices, or two customers, do not', async () => {
    const one = await desk.createGateway();
    const neighbour = await desk.createGateway(await desk.createHome(one.customerId));
    const stranger = await desk.createGateway();
    const gateways = [one, neighbour, stranger];
    await store(...gateways.map((gateway, index) => reading(gateway, 'd', 0, { t: index })));
    for (const [index, gateway] of gateways.entries()) {
      expect(await desk.stored(gateway, 'd')).toEqual([{ label: 't', at: 0, value: index }]);
    }
  });

  it('that were deleted: what was acknowledged is stored, and what is refused is kept', async () => {
    const gateway = await desk.createGateway();
    await desk.db
      .updateTable('gateway')
      .set({ deleted_at: new Date(NOW) })
      .where('id', '=', gateway.id)
      .execute();
    await store(reading(gateway, 'd', 0, { t: 1 }), say(gateway, 'd', 'no JSON'));
    expect(await desk.stored(gateway, 'd')).toHaveLength(1);
    expect(await desk.letters(gateway)).toHaveLength(1);
    expect(await desk.books(gateway)).toMatchObject({ stored: 1, rejected: 1 });
  });

  it('that were never there take nothing from the others of their batch', async () => {
    const gateway = await desk.createGateway();
    const nobody = { ...gateway, id: '01938f4e-6d2a-7c11-9f0e-5b2c7d8e9f10' };
    await store(reading(nobody, 'd', 0, { t: 1 }), say(nobody, 'd', 'no JSON'), reading(gateway, 'd', 1, { t: 2 }));
    expect(await desk.stored(gateway, 'd')).toEqual([{ label: 't', at: 1, value: 2 }]);
  });

  it('that moved to another office are believed within seconds', async () => {
    const gateway = await desk.createGateway();
    await store(reading(gateway, 'd', 0, { t: 1 }));
    const moved = { ...(await desk.createHome(gateway.customerId)), id: gateway.id };
    await desk.db.updateTable('gateway').set({ office_id: moved.officeId }).where('id', '=', gateway.id).execute();
    desk.clock.now += 6_000;
    await store(reading(gateway, 'd', 1, { t: 2 }));
    expect(await desk.stored(gateway, 'd')).toEqual([{ label: 't', at: 0, value: 1 }]);
    expect(await desk.stored(moved, 'd')).toEqual([{ label: 't', at: 1, value: 2 }]);
  });
});
