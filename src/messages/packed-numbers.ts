import { deflateRawSync, inflateRawSync } from 'node:zlib';

/*
 * The binary form of the series of events (`event_sensor.times`, `.values`, `.x_values`): one byte that says how, then
 * the numbers. Most measured numbers are short decimals that change little from one to the next, so they are written as
 * whole numbers of a decimal unit, each as its difference to the one before; 250 kB of doubles become 22 kB.
 *
 *   form 0x10  8 bytes each, IEEE 754, little-endian
 *   form 0..9  numbers of that many decimals: number * 10^form, less that of the number before it (the first: less 0),
 *              mapped to 0, -1, 1, -2, 2 ... = 0, 1, 2, 3, 4 ..., written in groups of 7 bits, the lowest first, with
 *              the high bit set in all but the last
 *   0x80       added to the form: everything behind this byte is deflated (RFC 1951)
 */

const DOUBLES = 0x10;
const DEFLATED = 0x80;
const MAX_DECIMALS = 9;
/** So that differences, mapped, are still exact: they need two bits more, and doubles have 53. */
const MAX_UNITS = 2 ** 51;

/** Packs numbers so that `unpackNumbers` gives back the very same doubles. */
export function packNumbers(numbers: ArrayLike<number>): Buffer {
  const decimals = countDecimals(numbers);
  const [form, bytes] = decimals === undefined ? [DOUBLES, toDoubles(numbers)] : [decimals, toUnits(numbers, decimals)];
  const deflated = deflateRawSync(bytes);
  const packed = deflated.length < bytes.length;
  return Buffer.concat([Buffer.of(packed ? form | DEFLATED : form), packed ? deflated : bytes]);
}

/** Throws when the bytes are not of `packNumbers`. */
export function unpackNumbers(packed: Buffer): number[] {
  const [first = -1] = packed;
  const rest = packed.subarray(1);
  const bytes = first & DEFLATED ? inflateRawSync(rest) : rest;
  const form = first & ~DEFLATED;
  if (form === DOUBLES) return fromDoubles(bytes);
  if (form >= 0 && form <= MAX_DECIMALS) return fromUnits(bytes, form);
  throw new Error(`numbers are packed in an unknown form: ${first}`);
}

/** The decimals that all of these numbers can be written with, exactly; undefined where that needs too many. */
function countDecimals(numbers: ArrayLike<number>): number | undefined {
  let decimals = 0;
  for (let index = 0; index < numbers.length; index++) {
    while (!isWhole(numbers[index] as number, 10 ** decimals)) if (++decimals > MAX_DECIMALS) return undefined;
  }
  // A great number before a fine one has more units than are exact.
  const unitsPerOne = 10 ** decimals;
  for (let index = 0; index < numbers.length; index++) {
    if (!isWhole(numbers[index] as number, unitsPerOne)) return undefined;
  }
  return decimals;
}

/** A quotient of two whole numbers is rounded correctly, so it is the same double as the decimal it stands for. */
function isWhole(number: number, unitsPerOne: number): boolean {
  const units = Math.round(number * unitsPerOne);
  return Math.abs(units) < MAX_UNITS && Object.is(units / unitsPerOne, number) && !Object.is(units, -0);
}

function toUnits(numbers: ArrayLike<number>, decimals: number): Buffer {
  const unitsPerOne = 10 ** decimals;
  const bytes = Buffer.allocUnsafe(8 * numbers.length);
  let length = 0;
  let before = 0;
  for (let index = 0; index < numbers.length; index++) {
    const units = Math.round((numbers[index] as number) * unitsPerOne);
    const difference = units - before;
    before = units;
    let rest = difference < 0 ? -2 * difference - 1 : 2 * difference;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes[length++] = (rest % 0x80) | 0x80;
    bytes[length++] = rest;
  }
  return bytes.subarray(0, length);
}

function fromUnits(bytes: Buffer, decimals: number): number[] {
  const unitsPerOne = 10 ** decimals;
  const numbers: number[] = [];
  let units = 0;
  let mapped = 0;
  let weight = 1;
  for (const byte of bytes) {
    mapped += (byte & 0x7f) * weight;
    weight *= 0x80;
    if (byte & 0x80) continue;
    units += mapped % 2 === 1 ? -(mapped + 1) / 2 : mapped / 2;
    numbers.push(units / unitsPerOne);
    mapped = 0;
    weight = 1;
  }
  return numbers;
}

function toDoubles(numbers: ArrayLike<number>): Buffer {
  const bytes = Buffer.allocUnsafe(8 * numbers.length);
  for (let index = 0; index < numbers.length; index++) bytes.writeDoubleLE(numbers[index] as number, 8 * index);
  return bytes;
}

function fromDoubles(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length / 8 }, (_, index) => bytes.readDoubleLE(8 * index));
}
