import fc from 'fast-check';
import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { isMissingPartition } from '../../src/db/failures.ts';
import {
  ensurePartitions,
  listPartitions,
  type Partition,
  type PartitionSpan,
  spanAround,
} from '../../src/db/partitions.ts';
import { type Own, ownDatabase } from './tenant.ts';

const DAY = 86_400_000;
const at = (text: string): number => Date.parse(text);

let own: Own;
/** A pool that gives up instead of waiting for a lock. */
let db: Database;
beforeAll(async () => {
  own = await ownDatabase();
  db = own.open('-c lock_timeout=3000 -c statement_timeout=20000', 10);
});
afterAll(() => own.close());
afterEach(dropPartitions);

async function dropPartitions(): Promise<void> {
  for (const table of ['reading', 'reading_text'] as const) {
    for (const { name } of await listPartitions(db, table)) await sql`DROP TABLE ${sql.table(name)}`.execute(db);
  }
}

const show = (partitions: readonly Partition[]): string[] =>
  partitions.map(({ name, from, to }) => `${name}: ${new Date(from).toISOString()} ${new Date(to).toISOString()}`);
const insert = (time: number, into = db, sensor = 1) =>
  sql`INSERT INTO reading VALUES (${new Date(time)}, 1, ${sensor}, 0)`.execute(into);

describe('a span of UTC', () => {
  it.each<[PartitionSpan, string, string, string]>([
    ['month', '2026-11-23T12:00:00.000Z', '2026-11-01', '2026-12-01'],
    ['month', '2026-12-31T23:59:59.999Z', '2026-12-01', '2027-01-01'],
    ['month', '2027-01-01T00:00:00.000Z', '2027-01-01', '2027-02-01'],
    ['month', '2028-02-29T12:00:00.000Z', '2028-02-01', '2028-03-01'],
    ['month', '1969-12-31T23:59:59.999Z', '1969-12-01', '1970-01-01'],
    ['week', '2026-11-23T00:00:00.000Z', '2026-11-23', '2026-11-30'],
    ['week', '2026-11-22T23:59:59.999Z', '2026-11-16', '2026-11-23'],
    ['week', '2027-01-01T00:00:00.000Z', '2026-12-28', '2027-01-04'],
    ['week', '1969-12-31T12:00:00.000Z', '1969-12-29', '1970-01-05'],
    ['day', '2026-12-31T23:59:59.999Z', '2026-12-31', '2027-01-01'],
    ['day', '2026-10-25T01:30:00.000Z', '2026-10-25', '2026-10-26'],
    ['day', '2026-03-29T00:30:00.000Z', '2026-03-29', '2026-03-30'],
    ['day', '1969-12-31T12:00:00.000Z', '1969-12-31', '1970-01-01'],
  ])('%s around %s: from %s to %s', (span, time, from, to) => {
    expect(spanAround(at(time), span).map((edge) => new Date(edge).toISOString())).toEqual([
      `${from}T00:00:00.000Z`,
      `${to}T00:00:00.000Z`,
    ]);
  });
});

describe('partitions', () => {
  it('are made where times need them, once, and take the rows from the first moment to the last', async () => {
    const times = [at('2026-11-30T23:59:59.999Z'), at('2026-12-01T00:00:00.000Z'), at('2027-01-01T00:00:00.000Z')];
    const made = await ensurePartitions(db, 'reading', times, 'month');
    expect(show(made)).toEqual([
      'reading_20261101_20261201: 2026-11-01T00:00:00.000Z 2026-12-01T00:00:00.000Z',
      'reading_20261201_20270101: 2026-12-01T00:00:00.000Z 2027-01-01T00:00:00.000Z',
      'reading_20270101_20270201: 2027-01-01T00:00:00.000Z 2027-02-01T00:00:00.000Z',
    ]);
    expect(await ensurePartitions(db, 'reading', times, 'month')).toEqual(made);
    expect(await listPartitions(db, 'reading')).toEqual(made);
    for (const { from, to } of made) for (const time of [from, to - 1]) await insert(time);
    const { rows } = await sql<{ name: string; count: number }>`
      SELECT tableoid::regclass::text AS name, count(*)::int4 AS count FROM reading GROUP BY 1 ORDER BY 1`.execute(db);
    expect(rows).toEqual(made.map(({ name }) => ({ name, count: 2 })));
  });

  it('are of each table apart', async () => {
    await ensurePartitions(db, 'reading_text', [at('2026-11-23')], 'day');
    expect(show(await listPartitions(db, 'reading_text'))).toEqual([
      'reading_text_20261123_20261124: 2026-11-23T00:00:00.000Z 2026-11-24T00:00:00.000Z',
    ]);
    expect(await listPartitions(db, 'reading')).toEqual([]);
  });

  it('are needed: a row without one is refused, and the error can be told from others', async () => {
    await ensurePartitions(db, 'reading', [at('2026-11-23')], 'day');
    const error = await insert(at('2026-11-24')).catch((reason) => reason);
    expect(isMissingPartition(error)).toBe(true);
  });

  it('have the key of their table, so that a redelivery is recognised in each of them', async () => {
    await ensurePartitions(db, 'reading', [at('2026-11-23')], 'day');
    await insert(at('2026-11-23'));
    await expect(insert(at('2026-11-23'))).rejects.toMatchObject({ code: '23505' });
  });

  it.each(['UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kolkata', 'Pacific/Apia'])(
    'have the same bounds to a session in %s',
    async (zone) => {
      const there = own.open(`-c TimeZone=${zone}`);
      const times = ['2026-03-29', '2026-10-25', '2026-12-31'].map(at);
      const made = await ensurePartitions(there, 'reading', times, 'day');
      expect(show(made)).toEqual([
        'reading_20260329_20260330: 2026-03-29T00:00:00.000Z 2026-03-30T00:00:00.000Z',
        'reading_20261025_20261026: 2026-10-25T00:00:00.000Z 2026-10-26T00:00:00.000Z',
        'reading_20261231_20270101: 2026-12-31T00:00:00.000Z 2027-01-01T00:00:00.000Z',
      ]);
      expect(await listPartitions(there, 'reading')).toEqual(made);
      expect(await listPartitions(db, 'reading')).toEqual(made);
    },
  );
});

describe('spans of several lengths', () => {
  it('meet without overlap: only the gaps are filled', async () => {
    await ensurePartitions(db, 'reading', [at('2026-11-10'), at('2026-11-30')], 'day');
    await ensurePartitions(db, 'reading', [at('2026-11-18')], 'week');
    expect(show(await ensurePartitions(db, 'reading', [at('2026-11-01')], 'month'))).toEqual([
      'reading_20261101_20261110: 2026-11-01T00:00:00.000Z 2026-11-10T00:00:00.000Z',
      'reading_20261110_20261111: 2026-11-10T00:00:00.000Z 2026-11-11T00:00:00.000Z',
      'reading_20261111_20261116: 2026-11-11T00:00:00.000Z 2026-11-16T00:00:00.000Z',
      'reading_20261116_20261123: 2026-11-16T00:00:00.000Z 2026-11-23T00:00:00.000Z',
      'reading_20261123_20261130: 2026-11-23T00:00:00.000Z 2026-11-30T00:00:00.000Z',
      'reading_20261130_20261201: 2026-11-30T00:00:00.000Z 2026-12-01T00:00:00.000Z',
    ]);
  });

  it('in any order and number: every time has exactly one partition, and names are unique', async () => {
    const start = at('2026-12-20');
    const step = fc.record({
      days: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 3 }),
      span: fc.constantFrom<PartitionSpan>('day', 'week', 'month'),
    });
    await fc.assert(
      fc
        .asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), async (steps) => {
          const wanted: number[] = [];
          for (const { days, span } of steps) {
            const times = days.map((day) => start + day * DAY + 1234);
            wanted.push(...times);
            const made = await ensurePartitions(db, 'reading', times, span);
            expect(made).toEqual(await listPartitions(db, 'reading'));
          }
          const all = await listPartitions(db, 'reading');
          for (const time of wanted) expect(all.filter(({ from, to }) => from <= time && time < to)).toHaveLength(1);
          expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
          for (const { from, to } of all) expect([from % DAY, to % DAY, Math.sign(to - from)]).toEqual([0, 0, 1]);
        })
        .afterEach(dropPartitions),
      { numRuns: 12 },
    );
  });
});

describe('partitions are made beside others', () => {
  const session = async () => {
    const client = new Client({ connectionString: own.url });
    await client.connect();
    return client;
  };

  it('who read and write the table in open transactions: nobody waits, and nothing of theirs is lost', async () => {
    const [november, december] = [at('2026-11-23'), at('2026-12-23')];
    await ensurePartitions(db, 'reading', [november], 'month');
    await insert(november);
    const [reader, writer] = [await session(), await session()];
    try {
      await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      expect((await reader.query('SELECT count(*)::int4 AS count FROM reading')).rows).toEqual([{ count: 1 }]);
      await writer.query('BEGIN');
      await writer.query(`INSERT INTO reading VALUES ('2026-11-24', 1, 1, 0)`);

      const made = await ensurePartitions(db, 'reading', [december], 'month');
      expect(made).toHaveLength(2);
      await insert(december);

      await writer.query(`INSERT INTO reading VALUES ('2026-11-25', 1, 1, 0), ('2026-12-24', 1, 1, 0)`);
      await writer.query('COMMIT');
      expect((await reader.query('SELECT count(*)::int4 AS count FROM reading')).rows).toEqual([{ count: 1 }]);
      await reader.query('COMMIT');
    } finally {
      await reader.end();
      await writer.end();
    }
    const { rows } = await sql`SELECT count(*)::int4 AS count FROM reading`.execute(db);
    expect(rows).toEqual([{ count: 5 }]);
  });

  it('who write all the time: no deadlock, no lost row', async () => {
    await ensurePartitions(db, 'reading', [at('2026-01-15')], 'month');
    let going = true;
    let written = 0;
    const write = async (sensor: number): Promise<void> => {
      for (; going; written++) await insert(at('2026-01-01') + written * 1000, db, sensor);
    };
    const writers = [write(1), write(2), write(3)];
    for (let month = 2; month <= 12; month++) {
      await ensurePartitions(db, 'reading', [at(`2026-${String(month).padStart(2, '0')}-15`)], 'month');
    }
    going = false;
    await Promise.all(writers);
    const { rows } = await sql`SELECT count(*)::int4 AS count FROM reading`.execute(db);
    expect(rows).toEqual([{ count: written }]);
    expect(await listPartitions(db, 'reading')).toHaveLength(12);
  });

  it('who want the same ones: each is made once', async () => {
    const times = Array.from({ length: 12 }, (_, month) => Date.UTC(2026, month, 15));
    const made = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        ensurePartitions(db, 'reading', n % 2 ? times : [...times].reverse(), 'month'),
      ),
    );
    expect(made[0]).toHaveLength(12);
    for (const partitions of made) expect(partitions).toEqual(made[0]);
  });

  it('who want others of both tables: all are made', async () => {
    await Promise.all(
      Array.from({ length: 12 }, (_, month) =>
        ensurePartitions(db, month % 2 ? 'reading' : 'reading_text', [Date.UTC(2026, month, 15)], 'month'),
      ),
    );
    expect(await listPartitions(db, 'reading')).toHaveLength(6);
    expect(await listPartitions(db, 'reading_text')).toHaveLength(6);
  });
});
