import { describe, expect, it } from 'vitest';
import { cycleTemperature } from '../../src/simulator/curves.ts';
import { DEVICES, type Device } from '../../src/simulator/devices.ts';
import { finishedPrint, type Print, printAt, separationWeight } from '../../src/simulator/printer.ts';
import { randomAt, seedFor } from '../../src/simulator/random.ts';

const START = Date.UTC(2026, 10, 2, 8);
const HOUR = 3_600_000;

function samples(device: Device, seed: number, durationMs: number, stepMs: number) {
  return Array.from({ length: Math.floor(durationMs / stepMs) }, (_, step) =>
    device.sample(seed, START + step * stepMs),
  );
}

function printsOfOneDay(seed: number): Print[] {
  return Array.from({ length: 480 }, (_, beat) => finishedPrint(seed, START + beat * 180_000));
}

describe('randomness', () => {
  it('is the same for the same keys and spread evenly over [0, 1)', () => {
    const numbers = Array.from({ length: 10_000 }, (_, index) => randomAt(7, START + index));
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(numbers.reduce((sum, number) => sum + number) / numbers.length).toBeCloseTo(0.5, 1);
    expect(new Set(numbers).size).toBeGreaterThan(9_990);
    expect(randomAt(7, START)).toBe(numbers[0]);
    expect(randomAt(7, START + 2 ** 32)).not.toBe(numbers[0]);
    expect(seedFor(1, 'a')).not.toBe(seedFor(1, 'b'));
  });
});

describe.each(DEVICES.map((device) => [device.label, device] as const))('%s', (_, device) => {
  it('gives the same values for the same seed and times, and others for another seed', () => {
    expect(samples(device, 1, HOUR, 777)).toEqual(samples(device, 1, HOUR, 777));
    expect(samples(device, 1, HOUR, 777)).not.toEqual(samples(device, 2, HOUR, 777));
  });

  it('reports just the sensors it declares, each with one type', () => {
    const types = new Map<string, Set<string>>();
    for (const values of samples(device, 3, HOUR, 500)) {
      for (const [label, value] of Object.entries(values)) {
        const type = typeof value === 'number' && !Number.isFinite(value) ? 'no number' : typeof value;
        types.set(label, (types.get(label) ?? new Set()).add(type));
      }
    }
    expect([...types.keys()].sort()).toEqual(device.sensors.map(({ label }) => label).sort());
    for (const { label, measure } of device.sensors) {
      expect([...types.get(label)!]).toHaveLength(1);
      if (measure !== 'state') expect([...types.get(label)!]).toEqual(['number']);
    }
  });

  it('never lets a counter fall', () => {
    const counters = device.sensors.filter(({ measure }) => measure === 'counter');
    for (const { label } of counters) {
      const series = samples(device, 4, 6 * HOUR, 333).map((values) => values[label] as number);
      expect(series.every((value, index) => index === 0 || value >= series[index - 1]!)).toBe(true);
      expect(series.at(-1)).toBeGreaterThan(series[0]!);
    }
  });

  it('has a key that needs no encoding in a topic', () => {
    expect(device.key).toMatch(/^[A-Za-z0-9._:~-]{1,128}$/);
  });
});

describe('a print', () => {
  const seed = 11;
  const print = printsOfOneDay(seed).find(({ outcome }) => outcome === 'ok')!;
  const printer = DEVICES[0]!;

  it('lasts two to three minutes with a layer about every second', () => {
    for (const { outcome, startedAt, endedAt, layerMs } of printsOfOneDay(seed)) {
      expect(layerMs).toBeGreaterThan(900);
      expect(layerMs).toBeLessThan(1100);
      if (outcome !== 'ok') continue;
      expect(endedAt - startedAt).toBeGreaterThan(115_000);
      expect(endedAt - startedAt).toBeLessThan(180_000);
    }
  });

  it('heats, prints layer by layer, shows its outcome, and pauses', () => {
    const states = new Set<unknown>();
    const layers = new Set<unknown>();
    for (let at = print.startedAt; at < print.startedAt + 180_000; at += 250) {
      const values = printer.sample(seed, at);
      states.add(values.state);
      if ('layer' in values) layers.add(values.layer);
    }
    expect([...states]).toEqual(['heating', 'printing', 'finished', 'idle']);
    expect([...layers]).toEqual(Array.from({ length: print.layers + 1 }, (_, layer) => layer));
  });

  it('ends in most cases well, now and then not', () => {
    const outcomes = printsOfOneDay(seed).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'ok').length).toBeGreaterThan(400);
    expect(new Set(outcomes)).toEqual(new Set(['ok', 'failed', 'aborted']));
  });

  it('pulls differently at each layer, with peaks, and no more once the part is torn off', () => {
    const weights = Array.from({ length: print.layers }, (_, index) => separationWeight(print, index + 1));
    expect(new Set(weights).size).toBeGreaterThan(print.layers / 2);
    expect(Math.max(...weights)).toBeGreaterThan(1.5);
    expect(Math.min(...weights)).toBeGreaterThan(0.1);
    const failed = printsOfOneDay(seed).find(({ outcome }) => outcome === 'failed')!;
    expect(separationWeight(failed, failed.layersDone)).toBeLessThan(0.05);
  });

  it('finds the resin warm: no jump of the temperature, also from one print to the next', () => {
    const temperatures = samples(printer, seed, HOUR, 200).map((values) => values['resin temperature'] as number);
    const jumps = temperatures.slice(1).map((value, index) => Math.abs(value - temperatures[index]!));
    expect(Math.max(...jumps)).toBeLessThan(0.5);
    expect(printer.sample(seed, print.endedAt - 1)['resin temperature']).toBeCloseTo(32, 0);
  });

  it('is over before the next begins', () => {
    expect(finishedPrint(seed, print.endedAt)).toEqual(print);
    expect(finishedPrint(seed, print.endedAt - 1).index).toBe(print.index - 1);
    expect(printAt(seed, print.startedAt + 180_000).index).toBe(print.index + 1);
  });
});

it('a heated cycle has no jump where one period meets the next', () => {
  const cycle = { periodMs: 1000, heatedMs: 600, ambient: 20, hot: 60, tauMs: 400 };
  expect(cycleTemperature(cycle, 1000)).toBeCloseTo(cycleTemperature(cycle, 0), 9);
  expect(cycleTemperature(cycle, 600)).toBeCloseTo(cycleTemperature(cycle, 599.999), 3);
});
