import { cycleTemperature, noise, round } from './curves.ts';
import { finishedPrint, type Print, samplePrinter } from './printer.ts';

export type Values = Record<string, number | boolean | string>;

export interface SimulatedSensor {
  label: string;
  valueType: 'number' | 'boolean' | 'string';
  /** Empty for what has no unit. */
  unit: string;
  measure: 'gauge' | 'counter' | 'state';
  visualization: 'default' | 'line' | 'scatter' | 'bar';
}

/** A device of the simulated workshop, with what it measures at a time: a pure function of seed and epoch ms. */
export interface Device {
  /** Serial number or MAC address; needs no percent-encoding in a topic. */
  key: string;
  label: string;
  /** A model of the catalogue, or empty: the energy meter is of none. */
  model: string;
  sensors: readonly SimulatedSensor[];
  sample: (seed: number, at: number) => Values;
  /** For printers: the last print that was over at a time. */
  finishedPrint?: (seed: number, at: number) => Print;
}

/** Counters count from here (2024-01-01), whenever a simulator starts, so that they never fall. */
const COUNTING_SINCE = 1_704_067_200_000;

const CURING: SimulatedSensor[] = [
  { label: 'state', valueType: 'string', unit: '', measure: 'state', visualization: 'default' },
  { label: 'lid closed', valueType: 'boolean', unit: '', measure: 'state', visualization: 'default' },
  { label: 'flashes', valueType: 'number', unit: '', measure: 'counter', visualization: 'bar' },
  { label: 'chamber temperature', valueType: 'number', unit: '°C', measure: 'gauge', visualization: 'line' },
];
const CURING_CYCLE = { periodMs: 300_000, heatedMs: 200_000, ambient: 24, hot: 52, tauMs: 80_000 };
const FLASHES_PER_SECOND = 10;

/** Cures by 2,000 flashes, cools with the lid closed, waits for the next parts. */
function sampleCuringUnit(seed: number, at: number): Values {
  const { periodMs, heatedMs } = CURING_CYCLE;
  const cycle = Math.floor((at - COUNTING_SINCE) / periodMs);
  const elapsedMs = at - COUNTING_SINCE - cycle * periodMs;
  const litMs = cycle * heatedMs + Math.min(elapsedMs, heatedMs);
  const state = elapsedMs < heatedMs ? 'curing' : elapsedMs < heatedMs + 30_000 ? 'cooling' : 'idle';
  const temperature = cycleTemperature(CURING_CYCLE, elapsedMs) + noise(seed, 1, at, 0.1);
  return {
    state,
    'lid closed': state !== 'idle',
    flashes: Math.floor((litMs * FLASHES_PER_SECOND) / 1000),
    'chamber temperature': round(temperature, 1),
  };
}

const CLEANER: SimulatedSensor[] = [
  { label: 'ultrasound', valueType: 'boolean', unit: '', measure: 'state', visualization: 'default' },
  { label: 'bath temperature', valueType: 'number', unit: '°C', measure: 'gauge', visualization: 'line' },
  { label: 'remaining time', valueType: 'number', unit: 's', measure: 'gauge', visualization: 'line' },
];
const CLEANER_CYCLE = { periodMs: 240_000, heatedMs: 150_000, ambient: 28, hot: 58, tauMs: 200_000 };

/** Ultrasound warms the bath while it runs. */
function sampleCleaner(seed: number, at: number): Values {
  const { periodMs, heatedMs } = CLEANER_CYCLE;
  const elapsedMs = (((at - COUNTING_SINCE) % periodMs) + periodMs) % periodMs;
  const temperature = cycleTemperature(CLEANER_CYCLE, elapsedMs) + noise(seed, 1, at, 0.08);
  return {
    ultrasound: elapsedMs < heatedMs,
    'bath temperature': round(temperature, 1),
    'remaining time': Math.ceil(Math.max(0, heatedMs - elapsedMs) / 1000),
  };
}

const METER: SimulatedSensor[] = [
  { label: 'energy', valueType: 'number', unit: 'kWh', measure: 'counter', visualization: 'bar' },
  { label: 'power', valueType: 'number', unit: 'W', measure: 'gauge', visualization: 'line' },
];
const MEAN_WATTS = 450;
/** Together weaker than the mean, so that the power is never negative and the counter never falls. */
const LOADS = [
  { watts: 120, periodMs: 86_400_000 },
  { watts: 140, periodMs: 311_000 },
  { watts: 60, periodMs: 47_000 },
];

/** The counter is the exact integral of the power (but for its noise). */
function sampleMeter(seed: number, at: number): Values {
  const elapsedMs = at - COUNTING_SINCE;
  let watts = MEAN_WATTS;
  let wattMs = MEAN_WATTS * elapsedMs;
  for (const load of LOADS) {
    const omega = (2 * Math.PI) / load.periodMs;
    watts += load.watts * Math.sin(omega * elapsedMs);
    wattMs += (load.watts / omega) * (1 - Math.cos(omega * elapsedMs));
  }
  return { energy: round(wattMs / 3.6e9, 4), power: round(watts + noise(seed, 1, at, 4), 1) };
}

const PRINTER: SimulatedSensor[] = [
  { label: 'state', valueType: 'string', unit: '', measure: 'state', visualization: 'default' },
  { label: 'layer', valueType: 'number', unit: '', measure: 'gauge', visualization: 'line' },
  { label: 'progress', valueType: 'number', unit: '%', measure: 'gauge', visualization: 'line' },
  { label: 'separation weight', valueType: 'number', unit: 'kg', measure: 'gauge', visualization: 'scatter' },
  { label: 'resin temperature', valueType: 'number', unit: '°C', measure: 'gauge', visualization: 'line' },
];
const printer = { sensors: PRINTER, sample: samplePrinter, finishedPrint };

/** The workshop: three printers, what they need beside them, and the meter in its cabinet. */
export const DEVICES: readonly Device[] = [
  { key: 'MU385-104417', label: 'Printer left', model: 'MAX UV385', ...printer },
  { key: 'P4K-200931', label: 'Printer right', model: 'PRO 4K UV385', ...printer },
  { key: 'MINI-031188', label: 'Printer laboratory', model: 'MAX Mini', ...printer },
  { key: 'G171-58206', label: 'Curing unit', model: 'Otoflash G171', sensors: CURING, sample: sampleCuringUnit },
  { key: 'E30HC-7745', label: 'Ultrasonic cleaner', model: 'Emmi-30 HC', sensors: CLEANER, sample: sampleCleaner },
  { key: '00:80:a3:5e:1c:42', label: 'Energy meter', model: '', sensors: METER, sample: sampleMeter },
];
