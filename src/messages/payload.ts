import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type RefusalCode, StepCloudError } from '../errors.ts';

const inflate = promisify(gunzip);

export const MAX_INFLATED_BYTES = 16 * 1024 * 1024;
export const MAX_DEPTH = 32;

/** Bytes of a PUBLISH to the JSON value they stand for. Throws a StepCloudError whose code is the reason of refusal. */
export async function parsePayload(bytes: Buffer): Promise<unknown> {
  if (bytes.length === 0) throw refusal('PAYLOAD_EMPTY', 'the payload has no bytes');
  return parseJson(bytes[0] === 0x1f && bytes[1] === 0x8b ? await inflatePayload(bytes) : bytes);
}

async function inflatePayload(bytes: Buffer): Promise<Buffer> {
  try {
    return await inflate(bytes, { maxOutputLength: MAX_INFLATED_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw refusal('PAYLOAD_TOO_LARGE', `the payload inflates to more than ${MAX_INFLATED_BYTES} bytes`);
    }
    throw refusal('PAYLOAD_NOT_JSON', `the payload begins like gzip but does not inflate: ${(error as Error).message}`);
  }
}

function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw refusal('PAYLOAD_NOT_JSON', 'the payload is not UTF-8');
  const tooDeep = depthExceeds(bytes, MAX_DEPTH);
  if (tooDeep) throw refusal('PAYLOAD_TOO_DEEP', `the payload is nested more than ${MAX_DEPTH} levels deep`);
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

function refusal(code: RefusalCode, detail: string): StepCloudError {
  return new StepCloudError(code, detail);
}
