import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendCounts, foldCounts, type LedgerEntry } from '../../src/db/ledger.ts';
import { countMissing, type LedgerSpan, readLedger } from '../../src/db/ledger-views.ts';
import { type Gateway, type Own, ownDatabase } from './tenant.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 23, 12);
const ALWAYS: LedgerSpan = { by: 'hour', timeZone: 'UTC', from: new Date(0), to: new Date('2100-01-01'), limit: 1000 };

let own: Own;
beforeAll(async () => {
  own = await ownDatabase(12);
});
afterAll(() => own.close());

const BROKER = randomUUID();
const entry = (gateway: Gateway, changed: Partial<LedgerEntry> = {}): LedgerEntry => ({
  gatewayId: gateway.id,
  brokerId: BROKER,
  hour: NOON,
  seen: [],
  voided: [],
  stored: 0,
  duplicate: 0,
  rejected: 0,
  itemsStored: 0,
  itemsDuplicate: 0,
  itemsRejected: 0,
  ...changed,
});
const append = (...entries: LedgerEntry[]) => own.db.transaction().execute((tx) => appendCounts(entries).execute(tx));
const books = (gateway: Gateway, span: Partial<LedgerSpan> = {}) => readLedger(own.db, gateway, { ...ALWAYS, ...span });
const unseen = async (gateway: Gateway) => (await countMissing(own.db, gateway)).unseen;
const fold = async () => {
  while ((await foldCounts(own.db)) === undefined);
};

describe('the books of a gateway', () => {
  const counts = { stored: 3, duplicate: 2, rejected: 1, itemsStored: 30, itemsDuplicate: 20, itemsRejected: 10 };

  it('add up what was appended, hour by hour, newest first, before and after folding', async () => {
    const gateway = await own.createGateway();
    await append(entry(gateway, counts), entry(gateway, { ...counts, hour: NOON + HOUR }));
    await append(
      entry(gateway, { stored: 1, hour: NOON + HOUR }),
      entry(gateway, { brokerId: randomUUID(), rejected: 5 }),
    );
    const hour = (begin: number) => ({ from: new Date(begin), to: new Date(begin + HOUR), lost: 0 });
    const expected = [
      { ...hour(NOON + HOUR), ...counts, stored: 4, accepted: 7 },
      { ...hour(NOON), ...counts, rejected: 6, accepted: 11 },
    ];
    expect(await books(gateway)).toEqual(expected);
    await fold();
    expect(await books(gateway)).toEqual(expected);
    await append(entry(gateway, { duplicate: 1 }));
    await fold();
    expect(await books(gateway)).toEqual([expected[0], { ...expected[1], duplicate: 3, accepted: 12 }]);
  });

  it('hold the hours from the first, without the last', async () => {
    const gateway = await own.createGateway();
    await append(...[0, 1, 2].map((hours) => entry(gateway, { hour: NOON + hours * HOUR, stored: 1 })));
    const [from, to] = [new Date(NOON + HOUR), new Date(NOON + 2 * HOUR)];
    const within = async (span: Partial<LedgerSpan>) => (await books(gateway, span)).map((hour) => hour.from.getTime());
    expect(await within({ from, to })).toEqual([from.getTime()]);
    const halfPast = { from: new Date(NOON + HOUR / 2), to: new Date(NOON + 1.5 * HOUR) };
    expect(await within(halfPast), 'both in part').toEqual([NOON + HOUR, NOON]);
    expect(await within({ limit: 2 }), 'the newest two').toEqual([NOON + 2 * HOUR, NOON + HOUR]);
  });

  it('are of their gateway alone', async () => {
    const [gateway, other] = [await own.createGateway(), await own.createGateway()];
    await append(entry(gateway, { ...counts, seen: [[5, 5]] }));
    expect(await books(other)).toEqual([]);
    expect(await countMissing(own.db, other)).toEqual({ unseen: 0, lost: 0 });
  });

  it('go with the transaction that appends', async () => {
    const gateway = await own.createGateway();
    const failed = own.db.transaction().execute(async (tx) => {
      await appendCounts([entry(gateway, counts)]).execute(tx);
      throw new Error('rolled back');
    });
    await expect(failed).rejects.toThrow();
    expect(await books(gateway)).toEqual([]);
  });

  it('are left alone by an append of nothing', async () => {
    await append();
  });
});

describe('the books by day', () => {
  const iso = (...times: string[]) => times.map((time) => new Date(time).toISOString());

  it.each<[string, string, string, string[], string[]]>([
    [
      'of 25 hours',
      'Europe/Berlin',
      '2026-10-25T12:00:00Z',
      ['2026-10-24T21:00:00Z', '2026-10-24T22:00:00Z', '2026-10-25T22:00:00Z', '2026-10-25T23:00:00Z'],
      ['2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
    ],
    [
      'of 23 hours',
      'Europe/Berlin',
      '2026-03-29T12:00:00Z',
      ['2026-03-28T22:00:00Z', '2026-03-28T23:00:00Z', '2026-03-29T21:00:00Z', '2026-03-29T22:00:00Z'],
      ['2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'],
    ],
    [
      'that begins at half past, with the hours that begin in it',
      'Asia/Kolkata',
      '2026-11-23T12:00:00Z',
      ['2026-11-22T18:00:00Z', '2026-11-22T19:00:00Z', '2026-11-23T18:00:00Z', '2026-11-23T19:00:00Z'],
      ['2026-11-22T18:30:00Z', '2026-11-23T18:30:00Z'],
    ],
    [
      'that has no midnight',
      'Africa/Cairo',
      '2026-04-24T12:00:00Z',
      ['2026-04-23T21:00:00Z', '2026-04-23T22:00:00Z', '2026-04-24T20:00:00Z', '2026-04-24T21:00:00Z'],
      ['2026-04-23T22:00:00Z', '2026-04-24T21:00:00Z'],
    ],
  ])('hold a day %s', async (_, timeZone, noon, hours, expected) => {
    const gateway = await own.createGateway();
    // Of four hours the middle two are in the day; each has a count of its own.
    await append(...hours.map((hour, n) => entry(gateway, { hour: Date.parse(hour), stored: 10 ** n })));
    const days = await books(gateway, { by: 'day', timeZone, from: new Date(noon), to: new Date(noon) });
    expect(days.map(({ from, to, stored }) => [...iso(from.toISOString(), to.toISOString()), stored])).toEqual([
      [...iso(...expected), 110],
    ]);
  });

  it('leave out days in which nothing came, and make whole days of what is asked for', async () => {
    const gateway = await own.createGateway();
    const days = ['2026-11-20', '2026-11-22', '2026-11-23'];
    await append(...days.map((day) => entry(gateway, { hour: Date.parse(`${day}T10:00:00Z`), stored: 1 })));
    const [from, to] = [new Date('2026-11-20T23:59:00Z'), new Date('2026-11-22T00:01:00Z')];
    const found = await books(gateway, { by: 'day', from, to });
    expect(found.map((day) => day.from.toISOString().slice(0, 10))).toEqual(['2026-11-22', '2026-11-20']);
  });
});

describe('folding', () => {
  it('beside appending and reading loses nothing and counts nothing twice', async () => {
    const gateway = await own.createGateway();
    const [writers, rounds] = [6, 25];
    let going = true;
    const write = async (writer: number): Promise<void> => {
      for (let n = 0; n < rounds; n++) {
        const number = writer * rounds + n + 1;
        await append(entry(gateway, { stored: 1, itemsStored: number, seen: [[number, number]] }));
      }
    };
    const foldAllTheTime = async (): Promise<void> => {
      while (going) await foldCounts(own.db);
    };
    const readAllTheTime = async (): Promise<void> => {
      for (let last = 0; going; ) {
        const [hour] = await books(gateway);
        expect(hour?.stored ?? 0).toBeGreaterThanOrEqual(last);
        last = hour?.stored ?? 0;
      }
    };
    const others = [foldAllTheTime(), foldAllTheTime(), readAllTheTime()];
    await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
    going = false;
    await Promise.all(others);
    const total = writers * rounds;
    expect(await books(gateway)).toMatchObject([{ stored: total, itemsStored: (total * (total + 1)) / 2 }]);
    expect(await unseen(gateway)).toBe(0);
    await fold();
    expect(await books(gateway)).toMatchObject([{ stored: total }]);
    const { rows } = await sql`SELECT FROM ingest_count`.execute(own.db);
    expect(rows).toEqual([]);
  });

  it('is done by one at a time: another one leaves it to the first', async () => {
    const gateway = await own.createGateway();
    await append(entry(gateway, { stored: 1 }));
    await own.db.transaction().execute(async (tx) => {
      await sql`SELECT pg_advisory_xact_lock(hashtextextended('stepcloud.fold', 0))`.execute(tx);
      expect(await foldCounts(own.db)).toBeUndefined();
    });
    expect(await foldCounts(own.db)).toBe(1);
    expect(await books(gateway)).toMatchObject([{ stored: 1 }]);
  });

  it('leaves what a transaction under way appends to the next time', async () => {
    const gateway = await own.createGateway();
    await own.db.transaction().execute(async (tx) => {
      await appendCounts([entry(gateway, { stored: 1 })]).execute(tx);
      await fold();
    });
    expect(await books(gateway)).toMatchObject([{ stored: 1 }]);
    await fold();
    expect(await books(gateway)).toMatchObject([{ stored: 1 }]);
  });
});

describe('numbers that no worker has seen', () => {
  it.each<[string, Pick<LedgerEntry, 'seen' | 'voided'>[], number]>([
    ['of nothing', [], 0],
    ['of a message', [{ seen: [[1, 1]], voided: [] }], 0],
    ['of messages in a row', [{ seen: [[1, 500]], voided: [] }], 0],
    [
      'of a hole',
      [
        {
          seen: [
            [1, 3],
            [7, 9],
          ],
          voided: [],
        },
      ],
      3,
    ],
    [
      'of a hole between batches',
      [
        { seen: [[1, 3]], voided: [] },
        { seen: [[5, 5]], voided: [] },
      ],
      1,
    ],
    [
      'of a hole that was filled later',
      [
        { seen: [[5, 9]], voided: [] },
        { seen: [[1, 4]], voided: [] },
      ],
      0,
    ],
    ['of a beginning', [{ seen: [[11, 20]], voided: [] }], 10],
    [
      'of void numbers',
      [
        {
          seen: [
            [1, 3],
            [7, 9],
          ],
          voided: [[4, 6]],
        },
      ],
      0,
    ],
    [
      'of void numbers that another batch tells',
      [
        { seen: [[7, 9]], voided: [] },
        { seen: [[10, 10]], voided: [[1, 6]] },
      ],
      0,
    ],
    [
      'of a hole beside void numbers',
      [
        {
          seen: [
            [1, 1],
            [10, 10],
          ],
          voided: [[3, 5]],
        },
      ],
      5,
    ],
    ['below void numbers, which are told with later batches', [{ seen: [[1, 3]], voided: [[8, 9]] }], 4],
    ['of a number that is void and was seen after all', [{ seen: [[1, 5]], voided: [[2, 3]] }], 0],
    [
      'of a batch that was counted twice',
      [
        { seen: [[2, 5]], voided: [] },
        { seen: [[2, 5]], voided: [] },
      ],
      1,
    ],
    ['of void numbers alone, from the first', [{ seen: [], voided: [[1, 5]] }], 0],
  ])('%s', async (_, entries, expected) => {
    const gateway = await own.createGateway();
    for (const part of entries) await append(entry(gateway, part));
    expect(await unseen(gateway)).toBe(expected);
    await fold();
    expect(await unseen(gateway)).toBe(expected);
  });

  it('are counted for each broker process apart, and over all hours', async () => {
    const gateway = await own.createGateway();
    const other = randomUUID();
    await append(
      entry(gateway, { seen: [[1, 2]] }),
      entry(gateway, { seen: [[4, 4]], hour: NOON + HOUR }),
      entry(gateway, { brokerId: other, seen: [[3, 3]] }),
      entry(gateway, { brokerId: other, seen: [[2, 2]], hour: NOON + HOUR }),
    );
    expect(await unseen(gateway)).toBe(2);
  });

  it('are the holes of what was seen, however it is split over batches and folded between them', async () => {
    const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(numbers, fc.infiniteStream(fc.nat(3)), async (given, choices) => {
        const gateway = await own.createGateway();
        for (const number of given) {
          const choice = choices.next().value as number;
          await append(entry(gateway, choice === 0 ? { voided: [[number, number]] } : { seen: [[number, number]] }));
          if (choice === 1 && number % 5 === 0) await fold();
        }
        expect(await unseen(gateway)).toBe(Math.max(...given) - given.length);
      }),
      { numRuns: 15 },
    );
  });
});
