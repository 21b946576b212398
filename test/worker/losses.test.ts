import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { sql } from 'kysely';
import { pino } from 'pino';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { foldCounts } from '../../src/db/ledger.ts';
import { countMissing, readLedger } from '../../src/db/ledger-views.ts';
import { type AcceptedMessage, encodeEnvelope, type NumberedMessage } from '../../src/ingest/envelope.ts';
import type { Batch } from '../../src/queue/batch.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { findLosses } from '../../src/worker/losses.ts';
import type { Gateway } from '../db/tenant.ts';
import { batchOf, createDesk, type Desk, NOW, reading, say } from './desk.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const log = createLog('test', { level: 'silent', pretty: false });

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.close());

interface Job {
  readonly batch: Batch;
  readonly addedAt: number;
  readonly messages: readonly (NumberedMessage & Sent)[];
  readonly voided: readonly { gatewayId: string; number: number }[];
  runs: number;
}

interface Sent {
  /** The moment that a reading is of, which is all that makes it another one; undefined for what is refused. */
  readonly moment: number | undefined;
}

const sent = fc.record({
  gateway: fc.nat(1),
  moment: fc.option(fc.nat(5), { nil: undefined }),
});
/** What may happen, in any order. `arrives`: a batch that was given up may be in the queue all the same. */
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constant('send' as const),
      broker: fc.nat(1),
      messages: fc.array(sent, { minLength: 1, maxLength: 4 }),
      acknowledged: fc.integer({ min: 0, max: 3 }).map((roll) => roll > 0),
      arrives: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ does: fc.constant('store' as const), job: fc.nat(), again: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('remove' as const), job: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('look' as const),
      after: fc.oneof(fc.nat(2 * MINUTE), fc.nat(12 * MINUTE)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('fold' as const) }) },
);

/** Brokers, queue and books as plain lists and maps. */
function createModel() {
  const brokers = [-2 * MINUTE, 2 * MINUTE].map((skew) => ({
    id: randomUUID(),
    skew,
    numbers: new Map<string, number>(),
    voided: [] as { gatewayId: string; number: number }[],
  }));
  const jobs: Job[] = [];
  const known = new Set<string>();
  /** By gateway and hour. */
  const books = new Map<string, { stored: number; duplicate: number; rejected: number }>();
  /** By gateway and broker, the numbers that workers were told of, with the first hour in which they were. */
  const told = new Map<string, Map<number, number>>();

  return {
    jobs,
    books,
    oldestJob: async () => (jobs.length === 0 ? undefined : Math.min(...jobs.map(({ addedAt }) => addedAt))),

    send(index: number, messages: readonly (AcceptedMessage & Sent)[], acknowledged: boolean, arrives: boolean): void {
      const broker = brokers[index] as (typeof brokers)[number];
      const numbered = messages.map((message) => {
        const number = (broker.numbers.get(message.gatewayId) ?? 0) + 1;
        broker.numbers.set(message.gatewayId, number);
        return { ...message, number };
      });
      if (acknowledged || arrives) {
        const voided = new Map<string, [number, number][]>();
        for (const { gatewayId, number } of broker.voided)
          voided.set(gatewayId, [...(voided.get(gatewayId) ?? []), [number, number]]);
        const body = encodeEnvelope({ brokerId: broker.id, messages: numbered, voided });
        const batch: Batch = { v: 1, batch: `${uuid().slice(0, 32)}0000`, shard: index, body };
        const addedAt = desk.clock.now + broker.skew;
        jobs.push({ batch, addedAt, messages: numbered, voided: [...broker.voided], runs: 0 });
      }
      if (acknowledged) broker.voided = [];
      else broker.voided.push(...numbered.map(({ gatewayId, number }) => ({ gatewayId, number })));
    },

    /** What the first run of a job does. */
    store({ batch, messages, voided }: Job): void {
      const { id } = brokers[batch.shard] as (typeof brokers)[number];
      const tell = (gatewayId: string, number: number, hour: number): void => {
        const key = `${gatewayId} ${id}`;
        const numbers = told.get(key) ?? new Map<number, number>();
        told.set(key, numbers.set(number, Math.min(hour, numbers.get(number) ?? hour)));
      };
      for (const { gatewayId, number, moment, receivedAt } of messages) {
        tell(gatewayId, number, receivedAt);
        const key = `${gatewayId} ${receivedAt}`;
        const counts = books.get(key) ?? { stored: 0, duplicate: 0, rejected: 0 };
        books.set(key, counts);
        const value = `${gatewayId} ${moment}`;
        if (moment === undefined) counts.rejected++;
        else if (known.has(value)) counts.duplicate++;
        else counts.stored++;
        known.add(value);
      }
      for (const { gatewayId, number } of voided) tell(gatewayId, number, messages[0]?.receivedAt ?? 0);
    },

    /** Numbers below the highest that was told and not told themselves, with the hour of the next one. */
    missing(): string[] {
      return [...told].flatMap(([key, numbers]) => {
        const highest = Math.max(...numbers.keys());
        let hour = 0;
        const holes: string[] = [];
        for (let number = highest; number > 0; number--) {
          hour = numbers.get(number) ?? hour;
          if (!numbers.has(number)) holes.push(`${key} ${hour} ${number}`);
        }
        return holes;
      });
    },
  };
}

// What one test leaves unfinished would be found by the next.
beforeEach(() => sql`TRUNCATE ingest_count, ingest_sequence, ingest_hole`.execute(desk.db));

it.each([
  ['the queue has been empty for as long as clocks may be apart', 5.1, undefined, true],
  ['the queue is empty, but only since', 4.9, undefined, false],
  ['an older job waits in the queue', 600, -1, false],
  ['a job waits that may be older, by a clock that is ahead', 600, 4.9, false],
  ['every job in the queue is newer', 600, 5.1, true],
  ['a job waits that says it is of tomorrow', 4.9, 24 * 60, false],
])(
  'when %s (a look %s min after the hole was noticed, the oldest job of %s min), it is lost: %s',
  async (_, after, added, isLost) => {
    const gateway = await desk.createGateway();
    const at = (minutes: number) => NOW + minutes * MINUTE;
    const lines: string[] = [];
    const look = (minutes: number, oldest: number | undefined) => {
      const metrics = createMetrics().maintenance;
      const toLines = pino({ level: 'error' }, { write: (line: string) => lines.push(line) });
      const queue = { oldestJob: async () => oldest };
      return findLosses({ db: desk.db, queue, clock: () => at(minutes), metrics, log: toLines });
    };
    batchOf([reading(gateway, 'd', 0, { t: 1 })]);
    await desk.worker().store(batchOf([reading(gateway, 'd', 1, { t: 1 })]));
    await look(0, undefined);
    const found = await look(after, added === undefined ? undefined : at(added));
    const loss = { lost: 1, numbers: [[1, 1]] };
    expect(found).toMatchObject(isLost ? [{ gatewayId: gateway.id, ...loss }] : []);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject(isLost ? [{ gateway: gateway.id, ...loss }] : []);
  },
);

it('whatever is sent, given up, run, run again and taken away, the books are what was stored and lost is what was taken away', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }), async (steps) => {
      desk.clock.now = NOW;
      const gateways = [await desk.createGateway(), await desk.createGateway()];
      const model = createModel();
      const metrics = createMetrics().maintenance;
      const lost: string[] = [];
      const removed = new Set<string>();

      const run = async (job: Job): Promise<void> => {
        const { repeated } = await desk.worker().store(job.batch);
        expect(repeated).toBe(job.runs > 0);
        if (job.runs++ === 0) model.store(job);
      };
      const look = async (after: number): Promise<void> => {
        desk.clock.now += after;
        const found = await findLosses({ db: desk.db, queue: model, clock: () => desk.clock.now, metrics, log });
        for (const { gatewayId, brokerId, hour, numbers } of found)
          for (const [first, last] of numbers)
            for (let number = first; number <= last; number++)
              lost.push(`${gatewayId} ${brokerId} ${hour.getTime()} ${number}`);
      };

      for (const [index, one] of steps.entries()) {
        if (one.does === 'send') {
          const receivedAt = NOW + (index < steps.length / 2 ? 0 : HOUR);
          const messages = one.messages.map(({ gateway: of, moment }) => {
            const gateway = gateways[of] as Gateway;
            const message =
              moment === undefined ? say(gateway, 'd', 'no JSON') : reading(gateway, 'd', moment, { t: moment });
            return { ...message, moment, receivedAt };
          });
          model.send(one.broker, messages, one.acknowledged, one.arrives);
        } else if (one.does === 'look') await look(one.after);
        else if (one.does === 'fold') await foldCounts(desk.db);
        else if (model.jobs.length > 0) {
          const place = one.job % model.jobs.length;
          const job = model.jobs[place] as Job;
          if (one.does === 'store') await run(job);
          if (one.does === 'remove' || !one.again) model.jobs.splice(place, 1);
          if (one.does === 'remove' && job.runs === 0) removed.add(job.batch.batch);
        }
        expect(model.missing()).toEqual(expect.arrayContaining(lost));
      }
      for (const job of model.jobs.splice(0).reverse()) await run(job);
      await look(0);
      await look(6 * MINUTE);
      expect(lost.sort()).toEqual(model.missing().sort());
      if (removed.size === 0) expect(lost).toEqual([]);

      for (const gateway of gateways) {
        const of = (all: readonly string[]) => all.filter((key) => key.startsWith(gateway.id));
        expect(await countMissing(desk.db, gateway)).toEqual({ unseen: 0, lost: of(lost).length });
        const span = {
          by: 'hour',
          timeZone: 'UTC',
          from: new Date(0),
          to: new Date(NOW + 2 * HOUR),
          limit: 9,
        } as const;
        const hours = await readLedger(desk.db, gateway, span);
        const shown = hours.map(({ from, stored, duplicate, rejected }) => [
          `${gateway.id} ${from.getTime()}`,
          { stored, duplicate, rejected },
        ]);
        expect(Object.fromEntries(shown)).toMatchObject(
          Object.fromEntries([...model.books].filter(([key]) => of([key]).length > 0)),
        );
        for (const { from, lost: count } of hours)
          expect(count).toBe(of(lost).filter((key) => key.split(' ')[2] === String(from.getTime())).length);
      }
      const counted = await metrics.losses.get();
      expect(counted.values[0]?.value).toBe(lost.length);
    }),
    { numRuns: 15, endOnFailure: true },
  );
});
