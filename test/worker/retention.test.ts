import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BrokerSettings, loadConfig } from '../../src/config.ts';
import type { Database } from '../../src/db/database.ts';
import { recordDeadLetters } from '../../src/db/dead-letters.ts';
import { appendCounts, foldCounts } from '../../src/db/ledger.ts';
import {
  ensurePartitions,
  listPartitions,
  PARTITIONED_TABLES,
  type PartitionedTable,
} from '../../src/db/partitions.ts';
import { goesBefore, KEPT, type Kept, measureOld, partitionedTablesOf } from '../../src/db/retention.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { runRetention } from '../../src/worker/retention.ts';
import { rollUp } from '../../src/worker/rollups.ts';
import { type Gateway, type Own, ownDatabase } from '../db/tenant.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const DAY = 86_400_000;
const WAIT = { timeout: 10_000, interval: 20 };
const log = createLog('test', { level: 'silent', pretty: false });
const { settings: defaults } = await loadConfig({ DATABASE_URL: 'postgres://localhost/none' });
/** Everything is kept, but for what a test says. */
const forEver = Object.fromEntries(KEPT.map((kept) => [kept, null])) as BrokerSettings['retentionDays'];

let own: Own;
/** One connection, as a run has. */
let connection: Database;
beforeAll(async () => {
  own = await ownDatabase();
});
afterAll(() => own.close());
beforeEach(() => {
  connection = own.open('-c application_name=retention', 1);
});
afterEach(async () => {
  for (const name of await tables('%\\_20______\\_20______')) await sql`DROP TABLE ${sql.table(name)}`.execute(own.db);
  await sql`TRUNCATE customer, ingest_batch, ingest_ledger, ingest_count, ingest_sequence, audit_entry, rollup_mark, rollup_due, rollup_day CASCADE`.execute(
    own.db,
  );
  await sql`UPDATE rollup_floor SET readings_from = '-infinity', rollups_from = '-infinity'`.execute(own.db);
});

interface Run {
  days: Partial<Record<Kept, number>>;
  now?: number;
  lockTimeoutMs?: number;
  metrics?: ReturnType<typeof createMetrics>['maintenance'];
  oldestJob?: () => Promise<number | undefined>;
  signal?: AbortSignal;
}

function retain({ days, now = NOW, lockTimeoutMs = 3_000, ...given }: Run) {
  const settings = { ...defaults, retentionDays: { ...forEver, ...days } };
  const { metrics = createMetrics().maintenance, oldestJob = async () => undefined } = given;
  const { signal = new AbortController().signal } = given;
  const context = { db: connection, queue: { oldestJob }, settings, clock: () => now, signal, metrics, log };
  return runRetention(context, lockTimeoutMs);
}

const monthOf = (year: number, month: number) => Date.UTC(year, month - 1, 15);
const names = async (table: PartitionedTable) => (await listPartitions(own.db, table)).map(({ name }) => name);
const tables = async (like: string) => {
  const { rows } = await sql<{ name: string }>`
    SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relname LIKE ${like} ORDER BY 1`.execute(own.db);
  return rows.map(({ name }) => name);
};
const count = async (table: string) => {
  const { rows } = await sql<{ n: number }>`SELECT count(*)::int4 AS n FROM ${sql.table(table)}`.execute(own.db);
  return rows[0]?.n;
};

/** A reading in the middle of each of these months. */
async function storeReadings(...months: [year: number, month: number][]): Promise<void> {
  const times = months.map(([year, month]) => monthOf(year, month));
  await ensurePartitions(own.db, 'reading', times, 'month');
  for (const time of times) await sql`INSERT INTO reading VALUES (${new Date(time)}, 1, 1, 0)`.execute(own.db);
}

/** An event with a part of each sort. */
async function storeEvent(gateway: Gateway, time: number): Promise<string> {
  const id = uuid();
  const deviceId = await own.createDevice(gateway);
  const at = new Date(time);
  const hash = Buffer.from('x');
  await own.db
    .insertInto('event')
    .values({
      device_id: deviceId,
      id,
      gateway_id: gateway.id,
      recorded_at: at,
      received_at: at,
      type: 'performed_task',
      attributes: {},
      content_hash: hash,
    })
    .execute();
  const part = { device_id: deviceId, event_id: id, recorded_at: at, position: 0, label: 'a', content_hash: hash };
  for (const table of ['event_sensor', 'event_log', 'event_setting'] as const)
    await ensurePartitions(own.db, table, [time], 'month');
  await own.db
    .insertInto('event_sensor')
    .values({ ...part, kind: 'singular', visualization: 'default', number: 1 })
    .execute();
  await own.db
    .insertInto('event_log')
    .values({ ...part, level: 'error', data: { content: ['x'] } })
    .execute();
  await own.db
    .insertInto('event_setting')
    .values({ ...part, data: '{}' })
    .execute();
  return id;
}

describe('partitions', () => {
  it('go once all of them is older than it is kept, whatever is missing between, and with them their rows', async () => {
    await storeReadings([2025, 3], [2026, 8], [2026, 9], [2026, 11]);
    await ensurePartitions(own.db, 'reading_text', [monthOf(2025, 1)], 'month');
    await ensurePartitions(own.db, 'event_log', [monthOf(2025, 1)], 'month');
    await sql`ANALYZE`.execute(own.db);
    const metrics = createMetrics().maintenance;
    // August ends 84.5 days ago, September 54.5.
    const result = await retain({ days: { readings: 60 }, metrics });
    expect(result).toEqual({ readingsRows: 2, readingsPartitions: 3, readingsBytes: expect.any(Number) });
    expect(result?.readingsBytes).toBeGreaterThan(0);
    expect(await names('reading')).toEqual(['reading_20260901_20261001', 'reading_20261101_20261201']);
    expect(await names('reading_text')).toEqual([]);
    expect(await names('event_log')).toHaveLength(1);
    expect(await tables('reading_2025%')).toEqual([]);
    expect(await count('reading')).toBe(2);
    expect((await metrics.retentionRows.get()).values).toContainEqual({ labels: { kept: 'readings' }, value: 2 });
    expect(await retain({ days: { readings: 60 } })).toBeUndefined();
  });

  it.each([
    ['a day later than told', 84.5 + 1, 1],
    ['and no sooner', 84.4, 2],
  ])('go %s', async (_, daysAfter, left) => {
    await storeReadings([2026, 8], [2026, 11]);
    const now = Date.UTC(2026, 8, 1) + daysAfter * DAY;
    await retain({ days: { readings: 84 }, now });
    expect(await names('reading')).toHaveLength(left);
  });

  it('of spans of any length go, and the latest value of a sensor stays though its reading is gone', async () => {
    const home = await own.createHome();
    const sensor = await own.createSensor(await own.createDevice(home), 't');
    await ensurePartitions(own.db, 'reading', [Date.UTC(2026, 0, 5), Date.UTC(2026, 0, 7)], 'day');
    await ensurePartitions(own.db, 'reading', [Date.UTC(2026, 0, 20)], 'month');
    const at = new Date(Date.UTC(2026, 0, 5));
    await own.db
      .insertInto('reading')
      .values({ sensor_id: sensor, recorded_at: at, value: 1, received_after: 0 })
      .execute();
    await own.db
      .insertInto('sensor_latest')
      .values({ sensor_id: sensor, recorded_at: at, received_at: at, value: 1 })
      .execute();
    expect(await retain({ days: { readings: 90 } })).toMatchObject({ readingsPartitions: 5 });
    expect(await count('sensor_latest')).toBe(1);
  });

  it('stay where nothing is said, and those that a person detached are left alone', async () => {
    await storeReadings([2020, 1], [2020, 2]);
    expect(await retain({ days: {} })).toBeUndefined();
    expect(await names('reading')).toHaveLength(2);
    await sql`ALTER TABLE reading DETACH PARTITION reading_20200101_20200201`.execute(own.db);
    await retain({ days: { readings: 60 } });
    expect(await tables('reading_2020%')).toEqual(['reading_20200101_20200201']);
  });
});

describe('beside others', () => {
  it('a partition that somebody reads is left, keeps nobody waiting, and goes when it was read', async () => {
    await storeReadings([2025, 1], [2025, 2], [2026, 11]);
    await ensurePartitions(own.db, 'reading_text', [monthOf(2025, 1)], 'month');
    const reader = own.open(undefined, 1);
    let going = true;
    let written = 0;
    const writing = (async () => {
      const at = monthOf(2026, 11);
      for (; going; written++)
        await sql`INSERT INTO reading VALUES (${new Date(at + written + 1)}, 1, 1, 0)`.execute(own.db);
    })();
    const metrics = createMetrics().maintenance;
    await reader
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (tx) => {
        const read = async () =>
          (await sql`SELECT value FROM reading WHERE recorded_at < '2026-01-01'`.execute(tx)).rows.length;
        expect(await read()).toBe(2);
        for (let run = 0; run < 2; run++) {
          const before = written;
          const result = await retain({ days: { readings: 60 }, lockTimeoutMs: 300, metrics });
          expect(result).toMatchObject({ readingsWaiting: 'reading_20250101_20250201' });
          expect(written).toBeGreaterThan(before);
        }
        expect(await names('reading_text')).toEqual([]);
        expect((await metrics.retentionWaiting.get()).values).toContainEqual({
          labels: { kept: 'readings' },
          value: 1,
        });
        expect(await read()).toBe(2);
      });
    expect(await retain({ days: { readings: 60 }, metrics })).toMatchObject({ readingsPartitions: 2 });
    expect((await metrics.retentionWaiting.get()).values).toContainEqual({ labels: { kept: 'readings' }, value: 0 });
    going = false;
    await writing;
    expect(await count('reading')).toBe(written + 1);
  });

  it('new partitions are made while an old one is half detached', async () => {
    await storeReadings([2025, 1], [2026, 11]);
    await own
      .open(undefined, 1)
      .transaction()
      .execute(async (tx) => {
        await sql`SELECT FROM reading`.execute(tx);
        expect(await retain({ days: { readings: 60 }, lockTimeoutMs: 100 })).toHaveProperty('readingsWaiting');
        await storeReadings([2026, 12]);
      });
    expect(await retain({ days: { readings: 60 } })).toMatchObject({ readingsPartitions: 1 });
    expect(await names('reading')).toEqual(['reading_20261101_20261201', 'reading_20261201_20270101']);
  });
});

describe('a run that is killed', () => {
  it('while it detaches is finished by the next one', async () => {
    await storeReadings([2025, 1], [2025, 2], [2026, 11]);
    await own
      .open(undefined, 1)
      .transaction()
      .execute(async (tx) => {
        await sql`SELECT FROM reading`.execute(tx);
        const run = retain({ days: { readings: 60 }, lockTimeoutMs: 60_000 });
        const killed = expect(run).rejects.toThrow(/readings/);
        await vi.waitFor(async () => {
          const { rows } = await sql`SELECT FROM pg_inherits WHERE inhdetachpending`.execute(own.db);
          expect(rows).toHaveLength(1);
        }, WAIT);
        await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'retention'`.execute(own.db);
        await killed;
      });
    expect(await count('reading')).toBe(2);
    expect(await retain({ days: { readings: 60 } })).toMatchObject({ readingsPartitions: 2 });
    expect(await tables('reading_20%')).toEqual(['reading_20261101_20261201']);
  });

  it('between detaching and dropping is finished by the next one', async () => {
    await storeReadings([2025, 1], [2026, 11]);
    const holder = own.open(undefined, 1);
    await holder.transaction().execute(async (tx) => {
      // Whoever holds the partition itself lets it be detached no sooner than whoever reads the whole table: so by hand.
      await sql`COMMENT ON TABLE reading_20250101_20250201 IS 'stepcloud: to be dropped'`.execute(own.db);
      await sql`ALTER TABLE reading DETACH PARTITION reading_20250101_20250201 CONCURRENTLY`.execute(own.db);
      await sql`SELECT FROM reading_20250101_20250201`.execute(tx);
      expect(await retain({ days: { readings: 60 }, lockTimeoutMs: 100 })).toHaveProperty('readingsWaiting');
    });
    expect(
      await measureOld(
        own.db,
        'readings',
        goesBefore('readings', { ...defaults, retentionDays: { ...forEver, readings: 60 } }, NOW) as number,
      ),
    ).toMatchObject({ partitions: 1 });
    expect(await retain({ days: { readings: 60 } })).toMatchObject({ readingsPartitions: 1 });
    expect(await tables('reading_2025%')).toEqual([]);
  });

  it('is cut off between two pieces, and says so by throwing', async () => {
    await storeReadings([2025, 1]);
    await expect(retain({ days: { readings: 60 }, signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
    expect(await names('reading')).toHaveLength(1);
  });
});

describe('events', () => {
  it('go with all their parts, whole partitions at a time, and younger ones stay', async () => {
    const gateway = await own.createGateway();
    const old = [monthOf(2025, 1), monthOf(2026, 7), Date.UTC(2026, 7, 31)];
    for (const time of old) await storeEvent(gateway, time);
    const kept = [await storeEvent(gateway, Date.UTC(2026, 8, 2)), await storeEvent(gateway, NOW)];
    // 60 days and one before now is 23 September: that month stays, and with it the heads of its events.
    expect(await retain({ days: { events: 60 } })).toMatchObject({ eventsPartitions: 9 });
    const rows = await own.db.selectFrom('event').select('id').orderBy('id').execute();
    expect(rows.map(({ id }) => id)).toEqual(kept.sort());
    for (const table of ['event_sensor', 'event_log', 'event_setting']) expect(await count(table)).toBe(2);
  });

  it('may lose their logs sooner', async () => {
    const gateway = await own.createGateway();
    for (const time of [monthOf(2025, 1), NOW]) await storeEvent(gateway, time);
    await retain({ days: { logs: 60 } });
    expect(await count('event_log')).toBe(1);
    for (const table of ['event', 'event_sensor', 'event_setting']) expect(await count(table)).toBe(2);
  });

  it('go in pieces, however many there are', async () => {
    const gateway = await own.createGateway();
    const deviceId = await own.createDevice(gateway);
    await sql`
      INSERT INTO event (device_id, id, gateway_id, recorded_at, received_at, type, attributes, content_hash)
      SELECT ${deviceId}, gen_random_uuid(), ${gateway.id}, '2025-01-01', now(), 't', '{}', '' FROM generate_series(1, 5001)`.execute(
      own.db,
    );
    expect(await retain({ days: { events: 60 } })).toEqual({ eventsRows: 5001 });
    expect(await count('event')).toBe(0);
  });
});

describe('rollups', () => {
  const old = new Date(monthOf(2025, 1));
  const mark = () => sql`INSERT INTO rollup_mark VALUES (${old}, '{1}')`.execute(own.db);
  const rollUpAll = () => rollUp(own.db, 'month', NOW, new AbortController().signal);
  it('are made before their readings go, and outlive them', async () => {
    await storeReadings([2025, 1], [2026, 11]);
    await mark();
    expect(await retain({ days: { readings: 60 } })).toEqual({ readingsWaiting: 'rollups' });
    expect(await count('reading')).toBe(2);
    await rollUpAll();
    expect(await count('rollup_day')).toBe(1);
    expect(await retain({ days: { readings: 60 } })).toMatchObject({ readingsPartitions: 1 });
    expect(await count('rollup_day')).toBe(1);
    await mark();
    await rollUpAll();
    expect(await count('rollup_day')).toBe(1);
    const { rows } = await sql`SELECT readings_from AS "from" FROM rollup_floor`.execute(own.db);
    expect(rows).toEqual([{ from: new Date('2025-02-01') }]);
  });

  it('go when they are old themselves', async () => {
    await storeReadings([2025, 1]);
    await mark();
    await rollUpAll();
    expect(await retain({ days: { rollups: 60 } })).toMatchObject({ rollupsRows: 1, rollupsPartitions: 2 });
    expect([await count('rollup_day'), await count('reading')]).toEqual([0, 1]);
  });
});

describe('rows go one by one', () => {
  const at = (days: number) => new Date(NOW - days * DAY);

  it('dead letters, by when their fault was last seen', async () => {
    const gateway = await own.createGateway();
    const letter = (days: number) => ({
      ...{ id: uuid({ msecs: at(days).getTime() }), customerId: gateway.customerId, gatewayId: gateway.id },
      ...({
        fingerprint: Buffer.from(uuid()),
        code: 'TIME_INVALID',
        path: '',
        detail: '',
        topic: '',
        seen: 1,
        size: 1,
      } as const),
      ...{ deviceKey: undefined, ref: undefined, item: Buffer.from('x'), messageId: uuid(), receivedAt: at(days) },
    });
    await recordDeadLetters(own.db, [letter(31), letter(29)], 100);
    expect(await retain({ days: { deadLetters: 30 } })).toEqual({ deadLettersRows: 1 });
    expect(await count('dead_letter')).toBe(1);
  });

  it('audit entries', async () => {
    const entry = (days: number) =>
      ({ id: uuid({ msecs: at(days).getTime() }), at: at(days), actor_kind: 'operator' }) as const;
    await own.db
      .insertInto('audit_entry')
      .values([800, 1].map((days) => ({ ...entry(days), action: 'keys.rotated' })))
      .execute();
    expect(await retain({ days: { audit: 730 } })).toEqual({ auditRows: 1 });
    expect(await count('audit_entry')).toBe(1);
  });

  it('sessions that ended, tokens that were used, and enrolments that nobody decided', async () => {
    const { id: gateway } = await own.createGateway();
    const session = (created: number, expires: number, revoked?: number) => ({
      ...{ id: uuid(), gateway_id: gateway, created_at: at(created), expires_at: at(expires) },
      revoked_at: revoked === undefined ? null : at(revoked),
    });
    const [expired, revoked, ended, living] = [
      session(300, 91),
      session(300, -300, 91),
      session(300, 10),
      session(300, -10),
    ];
    await own.db.insertInto('session').values([expired, revoked, ended, living]).execute();
    const token = (session_id: string, used?: number) => ({
      ...{ hash: Buffer.from(uuid()), session_id, issued_at: at(200) },
      used_at: used === undefined ? null : at(used),
    });
    await own.db
      .insertInto('refresh_token')
      .values([token(expired.id), token(living.id, 100), token(living.id, 50), token(living.id)])
      .execute();
    const enrolment = (expires: number) => ({
      ...{
        id: uuid(),
        device_code_hash: Buffer.from(uuid()),
        user_code: uuid(),
        created_at: at(200),
        expires_at: at(expires),
      },
    });
    await own.db
      .insertInto('enrolment')
      .values([enrolment(100), enrolment(10)])
      .execute();
    expect(await retain({ days: { sessions: 90 } })).toEqual({ sessionsRows: 4 });
    const left = await own.db.selectFrom('session').select('id').orderBy('id').execute();
    expect(left.map(({ id }) => id)).toEqual([ended.id, living.id].sort());
    expect(await count('refresh_token')).toBe(2);
    expect(await count('enrolment')).toBe(1);
  });

  it('the books of a broker process once all of it is old, since its numbers belong together', async () => {
    const { id: gatewayId } = await own.createGateway();
    const [gone, working] = [uuid(), uuid()];
    const entry = (brokerId: string, days: number) => ({
      ...({
        gatewayId,
        brokerId,
        hour: at(days).getTime(),
        seen: [[days, days]],
        voided: [],
        stored: 1,
        duplicate: 0,
      } as const),
      ...{ rejected: 0, itemsStored: 1, itemsDuplicate: 0, itemsRejected: 0 },
    });
    await appendCounts([entry(gone, 800), entry(gone, 790), entry(working, 800), entry(working, 1)]).execute(own.db);
    await foldCounts(own.db);
    expect(await retain({ days: { ledger: 730 } })).toEqual({ ledgerRows: 3 });
    expect(await count('ingest_sequence')).toBe(1);
    const left = await own.db.selectFrom('ingest_ledger').select('broker_id').execute();
    expect(left.map(({ broker_id }) => broker_id)).toEqual([working, working]);
  });

  it('ids of batches, but none that a job in the queue may still have', async () => {
    await own.db
      .insertInto('ingest_batch')
      .values([100, 95, 10].map((days) => ({ id: uuid(), committed_at: at(days) })))
      .execute();
    const days = { batches: 90 };
    expect(await retain({ days, oldestJob: async () => at(97).getTime() })).toEqual({ batchesRows: 1 });
    expect(await retain({ days, oldestJob: async () => at(1).getTime() })).toEqual({ batchesRows: 1 });
    expect(await count('ingest_batch')).toBe(1);
  });

  it('times in which gateways were online, by their end', async () => {
    const { id } = await own.createGateway();
    const period = (since: number, until: number) => ({
      ...{ gateway_id: id, online_since: at(since), offline_since: at(until) },
      ...{ end_reason: 'disconnected', connections: 1 },
    });
    await own.db
      .insertInto('gateway_presence_period')
      .values([period(450, 401), period(402, 399)])
      .execute();
    expect(await retain({ days: { connectivity: 400 } })).toEqual({ connectivityRows: 1 });
    const left = await own.db.selectFrom('gateway_presence_period').select('offline_since').execute();
    expect(left).toEqual([{ offline_since: at(399) }]);
  });

  it('receipts that were not fetched', async () => {
    const { id } = await own.createGateway();
    const receipt = (days: number) => ({
      ...{ gateway_id: id, batch_id: uuid(), committed_at: at(days) },
      body: JSON.stringify({}),
    });
    await own.db
      .insertInto('receipt')
      .values([receipt(1.1), receipt(0.9)])
      .execute();
    expect(await retain({ days: { receipts: 1 } })).toEqual({ receiptsRows: 1 });
    expect(await count('receipt')).toBe(1);
  });

  it('each kind for itself: a fault of one is told, and keeps none of the others', async () => {
    await own.db
      .insertInto('ingest_batch')
      .values({ id: uuid(), committed_at: at(100) })
      .execute();
    await storeReadings([2025, 1]);
    const oldestJob = () => Promise.reject(new Error('the queue is away'));
    await expect(retain({ days: { batches: 90, readings: 60 }, oldestJob })).rejects.toThrow(
      'batches: the queue is away',
    );
    expect(await names('reading')).toEqual([]);
    expect(await count('ingest_batch')).toBe(1);
  });
});

it('what would go is what goes', async () => {
  const gateway = await own.createGateway();
  await storeReadings([2025, 1], [2025, 2], [2026, 11]);
  for (const time of [monthOf(2025, 1), NOW]) await storeEvent(gateway, time);
  await sql`ANALYZE`.execute(own.db);
  const days = { readings: 60, events: 60 };
  const settings = { ...defaults, retentionDays: { ...forEver, ...days } };
  for (const kept of ['readings', 'events'] as const) {
    const before = goesBefore(kept, settings, NOW) as number;
    expect(await measureOld(own.db, kept, before)).toEqual({
      partitions: kept === 'readings' ? 2 : 3,
      rows: kept === 'readings' ? 2 : 4,
      bytes: expect.any(Number),
    });
  }
  expect(await retain({ days })).toMatchObject({
    readingsRows: 2,
    readingsPartitions: 2,
    eventsRows: 4,
    eventsPartitions: 3,
  });
});

it('every partitioned table has its period', () => {
  expect([...new Set(KEPT.flatMap(partitionedTablesOf))].sort()).toEqual([...PARTITIONED_TABLES].sort());
});
