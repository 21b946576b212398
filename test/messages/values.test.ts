import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_LABEL_CHARACTERS,
  MAX_TEXT_CHARACTERS,
  readLabel,
  readText,
  readValue,
} from '../../src/messages/values.ts';

const codeOf = (read: () => unknown): unknown => {
  try {
    return { accepted: read() };
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('a value is stored', () => {
  it.each<[string, unknown]>([
    ['0', 0],
    ['the greatest double', Number.MAX_VALUE],
    ['the smallest double', Number.MIN_VALUE],
    ['an integer beyond 2^53', 2 ** 60],
    ['true', true],
    ['false', false],
    ['an empty text', ''],
    ['a number in a text', '12'],
    ['SQL', "'; drop table reading;--"],
    ['a tab and a line break', 'a\tb\n'],
    ['an emoji', '🖨'],
    ['4,096 characters', 'x'.repeat(MAX_TEXT_CHARACTERS)],
  ])('%s', (_, value) => {
    expect(codeOf(() => readValue(value))).toEqual({ accepted: value });
  });

  it('-0 as 0, since a column and JSON tell them apart', () => {
    expect(Object.is(readValue(-0), 0)).toBe(true);
  });
});

describe('a value is refused', () => {
  it.each<[string, unknown, string]>([
    ['1e400', JSON.parse('1e400'), 'NUMBER_NOT_FINITE'],
    ['-1e400', JSON.parse('-1e400'), 'NUMBER_NOT_FINITE'],
    ['NaN', Number.NaN, 'NUMBER_NOT_FINITE'],
    ['null, which is no value', null, 'PAYLOAD_INVALID'],
    ['an object', {}, 'PAYLOAD_INVALID'],
    ['a list', [1], 'PAYLOAD_INVALID'],
    ['U+0000', 'a\0b', 'TEXT_INVALID'],
    ['the first half of a surrogate pair', 'a\ud800', 'TEXT_INVALID'],
    ['the second half', '\udc00b', 'TEXT_INVALID'],
    ['both halves in the wrong order', '\udc00\ud800', 'TEXT_INVALID'],
    ['4,097 characters', 'x'.repeat(MAX_TEXT_CHARACTERS + 1), 'TEXT_INVALID'],
  ])('%s', (_, value, code) => {
    expect(codeOf(() => readValue(value))).toBe(code);
  });
});

describe('a label', () => {
  it.each(['t', '__proto__', 'constructor', 'toString', 'température °C', 'a/b~c', 'x'.repeat(MAX_LABEL_CHARACTERS)])(
    '%s is accepted',
    (label) => {
      expect(readLabel(label)).toBe(label);
    },
  );

  it.each([
    ['empty', ''],
    ['129 characters', 'x'.repeat(MAX_LABEL_CHARACTERS + 1)],
    ['10 kB', 'x'.repeat(10_000)],
    ['U+0000', '\0'],
    ['half of a surrogate pair', '\ud83d'],
  ])('%s is refused', (_, label) => {
    expect(codeOf(() => readLabel(label))).toBe('TEXT_INVALID');
  });
});

describe('any text', () => {
  it('that is taken has a form in UTF-8, no U+0000 and the length that is allowed', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)), maxLength: 12 }),
        (text) => {
          const result = codeOf(() => readText(text, 10));
          const storable = text.length <= 10 && !text.includes('\0') && Buffer.from(text).toString() === text;
          expect(result).toEqual(storable ? { accepted: text } : 'TEXT_INVALID');
        },
      ),
    );
  });
});
