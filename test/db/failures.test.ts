import { randomUUID } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { isDataFault, isMissingPartition, isTransient } from '../../src/db/failures.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { type Own, ownDatabase } from './tenant.ts';

let own: Own;
beforeAll(async () => {
  own = await ownDatabase();
  await sql`CREATE TABLE thing (id int4 PRIMARY KEY, name text NOT NULL, weight float8 CHECK (weight < 100), parent int4 REFERENCES thing)`.execute(
    own.db,
  );
  await sql`INSERT INTO thing VALUES (1, 'one'), (2, 'two')`.execute(own.db);
});
afterAll(() => own.close());

const verdict = (error: unknown) => ({
  transient: isTransient(error),
  dataFault: isDataFault(error),
  missingPartition: isMissingPartition(error),
});
const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect.unreachable('it did not fail'),
    (error) => error,
  );
const pidOf = async (db: Database): Promise<number> =>
  (await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(db)).rows[0]!.pid;
const endBackend = (pid: number) => sql`SELECT pg_terminate_backend(${pid})`.execute(own.db);
const unreachable = (url: string): Database =>
  openDatabase({ url, poolSize: 1, log: createLog('test', { level: 'silent', pretty: false }) });

const DATA = { transient: false, dataFault: true, missingPartition: false };
const TRANSIENT = { transient: true, dataFault: false, missingPartition: false };
const NEITHER = { transient: false, dataFault: false, missingPartition: false };

describe('what the data caused', () => {
  it.each<[string, RawBuilder<unknown>]>([
    ['a key that is there already', sql`INSERT INTO thing VALUES (1, 'one')`],
    ['a value that must not be null', sql`INSERT INTO thing VALUES (3, NULL)`],
    ['a value that a constraint refuses', sql`INSERT INTO thing VALUES (3, 'three', 100)`],
    ['a reference to nothing', sql`INSERT INTO thing VALUES (3, 'three', 1, 99)`],
    [
      'a row that others refer to',
      sql`WITH child AS (INSERT INTO thing VALUES (4, 'four', 1, 2)) DELETE FROM thing WHERE id = 2`,
    ],
    ['a number beyond its column', sql`SELECT 2147483648::int4`],
    ['a double beyond its range', sql`SELECT '1e400'::float8`],
    ['a text that is no number', sql`SELECT ${'x'}::int4`],
    ['a text that is no UUID', sql`SELECT ${'x'}::uuid`],
    ['a text with U+0000', sql`SELECT ${'a\0b'}::text`],
    ['JSON with half of a surrogate pair', sql`SELECT ${'"\\ud800"'}::jsonb ->> 0`],
    ['a time that no calendar has', sql`SELECT '2026-02-30'::timestamptz`],
    ['a division by zero', sql`SELECT 1 / 0`],
    [
      'a value too long for its index',
      sql`INSERT INTO device (id, customer_id, office_id, key) SELECT gen_random_uuid(), customer_id, id, (SELECT string_agg(md5(n::text), '') FROM generate_series(1, 1000) AS n) FROM office`,
    ],
  ])('is isolated, and not tried again: %s', async (_, statement) => {
    await own.createHome();
    expect(verdict(await failure(statement.execute(own.db)))).toEqual(DATA);
  });

  it('a row without its partition is one that a partition mends', async () => {
    const error = await failure(sql`INSERT INTO reading VALUES (now(), 1, 1, 0)`.execute(own.db));
    expect(verdict(error)).toMatchObject({ transient: false, missingPartition: true });
  });
});

describe('what passes by itself', () => {
  it('a backend that was ended while it worked', async () => {
    const db = own.open(undefined, 1);
    const pid = await pidOf(db);
    const working = failure(sql`SELECT pg_sleep(60)`.execute(db));
    await endBackend(pid);
    expect(verdict(await working)).toEqual(TRANSIENT);
    await vi.waitFor(async () => expect(await pidOf(db)).not.toBe(pid));
  });

  it('a backend that was ended in the middle of a transaction', async () => {
    const db = own.open(undefined, 1);
    const error = await failure(
      db.transaction().execute(async (tx) => {
        await sql`INSERT INTO thing VALUES (5, 'five')`.execute(tx);
        await endBackend((await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(tx)).rows[0]!.pid);
        await sql`SELECT 1`.execute(tx);
      }),
    );
    expect(verdict(error)).toEqual(TRANSIENT);
    expect((await sql`SELECT FROM thing WHERE id = 5`.execute(db)).rows).toEqual([]);
  });

  it('a deadlock, to the one that Postgres picks', async () => {
    const db = own.open('-c deadlock_timeout=10ms');
    let meet: () => void = () => {};
    const bothHold = new Promise<void>((resolve) => (meet = resolve));
    let holding = 0;
    const lock = (first: number, second: number) =>
      db.transaction().execute(async (tx) => {
        await sql`SELECT FROM thing WHERE id = ${first} FOR UPDATE`.execute(tx);
        if (++holding === 2) meet();
        await bothHold;
        await sql`SELECT FROM thing WHERE id = ${second} FOR UPDATE`.execute(tx);
      });
    const outcomes = await Promise.allSettled([lock(1, 2), lock(2, 1)]);
    const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(errors.map(({ code }) => code)).toEqual(['40P01']);
    expect(verdict(errors[0])).toEqual(TRANSIENT);
  });

  it('a serialisation that failed', async () => {
    const error = await failure(
      own.db
        .transaction()
        .setIsolationLevel('repeatable read')
        .execute(async (tx) => {
          await sql`SELECT * FROM thing`.execute(tx);
          await sql`UPDATE thing SET weight = 1 WHERE id = 1`.execute(own.db);
          await sql`UPDATE thing SET weight = 2 WHERE id = 1`.execute(tx);
        }),
    );
    expect(error).toMatchObject({ code: '40001' });
    expect(verdict(error)).toEqual(TRANSIENT);
  });

  it.each<[string, string, RawBuilder<unknown>]>([
    ['a lock that took too long', '-c lock_timeout=1ms', sql`SELECT FROM thing WHERE id = 1 FOR UPDATE`],
    ['a statement that took too long', '-c statement_timeout=1ms', sql`SELECT pg_sleep(1)`],
  ])('%s', async (_, options, statement) => {
    const db = own.open(options);
    await own.db.transaction().execute(async (tx) => {
      await sql`SELECT FROM thing WHERE id = 1 FOR UPDATE`.execute(tx);
      expect(verdict(await failure(statement.execute(db)))).toEqual(TRANSIENT);
    });
  });

  it('a Postgres that takes no more connections', async () => {
    const name = `guest_${randomUUID().slice(0, 8)}`;
    await sql`CREATE ROLE ${sql.ref(name)} LOGIN PASSWORD 'guest' CONNECTION LIMIT 0`.execute(own.db);
    const url = new URL(own.url);
    url.username = name;
    url.password = 'guest';
    const db = unreachable(url.href);
    expect(verdict(await failure(pidOf(db)))).toEqual(TRANSIENT);
    await db.destroy();
    await sql`DROP ROLE ${sql.ref(name)}`.execute(own.db);
  });

  it.each([
    ['a Postgres that is not there', 'postgres://127.0.0.1:1/none'],
    ['a Postgres that is not there, by a name of two addresses', 'postgres://localhost:1/none'],
    ['a host that is not there', 'postgres://no-such-host.invalid/none'],
  ])('%s', async (_, url) => {
    const db = unreachable(url);
    expect(verdict(await failure(pidOf(db)))).toEqual(TRANSIENT);
    await db.destroy();
  });

  it.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN'])(
    'a socket with %s',
    (code) => {
      expect(verdict(Object.assign(new Error(`write ${code}`), { code }))).toEqual(TRANSIENT);
    },
  );

  it('a pool that is in use', () => {
    expect(verdict(new Error('timeout exceeded when trying to connect'))).toEqual(TRANSIENT);
  });

  it('what another error has for its cause', async () => {
    const db = unreachable('postgres://127.0.0.1:1/none');
    const cause = await failure(pidOf(db));
    expect(verdict(new Error('could not store', { cause }))).toEqual(TRANSIENT);
    await db.destroy();
  });
});

describe('what is neither: a fault of ours', () => {
  it.each<[string, RawBuilder<unknown>]>([
    ['a table that is not there', sql`SELECT * FROM nowhere`],
    ['a column that is not there', sql`SELECT colour FROM thing`],
    ['a statement that is none', sql`SELEKT 1`],
    ['a value of another type', sql`SELECT 1 + 'a'::text`],
    ['a function that is not there', sql`SELECT measure(1)`],
  ])('%s', async (_, statement) => {
    expect(verdict(await failure(statement.execute(own.db)))).toEqual(NEITHER);
  });

  it.each<[string, unknown]>([
    ['an error of JavaScript', new TypeError('x is not a function')],
    ['a file that is not there', Object.assign(new Error('no such file'), { code: 'ENOENT' })],
    ['a text', 'failed'],
    ['nothing', undefined],
    ['null', null],
  ])('%s', (_, error) => {
    expect(verdict(error)).toEqual(NEITHER);
  });
});
