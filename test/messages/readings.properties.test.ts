import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REFUSAL_CODES } from '../../src/errors.ts';
import type { Refusal, Rows } from '../../src/messages/kind.ts';
import { readings } from '../../src/messages/readings.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 23, 12);
const LIMITS = { horizonMs: 3653 * DAY, aheadMs: 5 * 60_000 };
const judge = (payload: unknown, receivedAt = NOW): Rows =>
  readings.rows({ gatewayId: '01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f', deviceKey: 'd', payload, receivedAt }, LIMITS);

/** JSON as it comes out of JSON.parse, with what a hostile client would put into it. */
const hostile = fc.constantFrom(
  '{"toString":1,"valueOf":1}',
  '{"__proto__":null}',
  '{"length":5}',
  '1e400',
  '-0',
  'null',
  '"\\u0000"',
  '"\\ud800"',
  '"2026-11-23T11:00:00Z"',
  String(NOW),
  '[[]]',
);
const anything = fc.oneof(fc.json({ maxDepth: 3 }), hostile);
const labelText = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 4 }),
    fc.constantFrom('t', '__proto__', 'constructor', 'toString', 'a/b~c', 'ts', 'values', 'series'),
  )
  .map((label) => JSON.stringify(label));

/** Objects whose fields are those of the contract, holding what they should and what they should not. */
const object = (fields: Record<string, fc.Arbitrary<string>>) =>
  fc
    .record(fields, { requiredKeys: [] })
    .map((given) => `{${Object.entries(given).map(([key, value]) => `"${key}":${value}`)}}`);
const list = (of: fc.Arbitrary<string>, maxLength = 5) => fc.array(of, { maxLength }).map((items) => `[${items}]`);
const record = (of: fc.Arbitrary<string>) =>
  fc.array(fc.tuple(labelText, of), { maxLength: 5 }).map((entries) => `{${entries.map((entry) => entry.join(':'))}}`);
const or = (arbitrary: fc.Arbitrary<string>) => fc.oneof({ arbitrary, weight: 4 }, { arbitrary: anything, weight: 1 });

const time = or(fc.integer({ min: NOW - 4000 * DAY, max: NOW + 2 * LIMITS.aheadMs }).map(String));
const value = or(
  fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }).map(String), fc.constantFrom('true', '"on"', 'null')),
);
const upTime = or(fc.double({ min: -1, max: 2e11, noNaN: true }).map(String));
const stamp = { boot: or(fc.constant('"a"')), sentUp: upTime };
const item = object({
  ...stamp,
  ts: or(fc.oneof(time, upTime)),
  up: upTime,
  values: or(record(value)),
  series: hostile,
});
const series = object({
  ts: or(list(time)),
  start: or(fc.oneof(time, upTime)),
  step: or(fc.constant('1000')),
  offsets: or(list(or(fc.integer({ max: DAY }).map(String)))),
  values: or(list(value)),
});
const lists = object({ ...stamp, readings: list(or(item)) });
const payload = or(fc.oneof(item, list(or(item)), lists, object({ ...stamp, series: or(record(or(series))) }))).map(
  (text) => JSON.parse(text),
);

/** Values that a payload of the right outer form brings: each must become a row, a refusal, or be null. */
const goodLabels = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { maxLength: 6 });
const leaf = fc.oneof(
  fc.constant(null),
  fc.double(),
  fc.boolean(),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constant({}),
  fc.constant([1]),
);
const wellFormed = goodLabels.chain((labels) =>
  fc
    .array(
      fc.tuple(
        fc.oneof(fc.constantFrom(NOW, NOW - DAY), fc.constantFrom(5, 'noon', NOW + DAY)),
        fc.tuple(...labels.map(() => leaf)),
      ),
      {
        minLength: 1,
        maxLength: 5,
      },
    )
    .map((moments) => moments.map(([ts, values]) => ({ ts, values: zip(labels, values) }))),
);

describe('whatever the payload', () => {
  it('it is judged without an error, every row is storable and every refusal says where and why', () => {
    fc.assert(
      fc.property(payload, (given) => {
        const { readings: rows, refusals } = judge(given);
        for (const { label, recordedAt, value: stored, path } of rows) {
          expect(label.length).toBeGreaterThan(0);
          expect(Number.isInteger(recordedAt)).toBe(true);
          expect(recordedAt).toBeGreaterThanOrEqual(NOW - LIMITS.horizonMs);
          expect(recordedAt).toBeLessThanOrEqual(NOW + LIMITS.aheadMs);
          if (typeof stored === 'number') expect(Number.isFinite(stored) && !Object.is(stored, -0)).toBe(true);
          expect(at(given, path) === stored).toBe(true);
        }
        for (const { code, path, detail } of refusals) {
          expect(Object.keys(REFUSAL_CODES)).toContain(code);
          expect(detail).not.toBe('');
          if (!/\/(ts|up)$/.test(path)) expect(at(given, path)).toBeDefined();
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

  it('what is refused is refused again when it is sent again as it is, and brings no row of its own', () => {
    fc.assert(
      fc.property(payload, (given) => {
        for (const refusal of judge(given).refusals.filter(({ code }) => code !== 'TIME_UNKNOWN')) {
          const again = judge(refusal.item === undefined ? given : refusal.item);
          expect(again.refusals.map(({ code }) => code)).toContain(refusal.code);
          if (refusal.item !== undefined && refusal.path !== '') expect(again.readings).toEqual([]);
        }
      }),
    );
  });
});

describe('every value of a payload', () => {
  it('becomes a row, is refused, or was null: items', () => {
    fc.assert(
      fc.property(wellFormed, (items) => {
        const { readings: rows, refusals } = judge(items);
        const values = items.flatMap((of) => Object.values(of.values));
        const nulls = items
          .filter(({ ts }) => isGood(ts))
          .flatMap((of) => Object.values(of.values))
          .filter((of) => of === null);
        expect(rows.length + countRefused(refusals) + nulls.length).toBe(values.length);
      }),
    );
  });

  it('becomes a row, is refused, or was null: series', () => {
    fc.assert(
      fc.property(wellFormed, (items) => {
        const labels = Object.keys(items[0]?.values ?? {});
        const given = zip(
          labels,
          labels.map((label) => ({ ts: items.map(({ ts }) => ts), values: items.map(({ values }) => values[label]) })),
        );
        const { readings: rows, refusals } = judge({ series: given });
        const values = items.flatMap((of) => Object.values(of.values));
        expect(rows.length + countRefused(refusals) + values.filter((of) => of === null).length).toBe(values.length);
      }),
    );
  });
});

const isGood = (ts: unknown) => ts === NOW || ts === NOW - DAY;

/** Values that the refused items hold. */
function countRefused(refusals: readonly Refusal[]): number {
  return refusals.reduce((sum, { item: refused }) => {
    const { values, series: packed } = refused as {
      values?: object;
      series?: Record<string, { values: unknown[] }>;
    };
    const points = Object.values(packed ?? {}).reduce((count, of) => count + of.values.length, 0);
    return sum + Object.keys(values ?? {}).length + points;
  }, 0);
}

function zip<T>(keys: readonly string[], values: readonly T[]): Record<string, T> {
  return Object.fromEntries(keys.map((key, index) => [key, values[index] as T]));
}

/** What a JSON pointer (RFC 6901) points at. */
function at(value: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce(
      (part, key) => (Object.hasOwn(part as object, key) ? (part as Record<string, unknown>)[key] : undefined),
      value,
    );
}
