import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { migrateToLatest, migrateToNothing, requireSchema } from '../../src/db/migrator.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createDatabase, runSql, type TestDatabase, withDatabase } from '../support/database.ts';

const run = promisify(execFile);
const log = createLog('test', { level: 'silent', pretty: false });

describe('the migrations', () => {
  let name: string;
  let db: Database;

  beforeEach(async () => {
    name = `test_${randomBytes(6).toString('hex')}`;
    await runSql(inject('postgresUrl'), `CREATE DATABASE ${name}`);
    db = openDatabase({ url: withDatabase(inject('postgresUrl'), name), poolSize: 4, log });
  });
  afterEach(async () => {
    await db.destroy();
    await runSql(inject('postgresUrl'), `DROP DATABASE ${name} WITH (FORCE)`);
  });

  /** Tables, columns, constraints, indexes: what a schema is. */
  async function schema(): Promise<string[]> {
    const { rows } = await sql<{ part: string }>`
      SELECT format('column %s.%s %s %s %s', c.relname, attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid)) AS part
      FROM pg_attribute JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
      WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped AND relname NOT LIKE 'kysely%'
      UNION ALL SELECT format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE 'kysely%'
      UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE 'kysely%'
      ORDER BY part`.execute(db);
    return rows.map(({ part }) => part);
  }

  it('run on an empty database, can all be taken back, and run again to the same schema', async () => {
    const applied = await migrateToLatest(db);
    expect(applied).toEqual([...applied].sort());
    const first = await schema();
    expect(first.length).toBeGreaterThan(100);
    await migrateToNothing(db);
    expect(await schema()).toEqual([]);
    expect(await migrateToLatest(db)).toEqual(applied);
    expect(await schema()).toEqual(first);
  });

  it('run once, however many start at once', async () => {
    const results = await Promise.all(Array.from({ length: 5 }, () => migrateToLatest(db)));
    const files = await readdir(new URL('../../migrations/', import.meta.url));
    expect(results.flat()).toHaveLength(files.length);
    expect(await migrateToLatest(db)).toEqual([]);
  });

  it('give way to who holds what they change, and begin again', async () => {
    const other = await db.startTransaction().execute();
    await sql`CREATE TABLE customer ()`.execute(other);
    const options = '-c lock_timeout=50ms';
    const hasty = openDatabase({ url: withDatabase(inject('postgresUrl'), name), poolSize: 2, log, options });
    const warn = vi.fn();
    const migrating = migrateToLatest(hasty, { warn });
    await vi.waitFor(() => expect(warn).toHaveBeenCalled(), 10_000);
    await other.rollback().execute();
    expect(await migrating).not.toEqual([]);
    await hasty.destroy();
  });

  it('leave a database with a newer schema alone, so that a release can be rolled back', async () => {
    await migrateToLatest(db);
    await sql`INSERT INTO kysely_migration (name, timestamp) VALUES ('99991231T2359_add_the_future', now()::text)`.execute(
      db,
    );
    await requireSchema(db);
    expect(await migrateToLatest(db)).toEqual([]);
  });

  it('that did not run are missed: a role does not start on an older schema', async () => {
    await expect(requireSchema(db)).rejects.toMatchObject({ code: 'SCHEMA_OUTDATED' });
    const applied = await migrateToLatest(db);
    await requireSchema(db);
    await sql`DELETE FROM kysely_migration WHERE name = ${applied.at(-1)}`.execute(db);
    await expect(requireSchema(db)).rejects.toThrow(`lacks 1 migrations (first: ${applied.at(-1)})`);
  });

  it('have names that say when and what, and sort by time', async () => {
    for (const file of await readdir(new URL('../../migrations/', import.meta.url))) {
      expect(file).toMatch(/^\d{8}T\d{4}_[a-z]+(_[a-z]+)+\.ts$/);
    }
  });
});

describe('the generated types', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());

  it('are those of a freshly migrated database', async () => {
    const codegen = new URL('../../node_modules/.bin/kysely-codegen', import.meta.url).pathname;
    const { stdout } = await run(codegen, ['--verify'], {
      cwd: new URL('../../', import.meta.url).pathname,
      env: { ...process.env, DATABASE_URL: database.url },
    });
    expect(stdout).toContain('up-to-date');
  });
});
