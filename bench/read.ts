import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { finestGrid } from '../src/api/bucket-widths.ts';
import { openZone, type Zone } from '../src/api/zone.ts';
import { migrateAll } from '../src/commands/migrate.ts';
import { readBuckets } from '../src/db/buckets.ts';
import { listUntouchedPartitions, packPartition } from '../src/db/closed-partitions.ts';
import { type Database, openDatabase } from '../src/db/database.ts';
import { latestReadings } from '../src/db/latest-views.ts';
import { ensurePartitions } from '../src/db/partitions.ts';
import { readReadings } from '../src/db/reading-views.ts';
import { insertReadings } from '../src/db/readings.ts';
import { appendMarks, DAY, floorTo, HOUR, MINUTE } from '../src/db/rollups.ts';
import { findClusterFolder, startEmbeddedPostgres } from '../src/embedded/index.ts';
import { createLog } from '../src/telemetry/log.ts';
import { countFilledDays, createDataset, type Dataset, fillDays, findDataset } from './dataset.ts';
import { explain, listLargeTables, openRecorded, type Recorded } from './plans.ts';

/**
 * `npm run bench:read`: what it takes to answer questions about stored readings, and to store more, while the data grows. Ratios
 * of one run can be compared; absolute figures belong to the machine. `--readings` and `--dense-days` scale the data. `--keep` names
 * a folder in which the database stays, so that a run of the same amount asks again without filling it again.
 */
const { values: flags } = parseArgs({
  options: {
    sensors: { type: 'string', default: '1000' },
    days: { type: 'string', default: '90' },
    readings: { type: 'string', default: '1000000' },
    'dense-days': { type: 'string', default: '30' },
    steps: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '21' },
    keep: { type: 'string' },
  },
});
const AMOUNT = {
  sensors: Number(flags.sensors),
  days: Number(flags.days),
  readings: Number(flags.readings),
  denseDays: Number(flags['dense-days']),
};
const [STEPS, ROUNDS] = [Number(flags.steps), Number(flags.rounds)];
const FROM = Date.UTC(2026, 7, 1);
const NOW = FROM + AMOUNT.days * DAY;

type Figures = Record<string, number>;
type Question = (db: Database, dataset: Dataset) => Promise<unknown>;

const edges = (length: number, count: number, from = FROM) =>
  Array.from({ length: count + 1 }, (_, n) => from + n * length);
const buckets = (sensor: number, of: readonly number[]): Question => {
  return (db, { sensorIds }) => {
    const id = sensorIds[sensor] as number;
    return readBuckets(db, { id, valueType: 'number', measure: 'gauge' }, of, NOW);
  };
};
const SPAN = AMOUNT.denseDays * DAY;
/** As the API answers a chart that has room for 1,000 points. */
const chart = finestGrid(openZone('Europe/Berlin') as Zone, FROM, FROM + SPAN, 1_000)?.edges ?? [];

/** The first sensor has a reading a second, the tenth a few an hour, the second a few a day. */
const QUESTIONS: Record<string, Question> = {
  'latest values of all sensors': (db, { deviceId }) =>
    latestReadings(db, { id: deviceId }, { after: undefined, limit: AMOUNT.sensors }),
  '1 Hz as a chart of 1,000 points': buckets(0, chart),
  '1 Hz as 1,000 buckets': buckets(0, edges(floorTo(SPAN / 1_000, MINUTE), 1_000)),
  '1 Hz as 1,000 buckets with edges within minutes': buckets(0, edges(SPAN / 1_000, 1_000)),
  '1 Hz as hours': buckets(0, edges(HOUR, SPAN / HOUR)),
  '1 Hz as days': buckets(0, edges(DAY, SPAN / DAY)),
  '1 Hz as days of India': buckets(0, edges(DAY, SPAN / DAY, FROM - 5.5 * HOUR)),
  'few readings as 1,000 buckets': buckets(9, edges(floorTo(SPAN / 1_000, MINUTE), 1_000)),
  'page of 1,000 readings': (db, { sensorIds }) => {
    const range = { from: new Date(FROM + DAY), to: new Date(FROM + SPAN), order: 'asc', limit: 1_000 } as const;
    return readReadings(db, { id: sensorIds[0] as number, valueType: 'number' }, range);
  },
};

/** The same answers without what is kept for them. */
const PLAIN: Record<string, Question> = {
  'latest values of all sensors': (db, { sensorIds }) =>
    sql`
    SELECT id, last.* FROM unnest(${sensorIds}::int4[]) AS id, LATERAL (
      SELECT recorded_at, value FROM reading WHERE sensor_id = id ORDER BY recorded_at DESC LIMIT 1
    ) AS last`.execute(db),
  '1 Hz as 1,000 buckets': (db, { sensorIds }) =>
    sql`
    SELECT date_bin(make_interval(secs => ${floorTo(SPAN / 1_000, MINUTE) / 1_000}), recorded_at, ${new Date(FROM)}), count(*), min(value), max(value), sum(value)
    FROM reading WHERE sensor_id = ${sensorIds[0]} AND recorded_at >= ${new Date(FROM)} AND recorded_at < ${new Date(FROM + SPAN)}
    GROUP BY 1`.execute(db),
};

const log = createLog('bench', { level: 'warn', pretty: true });
const dataDir = flags.keep ? resolve(flags.keep) : await mkdtemp(join(tmpdir(), 'stepcloud-bench-'));
const postgres = await startEmbeddedPostgres({ dataDir, log });
const steps: { days: number; figures: Record<string, Figures> }[] = [];
const faults: string[] = [];
let packed: Figures = {};
try {
  await migrateAll({ databaseUrl: postgres.url }, log);
  const db = openDatabase({ url: postgres.url, poolSize: 1, log });
  const recorded = openRecorded(postgres.url, log);
  const dataset = (await findDataset(db, AMOUNT, FROM)) ?? (await createDataset(db, AMOUNT, FROM));
  for (let step = 0; step < STEPS; step++) {
    const [first, end] = [step, step + 1].map((n) => Math.round((AMOUNT.days * n) / STEPS)) as [number, number];
    const filled = await countFilledDays(db, dataset);
    if (filled > end) continue;
    const figures = {
      ...(filled < end ? { filling: await fillDays(db, dataset, AMOUNT, first, end - first) } : {}),
      storing: await measureStoring(db, dataset),
      bytes: await measureBytes(db),
      ...(await measureQuestions(db, dataset)),
    };
    steps.push({ days: end, figures });
    console.log(`after ${end} days`);
    for (const [name, own] of Object.entries(figures)) console.log(`${name}: ${show(own)}`);
  }
  packed = await measurePacked(db);
  console.log(`packed: ${show(packed)}`);
  await checkPlans(recorded, dataset);
  await db.destroy();
  await recorded.db.destroy();
} finally {
  const cluster = await findClusterFolder(dataDir);
  await postgres.stop();
  const folders = flags.keep ? [] : [dataDir, cluster];
  for (const folder of folders) if (folder) await rm(folder, { recursive: true, force: true });
}
const machine = { cpus: cpus().length, model: cpus()[0]?.model, node: process.version, load: loadavg()[0] };
await writeFile(
  'bench/read-results.json',
  `${JSON.stringify({ machine, amount: AMOUNT, steps, packed, faults }, null, 2)}\n`,
);
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;

/** Each question and its plain twin in turn, so that both meet the same machine. */
async function measureQuestions(db: Database, dataset: Dataset): Promise<Record<string, Figures>> {
  const found: Record<string, Figures> = {};
  for (const [name, question] of Object.entries(QUESTIONS)) {
    const plain = PLAIN[name];
    const times: number[] = [];
    const plainTimes: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      times.push(await time(() => question(db, dataset)));
      if (plain && round % 4 === 0) plainTimes.push(await time(() => plain(db, dataset)));
    }
    found[name] = { ...spread(times), ...(plain ? { timesFasterThanPlain: median(plainTimes) / median(times) } : {}) };
  }
  return found;
}

/** A batch with a reading of every sensor, later than all that is there, with its marks and without, in turn. */
async function measureStoring(db: Database, { sensorIds }: Dataset): Promise<Figures> {
  const { rows: last } = await sql<{ at: Date | null }>`
    SELECT max(recorded_at) AS at FROM reading WHERE sensor_id = ${sensorIds.at(-1)}`.execute(db);
  const at = Math.max(NOW, floorTo(last[0]?.at?.getTime() ?? 0, DAY)) + DAY;
  await ensurePartitions(db, 'reading', [at], 'month');
  const [marked, plain]: number[][] = [[], []];
  for (let round = 0; round < 2 * ROUNDS; round++) {
    const recordedAt = at + round * 1_000;
    const rows = sensorIds.map((sensorId) => ({ sensorId, recordedAt, receivedAt: recordedAt, value: round }));
    const withMarks = round % 2 === 0;
    const took = await time(() =>
      db.transaction().execute(async (tx) => {
        await insertReadings(tx, rows);
        if (withMarks) await appendMarks(new Map([[floorTo(recordedAt, HOUR), new Set(sensorIds)]])).execute(tx);
      }),
    );
    (withMarks ? marked : plain)?.push(took);
  }
  return {
    batchMilliseconds: median(marked ?? []),
    batchWithoutMarksMilliseconds: median(plain ?? []),
    marksCost: median(marked ?? []) / median(plain ?? []) - 1,
  };
}

async function measureBytes(db: Database): Promise<Figures> {
  const figures: Figures = {};
  for (const table of ['reading', 'rollup_minute', 'rollup_hour', 'rollup_day']) {
    const { rows } = await sql<{ bytes: number; rows: number }>`
      SELECT sum(pg_total_relation_size(relid))::float8 AS bytes,
        (SELECT count(*) FROM ${sql.table(table)})::float8 AS rows
      FROM pg_partition_tree(${table}) WHERE isleaf`.execute(db);
    const { rows: alone } = await sql<{
      bytes: number;
    }>`SELECT pg_total_relation_size(${table})::float8 AS bytes`.execute(db);
    const bytes = rows[0]?.bytes || (alone[0]?.bytes ?? 0);
    figures[`${table}Rows`] = rows[0]?.rows ?? 0;
    figures[`${table}BytesPerRow`] = bytes / (rows[0]?.rows ?? 1);
    figures[`${table}Megabytes`] = bytes / 1e6;
  }
  return figures;
}

/** What readings take in partitions whose months are over, once maintenance has built their indexes anew. */
async function measurePacked(db: Database): Promise<Figures> {
  const names = await listUntouchedPartitions(db, 'reading');
  const milliseconds = await time(async () => {
    for (const name of names) await packPartition(db, name);
  });
  const { readingRows = 0, readingBytesPerRow = 0 } = await measureBytes(db);
  return { readingRows, readingBytesPerRow, packingMilliseconds: milliseconds };
}

/** No question reads a large table from end to end, nor touches partitions of later months than it asks for. */
async function checkPlans({ db, record }: Recorded, dataset: Dataset): Promise<void> {
  const large = await listLargeTables(db);
  const end = new Date(FROM + SPAN).toISOString().slice(0, 10).replaceAll('-', '');
  for (const [name, question] of Object.entries(QUESTIONS)) {
    const { tables, scanned } = await explain(db, await record((own) => question(own, dataset)));
    for (const table of scanned) if (large.has(table)) faults.push(`${name}: reads all of ${table}`);
    for (const table of tables) {
      if ((/_(\d{8})_\d{8}$/.exec(table)?.[1] ?? '') > end) faults.push(`${name}: touches ${table} for nothing`);
    }
    console.log(`plan of ${name}: ${[...tables].sort().join(', ')}`);
  }
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function spread(times: readonly number[]): Figures {
  return { medianMilliseconds: median(times), leastMilliseconds: Math.min(...times) };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function show(figures: Figures): string {
  return Object.entries(figures)
    .map(([key, value]) => `${key} ${Number(value.toPrecision(3))}`)
    .join(', ');
}
