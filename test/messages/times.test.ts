import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTime, readTime } from '../../src/messages/values.ts';

const SECOND = 1000;
const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 23, 12, 0, 0, 500);
const LIMITS = { horizonMs: 3653 * DAY, aheadMs: 5 * 60 * SECOND };

const codeOf = (read: () => number): string => {
  try {
    return `accepted: ${new Date(read()).toISOString()}`;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('a time is read', () => {
  it.each<[string, unknown, string]>([
    ['in UTC', '2026-11-22T10:20:30Z', '2026-11-22T10:20:30.000Z'],
    ['in UTC, small letters', '2026-11-22t10:20:30z', '2026-11-22T10:20:30.000Z'],
    ['with a space', '2026-11-22 10:20:30Z', '2026-11-22T10:20:30.000Z'],
    ['without seconds', '2026-11-22T10:20Z', '2026-11-22T10:20:00.000Z'],
    ['one digit of a second', '2026-11-22T10:20:30.5Z', '2026-11-22T10:20:30.500Z'],
    ['two digits', '2026-11-22T10:20:30.05Z', '2026-11-22T10:20:30.050Z'],
    ['milliseconds', '2026-11-22T10:20:30.123Z', '2026-11-22T10:20:30.123Z'],
    ['a comma', '2026-11-22T10:20:30,123Z', '2026-11-22T10:20:30.123Z'],
    ['microseconds, cut and not rounded', '2026-11-22T10:20:30.123999Z', '2026-11-22T10:20:30.123Z'],
    ['nanoseconds, cut', '2026-11-22T10:20:30.999999999Z', '2026-11-22T10:20:30.999Z'],
    ['an offset with a colon', '2026-11-22T10:20:30+02:00', '2026-11-22T08:20:30.000Z'],
    ['an offset without', '2026-11-22T10:20:30+0200', '2026-11-22T08:20:30.000Z'],
    ['an offset of hours only', '2026-11-22T10:20:30+02', '2026-11-22T08:20:30.000Z'],
    ['a negative offset', '2026-11-22T10:20:30-0330', '2026-11-22T13:50:30.000Z'],
    ['a quarter of an hour', '2026-11-22T10:20:30+05:45', '2026-11-22T04:35:30.000Z'],
    ['the unknown offset of RFC 3339', '2026-11-22T10:20:30-00:00', '2026-11-22T10:20:30.000Z'],
    ['an offset across the new year', '2026-01-01T00:30:00+01:00', '2025-12-31T23:30:00.000Z'],
    ['29 February of a leap year', '2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['the last millisecond of a day', '2026-11-22T23:59:59.999Z', '2026-11-22T23:59:59.999Z'],
    ['epoch milliseconds', Date.UTC(2026, 10, 22, 10), '2026-11-22T10:00:00.000Z'],
    ['a part of a millisecond, cut', Date.UTC(2026, 10, 22, 10) + 0.999, '2026-11-22T10:00:00.000Z'],
  ])('%s', (_, given, expected) => {
    expect(codeOf(() => readTime(given, NOW, LIMITS))).toBe(`accepted: ${expected}`);
  });
});

describe('a time is refused as TIME_INVALID', () => {
  it.each<[string, unknown]>([
    ['0', 0],
    ['-1', -1],
    ['1e20', 1e20],
    ['NaN', Number.NaN],
    ['1e400', JSON.parse('1e400')],
    ['minus 1e400', JSON.parse('-1e400')],
    ['seconds', Date.UTC(2026, 10, 22) / 1000],
    ['microseconds', Date.UTC(2026, 10, 22) * 1000],
    ['nanoseconds', Date.UTC(2026, 10, 22) * 1_000_000],
    ['the last millisecond that Date knows', 8.64e15],
    ['a number in a text', String(Date.UTC(2026, 10, 22))],
    ['infinity', 'infinity'],
    ['-infinity', '-infinity'],
    ['now', 'now'],
    ['yesterday', 'yesterday'],
    ['epoch', 'epoch'],
    ['an empty text', ''],
    ['no zone', '2026-11-22T10:20:30'],
    ['the name of a zone', '2026-11-22T10:20:30 CET'],
    ['a date only', '2026-11-22'],
    ['a date with a zone', '2026-11-22Z'],
    ['the 12 o clock of RFC 2822', 'Sun, 22 Nov 2026 10:20:30 GMT'],
    ['the order of the USA', '11/22/2026 10:20:30Z'],
    ['the basic form', '20261122T102030Z'],
    ['a week date', '2026-W47-7T10:20:30Z'],
    ['an ordinal date', '2026-326T10:20:30Z'],
    ['one digit of an hour', '2026-11-22T1:20:30Z'],
    ['a fraction of a minute', '2026-11-22T10:20.5Z'],
    ['a point without digits', '2026-11-22T10:20:30.Z'],
    ['30 February', '2026-02-30T10:00:00Z'],
    ['29 February of a common year', '2026-02-29T10:00:00Z'],
    ['29 February of 2100', '2100-02-29T10:00:00Z'],
    ['31 April', '2026-04-31T10:00:00Z'],
    ['month 0', '2026-00-10T10:00:00Z'],
    ['month 13', '2026-13-10T10:00:00Z'],
    ['day 0', '2026-11-00T10:00:00Z'],
    ['24:00, which two days could claim', '2026-11-22T24:00:00Z'],
    ['25:00', '2026-11-22T25:00:00Z'],
    ['minute 60', '2026-11-22T10:60:00Z'],
    ['a leap second, which epoch milliseconds cannot name', '2016-12-31T23:59:60Z'],
    ['second 61', '2026-11-22T10:00:61Z'],
    ['an offset of a day', '2026-11-22T10:00:00+24:00'],
    ['an offset with 60 minutes', '2026-11-22T10:00:00+01:60'],
    ['a minus that is not ASCII', '2026-11-22T10:00:00\u221202:00'],
    ['digits that are not ASCII', '２０２６-11-22T10:00:00Z'],
    ['a line break behind it', '2026-11-22T10:00:00Z\n'],
    ['U+0000 behind it', '2026-11-22T10:00:00Z\0'],
    ['year 10000', '10000-01-01T00:00:00Z'],
    ['year 294277', '294277-01-01T00:00:00Z'],
    ['year 10000 as JavaScript writes it', '+010000-01-01T00:00:00Z'],
    ['a year before Christ', '-000001-01-01T00:00:00Z'],
    ['10 kB', `2026-11-22T10:20:30.${'1'.repeat(10_000)}Z`],
    ['true', true],
    ['null', null],
    ['undefined', undefined],
    ['a list', [2026, 11, 22]],
    ['an object', { seconds: 1 }],
    ['an object that has no text', JSON.parse('{"toString":1,"valueOf":1}')],
    ['such an object in a list', JSON.parse('[[{"toString":null}]]')],
    ['an object without a prototype', Object.create(null)],
    ['an object that says how it wants to be JSON', JSON.parse('{"toJSON":"2026-11-22T10:20:30Z"}')],
  ])('%s', (_, given) => {
    expect(codeOf(() => readTime(given, NOW, LIMITS))).toBe('TIME_INVALID');
    expect(codeOf(() => parseTime(given))).toBe('TIME_INVALID');
  });

  it.each([
    [Date.UTC(2026, 10, 22) / 1000, /looks like seconds/],
    [Date.UTC(2026, 10, 22) * 1000, /looks like micro/],
    [Date.UTC(2026, 10, 22) * 1_000_000, /nanoseconds/],
    ['2026-02-30T10:00:00Z', /calendar/],
    ['tomorrow', /"tomorrow" is not ISO 8601 with a zone/],
    [{ a: 1 }, /\{"a":1\} is not ISO 8601/],
  ])('with a hint for the person who has to mend it: %s', (given, hint) => {
    expect(() => parseTime(given)).toThrow(hint);
  });
});

describe('how far a time may lie from its receipt', () => {
  const at = (time: number) => codeOf(() => readTime(time, NOW, LIMITS));
  it.each([
    ['the horizon itself is accepted', NOW - LIMITS.horizonMs, 'accepted'],
    ['a millisecond before the horizon is too old', NOW - LIMITS.horizonMs - 1, 'TIME_TOO_OLD'],
    ['five minutes ahead are accepted', NOW + LIMITS.aheadMs, 'accepted'],
    ['a part of a millisecond more is cut and accepted', NOW + LIMITS.aheadMs + 0.9, 'accepted'],
    ['a millisecond more is in the future', NOW + LIMITS.aheadMs + 1, 'TIME_IN_FUTURE'],
    ['six minutes', NOW + 6 * 60 * SECOND, 'TIME_IN_FUTURE'],
    ['ten years', NOW + 3653 * DAY, 'TIME_IN_FUTURE'],
    ['1975, a clock that lost its battery', Date.UTC(1975, 0, 1), 'TIME_TOO_OLD'],
  ])('%s', (_, time, expected) => {
    expect(at(time)).toMatch(new RegExp(`^${expected}`));
  });

  it.each([
    ['the year 0', '0000-01-01T00:00:00Z', 'TIME_TOO_OLD'],
    ['1970', '1970-01-01T00:00:00Z', 'TIME_TOO_OLD'],
    ['the year 9999', '9999-12-31T23:59:59Z', 'TIME_IN_FUTURE'],
  ])('%s, as a text', (_, time, expected) => {
    expect(codeOf(() => readTime(time, NOW, LIMITS))).toBe(expected);
  });
});

describe('any time', () => {
  const moment = fc.integer({ min: Date.UTC(2016, 10, 24), max: NOW });

  it('is the same as a number and as a text in any zone and precision', () => {
    fc.assert(
      fc.property(moment, fc.integer({ min: -14 * 60, max: 14 * 60 }), fc.nat(999_999), (time, offset, finer) => {
        const zone = `${offset < 0 ? '-' : '+'}${pad(Math.abs(offset) / 60)}:${pad(Math.abs(offset) % 60)}`;
        const local = new Date(time + offset * 60_000).toISOString().slice(0, -1);
        for (const text of [`${local}${zone}`, `${local}${zone.replace(':', '')}`, `${local}${finer}${zone}`]) {
          expect(readTime(text, NOW, LIMITS)).toBe(time);
        }
        expect(readTime(time, NOW, LIMITS)).toBe(time);
      }),
    );
  });

  it('that is made up becomes whole milliseconds within the limits, or a refusal with a code', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.double(), fc.string({ unit: 'binary' })), (given) => {
        const result = codeOf(() => readTime(given, NOW, LIMITS));
        expect(result).toMatch(/^(accepted|TIME_INVALID|TIME_TOO_OLD|TIME_IN_FUTURE)/);
        if (result.startsWith('accepted')) expect(Number.isInteger(readTime(given, NOW, LIMITS))).toBe(true);
      }),
    );
  });
});

function pad(value: number): string {
  return String(Math.floor(value)).padStart(2, '0');
}
