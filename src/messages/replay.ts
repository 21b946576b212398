import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { StepCloudError } from '../errors.ts';
import { events } from './events.ts';
import type { Kind } from './kind.ts';
import { isPacked, readPayload } from './payload.ts';
import { readings } from './readings.ts';
import { Fault } from './refusals.ts';
import { registration } from './registration.ts';
import { parseTime } from './values.ts';

const pack = promisify(gzip);

export interface Change {
  /** Milliseconds to add to every time. */
  readonly shiftMs: number;
  /** The unit of the sensors of events and registrations that name one; undefined leaves them theirs. */
  readonly unit: string | undefined;
  /** When it first came, epoch milliseconds: the time of readings that have none. */
  readonly receivedAt: number;
}

type Fields = Record<string, unknown>;

/**
 * A refused payload as it is to be sent again. What cannot be read as the change needs it stays, to be refused once more;
 * without anything to change the bytes stay as they are. Throws NUMBER_NOT_FINITE, since JSON cannot write such a number.
 */
export async function changePayload(kind: Kind, bytes: Buffer, change: Change): Promise<Buffer> {
  const payload = await readIfJson(bytes);
  let changed = false;
  if (kind === readings) {
    const items = listOf(payload);
    for (const item of items) changeReadings(item, item === items.at(-1));
  }
  if (kind === events && isFields(payload)) changeEvent(payload);
  if (kind === registration && isFields(payload)) listOf(payload.sensors).forEach(changeUnit);
  if (!changed) return bytes;
  const text = JSON.stringify(payload, refuseInfinite);
  return isPacked(bytes) ? pack(text) : Buffer.from(text);

  /** `last`: what stands before the last one of a list needs a time of its own, or all of them would have the same. */
  function changeReadings(item: unknown, last: boolean): void {
    if (!isFields(item)) return;
    if (isFields(item.series)) Object.values(item.series).forEach(shiftSeries);
    else if (item.ts != null) shift(item, 'ts');
    else if (last && 'values' in item && !('up' in item)) put(item, 'ts', change.receivedAt + change.shiftMs);
  }

  function changeEvent(event: Fields): void {
    for (const name of ['recordedAt', 'startedAt']) shift(event, name);
    for (const sensor of listOf(event.sensors)) {
      shiftSeries(sensor);
      changeUnit(sensor);
    }
    for (const log of listOf(event.logs)) if (isFields(log) && isFields(log.data)) shiftAll(log.data.time);
  }

  function changeUnit(sensor: unknown): void {
    if (isFields(sensor) && sensor.unit != null && change.unit !== undefined) put(sensor, 'unit', change.unit);
  }

  function shiftSeries(series: unknown): void {
    if (!isFields(series)) return;
    shift(series, 'start');
    shiftAll(series.ts);
  }

  function shiftAll(times: unknown): void {
    if (Array.isArray(times)) for (const index of times.keys()) shift(times as unknown as Fields, String(index));
  }

  function shift(holder: Fields, name: string): void {
    const time = change.shiftMs === 0 || holder[name] == null ? undefined : readable(holder[name]);
    if (time !== undefined) put(holder, name, time + change.shiftMs);
  }

  function put(holder: Fields, name: string, value: unknown): void {
    holder[name] = value;
    changed = true;
  }
}

/** Undefined for what is no JSON. */
async function readIfJson(bytes: Buffer): Promise<unknown> {
  try {
    return await readPayload(bytes);
  } catch (error) {
    if (error instanceof StepCloudError) return undefined;
    throw error;
  }
}

function readable(time: unknown): number | undefined {
  try {
    return parseTime(time);
  } catch (error) {
    if (error instanceof StepCloudError) return undefined;
    throw error;
  }
}

function listOf(given: unknown): readonly unknown[] {
  return Array.isArray(given) ? given : [given];
}

function isFields(given: unknown): given is Fields {
  return typeof given === 'object' && given !== null && !Array.isArray(given);
}

function refuseInfinite(_: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  throw new Fault('NUMBER_NOT_FINITE', 'the item has a number beyond what a double can hold');
}
