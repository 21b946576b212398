import { describe, expect, it } from 'vitest';
import { events } from '../../src/messages/events.ts';
import type { EventRow, Rows } from '../../src/messages/kind.ts';
import { unpackNumbers } from '../../src/messages/packed-numbers.ts';
import { judgeAs } from './judge.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 23, 12);
const LIMITS = { horizonMs: 3653 * DAY, aheadMs: 5 * 60_000 };
const FROM = { gatewayId: '01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f', deviceKey: 'd', receivedAt: NOW };
const T = NOW - 60_000;
const ISO = '2026-11-23T11:59:00.000Z';
const ID = '0b7c1a4e-9d2f-4c3b-8a5e-6f7081920a1b';
const HEAD = { id: ID, recordedAt: T, type: 'performed_task' };

/** What a payload comes to when it arrives as JSON; a text stands for itself, as JSON that no value of JavaScript is. */
function judge(payload: unknown, from: Partial<typeof FROM> = {}): Rows {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return judgeAs(events, { ...FROM, ...from, payload: JSON.parse(text) }, LIMITS);
}

const refusalsOf = (payload: unknown) => judge(payload).refusals.map(({ code, path }) => `${code} ${path}`);
function eventOf(payload: unknown, from: Partial<typeof FROM> = {}): EventRow {
  const [event, ...others] = judge(payload, from).events;
  expect(others).toEqual([]);
  expect(event).toBeDefined();
  return event as EventRow;
}

/** JSON of an event of this head with one more field, written as it is. */
const withField = (name: string, json: string) =>
  `${JSON.stringify(HEAD).slice(0, -1)},${JSON.stringify(name)}:${json}}`;
const many = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index));
const entries = (count: number) => Object.fromEntries(many(count, (n) => [`a${n}`, n]));
const text = (length: number) => 'x'.repeat(length);

describe('the head of an event', () => {
  it.each<[string, unknown, Partial<EventRow>]>([
    [
      'as little as there may be',
      { recordedAt: T, type: 'x' },
      { recordedAt: T, startedAt: null, type: 'x', outcome: null, attributes: {} },
    ],
    ['times as texts', { ...HEAD, recordedAt: ISO, startedAt: ISO }, { recordedAt: T, startedAt: T }],
    ['an id in capitals', { ...HEAD, id: ID.toUpperCase() }, { id: ID }],
    [
      'null for what may be left out',
      { ...HEAD, startedAt: null, outcome: null, attributes: null, sensors: null, logs: null, settings: null },
      { startedAt: null, outcome: null, attributes: {}, sensors: [], logs: [], settings: [] },
    ],
    ['a type of its own', { ...HEAD, type: 'Wartung: Filter getauscht' }, { type: 'Wartung: Filter getauscht' }],
    ['a type of 128 characters', { ...HEAD, type: text(128) }, { type: text(128) }],
    ['an outcome', { ...HEAD, outcome: 'aborted' }, { outcome: 'aborted' }],
    [
      'attributes of every type, null left out',
      { ...HEAD, attributes: { job: 'J-1', layers: 12, rush: true, lot: null } },
      { attributes: { job: 'J-1', layers: 12, rush: true } },
    ],
    ['32 attributes', { ...HEAD, attributes: entries(32) }, { attributes: entries(32) }],
    ['an attribute of 512 characters', { ...HEAD, attributes: { a: text(512) } }, { attributes: { a: text(512) } }],
    ['an end before its begin, as clocks go', { ...HEAD, startedAt: T + 1 }, { startedAt: T + 1 }],
    ['fields that this release does not know', { ...HEAD, sentAt: NOW, sensor: 5 }, { id: ID, sensors: [] }],
  ])('accepted: %s', (_, payload, expected) => {
    expect(eventOf(payload)).toMatchObject(expected);
    expect(refusalsOf(payload)).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['null', 'null', 'PAYLOAD_INVALID '],
    ['a number', '1', 'PAYLOAD_INVALID '],
    ['a list of events: one message is one event', [HEAD], 'PAYLOAD_INVALID '],
    ['an empty list', [], 'PAYLOAD_INVALID '],
    ['no time', { type: 'x' }, 'TIME_UNKNOWN /recordedAt'],
    ['null for the time', { ...HEAD, recordedAt: null }, 'TIME_UNKNOWN /recordedAt'],
    ['a time in seconds', { ...HEAD, recordedAt: T / 1000 }, 'TIME_INVALID /recordedAt'],
    ['a time without a zone', { ...HEAD, recordedAt: '2026-11-23T11:59:00' }, 'TIME_INVALID /recordedAt'],
    ['a time ahead', { ...HEAD, recordedAt: NOW + LIMITS.aheadMs + 1 }, 'TIME_IN_FUTURE /recordedAt'],
    ['a time before the horizon', { ...HEAD, recordedAt: NOW - LIMITS.horizonMs - 1 }, 'TIME_TOO_OLD /recordedAt'],
    ['a begin that is no time', { ...HEAD, startedAt: 'noon' }, 'TIME_INVALID /startedAt'],
    ['no type', { recordedAt: T }, 'PAYLOAD_INVALID /type'],
    ['a number for a type', { ...HEAD, type: 5 }, 'PAYLOAD_INVALID /type'],
    ['an empty type', { ...HEAD, type: '' }, 'TEXT_INVALID /type'],
    ['a type of 129 characters', { ...HEAD, type: text(129) }, 'TEXT_INVALID /type'],
    ['U+0000 in the type', { ...HEAD, type: 'a\0' }, 'TEXT_INVALID /type'],
    ['half of a surrogate pair in the type', { ...HEAD, type: '\ud800' }, 'TEXT_INVALID /type'],
    ['an id that is no UUID', { ...HEAD, id: 'print-1' }, 'PAYLOAD_INVALID /id'],
    ['a UUID in braces', { ...HEAD, id: `{${ID}}` }, 'PAYLOAD_INVALID /id'],
    ['a number for an id', { ...HEAD, id: 17 }, 'PAYLOAD_INVALID /id'],
    ['an outcome that there is not', { ...HEAD, outcome: 'success' }, 'PAYLOAD_INVALID /outcome'],
    ['an outcome of the prototype', { ...HEAD, outcome: 'constructor' }, 'PAYLOAD_INVALID /outcome'],
    ['attributes as a list', { ...HEAD, attributes: ['a'] }, 'PAYLOAD_INVALID /attributes'],
    ['33 attributes', { ...HEAD, attributes: entries(33) }, 'PAYLOAD_TOO_LARGE /attributes'],
    ['an attribute that is an object', { ...HEAD, attributes: { 'a/b': {} } }, 'PAYLOAD_INVALID /attributes/a~1b'],
    ['an attribute of 513 characters', { ...HEAD, attributes: { a: text(513) } }, 'TEXT_INVALID /attributes/a'],
    ['an attribute beyond all doubles', withField('attributes', '{"a":1e400}'), 'NUMBER_NOT_FINITE /attributes/a'],
    ['U+0000 in the name of an attribute', { ...HEAD, attributes: { '\0': 1 } }, 'TEXT_INVALID /attributes/\0'],
    ['an attribute without a name', { ...HEAD, attributes: { '': 1 } }, 'TEXT_INVALID /attributes/'],
    ['a head behind __proto__', `{"__proto__":${JSON.stringify(HEAD)}}`, 'TIME_UNKNOWN /recordedAt'],
  ])('refused as a whole: %s', (_, payload, expected) => {
    const { events: rows, refusals } = judge(payload);
    expect(rows).toEqual([]);
    expect(refusalsOf(payload)).toEqual([expected]);
    expect(refusals[0]).not.toHaveProperty('item'); // the payload as it came
  });

  it('takes names of the prototype for attributes like others', () => {
    const { attributes } = eventOf(withField('attributes', '{"__proto__":1,"constructor":2}'));
    expect(Object.entries(attributes)).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
    ]);
  });
});

describe('the id of an event that came without', () => {
  const given = { recordedAt: T, type: 'x', sensors: [{ label: 's', kind: 'singular', value: 1 }] };

  it('is a UUID of version 8, the same each time', () => {
    const { id } = eventOf(given);
    expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(eventOf({ ...given, id: null }, { receivedAt: NOW + 1 }).id).toBe(id);
    expect(eventOf({ sentAt: 5, ...given, recordedAt: ISO }).id).toBe(id);
  });

  it.each<[string, unknown, Partial<typeof FROM>?]>([
    ['gateway', given, { gatewayId: '01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e50' }],
    ['device', given, { deviceKey: 'e' }],
    ['time', { ...given, recordedAt: T + 1 }],
    ['type', { ...given, type: 'y' }],
    ['outcome', { ...given, outcome: 'ok' }],
    ['attributes', { ...given, attributes: { a: 1 } }],
    ['value', { ...given, sensors: [{ label: 's', kind: 'singular', value: 2 }] }],
    ['log', { ...given, logs: [{ label: 'l', level: 'debug', data: 'x' }] }],
    ['setting', { ...given, settings: [{ label: 'l', data: 'x' }] }],
  ])('is another one for another %s', (_, payload, from) => {
    expect(eventOf(payload, from).id).not.toBe(eventOf(given).id);
  });

  it('does not depend on the order of names', () => {
    const one =
      '{"recordedAt":RT,"type":"x","attributes":{"a":1,"b":2},"settings":[{"label":"l","data":{"c":1,"d":[{"e":1,"f":2}]}}]}';
    const other =
      '{"settings":[{"data":{"d":[{"f":2,"e":1}],"c":1},"label":"l"}],"attributes":{"b":2,"a":1},"type":"x","recordedAt":RT}';
    expect(eventOf(one.replace('RT', String(T))).id).toBe(eventOf(other.replace('RT', String(T))).id);
  });
});

const sensor = (fields: object) => ({ ...HEAD, sensors: [{ label: 's', kind: 'timeseries', ...fields }] });
const sensorOf = (fields: object) => {
  const [{ series, ...row } = { series: null }] = eventOf(sensor(fields)).sensors;
  if (!series) return row;
  const { times, values, x } = series;
  const unpacked = { times: unpackNumbers(times), values: unpackNumbers(values) };
  return { ...row, series: { ...series, ...unpacked, x: x && { ...x, values: unpackNumbers(x.values) } } };
};

describe('a sensor of an event', () => {
  it.each<[string, object, object]>([
    [
      'a number',
      { kind: 'singular', unit: 'ml', value: 27.1 },
      { unit: 'ml', kind: 'singular', visualization: 'default', value: 27.1 },
    ],
    ['a boolean', { kind: 'singular', value: false }, { unit: null, value: false }],
    ['a text', { kind: 'singular', value: 'DentaGUIDE' }, { value: 'DentaGUIDE' }],
    ['an empty unit', { kind: 'singular', unit: '', value: 1 }, { unit: '' }],
    ['a way to draw it', { kind: 'singular', value: 1, visualization: 'bar' }, { visualization: 'bar' }],
    [
      'a list of times',
      { ts: [T, ISO, T + 2], values: [3, 1, 2] },
      { series: { times: [T, T, T + 2], values: [3, 1, 2], x: null, count: 3, min: 1, max: 3, mean: 2 } },
    ],
    ['a start with a step', { start: T, step: 0.5, values: [1, 2, 3] }, { series: { times: [T, T, T + 1] } }],
    ['a start with offsets', { start: ISO, offsets: [0, 7], values: [1, 2] }, { series: { times: [T, T + 7] } }],
    [
      'gaps, which are left out',
      { start: T, step: 1, values: [1, null, 3] },
      { series: { times: [T, T + 2], values: [1, 3], count: 2 } },
    ],
    [
      'no points',
      { ts: [], values: [] },
      { series: { times: [], values: [], count: 0, min: null, max: null, mean: null } },
    ],
    ['-0', { ts: [T], values: [-0] }, { series: { values: [0] } }],
    [
      'the greatest doubles',
      { start: T, step: 1, values: many(3, () => Number.MAX_VALUE) },
      { series: { max: Number.MAX_VALUE, mean: Number.MAX_VALUE } },
    ],
    [
      'an x',
      { start: T, step: 1, values: [1, null, 3], x: { label: 'layer', unit: '', values: [10, 20, 30] } },
      { series: { values: [1, 3], x: { label: 'layer', unit: '', values: [10, 30] } } },
    ],
    [
      'an x that has gaps where the values have them',
      { start: T, step: 1, values: [1, null], x: { label: 'layer', values: [1, null] } },
      { series: { x: { label: 'layer', unit: null, values: [1] } } },
    ],
    ['null for an x', { start: T, step: 1, values: [1], x: null }, { series: { x: null } }],
  ])('accepted: %s', (_, fields, expected) => {
    expect(refusalsOf(sensor(fields))).toEqual([]);
    expect(sensorOf(fields)).toMatchObject({ label: 's', position: 0, path: '/sensors/0', ...expected });
  });

  it('whose value is null is none, by contract', () => {
    const payload = sensor({ kind: 'singular', value: null });
    expect([eventOf(payload).sensors, refusalsOf(payload)]).toEqual([[], []]);
  });

  it.each<[string, unknown, string]>([
    ['null', '[null]', 'PAYLOAD_INVALID /sensors/0'],
    ['a list', '[[1]]', 'PAYLOAD_INVALID /sensors/0'],
    ['no label', [{ kind: 'singular', value: 1 }], 'PAYLOAD_INVALID /sensors/0/label'],
    ['an empty label', [{ label: '', kind: 'singular', value: 1 }], 'TEXT_INVALID /sensors/0/label'],
    ['a label of 129 characters', [{ label: text(129), kind: 'singular', value: 1 }], 'TEXT_INVALID /sensors/0/label'],
    ['U+0000 in the unit', [{ label: 's', unit: '\0', kind: 'singular', value: 1 }], 'TEXT_INVALID /sensors/0/unit'],
    [
      'a unit of 65 characters',
      [{ label: 's', unit: text(65), kind: 'singular', value: 1 }],
      'TEXT_INVALID /sensors/0/unit',
    ],
    ['a number for a unit', [{ label: 's', unit: 1, kind: 'singular', value: 1 }], 'PAYLOAD_INVALID /sensors/0/unit'],
    ['no kind', [{ label: 's', value: 1 }], 'PAYLOAD_INVALID /sensors/0/kind'],
    ['a kind that there is not', [{ label: 's', kind: 'series', value: 1 }], 'PAYLOAD_INVALID /sensors/0/kind'],
    [
      'a chart that there is not',
      [{ label: 's', kind: 'singular', visualization: 'pie', value: 1 }],
      'PAYLOAD_INVALID /sensors/0/visualization',
    ],
    ['no value', [{ label: 's', kind: 'singular' }], 'PAYLOAD_INVALID /sensors/0/value'],
    ['an object for a value', [{ label: 's', kind: 'singular', value: {} }], 'PAYLOAD_INVALID /sensors/0/value'],
    [
      'a value beyond all doubles',
      '[{"label":"s","kind":"singular","value":-1e400}]',
      'NUMBER_NOT_FINITE /sensors/0/value',
    ],
    ['half of a surrogate pair', [{ label: 's', kind: 'singular', value: '\udc00' }], 'TEXT_INVALID /sensors/0/value'],
    [
      'an x beside one value',
      [{ label: 's', kind: 'singular', value: 1, x: { label: 'l', values: [1] } }],
      'PAYLOAD_INVALID /sensors/0/x',
    ],
    ['a series without times', [{ label: 's', kind: 'timeseries', values: [1] }], 'PAYLOAD_INVALID /sensors/0'],
    [
      'a series of another length',
      [{ label: 's', kind: 'timeseries', ts: [T], values: [1, 2] }],
      'PAYLOAD_INVALID /sensors/0',
    ],
    [
      'a start that is no time',
      [{ label: 's', kind: 'timeseries', start: 5, step: 1, values: [1] }],
      'TIME_INVALID /sensors/0',
    ],
    [
      'a point in the future',
      [{ label: 's', kind: 'timeseries', start: NOW, step: LIMITS.aheadMs, values: [1, 2, 3] }],
      'TIME_IN_FUTURE /sensors/0/values/2',
    ],
    [
      'a text among the points',
      [{ label: 's', kind: 'timeseries', start: T, step: 1, values: [1, 'on'] }],
      'PAYLOAD_INVALID /sensors/0/values/1',
    ],
    [
      'a boolean among the points',
      [{ label: 's', kind: 'timeseries', start: T, step: 1, values: [true] }],
      'PAYLOAD_INVALID /sensors/0/values/0',
    ],
    [
      'a point beyond all doubles',
      `[{"label":"s","kind":"timeseries","start":${T},"step":1,"values":[1,1e400]}]`,
      'NUMBER_NOT_FINITE /sensors/0/values/1',
    ],
    [
      'an x that is a list',
      [{ label: 's', kind: 'timeseries', start: T, step: 1, values: [1], x: [1] }],
      'PAYLOAD_INVALID /sensors/0/x',
    ],
    [
      'an x without a label',
      [{ label: 's', kind: 'timeseries', start: T, step: 1, values: [1], x: { values: [1] } }],
      'PAYLOAD_INVALID /sensors/0/x/label',
    ],
    [
      'an x of another length',
      [{ label: 's', kind: 'timeseries', start: T, step: 1, values: [1], x: { label: 'l', values: [] } }],
      'PAYLOAD_INVALID /sensors/0/x/values',
    ],
    [
      'an x with a gap beside a value',
      [{ label: 's', kind: 'timeseries', start: T, step: 1, values: [1, 2], x: { label: 'l', values: [1, null] } }],
      'PAYLOAD_INVALID /sensors/0/x/values/1',
    ],
    ['a list that is none', { 0: 1 }, 'PAYLOAD_INVALID /sensors'],
    ['129 sensors', many(129, (n) => ({ label: `${n}`, kind: 'singular', value: n })), 'PAYLOAD_TOO_LARGE /sensors'],
  ])('refused: %s', (_, sensors, expected) => {
    const payload = withField('sensors', typeof sensors === 'string' ? sensors : JSON.stringify(sensors));
    expect(refusalsOf(payload)).toEqual([expected]);
    expect(eventOf(payload).sensors).toEqual([]);
  });

  it('may bring a million values to its event, those of x among them; the one that brings more is refused', () => {
    const zeros = many(400_000, () => 0);
    const series = (label: string, more: object) => ({
      label,
      kind: 'timeseries',
      start: T - DAY,
      step: 1,
      values: zeros,
      ...more,
    });
    const payload = {
      ...HEAD,
      sensors: [series('a', { x: { label: 'l', values: zeros } }), series('b', {}), series('c', { values: [1] })],
    };
    const [refusal, ...others] = judge(payload).refusals;
    expect(others).toEqual([]);
    expect(refusal).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', path: '/sensors/1/values' });
    expect(refusal?.detail).toContain('200000 more');
    expect(eventOf(payload).sensors.map(({ label }) => label)).toEqual(['a', 'c']);
    expect(eventOf(refusal?.item).sensors).toMatchObject([{ label: 'b', series: { count: 400_000 } }]);
  });
});

const logOf = (data: unknown) => eventOf({ ...HEAD, logs: [{ label: 'l', level: 'debug', data }] }).logs[0]?.data;

describe('a log of an event', () => {
  it.each<[string, unknown, object]>([
    ['a text, which is its lines', 'one\ntwo\r\n\nfour', { content: ['one', 'two', '', 'four'] }],
    ['a text that ends with its last line', 'one\ntwo\n', { content: ['one', 'two'] }],
    ['an empty text', '', { content: [] }],
    ['a list of lines', ['one', '', 'a\nb'], { content: ['one', '', 'a\nb'] }],
    ['an empty list', [], { content: [] }],
    ['a list with gaps', ['one', null, 'two'], { content: ['one', 'two'] }],
    [
      'columns',
      { time: [T, ISO], label: ['a', ''], content: ['x', 'y'] },
      { time: [T, T], label: ['a', ''], content: ['x', 'y'] },
    ],
    ['columns without labels', { time: [T], content: ['x'] }, { time: [T], content: ['x'] }],
    ['columns with content alone', { content: ['x'] }, { content: ['x'] }],
    [
      'columns with gaps',
      { time: [T, null, 'never', T], label: ['a', null, 'b', null], content: ['x', 'y', null, 'z'] },
      { time: [T, null, T], label: ['a', null, null], content: ['x', 'y', 'z'] },
    ],
    ['a very long line', [text(1_000_000)], { content: [text(1_000_000)] }],
  ])('accepted: %s', (_, data, expected) => {
    expect(logOf(data)).toEqual(expected);
  });

  it.each<[string, unknown, string]>([
    ['null', [null], 'PAYLOAD_INVALID /logs/0'],
    ['no label', [{ level: 'debug', data: '' }], 'PAYLOAD_INVALID /logs/0/label'],
    ['no level', [{ label: 'l', data: '' }], 'PAYLOAD_INVALID /logs/0/level'],
    ['a level that there is not', [{ label: 'l', level: 'info', data: '' }], 'PAYLOAD_INVALID /logs/0/level'],
    ['no data', [{ label: 'l', level: 'debug' }], 'PAYLOAD_INVALID /logs/0/data'],
    ['a number', [{ label: 'l', level: 'debug', data: 5 }], 'PAYLOAD_INVALID /logs/0/data'],
    ['a list with a number', [{ label: 'l', level: 'debug', data: ['a', 5] }], 'PAYLOAD_INVALID /logs/0/data/1'],
    ['U+0000 in a text', [{ label: 'l', level: 'debug', data: 'a\0' }], 'TEXT_INVALID /logs/0/data'],
    ['U+0000 in a line', [{ label: 'l', level: 'debug', data: [null, 'a', '\0'] }], 'TEXT_INVALID /logs/0/data/2'],
    [
      'half of a surrogate pair in a column',
      [{ label: 'l', level: 'debug', data: { content: ['\ud83d'] } }],
      'TEXT_INVALID /logs/0/data/content/0',
    ],
    ['columns without content', [{ label: 'l', level: 'debug', data: { time: [T] } }], 'PAYLOAD_INVALID /logs/0/data'],
    [
      'columns of different lengths',
      [{ label: 'l', level: 'debug', data: { time: [T], content: [] } }],
      'PAYLOAD_INVALID /logs/0/data/time',
    ],
    [
      'a time in seconds',
      [{ label: 'l', level: 'debug', data: { time: [T, 1795428900], content: ['a', 'b'] } }],
      'TIME_INVALID /logs/0/data/time/1',
    ],
    [
      'a number for a label of a line',
      [{ label: 'l', level: 'debug', data: { label: [1], content: ['a'] } }],
      'PAYLOAD_INVALID /logs/0/data/label/0',
    ],
    [
      '100,001 lines',
      [{ label: 'l', level: 'debug', data: many(100_001, () => '') }],
      'PAYLOAD_TOO_LARGE /logs/0/data',
    ],
    [
      'more than 4 Mi characters',
      [{ label: 'l', level: 'debug', data: [text(4 * 1024 * 1024 + 1)] }],
      'PAYLOAD_TOO_LARGE /logs/0/data',
    ],
    ['a list that is none', 'log', 'PAYLOAD_INVALID /logs'],
    ['33 logs', many(33, (n) => ({ label: `${n}`, level: 'debug', data: '' })), 'PAYLOAD_TOO_LARGE /logs'],
  ])('refused: %s', (_, logs, expected) => {
    expect(refusalsOf({ ...HEAD, logs })).toEqual([expected]);
    expect(eventOf({ ...HEAD, logs }).logs).toEqual([]);
  });
});

describe('a setting of an event', () => {
  it.each<[string, unknown]>([
    ['an object', { layers: 129, layerHeightMm: 0.05, on: true, note: 'ä', none: null, list: [1, [2], { a: {} }] }],
    ['a number', 5],
    ['a text', 'x'],
    ['null', null],
    ['an empty name', { '': 1 }],
    ['10,000 values', many(9_999, () => 1)],
  ])('accepted: %s', (_, data) => {
    expect(eventOf({ ...HEAD, settings: [{ label: 'l', data }] }).settings).toMatchObject([{ label: 'l', data }]);
  });

  it.each<[string, string, string]>([
    ['no data', '[{"label":"l"}]', 'PAYLOAD_INVALID /settings/0'],
    ['no label', '[{"data":1}]', 'PAYLOAD_INVALID /settings/0/label'],
    [
      'a number beyond all doubles',
      '[{"label":"l","data":{"a":[1,{"b/c":1e400}]}}]',
      'NUMBER_NOT_FINITE /settings/0/data/a/1/b~1c',
    ],
    ['U+0000 in a text', '[{"label":"l","data":["\\u0000"]}]', 'TEXT_INVALID /settings/0/data/0'],
    [
      'half of a surrogate pair in a name',
      '[{"label":"l","data":{"\\ud800":1}}]',
      'TEXT_INVALID /settings/0/data/\ud800',
    ],
    [
      '10,001 values',
      JSON.stringify([{ label: 'l', data: many(10_000, () => 1) }]),
      'PAYLOAD_TOO_LARGE /settings/0/data/9999',
    ],
    [
      'more than 64 Ki characters',
      JSON.stringify([{ label: 'l', data: text(65_535) }]),
      'PAYLOAD_TOO_LARGE /settings/0/data',
    ],
    ['65 settings', JSON.stringify(many(65, (n) => ({ label: `${n}`, data: n }))), 'PAYLOAD_TOO_LARGE /settings'],
  ])('refused: %s', (_, settings, expected) => {
    expect(refusalsOf(withField('settings', settings))).toEqual([expected]);
    expect(eventOf(withField('settings', settings)).settings).toEqual([]);
  });

  it('keeps a name like __proto__', () => {
    const [setting] = eventOf(withField('settings', '[{"label":"l","data":{"__proto__":{"a":1}}}]')).settings;
    expect(JSON.stringify(setting?.data)).toBe('{"__proto__":{"a":1}}');
  });
});

describe('a bad part', () => {
  const good = { label: 'good', kind: 'singular', value: 1 };
  const bad = { label: 'bad', kind: 'singular', value: {} };

  it('costs itself alone', () => {
    const payload = {
      ...HEAD,
      sensors: [bad, good, 5],
      logs: [
        { label: 'l', level: 'build', data: ['x'] },
        { label: 'm', level: 'build', data: [1] },
      ],
      settings: 'none',
    };
    const { sensors, logs, settings } = eventOf(payload);
    expect([sensors, logs, settings].map((parts) => parts.map(({ label, position }) => [label, position]))).toEqual([
      [['good', 1]],
      [['l', 0]],
      [],
    ]);
    expect(refusalsOf(payload)).toEqual([
      'PAYLOAD_INVALID /sensors/0/value',
      'PAYLOAD_INVALID /sensors/2',
      'PAYLOAD_INVALID /logs/1/data/0',
      'PAYLOAD_INVALID /settings',
    ]);
  });

  it.each<[string, object]>([
    ['with an id', { id: ID }],
    ['without one', {}],
  ])('of an event %s is kept as an event of the same id and head that can be mended and sent again', (_, id) => {
    const payload = {
      ...id,
      recordedAt: ISO,
      type: 'x',
      outcome: 'ok',
      attributes: { a: 1 },
      extra: 1,
      sensors: [bad, good],
    };
    const event = eventOf(payload);
    const [refusal] = judge(payload).refusals;
    expect(refusal?.item).toEqual({
      id: event.id,
      recordedAt: ISO,
      startedAt: undefined,
      type: 'x',
      outcome: 'ok',
      attributes: { a: 1 },
      sensors: [bad],
    });
    const mended = eventOf(JSON.stringify(refusal?.item).replace('{}', '7'));
    expect(mended).toMatchObject({ id: event.id, hash: event.hash, sensors: [{ label: 'bad', value: 7 }] });
  });

  it('has the same hash as long as it has the same content, in whatever form it came', () => {
    const hashOf = (fields: object) => eventOf(sensor(fields)).sensors[0]?.hash.toString('hex');
    const whole = hashOf({ start: T, step: 1, values: [1, 2] });
    expect(hashOf({ ts: [T, T + 1], values: [1, 2] })).toBe(whole);
    expect(hashOf({ start: T, offsets: [0, 1, 2], values: [1, 2, null], visualization: 'default', unit: null })).toBe(
      whole,
    );
    for (const other of [
      { start: T, step: 2, values: [1, 2] },
      { start: T, step: 1, values: [1, 3] },
      { start: T, step: 1, values: [1, 2, 3] },
      { start: T, step: 1, values: [1, 2], unit: '' },
      { start: T, step: 1, values: [1, 2], visualization: 'bar' },
      { start: T, step: 1, values: [1, 2], x: { label: 'l', values: [1, 2] } },
    ]) {
      expect(hashOf(other)).not.toBe(whole);
    }
  });
});
