import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import type { MqttClient } from 'mqtt';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { backup as runBackup } from '../../src/commands/backup.ts';
import { migrateAll } from '../../src/commands/migrate.ts';
import { type BackupOptions, writeBackup } from '../../src/embedded/backup.ts';
import type { Manifest } from '../../src/embedded/backup-manifest.ts';
import { type EmbeddedPostgres, findEmbeddedPostgres } from '../../src/embedded/index.ts';
import { type RestoreOptions, restoreBackup } from '../../src/embedded/restore.ts';
import type { RoleName } from '../../src/roles.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { VERSION } from '../../src/version.ts';
import { isRoot, openSandbox, query, type Sandbox } from '../embedded/sandbox.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';

const CLI = fileURLToPath(new URL('../../dist/src/cli.js', import.meta.url));
const WAIT = { timeout: 15_000, interval: 50 };
const SLOW = { timeout: 120_000 };
const STORED_BEFORE = 20;
const START = Date.now() - 60_000;
const log = createLog('test', { level: 'silent', pretty: false });
const never = new AbortController().signal;

const ends: (() => Promise<unknown>)[] = [];
let origin: Sandbox;
let postgres: EmbeddedPostgres;
let world: World;
let gateway: TestGateway;
let client: MqttClient;
/** Made under load; no test changes it for long. */
let backup: string;
let manifest: Manifest;
/** The readings in their order, each with how far the WAL was on disk when it was acknowledged. */
const acknowledged: bigint[] = [];

beforeAll(async () => {
  origin = await openSandbox((remove) => ends.push(remove));
  postgres = await origin.start();
  const { url } = postgres;
  await migrateAll({ databaseUrl: url }, log);
  world = await openWorld(origin, url, ['broker']);
  gateway = await world.createGateway();
  client = await world.connect(gateway);
  backup = join(origin.root, 'backup');
  manifest = await backUpUnderLoad();
}, 120_000);
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

async function openWorld({ dataDir }: Sandbox, databaseUrl: string, roles: RoleName[]): Promise<World> {
  const opened = await createWorld({ roles, databaseUrl, env: { STEPCLOUD_DATA_DIR: dataDir } });
  ends.push(() => opened.close());
  return opened;
}

/** `stepcloud ...` as a process of its own. */
function run(args: string[], { dataDir }: Sandbox): Promise<{ code: number; output: string }> {
  const settings = { DATABASE_URL: '', STEPCLOUD_DATA_DIR: dataDir, LOG_FORMAT: 'pretty' };
  const options = { cwd: origin.root, env: { ...process.env, ...settings } };
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], options, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    );
  });
}

/** The first readings are stored when it begins; the others come meanwhile and wait in the queue. */
async function backUpUnderLoad(): Promise<Manifest> {
  const worker = await world.start('worker');
  while (acknowledged.length < STORED_BEFORE) await publish();
  await vi.waitFor(async () => expect(await numbers(world)).toHaveLength(STORED_BEFORE), WAIT);
  await worker.close();

  let isMade = false;
  const making = write(backup).finally(() => (isMade = true));
  making.catch(() => {});
  while (!isMade) await publish();
  return making;
}

function write(target: string, other: Partial<BackupOptions> = {}): Promise<Manifest> {
  const { databaseUrl: url, dataDir, keysFile } = world.config;
  const about = { stepcloud: VERSION, schema: null };
  return writeBackup(target, { url, dataDir, keysFile, about, log, signal: never, ...other });
}

async function publish(): Promise<void> {
  const n = acknowledged.length;
  const topic = `v1/gateways/${gateway.id}/devices/meter/readings`;
  await client.publishAsync(topic, JSON.stringify({ ts: START + n, values: { n } }), { qos: 1 });
  const { rows } = await sql<{ at: string }>`SELECT pg_current_wal_flush_lsn()::text AS at`.execute(world.db);
  acknowledged.push(position(rows[0]!.at));
}

const numbers = async (of: World) => (await of.readings()).map(({ value }) => value);

/** A position in the WAL, as in 16/B374D848. */
function position(text: string): bigint {
  const [high, low] = text.split('/');
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}

/** A data folder to restore to, and the restore. */
async function openTarget(later?: (remove: () => Promise<void>) => void) {
  const target = await openSandbox(later);
  const { dataDir, settings } = target;
  const keysFile = join(dataDir, 'keys.json');
  const options = { dataDir, keysFile, settings, inspect: async () => {}, log, signal: never };
  const restore = (other: Partial<RestoreOptions> = {}) => restoreBackup(backup, { ...options, ...other });
  return { ...target, keysFile, restore };
}

/** Done twice, it is as it was. */
async function changeByte(path: string, at: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at);
    await file.write(Buffer.of((buffer[0] as number) ^ 0x55), 0, 1, at);
  } finally {
    await file.close();
  }
}

const writeManifest = (changed: Manifest) =>
  writeFile(join(backup, 'manifest.json'), `${JSON.stringify(changed, null, 2)}\n`);

describe('a backup that was made under load', () => {
  it('has all that was acknowledged before it ended, stored or in the queue, and the tokens go on', SLOW, async () => {
    const target = await openTarget((remove) => ends.push(remove));
    const { code, output } = await run(['restore', 'backup'], target);
    expect(code, output).toBe(0);
    expect(output).toMatch(/it has 1 customers, 1 gateways, 1 devices, 1 sensors/);
    expect(output).toMatch(/its newest reading came at \d{4}-/);
    expect((await stat(target.keysFile)).mode & 0o777).toBe(0o600);

    const restored = await openWorld(target, (await target.start()).url, ['broker', 'worker']);
    await (await restored.connect(gateway)).endAsync();
    const [start, end] = [position(manifest.wal.start), position(manifest.wal.end)];
    const promised = acknowledged.filter((at) => at <= end).length;
    expect(acknowledged.filter((at) => at > start && at <= end)).not.toHaveLength(0);
    await vi.waitFor(async () => expect((await numbers(restored)).length).toBeGreaterThanOrEqual(promised), WAIT);
    const stored = await numbers(restored);
    expect(stored).toEqual([...stored.keys()]);
  });

  it('is for its owner alone', async () => {
    expect((await stat(backup)).mode & 0o777).toBe(0o700);
    for (const name of await readdir(backup)) expect((await stat(join(backup, name))).mode & 0o777, name).toBe(0o600);
  });
});

describe('a backup is not made', () => {
  it('in place of anything that is there', async () => {
    const taken = join(origin.root, 'taken');
    await mkdir(taken);
    await expect(write(taken)).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining(taken) });
    expect(await readdir(taken)).toEqual([]);
  });

  it('when it was interrupted: nothing is left of it', async () => {
    const interrupted = join(origin.root, 'interrupted');
    const stopping = new AbortController();
    const making = write(interrupted, { signal: stopping.signal });
    making.catch(() => {});
    const begun = async () => (await readdir(origin.root, { recursive: true })).join().includes('/content/base.tar');
    await vi.waitFor(async () => expect(await begun()).toBe(true), { interval: 1 });
    stopping.abort();
    await expect(making).rejects.toThrow('abort');
    expect((await readdir(origin.root)).filter((name) => name.startsWith('interrupted'))).toEqual([]);
  });

  it('of a database with a damaged page, which is named', async () => {
    const { databaseUrl: url } = world.config;
    await query(url, 'CREATE TABLE damaged AS SELECT 1');
    const [row] = await query<{ path: string }>(url, `SELECT pg_relation_filepath('damaged') AS path`);
    await query(url, 'CHECKPOINT');
    await changeByte(join(await origin.clusterFolder(), row!.path), 8_000);
    const warnings: string[] = [];
    const warning = pino({ level: 'warn' }, { write: (line) => warnings.push(line) });
    const target = join(origin.root, 'damaged');
    await expect(write(target, { log: warning })).rejects.toThrow('checksum verification failure');
    expect(warnings.join()).toMatch(row!.path);
    expect(existsSync(target)).toBe(false);
    await query(url, 'DROP TABLE damaged');
  });
});

describe('a backup is not restored', () => {
  it.each<[string, () => Promise<void>, () => Promise<void>, RegExp]>([
    [
      'with an altered byte in its database',
      () => changeByte(join(backup, 'base.tar'), 1_000_000),
      () => changeByte(join(backup, 'base.tar'), 1_000_000),
      /not as it was made: base\.tar was altered$/,
    ],
    [
      'without its keys, or with a file more',
      () => rename(join(backup, 'keys.json'), join(backup, 'old-keys.json')),
      () => rename(join(backup, 'old-keys.json'), join(backup, 'keys.json')),
      /: keys\.json is missing, old-keys\.json does not belong to it$/,
    ],
    [
      'when it was never finished',
      () => rename(join(backup, 'manifest.json'), join(origin.root, 'manifest.json')),
      () => rename(join(origin.root, 'manifest.json'), join(backup, 'manifest.json')),
      /is no backup, or one that was not finished: it has no manifest\.json$/,
    ],
    [
      'with a manifest that cannot be read',
      () => writeFile(join(backup, 'manifest.json'), '{"format": 1'),
      () => writeManifest(manifest),
      /has a damaged manifest\.json$/,
    ],
    [
      'by another version of Postgres',
      () => writeManifest({ ...manifest, postgres: 17 }),
      () => writeManifest(manifest),
      /is of Postgres 17, and this release has 18\./,
    ],
  ])('%s', async (_, spoil, mend, message) => {
    const target = await openTarget();
    await spoil();
    try {
      await expect(target.restore()).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(message),
      });
    } finally {
      await mend();
    }
    expect(existsSync(target.dataDir)).toBe(false);
  });

  it('over an installation, whether it runs or not, nor beside other keys', async () => {
    const target = await openTarget();
    const over = (dataDir: string) =>
      restoreBackup(backup, { dataDir, keysFile: target.keysFile, inspect: async () => {}, log, signal: never });
    await expect(over(origin.dataDir)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: `StepCloud runs on ${origin.dataDir}: stop it, and move its data away`,
    });

    await mkdir(target.dataDir);
    await writeFile(join(target.dataDir, 'postgres.json'), '{"cluster":"postgres","password":"secret"}');
    await expect(over(target.dataDir)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(`mv ${target.dataDir} ${target.dataDir}.old`),
    });
    await rm(join(target.dataDir, 'postgres.json'));

    await writeFile(target.keysFile, '{"keys":[]}');
    await expect(over(target.dataDir)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(`${target.keysFile} has other keys`),
    });
    expect(await readdir(target.dataDir)).toEqual(['keys.json']);
  });

  it('when it was interrupted: nothing is left of it, and Postgres has ended', async () => {
    const target = await openTarget();
    const stopping = new AbortController();
    let url = '';
    const inspect = async (restored: string) => {
      url = restored;
      stopping.abort();
    };
    await expect(target.restore({ inspect, signal: stopping.signal })).rejects.toThrow('abort');
    expect(await readdir(target.dataDir)).toEqual(['postgres.log']);
    if (isRoot) expect((await readdir('/var/lib/stepcloud')).join()).not.toMatch(basename(target.root));
    await expect(query(url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  });
});

describe('the commands', () => {
  it('back up an installation that is stopped, and leave it so', SLOW, async () => {
    await world.close();
    await postgres.stop();
    const { code, output } = await run(['backup', 'nightly/1'], origin);
    expect(code, output).toBe(0);
    const made = join(origin.root, 'nightly/1');
    expect(output).toMatch(`${made} is whole and on disk`);
    expect(await findEmbeddedPostgres(origin.dataDir)).toBeUndefined();

    const migrations = (await readdir(new URL('../../migrations', import.meta.url))).sort();
    const schema = migrations.at(-1)?.replace('.ts', '');
    const written = JSON.parse(await readFile(join(made, 'manifest.json'), 'utf8'));
    expect(written).toMatchObject({ format: 1, stepcloud: VERSION, schema, postgres: 18 });
    expect([...Object.keys(written.files), 'manifest.json'].sort()).toEqual((await readdir(made)).sort());
  });

  it.each([
    ['without a folder', [], {}, /say where to: backup FOLDER/],
    [
      'of another Postgres',
      ['folder'],
      { DATABASE_URL: 'postgres://elsewhere/stepcloud' },
      /pg_basebackup.*docs\/operations\.md/,
    ],
    [
      'where there is none',
      ['folder'],
      { STEPCLOUD_DATA_DIR: '/nonexistent' },
      /there is no embedded Postgres in \/nonexistent/,
    ],
  ])('refuse a backup %s', async (_, args, env, message) => {
    onTestFinished(() => void vi.unstubAllEnvs());
    for (const [name, value] of Object.entries({ DATABASE_URL: '', ...env })) vi.stubEnv(name, value);
    await expect(runBackup(args)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(message),
    });
  });
});
