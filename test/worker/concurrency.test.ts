import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { AcceptedMessage } from '../../src/ingest/envelope.ts';
import type { Gateway } from '../db/tenant.ts';
import { batchOf, createDesk, type Desk, NOW, reading, say } from './desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.close());

describe('two workers with the same new devices and sensors', () => {
  it('make each once and store everything, however their batches interleave', async () => {
    const gateways = await Promise.all(Array.from({ length: 3 }, () => desk.createGateway()));
    const sent = gateways.flatMap((gateway) =>
      Array.from({ length: 60 }, (_, n) => reading(gateway, `d${n % 5}`, n, { [`l${n % 11}`]: n, [`m${n % 7}`]: n })),
    );
    const store = async (order: readonly AcceptedMessage[]) => {
      const worker = desk.worker();
      for (let from = 0; from < order.length; from += 20) await worker.store(batchOf(order.slice(from, from + 20)));
    };
    await Promise.all([store(sent), store([...sent].reverse()), store([...sent.slice(90), ...sent.slice(0, 90)])]);
    for (const gateway of gateways) {
      expect(await desk.books(gateway)).toEqual({ stored: 60, duplicate: 120, rejected: 0, items: [120, 240, 0] });
      const rows = await Promise.all(Array.from({ length: 5 }, (_, n) => desk.stored(gateway, `d${n}`)));
      expect(rows.flat()).toHaveLength(120);
    }
  });
});

describe('two workers that bring other values for the same times', () => {
  it('leave one of them, and each of the others is a dead letter', async () => {
    const gateway = await desk.createGateway();
    const of = (worker: number) =>
      Array.from({ length: 40 }, (_, n) => reading(gateway, 'd', n, { t: worker, u: worker }));
    await Promise.all([desk.worker().store(batchOf(of(1))), desk.worker().store(batchOf(of(2).reverse()))]);
    const rows = await desk.stored(gateway, 'd');
    const letters = await desk.letters(gateway);
    expect([rows.length, letters.length]).toEqual([80, 80]);
    expect(await desk.books(gateway)).toMatchObject({ items: [80, 0, 80] });
    for (const { label, at, value } of rows) {
      const other = JSON.stringify({ ts: NOW + at, values: { [label]: 3 - Number(value) } });
      expect(letters).toContainEqual(expect.objectContaining({ code: 'VALUE_CONFLICT', item: other }));
    }
  });
});

describe('a year of late data that four workers bring at once', () => {
  const WEEKS = 52;
  const WEEK = 7 * 86_400_000;

  /** What a gateway sends of one week: of several devices, each time with other sensors, now and then more than readings. */
  function week(gateway: Gateway, n: number): AcceptedMessage[] {
    const device = `d${n % 5}`;
    const recordedAt = NOW - n * WEEK;
    const of = (kind: string, payload: object) =>
      say(gateway, device, payload, { topic: `v1/gateways/${gateway.id}/devices/${device}/${kind}` });
    const sensors = [{ label: `l${n % 7}`, unit: 'kg', measure: 'gauge' }];
    const event = {
      id: randomUUID(),
      type: 'x',
      recordedAt,
      sensors: [{ label: `l${n % 7}`, unit: 'kg', kind: 'singular', value: n }],
      ...(n % 8 === 0 && { logs: [{ label: 'l', level: 'debug', data: 'x' }], settings: [{ label: 's', data: n }] }),
    };
    return [
      of('readings', { ts: recordedAt, values: { [`l${n % 7}`]: n, [`m${n % 11}`]: n, text: `week ${n}` } }),
      ...(n % 2 === 0 ? [of('events', event)] : []),
      ...(n % 3 === 0 ? [of('registration', { model: 'MAX Mini', label: device, sensors })] : []),
    ];
  }

  it('is stored beside readers and a long export, with no deadlock and no dead letter', {
    timeout: 120_000,
  }, async () => {
    const home = await desk.createHome();
    const gateways = [await desk.createGateway(home), await desk.createGateway(home), await desk.createGateway()];
    const sent = gateways.flatMap((gateway) => Array.from({ length: WEEKS }, (_, n) => week(gateway, n))).flat();
    await desk.worker({}, desk.db, 'week').store(batchOf(sent.slice(0, 3)));
    const finish = await beginExport();
    const pools = Array.from({ length: 4 }, () => desk.open('-c application_name=late', 2));
    const orders = [
      sent,
      sent.toReversed(),
      [...sent.slice(sent.length / 2), ...sent.slice(0, sent.length / 2)],
      shuffle(sent),
    ];
    let going = true;
    const reading = async (): Promise<void> => {
      while (going) for (const gateway of gateways) await desk.latest(gateway, 'd1');
    };
    const readers = [reading(), reading()];
    await Promise.all(
      orders.map(async (order, n) => {
        const worker = desk.worker({}, pools[n], 'week');
        for (let from = 0; from < order.length; from += 20) await worker.store(batchOf(order.slice(from, from + 20)));
      }),
    ).finally(() => {
      going = false;
    });
    await Promise.all(readers);

    await finish();
    for (const gateway of gateways) {
      expect(await desk.letters(gateway)).toEqual([]);
      expect(await desk.books(gateway)).toMatchObject({ rejected: 0 });
      const rows = await Promise.all([0, 1, 2, 3, 4].map((n) => desk.stored(gateway, `d${n}`)));
      expect(rows.flat().filter(({ label }) => label === 'text')).toHaveLength(WEEKS);
    }
    await Promise.all(pools.map((pool) => pool.destroy()));
    await expectNoDeadlock();
  });
});

/** Reads the readings of this moment in one transaction, the first now and the others when that is called. */
async function beginExport(): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: desk.url });
  await client.connect();
  onTestFinished(() => client.end());
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  const { count } = (await client.query('SELECT count(*)::int4 AS count FROM reading')).rows[0];
  await client.query('DECLARE export CURSOR FOR SELECT value FROM reading');
  expect((await client.query('FETCH 1 FROM export')).rowCount).toBe(1);
  return async () => {
    expect((await client.query('FETCH ALL FROM export')).rowCount).toBe(count - 1);
    await client.query('COMMIT');
  };
}

/** Sessions tell what happened to them when they end. */
async function expectNoDeadlock(): Promise<void> {
  const late = sql`SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'late'`;
  await vi.waitFor(async () => expect((await late.execute(desk.db)).rows).toEqual([]));
  const { rows } = await sql<{ deadlocks: number }>`
    SELECT deadlocks::int4 FROM pg_stat_database WHERE datname = current_database()`.execute(desk.db);
  expect(rows).toEqual([{ deadlocks: 0 }]);
}

/** The same order each time. */
function shuffle<T>(list: readonly T[]): T[] {
  const turn = (index: number) => (index * 7_919) % list.length;
  return list
    .map((one, index) => ({ one, turn: turn(index) }))
    .sort((a, b) => a.turn - b.turn)
    .map(({ one }) => one);
}
