import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isTransient } from '../../src/db/failures.ts';
import type { Gateway } from '../db/tenant.ts';
import { batchOf, createDesk, type Desk, NOW, reading, say } from './desk.ts';

let desk: Desk;
let worker: ReturnType<Desk['worker']>;
beforeAll(async () => {
  desk = await createDesk();
  worker = desk.worker();
});
afterEach(async () => {
  for (const table of ['reading', 'reading_text']) {
    await sql`ALTER TABLE ${sql.table(table)} DROP CONSTRAINT IF EXISTS poison`.execute(desk.db);
  }
});
afterAll(() => desk.close());

/** From now on the database refuses such values, as it would what a fault of ours lets through. */
const refuse = (condition: string, table = 'reading') =>
  sql`ALTER TABLE ${sql.table(table)} ADD CONSTRAINT poison CHECK (NOT (${sql.raw(condition)})) NOT VALID`.execute(
    desk.db,
  );
const values = async (gateway: Gateway, device = 'd') => (await desk.stored(gateway, device)).map(({ value }) => value);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('a message that the database refuses', () => {
  it.each([
    ['at the beginning', [0]],
    ['in the middle', [7]],
    ['at the end', [19]],
    ['several of them', [3, 4, 12]],
    ['all but one', upTo(20).filter((n) => n !== 11)],
  ])('becomes a dead letter, and the others of its batch are stored: %s', async (_, poisonous) => {
    const gateway = await desk.createGateway();
    await refuse(`value IN (${poisonous.join()})`);
    const outcome = await worker.store(batchOf(upTo(20).map((n) => reading(gateway, 'd', n, { t: n }))));
    expect(outcome).toMatchObject({ stored: 20 - poisonous.length, rejected: poisonous.length });
    expect(await values(gateway)).toEqual(upTo(20).filter((n) => !poisonous.includes(n)));
    const letters = await desk.letters(gateway);
    expect(letters.map(({ code }) => code)).toEqual(poisonous.map(() => 'STORAGE_REFUSED'));
    expect(letters.map(({ item }) => JSON.parse(item).values.t).sort((a, b) => a - b)).toEqual(poisonous);
    expect(await desk.books(gateway)).toMatchObject({
      stored: 20 - poisonous.length,
      duplicate: 0,
      rejected: poisonous.length,
    });
  });

  it('is kept byte for byte, with what the database said', async () => {
    const gateway = await desk.createGateway();
    await refuse('value = 13');
    const payload = `{ "ts": ${NOW}, "values": { "t": 13.0, "u": 1 } }`;
    await worker.store(batchOf([say(gateway, 'd', payload), reading(gateway, 'd', 1, { t: 1 })]));
    expect(await desk.letters(gateway)).toMatchObject([{ path: '', item: payload, size: payload.length }]);
    const { detail } = await desk.db
      .selectFrom('dead_letter')
      .where('gateway_id', '=', gateway.id)
      .select('detail')
      .executeTakeFirstOrThrow();
    expect(detail).toMatch(/violates check constraint "poison"/);
    expect(await values(gateway)).toEqual([1]);
  });

  it('keeps the refusals it had before', async () => {
    const gateway = await desk.createGateway();
    await refuse('value = 13');
    await worker.store(batchOf([reading(gateway, 'd', 0, { t: 13, u: {} }), reading(gateway, 'd', 1, { t: 1 })]));
    expect((await desk.letters(gateway)).map(({ code }) => code)).toEqual(['PAYLOAD_INVALID', 'STORAGE_REFUSED']);
  });

  it('costs the message and not its device, be it a text', async () => {
    const gateway = await desk.createGateway();
    await refuse(`value = 'poison'`, 'reading_text');
    await worker.store(batchOf(['on', 'poison', 'off'].map((s, n) => reading(gateway, 'd', n, { s, n }))));
    expect(await desk.stored(gateway, 'd')).toEqual([
      { label: 'n', at: 0, value: 0 },
      { label: 's', at: 0, value: 'on' },
      { label: 'n', at: 2, value: 2 },
      { label: 's', at: 2, value: 'off' },
    ]);
    expect(await desk.latest(gateway, 'd')).toMatchObject([{ at: 2 }, { at: 2 }]);
  });

  it('alone in its batch becomes a dead letter too', async () => {
    const gateway = await desk.createGateway();
    await refuse('value = 13');
    await worker.store(batchOf([reading(gateway, 'd', 0, { t: 13 })]));
    expect((await desk.letters(gateway)).map(({ code }) => code)).toEqual(['STORAGE_REFUSED']);
  });

  it('leaves duplicates and conflicts of its batch what they are', async () => {
    const gateway = await desk.createGateway();
    await refuse('value = 13');
    const given = [1, 1, 2, 13, 1].map((t, n) => reading(gateway, 'd', t === 13 ? n : 0, { t }));
    await worker.store(batchOf(given));
    expect(await values(gateway)).toEqual([1]);
    expect((await desk.letters(gateway)).map(({ code }) => code)).toEqual(['STORAGE_REFUSED', 'VALUE_CONFLICT']);
    expect(await desk.books(gateway)).toMatchObject({ stored: 1, duplicate: 2, rejected: 2 });
  });

  it('of one customer costs another one nothing', async () => {
    const [bad, good] = [await desk.createGateway(), await desk.createGateway()];
    await refuse('value = 13');
    await worker.store(
      batchOf([reading(bad, 'd', 0, { t: 13 }), reading(good, 'd', 0, { t: 1 }), reading(bad, 'd', 1, { t: 1 })]),
    );
    expect([await values(bad), await values(good)]).toEqual([[1], [1]]);
    expect(await desk.letters(good)).toEqual([]);
  });

  it('is refused once: the batch, run again, changes nothing', async () => {
    const gateway = await desk.createGateway();
    await refuse('value = 13');
    const batch = batchOf([reading(gateway, 'd', 0, { t: 13 }), reading(gateway, 'd', 1, { t: 1 })]);
    await worker.store(batch);
    const before = await desk.everything();
    expect(await worker.store(batch)).toMatchObject({ repeated: true });
    expect(await desk.everything()).toEqual(before);
  });
});

describe('a batch of which the database takes nothing', () => {
  it.each<[string, (gateway: Gateway) => ReturnType<typeof reading>[]]>([
    ['two messages', (g) => [reading(g, 'd', 0, { t: 1 }), reading(g, 'd', 1, { t: 2 })]],
    ['many messages', (g) => upTo(30).map((n) => reading(g, `d${n % 3}`, n, { t: n }))],
    [
      'one that was refused before, beside them',
      (g) => [reading(g, 'd', 0, { t: 1 }), say(g, 'd', 'no JSON'), reading(g, 'd', 1, { t: 2 })],
    ],
    [
      'one without values, beside them',
      (g) => [reading(g, 'd', 0, { t: 1 }), reading(g, 'd', 0, {}), reading(g, 'd', 1, { t: 2 })],
    ],
  ])('stays in the queue, since the fault is ours: %s', async (_, messages) => {
    const gateway = await desk.createGateway();
    const batch = batchOf(messages(gateway));
    await refuse('true');
    await expect(worker.store(batch)).rejects.toThrow(/refuses every message/);
    expect(await desk.letters(gateway)).toEqual([]);
    expect(await desk.books(gateway)).toMatchObject({ stored: 0, duplicate: 0, rejected: 0 });

    await sql`ALTER TABLE reading DROP CONSTRAINT poison`.execute(desk.db);
    expect(await worker.store(batch)).toMatchObject({ repeated: false });
    expect((await desk.letters(gateway)).filter(({ code }) => code === 'STORAGE_REFUSED')).toEqual([]);
  });

  it('for want of a table is neither stored nor refused', async () => {
    const gateway = await desk.createGateway();
    await sql`ALTER TABLE sensor_latest RENAME TO hidden`.execute(desk.db);
    const batch = batchOf([reading(gateway, 'd', 0, { t: 1 })]);
    await expect(worker.store(batch)).rejects.toMatchObject({ code: '42P01' });
    await sql`ALTER TABLE hidden RENAME TO sensor_latest`.execute(desk.db);
    expect(await desk.letters(gateway)).toEqual([]);
    await worker.store(batch);
    expect(await values(gateway)).toEqual([1]);
  });
});

describe('trouble with the connection', () => {
  it('leaves nothing behind, and the batch is stored the next time', async () => {
    const gateway = await desk.createGateway();
    const hurried = desk.worker({}, desk.open('-c lock_timeout=20ms'));
    const batch = batchOf([reading(gateway, 'd', 0, { t: 1 }), say(gateway, 'd', 'no JSON')]);
    await hurried.store(batchOf([reading(gateway, 'd', -1, { t: 0 })]));
    const before = await desk.everything('ingest_batch');
    await desk.db.transaction().execute(async (tx) => {
      await sql`LOCK TABLE sensor_latest IN EXCLUSIVE MODE`.execute(tx);
      await expect(hurried.store(batch)).rejects.toMatchObject({ code: '55P03' });
    });
    expect(await desk.everything('ingest_batch')).toEqual(before);
    expect(await hurried.store(batch)).toMatchObject({ repeated: false, stored: 1, rejected: 1 });
  });

  it("as a full disk is nobody's fault: the batch is stored, whole, once there is room", async () => {
    const gateway = await desk.createGateway();
    await worker.store(batchOf([reading(gateway, 'd', -1, { t: 0 })]));
    await sql`
      CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$`.execute(
      desk.db,
    );
    await sql`CREATE TRIGGER full_disk BEFORE INSERT ON reading FOR EACH ROW EXECUTE FUNCTION fill()`.execute(desk.db);
    const before = await desk.everything('ingest_batch');
    const batch = batchOf(upTo(3).map((n) => reading(gateway, 'd', n, { t: n })));
    await expect(worker.store(batch)).rejects.toSatisfy(isTransient);
    expect(await desk.everything('ingest_batch')).toEqual(before);
    await sql`DROP FUNCTION fill() CASCADE`.execute(desk.db);
    expect(await worker.store(batch)).toMatchObject({ repeated: false, stored: 3, rejected: 0 });
  });
});
