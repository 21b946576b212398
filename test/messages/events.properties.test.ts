import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REFUSAL_CODES } from '../../src/errors.ts';
import { events } from '../../src/messages/events.ts';
import type { Rows } from '../../src/messages/kind.ts';
import { unpackNumbers } from '../../src/messages/packed-numbers.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 23, 12);
const LIMITS = { horizonMs: 3653 * DAY, aheadMs: 5 * 60_000 };
const FROM = { gatewayId: '01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f', deviceKey: 'd', receivedAt: NOW };
const judge = (payload: unknown): Rows => events.rows({ ...FROM, payload }, LIMITS);

/** Fields that hold what they should, or anything else that JSON can say; or are not there. */
const hostile = fc.constantFrom<unknown>(
  null,
  {},
  [],
  [[]],
  '',
  '\0',
  '\ud800',
  -0,
  Number.POSITIVE_INFINITY,
  true,
  { length: 5 },
  JSON.parse('{"__proto__":null,"toString":1}'),
);
const or = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof(
    { arbitrary: arbitrary as fc.Arbitrary<unknown>, weight: 12 },
    { arbitrary: fc.oneof(hostile, fc.jsonValue({ maxDepth: 3 })), weight: 1 },
  );
const object = (fields: Record<string, fc.Arbitrary<unknown>>, requiredKeys: string[]) =>
  fc.record(fields, { requiredKeys });
const list = (of: fc.Arbitrary<unknown>, maxLength = 4) => fc.array(or(of), { maxLength });

const time = fc.oneof(
  fc.integer({ min: NOW - DAY, max: NOW }),
  fc.date({ min: new Date(NOW - DAY), max: new Date(NOW), noInvalidDate: true }).map((date) => date.toISOString()),
);
const label = fc.oneof(fc.constantFrom('a', 'b', '__proto__', 'a/b~c'), fc.string({ unit: 'binary', maxLength: 5 }));
const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.constant(null));
const scalar = fc.oneof(number, fc.boolean(), fc.string({ unit: 'binary', maxLength: 5 }));
const points = fc.array(number, { maxLength: 4 });
const sensor = fc.oneof(
  object(
    {
      label: or(label),
      unit: or(fc.constant('kg')),
      kind: fc.constant('singular'),
      value: or(scalar),
      visualization: or(fc.constant('bar')),
    },
    ['label', 'kind', 'value'],
  ),
  points.chain((values) =>
    object(
      {
        label: or(label),
        kind: or(fc.constant('timeseries')),
        start: or(time),
        step: or(fc.constant(0.25)),
        values: or(fc.constant(values)),
        x: or(
          object({ label: or(label), values: or(fc.constant(values.map((_, index) => index))) }, ['label', 'values']),
        ),
      },
      ['label', 'kind', 'start', 'step', 'values'],
    ),
  ),
  object({ label, kind: fc.constant('timeseries'), ts: list(time), values: list(number) }, [
    'label',
    'kind',
    'ts',
    'values',
  ]),
);
const log = object(
  {
    label: or(label),
    level: or(fc.constantFrom('error', 'debug', 'build')),
    data: or(
      fc.oneof(
        fc.string(),
        list(fc.string()),
        object({ time: list(time), label: list(label), content: list(fc.string()) }, ['content']),
      ),
    ),
  },
  ['label', 'level', 'data'],
);
const setting = object({ label: or(label), data: fc.jsonValue({ maxDepth: 3 }) }, ['label', 'data']);
const event = object(
  {
    id: or(fc.uuid()),
    recordedAt: or(time),
    startedAt: or(time),
    type: or(label),
    outcome: or(fc.constantFrom('ok', 'failed', 'aborted')),
    attributes: or(fc.dictionary(label, or(scalar), { maxKeys: 4 })),
    sensors: or(list(sensor)),
    logs: or(list(log)),
    settings: or(list(setting)),
    extra: hostile,
  },
  ['recordedAt', 'type'],
);
const payload = or(event);

describe('whatever the payload', () => {
  it('it is judged without an error, and every refusal says where and why', () => {
    let stored = 0;
    fc.assert(
      fc.property(payload, (given) => {
        const rows = judge(given);
        stored += rows.events.length;
        expect(rows.readings).toEqual([]);
        expect(rows.events.length + rows.refusals.length).toBeGreaterThan(0);
        for (const { code, path, detail } of rows.refusals) {
          expect(Object.keys(REFUSAL_CODES)).toContain(code);
          expect(detail).not.toBe('');
          expect(path === '' || path.startsWith('/')).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
    expect(stored).toBeGreaterThan(200); // or the property would say little
  });

  it('every row can be stored: whole times, finite numbers, texts that Postgres takes', () => {
    fc.assert(
      fc.property(payload, (given) => {
        for (const { sensors, logs, settings, ...head } of judge(given).events) {
          expect(head.hash).toHaveLength(16);
          expect(Number.isInteger(head.recordedAt)).toBe(true);
          expectStorable([head.type, head.attributes]);
          for (const { label, unit, value, series } of sensors) {
            expectStorable([label, unit, value]);
            expect([typeof value === 'object', series === null].filter(Boolean)).toHaveLength(1);
            if (!series) continue;
            const numbers = [series.times, series.values, ...(series.x ? [series.x.values] : [])].map(unpackNumbers);
            for (const column of numbers) expect(column).toHaveLength(series.count);
            for (const at of numbers[0] ?? []) expect(Number.isInteger(at)).toBe(true);
            expectStorable([numbers, series.min, series.max, series.mean]);
            if (series.count > 0) {
              expect(series.mean).toBeGreaterThanOrEqual(series.min as number);
              expect(series.mean).toBeLessThanOrEqual(series.max as number);
            }
          }
          for (const { label, data } of logs) {
            expectStorable([label, data]);
            for (const column of [data.time, data.label]) if (column) expect(column).toHaveLength(data.content.length);
          }
          for (const { label, data } of settings) expectStorable([label, data]);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('the same message gives the same rows, and the payload stays as it was', () => {
    fc.assert(
      fc.property(payload, (given) => {
        const before = structuredClone(given);
        expect(judge(given)).toEqual(judge(given));
        expect(given).toEqual(before);
      }),
    );
  });

  it('what is refused of an event is refused again when it is sent again as it is, and brings nothing but the head', () => {
    fc.assert(
      fc.property(payload, (given) => {
        const {
          events: [event],
          refusals,
        } = judge(given);
        for (const { item, code } of refusals) {
          if (item === undefined) continue;
          const again = judge(item);
          expect(again.refusals.map((refusal) => refusal.code)).toEqual([code]);
          expect(again.events).toMatchObject([
            { id: event?.id, hash: event?.hash, sensors: [], logs: [], settings: [] },
          ]);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('a part of an event, sent again alone, is the same part of the same event', () => {
    fc.assert(
      fc.property(payload, (given) => {
        for (const event of judge(given).events) {
          for (const part of [...event.sensors, ...event.logs, ...event.settings]) {
            const [again] = judge(part.item).events;
            expect([again?.id, again?.hash]).toEqual([event.id, event.hash]);
            const parts = [...(again?.sensors ?? []), ...(again?.logs ?? []), ...(again?.settings ?? [])];
            expect(parts.map(({ hash }) => hash)).toEqual([part.hash]);
          }
        }
      }),
    );
  });
});

function expectStorable(value: unknown): void {
  if (typeof value === 'string') expect(value.isWellFormed() && !value.includes('\0')).toBe(true);
  if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
  if (typeof value !== 'object' || value === null) return;
  for (const [name, part] of Object.entries(value)) {
    expectStorable(name);
    expectStorable(part);
  }
}
