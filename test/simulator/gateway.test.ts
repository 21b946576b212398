import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { backoffMs, type Gateway, type GatewayOptions, openGateway } from '../../src/simulator/gateway.ts';
import { recordLog } from '../support/record-log.ts';
import { startAedes, startPacketBroker } from './stand-ins.ts';

const SOON = { timeout: 10_000, interval: 10 };

function open(options: Partial<GatewayOptions> & { url: string }) {
  const recorded = recordLog();
  const defaults = { gatewayId: 'gw-1', token: 'jwt', seed: 1, bufferMessages: 10_000, log: recorded.log };
  const gateway = openGateway({ ...defaults, ...options });
  onTestFinished(() => gateway.close());
  return { gateway, ...recorded };
}

/** Publishes the next `count` numbers. */
function publish(gateway: Gateway, count: number) {
  for (let index = 0; index < count; index += 1) {
    gateway.publish({ topic: 'v1/numbers', payload: String(gateway.counts().published) });
  }
}

const numbersOf = (arrivals: { payload: Buffer }[]) => arrivals.map(({ payload }) => Number(payload));
const upTo = (count: number) => Array.from({ length: count }, (_, number) => number);

describe('a broker that goes away and comes back', () => {
  it('gets every message at least once, first arrivals in order', async () => {
    const first = await startAedes();
    const { gateway, saying } = open({ url: first.url });
    publish(gateway, 300);
    await vi.waitFor(() => expect(gateway.counts().acknowledged).toBeGreaterThan(100), SOON);
    await first.stop();
    publish(gateway, 300);
    await vi.waitFor(() => expect(saying('not connected')).toHaveLength(1), SOON);
    expect(gateway.counts().buffered).toBeGreaterThanOrEqual(300);

    const second = await startAedes(first.port);
    await vi.waitFor(() => expect(saying('connected')).toHaveLength(2), SOON);
    publish(gateway, 100);
    await vi.waitFor(() => expect(gateway.counts().buffered).toBe(0), SOON);
    expect(gateway.counts()).toEqual({ published: 700, acknowledged: 700, buffered: 0, dropped: 0 });
    expect([...new Set(numbersOf([...first.arrivals, ...second.arrivals]))]).toEqual(upTo(700));
  });

  it('gets again just what it had not acknowledged', async () => {
    const broker = await startPacketBroker({ acknowledging: false });
    const { gateway } = open({ url: broker.url });
    publish(gateway, 80);
    await vi.waitFor(() => expect(broker.arrivals).toHaveLength(50), SOON);
    for (const socket of broker.sockets) socket.destroy();
    broker.acknowledge();
    await vi.waitFor(() => expect(gateway.counts().acknowledged).toBe(80), SOON);
    expect(numbersOf(broker.arrivals)).toEqual([...upTo(50), ...upTo(80)]);
  });

  it('finds what the buffer could hold, and one warning tells of the rest', async () => {
    const first = await startAedes();
    await first.stop();
    const { gateway, lines, saying } = open({ url: first.url, bufferMessages: 100 });
    publish(gateway, 250);
    expect(gateway.counts()).toEqual({ published: 250, acknowledged: 0, buffered: 100, dropped: 150 });
    expect(lines.filter(({ level }) => level >= 40)).toHaveLength(1);
    expect(saying('the buffer is full')).toHaveLength(1);

    const second = await startAedes(first.port);
    await vi.waitFor(() => expect(gateway.counts().acknowledged).toBe(100), SOON);
    expect(numbersOf(second.arrivals)).toEqual(upTo(250).slice(150));
  });
});

describe('a broker that withholds PUBACKs', () => {
  it('has at most 50 messages in flight, and the rest as soon as it answers', async () => {
    const broker = await startPacketBroker({ acknowledging: false });
    const { gateway } = open({ url: broker.url });
    publish(gateway, 500);
    await vi.waitFor(() => expect(broker.arrivals).toHaveLength(50), SOON);
    publish(gateway, 500);
    // A round trip later still nothing more has been sent.
    const probe = open({ url: broker.url, gatewayId: 'gw-2' });
    await vi.waitFor(() => expect(probe.saying('connected')).toHaveLength(1), SOON);
    expect(broker.arrivals).toHaveLength(50);
    expect(gateway.counts()).toEqual({ published: 1000, acknowledged: 0, buffered: 1000, dropped: 0 });

    broker.acknowledge();
    await vi.waitFor(() => expect(gateway.counts().acknowledged).toBe(1000), SOON);
    expect(numbersOf(broker.arrivals)).toEqual(upTo(1000));
    expect(broker.arrivals.some(({ dup }) => dup)).toBe(false);
  });
});

describe('connecting', () => {
  it.each([3, 5])('is tried again after CONNACK %d, and the reason is logged', async (code) => {
    const broker = await startPacketBroker({ connackCodes: [code] });
    const { gateway, saying } = open({ url: broker.url });
    publish(gateway, 3);
    await vi.waitFor(() => expect(gateway.counts().acknowledged).toBe(3), SOON);
    expect(broker.received.filter((cmd) => cmd === 'connect')).toHaveLength(2);
    expect(saying('not connected')).toMatchObject([{ reason: expect.stringContaining('Connection refused') }]);
  });

  it('waits between 1 and 30 s, longer from failure to failure', () => {
    expect(backoffMs(1, 0)).toBe(1_000);
    expect(backoffMs(1, 0.999)).toBeLessThan(2_000);
    expect(backoffMs(4, 0.999)).toBeGreaterThan(15_000);
    expect(backoffMs(2_000, 0)).toBe(1_000);
    expect(backoffMs(2_000, 0.999)).toBeLessThan(30_000);
  });
});

describe('closing', () => {
  it('waits for the buffer to drain and says DISCONNECT', async () => {
    const broker = await startPacketBroker();
    const { gateway, saying } = open({ url: broker.url });
    await vi.waitFor(() => expect(saying('connected')).toHaveLength(1), SOON);
    publish(gateway, 400);
    await gateway.close();
    expect(gateway.counts()).toEqual({ published: 400, acknowledged: 400, buffered: 0, dropped: 0 });
    expect(numbersOf(broker.arrivals)).toEqual(upTo(400));
    await vi.waitFor(() => expect(broker.received.at(-1)).toBe('disconnect'), SOON);
    await vi.waitFor(() => expect(broker.sockets.size).toBe(0), SOON);
  });

  it('does not wait for ever for a broker that answers nothing', async () => {
    const broker = await startPacketBroker({ acknowledging: false });
    const { gateway } = open({ url: broker.url });
    publish(gateway, 1);
    await vi.waitFor(() => expect(broker.arrivals).toHaveLength(1), SOON);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const closed = gateway.close();
    vi.advanceTimersByTime(5_000);
    await closed;
    expect(gateway.counts().buffered).toBe(1);
  });

  it('does not wait at all while there is no connection, and tries no more', async () => {
    const first = await startAedes();
    await first.stop();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { gateway, saying } = open({ url: first.url });
    publish(gateway, 5);
    await vi.waitFor(() => expect(saying('not connected')).toHaveLength(1), SOON);
    expect(vi.getTimerCount()).toBe(1);
    await gateway.close();
    expect(vi.getTimerCount()).toBe(0);
    expect(gateway.counts().buffered).toBe(5);
  });

  it('does not wait long for a broker that keeps its side of the connection open', async () => {
    const broker = await startPacketBroker({ halfOpen: true });
    const { gateway, saying } = open({ url: broker.url });
    await vi.waitFor(() => expect(saying('connected')).toHaveLength(1), SOON);
    const before = performance.now();
    await gateway.close();
    expect(performance.now() - before).toBeLessThan(2_000);
    expect(broker.received.at(-1)).toBe('disconnect');
  });
});
