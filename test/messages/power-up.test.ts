import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { batch } from '../../src/messages/batch.ts';
import { events } from '../../src/messages/events.ts';
import type { Kind, Rows } from '../../src/messages/kind.ts';
import { unpackNumbers } from '../../src/messages/packed-numbers.ts';
import { readings } from '../../src/messages/readings.ts';
import { registration } from '../../src/messages/registration.ts';
import { collectStamps, type Told } from '../../src/messages/stamps.ts';
import { status } from '../../src/messages/status.ts';
import { fits, isTaken, judgeAs } from './judge.ts';

// Times of gateways without a clock: docs/mqtt.md.

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 23, 12);
const LIMITS = { horizonMs: 3653 * DAY, aheadMs: 5 * 60_000 };
const ZERO = NOW - 100_000;
const STAMP = { boot: 'b', sentUp: 90_000 };
/** A message that comes when `b` is known since an earlier one. */
const judge = (kind: Kind, payload: unknown, zeros?: Map<string, number>): Rows =>
  judgeAs(
    kind,
    { gatewayId: 'any', deviceKey: 'd', payload, receivedAt: NOW, zeros: zeros ?? new Map([['b', ZERO]]) },
    LIMITS,
  );
const rowsOf = (payload: unknown) =>
  judge(readings, payload).readings.map(({ label, recordedAt }) => [label, recordedAt - ZERO]);
const refusalsOf = (kind: Kind, payload: unknown) =>
  judge(kind, payload).refusals.map(({ code, path }) => `${code} ${path}`);

describe('a time since power-up', () => {
  it.each<[string, unknown, [string, number][]]>([
    ['of one moment', { ...STAMP, up: 5_000, values: { t: 1 } }, [['t', 5_000]]],
    ['at the power-up', { ...STAMP, up: 0, values: { t: 1 } }, [['t', 0]]],
    ['at the sending', { ...STAMP, up: 90_000, values: { t: 1 } }, [['t', 90_000]]],
    ['with a part of a millisecond, cut', { ...STAMP, up: 5_000.9, values: { t: 1 } }, [['t', 5_000]]],
    ['in place of ts', { ...STAMP, ts: 5_000, values: { t: 1 } }, [['t', 5_000]]],
    ['beside a ts, which counts', { ...STAMP, up: 5_000, ts: NOW, values: { t: 1 } }, [['t', 100_000]]],
    [
      'of a list, each with its own power-up',
      [
        { ...STAMP, up: 5_000, values: { t: 1 } },
        { ...STAMP, boot: 'c', up: 89_000, values: { t: 2 } },
      ],
      [
        ['t', 5_000],
        ['t', 99_000],
      ],
    ],
    [
      'of a list in an object, whose power-up holds but where there is another',
      {
        ...STAMP,
        readings: [
          { up: 5_000, values: { t: 1 } },
          { boot: 'c', sentUp: 1_000, up: 0, values: { t: 2 } },
          { ts: new Date(NOW).toISOString(), values: { t: 3 } },
          { values: { t: 4 } },
        ],
      },
      [
        ['t', 5_000],
        ['t', 99_000],
        ['t', 100_000],
        ['t', 100_000],
      ],
    ],
    [
      'of series in every form, mixed with times of day',
      {
        ...STAMP,
        series: {
          a: { ts: [1_000, NOW, 90_000], values: [1, 2, 3] },
          b: { start: 1_000, step: 500, values: [1, 2] },
          c: { start: 1_000, offsets: [0, -500], values: [1, 2] },
          d: { start: NOW, step: 500, values: [1] },
        },
      },
      [
        ['a', 1_000],
        ['a', 100_000],
        ['a', 90_000],
        ['b', 1_000],
        ['b', 1_500],
        ['c', 1_000],
        ['c', 500],
        ['d', 100_000],
      ],
    ],
  ])('%s is counted from it', (_, payload, expected) => {
    expect(rowsOf(payload)).toEqual(expected);
    expect(refusalsOf(readings, payload)).toEqual([]);
  });

  it('is counted from the receipt less sentUp where the power-up is not known yet', () => {
    const { readings: rows } = judge(readings, { ...STAMP, up: 5_000.5, values: { t: 1 } }, new Map());
    expect(rows).toMatchObject([{ recordedAt: NOW - 90_000 + 5_000 }]);
  });

  it.each<[string, object, string]>([
    ['without boot and sentUp', { up: 5 }, 'TIME_UNKNOWN `boot` and `sentUp` are missing'],
    ['without boot', { up: 5, sentUp: 9 }, 'TIME_UNKNOWN `boot` is missing'],
    ['without sentUp', { up: 5, boot: 'b', sentUp: null }, 'TIME_UNKNOWN `sentUp` is missing'],
    ['of an empty boot', { up: 5, boot: '', sentUp: 9 }, 'TIME_UNKNOWN `boot` is not a text of 1 to 64'],
    ['of a numbered boot', { up: 5, boot: 5, sentUp: 9 }, 'TIME_UNKNOWN `boot` is not a text'],
    ['of a long boot', { up: 5, boot: 'x'.repeat(65), sentUp: 9 }, 'TIME_UNKNOWN `boot` is not a text'],
    ['of a boot with U+0000', { up: 5, boot: 'a\0', sentUp: 9 }, 'TIME_UNKNOWN `boot` is not a text'],
    ['of a boot with half of a surrogate pair', { up: 5, boot: '\ud800', sentUp: 9 }, 'TIME_UNKNOWN `boot` is not'],
    ['of a sentUp that is a text', { up: 5, boot: 'b', sentUp: '9' }, 'TIME_UNKNOWN `sentUp` is not the millisec'],
    ['of a sentUp before the power-up', { up: -5, boot: 'b', sentUp: -1 }, 'TIME_UNKNOWN `sentUp` is not'],
    ['of a sentUp of more than three years', { up: 5, boot: 'b', sentUp: 1e11 }, 'TIME_UNKNOWN `sentUp` is not'],
    ['of a sentUp beyond all doubles', { up: 5, boot: 'b', sentUp: Number.POSITIVE_INFINITY }, 'TIME_UNKNOWN `sentUp`'],
    ['before the power-up', { ...STAMP, up: -1 }, 'TIME_INVALID -1 ms since power-up lie before it'],
    [
      'after the sending',
      { ...STAMP, up: 90_001 },
      'TIME_INVALID 90001 ms since power-up lie after the message was sent',
    ],
    ['that is a time of day', { ...STAMP, up: NOW }, 'TIME_INVALID `up` is not the milliseconds since power-up'],
    ['that is a text', { ...STAMP, up: '5' }, 'TIME_INVALID `up` is not'],
    ['beyond all doubles', { ...STAMP, up: Number.POSITIVE_INFINITY }, 'TIME_INVALID `up` is not'],
  ])('%s is refused, and the refusal says why', (_, given, expected) => {
    const { readings: rows, refusals } = judge(readings, { ...given, values: { t: 1 } });
    expect(rows).toEqual([]);
    expect(refusals).toMatchObject([{ path: '/up', item: { ...given, values: { t: 1 } } }]);
    const [code, ...words] = expected.split(' ');
    expect(refusals[0]).toMatchObject({ code, detail: expect.stringContaining(words.join(' ')) });
  });

  it('that lies ahead since the first message of its boot came late is refused, with that reason', () => {
    const late = new Map([['b', NOW]]);
    const payload = { boot: 'b', sentUp: 400_000, up: 400_000, values: { t: 1 } };
    expect(judge(readings, payload, late).refusals).toMatchObject([
      { code: 'TIME_IN_FUTURE', path: '/up', detail: expect.stringMatching(/400 s ahead.*first message.*late/) },
    ]);
  });

  it('before the horizon is refused', () => {
    const old = new Map([['b', NOW - LIMITS.horizonMs - 10]]);
    const payload = { ...STAMP, series: { a: { ts: [9, 10], values: [1, 2] } } };
    expect(judge(readings, payload, old)).toMatchObject({
      readings: [{ recordedAt: NOW - LIMITS.horizonMs }],
      refusals: [{ code: 'TIME_TOO_OLD', item: { ...STAMP, series: { a: { ts: [9], values: [1] } } } }],
    });
  });

  it('is no time where no power-up is named, and a stamp that is not needed costs nothing', () => {
    expect(refusalsOf(readings, { series: { a: { ts: [5], values: [1] } } })).toEqual([
      'TIME_INVALID /series/a/values/0',
    ]);
    expect(rowsOf({ boot: 7, ts: NOW, values: { t: 1 } })).toEqual([['t', 100_000]]);
  });
});

describe('what is refused of it', () => {
  it.each<[string, unknown, unknown[]]>([
    [
      'a value has its time of day',
      { ...STAMP, readings: [{ up: 5_000, values: { t: 1, u: {} } }] },
      [{ ts: ZERO + 5_000, values: { u: {} } }],
    ],
    [
      'an item of a list has the stamp of the list',
      { ...STAMP, readings: [{ up: 99_000, values: { t: 1 } }, 7, { up: 5, value: 1 }] },
      [{ ...STAMP, up: 99_000, values: { t: 1 } }, 7, { ...STAMP, up: 5, value: 1 }],
    ],
    [
      'a series has its stamp',
      { ...STAMP, series: { a: { ts: [1_000], values: [] }, b: { start: 89_900, step: 100, values: [1, 2, 3] } } },
      [
        { ...STAMP, series: { a: { ts: [1_000], values: [] } } },
        { ...STAMP, series: { b: { ts: [90_100], values: [3] } } },
      ],
    ],
  ])('%s, to be sent again alone', (_, payload, expected) => {
    expect(judge(readings, payload).refusals.map(({ item }) => item)).toEqual(expected);
  });

  it.each([
    ['an empty list', { readings: [] }],
    ['a list beside values', { readings: [{ values: {} }], values: {} }],
    ['a list beside series', { readings: [{ values: {} }], series: {} }],
    ['a list in a list', [{ readings: [{ values: {} }] }]],
  ])('%s is no form of readings', (_, payload) => {
    expect(judge(readings, payload)).toMatchObject({ readings: [], refusals: [{ code: 'PAYLOAD_INVALID' }] });
  });
});

describe('an event', () => {
  const event = {
    ...STAMP,
    type: 'x',
    recordedAt: 80_000,
    startedAt: 10_000,
    sensors: [
      { label: 'a', kind: 'timeseries', start: 10_000, step: 5, values: [1, 2] },
      { label: 'b', kind: 'timeseries', ts: [20_000, ZERO + 30_000], values: [1, 2] },
    ],
    logs: [{ label: 'l', level: 'debug', data: { time: [11_000, null], content: ['a', 'b'] } }],
  };

  it('has all its times since power-up, and is the same as with times of day', () => {
    const [counted] = judge(events, event).events;
    expect(counted).toMatchObject({ recordedAt: ZERO + 80_000, startedAt: ZERO + 10_000 });
    expect(counted?.sensors.map(({ series }) => unpackNumbers(series?.times as Buffer))).toEqual([
      [ZERO + 10_000, ZERO + 10_005],
      [ZERO + 20_000, ZERO + 30_000],
    ]);
    expect(counted?.logs[0]?.data.time).toEqual([ZERO + 11_000, null]);
    const [clocked] = judge(events, {
      ...event,
      recordedAt: ZERO + 80_000,
      startedAt: ZERO + 10_000,
      sensors: [{ ...event.sensors[0], start: ZERO + 10_000 }, event.sensors[1]],
      logs: [{ ...event.logs[0], data: { time: [ZERO + 11_000, null], content: ['a', 'b'] } }],
    }).events;
    expect(clocked?.id).toBe(counted?.id);
  });

  it('gives its refused parts the power-up along', () => {
    const bad = { label: 'b', kind: 'timeseries', ts: [90_001], values: [1] };
    const { refusals } = judge(events, { ...event, sensors: [bad] });
    expect(refusals).toMatchObject([
      { code: 'TIME_INVALID', path: '/sensors/0/values/0', item: { ...STAMP, recordedAt: 80_000, sensors: [bad] } },
    ]);
  });

  it.each<[string, object, string]>([
    ['recorded after it was sent', { recordedAt: 90_001 }, 'TIME_INVALID /recordedAt'],
    ['begun before the power-up', { startedAt: -1 }, 'TIME_INVALID /startedAt'],
    ['without sentUp', { sentUp: null }, 'TIME_UNKNOWN /recordedAt'],
    ['without a stamp', { boot: null, sentUp: null }, 'TIME_INVALID /recordedAt'],
  ])('%s is refused', (_, changed, expected) => {
    expect(refusalsOf(events, { ...event, ...changed })).toEqual([expected]);
  });
});

it('a status has its times since power-up', () => {
  const { status: said } = judge(status, { ...STAMP, state: 'online', oldestBufferedAt: 5_000 });
  expect(said).toMatchObject({ oldestBufferedAt: ZERO + 5_000 });
});

it('a message of a batch has its own power-up', () => {
  const { carried } = judge(batch, [
    { device: 'd', kind: 'readings', payload: { ...STAMP, up: 5_000, values: { t: 1 } } },
    { device: 'd', kind: 'readings', payload: { up: 5_000, values: { t: 1 } } },
  ]);
  expect(carried.map(({ rows }) => [rows.readings[0]?.recordedAt, rows.refusals[0]?.code])).toEqual([
    [ZERO + 5_000, undefined],
    [undefined, 'TIME_UNKNOWN'],
  ]);
});

describe('the power-ups that a message names', () => {
  const named = (kind: Kind, payload: unknown) => {
    const told: Told = { boots: [], clocks: new Map() };
    collectStamps(kind, { gatewayId: 'any', deviceKey: 'd', payload, receivedAt: NOW }, told);
    return told.boots.map(({ boot, zero }) => [boot, NOW - zero]);
  };
  const stamp = (boot: unknown, sentUp: unknown = 7) => ({ boot, sentUp });

  it.each<[string, Kind, unknown, unknown[][]]>([
    ['of one moment', readings, { ...stamp('a'), up: 5, values: {} }, [['a', 7]]],
    [
      'of a list',
      readings,
      [stamp('a'), 5, null, [stamp('z')], stamp('b', 8.5)],
      [
        ['a', 7],
        ['b', 9],
      ],
    ],
    [
      'of a list in an object',
      readings,
      { ...stamp('a'), readings: [{}, stamp('b')] },
      [
        ['a', 7],
        ['b', 7],
      ],
    ],
    ['of what is no list', readings, { ...stamp('a'), readings: 'none' }, [['a', 7]]],
    ['of an event, though it is refused', events, stamp('a'), [['a', 7]]],
    ['of a status', status, stamp('a'), [['a', 7]]],
    ['of no object', events, [stamp('a')], []],
    ['that cannot be read', readings, [stamp(5), stamp('a', 'x'), stamp('', 7), stamp('a', null), { boot: 'a' }], []],
    [
      'of the messages of a batch',
      batch,
      [
        { device: 'd', kind: 'readings', payload: stamp('a') },
        { kind: 'events', payload: stamp('b') },
        { device: 'd', kind: 'registration', payload: stamp('c') },
        { device: 'd', kind: 'nothing', payload: stamp('z') },
        5,
      ],
      [
        ['a', 7],
        ['b', 7],
        ['c', 7],
      ],
    ],
    ['of no batch', batch, stamp('a'), []],
  ])('are found: %s', (_, kind, payload, expected) => {
    expect(named(kind, payload)).toEqual(expected);
  });
});

describe('the clock of a gateway', () => {
  const skewOf = (kind: Kind, payload: unknown) => {
    const told: Told = { boots: [], clocks: new Map() };
    collectStamps(kind, { gatewayId: 'g', deviceKey: 'd', payload, receivedAt: NOW }, told);
    return told.clocks.get('g')?.skewMs;
  };
  it.each<[string, Kind, unknown, number | undefined]>([
    ['behind', readings, { sentAt: NOW - 1_500, values: {} }, 1_500],
    ['ahead', events, { sentAt: new Date(NOW + 1_500).toISOString() }, -1_500],
    ['of 1970', status, { sentAt: '1970-01-01T00:00:00Z' }, NOW],
    ['of a registration', registration, { sentAt: NOW }, 0],
    ['as the last of a list says', readings, [{ sentAt: NOW - 9 }, { sentAt: NOW - 5 }, {}], 5],
    ['of a list in an object', readings, { sentAt: NOW - 7, readings: [{ values: {} }] }, 7],
    ['of what a batch carries', batch, [{ kind: 'events', payload: { sentAt: NOW - 3 } }], 3],
    ['that is not told', readings, { ts: NOW, values: {} }, undefined],
    ['in seconds', readings, { sentAt: NOW / 1_000 }, undefined],
    ['in another form', readings, { sentAt: 'noon' }, undefined],
  ])('%s is measured by the receipt', (_, kind, payload, expected) => {
    expect(skewOf(kind, payload)).toBe(expected);
  });

  it('changes no time and refuses nothing', () => {
    for (const sentAt of [NOW - DAY, 'noon', {}]) {
      expect(judge(readings, { sentAt, ts: NOW, values: { t: 1 } })).toMatchObject({
        readings: [{ recordedAt: NOW }],
        refusals: [],
      });
    }
  });
});

it('the examples of docs/mqtt.md are taken whole, as they are described', async () => {
  const page = await readFile(new URL('../../docs/mqtt.md', import.meta.url), 'utf8');
  const section = page.split(/^(?=##)/m).find((text) => text.startsWith('### Gateways without a clock'));
  const examples = [...(section ?? '').matchAll(/^```json\n(.*?)^```$/gms)].map(([, json]) =>
    JSON.parse(json as string),
  );
  expect(examples.length).toBeGreaterThan(3);
  for (const example of examples) {
    const kind = 'type' in example ? events : readings;
    expect([isTaken(judge(kind, example)), fits(kind, example)], JSON.stringify(example)).toEqual([true, true]);
  }
});
