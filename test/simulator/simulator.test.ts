import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { SIMULATED_DEVICES, type SimulatorOptions, startSimulator } from '../../src/simulator/index.ts';
import { recordLog } from '../support/record-log.ts';
import { startAedes } from './stand-ins.ts';

const SOON = { timeout: 10_000, interval: 10 };

function start(options: Partial<SimulatorOptions> & { url: string }) {
  const { log, lines } = recordLog();
  const defaults = { gatewayId: 'gw-1', token: 'jwt', readingsPerSecond: 200, seed: 1, events: false, log };
  const simulator = startSimulator({ bufferMessages: 10_000, ...defaults, ...options });
  onTestFinished(() => simulator.stop());
  return { simulator, lines };
}

describe('startSimulator', () => {
  it('publishes the readings of all devices, each with its own times', async () => {
    const broker = await startAedes();
    const { simulator, lines } = start({ url: broker.url });
    await vi.waitFor(() => expect(simulator.counts().acknowledged).toBeGreaterThan(100), SOON);
    await simulator.stop();
    const { published, acknowledged } = simulator.counts();
    expect(acknowledged).toBe(published);
    expect(broker.arrivals).toHaveLength(published);
    const keys = broker.arrivals.map(
      ({ topic }) => /^v1\/gateways\/gw-1\/devices\/([^/]+)\/readings$/.exec(topic)?.[1],
    );
    expect(new Set(keys)).toEqual(new Set(SIMULATED_DEVICES.map(({ key }) => key)));
    const stamps = broker.arrivals.map(({ topic, payload }) => `${topic} ${JSON.parse(payload.toString()).ts}`);
    expect(new Set(stamps).size).toBe(stamps.length);
    expect(JSON.stringify(lines)).not.toContain('jwt');
  });

  it('reaches thousands a second by sending several per tick', async () => {
    const broker = await startAedes();
    const { simulator } = start({ url: broker.url, readingsPerSecond: 3000, durationMs: 1000 });
    await simulator.done;
    expect(simulator.counts().published).toBeGreaterThan(2500);
    expect(simulator.counts()).toMatchObject({ buffered: 0, dropped: 0 });
  });

  it('stops by itself after its duration, and twice is once', async () => {
    const broker = await startAedes();
    const { simulator } = start({ url: broker.url, durationMs: 50 });
    await simulator.done;
    const { published } = simulator.counts();
    expect(published).toBeGreaterThan(0);
    await Promise.all([simulator.stop(), simulator.stop()]);
    expect(simulator.counts().published).toBe(published);
  });

  it.each<[string, Partial<SimulatorOptions>]>([
    ['a url of another protocol', { url: 'http://127.0.0.1:1883' }],
    ['no readings', { readingsPerSecond: 0 }],
    ['more than one reading per device and millisecond', { readingsPerSecond: 6001 }],
    ['no buffer', { bufferMessages: 0 }],
  ])('refuses %s', (_, options) => {
    expect(() => start({ url: 'mqtt://127.0.0.1:1', ...options })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });

  it.each(['a broker', 'no broker'])('leaves the process free to exit once stopped, with %s', async (which) => {
    const broker = await startAedes();
    if (which === 'no broker') await broker.stop();
    const program = `
      import { createJiti } from 'jiti';
      const { startSimulator } = await createJiti(import.meta.url).import(${JSON.stringify(SIMULATOR)});
      const log = { info() {}, debug() {}, warn() {} };
      const simulator = startSimulator({ url: '${broker.url}', gatewayId: 'gw-1', token: 'jwt', readingsPerSecond: 100,
        seed: 1, events: true, bufferMessages: 1000, log, durationMs: 200 });
      await simulator.done;
      console.log(JSON.stringify(simulator.counts()));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      timeout: 10_000,
    });
    const counts = JSON.parse(stdout);
    expect(counts.published).toBeGreaterThan(10);
    expect(counts.acknowledged).toBe(which === 'a broker' ? counts.published : 0);
  });
});

const SIMULATOR = new URL('../../src/simulator/index.ts', import.meta.url).pathname;
