import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { batch } from '../../src/messages/batch.ts';
import { events } from '../../src/messages/events.ts';
import type { Kind } from '../../src/messages/kind.ts';
import { readings } from '../../src/messages/readings.ts';
import { registration } from '../../src/messages/registration.ts';
import { changePayload } from '../../src/messages/replay.ts';
import { status } from '../../src/messages/status.ts';

const AT = Date.UTC(2026, 10, 23);
const HOUR = 3_600_000;
const zeros = new Map([['b', AT - HOUR]]);
const change = (kind: Kind, given: string | Buffer, shiftMs = 0, unit?: string) =>
  changePayload(kind, Buffer.from(given), { shiftMs, unit, receivedAt: AT, zeros });
const changed = async (kind: Kind, given: unknown, shiftMs?: number, unit?: string) =>
  JSON.parse((await change(kind, JSON.stringify(given), shiftMs, unit)).toString());

describe('a payload that is sent again', () => {
  it.each([
    ['with its time', readings, '{"ts": 1795428900000, "values": {"n": 1e400}}'],
    ['that is no JSON', readings, '{"values"'],
    ['that is empty', readings, ''],
    ['of another shape', readings, '[1, null, {"values": 1, "up": 5}]'],
    ['with a list whose first has no time', readings, '[{"values": {"n": 1}}, {"ts": 1795428900000, "values": {}}]'],
    ['of times since power-up', readings, '{"up": 5, "values": {"n": 1}}'],
    [
      'of a list in an object with times since power-up',
      readings,
      '{"boot": "b", "sentUp": 9, "readings": [{"up": 5, "values": {"n": 1}}]}',
    ],
    ['of a batch', batch, '[{"kind": "readings", "payload": {"ts": 1795428900000, "values": {}}}, 5]'],
    ['of an event without a time', events, '{"type": "x"}'],
    ['of a kind without times to change', status, '{"state": "online"}'],
  ])('stays byte for byte: %s', async (_, kind, text) => {
    expect((await change(kind, text)).toString()).toBe(text);
  });

  it('takes the time of its first receipt where a reading has none', async () => {
    expect(await changed(readings, { values: { n: 1 } })).toEqual({ ts: AT, values: { n: 1 } });
    const list = [
      { ts: AT - 5, values: { n: 1 } },
      { ts: null, values: { n: 2 } },
    ];
    expect(await changed(readings, list)).toEqual([list[0], { ts: AT, values: { n: 2 } }]);
    expect(await changed(readings, { readings: list })).toEqual({ readings: [list[0], { ts: AT, values: { n: 2 } }] });
    const carried = (payload: unknown) => [{ device: 'd', kind: 'readings', payload }];
    expect(await changed(batch, carried(list[1]))).toEqual(carried({ ts: AT, values: { n: 2 } }));
  });

  it('does not say again when it was sent', async () => {
    expect(await changed(readings, { sentAt: AT, ts: AT, values: {} })).toEqual({ ts: AT, values: {} });
    const list = { sentAt: AT, readings: [{ sentAt: AT, ts: AT, values: {} }] };
    expect(await changed(readings, list)).toEqual({ readings: [{ ts: AT, values: {} }] });
    expect(await changed(events, { sentAt: AT, type: 'x' })).toEqual({ type: 'x' });
  });

  it('stays packed', async () => {
    const bytes = await change(readings, gzipSync('{"values": {"n": 1}}'), HOUR);
    expect(JSON.parse(gunzipSync(bytes).toString())).toEqual({ ts: AT + HOUR, values: { n: 1 } });
  });

  it('keeps a label that is a name of objects', async () => {
    const bytes = await change(readings, '{"values": {"__proto__": 1}}');
    expect(bytes.toString()).toBe(`{"values":{"__proto__":1},"ts":${AT}}`);
  });

  it('is refused where JSON could not say its number again', async () => {
    await expect(change(readings, '{"values": {"n": 1e400}}')).rejects.toMatchObject({ code: 'NUMBER_NOT_FINITE' });
  });
});

describe('shifted times', () => {
  it.each([
    ['of a reading', { ts: '2026-11-23T01:00:00+01:00', values: { n: 1 } }, { ts: AT + HOUR, values: { n: 1 } }],
    ['that cannot be read stay', { ts: 'noon', values: { n: 1 } }, { ts: 'noon', values: { n: 1 } }],
    [
      'of series in every form',
      {
        series: {
          a: { ts: [AT, 'noon', null], values: [1, 2, 3] },
          b: { start: AT, step: 5, values: [1] },
          c: { start: AT, offsets: [7], values: [1] },
          d: 'no series',
        },
      },
      {
        series: {
          a: { ts: [AT + HOUR, 'noon', null], values: [1, 2, 3] },
          b: { start: AT + HOUR, step: 5, values: [1] },
          c: { start: AT + HOUR, offsets: [7], values: [1] },
          d: 'no series',
        },
      },
    ],
  ])('%s', async (_, given, expected) => {
    expect(await changed(readings, given, HOUR)).toEqual(expected);
  });

  it.each([
    ['of a reading', { up: 5, values: {} }, { ts: AT + 5, values: {} }],
    ['of a reading with a ts', { ts: 5, values: {} }, { ts: AT + 5, values: {} }],
    ['after the sending stay', { up: 1001, values: {} }, { up: 1001, values: {} }],
    [
      'of a list, its own and that of the object around it',
      { readings: [{ up: 5 }, { up: 6, boot: 'c', sentUp: 10 }, { ts: AT }] },
      { readings: [{ ts: AT + 5 }, { ts: AT + HOUR - 4, boot: 'c', sentUp: 10 }, { ts: AT + HOUR }] },
    ],
    [
      'of series',
      { series: { a: { ts: [5, AT], values: [] }, b: { start: 5, step: 1 } } },
      { series: { a: { ts: [AT + 5, AT + HOUR], values: [] }, b: { start: AT + 5, step: 1 } } },
    ],
  ])('since power-up become times of day: %s', async (_, given, expected) => {
    const stamp = { boot: 'b', sentUp: 1000 };
    expect(await changed(readings, { ...stamp, ...given }, HOUR)).toEqual({ ...stamp, ...expected });
  });

  it('of an event and of a batch count from its power-up', async () => {
    const event = (at: number) => ({ boot: 'b', sentUp: 9, recordedAt: at, logs: [{ data: { time: [at] } }] });
    expect(await changed(events, event(5), HOUR)).toEqual(event(AT + 5));
    const carried = (payload: unknown) => [
      { device: 'd', kind: 'events', payload },
      { kind: 'nothing', payload: 5 },
    ];
    expect(await changed(batch, carried(event(5)), HOUR)).toEqual(carried(event(AT + 5)));
  });

  it('of an event, its series and its logs, and of nothing else in it', async () => {
    const event = (at: number) => ({
      recordedAt: at,
      startedAt: at - 10,
      attributes: { ts: AT },
      sensors: [{ label: 's', ts: [at], values: [1] }, { label: 'v', value: AT }, 'no sensor'],
      logs: [
        { label: 'l', data: { time: [at, null], content: ['a', 'b'] } },
        { label: 'm', data: 'text' },
      ],
      settings: [{ label: 'x', data: { ts: AT, start: AT } }],
    });
    expect(await changed(events, event(AT), -HOUR)).toEqual(event(AT - HOUR));
  });
});

it.each([
  ['an event', events],
  ['a registration', registration],
])('another unit is that of the sensors of %s that name one', async (_, kind) => {
  const sensors = [{ label: 'a', unit: 'g' }, { label: 'b' }, { label: 'c', unit: null }, 'no sensor'];
  const payload = await changed(kind, { type: 'x', sensors }, 0, 'kg');
  expect(payload.sensors).toEqual([{ label: 'a', unit: 'kg' }, ...sensors.slice(1)]);
  expect(await changed(readings, { ts: AT, unit: 'g', values: {} }, 0, 'kg')).toMatchObject({ unit: 'g' });
});
