import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AcceptedMessage } from '../../src/ingest/envelope.ts';
import type { Gateway } from '../db/tenant.ts';
import { batchOf, createDesk, type Desk, NOW, reading, say } from './desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.close());

const DEVICES = ['d', 'e', 'f'];
const LABELS = ['a', 'b', 'text'];

/** Each message has a moment of its own, so that what it brings is new exactly once. */
const message = fc.record({
  device: fc.constantFrom(...DEVICES),
  labels: fc.uniqueArray(fc.constantFrom(...LABELS), { minLength: 1 }),
  bad: fc.integer({ min: 0, max: 5 }).map((roll) => roll === 0),
});
const messages = fc.array(message, { minLength: 1, maxLength: 12 });
/** Which message comes next, and whether a batch ends before it, for each of two workers. */
const schedule = fc.array(fc.tuple(fc.nat(11), fc.boolean()), { maxLength: 25 });

interface Given {
  device: string;
  at: number;
  values: Record<string, number | string>;
  bad: boolean;
}

function toGiven(list: readonly { device: string; labels: string[]; bad: boolean }[]): Given[] {
  return list.map(({ device, labels, bad }, index) => ({
    device,
    at: index * 7,
    values: Object.fromEntries(labels.map((label) => [label, label === 'text' ? `text ${index}` : index])),
    bad,
  }));
}

/** Runs the batches of two workers side by side; each has every message at least once. */
async function run(
  gateway: Gateway,
  sent: readonly AcceptedMessage[],
  plans: readonly (readonly [number, boolean])[][],
) {
  await Promise.all(
    plans.map(async (plan, index) => {
      const worker = desk.worker();
      const order = [...plan, ...sent.map((_, n) => [index === 0 ? n : sent.length - 1 - n, n % 4 === 0] as const)];
      let batch: AcceptedMessage[] = [];
      const flush = async (): Promise<void> => {
        if (batch.length > 0) await worker.store(batchOf(batch));
        batch = [];
      };
      for (const [pick, cut] of order) {
        if (cut) await flush();
        batch.push(sent[pick % sent.length] as AcceptedMessage);
      }
      await flush();
    }),
  );
  return desk.books(gateway);
}

describe('the same messages in any order and number, over two workers at once', () => {
  it('leave the same rows, latest values, dead letters and counters, but for what counts the repetitions', async () => {
    await fc.assert(
      fc.asyncProperty(messages, fc.tuple(schedule, schedule), async (list, plans) => {
        const gateway = await desk.createGateway();
        const given = toGiven(list);
        const sent = given.map(({ device, at, values, bad }) =>
          bad ? say(gateway, device, { ts: NOW + at, wrong: at }) : reading(gateway, device, at, values),
        );
        const books = await run(gateway, sent, plans);

        const good = given.filter(({ bad }) => !bad);
        for (const device of DEVICES) {
          const own = good.filter((of) => of.device === device);
          const rows = own.flatMap(({ at, values }) =>
            Object.entries(values).map(([label, value]) => ({ label, at, value })),
          );
          expect(await desk.stored(gateway, device)).toEqual(sorted(rows));
          const newest = LABELS.flatMap((label) => rows.findLast((row) => row.label === label) ?? []);
          expect(await desk.latest(gateway, device)).toEqual(sorted(newest));
        }
        const items = good.reduce((sum, { values }) => sum + Object.keys(values).length, 0);
        expect([books.stored, books.items[0]]).toEqual([good.length, items]);
        const letters = await desk.letters(gateway);
        expect(letters).toHaveLength(given.length - good.length);
        expect(letters.reduce((sum, { seen }) => sum + seen, 0)).toBe(books.rejected);
      }),
      { numRuns: 25 },
    );
  });
});

describe('two workers with the same new devices and sensors', () => {
  it('make each once and store everything, however their batches interleave', async () => {
    const gateways = await Promise.all(Array.from({ length: 3 }, () => desk.createGateway()));
    const sent = gateways.flatMap((gateway) =>
      Array.from({ length: 60 }, (_, n) => reading(gateway, `d${n % 5}`, n, { [`l${n % 11}`]: n, [`m${n % 7}`]: n })),
    );
    const store = async (order: readonly AcceptedMessage[]) => {
      const worker = desk.worker();
      for (let from = 0; from < order.length; from += 20) await worker.store(batchOf(order.slice(from, from + 20)));
    };
    await Promise.all([store(sent), store([...sent].reverse()), store([...sent.slice(90), ...sent.slice(0, 90)])]);
    for (const gateway of gateways) {
      expect(await desk.books(gateway)).toEqual({ stored: 60, duplicate: 120, rejected: 0, items: [120, 240, 0] });
      const rows = await Promise.all(Array.from({ length: 5 }, (_, n) => desk.stored(gateway, `d${n}`)));
      expect(rows.flat()).toHaveLength(120);
    }
  });
});

describe('two workers that bring other values for the same times', () => {
  it('leave one of them, and each of the others is a dead letter', async () => {
    const gateway = await desk.createGateway();
    const of = (worker: number) =>
      Array.from({ length: 40 }, (_, n) => reading(gateway, 'd', n, { t: worker, u: worker }));
    await Promise.all([desk.worker().store(batchOf(of(1))), desk.worker().store(batchOf(of(2).reverse()))]);
    const rows = await desk.stored(gateway, 'd');
    const letters = await desk.letters(gateway);
    expect([rows.length, letters.length]).toEqual([80, 80]);
    expect(await desk.books(gateway)).toMatchObject({ items: [80, 0, 80] });
    for (const { label, at, value } of rows) {
      const other = JSON.stringify({ ts: NOW + at, values: { [label]: 3 - Number(value) } });
      expect(letters).toContainEqual(expect.objectContaining({ code: 'VALUE_CONFLICT', item: other }));
    }
  });
});

function sorted<T extends { label: string; at: number }>(rows: readonly T[]): T[] {
  return [...rows].sort((a, b) => a.at - b.at || (a.label < b.label ? -1 : 1));
}
