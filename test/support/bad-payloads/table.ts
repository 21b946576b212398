/** When all of them are received. */
export const NOW = Date.UTC(2026, 10, 23, 12);

export type KindName = 'readings' | 'events' | 'registration' | 'batch' | 'status';

export interface BadPayload {
  readonly name: string;
  readonly kind: KindName;
  /** The device that it is about, and no other payload. */
  readonly device: string;
  readonly payload: Buffer;
  /** What is stored of the device before. */
  readonly earlier: readonly { readonly kind: KindName; readonly payload: Buffer }[];
  /** The dead letters that it becomes, each as its code and path. */
  readonly refusals: readonly string[];
  /** What is stored of the device then: values by label, an event and its parts, its registration and declared sensors. */
  readonly stored: readonly string[];
  /** Whether the fault is one of the whole document, which can be no part of another. */
  readonly isWhole: boolean;
}

/** Texts stand for themselves, so that a table may hold JSON that no value of JavaScript is. */
export type Given = string | Buffer | object;
export type Row = readonly [
  name: string,
  payload: Given | ((device: string) => Given),
  refusals: string | readonly string[],
  stored?: readonly string[],
];

/** A row for the device that it is to be about. */
export type Draft = (device: string) => BadPayload;

export function rows(
  kind: KindName,
  given: readonly Row[],
  more: { isWhole?: boolean; earlier?: readonly (readonly [KindName, Given])[] } = {},
): Draft[] {
  const earlier = (more.earlier ?? []).map(([kind, payload]) => ({ kind, payload: toBytes(payload) }));
  return given.map(([name, payload, refusals, stored = []]) => (device) => ({
    name,
    kind,
    device,
    payload: toBytes(typeof payload === 'function' ? payload(device) : payload),
    earlier,
    refusals: [refusals].flat(),
    stored,
    isWhole: more.isWhole ?? false,
  }));
}

function toBytes(given: Given): Buffer {
  if (Buffer.isBuffer(given)) return given;
  return Buffer.from(typeof given === 'string' ? given : JSON.stringify(given));
}

// Good payloads and parts of them, for a table to spoil.

/** A good time. */
export const T = NOW - 60_000;
export const ID = '0b7c1a4e-9d2f-4c3b-8a5e-6f7081920a1b';

export const read = (values: object, ts: unknown = T) => ({ ts, values });
export const event = (changed: object = {}) => ({ id: ID, type: 'x', recordedAt: T, ...changed });
export const register = (changed: object = {}) => ({ model: 'MAX Mini', ...changed });
export const value = (given: unknown, changed: object = {}) => ({
  label: 's',
  kind: 'singular',
  value: given,
  ...changed,
});
export const series = (changed: object = {}) => ({
  label: 's',
  kind: 'timeseries',
  start: T,
  step: 1,
  values: [1],
  ...changed,
});
export const log = (data: unknown, changed: object = {}) => ({ label: 'l', level: 'debug', data, ...changed });
export const setting = (data: unknown, label = 'x') => ({ label, data });
export const gauge = (label: string, changed: object = {}) => ({ label, measure: 'gauge', ...changed });
export const entries = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`l${n}`, 1]));

/** A good part beside the one at fault, and what is stored of such an event. */
export const GOOD = { settings: [setting(1, 'good')] };
export const KEPT = ['event', 'setting good'];
/** The same of a registration. */
export const GOOD_SENSOR = gauge('good');
export const DECLARED = ['registered', 'declared good'];
