import { gzipSync } from 'node:zlib';
import {
  type Draft,
  entries,
  event,
  GOOD,
  gauge,
  ID,
  KEPT,
  log,
  register,
  rows,
  series,
  setting,
  T,
  value,
} from './table.ts';

const HEAD_AND_PART = event({ sensors: [value(1)], settings: [setting(1, 'good')] });

export const events: readonly Draft[] = [
  ...rows('events', [
    ['43: readings', { ts: T, values: { t: 1 } }, 'TIME_UNKNOWN /recordedAt'],
    ['43: a list of events', [event()], 'PAYLOAD_INVALID '],
    ['43: no type', { recordedAt: T }, 'PAYLOAD_INVALID /type'],
    ['43: an id that is no UUID', event({ id: 'J-17' }), 'PAYLOAD_INVALID /id'],
    ['43: an outcome that there is not', event({ outcome: 'good' }), 'PAYLOAD_INVALID /outcome'],
    ['43: a list for attributes', event({ attributes: [] }), 'PAYLOAD_INVALID /attributes'],
    ['43: an object among attributes', event({ attributes: { a: {} } }), 'PAYLOAD_INVALID /attributes/a'],
    ['46: 33 attributes', event({ attributes: entries(33) }), 'PAYLOAD_TOO_LARGE /attributes'],
    ['46: 129 sensors', event({ ...GOOD, sensors: Array(129).fill(value(1)) }), 'PAYLOAD_TOO_LARGE /sensors', KEPT],
    ['46: 33 logs', event({ ...GOOD, logs: Array(33).fill(log('x')) }), 'PAYLOAD_TOO_LARGE /logs', KEPT],
    ['46: 65 settings', event({ settings: Array(65).fill(setting(1)) }), 'PAYLOAD_TOO_LARGE /settings', ['event']],
    [
      '48: names of the prototype for attributes',
      `{"id":"${ID}","type":"x","recordedAt":${T},"attributes":{"__proto__":1,"constructor":2,"toString":null}}`,
      [],
      ['event'],
    ],
    [
      '48: names of the prototype for parts',
      `{"id":"${ID}","type":"x","recordedAt":${T},"sensors":[{"label":"__proto__","kind":"singular","value":1},{"__proto__":1}],
      "settings":[{"label":"constructor","data":{"__proto__":1,"toString":2}}]}`,
      'PAYLOAD_INVALID /sensors/1/label',
      ['event', 'sensor __proto__', 'setting constructor'],
    ],
    [
      '43: parts that are none',
      event({ ...GOOD, sensors: 'none', logs: 1 }),
      ['PAYLOAD_INVALID /sensors', 'PAYLOAD_INVALID /logs'],
      KEPT,
    ],
    [
      '43: bad sensors beside good ones',
      event({ sensors: [value({}), value(1, { label: 'good' }), 5, null, series({ values: ['1'] })] }),
      [
        'PAYLOAD_INVALID /sensors/0/value',
        'PAYLOAD_INVALID /sensors/2',
        'PAYLOAD_INVALID /sensors/3',
        'PAYLOAD_INVALID /sensors/4/values/0',
      ],
      ['event', 'sensor good'],
    ],
    [
      '40: 1e400 in a value, a series and a setting',
      `{"id":"${ID}","type":"x","recordedAt":${T},"sensors":[{"label":"s","kind":"singular","value":1e400},
      {"label":"t","kind":"timeseries","start":${T},"step":1,"values":[1,-1e400]}],
      "settings":[{"label":"bad","data":{"a":[1e400]}},{"label":"good","data":1e-400}]}`,
      [
        'NUMBER_NOT_FINITE /sensors/0/value',
        'NUMBER_NOT_FINITE /sensors/1/values/1',
        'NUMBER_NOT_FINITE /settings/0/data/a/0',
      ],
      KEPT,
    ],
    [
      '43: an x of another length',
      event({ ...GOOD, sensors: [series({ x: { label: 'x', values: [] } })] }),
      'PAYLOAD_INVALID /sensors/0/x/values',
      KEPT,
    ],
    [
      '43: a log of another level',
      event({ ...GOOD, logs: [log('x', { level: 'info' })] }),
      'PAYLOAD_INVALID /logs/0/level',
      KEPT,
    ],
    [
      '43: a log with columns of different lengths',
      event({ ...GOOD, logs: [log({ time: [T], content: [] })] }),
      'PAYLOAD_INVALID /logs/0/data/time',
      KEPT,
    ],
  ]),
  ...rows(
    'events',
    [
      [
        '46: 1,000,001 points',
        gzipSync(JSON.stringify(event({ ...GOOD, sensors: [series({ values: Array(1_000_001).fill(0) })] }))),
        'PAYLOAD_TOO_LARGE /sensors/0/values',
        KEPT,
      ],
    ],
    { isWhole: true },
  ),
  ...rows(
    'events',
    [
      [
        '58: another head under the same id',
        event({ outcome: 'failed', sensors: [value(1, { label: 'new' })] }),
        'EVENT_CONFLICT ',
        [...KEPT, 'sensor s'],
      ],
      [
        '58: another part of the same label',
        event({ sensors: [value(2), value(1, { label: 'new' })] }),
        'EVENT_CONFLICT /sensors/0',
        [...KEPT, 'sensor s', 'sensor new'],
      ],
      ['58: the same event again', HEAD_AND_PART, [], [...KEPT, 'sensor s']],
    ],
    { earlier: [['events', HEAD_AND_PART]] },
  ),
  ...rows(
    'events',
    [
      [
        '43: a sensor of another unit',
        event({ ...GOOD, sensors: [value(1, { unit: 'g' })] }),
        'UNIT_MISMATCH /sensors/0/unit',
        [...KEPT, 'registered', 'declared s'],
      ],
    ],
    { earlier: [['registration', register({ sensors: [gauge('s', { unit: 'kg' })] })]] },
  ),
];
