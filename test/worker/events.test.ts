import { gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AcceptedMessage } from '../../src/ingest/envelope.ts';
import type { Gateway } from '../db/tenant.ts';
import { batchOf, createDesk, type Desk, NOW, reading, say } from './desk.ts';

const DAY = 86_400_000;

let desk: Desk;
let worker: ReturnType<Desk['worker']>;
beforeAll(async () => {
  desk = await createDesk();
  worker = desk.worker();
});
afterAll(() => desk.close());

const tell = (gateway: Gateway, device: string, payload: unknown): AcceptedMessage =>
  say(gateway, device, payload, { topic: `v1/gateways/${gateway.id}/devices/${device}/events` });
const idOf = (n: number) => `0b7c1a4e-9d2f-4c3b-8a5e-${String(n).padStart(12, '0')}`;
const sensor = (label: string, value: unknown) => ({ label, kind: 'singular', value });
const event = (n: number, ...values: unknown[]) => ({
  id: idOf(n),
  recordedAt: NOW - 1_000 - n,
  type: 'x',
  sensors: values.map((value, index) => sensor(`s${index}`, value)),
});

/** The events of a device by id, each with the values of its sensors. */
async function stored(
  { officeId }: Gateway,
  device: string,
): Promise<{ id: string; outcome: string | null; values: number[] }[]> {
  const { rows } = await sql<{ id: string; outcome: string | null; values: number[] }>`
    SELECT event.id, event.outcome, array(
      SELECT number FROM event_sensor AS sensor
      WHERE (sensor.device_id, event_id, sensor.recorded_at) = (event.device_id, event.id, event.recorded_at)
      ORDER BY sensor.label
    ) AS values
    FROM event JOIN device ON device.id = event.device_id
    WHERE office_id = ${officeId} AND key = ${device} ORDER BY event.id`.execute(desk.db);
  return rows;
}

describe('events of a batch', () => {
  it('are stored once, whoever sends them again', async () => {
    const gateway = await desk.createGateway();
    const batch = batchOf([
      tell(gateway, 'd', event(1, 10)),
      tell(gateway, 'd', event(1, 10)),
      tell(gateway, 'd', event(2, 20)),
    ]);
    expect(await worker.store(batch)).toMatchObject({ stored: 2, duplicate: 1, rejected: 0 });
    const before = await desk.everything();
    expect(await worker.store(batch)).toMatchObject({ repeated: true, stored: 0 });
    expect(await desk.everything()).toEqual(before);
    expect(await desk.worker().store(batchOf([tell(gateway, 'd', event(2, 20))]))).toMatchObject({
      stored: 0,
      duplicate: 1,
    });
    expect(await stored(gateway, 'd')).toEqual([
      { id: idOf(1), outcome: null, values: [10] },
      { id: idOf(2), outcome: null, values: [20] },
    ]);
    expect(await desk.books(gateway)).toEqual({ stored: 2, duplicate: 2, rejected: 0, items: [2, 2, 0] });
  });

  it('that contradict each other leave the first, head and parts', async () => {
    const gateway = await desk.createGateway();
    const first = event(1, 10);
    const outcome = await worker.store(
      batchOf([
        tell(gateway, 'd', first),
        tell(gateway, 'd', { ...first, outcome: 'failed', sensors: [sensor('s9', 5)] }),
        tell(gateway, 'd', { ...first, sensors: [sensor('s0', 11), sensor('s1', 12)] }),
      ]),
    );
    expect(outcome).toMatchObject({ stored: 2, duplicate: 0, rejected: 2 });
    expect(await stored(gateway, 'd')).toEqual([{ id: idOf(1), outcome: null, values: [10, 12] }]);
    expect((await desk.letters(gateway)).map(({ code, path }) => `${code} ${path}`)).toEqual([
      'EVENT_CONFLICT ',
      'EVENT_CONFLICT /sensors/0',
    ]);
    expect(await desk.books(gateway)).toEqual({ stored: 1, duplicate: 0, rejected: 2, items: [2, 0, 2] });
  });

  it('have each label once: the same part twice is one, another one a conflict', async () => {
    const gateway = await desk.createGateway();
    const log = { label: 'l', level: 'debug', data: 'x' };
    const given = {
      ...event(1),
      sensors: [sensor('s', 1), sensor('s', 2), sensor('s', 1)],
      logs: [log, { ...log, level: 'error' }],
    };
    expect(await worker.store(batchOf([tell(gateway, 'd', given)]))).toMatchObject({ stored: 1, rejected: 1 });
    expect(await stored(gateway, 'd')).toMatchObject([{ values: [1] }]);
    expect(await desk.letters(gateway)).toMatchObject([{ code: 'EVENT_CONFLICT', path: '/sensors/1' }]);
    const { count } = await desk.db
      .selectFrom('event_log')
      .select(({ fn }) => fn.countAll().as('count'))
      .where('label', '=', 'l')
      .executeTakeFirstOrThrow();
    expect(Number(count)).toBe(2);
  });

  it('of a blocked device are refused, each whole', async () => {
    const gateway = await desk.createGateway();
    await worker.store(batchOf([tell(gateway, 'd', event(1, 1))]));
    await desk.db.updateTable('device').set({ state: 'blocked' }).where('office_id', '=', gateway.officeId).execute();
    expect(await desk.worker().store(batchOf([tell(gateway, 'd', event(2, 1))]))).toMatchObject({
      stored: 0,
      rejected: 1,
    });
    expect(await stored(gateway, 'd')).toHaveLength(1);
    expect(await desk.letters(gateway)).toMatchObject([
      { code: 'DEVICE_BLOCKED', path: '', item: JSON.stringify(event(2, 1)) },
    ]);
  });

  it('refuse a sensor of another unit than its device has for itself alone, ready to be sent again', async () => {
    const gateway = await desk.createGateway();
    const known = ['w', 'v'].map((label) => ({ label, unit: label === 'w' ? 'kg' : '', measure: 'gauge' }));
    const of = (label: string, unit: unknown) => ({ ...sensor(label, 1), unit });
    const given = { ...event(1), sensors: [of('w', 'g'), of('v', 'mm'), of('other', 'g')] };
    const register = say(
      gateway,
      'd',
      { model: 'MAX Mini', sensors: known },
      { topic: `v1/gateways/${gateway.id}/devices/d/registration` },
    );
    const outcome = await worker.store(batchOf([tell(gateway, 'd', given), register]));
    expect(outcome).toMatchObject({ stored: 2, rejected: 1 });
    const [letter, ...others] = await desk.letters(gateway);
    expect(others).toEqual([]);
    expect(letter).toMatchObject({ code: 'UNIT_MISMATCH', path: '/sensors/0/unit' });
    const item = JSON.parse(letter?.item ?? '');
    expect(item).toEqual({ ...event(1), sensors: [of('w', 'g')] });

    const unnamed = ['', null].map((unit, n) => tell(gateway, 'd', { ...event(2 + n), sensors: [of('w', unit)] }));
    const mended = tell(gateway, 'd', { ...item, sensors: [of('w', 'kg')] });
    expect(await worker.store(batchOf([mended, ...unnamed]))).toMatchObject({ stored: 3, rejected: 0 });
    expect(await stored(gateway, 'd')).toMatchObject([{ values: [1, 1, 1] }, { values: [1] }, { values: [1] }]);
  });

  it('are duplicates when they come again after another unit was registered', async () => {
    const gateway = await desk.createGateway();
    const given = { ...event(1), sensors: [{ ...sensor('w', 1), unit: 'g' }] };
    await worker.store(batchOf([tell(gateway, 'd', given)]));
    const sensors = [{ label: 'w', unit: 'kg', measure: 'gauge' }];
    const topic = `v1/gateways/${gateway.id}/devices/d/registration`;
    await worker.store(batchOf([say(gateway, 'd', { model: 'MAX Mini', sensors }, { topic })]));
    const later = tell(gateway, 'd', { ...given, id: idOf(2) });
    expect(await worker.store(batchOf([tell(gateway, 'd', given), later]))).toMatchObject({
      stored: 1,
      duplicate: 1,
      rejected: 1,
    });
    expect(await desk.letters(gateway)).toMatchObject([{ code: 'UNIT_MISMATCH', seen: 1 }]);
  });

  it('whose refused part unfolds to more than 1 MiB are kept as they came', async () => {
    const gateway = await desk.createGateway();
    const log = (text: string) => ({ label: 'l', level: 'debug', data: `\0${text}` });
    const tall = { ...event(1, 1), logs: [log('x'.repeat(2_000_000))] };
    const packed = gzipSync(JSON.stringify(tall));
    const low = { ...event(2, 2), logs: [log('x')] };
    await worker.store(batchOf([tell(gateway, 'd', packed), tell(gateway, 'd', low)]));
    const rows = await desk.db
      .selectFrom('dead_letter')
      .where('gateway_id', '=', gateway.id)
      .select(['code', 'path', 'item', 'size'])
      .orderBy('size', 'desc')
      .execute();
    const small = Buffer.from(JSON.stringify({ ...low, sensors: undefined }));
    expect(rows).toEqual([
      { code: 'TEXT_INVALID', path: '/logs/0/data', item: packed, size: String(packed.length) },
      { code: 'TEXT_INVALID', path: '/logs/0/data', item: small, size: String(small.length) },
    ]);
    expect(await stored(gateway, 'd')).toHaveLength(2);
  });

  it('make a device that nobody knows, and no sensors of it', async () => {
    const gateway = await desk.createGateway();
    await worker.store(batchOf([tell(gateway, 'new', event(1, 1))]));
    expect(await desk.deviceState(gateway, 'new')).toBe('pending');
    expect(await desk.stored(gateway, 'new')).toEqual([]);
  });

  it('find their partitions when another process has dropped them meanwhile', async () => {
    const gateway = await desk.createGateway();
    const old = (n: number) => ({ ...event(n, n), recordedAt: NOW - 2_000 * DAY + n });
    const own = desk.worker();
    await own.store(batchOf([tell(gateway, 'd', old(1))]));
    const { rows } = await sql<{ name: string }>`
      SELECT tableoid::regclass::text AS name FROM event_sensor WHERE event_id = ${idOf(1)} AND recorded_at < ${new Date(NOW - DAY)}`.execute(
      desk.db,
    );
    expect(rows).toHaveLength(1);
    await sql`DROP TABLE ${sql.table(rows[0]?.name as string)}`.execute(desk.db);
    expect(await own.store(batchOf([tell(gateway, 'd', old(2))]))).toMatchObject({ stored: 1, rejected: 0 });
    expect(await stored(gateway, 'd')).toMatchObject([{ values: [] }, { values: [2] }]);
  });
});

describe('an event that the database refuses', () => {
  it('becomes a dead letter, with nothing of it stored, and the others of its batch are stored', async () => {
    const gateway = await desk.createGateway();
    await sql`ALTER TABLE event_sensor ADD CONSTRAINT poison CHECK (number <> 13) NOT VALID`.execute(desk.db);
    const messages = Array.from({ length: 9 }, (_, n) =>
      n % 2 === 0 ? tell(gateway, 'd', event(n, 10 + n, n)) : reading(gateway, 'd', n, { n }),
    );
    const outcome = await worker.store(batchOf([...messages, tell(gateway, 'd', event(99, 1, 13))]));
    await sql`ALTER TABLE event_sensor DROP CONSTRAINT poison`.execute(desk.db);
    expect(outcome).toMatchObject({ stored: 9, rejected: 1 });
    expect(await stored(gateway, 'd')).toHaveLength(5);
    expect(await desk.stored(gateway, 'd')).toHaveLength(4);
    expect(await desk.letters(gateway)).toMatchObject([
      { code: 'STORAGE_REFUSED', path: '', item: JSON.stringify(event(99, 1, 13)) },
    ]);
  });
});

describe('two workers', () => {
  it('with the same events in any order store each once, and never wait for each other for ever', async () => {
    const gateway = await desk.createGateway();
    const sent = Array.from({ length: 60 }, (_, n) => tell(gateway, `d${n % 4}`, event(n, n, n + 1, n + 2)));
    const store = async (order: readonly AcceptedMessage[]) => {
      const own = desk.worker();
      for (let from = 0; from < order.length; from += 15) await own.store(batchOf(order.slice(from, from + 15)));
    };
    await Promise.all([store(sent), store([...sent].reverse()), store([...sent.slice(20), ...sent.slice(0, 20)])]);
    expect(await desk.books(gateway)).toEqual({ stored: 60, duplicate: 120, rejected: 0, items: [60, 120, 0] });
    const rows = await Promise.all([0, 1, 2, 3].map((n) => stored(gateway, `d${n}`)));
    expect(
      rows
        .flat()
        .map(({ values }) => values[0])
        .sort((a, b) => Number(a) - Number(b)),
    ).toEqual(sent.map((_, n) => n));
    for (const { values } of rows.flat()) expect(values).toHaveLength(3);
  });

  it('with other events under the same ids leave one of them whole, and the other is a dead letter', async () => {
    const gateway = await desk.createGateway();
    const of = (outcome: string, value: number) =>
      Array.from({ length: 40 }, (_, n) => tell(gateway, 'd', { ...event(n, value, value), outcome }));
    await Promise.all([
      desk.worker().store(batchOf(of('ok', 1))),
      desk.worker().store(batchOf(of('failed', 2).reverse())),
    ]);
    const rows = await stored(gateway, 'd');
    expect(rows).toHaveLength(40);
    for (const { outcome, values } of rows) expect(values).toEqual(outcome === 'ok' ? [1, 1] : [2, 2]);
    const letters = await desk.letters(gateway);
    expect(letters.map(({ code }) => code)).toEqual(rows.map(() => 'EVENT_CONFLICT'));
    expect(await desk.books(gateway)).toMatchObject({ items: [40, 0, 40] });
  });
});
