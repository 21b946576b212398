import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { StepCloudError } from '../errors.ts';
import { batch, findCarried } from './batch.ts';
import { events } from './events.ts';
import type { Kind, Message, Stamp } from './kind.ts';
import { type Fields, isFields, isPacked, readIfJson } from './payload.ts';
import { type PowerUp, readPowerUp } from './power-up.ts';
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
  /** As of a message: times since power-up become others when they are shifted. */
  readonly zeros: Message['zeros'];
}

/**
 * A refused payload as it is to be sent again. What cannot be read as the change needs it stays, to be refused once more;
 * without anything to change the bytes stay as they are. Throws NUMBER_NOT_FINITE, since JSON cannot write such a number.
 */
export async function changePayload(kind: Kind, bytes: Buffer, change: Change): Promise<Buffer> {
  const payload = await readIfJson(bytes);
  let changed = false;
  changeMessage(kind, payload);
  kind.eachStamp(payload, withoutSentAt);
  if (!changed) return bytes;
  const text = JSON.stringify(payload, refuseInfinite);
  return isPacked(bytes) ? pack(text) : Buffer.from(text);

  function changeMessage(kind: Kind | undefined, payload: unknown): void {
    if (kind === readings) changeReadings(payload);
    else if (kind === events && isFields(payload)) changeEvent(payload);
    else if (kind === registration && isFields(payload)) listOf(payload.sensors).forEach(changeUnit);
    else if (kind === batch) {
      for (const item of listOf(payload)) {
        if (isFields(item)) changeMessage(findCarried(item.kind), item.payload);
      }
    }
  }

  function changeReadings(payload: unknown): void {
    const around = isFields(payload) ? payload : {};
    const items = listOf(around.readings ?? payload);
    for (const item of items) if (isFields(item)) changeItem(item, around, item === items.at(-1));
  }

  /** `last`: what stands before the last one of a list needs a time of its own, or all of them would have the same. */
  function changeItem(item: Fields, around: Stamp, last: boolean): void {
    const powerUp = readPowerUp(item.boot == null ? around : item, change);
    if (isFields(item.series)) for (const series of Object.values(item.series)) shiftSeries(series, powerUp);
    else if (item.ts != null) shift(item, 'ts', powerUp);
    else if (item.up != null) shift(item, 'up', powerUp, 'ts');
    else if (last && 'values' in item) put(item, 'ts', change.receivedAt + change.shiftMs);
  }

  function changeEvent(event: Fields): void {
    const powerUp = readPowerUp(event, change);
    for (const name of ['recordedAt', 'startedAt']) shift(event, name, powerUp);
    for (const sensor of listOf(event.sensors)) {
      shiftSeries(sensor, powerUp);
      changeUnit(sensor);
    }
    for (const log of listOf(event.logs)) if (isFields(log) && isFields(log.data)) shiftAll(log.data.time, powerUp);
  }

  function changeUnit(sensor: unknown): void {
    if (isFields(sensor) && sensor.unit != null && change.unit !== undefined) put(sensor, 'unit', change.unit);
  }

  function shiftSeries(series: unknown, powerUp: PowerUp | undefined): void {
    if (!isFields(series)) return;
    shift(series, 'start', powerUp);
    shiftAll(series.ts, powerUp);
  }

  function shiftAll(times: unknown, powerUp: PowerUp | undefined): void {
    if (!Array.isArray(times)) return;
    for (const index of times.keys()) shift(times as unknown as Fields, String(index), powerUp);
  }

  /** A time since power-up becomes a time of day, since it might lie before the power-up otherwise. */
  function shift(holder: Fields, name: string, powerUp: PowerUp | undefined, to = name): void {
    const time = change.shiftMs === 0 || holder[name] == null ? undefined : readable(holder[name], powerUp);
    if (time === undefined) return;
    put(holder, to, time + change.shiftMs);
    if (to !== name) delete holder[name];
  }

  /** A replay would tell how long its letter lay. */
  function withoutSentAt(stamp: { -readonly [K in keyof Stamp]: Stamp[K] }): void {
    if (stamp.sentAt === undefined) return;
    delete stamp.sentAt;
    changed = true;
  }

  function put(holder: Fields, name: string, value: unknown): void {
    holder[name] = value;
    changed = true;
  }
}

function readable(time: unknown, powerUp: PowerUp | undefined): number | undefined {
  try {
    return parseTime(time, powerUp);
  } catch (error) {
    if (error instanceof StepCloudError) return undefined;
    throw error;
  }
}

function listOf(given: unknown): readonly unknown[] {
  return Array.isArray(given) ? given : [given];
}

function refuseInfinite(_: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  throw new Fault('NUMBER_NOT_FINITE', 'the item has a number beyond what a double can hold');
}
