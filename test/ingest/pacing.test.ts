import { expect, it, onTestFinished, vi } from 'vitest';
import type { BacklogLevel } from '../../src/ingest/backlog.ts';
import { createBucket } from '../../src/ingest/bucket.ts';
import { createPacing } from '../../src/ingest/pacing.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';

const RATE = { messagesPerSecond: 10, bytesPerSecond: 1_000 };

it('lets a burst go, then what gathers at the rate, and never gathers more than the burst', () => {
  const bucket = createBucket(RATE, 5, 0);
  expect(bucket.available(0)).toBe(50);
  bucket.spend(50, 0);
  expect(bucket.available(50)).toBe(0);
  expect(bucket.available(1_000)).toBe(10);
  expect(bucket.available(3_600_000)).toBe(50);
});

it('counts bytes beside messages, and lets a message pass that is larger than what is left', () => {
  const bucket = createBucket(RATE, 5, 0);
  bucket.spend(1, 4_999);
  expect(bucket.available(0)).toBe(49);
  bucket.spend(1, 2_000);
  expect(bucket.available(1_000)).toBe(0);
  expect(bucket.available(2_100)).toBeGreaterThan(0);
});

it('fills by a share of the rate only, yet lets one message pass in the end however small that is', () => {
  const bucket = createBucket(RATE, 5, 0);
  bucket.setShare(0.5);
  expect(bucket.available(0)).toBe(25);
  bucket.spend(25, 0);
  expect(bucket.available(1_000)).toBe(5);
  bucket.setShare(0.001);
  expect(bucket.available(1_000)).toBe(1);
  bucket.spend(1, 0);
  expect(bucket.available(200_000)).toBe(1);
});

it('says how much of the burst is spent', () => {
  const bucket = createBucket(RATE, 5, 0);
  bucket.spend(20, 300);
  expect(bucket.used(0)).toEqual({ messages: 20, bytes: 300 });
  expect(bucket.used(1_000)).toEqual({ messages: 10, bytes: 0 });
  expect(bucket.isFull(1_000)).toBe(false);
  expect(bucket.isFull(2_000)).toBe(true);
});

/** Senders that send whenever they may, on a clock that only `pass` moves. */
function createField({ gateway = 100, customer = 1_000, burstSeconds = 1 } = {}) {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const field = { level: 'none' as BacklogLevel };
  const rate = (messagesPerSecond: number) => ({ messagesPerSecond, bytesPerSecond: 1_000_000_000 });
  const pacing = createPacing({
    rates: { gateway: rate(gateway), customer: rate(customer), burstSeconds },
    backlog: { level: () => field.level },
    monotonic: () => performance.now(),
    metrics: createMetrics().ingest,
  });
  onTestFinished(() => pacing.close());

  /** Sends as much as it may, now and whenever it is called. */
  const flood = (gatewayId: string, customerId: string) => {
    const pace = pacing.of({ gatewayId, customerId });
    const sender = { pace, sent: 0 };
    const send = (): void => {
      for (let room = pace.ask(send); room > 0; room = pace.ask(send)) {
        pace.spend(room, 0);
        sender.sent += room;
      }
    };
    send();
    return sender;
  };
  return { field, pacing, flood, pass: (milliseconds: number) => vi.advanceTimersByTime(milliseconds) };
}

it('shares what a customer may send evenly among its gateways that want more', () => {
  const { flood, pass } = createField({ customer: 100 });
  const senders = ['a', 'b', 'c', 'd'].map((id) => flood(id, 'x'));
  expect(senders.map(({ sent }) => sent)).toEqual([100, 0, 0, 0]); // the burst goes to who comes first
  pass(60_000);
  const sent = senders.map((sender, n) => sender.sent - (n === 0 ? 100 : 0));
  const total = sent.reduce((sum, count) => sum + count, 0);
  expect(total).toBeGreaterThan(5_900);
  expect(total).toBeLessThanOrEqual(6_000);
  expect(Math.min(...sent)).toBeGreaterThan(1_000);
});

it('leaves the gateways of another customer alone', () => {
  const { pacing, flood } = createField({ gateway: 50 });
  expect(flood('a', 'x').sent).toBe(50);
  expect(pacing.of({ gatewayId: 'b', customerId: 'y' }).ask(() => {})).toBe(50);
  expect(pacing.delays()).toEqual([{ gatewayId: 'a', reason: 'gateway_rate', forMs: 0 }]);
});

it('counts all connections of a gateway together, also when it connects anew', () => {
  const { flood } = createField({ gateway: 50 });
  flood('a', 'x').pace.end();
  expect(flood('a', 'x').sent).toBe(0);
});

it('says since when a gateway is delayed, for as long as it is held now and then', () => {
  const { pacing, flood, pass } = createField({ gateway: 10 });
  const { pace } = flood('a', 'x');
  pass(10_000);
  expect(pacing.delays()).toEqual([{ gatewayId: 'a', reason: 'gateway_rate', forMs: 10_000 }]);
  pace.end();
  pass(3_001);
  expect(pacing.delays()).toEqual([]);
});

it('spends only a share of what a customer may where others spend the rest, and all of it when they are gone', () => {
  const { pacing, flood, pass } = createField({ customer: 100 });
  pacing.of({ gatewayId: 'b', customerId: 'x' });
  pacing.setShares(new Map([['x', 0.25]]));
  const sender = flood('a', 'x');
  expect(sender.sent).toBe(25);
  pass(1_000);
  expect(sender.sent).toBeLessThanOrEqual(50);
  pacing.setShares(new Map());
  pass(1_000);
  expect(sender.sent).toBeGreaterThan(120);
});

it('holds everybody while workers are behind, and calls them when they are not', () => {
  const { field, pacing, flood, pass } = createField();
  field.level = 'delay';
  const senders = ['x', 'y'].map((customer) => flood(customer, customer));
  pass(10_000);
  expect(senders.map(({ sent }) => sent)).toEqual([0, 0]);
  expect(pacing.admit({ gatewayId: 'z', customerId: 'z' }, 1)).toBeGreaterThan(0);
  field.level = 'none';
  pass(50);
  for (const { sent } of senders) expect(sent).toBeGreaterThan(0);
});

it('tells who cannot be held to come again', () => {
  const { pacing, pass } = createField({ gateway: 2 });
  const sender = { gatewayId: 'a', customerId: 'x' };
  expect([1, 2, 3].map(() => pacing.admit(sender, 10) > 0)).toEqual([false, false, true]);
  pass(500);
  expect(pacing.admit(sender, 10)).toBe(0);
});
