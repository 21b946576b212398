import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packNumbers, unpackNumbers } from '../../src/messages/packed-numbers.ts';

const decimal = fc.tuple(fc.integer(), fc.nat(9)).map(([units, decimals]) => Number(`${units}e-${decimals}`));
const time = fc.integer({ min: 0, max: Date.UTC(2100, 0) });
const extreme = fc.constantFrom(
  0,
  -0,
  5e-324,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  2 ** 53,
  2 ** 51 - 1,
  1 - 2 ** 51,
  0.1 + 0.2,
);
const numbers = fc.oneof(
  fc.array(fc.double({ noNaN: true })),
  fc.array(fc.oneof(decimal, extreme)),
  fc.array(time),
  fc.array(fc.oneof(fc.double({ noNaN: true }), decimal, time, extreme)),
);
const form = (given: number[]) => packNumbers(given)[0]! & 0x7f;

describe('packed numbers', () => {
  it('come back as the very same doubles', () => {
    fc.assert(
      fc.property(numbers, (given) => {
        const back = unpackNumbers(packNumbers(given));
        expect(back.length).toBe(given.length);
        for (const [index, number] of given.entries()) expect(Object.is(back[index], number)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('come back from a Float64Array as well, and are the same bytes each time', () => {
    fc.assert(
      fc.property(numbers, (given) => {
        expect(packNumbers(Float64Array.from(given))).toEqual(packNumbers(given));
      }),
    );
  });

  it.each<[string, number[], number]>([
    ['none', [], 0],
    ['whole numbers', [1, 2, 3], 0],
    ['times', [1795428900000, 1795428900004], 0],
    ['three decimals', [0.001, 4.5, -1.25], 3],
    ['nine decimals', [1e-9], 9],
    ['ten decimals', [1e-10], 16],
    ['a third', [1 / 3], 16],
    ['a great number beside a fine one', [2 ** 50, 0.001], 16],
    ['-0, which whole numbers do not have', [-0], 16],
    ['beyond 2^51', [2 ** 51], 16],
    ['not finite', [Number.NaN, Number.POSITIVE_INFINITY], 16],
  ])('take the shortest exact form: %s', (_, given, expected) => {
    expect(form(given)).toBe(expected);
    expect(unpackNumbers(packNumbers(given))).toEqual(given);
  });

  it('are written as documented', () => {
    expect(packNumbers([1, 0, 64, 63])).toEqual(Buffer.of(0, 2, 1, 0x80, 0x01, 1));
    expect(packNumbers([0.5])).toEqual(Buffer.of(1, 10));
    expect(packNumbers([Math.PI])).toEqual(Buffer.of(0x10, 0x18, 0x2d, 0x44, 0x54, 0xfb, 0x21, 0x09, 0x40));
  });

  it('are deflated where that helps: a long even series is next to nothing', () => {
    const times = Array.from({ length: 100_000 }, (_, index) => 1795428900000 + 4 * index);
    expect(packNumbers(times).length).toBeLessThan(200);
    expect(unpackNumbers(packNumbers(times))).toEqual(times);
  });

  it.each([Buffer.of(), Buffer.of(10), Buffer.of(0x8a), Buffer.of(0x7f)])(
    'of an unknown form are an error: %j',
    (bytes) => {
      expect(() => unpackNumbers(bytes)).toThrow();
    },
  );
});
