import { describe, expect, it } from 'vitest';
import type { Rows } from '../../src/messages/kind.ts';
import { readings } from '../../src/messages/readings.ts';
import { judgeAs } from './judge.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 23, 12);
const LIMITS = { horizonMs: 3653 * DAY, aheadMs: 5 * 60_000 };
const T = NOW - 60_000;
const FROM = { gatewayId: '01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f', deviceKey: 'd', receivedAt: NOW };
const ISO = '2026-11-23T11:59:00.000Z';

/** What a payload comes to when it arrives as JSON. */
function judge(payload: unknown): Rows {
  return judgeAs(readings, { ...FROM, payload: JSON.parse(toText(payload)) }, LIMITS);
}

/** JSON as a gateway writes it: texts stand for themselves, so that a table may hold what no value of JavaScript can. */
function toText(payload: unknown): string {
  return typeof payload === 'string' ? payload : JSON.stringify(payload);
}

const rowsOf = (payload: unknown) =>
  judge(payload).readings.map(({ label, recordedAt, value }) => [label, recordedAt, value]);
const refusalsOf = (payload: unknown) => judge(payload).refusals.map(({ code, path }) => `${code} ${path}`);

describe('readings of one moment', () => {
  it.each<[string, unknown, unknown[][]]>([
    ['one value', { ts: T, values: { t: 21.5 } }, [['t', T, 21.5]]],
    [
      'a value of every type',
      { ts: T, values: { n: 1, b: true, s: 'on' } },
      [
        ['n', T, 1],
        ['b', T, true],
        ['s', T, 'on'],
      ],
    ],
    ['a time as a text', { ts: ISO, values: { t: 1 } }, [['t', T, 1]]],
    ['no time: that of receipt', { values: { t: 1 } }, [['t', NOW, 1]]],
    ['null for a time: that of receipt', { ts: null, values: { t: 1 } }, [['t', NOW, 1]]],
    ['null for a value: no value', { ts: T, values: { t: null, u: 2 } }, [['u', T, 2]]],
    ['nothing but null', { ts: T, values: { t: null } }, []],
    ['no values', { ts: T, values: {} }, []],
    ['-0', { ts: T, values: { t: -0 } }, [['t', T, 0]]],
    ['1e-400', `{"ts":${T},"values":{"t":1e-400}}`, [['t', T, 0]]],
    ['the greatest double', { ts: T, values: { t: Number.MAX_VALUE } }, [['t', T, Number.MAX_VALUE]]],
    ['4,096 characters', { ts: T, values: { t: 'x'.repeat(4096) } }, [['t', T, 'x'.repeat(4096)]]],
    ['fields that this release does not know', { ts: T, boot: 'x', values: { t: 1 } }, [['t', T, 1]]],
    [
      'names of the prototype as labels',
      `{"ts":${T},"values":{"__proto__":1,"constructor":2,"toString":3,"hasOwnProperty":4}}`,
      [
        ['__proto__', T, 1],
        ['constructor', T, 2],
        ['toString', T, 3],
        ['hasOwnProperty', T, 4],
      ],
    ],
    ['a label with a line break', { ts: T, values: { 'a\nb': 1 } }, [['a\nb', T, 1]]],
    ['a label of 128 characters', { ts: T, values: { ['x'.repeat(128)]: 1 } }, [['x'.repeat(128), T, 1]]],
    ['10,000 labels', { ts: T, values: labels(10_000) }, Object.keys(labels(10_000)).map((label) => [label, T, 1])],
  ])('accepted: %s', (_, payload, expected) => {
    expect(rowsOf(payload)).toEqual(expected);
    expect(refusalsOf(payload)).toEqual([]);
  });

  it.each<[string, unknown, string[]]>([
    ['null', 'null', ['PAYLOAD_INVALID ']],
    ['a number', '1', ['PAYLOAD_INVALID ']],
    ['a text', '"x"', ['PAYLOAD_INVALID ']],
    ['an empty object', {}, ['PAYLOAD_INVALID ']],
    ['an empty list', [], ['PAYLOAD_INVALID ']],
    ['a time alone', { ts: T }, ['PAYLOAD_INVALID ']],
    ['value for values', { ts: T, value: { t: 1 } }, ['PAYLOAD_INVALID ']],
    ['values as a list', { ts: T, values: [1] }, ['PAYLOAD_INVALID ']],
    ['values as null', { ts: T, values: null }, ['PAYLOAD_INVALID ']],
    ['values as a number', { ts: T, values: 1 }, ['PAYLOAD_INVALID ']],
    ['values only behind __proto__', `{"__proto__":{"ts":${T},"values":{"t":1}}}`, ['PAYLOAD_INVALID ']],
    ['both values and series', { values: { t: 1 }, series: {} }, ['PAYLOAD_INVALID ']],
    ['both, and values null', { values: null, series: {} }, ['PAYLOAD_INVALID ']],
    ['10,001 labels', { ts: T, values: labels(10_001) }, ['PAYLOAD_TOO_LARGE ']],
    ['1e400', `{"ts":${T},"values":{"t":1e400}}`, ['NUMBER_NOT_FINITE /values/t']],
    ['an object for a value', { ts: T, values: { t: {} } }, ['PAYLOAD_INVALID /values/t']],
    ['a list for a value', { ts: T, values: { t: [1] } }, ['PAYLOAD_INVALID /values/t']],
    ['U+0000 in a value', { ts: T, values: { t: '\0' } }, ['TEXT_INVALID /values/t']],
    ['half of a surrogate pair in a value', { ts: T, values: { t: '\ud800' } }, ['TEXT_INVALID /values/t']],
    ['4,097 characters', { ts: T, values: { t: 'x'.repeat(4097) } }, ['TEXT_INVALID /values/t']],
    ['an empty label', { ts: T, values: { '': 1 } }, ['TEXT_INVALID /values/']],
    ['U+0000 in a label', { ts: T, values: { '\0': 1 } }, ['TEXT_INVALID /values/\0']],
    [
      'a label of 129 characters',
      { ts: T, values: { ['x'.repeat(129)]: 1 } },
      [`TEXT_INVALID /values/${'x'.repeat(129)}`],
    ],
    [
      'a slash and a tilde in the label of a bad value',
      { ts: T, values: { 'a/b~c': {} } },
      ['PAYLOAD_INVALID /values/a~1b~0c'],
    ],
    ['a bad value named __proto__', `{"ts":${T},"values":{"__proto__":{}}}`, ['PAYLOAD_INVALID /values/__proto__']],
    ['a time in seconds', { ts: Math.floor(T / 1000), values: { t: 1, u: 2 } }, ['TIME_INVALID /ts']],
    ['a time without a text of its own', '{"ts":{"toString":1},"values":{"t":1}}', ['TIME_INVALID /ts']],
    ['a time ahead', { ts: NOW + LIMITS.aheadMs + 1, values: { t: 1 } }, ['TIME_IN_FUTURE /ts']],
    ['a time before the horizon', { ts: NOW - LIMITS.horizonMs - 1, values: { t: 1 } }, ['TIME_TOO_OLD /ts']],
  ])('refused: %s', (_, payload, expected) => {
    expect(refusalsOf(payload)).toEqual(expected);
    expect(rowsOf(payload)).toEqual([]);
  });

  it('a bad value costs that value; the good ones beside it come out', () => {
    const payload = `{"ts":${T},"values":{"a":1,"b":1e400,"c":null,"d":{},"e":"on","f":"\\u0000","g":false}}`;
    expect(rowsOf(payload)).toEqual([
      ['a', T, 1],
      ['e', T, 'on'],
      ['g', T, false],
    ]);
    expect(refusalsOf(payload)).toEqual([
      'NUMBER_NOT_FINITE /values/b',
      'PAYLOAD_INVALID /values/d',
      'TEXT_INVALID /values/f',
    ]);
  });
});

describe('a list of readings', () => {
  it.each<[string, unknown, unknown[][]]>([
    ['of one', [{ ts: T, values: { t: 1 } }], [['t', T, 1]]],
    [
      'of several',
      [
        { ts: T, values: { t: 1 } },
        { ts: T + 1, values: { t: 2, u: 3 } },
      ],
      [
        ['t', T, 1],
        ['t', T + 1, 2],
        ['u', T + 1, 3],
      ],
    ],
    [
      'whose last has no time',
      [{ ts: T, values: { t: 1 } }, { values: { t: 2 } }],
      [
        ['t', T, 1],
        ['t', NOW, 2],
      ],
    ],
    ['of one without a time', [{ values: { t: 1 } }], [['t', NOW, 1]]],
    [
      'not in order',
      [
        { ts: T, values: { t: 1 } },
        { ts: T - 1, values: { t: 2 } },
      ],
      [
        ['t', T, 1],
        ['t', T - 1, 2],
      ],
    ],
    [
      'the same twice, which is for the store to tell',
      [
        { ts: T, values: { t: 1 } },
        { ts: T, values: { t: 1 } },
      ],
      [
        ['t', T, 1],
        ['t', T, 1],
      ],
    ],
  ])('accepted: %s', (_, payload, expected) => {
    expect(rowsOf(payload)).toEqual(expected);
    expect(refusalsOf(payload)).toEqual([]);
  });

  it('a bad item costs that item, a bad value that value', () => {
    const payload = [
      { ts: T, values: { a: 1 } },
      { ts: 'noon', values: { a: 2 } },
      { values: { a: 3 } },
      5,
      null,
      [],
      { series: { a: { ts: [T], values: [4] } } },
      { ts: T + 1, values: { a: {}, b: 5 } },
      { values: { a: 6 } },
    ];
    expect(rowsOf(payload)).toEqual([
      ['a', T, 1],
      ['b', T + 1, 5],
      ['a', NOW, 6],
    ]);
    expect(refusalsOf(payload)).toEqual([
      'TIME_INVALID /1/ts',
      'TIME_UNKNOWN /2/ts',
      'PAYLOAD_INVALID /3',
      'PAYLOAD_INVALID /4',
      'PAYLOAD_INVALID /5',
      'PAYLOAD_INVALID /6',
      'PAYLOAD_INVALID /7/values/a',
    ]);
  });

  it('only the last may leave out its time, or all of them would share the moment of receipt', () => {
    expect(refusalsOf([{ values: { t: 1 } }, { ts: null, values: { t: 2 } }, { values: { t: 3 } }])).toEqual([
      'TIME_UNKNOWN /0/ts',
      'TIME_UNKNOWN /1/ts',
    ]);
  });
});

describe('series', () => {
  it.each<[string, unknown, unknown[][]]>([
    [
      'times as a list',
      { a: { ts: [T, ISO, T + 2], values: [1, 2, 3] } },
      [
        ['a', T, 1],
        ['a', T, 2],
        ['a', T + 2, 3],
      ],
    ],
    [
      'a start and a step',
      { a: { start: T, step: 500, values: [1, 2, 3] } },
      [
        ['a', T, 1],
        ['a', T + 500, 2],
        ['a', T + 1000, 3],
      ],
    ],
    [
      'a step below a millisecond',
      { a: { start: T, step: 0.5, values: [1, 2, 3] } },
      [
        ['a', T, 1],
        ['a', T, 2],
        ['a', T + 1, 3],
      ],
    ],
    [
      'a start and offsets',
      { a: { start: ISO, offsets: [0, 7, -3], values: [1, 2, 3] } },
      [
        ['a', T, 1],
        ['a', T + 7, 2],
        ['a', T - 3, 3],
      ],
    ],
    [
      'a start before the horizon, points within',
      { a: { start: T - 4000 * DAY, offsets: [4000 * DAY], values: [1] } },
      [['a', T, 1]],
    ],
    [
      'gaps',
      { a: { start: T, step: 1, values: [1, null, 3] } },
      [
        ['a', T, 1],
        ['a', T + 2, 3],
      ],
    ],
    ['a gap without a time', { a: { ts: [T, null], values: [1, null] } }, [['a', T, 1]]],
    [
      'several labels, each with its form',
      { a: { ts: [T], values: [1] }, b: { start: T, step: 1, values: ['on'] } },
      [
        ['a', T, 1],
        ['b', T, 'on'],
      ],
    ],
    ['no labels', {}, []],
    [
      'no points',
      { a: { ts: [], values: [] }, b: { start: T, step: 1, values: [] }, c: { start: T, offsets: [], values: [] } },
      [],
    ],
    ['fields that this release does not know', { a: { ts: [T], values: [1], unit: '°C' } }, [['a', T, 1]]],
    ['a broken form beside a whole one: step', { a: { ts: null, start: T, step: 1, values: [1] } }, [['a', T, 1]]],
    [
      'a broken form beside a whole one: offsets',
      { a: { start: T, step: null, offsets: [0, 5], values: [1, 2] } },
      [
        ['a', T, 1],
        ['a', T + 5, 2],
      ],
    ],
    ['a broken form beside a whole one: ts', { a: { ts: [T], start: null, step: 'x', values: [1] } }, [['a', T, 1]]],
  ])('accepted: %s', (_, series, expected) => {
    expect(rowsOf({ series })).toEqual(expected);
    expect(refusalsOf({ series })).toEqual([]);
  });

  it.each<[string, unknown, string[]]>([
    ['series as a list', [], ['PAYLOAD_INVALID ']],
    ['series as null', null, ['PAYLOAD_INVALID ']],
    ['a number for a series', { a: 5 }, ['PAYLOAD_INVALID /series/a']],
    ['null for a series', { a: null }, ['PAYLOAD_INVALID /series/a']],
    ['a list for a series', { a: [1, 2] }, ['PAYLOAD_INVALID /series/a']],
    ['an empty series', { a: {} }, ['PAYLOAD_INVALID /series/a']],
    ['values alone', { a: { values: [1] } }, ['PAYLOAD_INVALID /series/a']],
    ['times alone', { a: { ts: [T] } }, ['PAYLOAD_INVALID /series/a']],
    ['a start alone', { a: { start: T, values: [1] } }, ['PAYLOAD_INVALID /series/a']],
    ['values as an object', { a: { ts: [T], values: { 0: 1 } } }, ['PAYLOAD_INVALID /series/a']],
    ['times as a number', { a: { ts: T, values: [1] } }, ['PAYLOAD_INVALID /series/a']],
    ['fewer times than values', { a: { ts: [T], values: [1, 2] } }, ['PAYLOAD_INVALID /series/a']],
    ['more times than values', { a: { ts: [T, T + 1], values: [1] } }, ['PAYLOAD_INVALID /series/a']],
    ['fewer offsets than values', { a: { start: T, offsets: [0], values: [1, 2] } }, ['PAYLOAD_INVALID /series/a']],
    ['a step of 0', { a: { start: T, step: 0, values: [1] } }, ['PAYLOAD_INVALID /series/a']],
    ['a step back', { a: { start: T, step: -1, values: [1] } }, ['PAYLOAD_INVALID /series/a']],
    ['an offset that is no number', { a: { start: T, offsets: ['0'], values: [1] } }, ['PAYLOAD_INVALID /series/a']],
    ['a start in seconds', { a: { start: T / 1000, step: 1, values: [1, 2] } }, ['TIME_INVALID /series/a']],
    ['a start that is null', { a: { start: null, step: 1, values: [1] } }, ['TIME_INVALID /series/a']],
    ['a bad label', { '': { ts: [T], values: [1] } }, ['TEXT_INVALID /series/']],
    ['a bad label without points', { '\0': { ts: [], values: [] } }, ['TEXT_INVALID /series/\0']],
    ['a slash and a tilde in the label', { 'a/b~c': 1 }, ['PAYLOAD_INVALID /series/a~1b~0c']],
  ])('refused: %s', (_, series, expected) => {
    expect(refusalsOf({ series })).toEqual(expected);
    expect(rowsOf({ series })).toEqual([]);
  });

  it('a bad series costs that series', () => {
    const series = { a: { ts: [T], values: [1] }, b: 5, c: { start: T, step: 1, values: [2] } };
    expect(rowsOf({ series })).toEqual([
      ['a', T, 1],
      ['c', T, 2],
    ]);
    expect(refusalsOf({ series })).toEqual(['PAYLOAD_INVALID /series/b']);
  });

  it('bad points leave as one series per reason, and the good ones come out', () => {
    const payload = `{"series":{"a":{"ts":[${T},${T + 1},1,${T + 3},${T + 4},2,${T + 6}],"values":[1,{},3,1e400,[],6,null]}}}`;
    expect(rowsOf(payload)).toEqual([['a', T, 1]]);
    expect(judge(payload).refusals).toEqual([
      {
        code: 'PAYLOAD_INVALID',
        path: '/series/a/values/1',
        detail: 'a value is a number, a boolean, a string or null (and 1 more points)',
        item: { series: { a: { ts: [T + 1, T + 4], values: [{}, []] } } },
      },
      expect.objectContaining({
        code: 'TIME_INVALID',
        path: '/series/a/values/2',
        detail: expect.stringMatching(/looks like seconds.*\(and 1 more points\)$/),
        item: { series: { a: { ts: [1, 2], values: [3, 6] } } },
      }),
      expect.objectContaining({
        code: 'NUMBER_NOT_FINITE',
        path: '/series/a/values/3',
        item: { series: { a: { ts: [T + 3], values: [Number.POSITIVE_INFINITY] } } },
      }),
    ]);
  });

  it('points with a step that run into the future are refused from there on', () => {
    const start = NOW + LIMITS.aheadMs - 1;
    const [refusal, ...others] = judge({ series: { a: { start, step: 1, values: [1, 2, 3, 4] } } }).refusals;
    expect(rowsOf({ series: { a: { start, step: 1, values: [1, 2, 3, 4] } } })).toEqual([
      ['a', start, 1],
      ['a', start + 1, 2],
    ]);
    expect(refusal).toMatchObject({
      code: 'TIME_IN_FUTURE',
      path: '/series/a/values/2',
      item: { series: { a: { ts: [start + 2, start + 3], values: [3, 4] } } },
    });
    expect(others).toEqual([]);
  });

  it('a label named __proto__ keeps its name in what is refused', () => {
    const [refusal] = judge(`{"series":{"__proto__":{"ts":[${T}],"values":[{}]}}}`).refusals;
    expect(JSON.stringify(refusal?.item)).toBe(`{"series":{"__proto__":{"ts":[${T}],"values":[{}]}}}`);
  });
});

describe('what is refused', () => {
  it.each<[string, unknown, unknown]>([
    ['a value', { ts: ISO, values: { a: 1, b: {} } }, { ts: ISO, values: { b: {} } }],
    ['a value that shares the time of receipt', { values: { a: 1, b: {} } }, { ts: NOW, values: { b: {} } }],
    [
      'a value of a list',
      [
        { ts: T, values: { a: 1, b: {} } },
        { ts: T, values: {} },
      ],
      { ts: T, values: { b: {} } },
    ],
    ['a value of the last of a list', [{ values: { a: 1, b: {} } }], { ts: NOW, values: { b: {} } }],
    ['a time', { ts: 'noon', values: { a: 1, b: 2 } }, { ts: 'noon', values: { a: 1, b: 2 } }],
    [
      'an item of a list',
      [
        { ts: 'noon', values: { a: 1 } },
        { ts: T, values: {} },
      ],
      { ts: 'noon', values: { a: 1 } },
    ],
    [
      'a whole series',
      { series: { a: { ts: [T], values: [1, 2] }, b: { ts: [], values: [] } } },
      { series: { a: { ts: [T], values: [1, 2] } } },
    ],
    [
      'a point of a series',
      { series: { a: { start: T, step: 10, values: [1, {}] } } },
      { series: { a: { ts: [T + 10], values: [{}] } } },
    ],
    ['a whole payload', { wrong: true }, { wrong: true }],
  ])('is given back in a form that can be mended and sent again: %s', (_, payload, item) => {
    expect(judge(payload).refusals.map((refusal) => refusal.item)).toEqual([item]);
  });

  it('is accepted with the time it had as soon as it is mended', () => {
    const [refusal] = judge({ values: { a: 1, b: {} } }).refusals;
    const mended = JSON.parse(JSON.stringify(refusal?.item).replace('{}', '7'));
    const later = judgeAs(readings, { ...FROM, payload: mended, receivedAt: NOW + DAY }, LIMITS);
    expect(later.readings).toEqual([{ label: 'b', recordedAt: NOW, value: 7, path: '/values/b' }]);
  });

  it('carries a text that says what to do', () => {
    for (const { detail } of judge([{ ts: 1, values: { a: {} } }, { values: { b: 1 } }, 5]).refusals) {
      expect(detail.length).toBeGreaterThan(20);
    }
  });
});

describe('a message of more values than a worker can judge beside the others', () => {
  const many = (count: number, part: string) => Array.from({ length: count }, () => part).join(',');
  it.each([
    ['points of a series', `{"series":{"a":{"start":${T},"step":1,"values":[${many(200_001, '{}')}]}}}`],
    ['labels of series', `{"series":{${Array.from({ length: 200_001 }, (_, n) => `"l${n}":0`)}}}`],
    ['items', `[${many(200_001, '0')}]`],
    ['values of items', `[${many(101, `{"ts":${T},"values":${JSON.stringify(labels(2_000))}}`)}]`],
    ['what a small gzip can hold', `{"series":{"a":{"start":${T},"step":1,"values":[${many(8_000_000, '1')}]}}}`],
  ])('is refused as a whole, once: %s', (_, payload) => {
    const { readings: rows, refusals } = judge(payload);
    expect([rows.length, refusals.length]).toEqual([0, 1]);
    expect(refusals[0]).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', path: '' });
  });

  it('a day of one value per second is not too large', () => {
    const values = Array.from({ length: 86_400 }, (_, second) => second);
    const ts = values.map((second) => T - DAY + second * 1000);
    expect(judge({ series: { a: { ts, values } } }).readings).toHaveLength(86_400);
  });
});

function labels(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`label-${index}`, 1]));
}
