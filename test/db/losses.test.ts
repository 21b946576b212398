import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { appendCounts, foldCounts, type LedgerEntry } from '../../src/db/ledger.ts';
import { countMissing, readLedger } from '../../src/db/ledger-views.ts';
import { recordLosses } from '../../src/db/losses.ts';
import { type Gateway, type Own, ownDatabase } from './tenant.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 23, 12);

let own: Own;
let gateway: Gateway;
let now: number;
beforeAll(async () => {
  own = await ownDatabase(4);
});
afterAll(() => own.close());
beforeEach(async () => {
  gateway = await own.createGateway();
  now = NOON;
});

const BROKER = randomUUID();
const counts = { stored: 0, duplicate: 0, rejected: 0, itemsStored: 0, itemsDuplicate: 0, itemsRejected: 0 };
const tell = (changed: Partial<LedgerEntry>) =>
  appendCounts([
    { gatewayId: gateway.id, brokerId: BROKER, hour: NOON, seen: [], voided: [], ...counts, ...changed },
  ]).execute(own.db);
/** A look at the holes, a second after the one before. What was noticed before `settledAt` nothing can fill any more. */
const look = async (settledAt: number) => {
  now += 1_000;
  const found = await recordLosses(own.db, { now: new Date(now), settledBefore: new Date(settledAt) });
  return found.filter(({ gatewayId }) => gatewayId === gateway.id);
};
const missing = () => countMissing(own.db, gateway);
const SOON = NOON + 30_000;

describe('a hole', () => {
  it('is lost once it was noticed before everything that the queue still has, and is found once', async () => {
    await tell({ seen: [[1, 3]], stored: 3 });
    await tell({ seen: [[7, 9]], stored: 3, hour: NOON + HOUR });
    expect(await look(SOON), 'noticed just now').toEqual([]);
    expect(await missing()).toEqual({ unseen: 3, lost: 0 });
    expect(await look(NOON + 1_000), 'noticed at that time').toEqual([]);
    const loss = { gatewayId: gateway.id, brokerId: BROKER, hour: new Date(NOON + HOUR), numbers: [[4, 6]], lost: 3 };
    expect(await look(NOON + 1_001)).toEqual([loss]);
    expect(await look(SOON)).toEqual([]);
    expect(await missing()).toEqual({ unseen: 0, lost: 3 });
  });

  it('has the time at which each of its numbers was noticed', async () => {
    await tell({ seen: [[3, 3]] });
    await look(0);
    await tell({ seen: [[6, 6]] });
    await look(0);
    expect(await look(NOON + 2_000)).toMatchObject([{ numbers: [[1, 2]] }]);
    expect(await missing()).toEqual({ unseen: 2, lost: 2 });
    expect(await look(NOON + 2_001)).toMatchObject([{ numbers: [[4, 5]] }]);
  });

  it('that is filled in part, void numbers among it, is lost for the rest only', async () => {
    await tell({ seen: [[10, 10]] });
    await look(0);
    await tell({ seen: [[4, 5]], voided: [[1, 2]] });
    expect(await look(SOON)).toMatchObject([
      {
        numbers: [
          [3, 3],
          [6, 9],
        ],
        lost: 5,
      },
    ]);
  });

  it('is filled by what was appended and not folded yet, and by what a release without losses has folded', async () => {
    await tell({ seen: [[3, 3]] });
    await look(0);
    await tell({ seen: [[1, 1]] });
    await sql`
      INSERT INTO ingest_ledger
      VALUES (${gateway.id}, ${BROKER}, ${new Date(NOON - HOUR)}, '{[2,3)}', '{}', 1, 0, 0, 1, 0, 0)`.execute(own.db);
    expect(await look(SOON)).toEqual([]);
    expect(await missing()).toEqual({ unseen: 0, lost: 0 });
  });

  it('is told apart from that of another broker process', async () => {
    const other = randomUUID();
    await tell({ seen: [[2, 2]] });
    await tell({ seen: [[3, 3]], brokerId: other });
    await look(0);
    await tell({ seen: [[1, 1]], brokerId: other });
    const found = await look(SOON);
    expect(found.map(({ brokerId, numbers }) => [brokerId, numbers])).toEqual(
      [
        [BROKER, [[1, 1]]],
        [other, [[2, 2]]],
      ].sort(),
    );
  });
});

describe('a loss', () => {
  const lose = async () => {
    await tell({ seen: [[1, 3]], stored: 3 });
    await tell({ seen: [[8, 9]], stored: 2, hour: NOON + HOUR });
    await look(0);
    await look(SOON);
  };
  const books = async () => {
    const span = { by: 'hour', timeZone: 'UTC', from: new Date(0), to: new Date('2100-01-01'), limit: 10 } as const;
    return (await readLedger(own.db, gateway, span)).map(({ from, accepted, lost }) => [
      from.getTime(),
      accepted,
      lost,
    ]);
  };

  it('is in the books of the hour in which the next message came', async () => {
    await lose();
    expect(await books()).toEqual([
      [NOON + HOUR, 2, 4],
      [NOON, 3, 0],
    ]);
    await foldCounts(own.db);
    expect(await books()).toEqual([
      [NOON + HOUR, 2, 4],
      [NOON, 3, 0],
    ]);
  });

  it('is taken back as far as its messages turn up after all', async () => {
    await lose();
    await tell({ seen: [[5, 6]], stored: 2 });
    expect(await missing(), 'at once').toEqual({ unseen: 0, lost: 2 });
    expect(await look(SOON)).toEqual([]);
    expect(await books()).toEqual([
      [NOON + HOUR, 2, 2],
      [NOON, 5, 0],
    ]);
    await tell({ seen: [[4, 7]], stored: 2 });
    await look(SOON);
    expect(await own.db.selectFrom('ingest_loss').where('gateway_id', '=', gateway.id).selectAll().execute()).toEqual(
      [],
    );
    expect(await missing()).toEqual({ unseen: 0, lost: 0 });
  });
});
