import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type RefusalCode, StepCloudError } from '../errors.ts';

const inflate = promisify(gunzip);

export const MAX_INFLATED_BYTES = 16 * 1024 * 1024;
export const MAX_DEPTH = 32;
/** In one message: what a few kilobytes of gzip unfold to must not keep a worker from everybody else's. */
export const MAX_JSON_VALUES = 200_000;

/** True for a payload that begins like gzip. */
export function isPacked(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Bytes of a payload when unpacked: of gzip what its end says (RFC 1952, ISIZE), which `unpackPayload` holds it to. */
export function unpackedSize(bytes: Buffer): number {
  return isPacked(bytes) && bytes.length >= 4 ? bytes.readUInt32LE(bytes.length - 4) : bytes.length;
}

/** What a payload says, plain or as gzip. Throws what `unpackPayload` and `parseJson` throw. */
export async function readPayload(bytes: Buffer): Promise<unknown> {
  return parseJson(isPacked(bytes) ? await unpackPayload(bytes) : bytes);
}

/** The same; undefined for what is no JSON. */
export async function readIfJson(bytes: Buffer): Promise<unknown> {
  try {
    return await readPayload(bytes);
  } catch (error) {
    if (error instanceof StepCloudError) return undefined;
    throw error;
  }
}

/** Takes the gzip off. Throws PAYLOAD_TOO_LARGE, found while inflating, or PAYLOAD_NOT_JSON. */
export async function unpackPayload(bytes: Buffer): Promise<Buffer> {
  const size = unpackedSize(bytes);
  try {
    return await inflate(bytes, { maxOutputLength: Math.min(Math.max(size, 1), MAX_INFLATED_BYTES) });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE' && size > MAX_INFLATED_BYTES) {
      throw refusal('PAYLOAD_TOO_LARGE', `the payload inflates to more than ${MAX_INFLATED_BYTES} bytes`);
    }
    throw refusal('PAYLOAD_NOT_JSON', `the payload begins like gzip of ${size} bytes but is not: ${message}`);
  }
}

/** The JSON value of a payload. Throws a StepCloudError whose code is the reason of refusal. */
export function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) throw refusal('PAYLOAD_EMPTY', 'the payload has no bytes');
  if (!isUtf8(bytes)) throw refusal('PAYLOAD_NOT_JSON', 'the payload is not UTF-8');
  if (depthExceeds(bytes, MAX_DEPTH)) {
    throw refusal('PAYLOAD_TOO_DEEP', `the payload is nested more than ${MAX_DEPTH} levels deep`);
  }
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw refusal('PAYLOAD_NOT_JSON', `the payload is not JSON: ${(error as Error).message.slice(0, 200)}`);
  }
}

/** Counts brackets outside of strings, before JSON.parse spends time and stack on them. */
function depthExceeds(bytes: Buffer, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    if (inString) {
      if (byte === 0x5c /* \ */) index++;
      else if (byte === 0x22 /* " */) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x7b /* { */ || byte === 0x5b /* [ */) {
      if (++depth > limit) return true;
    } else if (byte === 0x7d /* } */ || byte === 0x5d /* ] */) depth--;
  }
  return false;
}

/** How many JSON values a payload is made of, itself included. Throws PAYLOAD_TOO_LARGE. */
export function countValues(payload: unknown): number {
  const count = (value: unknown): number =>
    typeof value !== 'object' || value === null
      ? 1
      : Object.values(value).reduce<number>((sum, part) => sum + count(part), 1);
  const size = count(payload);
  if (size <= MAX_JSON_VALUES) return size;
  throw refusal('PAYLOAD_TOO_LARGE', `${size} values in one message; ${MAX_JSON_VALUES} are allowed`);
}

/** An object of JSON. */
export type Fields = Record<string, unknown>;

export function isFields(given: unknown): given is Fields {
  return typeof given === 'object' && given !== null && !Array.isArray(given);
}

function refusal(code: RefusalCode, detail: string): StepCloudError {
  return new StepCloudError(code, detail);
}
