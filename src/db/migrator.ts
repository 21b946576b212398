import { readdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Migration, Migrator, sql } from 'kysely';
import { StepCloudError } from '../errors.ts';
import type { Log } from '../telemetry/log.ts';
import type { Database } from './database.ts';
import { isLockedOut } from './failures.ts';

/** How long the roles have for what waited behind a migration that gave way. */
const AGAIN_MS = 1_000;
const FOLDER = fileURLToPath(new URL('../../migrations/', import.meta.url));

/**
 * Brings the schema up to this release; Kysely takes an advisory lock, so several may start at once. Where the sessions of `db` have
 * a `lock_timeout`, it gives way to whoever holds a table for longer, since all roles would wait behind it, and begins again.
 */
export async function migrateToLatest(db: Database, log?: Pick<Log, 'warn'>): Promise<string[]> {
  for (;;) {
    const { error, results = [] } = await (await createMigrator(db)).migrateToLatest();
    if (error === undefined) return results.map((result) => result.migrationName);
    if (!isLockedOut(error))
      throw new StepCloudError('DATABASE_UNAVAILABLE', `migration failed: ${String(error)}`, { cause: error });
    log?.warn('waiting: somebody holds a table that a migration changes');
    await delay(AGAIN_MS);
  }
}

/** Takes back every migration, newest first. For tests: on a real database it would drop all data. */
export async function migrateToNothing(db: Database): Promise<void> {
  const migrator = await createMigrator(db);
  for (let left = (await migrator.getMigrations()).length; left > 0; left--) {
    const { error } = await migrator.migrateDown();
    if (error) throw error;
  }
}

/** Throws SCHEMA_OUTDATED when a migration of this release has not run. A newer schema is fine: migrations only add. */
export async function requireSchema(db: Database): Promise<void> {
  const expected = await migrationNames();
  const present = await appliedMigrations(db);
  const missing = expected.filter((name) => !present.has(name));
  if (missing.length > 0) {
    throw new StepCloudError(
      'SCHEMA_OUTDATED',
      `the database lacks ${missing.length} migrations (first: ${missing[0]}): run stepcloud migrate`,
    );
  }
}

/** Which migrations the database has, by number and newest, and which of this release it lacks. */
export async function describeSchema(db: Database) {
  const present = await appliedMigrations(db);
  const pending = (await migrationNames()).filter((name) => !present.has(name));
  return { migrations: present.size, newest: [...present].sort().at(-1) ?? null, pending };
}

/** The name of the last migration that ran; undefined in an empty database. */
export async function lastMigration(db: Database): Promise<string | undefined> {
  return [...(await appliedMigrations(db))].sort().at(-1);
}

async function appliedMigrations(db: Database): Promise<Set<string>> {
  const table = await sql<{ found: string | null }>`SELECT to_regclass('kysely_migration') AS found`.execute(db);
  if (table.rows[0]?.found == null) return new Set();
  const { rows } = await sql<{ name: string }>`SELECT name FROM kysely_migration`.execute(db);
  return new Set(rows.map((row) => row.name));
}

async function createMigrator(db: Database): Promise<Migrator> {
  const applied = await appliedMigrations(db);
  const provider = { getMigrations: () => readMigrations(applied) };
  return new Migrator({ db, provider, allowUnorderedMigrations: true });
}

/**
 * The migrations of this release, and, by name only, those that a newer one has applied before it was rolled back: they
 * only add, so this one runs beside them.
 */
async function readMigrations(applied: Iterable<string>): Promise<Record<string, Migration>> {
  const migrations: Record<string, Migration> = {};
  for (const name of applied) migrations[name] = { up: async () => {} };
  for (const file of await migrationFiles()) {
    migrations[nameOf(file)] = (await import(/* @vite-ignore */ pathToFileURL(FOLDER + file).href)) as Migration;
  }
  return migrations;
}

async function migrationNames(): Promise<string[]> {
  return (await migrationFiles()).map(nameOf);
}

async function migrationFiles(): Promise<string[]> {
  return (await readdir(FOLDER)).filter((file) => /\.[jt]s$/.test(file) && !file.endsWith('.d.ts')).sort();
}

function nameOf(file: string): string {
  return file.replace(/\.[jt]s$/, '');
}
