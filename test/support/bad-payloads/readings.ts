import { type Draft, entries, read, rows, T } from './table.ts';

const LONG_LABEL = 'x'.repeat(10_000);

export const readings: readonly Draft[] = [
  ...rows('readings', [
    ['40: 1e400', `{"ts":${T},"values":{"t":1e400,"u":1}}`, 'NUMBER_NOT_FINITE /values/t', ['u=1']],
    ['40: -1e400', `{"ts":${T},"values":{"t":-1e400}}`, 'NUMBER_NOT_FINITE /values/t'],
    [
      '40: 1e400 in a series',
      `{"series":{"t":{"ts":[${T}],"values":[1e400]}}}`,
      'NUMBER_NOT_FINITE /series/t/values/0',
    ],
    ['40: an integer of 400 digits', `{"ts":${T},"values":{"t":1${'0'.repeat(400)}}}`, 'NUMBER_NOT_FINITE /values/t'],
    ['41: 1e-400 and -0, which are 0', `{"ts":${T},"values":{"t":1e-400,"u":-0}}`, [], ['t=0', 'u=0']],
    ['43: a list for a value', read({ t: [1], u: 1 }), 'PAYLOAD_INVALID /values/t', ['u=1']],
    ['43: an object for a value', read({ t: { value: 1 }, u: 1 }), 'PAYLOAD_INVALID /values/t', ['u=1']],
    ['43: null, which is no value', read({ t: null, u: 1 }), [], ['u=1']],
    ['43: a number as a text, of a new sensor', read({ t: '12' }), [], ['t="12"']],
    ['43: a list for values', read([1]), 'PAYLOAD_INVALID '],
    ['43: a text for values', { ts: T, values: 't=1' }, 'PAYLOAD_INVALID '],
    ['43: null for values', { ts: T, values: null }, 'PAYLOAD_INVALID '],
    ['43: values and series', { ts: T, values: { t: 1 }, series: {} }, 'PAYLOAD_INVALID '],
    [
      '43: a series that is none',
      { series: { t: [1], u: { ts: [T], values: [1] } } },
      'PAYLOAD_INVALID /series/t',
      ['u=1'],
    ],
    [
      '43: a series with a time too many',
      { series: { t: { ts: [T, T + 1], values: [1] } } },
      'PAYLOAD_INVALID /series/t',
    ],
    [
      '43: a series that goes back',
      { series: { t: { start: T, step: -1, values: [1] } } },
      'PAYLOAD_INVALID /series/t',
    ],
    [
      '43: bad points between good ones',
      { series: { t: { start: T, step: 1, values: [1, {}, 3, [], 5] } } },
      'PAYLOAD_INVALID /series/t/values/1',
      ['t=1', 't=3', 't=5'],
    ],
    [
      '43: steps beyond all times',
      { series: { t: { start: T, step: 1e300, values: [1, 2] } } },
      'TIME_INVALID /series/t/values/1',
      ['t=1'],
    ],
    [
      '43: offsets beyond all times',
      { series: { t: { start: T, offsets: [0, 1e300, -1e300], values: [1, 2, 3] } } },
      'TIME_INVALID /series/t/values/1',
      ['t=1'],
    ],
    [
      '40: an offset of 1e400',
      `{"series":{"t":{"start":${T},"offsets":[1e400],"values":[1]}}}`,
      'PAYLOAD_INVALID /series/t',
    ],
    [
      '43: steps of less than a millisecond, with other values',
      { series: { t: { start: T, step: 0.25, values: [1, 2, 1] } } },
      'VALUE_CONFLICT /series/t/values/1',
      ['t=1'],
    ],
    [
      '43: a step of 0, a text for a step',
      { series: { t: { start: T, step: 0, values: [1] }, u: { start: T, step: '1', values: [1] } } },
      ['PAYLOAD_INVALID /series/t', 'PAYLOAD_INVALID /series/u'],
    ],
    ['43: an event', { type: 'x', recordedAt: T, sensors: [] }, 'PAYLOAD_INVALID '],
    ['47: a name that stands twice, of which the last counts', `{"ts":${T},"values":{"t":1,"t":2}}`, [], ['t=2']],
    [
      '43: bad readings between good ones',
      [
        read({ t: 1 }),
        17,
        read({ t: 2 }, 'noon'),
        { values: { t: 3 } },
        read({ t: 4, u: {} }, T + 1),
        { values: { v: 5 } },
      ],
      ['PAYLOAD_INVALID /1', 'TIME_INVALID /2/ts', 'TIME_UNKNOWN /3/ts', 'PAYLOAD_INVALID /4/values/u'],
      ['t=1', 't=4', 'v=5'],
    ],
    ['46: 10,001 labels', read(entries(10_001)), 'PAYLOAD_TOO_LARGE '],
    [
      '48: names of the prototype for labels',
      `{"ts":${T},"values":{"__proto__":1,"constructor":2,"toString":{},"hasOwnProperty":4}}`,
      'PAYLOAD_INVALID /values/toString',
      ['__proto__=1', 'constructor=2', 'hasOwnProperty=4'],
    ],
    [
      '48: names of the prototype for series',
      '{"series":{"__proto__":1,"toString":{}}}',
      ['PAYLOAD_INVALID /series/__proto__', 'PAYLOAD_INVALID /series/toString'],
    ],
    ['48: an empty label', read({ '': 1, u: 1 }), 'TEXT_INVALID /values/', ['u=1']],
    [
      '52: SQL',
      read({ "'; drop table reading;--": 1, s: "'; drop table reading;--" }),
      [],
      ["'; drop table reading;--=1", `s="'; drop table reading;--"`],
    ],
    ['52: a label of 10 kB', read({ [LONG_LABEL]: 1, u: 1 }), `TEXT_INVALID /values/${LONG_LABEL}`, ['u=1']],
  ]),
  ...rows(
    'readings',
    [
      ['43: a text of a sensor of numbers', read({ t: '12', u: 1 }), 'TYPE_MISMATCH /values/t', ['t=1', 'u=1']],
      ['43: a boolean of a sensor of numbers', read({ t: true, u: 1 }), 'TYPE_MISMATCH /values/t', ['t=1', 'u=1']],
      ['58: another value for the same time', read({ t: 2, u: 1 }), 'VALUE_CONFLICT /values/t', ['t=1', 'u=1']],
      ['58: the same value again', `{"ts":"2026-11-23T12:59:00.000+01:00","values":{"t":10e-1}}`, [], ['t=1']],
    ],
    { earlier: [['readings', read({ t: 1 })]] },
  ),
];
