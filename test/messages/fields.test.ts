import { describe, expect, it } from 'vitest';
import { batch } from '../../src/messages/batch.ts';
import { events } from '../../src/messages/events.ts';
import type { Kind } from '../../src/messages/kind.ts';
import { KINDS } from '../../src/messages/kinds.ts';
import { readings } from '../../src/messages/readings.ts';
import { registration } from '../../src/messages/registration.ts';
import { status } from '../../src/messages/status.ts';

const NOW = Date.parse('2026-11-23T10:20:00Z');
const LIMITS = { horizonMs: 3653 * 86_400_000, aheadMs: 5 * 60_000 };
const judge = (kind: Kind, payload: unknown) =>
  kind.rows({ gatewayId: 'any', deviceKey: 'd', payload, receivedAt: NOW }, LIMITS);
const unknownOf = (kind: Kind, payload: unknown) => judge(kind, payload).unknownFields;
const stamp = { boot: 'b', sentUp: 9, sentAt: NOW };

describe('the fields that a kind does not know', () => {
  it.each<[string, Kind, unknown, string[]]>([
    ['of a reading', readings, { ts: NOW, values: { t: 1 }, colour: 1, qos: 2 }, ['/colour', '/qos']],
    ['of a reading that is refused', readings, { ts: NOW, value: { t: 1 } }, ['/value']],
    [
      'of a list, each once',
      readings,
      [{ ts: NOW, values: {}, a: 1 }, 5, { ts: NOW, values: {}, a: 1, b: 1 }],
      ['/*/a', '/*/b'],
    ],
    ['of a list in an object', readings, { a: 1, readings: [{ values: {}, a: 1 }] }, ['/a', '/readings/*/a']],
    [
      'of series',
      readings,
      {
        a: 1,
        series: { s: { ts: [NOW], values: [1], unit: 'W' }, t: { start: NOW, step: 1, values: [1], unit: 'W' } },
      },
      ['/a', '/series/*/unit'],
    ],
    [
      'of an event and its parts',
      events,
      {
        type: 'x',
        recordedAt: NOW,
        mood: 'good',
        attributes: { free: 1 },
        sensors: [
          { label: 'a', kind: 'singular', value: 1, colour: 'red' },
          { label: 'b', kind: 'timeseries', ts: [NOW], values: [1], x: { label: 'x', values: [1], log: true } },
        ],
        logs: [{ label: 'l', level: 'debug', data: { content: ['a'], thread: [1] }, size: 1 }],
        settings: [{ label: 's', data: { free: 1 }, by: 'me' }],
      },
      ['/mood', '/sensors/*/colour', '/sensors/*/x/log', '/logs/*/size', '/logs/*/data/thread', '/settings/*/by'],
    ],
    ['of an event that is refused', events, { type: 'x', recorded_at: NOW }, ['/recorded_at']],
    [
      'of a registration',
      registration,
      { model: 'm', vendor: 'v', sensors: [{ label: 'a', measure: 'gauge', min: 0 }] },
      ['/vendor', '/sensors/*/min'],
    ],
    ['of a status', status, { state: 'online', battery: 0.5 }, ['/battery']],
    ['of a status that is refused', status, { status: 'online' }, ['/status']],
    ['of the messages of a batch', batch, [{ device: 'd', kind: 'events', payload: {}, qos: 1 }, 5], ['/*/qos']],
    ['with odd names', readings, { values: {}, 'a/b~c\0\ud800': 1 }, ['/a~1b~0c\uFFFD\uFFFD']],
    ['with long names', readings, { values: {}, ['x'.repeat(500)]: 1 }, [`/${'x'.repeat(128)}`]],
    [
      'named as those of every object',
      readings,
      JSON.parse('{"values":{},"__proto__":1,"toString":1}'),
      ['/__proto__', '/toString'],
    ],
    ['of what is no object', readings, 5, []],
  ])('are told: %s', (_, kind, payload, expected) => {
    expect(unknownOf(kind, payload)).toEqual(expected);
  });

  it('of a message that is carried are told with its own kind', () => {
    const { carried, unknownFields } = judge(batch, [{ device: 'd', kind: 'readings', payload: { values: {}, a: 1 } }]);
    expect([unknownFields, carried[0]?.rows.unknownFields]).toEqual([[], ['/a']]);
  });

  it('are told of one message up to a hundred', () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`f${n}`, 1]));
    expect(unknownOf(readings, { ...many, values: {} })).toHaveLength(100);
  });

  it.each<[string, Kind, unknown]>([
    ['a reading', readings, { ...stamp, ts: NOW, up: 5, values: { anything: 1 } }],
    ['a list in an object', readings, { ...stamp, readings: [{ ...stamp, up: 5, values: {} }] }],
    ['series', readings, { ...stamp, series: { a: { ts: [], start: 1, step: 1, offsets: [], values: [] } } }],
    ['an event', events, { ...stamp, type: 'x', recordedAt: NOW }],
    ['a registration', registration, { ...stamp, model: 'm' }],
    ['a status', status, { ...stamp, state: 'online' }],
  ])('are none where all is as it should be: %s', (_, kind, payload) => {
    expect(unknownOf(kind, payload)).toEqual([]);
  });

  it('are none in what describes the kinds', () => {
    for (const kind of KINDS) {
      const { examples = [] } = kind.payload as { examples?: unknown[] };
      for (const example of examples) {
        const { unknownFields, carried } = judge(kind, example);
        expect([unknownFields, ...carried.map(({ rows }) => rows.unknownFields)].flat()).toEqual([]);
      }
    }
  });
});
