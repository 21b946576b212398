import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOutbox, type Outbox } from '../../src/simulator/outbox.ts';

const message = (number: number) => ({ topic: 't', payload: String(number) });

function add(outbox: Outbox, count: number) {
  for (let index = 0; index < count; index += 1) outbox.add(message(outbox.counts().published));
}

function takeAll(outbox: Outbox): number[] {
  const taken: number[] = [];
  for (let next = outbox.take(); next; next = outbox.take()) taken.push(next.number);
  return taken;
}

describe('outbox', () => {
  it('drops the oldest beyond its capacity and counts them', () => {
    const outbox = createOutbox(10, 50);
    add(outbox, 25);
    expect(outbox.counts()).toEqual({ published: 25, acknowledged: 0, buffered: 10, dropped: 15 });
    expect(takeAll(outbox)[0]).toBe(15);
  });

  it('has no more in flight than its window, and gives the next at an acknowledgement', () => {
    const outbox = createOutbox(1000, 50);
    add(outbox, 200);
    expect(takeAll(outbox)).toHaveLength(50);
    outbox.acknowledge(3);
    expect(takeAll(outbox)).toEqual([50]);
  });

  it('never drops what is in flight', () => {
    const outbox = createOutbox(10, 3);
    add(outbox, 5);
    expect(takeAll(outbox)).toEqual([0, 1, 2]);
    add(outbox, 100);
    for (const number of [0, 1, 2]) outbox.acknowledge(number);
    expect(outbox.counts()).toMatchObject({ acknowledged: 3, buffered: 7, dropped: 95 });
  });

  it('gives again after a rewind what was not acknowledged, the oldest first', () => {
    const outbox = createOutbox(100, 5);
    add(outbox, 8);
    takeAll(outbox);
    outbox.acknowledge(1);
    outbox.acknowledge(3);
    outbox.rewind();
    expect(takeAll(outbox)).toEqual([0, 2, 4, 5, 6]);
  });

  it('counts an acknowledgement once, and none for what was dropped', () => {
    const outbox = createOutbox(2, 1);
    add(outbox, 2);
    takeAll(outbox);
    outbox.rewind();
    add(outbox, 1);
    outbox.acknowledge(0);
    outbox.acknowledge(1);
    outbox.acknowledge(1);
    expect(outbox.counts()).toEqual({ published: 3, acknowledged: 1, buffered: 1, dropped: 1 });
  });

  it('adds up and keeps the order after any sequence of steps', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('add' as const) }),
      fc.record({ do: fc.constant('take' as const) }),
      fc.record({ do: fc.constant('acknowledge' as const), pick: fc.nat(20) }),
      fc.record({ do: fc.constant('rewind' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 12 }), (steps, capacity) => {
        const outbox = createOutbox(capacity, 4);
        let flying: number[] = [];
        for (const each of steps) {
          if (each.do === 'add') add(outbox, 1);
          if (each.do === 'rewind') {
            outbox.rewind();
            flying = [];
          }
          if (each.do === 'take') {
            const next = outbox.take();
            expect(next === undefined || next.number > (flying.at(-1) ?? -1)).toBe(true);
            if (next) flying.push(next.number);
          }
          if (each.do === 'acknowledge' && flying.length > 0) {
            outbox.acknowledge(flying.splice(each.pick % flying.length, 1)[0]!);
          }
          const { published, acknowledged, buffered, dropped } = outbox.counts();
          expect(published).toBe(acknowledged + buffered + dropped);
          expect(buffered).toBeLessThanOrEqual(capacity);
          expect(flying.length).toBeLessThanOrEqual(4);
        }
      }),
    );
  });
});
