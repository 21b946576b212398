import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { migrateAll } from '../src/commands/migrate.ts';
import { type Database, openDatabase } from '../src/db/database.ts';
import { ensurePartitions } from '../src/db/partitions.ts';
import { findClusterFolder, startEmbeddedPostgres } from '../src/embedded/index.ts';
import { loadKeys } from '../src/identity/keys.ts';
import { openSession } from '../src/identity/sessions.ts';
import { createTokens } from '../src/identity/tokens.ts';
import { createLog } from '../src/telemetry/log.ts';
import { found, freePort } from './found.ts';
import type { LoadOrder, LoadReport } from './load.ts';
import { cpuSecondsOf, type Measured, startNode, startProgram } from './processes.ts';

/**
 * `npm run bench:ingest`: acknowledged and stored messages per second, CPU per message and latency, side by side with
 * bare Aedes, with COPY of the same rows, and with a subscriber script on Mosquitto. Ratios of one run can be compared;
 * absolute figures belong to the machine.
 */
const { values: flags } = parseArgs({
  options: {
    messages: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '20' },
    window: { type: 'string', default: '200' },
  },
});
const MESSAGES = Number(flags.messages);
const ROUNDS = Number(flags.rounds);
const CONNECTIONS = Number(flags.connections);
const WINDOW = Number(flags.window);
const LATENCY_MESSAGES = 5_000;
const LATENCY_RATE = 500;
const DAY = 86_400_000;
/** No one gateway of an installation may send as much as a benchmark does. */
const UNLIMITED = fileURLToPath(new URL('../../bench/unlimited.config.ts', import.meta.url));

type Backend = 'redis' | 'postgres';
type Figures = Record<string, number>;

const log = createLog('bench', { level: 'warn', pretty: true });
const dataDir = await mkdtemp(join(tmpdir(), 'stepcloud-bench-'));
const postgres = await startEmbeddedPostgres({ dataDir, log, settings: { track_commit_timestamp: 'on' } });
const redisPort = found('redis-server') ? await freePort() : undefined;
const redis = redisPort === undefined ? undefined : await startRedis(redisPort);
const results: Record<string, Figures[]> = {};
try {
  await migrateAll({ databaseUrl: postgres.url }, log);
  const db = openDatabase({ url: postgres.url, poolSize: 3, log });
  const login = await createGateway(db);
  const backends: Backend[] = redis ? ['redis', 'postgres'] : ['postgres'];
  for (let round = 0; round < ROUNDS; round++) {
    await note('bare Aedes', () => runBareAedes());
    for (const backend of backends)
      await note(`StepCloud, queue on ${backend}`, () => runStepCloud(db, login, backend));
    await note('worker alone', () => runWorkerAlone(db, login, backends[0] as Backend));
    await note('COPY of the same rows', () => runCopy(db));
    if (found('mosquitto')) await note('Mosquitto and a subscriber script', () => runNaive());
  }
  for (const backend of backends)
    await note(`latency at ${LATENCY_RATE}/s, queue on ${backend}`, () => runLatency(db, login, backend));
  await db.destroy();
} finally {
  await redis?.stop();
  const cluster = await findClusterFolder(dataDir);
  await postgres.stop();
  for (const folder of [dataDir, cluster]) if (folder) await rm(folder, { recursive: true, force: true });
}
await report();

async function note(name: string, run: () => Promise<Figures>): Promise<void> {
  const figures = await run();
  results[name] = [...(results[name] ?? []), figures];
  console.error(name, JSON.stringify(figures));
}

interface Login {
  id: string;
  token: string;
}

async function createGateway(db: Database): Promise<Login> {
  const [customer, office, id] = [randomUUID(), randomUUID(), randomUUID()];
  await db.insertInto('customer').values({ id: customer, name: 'Bench' }).execute();
  await db.insertInto('office').values({ id: office, customer_id: customer, name: 'Bench' }).execute();
  await db.insertInto('gateway').values({ id, customer_id: customer, office_id: office }).execute();
  const tokens = createTokens(await loadKeys(join(dataDir, 'keys.json')));
  const { token } = await openSession(db, tokens, 'gateway', id, { now: Date.now(), lifetimeMs: DAY });
  return { id, token };
}

function roleEnv(backend: Backend, mqttPort: number): NodeJS.ProcessEnv {
  return {
    DATABASE_URL: postgres.url,
    REDIS_URL: backend === 'redis' ? `redis://127.0.0.1:${redisPort}` : '',
    STEPCLOUD_DATA_DIR: dataDir,
    STEPCLOUD_BROKER_CONFIG: UNLIMITED,
    MQTT_PORT: String(mqttPort),
  };
}

/** Each run has a device of its own, so that no reading is a duplicate of an earlier run. */
function order(port: number, login: Login, part: Partial<LoadOrder> = {}): LoadOrder {
  return {
    port,
    username: login.id,
    password: login.token,
    topic: `v1/gateways/${login.id}/devices/${randomUUID()}/readings`,
    connections: CONNECTIONS,
    window: WINDOW,
    messages: MESSAGES,
    from: Date.now() - DAY,
    rate: 0,
    ...part,
  };
}

async function load(what: LoadOrder): Promise<LoadReport> {
  const { child, stop } = await startNode('./load.js', [], {}, 'now');
  child.send(what);
  const report = await new Promise<LoadReport>((resolve, reject) => {
    child.once('message', (message) => resolve(message as LoadReport));
    child.once('exit', () => reject(new Error('the load generator ended without a report')));
  });
  await stop();
  return report;
}

async function runBareAedes(): Promise<Figures> {
  const broker = await startNode<number>('./bare-aedes.js', [], {});
  const before = broker.cpuSeconds();
  const { seconds, acknowledged } = await load(order(broker.said, { id: 'bench', token: 'bench' }));
  const cpu = broker.cpuSeconds() - before;
  await broker.stop();
  return { acknowledgedPerSecond: acknowledged / seconds, brokerMicroseconds: (cpu / acknowledged) * 1e6 };
}

async function runStepCloud(db: Database, login: Login, backend: Backend): Promise<Figures> {
  const port = await freePort();
  const worker = await startNode('cli', ['worker'], roleEnv(backend, port));
  const broker = await startNode('cli', ['broker'], roleEnv(backend, port));
  const before = {
    broker: broker.cpuSeconds(),
    worker: worker.cpuSeconds(),
    postgres: cpuSecondsOf('cluster_name=stepcloud'),
  };
  const stored = await countReadings(db);
  const startedAt = performance.now();
  const { seconds, acknowledged, cpuSeconds } = await load(order(port, login));
  await untilStored(db, stored + acknowledged);
  const all = (performance.now() - startedAt) / 1000;
  const micro = (cpu: number) => (cpu / acknowledged) * 1e6;
  const figures = {
    acknowledgedPerSecond: acknowledged / seconds,
    storedPerSecond: acknowledged / all,
    brokerMicroseconds: micro(broker.cpuSeconds() - before.broker),
    workerMicroseconds: micro(worker.cpuSeconds() - before.worker),
    loadMicroseconds: micro(cpuSeconds),
  };
  await broker.stop();
  await worker.stop();
  return figures;
}

/** A full queue and nobody else at work: what the worker stores per second. */
async function runWorkerAlone(db: Database, login: Login, backend: Backend): Promise<Figures> {
  const port = await freePort();
  const broker = await startNode('cli', ['broker'], roleEnv(backend, port));
  const stored = await countReadings(db);
  const { acknowledged } = await load(order(port, login));
  await broker.stop();
  const worker = await startNode('cli', ['worker'], roleEnv(backend, port));
  await untilStored(db, stored + 1);
  const first = await countReadings(db);
  const firstAt = performance.now();
  await untilStored(db, stored + acknowledged);
  const seconds = (performance.now() - firstAt) / 1000;
  await worker.stop();
  return { storedPerSecond: (stored + acknowledged - first) / seconds };
}

/** COPY of rows like those of a run into the same table, streamed by one connection as a plain loader would. */
async function runCopy(db: Database): Promise<Figures> {
  const from = Date.now() - 2 * DAY;
  await ensurePartitions(db, 'reading', [from, from + DAY], 'month');
  const { rows } = await sql<{
    top: number;
  }>`SELECT coalesce(max(sensor_id), 0)::int4 + 1000 AS top FROM reading`.execute(db);
  const sensor = rows[0]?.top ?? 1;
  const each = Math.floor(MESSAGES / CONNECTIONS);
  function* lines(): Generator<string> {
    for (let n = 0; n < each; n++) {
      const time = new Date(from + n).toISOString();
      let chunk = '';
      for (let at = 0; at < CONNECTIONS; at++) chunk += `${time}\t12.5\t${sensor + at}\t3600\n`;
      yield chunk;
    }
  }
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  const startedAt = performance.now();
  const copy = client.query(copyFrom('COPY reading (recorded_at, value, sensor_id, received_after) FROM STDIN'));
  await pipeline(Readable.from(lines()), copy);
  const seconds = (performance.now() - startedAt) / 1000;
  await client.end();
  await sql`DELETE FROM reading WHERE sensor_id >= ${sensor}`.execute(db);
  return { storedPerSecond: (each * CONNECTIONS) / seconds };
}

async function runNaive(): Promise<Figures> {
  const port = await freePort();
  const config = join(dataDir, 'mosquitto.conf');
  await writeFile(config, `listener ${port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n`);
  const mosquitto = await startProgram(found('mosquitto') as string, ['-c', config], port);
  const db = openDatabase({ url: postgres.url, poolSize: 1, log });
  await sql`DROP TABLE IF EXISTS naive`.execute(db);
  const subscriber = await startNode('./naive-subscriber.js', [`mqtt://127.0.0.1:${port}`, postgres.url], {});
  const messages = Math.floor(MESSAGES / 5);
  const startedAt = performance.now();
  await load(order(port, { id: 'bench', token: 'bench' }, { messages }));
  const expected = Math.floor(messages / CONNECTIONS) * CONNECTIONS;
  await until(async () => {
    const { rows } = await sql<{ count: number }>`SELECT count(*)::int4 AS count FROM naive`.execute(db);
    return (rows[0]?.count ?? 0) >= expected;
  });
  const seconds = (performance.now() - startedAt) / 1000;
  await subscriber.stop();
  await mosquitto.stop();
  await db.destroy();
  return { storedPerSecond: expected / seconds };
}

/** From the sending of a message, which is its time, to the commit of its row, which Postgres notes. */
async function runLatency(db: Database, login: Login, backend: Backend): Promise<Figures> {
  const port = await freePort();
  const worker = await startNode('cli', ['worker'], roleEnv(backend, port));
  const broker = await startNode('cli', ['broker'], roleEnv(backend, port));
  const stored = await countReadings(db);
  const sentFrom = new Date();
  const what = order(port, login, { connections: 10, messages: LATENCY_MESSAGES, rate: LATENCY_RATE });
  const { acknowledged } = await load(what);
  await untilStored(db, stored + acknowledged * 0.99); // two messages of a sensor in one millisecond are one reading
  await delay(1_000);
  const { rows } = await sql<{ p50: number; p99: number }>`
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS p50, percentile_cont(0.99) WITHIN GROUP (ORDER BY ms) AS p99
    FROM (
      SELECT 1000 * extract(epoch FROM pg_xact_commit_timestamp(xmin) - recorded_at)::float8 AS ms
      FROM reading WHERE recorded_at >= ${sentFrom}
    ) AS latencies`.execute(db);
  await broker.stop();
  await worker.stop();
  return { p50Milliseconds: rows[0]?.p50 ?? Number.NaN, p99Milliseconds: rows[0]?.p99 ?? Number.NaN };
}

/** Counted by the ledger, which is as true as the rows and much faster to ask. */
async function countReadings(db: Database): Promise<number> {
  const { rows } = await sql<{ stored: number }>`
    SELECT coalesce(sum(items_stored), 0)::float8 AS stored
    FROM (SELECT items_stored FROM ingest_count UNION ALL SELECT items_stored FROM ingest_ledger) AS books`.execute(db);
  return rows[0]?.stored ?? 0;
}

function untilStored(db: Database, count: number): Promise<void> {
  return until(async () => (await countReadings(db)) >= count);
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const startedAt = performance.now(); !(await condition()); await delay(20)) {
    if (performance.now() - startedAt > 300_000) throw new Error('not everything was stored within five minutes');
  }
}

async function startRedis(port: number): Promise<Measured> {
  const options = {
    port,
    bind: '127.0.0.1',
    dir: dataDir,
    appendonly: 'yes',
    save: '',
    'maxmemory-policy': 'noeviction',
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return startProgram(found('redis-server') as string, args, port);
}

function median(runs: readonly Figures[], name: string): number | undefined {
  const figures = runs.flatMap((run) => (run[name] === undefined ? [] : [run[name]])).sort((a, b) => a - b);
  return figures[figures.length >> 1];
}

async function report(): Promise<void> {
  const figure = (name: string, key: string) => median(results[name] ?? [], key);
  const ratio = (a: number | undefined, b: number | undefined) =>
    a === undefined || b === undefined ? undefined : a / b;
  const [bare, copy, naive] = ['bare Aedes', 'COPY of the same rows', 'Mosquitto and a subscriber script'];
  const ratios: Record<string, number | undefined> = {};
  for (const backend of ['redis', 'postgres']) {
    const name = `StepCloud, queue on ${backend}`;
    ratios[`stored/s against bare Aedes, queue on ${backend}`] = ratio(
      figure(name, 'storedPerSecond'),
      figure(bare as string, 'acknowledgedPerSecond'),
    );
    ratios[`broker CPU against bare Aedes, queue on ${backend}`] = ratio(
      figure(name, 'brokerMicroseconds'),
      figure(bare as string, 'brokerMicroseconds'),
    );
    ratios[`stored/s against Mosquitto and a script, queue on ${backend}`] = ratio(
      figure(name, 'storedPerSecond'),
      figure(naive as string, 'storedPerSecond'),
    );
  }
  ratios['worker alone against COPY'] = ratio(
    figure('worker alone', 'storedPerSecond'),
    figure(copy as string, 'storedPerSecond'),
  );
  const table = Object.entries(results).map(([name, runs]) => ({
    run: name,
    ...Object.fromEntries(
      [...new Set(runs.flatMap((run) => Object.keys(run)))].map((key) => [key, round(median(runs, key))]),
    ),
  }));
  console.table(table);
  console.table(Object.fromEntries(Object.entries(ratios).map(([name, value]) => [name, round(value)])));
  const machine = { cpus: cpus().length, model: cpus()[0]?.model, node: process.version };
  const settings = { messages: MESSAGES, rounds: ROUNDS, connections: CONNECTIONS, window: WINDOW };
  await writeFile('bench/results.json', `${JSON.stringify({ machine, settings, ratios, results }, null, 2)}\n`);
}

function round(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Number(value.toPrecision(3));
}
