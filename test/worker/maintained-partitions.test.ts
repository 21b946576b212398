import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type BrokerSettings, loadConfig } from '../../src/config.ts';
import { ensurePartitions, listPartitions, PARTITIONED_TABLES } from '../../src/db/partitions.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import type { JobContext } from '../../src/worker/job.ts';
import { makePartitionsJob, packPartitionsJob } from '../../src/worker/maintained-partitions.ts';
import { type Own, ownDatabase } from '../db/tenant.ts';

const DAY = 86_400_000;
const at = (text: string): number => Date.parse(text);
const log = createLog('test', { level: 'silent', pretty: false });
const { settings } = await loadConfig({ DATABASE_URL: 'postgres://localhost/none' });

let own: Own;
beforeAll(async () => {
  own = await ownDatabase();
});
afterAll(() => own.close());
afterEach(async () => {
  for (const table of PARTITIONED_TABLES)
    for (const { name } of await listPartitions(own.db, table))
      await sql`DROP TABLE ${sql.table(name)}`.execute(own.db);
});

function contextAt(now: number, changed: Partial<BrokerSettings> = {}): JobContext {
  const db = own.open('-c application_name=partitions', 1);
  const signal = new AbortController().signal;
  const metrics = createMetrics().maintenance;
  const queue = { oldestJob: async () => undefined };
  const measureDisk = async () => undefined;
  return { db, queue, measureDisk, settings: { ...settings, ...changed }, clock: () => now, signal, metrics, log };
}

describe('partitions are made ahead', () => {
  const made = async () => (await listPartitions(own.db, 'reading')).map(({ name }) => name.replace('reading_', ''));

  it('of every table, for a week to come, once', async () => {
    expect(await makePartitionsJob.run(contextAt(at('2026-11-23')))).toEqual({ partitions: PARTITIONED_TABLES.length });
    expect(await made()).toEqual(['20261101_20261201']);
    expect(await makePartitionsJob.run(contextAt(at('2026-11-23T12:00Z')))).toBeUndefined();
    expect(await makePartitionsJob.run(contextAt(at('2026-11-24')))).toEqual({ partitions: PARTITIONED_TABLES.length });
    expect(await made()).toEqual(['20261101_20261201', '20261201_20270101']);
  });

  it('in spans of a day', async () => {
    await makePartitionsJob.run(contextAt(at('2026-11-28T23:59Z'), { partitionSpan: 'day' }));
    expect(await made()).toHaveLength(8);
    expect((await made()).at(-1)).toBe('20261205_20261206');
  });

  it('beside those that late data made', async () => {
    await ensurePartitions(own.db, 'reading', [at('2026-11-25')], 'day');
    await makePartitionsJob.run(contextAt(at('2026-11-23')));
    expect(await made()).toEqual(['20261101_20261125', '20261125_20261126', '20261126_20261201']);
  });
});

describe('closed partitions', () => {
  const NAME = 'reading_20261101_20261201';
  const CLOSED = at('2026-12-08');

  /** Values of some sensors, in no order. */
  async function fill(values: number): Promise<void> {
    await ensurePartitions(own.db, 'reading', [at('2026-11-15')], 'month');
    await sql`
      INSERT INTO reading SELECT '2026-11-15'::timestamptz + make_interval(secs => n), n, n % 50, 0
      FROM generate_series(1, ${values}::int4) AS n ORDER BY hashint4(n)`.execute(own.db);
  }
  const indexes = async () => {
    const { rows } = await sql<{ name: string; valid: boolean }>`
      SELECT relname AS name, indisvalid AS valid FROM pg_index JOIN pg_class ON oid = indexrelid
      WHERE indrelid = ${NAME}::regclass ORDER BY 1`.execute(own.db);
    return rows;
  };
  const KEY = [{ name: `${NAME}_pkey`, valid: true }];

  it('have their indexes built anew once, a week after their end, and take less room', async () => {
    await fill(20_000);
    expect(await packPartitionsJob.run(contextAt(CLOSED - 1))).toBeUndefined();
    const result = await packPartitionsJob.run(contextAt(CLOSED));
    expect(result).toEqual({ partitions: 1, bytesBefore: expect.any(Number), bytesAfter: expect.any(Number) });
    expect(Number(result?.bytesAfter)).toBeLessThan(0.8 * Number(result?.bytesBefore));
    expect(await indexes()).toEqual(KEY);
    expect(await packPartitionsJob.run(contextAt(CLOSED + DAY))).toBeUndefined();
    const { rows } = await sql<{ count: number }>`SELECT count(*)::int4 AS count FROM reading`.execute(own.db);
    expect(rows).toEqual([{ count: 20_000 }]);
  });

  it('are written and read meanwhile, and a run that is killed leaves nothing that the next one does not mend', async () => {
    await fill(1_000);
    const reader = own.open(undefined, 1);
    await reader
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (tx) => {
        await sql`SELECT FROM reading LIMIT 1`.execute(tx);
        const killed = expect(packPartitionsJob.run(contextAt(CLOSED))).rejects.toThrow();
        await vi.waitFor(async () => expect(await indexes()).toHaveLength(2), { timeout: 10_000, interval: 20 });
        await sql`INSERT INTO reading VALUES ('2026-11-20', 1, 99, 0)`.execute(own.db);
        expect((await sql`SELECT FROM reading`.execute(own.db)).rows).toHaveLength(1_001);
        await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'partitions' AND state = 'active'`.execute(own.db);
        await killed;
      });
    expect(await indexes()).toContainEqual({ name: expect.stringContaining('ccnew'), valid: false });
    expect(await packPartitionsJob.run(contextAt(CLOSED))).toMatchObject({ partitions: 1 });
    expect(await indexes()).toEqual(KEY);
  });
});
