import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { decodePosition, encodePosition } from '../../src/api/live/position.ts';
import { claimBatch } from '../../src/db/batches.ts';
import { type Database, type Db, openDatabase } from '../../src/db/database.ts';
import {
  appendLive,
  expireLive,
  type LiveItem,
  type LiveNews,
  type LivePosition,
  type LiveReadings,
  listBatchesUnderWay,
  readLive,
  watchTopics,
} from '../../src/db/live.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

const A = '00000000-0000-7000-8000-00000000000a';
const B = '00000000-0000-7000-8000-00000000000b';

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await createDatabase();
  const log = createLog('test', { level: 'fatal', pretty: true });
  db = openDatabase({ url: database.url, poolSize: 6, log });
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});
beforeEach(async () => {
  await db.deleteFrom('live_item').execute();
  await db.deleteFrom('live_interest').execute();
});

const item = (n: number, topic = A): LiveItem => ({ topic, kind: 'readings', body: [[n, 0, 0, 0]] });
const numbers = ({ items }: LiveNews) => items.map(({ body }) => (body as LiveReadings)[0]?.[0]);
const append = (tx: Db, ...ns: number[]) =>
  appendLive(
    tx,
    ns.map((n) => item(n)),
  );
const read = async (position: LivePosition | { behind: string[] }, limit = 100, topics = [A]) =>
  (await readLive(db, [{ topics, position }], limit))[0] as LiveNews;

async function begin(topics = [A]): Promise<LivePosition> {
  await watchTopics(db, topics);
  const { position } = await read({ behind: await listBatchesUnderWay(db) }, 1, topics);
  return position as LivePosition;
}

/** A transaction that has its number, as a batch from its first statement on. */
async function openTransaction() {
  const tx = await db.startTransaction().execute();
  return { tx, watched: await watchedIn(tx), commit: () => tx.commit().execute() };
}

/** What a batch that is claimed now finds watched. */
async function watchedIn(tx: Db): Promise<unknown> {
  return (await claimBatch(tx, randomUUID(), { gatewayIds: [], topics: [A, B] }))?.watched;
}

/** From page to page, as a stream that is cut after each. */
async function readAll(from: LivePosition, limit: number): Promise<{ all: unknown[]; position: LivePosition }> {
  const all: unknown[] = [];
  let position = from;
  for (let isMore = true; isMore; ) {
    const news = await read(decodePosition(encodePosition(position)) as LivePosition, limit);
    expect(news.gapSince).toBeNull();
    all.push(...numbers(news));
    position = news.position as LivePosition;
    ({ isMore } = news);
  }
  return { all, position };
}

it.each([1, 2, 3, 100])('shows each item once in pages of %i, whichever transaction commits first', async (limit) => {
  let position = await begin();
  const look = async () => {
    const news = await readAll(position, limit);
    ({ position } = news);
    return news.all;
  };
  const [first, second, third] = [await openTransaction(), await openTransaction(), await openTransaction()];
  await append(third.tx, 31, 32, 33);
  await append(second.tx, 21, 22);
  await append(first.tx, 11);
  expect(await look()).toEqual([]);
  await third.commit();
  expect(await look()).toEqual([31, 32, 33]);
  await append(first.tx, 12);
  await first.commit();
  await append(db, 41);
  expect(await look()).toEqual([11, 12, 41]);
  await second.commit();
  expect(await look()).toEqual([21, 22]);
  expect(await look()).toEqual([]);
});

it('goes on within a page though others have committed what comes before it in the meantime', async () => {
  const start = await begin();
  const late = await openTransaction();
  await append(late.tx, 1);
  await append(db, 2, 3, 4);
  const first = await read(start, 2);
  expect([numbers(first), first.isMore]).toEqual([[2, 3], true]);
  await late.commit();
  const behindFirst = first.items[0]?.position as LivePosition;
  expect((await readAll(behindFirst, 2)).all).toEqual([3, 4, 1]);
  expect((await readAll(first.position as LivePosition, 2)).all).toEqual([4, 1]);
});

it('begins only when the transactions are over that may not know of it', async () => {
  const before = await openTransaction();
  expect(before.watched).toEqual(new Set());
  await watchTopics(db, [A]);
  const behind = await listBatchesUnderWay(db);
  expect((await read({ behind })).position).toBeNull();
  const after = await openTransaction();
  expect(after.watched).toEqual(new Set([A]));
  await append(after.tx, 1);
  await before.commit();
  const { position, items } = await read({ behind });
  expect(items).toEqual([]);
  await after.commit();
  expect(numbers(await read(position as LivePosition))).toEqual([1]);
});

it('shows each of several readers its own topics from its own position', async () => {
  const both = await begin([A, B]);
  await appendLive(db, [item(1), item(2, B)]);
  const later = await begin([A]);
  await appendLive(db, [item(3), item(4, B)]);
  const news = await readLive(
    db,
    [
      { topics: [A, B], position: both },
      { topics: [B], position: both },
      { topics: [A], position: later },
      { topics: [A], position: { behind: [] } },
    ],
    100,
  );
  expect(news.map(numbers)).toEqual([[1, 2, 3, 4], [2, 4], [3], []]);
  expect(news.every(({ position }) => position !== null)).toBe(true);
});

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);
const forgotten: [string, () => Promise<unknown>, (position: LivePosition) => LivePosition][] = [
  ['nobody watched meanwhile', () => db.deleteFrom('live_interest').where('topic', '=', B).execute(), (it) => it],
  [
    'the interest had ended and began again',
    async () => {
      await db
        .updateTable('live_interest')
        .set({ until: ago(1), since: ago(30) })
        .execute();
      await watchTopics(db, [A, B]);
    },
    (it) => ({ ...it, at: ago(2).getTime() }),
  ],
  ['it was away for too long', async () => {}, (it) => ({ ...it, at: ago(14.1).getTime() })],
  ['it comes from another database', async () => {}, (it) => ({ ...it, seen: '1:9000000000:' })],
];
it.each(forgotten)('says that something may be missing when %s', async (_, happen, change) => {
  const position = await begin([A, B]);
  await db
    .updateTable('live_interest')
    .set({ since: ago(60) })
    .execute();
  await happen();
  const changed = change(position);
  const news = await read(changed, 10, [A, B]);
  expect(news).toEqual({ position: null, gapSince: new Date(changed.at), items: [], isMore: false });
});

it('keeps a topic for a quarter of an hour behind its last stream, and what was noted as long', async () => {
  const position = await begin([A, B]);
  await db
    .updateTable('live_interest')
    .set({ since: ago(60) })
    .execute();
  await append(db, 1);
  await db
    .updateTable('live_item')
    .set({ at: ago(14) })
    .execute();
  expect(await expireLive(db, 10)).toBe(0);
  expect(numbers(await read({ ...position, at: ago(13.9).getTime() }, 10, [A, B]))).toEqual([1]);
  await db
    .updateTable('live_item')
    .set({ at: ago(15.1) })
    .execute();
  await append(db, 2, 3);
  expect(await expireLive(db, 10)).toBe(1);
  await db
    .updateTable('live_interest')
    .set({ until: ago(0.1) })
    .where('topic', '=', B)
    .execute();
  expect(await watchedIn(db)).toEqual(new Set([A]));
  await db
    .updateTable('live_interest')
    .set({ until: ago(15.1) })
    .where('topic', '=', B)
    .execute();
  await expireLive(db, 10);
  expect(await db.selectFrom('live_interest').select('topic').execute()).toEqual([{ topic: A }]);
});

it('notes a topic anew before its last stream could come back in vain', async () => {
  await watchTopics(db, [A, B]);
  await db
    .updateTable('live_interest')
    .set({ until: ago(-14) })
    .where('topic', '=', A)
    .execute();
  await watchTopics(db, [A, B]);
  const rows = await db.selectFrom('live_interest').select('until').execute();
  expect(Math.min(...rows.map(({ until }) => until.getTime()))).toBeGreaterThan(ago(-15).getTime());
});

it.each([
  '',
  '1',
  '1;2',
  '1;2:1:',
  '1;1:2:3',
  '1;5:9:7,6',
  '1;5:9:7,7',
  '1;5:9:9',
  '1;0:5:',
  '1;1:9223372036854775808:',
  '1;5:9:;5:9:',
  '1;5:9:;5:9:;x;1',
  '1;5:9:;5:9:;1;1;1',
  '1;5:9:;5:9:;9223372036854775808;1',
  '-1;5:9:',
  '1e3;5:9:',
  "1;5:9:');--",
])('does not take %j for a position', (id) => {
  expect(decodePosition(id)).toBeUndefined();
});

it.each(['1700000000000;5:5:', '999999999999999;5:5:', '0;5:9:5,7', '1;5:9:7;6:12:;8;1'])(
  'takes %j for a position',
  async (id) => {
    const position = decodePosition(id) as LivePosition;
    expect(encodePosition(position)).toBe(id);
    await read(position); // Postgres takes it too
  },
);
