import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { AcceptedMessage } from '../../src/ingest/envelope.ts';
import type { Gateway } from '../db/tenant.ts';
import { NOW, say } from './desk.ts';

// Messages of every kind and form. Every value follows from its device, label and time, so that no two contradict each other.

const HOUR = 3_600_000;
/** From one time to the next, so that a few of them are in several partitions. */
const STEP = 20 * HOUR;
const LABELS = ['weight', 'lid', 'state', 'energy'] as const;
type Label = (typeof LABELS)[number];
const DEVICES = ['d', 'e/1'];
const PARTS = 6;
const TEXTS = ['label', 'serialNumber', 'networkIp', 'interfaceName', 'registrationCode'];

const timeOf = (slot: number) => NOW - 30 * 24 * HOUR - slot * STEP;
function valueAt(device: string, label: Label, slot: number): number | boolean | string {
  if (label === 'lid') return slot % 2 === 0;
  return label === 'state' ? `${device} ${slot % 3}` : slot + 0.5 * DEVICES.indexOf(device);
}
const unitOf = (label: string) => (label === 'weight' ? 'kg' : label === 'energy' ? 'kWh' : null);

/** One thing that a gateway tells; what it brings is numbered, so that what two bring may be the same or not. */
interface Told {
  readonly what: 'readings' | 'event' | 'registration' | 'status' | 'nonsense';
  readonly device: string;
  /** Of readings: which labels at which slots. Of others, the choice of what is told. */
  readonly picks: readonly (readonly [Label, number])[];
  readonly form: number;
}

const told: fc.Arbitrary<Told> = fc.record({
  what: fc.constantFrom('readings', 'readings', 'event', 'event', 'registration', 'status', 'nonsense'),
  device: fc.constantFrom(...DEVICES),
  picks: fc.uniqueArray(fc.tuple(fc.constantFrom(...LABELS), fc.nat(5)), {
    minLength: 1,
    maxLength: 6,
    selector: ([label, slot]) => `${label} ${slot}`,
  }),
  form: fc.nat(4),
});

const toReadings = ({ device, picks, form }: Told, first: number) => {
  const points = picks.map(([label, slot]) => ({ label, slot: first + slot }));
  const slots = [...new Set(points.map(({ slot }) => slot))];
  const of = (label: string) =>
    points
      .filter((point) => point.label === label)
      .map(({ slot }) => slot)
      .toSorted((a, b) => b - a);
  const values = (label: Label, slots: readonly number[]) => slots.map((slot) => valueAt(device, label, slot));
  const series = (make: (label: Label, slots: readonly number[]) => object) => ({
    series: Object.fromEntries(
      LABELS.filter((label) => of(label).length > 0).map((label) => [label, make(label, of(label))]),
    ),
  });
  if (form === 0) return series((label, slots) => ({ ts: slots.map(timeOf), values: values(label, slots) }));
  if (form === 1) {
    return series((label, slots) => {
      const start = timeOf(slots[0] as number);
      return { start, offsets: slots.map((slot) => timeOf(slot) - start), values: values(label, slots) };
    });
  }
  if (form === 2) {
    return series((label, slots) => {
      const [from = 0, to = 0] = [slots[0], slots.at(-1)];
      const all = Array.from({ length: from - to + 1 }, (_, n) => from - n);
      const kept = all.map((slot) => (slots.includes(slot) ? valueAt(device, label, slot) : null));
      return { start: new Date(timeOf(from)).toISOString(), step: STEP, values: kept };
    });
  }
  const items = slots.map((slot) => ({
    ts: form === 3 ? timeOf(slot) : new Date(timeOf(slot)).toISOString(),
    values: Object.fromEntries(
      points.filter((point) => point.slot === slot).map(({ label }) => [label, valueAt(device, label, slot)]),
    ),
  }));
  return items.length === 1 ? items[0] : items;
};

const partOf = (device: string, n: number): [list: string, part: object] => {
  const label = n === 0 ? 'weight' : `part ${n}`;
  if (n % 3 === 1) return ['logs', { label, level: n === 1 ? 'debug' : 'error', data: `${device}\n${n}` }];
  if (n % 3 === 2) return ['settings', { label, data: { device, n } }];
  if (n === 3) return ['sensors', { label, kind: 'timeseries', start: timeOf(n), step: 5, values: [n, null, 2 * n] }];
  return ['sensors', { label, unit: unitOf(label), kind: 'singular', value: n }];
};

const toEvent = ({ device, picks }: Told, number: number) => {
  const parts: Record<string, object[]> = { sensors: [], logs: [], settings: [] };
  for (const n of new Set(picks.map(([, slot]) => slot % PARTS))) {
    const [list, part] = partOf(device, n);
    parts[list]?.push(part);
  }
  const id = `0b7c1a4e-9d2f-4c3b-8a5e-${String(number).padStart(12, '0')}`;
  return { id, type: 'x', recordedAt: timeOf(number), startedAt: timeOf(number + 1), attributes: { number }, ...parts };
};

const toRegistration = ({ device, picks }: Told, number: number) => {
  const texts = picks
    .map(([, slot]) => TEXTS[slot % TEXTS.length] as string)
    .map((name) => [name, `${name} ${device}`]);
  const labels = [...new Set([...picks.map(([label]) => label), `declared ${number}`])];
  const sensors = labels.map((label) => ({
    label,
    measure: label === 'energy' ? 'counter' : 'gauge',
    unit: unitOf(label),
  }));
  return { model: 'MAX Mini', ...Object.fromEntries(texts), sensors };
};

/** Refused for itself, beside what is right of its message. */
const toNonsense = ({ form }: Told, number: number) => {
  if (form === 0) return { wrong: number };
  return { ts: timeOf(number) + 1, values: { weight: number, [`bad ${number}`]: {} } };
};

const KIND_OF = { readings: 'readings', event: 'events', registration: 'registration', nonsense: 'readings' };
const MAKERS = { readings: toReadings, event: toEvent, registration: toRegistration, nonsense: toNonsense };

/** What travels as one message. */
export interface Letter {
  /** Which of the gateways sends it. */
  readonly from: number;
  readonly isPacked: boolean;
  /** More than one travel as a batch. */
  readonly told: readonly Told[];
}

export const letter: fc.Arbitrary<Letter> = fc.record({
  from: fc.nat(2),
  isPacked: fc.boolean(),
  told: fc.oneof(
    { weight: 3, arbitrary: told.map((one) => [one]) },
    {
      weight: 1,
      arbitrary: fc.array(
        told.filter(({ what }) => what !== 'status'),
        { minLength: 2, maxLength: 3 },
      ),
    },
  ),
});

/** `apart`: no two letters tell the same. */
export function toMessage(
  gateways: readonly Gateway[],
  { from, isPacked, told }: Letter,
  number: number,
  apart: boolean,
): AcceptedMessage {
  const gateway = gateways[from] as Gateway;
  const [first] = told as readonly [Told, ...Told[]];
  const payloads = told.map((one, index) => {
    const own = number * 3 + index;
    if (one.what === 'status')
      return { state: 'online', buffered: number, ...(one.form > 1 && { softwareVersion: '2' }) };
    // What is told apart has numbers of its own; the rest is told by several, more or less of it.
    return MAKERS[one.what](one, apart ? 6 * own : one.what === 'nonsense' ? own : 0);
  });
  const carried = told.map(({ what, device }, index) => ({
    device,
    kind: KIND_OF[what as 'event'],
    payload: payloads[index],
  }));
  const isBatch = told.length > 1;
  const text = JSON.stringify(isBatch ? carried : payloads[0]);
  const own = isBatch
    ? 'batch'
    : first.what === 'status'
      ? 'status'
      : `devices/${encodeURIComponent(first.device)}/${KIND_OF[first.what]}`;
  return say(gateway, '', isPacked ? gzipSync(text) : text, {
    topic: `v1/gateways/${gateway.id}/${own}`,
    receivedAt: first.what === 'status' ? NOW + number : NOW,
  });
}

export const isNonsense = ({ told }: Letter) => told.some(({ what }) => what === 'nonsense');
export const isStatus = ({ told }: Letter) => told[0]?.what === 'status';
