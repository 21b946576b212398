import { approach, noise, round } from './curves.ts';
import { randomAt } from './random.ts';

/** Prints begin at this rhythm; what a print does not use of it is the pause before the next one. */
const RHYTHM_MS = 180_000;
const HEATING_MS = 12_000;
const OUTCOME_SHOWN_MS = 10_000;
const BOTTOM_LAYERS = 5;
const ROOM = 23;
const SET_POINT = 32;

/** One print job of a resin printer at demo speed: about two and a half minutes, a layer a second. */
export interface Print {
  seed: number;
  index: number;
  startedAt: number;
  /** The resin is warm and the first layer begins. */
  heatedAt: number;
  endedAt: number;
  layers: number;
  /** Fewer than `layers` if the print failed or was aborted. */
  layersDone: number;
  layerMs: number;
  outcome: 'ok' | 'failed' | 'aborted';
}

/** The print that begins in the given beat of the printer's rhythm. */
function printNumber(seed: number, index: number): Print {
  const layers = 115 + Math.floor(26 * randomAt(seed, index, 1));
  const layerMs = 950 + Math.floor(130 * randomAt(seed, index, 2));
  const fate = randomAt(seed, index, 3);
  const outcome = fate < 0.06 ? 'failed' : fate < 0.1 ? 'aborted' : 'ok';
  const layersDone = outcome === 'ok' ? layers : Math.ceil(layers * (0.4 + 0.5 * randomAt(seed, index, 4)));
  const startedAt = offset(seed) + index * RHYTHM_MS;
  const heatedAt = startedAt + HEATING_MS;
  const endedAt = heatedAt + layersDone * layerMs;
  return { seed, index, startedAt, heatedAt, endedAt, layers, layersDone, layerMs, outcome };
}

function offset(seed: number): number {
  return Math.floor(RHYTHM_MS * randomAt(seed));
}

/** The print whose beat holds this time: it is under way, or it is over and the next one has not begun. */
export function printAt(seed: number, at: number): Print {
  return printNumber(seed, Math.floor((at - offset(seed)) / RHYTHM_MS));
}

/** The last print that was over at this time. */
export function finishedPrint(seed: number, at: number): Print {
  const print = printAt(seed, at);
  return print.endedAt <= at ? print : printNumber(seed, print.index - 1);
}

/** What a printer shows at a time; the separation weight is that of the last layer that left the vat's foil. */
export function samplePrinter(seed: number, at: number): Record<string, number | string> {
  const print = printAt(seed, at);
  const state = printerState(print, at);
  const values: Record<string, number | string> = { state, 'resin temperature': round(resinTemperature(print, at), 2) };
  if (state === 'idle') return values;
  const separated = Math.max(0, Math.min(print.layersDone, Math.floor((at - print.heatedAt) / print.layerMs)));
  values.layer = separated;
  values.progress = round((100 * separated) / print.layers, 1);
  if (state === 'printing' && separated > 0) values['separation weight'] = separationWeight(print, separated);
  return values;
}

function printerState(print: Print, at: number): string {
  if (at < print.heatedAt) return 'heating';
  if (at < print.endedAt) return 'printing';
  if (at < print.endedAt + OUTCOME_SHOWN_MS) return print.outcome === 'ok' ? 'finished' : print.outcome;
  return 'idle';
}

/**
 * The heaviest pull in kg while a layer (from 1) separates: strong for the bottom layers, then after the area of the
 * part, with a peak now and then. A print fails when it tears off: a last heavy pull, then nothing hangs there.
 */
export function separationWeight({ seed, index, layers, layersDone, outcome }: Print, layer: number): number {
  const tornOff = outcome === 'failed' ? layersDone - 6 : layers;
  if (layer > tornOff) return round(0.02 + 0.01 * randomAt(seed, index, layer, 1), 3);
  const area = 0.35 + 0.75 * Math.sin((Math.PI * layer) / layers) + 0.12 * Math.sin(layer / 7 + index);
  const bottom = layer <= BOTTOM_LAYERS ? 1.4 : 0;
  const peak = randomAt(seed, index, layer, 2) < 0.04 ? 0.5 + randomAt(seed, index, layer, 3) : 0;
  const tear = outcome === 'failed' && layer === tornOff ? 3.2 : 0;
  return round(area + bottom + peak + tear + 0.06 * randomAt(seed, index, layer, 4), 3);
}

/** Warms towards the set point from where the pause before has left it, wanders a little, and cools after the print. */
export function resinTemperature(print: Print, at: number): number {
  const before = printNumber(print.seed, print.index - 1);
  const start = approach(SET_POINT, ROOM, print.startedAt - before.endedAt, 60_000);
  const warm = approach(start, SET_POINT, Math.min(at, print.endedAt) - print.startedAt, 9_000);
  const now = approach(warm, ROOM, Math.max(0, at - print.endedAt), 60_000);
  return now + 0.15 * Math.sin(at / 23_000) + noise(print.seed, 5, at, 0.04);
}
