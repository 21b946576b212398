import { v5 as uuidv5 } from 'uuid';
import { noise, round } from './curves.ts';
import { type Print, resinTemperature, separationWeight } from './printer.ts';
import { randomAt } from './random.ts';

const EVENT_IDS = '7d0c6a52-2a0e-4b5b-9a55-3f2f3c8f8a11';
const LOAD_CELL_STEP_MS = 4;
const OPERATORS = ['A. Keller', 'M. Yilmaz', 'S. Novak'];
const RESINS = ['DentaMODEL', 'DentaGUIDE', 'Impression Blue'];

/**
 * The `performed_task` event of a print (docs/mqtt.md, events): hundreds of kilobytes, and the same for the same print,
 * its id included, so that the server knows a resend by its key.
 */
export function printEvent(deviceKey: string, print: Print) {
  const { seed, index, startedAt, endedAt, outcome, layers, layersDone } = print;
  const pick = (from: string[], channel: number) => from[Math.floor(from.length * randomAt(seed, index, channel))]!;
  return {
    id: uuidv5(`${deviceKey}/${seed}/${index}`, EVENT_IDS),
    recordedAt: new Date(endedAt).toISOString(),
    startedAt: new Date(startedAt).toISOString(),
    type: 'performed_task',
    outcome,
    attributes: {
      job: `J-${index % 100_000}`,
      lot: `L${String(1000 + Math.floor(9000 * randomAt(seed, Math.floor(index / 20), 10)))}`,
      operator: pick(OPERATORS, 11),
      resin: pick(RESINS, 12),
      layers: layersDone,
    },
    sensors: [
      { label: 'separation weight', unit: 'kg', kind: 'timeseries', visualization: 'line', ...loadCell(print) },
      {
        label: 'separation weight by layer',
        unit: 'kg',
        kind: 'timeseries',
        visualization: 'scatter',
        ...perLayer(print, (layer) => separationWeight(print, layer)),
        x: { label: 'layer', unit: '', values: layersOf(print) },
      },
      {
        label: 'resin temperature',
        unit: '°C',
        kind: 'timeseries',
        visualization: 'line',
        ...perLayer(print, (_, at) => round(resinTemperature(print, at), 2)),
      },
      { label: 'resin used', unit: 'ml', kind: 'singular', value: round(0.21 * layersDone, 1) },
    ],
    logs: [
      { label: 'debug log', level: 'debug', data: debugLog(print) },
      { label: 'build log', level: 'build', data: buildLog(print) },
      ...(outcome === 'failed'
        ? [{ label: 'error log', level: 'error', data: ['no separation weight: part lost'] }]
        : []),
    ],
    settings: [
      {
        label: 'print settings',
        data: { layers, layerHeightMm: 0.05, exposureMs: 380, bottomExposureMs: 2400, setPoint: 32, slideMmPerMin: 8 },
      },
    ],
  };
}

function layersOf({ layersDone }: Print): number[] {
  return Array.from({ length: layersDone }, (_, index) => index + 1);
}

/** A series with one value for each layer, at the time it was separated. */
function perLayer(print: Print, value: (layer: number, at: number) => number) {
  const ts = layersOf(print).map((layer) => print.heatedAt + layer * print.layerMs);
  return { ts, values: ts.map((at, index) => value(index + 1, at)) };
}

/** The load cell over time: in the last third of each layer the pull rises to the layer's weight and lets go. */
function loadCell(print: Print) {
  const { heatedAt, endedAt, layerMs, seed } = print;
  const values: number[] = [];
  for (let at = heatedAt; at < endedAt; at += LOAD_CELL_STEP_MS) {
    const layer = 1 + Math.floor((at - heatedAt) / layerMs);
    const pulling = (3 * ((at - heatedAt) % layerMs)) / layerMs - 2;
    const pull = pulling > 0 ? separationWeight(print, layer) * Math.sin(Math.PI * pulling) ** 2 : 0;
    values.push(round(pull + noise(seed, 6, at, 0.004), 3));
  }
  return { start: heatedAt, step: LOAD_CELL_STEP_MS, values };
}

function debugLog(print: Print) {
  const lines = layersOf(print).flatMap((layer) => layerLines(print, layer));
  return {
    time: lines.map(([time]) => time),
    label: lines.map(([, label]) => label),
    content: lines.map(([, , content]) => content),
  };
}

function layerLines(print: Print, layer: number): [time: number, label: string, content: string][] {
  const at = (part: number) => print.heatedAt + Math.floor((layer - 1 + part) * print.layerMs);
  const z = (0.05 * layer).toFixed(3);
  const weight = separationWeight(print, layer).toFixed(3);
  const temperature = resinTemperature(print, at(0.1)).toFixed(2);
  return [
    [at(0), 'platform', `layer ${layer}: lowering to z=${z} mm at 8.0 mm/min, backlash compensation on`],
    [
      at(0.1),
      'vat',
      `layer ${layer}: resin at ${temperature} °C, heater duty ${Math.round(40 - Number(temperature))} %`,
    ],
    [at(0.15), 'light', `layer ${layer}: exposure begins, 385 nm at 6.2 mW/cm², image ${layer}.png decoded in 41 ms`],
    [at(0.55), 'light', `layer ${layer}: exposure ends, mean 6.18 mW/cm², LED at 38.4 °C`],
    [at(0.66), 'force', `layer ${layer}: separation begins, load cell tared at 0.000 kg`],
    [at(0.83), 'force', `layer ${layer}: separation peak ${weight} kg, limit 4.500 kg`],
    [at(0.95), 'force', `layer ${layer}: separated, residual below 0.010 kg`],
    [at(0.98), 'platform', `layer ${layer}: raised by 2.000 mm, slide back in position`],
  ];
}

function buildLog(print: Print): string[] {
  const line = (at: number, text: string) => `${new Date(at).toISOString()} ${text}`;
  return [
    line(print.startedAt, `job loaded, ${print.layers} layers of 0.05 mm`),
    line(print.heatedAt, 'resin warm, first layer begins'),
    ...layersOf(print).map((layer) =>
      line(print.heatedAt + layer * print.layerMs, `layer ${layer} of ${print.layers} done`),
    ),
    line(print.endedAt, `job ended: ${print.outcome}`),
  ];
}
