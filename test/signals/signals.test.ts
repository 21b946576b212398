import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { createSignaller, listen, signal } from '../../src/signals/signals.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createDatabase, runSql } from '../support/database.ts';

const WAIT = { timeout: 10_000, interval: 20 };
const log = createLog('test', { level: 'silent', pretty: false });
let database: Awaited<ReturnType<typeof createDatabase>>;
let db: Database;

beforeAll(async () => {
  database = await createDatabase();
  db = openDatabase({ url: database.url, poolSize: 2, log });
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

/** A listener that counts; it was called once when this returns, since signals may have been missed before. */
async function startListener(): Promise<{ count(): number }> {
  let calls = 0;
  const signals = listen({ url: database.url, log }, { access: () => calls++ });
  onTestFinished(() => signals.close());
  await vi.waitFor(() => expect(calls).toBe(1), WAIT);
  return { count: () => calls };
}

describe('a signal', () => {
  test('reaches every listener', async () => {
    const listeners = [await startListener(), await startListener()];
    await signal(db, 'access');
    await vi.waitFor(() => expect(listeners.map((one) => one.count())).toEqual([2, 2]), WAIT);
  });

  test('leaves with the commit of its transaction, and not at all when that is rolled back', async () => {
    const listener = await startListener();
    const rolledBack = db.transaction().execute(async (tx) => {
      await signal(tx, 'access');
      throw new Error('rolled back');
    });
    await expect(rolledBack).rejects.toThrow('rolled back');
    await db.transaction().execute(async (tx) => {
      await signal(tx, 'access');
      await signal(tx, 'access');
      expect(listener.count()).toBe(1);
    });
    await vi.waitFor(() => expect(listener.count()).toBe(2), WAIT);
  });

  test('names whom it is about, however many they are', async () => {
    const heard: string[][] = [];
    const signals = listen({ url: database.url, log }, { devices: (ids) => heard.push([...ids]) });
    onTestFinished(() => signals.close());
    await vi.waitFor(() => expect(heard).toEqual([[]]), WAIT);
    const ids = Array.from({ length: 1_000 }, () => randomUUID());
    await signal(db, 'devices', ids);
    await vi.waitFor(() => expect(heard.flat()).toEqual(ids), WAIT);
  });

  test('that nobody waits for leaves together with others, each id once', async () => {
    const heard: string[] = [];
    const signals = listen(
      { url: database.url, log },
      { receipts: (ids) => heard.push(`receipts ${ids}`), complaints: (ids) => heard.push(`complaints ${ids}`) },
    );
    onTestFinished(() => signals.close());
    await vi.waitFor(() => expect(heard).toHaveLength(2), WAIT);
    const signaller = createSignaller(db);
    signaller.send('receipts', []);
    signaller.send('complaints', ['a']);
    for (let round = 0; round < 3; round++) {
      signaller.send('receipts', ['a', 'b']);
      signaller.send('complaints', ['c']);
    }
    await signaller.flush();
    await vi.waitFor(() => expect(heard.slice(2)).toEqual(['complaints a', 'receipts a,b', 'complaints c']), WAIT);
  });

  test('of a name that nobody knows is passed over', async () => {
    const listener = await startListener();
    await runSql(database.url, `SELECT pg_notify('stepcloud', 'toString')`);
    await runSql(database.url, `SELECT pg_notify('stepcloud', 'of a later release')`);
    await signal(db, 'access');
    await vi.waitFor(() => expect(listener.count()).toBe(2), WAIT);
  });
});

describe('a listener that lost its connection', () => {
  test('connects again, and is called since it may have missed something', async () => {
    const listener = await startListener();
    await runSql(
      database.url,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN stepcloud' AND datname = current_database()`,
    );
    await vi.waitFor(() => expect(listener.count()).toBe(2), WAIT);
    await signal(db, 'access');
    await vi.waitFor(() => expect(listener.count()).toBe(3), WAIT);
  });

  test('keeps trying while the database is away, and can be closed meanwhile', async () => {
    const signals = listen({ url: 'postgres://127.0.0.1:1/none', log }, { access: () => {} });
    await signals.close();
  });
});
