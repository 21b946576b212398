import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AcceptedMessage } from '../../src/ingest/envelope.ts';
import type { Gateway } from '../db/tenant.ts';
import { batchOf, createDesk, type Desk, NOW, say } from './desk.ts';

// Messages of gateways without a clock: their times count from a power-up.

let desk: Desk;
let gateway: Gateway;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.close());

/** What comes `after` milliseconds after NOW, of a gateway that was powered up at `zero`. */
const counted = (up: number, after: number, { boot = 'a', zero = NOW - 60_000, device = 'd' } = {}): AcceptedMessage =>
  say(gateway, device, { boot, sentUp: NOW + after - zero, up, values: { t: up } }, { receivedAt: NOW + after });
const times = async (device = 'd') => (await desk.stored(gateway, device)).map(({ at }) => at);
const boots = async () => {
  const own = desk.db.selectFrom('gateway_boot').where('gateway_id', '=', gateway.id);
  return (await own.select(['boot', 'zero']).orderBy('boot').execute()).map(({ boot, zero }) => [boot, +zero - NOW]);
};

describe('times since power-up', () => {
  it('are the same in a message that is sent again, whichever worker has it', async () => {
    gateway = await desk.createGateway();
    await desk.worker().store(batchOf([counted(1_000, 0)]));
    const resent = { ...counted(1_000, 0), receivedAt: NOW + 90_000 };
    const later = say(
      gateway,
      'd',
      { boot: 'a', sentUp: 70_000, up: 2_000, values: { t: 2 } },
      { receivedAt: NOW + 99_000 },
    );
    expect(await desk.worker().store(batchOf([resent, later]))).toMatchObject({ stored: 1, duplicate: 1, rejected: 0 });
    expect(await times()).toEqual([-59_000, -58_000]);
    expect(await boots()).toEqual([['a', -60_000]]);
  });

  it('count from the power-up that is named, as the message of a batch tells that was under way the shortest', async () => {
    gateway = await desk.createGateway();
    const slow = say(gateway, 'd', { boot: 'a', sentUp: 5_000, up: 1_000, values: { t: 1 } });
    await desk.worker().store(batchOf([slow, counted(2_000, 0), counted(3_000, 0, { boot: 'b', zero: NOW - 4_000 })]));
    expect(await boots()).toEqual([
      ['a', -60_000],
      ['b', -4_000],
    ]);
    expect(await times()).toEqual([-59_000, -58_000, -1_000]);
  });

  it('are of one gateway: another one with the same boot has its own', async () => {
    gateway = await desk.createGateway();
    const worker = desk.worker();
    const first = counted(1_000, 0);
    gateway = await desk.createGateway();
    await worker.store(batchOf([first, counted(1_000, 0, { zero: NOW - 2_000 })]));
    expect(await times()).toEqual([-1_000]);
  });

  it('of events and of messages that another carries count from it as well', async () => {
    gateway = await desk.createGateway();
    const stamp = { boot: 'a', sentUp: 60_000 };
    const event = { ...stamp, type: 'x', startedAt: 1_000, recordedAt: 2_000 };
    const items = [
      { device: 'd', kind: 'events', payload: event },
      { device: 'd', kind: 'readings', payload: { ...stamp, up: 3_000, values: { t: 1 } } },
    ];
    const sent = [
      say(gateway, 'd', event, { topic: `v1/gateways/${gateway.id}/devices/d/events`, receivedAt: NOW + 5_000 }),
      say(gateway, '', items, { topic: `v1/gateways/${gateway.id}/batch`, receivedAt: NOW + 9_000 }),
    ];
    await desk.worker().store(batchOf([say(gateway, 'd', { ...stamp, up: 0, values: {} })]));
    expect(await desk.worker().store(batchOf(sent))).toMatchObject({ stored: 2, duplicate: 1, rejected: 0 });
    expect(await times()).toEqual([-57_000]);
  });

  it('are fixed by a message of which nothing else is right, and for a gateway that is not there by none', async () => {
    gateway = await desk.createGateway();
    const stray = { ...counted(1_000, 0), gatewayId: '01938f4e-6d2a-7c11-9f0e-5b2c7d8e9f10' };
    await desk.worker().store(batchOf([say(gateway, 'd', { boot: 'a', sentUp: 60_000, up: 1 }), stray]));
    expect(await boots()).toEqual([['a', -60_000]]);
  });
});

describe('the power-ups of a gateway', () => {
  it('are kept, the newest 1,000', async () => {
    gateway = await desk.createGateway();
    const worker = desk.worker();
    const name = (n: number) => `b${String(n).padStart(4, '0')}`;
    const of = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, n) =>
        say(gateway, 'd', { boot: name(from + n), sentUp: 0, values: {} }, { receivedAt: NOW + from + n }),
      );
    await worker.store(batchOf(of(0, 700)));
    expect(await boots()).toHaveLength(700);
    await worker.store(batchOf(of(700, 1_200)));
    const kept = (await boots()).map(([boot]) => boot);
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([1_000, name(200), name(1_199)]);
    await worker.store(batchOf(of(1_150, 1_200)));
    expect(await boots()).toHaveLength(1_000);
  });
});

describe('the same messages in any order and number, over two workers at once', () => {
  /** A message of one of two power-ups, under way for a while. */
  const message = fc.record({ boot: fc.constantFrom('a', 'b'), delay: fc.nat(3_000) });
  /** Which message comes next, and whether a batch ends before it, for each of two workers. */
  const schedule = fc.array(fc.tuple(fc.nat(9), fc.boolean()), { maxLength: 20 });

  it('give each reading once, and all of one power-up count from the same zero, which one of them told', async () => {
    const lists = fc.array(message, { minLength: 1, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(lists, fc.tuple(schedule, schedule), async (list, plans) => {
        gateway = await desk.createGateway();
        const sent = list.map(({ boot, delay }, index) => {
          const payload = { boot, sentUp: 60_000 + index * 100, up: index * 100, values: { [boot]: index } };
          return say(gateway, 'd', payload, { receivedAt: NOW + index * 100 + delay });
        });
        await Promise.all(
          plans.map(async (plan, which) => {
            const worker = desk.worker();
            const all = sent.map((_, n) => [which === 0 ? n : sent.length - 1 - n, n % 3 === 0] as const);
            const batch: AcceptedMessage[] = [];
            for (const [pick, cut] of [...plan, ...all]) {
              if (cut && batch.length > 0) await worker.store(batchOf(batch.splice(0)));
              batch.push(sent[pick % sent.length] as AcceptedMessage);
            }
            await worker.store(batchOf(batch));
          }),
        );
        const stored = await desk.stored(gateway, 'd');
        expect(stored.map(({ value }) => value).sort()).toEqual([...list.keys()].sort());
        for (const [boot, zero] of await boots()) {
          const own = [...list.entries()].filter(([, one]) => one.boot === boot);
          expect(own.map(([, { delay }]) => delay - 60_000)).toContain(zero);
          const expected = own.map(([index]) => ({ label: boot, at: Number(zero) + index * 100, value: index }));
          expect(stored.filter(({ label }) => label === boot)).toEqual(expected);
        }
        expect(await desk.letters(gateway)).toEqual([]);
      }),
      { numRuns: 12 },
    );
  });
});
