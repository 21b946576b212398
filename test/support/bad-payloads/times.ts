import { type Draft, event, GOOD, KEPT, type KindName, log, NOW, type Row, read, rows, series, T } from './table.ts';

/** As JSON. */
const TIMES: readonly [name: string, json: string, code: string][] = [
  ['53: 0', '0', 'TIME_INVALID'],
  ['53: -1', '-1', 'TIME_INVALID'],
  ['53: 1e20', '1e20', 'TIME_INVALID'],
  ['53: 1e400', '1e400', 'TIME_INVALID'],
  ['53: "infinity"', '"infinity"', 'TIME_INVALID'],
  ['53: "now"', '"now"', 'TIME_INVALID'],
  ['53: "yesterday"', '"yesterday"', 'TIME_INVALID'],
  ['53: an empty text', '""', 'TIME_INVALID'],
  ['53: true', 'true', 'TIME_INVALID'],
  ['53: an object', '{"toString":1}', 'TIME_INVALID'],
  ['53: no zone', '"2026-11-23T11:00:00"', 'TIME_INVALID'],
  ['53: a day', '"2026-11-23"', 'TIME_INVALID'],
  ['53: U+0000 behind it', '"2026-11-23T11:00:00Z\\u0000"', 'TIME_INVALID'],
  ['54: the year 10000', '"10000-01-01T00:00:00Z"', 'TIME_INVALID'],
  ['54: the year 10000 of JavaScript', '"+010000-01-01T00:00:00.000Z"', 'TIME_INVALID'],
  ['54: the year 294277', '"294277-01-01T00:00:00Z"', 'TIME_INVALID'],
  ['54: the last moment of JavaScript', '8640000000000000', 'TIME_INVALID'],
  ['54: 30 February', '"2026-02-30T00:00:00Z"', 'TIME_INVALID'],
  ['54: a leap second', '"2016-12-31T23:59:60Z"', 'TIME_INVALID'],
  ['54: 24:00', '"2026-11-22T24:00:00Z"', 'TIME_INVALID'],
  ['55: seconds', String(T / 1000), 'TIME_INVALID'],
  ['55: microseconds', `${T}000`, 'TIME_INVALID'],
  ['55: nanoseconds', `${T}000000`, 'TIME_INVALID'],
  ['56: in six minutes', String(NOW + 360_000), 'TIME_IN_FUTURE'],
  ['56: the year 9999', '"9999-12-31T23:59:59Z"', 'TIME_IN_FUTURE'],
  ['56: eleven years ago', '"2015-11-23T12:00:00Z"', 'TIME_TOO_OLD'],
  ['56: 1970', '"1970-01-01T00:00:00Z"', 'TIME_TOO_OLD'],
  ['56: the year 0', '"0000-01-01T00:00:00Z"', 'TIME_TOO_OLD'],
];
const MARK = 'the time';
type Place = readonly [
  where: string,
  kind: KindName,
  make: (time: unknown) => object,
  path: string,
  stored?: readonly string[],
];

/** Every field that takes a time. */
const PLACES: readonly Place[] = [
  ['a reading', 'readings', (x) => read({ t: 1 }, x), '/ts'],
  ['a reading of a list', 'readings', (x) => [read({ t: 1 }, x), read({ u: 1 })], '/0/ts', ['u=1']],
  [
    'a point of a series',
    'readings',
    (x) => ({ series: { t: { ts: [x, T], values: [1, 2] } } }),
    '/series/t/values/0',
    ['t=2'],
  ],
  ['an event', 'events', (x) => event({ recordedAt: x }), '/recordedAt'],
  ['the start of an event', 'events', (x) => event({ startedAt: x }), '/startedAt'],
  [
    'a series of an event',
    'events',
    (x) => event({ ...GOOD, sensors: [series({ ts: [x] })] }),
    '/sensors/0/values/0',
    KEPT,
  ],
  [
    'a log',
    'events',
    (x) => event({ ...GOOD, logs: [log({ time: [x], content: ['y'] })] }),
    '/logs/0/data/time/0',
    KEPT,
  ],
  ['a status', 'status', (x) => ({ state: 'online', oldestBufferedAt: x }), '/oldestBufferedAt'],
];

/** Times that cannot be taken, in each of them. */
export const times: readonly Draft[] = PLACES.flatMap(([where, kind, make, path, stored = []]) =>
  rows(
    kind,
    TIMES.map(([name, json, code]): Row => {
      const payload = JSON.stringify(make(MARK)).replace(JSON.stringify(MARK), json);
      return [`${name} for the time of ${where}`, payload, `${code} ${path}`, stored];
    }),
  ),
);
