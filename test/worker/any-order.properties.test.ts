import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AcceptedMessage } from '../../src/ingest/envelope.ts';
import type { Gateway } from '../db/tenant.ts';
import { isNonsense, isStatus, type Letter, letter, toMessage } from './any-message.ts';
import { type Books, batchOf, createDesk, type Desk } from './desk.ts';
import { stateOf } from './state.ts';

/** `npm run soak` asks for thousands, by another seed each time. */
const RUNS = Number(process.env.STEPCLOUD_ORDER_RUNS ?? 6);
const SEED = process.env.STEPCLOUD_ORDER_SEED ?? (process.env.STEPCLOUD_ORDER_RUNS ? Date.now() % 1e9 : 1);
const TIMEOUT_MS = 30_000 + RUNS * 5_000;
const WORKERS = 3;

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk?.close());

/** Which message comes next, and whether a batch ends before it. */
const extra = fc.array(fc.tuple(fc.nat(), fc.boolean()), { maxLength: 8 });
type Plan = readonly (readonly [number, boolean])[];

/** One worker, with caches of its own, in whose batches every message stands once, and some more often; which, in order. */
async function work(sent: readonly AcceptedMessage[], plan: Plan, turn: number): Promise<number[]> {
  const worker = desk.worker();
  const once = sent.map((_, n) => [turn === 1 ? sent.length - 1 - n : n + turn, (n + turn) % 3 === 0] as const);
  const batches: number[][] = [[]];
  for (const [pick, ends] of [...plan.slice(4), ...once, ...plan.slice(0, 4)]) {
    if (ends) batches.push([]);
    batches.at(-1)?.push(pick % sent.length);
  }
  for (const batch of batches.filter(({ length }) => length > 0))
    await worker.store(batchOf(batch.map((index) => sent[index] as AcceptedMessage)));
  return batches.flat();
}

async function createGateways(): Promise<readonly Gateway[]> {
  const home = await desk.createHome();
  return [await desk.createGateway(home), await desk.createGateway(home), await desk.createGateway()];
}

async function booksOf(gateways: readonly Gateway[]): Promise<Books> {
  const all = await Promise.all(gateways.map((gateway) => desk.books(gateway)));
  return all.reduce((sum, books) => ({
    stored: sum.stored + books.stored,
    duplicate: sum.duplicate + books.duplicate,
    rejected: sum.rejected + books.rejected,
    items: sum.items.map((items, index) => items + (books.items[index] ?? 0)) as Books['items'],
  }));
}

describe.each([
  ['each of which tells something of its own', true],
  ['that tell in part the same', false],
])('the same messages %s, in any order, number and batches, by workers side by side', (_, apart) => {
  it('leave the same rows, latest values, dead letters and counters', { timeout: TIMEOUT_MS }, async () => {
    const plans = fc.array(extra, { minLength: WORKERS, maxLength: WORKERS });
    await fc.assert(
      fc.asyncProperty(fc.array(letter, { minLength: 1, maxLength: 8 }), plans, async (letters, plans) => {
        const [once, often] = [await createGateways(), await createGateways()];
        const sentBy = (gateways: readonly Gateway[]) =>
          letters.map((one, number) => toMessage(gateways, one, number, apart));
        await desk.worker().store(batchOf(sentBy(once)));
        const sent = sentBy(often);
        const deliveries = await Promise.all(plans.map((plan, turn) => work(sent, plan, turn)));

        expect(await stateOf(desk.db, often)).toEqual(await stateOf(desk.db, once));
        const [before, books] = [await booksOf(once), await booksOf(often)];
        const count = (is: (one: Letter) => boolean) =>
          deliveries.flat().filter((index) => is(letters[index] as Letter)).length;
        const [statuses, refused] = [count(isStatus), count(isNonsense)];
        expect(books.stored + books.duplicate + books.rejected).toBe(deliveries.flat().length);
        expect(books.rejected).toBe(refused);
        expect(await seen(often)).toBe(books.items[2]);
        if (!apart) return;
        // A status is of its moment and never known already.
        const again = statuses - letters.filter(isStatus).length;
        expect([books.stored, books.items[0]]).toEqual([before.stored + again, before.items[0] + again]);
      }),
      { numRuns: RUNS, seed: Number(SEED), interruptAfterTimeLimit: TIMEOUT_MS - 10_000 },
    );
  });
});

it('nobody waited for another in a circle', async () => {
  const { rows } = await sql<{ deadlocks: number }>`
    SELECT deadlocks::int4 FROM pg_stat_database WHERE datname = current_database()`.execute(desk.db);
  expect(rows).toEqual([{ deadlocks: 0 }]);
});

/** How often dead letters were seen. */
async function seen(gateways: readonly Gateway[]): Promise<number> {
  const letters = await Promise.all(gateways.map((gateway) => desk.letters(gateway)));
  return letters.flat().reduce((sum, { seen }) => sum + seen, 0);
}
