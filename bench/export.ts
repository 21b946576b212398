import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { createBody } from '../src/api/exports/body.ts';
import { csv, type Format, NDJSON } from '../src/api/exports/formats.ts';
import { READING_COLUMNS, readingPages } from '../src/api/exports/readings.ts';
import { createTimeWriters } from '../src/api/exports/times.ts';
import { migrateAll } from '../src/commands/migrate.ts';
import { type Database, openDatabase } from '../src/db/database.ts';
import { ensurePartitions } from '../src/db/partitions.ts';
import { findClusterFolder, startEmbeddedPostgres } from '../src/embedded/index.ts';
import { createLog } from '../src/telemetry/log.ts';
import { createDataset } from './dataset.ts';

/**
 * `npm run bench:export`: how fast readings leave over HTTP, of one sensor that has them all and of a thousand that have a thousand
 * each, and what a reader costs that stands still.
 */
const { values: flags } = parseArgs({
  options: { readings: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '3' } },
});
const READINGS = Number(flags.readings);
const FROM = Date.UTC(2026, 7, 1);
const TO = new Date(FROM + 365 * 86_400_000);
const STALL_MS = 600_000;

const log = createLog('bench', { level: 'warn', pretty: true });
const dataDir = await mkdtemp(join(tmpdir(), 'stepcloud-bench-'));
const postgres = await startEmbeddedPostgres({ dataDir, log });
try {
  await migrateAll({ databaseUrl: postgres.url }, log);
  const db = openDatabase({ url: postgres.url, poolSize: 2, log });
  await fill(db);
  const plain = csv({ guarded: true });
  await measure(db, 'one sensor, CSV', plain, ['sensor 1']);
  await measure(db, 'one sensor, CSV, packed', plain, ['sensor 1'], true);
  await measure(db, 'one sensor, NDJSON', NDJSON, ['sensor 1']);
  await measure(db, '1,000 sensors, CSV', plain, undefined);
  await measureStandstill(db, plain);
  await db.destroy();
} finally {
  const cluster = await findClusterFolder(dataDir);
  await postgres.stop();
  for (const folder of [dataDir, cluster]) if (folder) await rm(folder, { recursive: true, force: true });
}

/** The first sensor has a reading a second, each of the others a thousandth as many: in the order in which they arrive. */
async function fill(db: Database): Promise<void> {
  const { sensorIds } = await createDataset(db, { sensors: 1_001, days: 0, readings: 0, denseDays: 0 }, FROM);
  const [first, ...others] = sensorIds;
  await ensurePartitions(db, 'reading', [FROM, FROM + READINGS * 1_000], 'month');
  await sql`
    INSERT INTO reading (sensor_id, recorded_at, value, received_after)
    SELECT sensor, to_timestamp(${FROM / 1000}::float8 + n), 20 + round((random() * 10)::numeric, 2)::float8, 2
    FROM generate_series(0, ${READINGS - 1}) AS n,
      LATERAL (SELECT ${first}::int4 UNION ALL SELECT (${others}::int4[])[1 + n % 1000]) AS wanted (sensor)`.execute(
    db,
  );
  await sql`VACUUM ANALYZE reading`.execute(db);
}

/** An export as the API sends it, and its reader on the other side. */
async function open(db: Database, format: Format, labels: string[] | undefined, gzip: boolean) {
  const { rows } = await sql<{ id: string }>`SELECT customer_id AS id FROM device`.execute(db);
  const scope = { customerIds: rows.map(({ id }) => id), officeIds: [] };
  const place = { deviceIds: undefined, officeId: undefined, customerId: undefined };
  const filter = { ...place, from: new Date(FROM), to: TO, labels };
  const server = createServer((_, response) => {
    const writing = { format, timeWriter: createTimeWriters(undefined) };
    const pages = readingPages((work) => work(db, scope), { filter, after: undefined }, writing);
    const body = createBody({ format, columns: READING_COLUMNS, pages, of: {}, gzip, stallMs: STALL_MS });
    pipeline(body.stream, response, () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const [answer] = (await once(get({ port: (server.address() as AddressInfo).port }), 'response')) as [IncomingMessage];
  return { answer, close: () => server.close().closeAllConnections() };
}

async function measure(db: Database, name: string, format: Format, labels: string[] | undefined, gzip = false) {
  for (let round = 0; round < Number(flags.rounds); round++) {
    const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
    const { answer, close } = await open(db, format, labels, gzip);
    let bytes = 0;
    for await (const chunk of answer) bytes += (chunk as Buffer).length;
    close();
    const seconds = (performance.now() - startedAt) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    const rows = labels ? READINGS : 2 * READINGS;
    const figures = [`${Math.round(rows / seconds)} rows/s`, `${(bytes / 1e6).toFixed(0)} MB`];
    const own = `${((user + system) / rows).toFixed(2)} µs of CPU a row here`;
    console.log(`${name}: ${[...figures, own].join(', ')}, load ${loadavg()[0]?.toFixed(1)}`);
  }
}

/** What the process grows by while a reader holds an export for ten seconds, after one page or two. */
async function measureStandstill(db: Database, format: Format): Promise<void> {
  const { answer, close } = await open(db, format, ['sensor 1'], false);
  answer.pause();
  await delay(2_000);
  const before = process.memoryUsage();
  await delay(10_000);
  const after = process.memoryUsage();
  const grown = (field: 'rss' | 'heapUsed' | 'arrayBuffers') => ((after[field] - before[field]) / 1e6).toFixed(1);
  console.log(`a reader that stands still, MB in 10 s: rss ${grown('rss')}, buffers ${grown('arrayBuffers')}`);
  answer.destroy();
  close();
}
