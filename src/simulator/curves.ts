import { randomAt } from './random.ts';

export function round(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}

/** White noise between -amplitude and +amplitude, the same for the same seed, channel and time. */
export function noise(seed: number, channel: number, at: number, amplitude: number): number {
  return (2 * randomAt(seed, channel, at) - 1) * amplitude;
}

/** Newton's law: how far something at `from` has come towards `to` after `elapsedMs`. */
export function approach(from: number, to: number, elapsedMs: number, tauMs: number): number {
  return to + (from - to) * Math.exp(-elapsedMs / tauMs);
}

export interface Cycle {
  periodMs: number;
  /** How long it is heated at the start of each period. */
  heatedMs: number;
  ambient: number;
  hot: number;
  tauMs: number;
}

/** The temperature of something heated for a part of every period, once it has settled: it has no jump anywhere. */
export function cycleTemperature({ periodMs, heatedMs, ambient, hot, tauMs }: Cycle, elapsedMs: number): number {
  const heating = Math.exp(-heatedMs / tauMs);
  const cooling = Math.exp(-(periodMs - heatedMs) / tauMs);
  const start = (ambient * (1 - cooling) + hot * (1 - heating) * cooling) / (1 - heating * cooling);
  if (elapsedMs < heatedMs) return approach(start, hot, elapsedMs, tauMs);
  return approach(approach(start, hot, heatedMs, tauMs), ambient, elapsedMs - heatedMs, tauMs);
}
