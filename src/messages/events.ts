import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { EventHead } from '../db/events.ts';
import { hashOf, type PartContext, readLog, readSensor, readSetting } from './event-parts.ts';
import { collectUnknown, named, type UnknownFields } from './fields.ts';
import { type EventRow, type Kind, type Message, NO_ROWS, type TimeLimits } from './kind.ts';
import { readList } from './lists.ts';
import { readPowerUp } from './power-up.ts';
import { at, escapePointer, Fault, toRefusal } from './refusals.ts';
import {
  MAX_ATTRIBUTE_CHARACTERS,
  MAX_ATTRIBUTES,
  MAX_LOGS,
  MAX_SENSORS,
  MAX_SETTINGS,
  OUTCOMES,
  Event as Payload,
  UUID,
} from './schemas/events.ts';
import { STAMP, wholeStamp } from './stamps.ts';
import { oneOf, readLabel, readName, readText, readTime, readValue, requireKept } from './values.ts';

/** Values of all series of an event, those of `x` among them. */
const MAX_NUMBERS = 1_000_000;
/** Of all logs of an event together. */
const MAX_LOG_LINES = 100_000;
const MAX_LOG_CHARACTERS = 4 * 1024 * 1024;

/** What a device did. Fields are judged one by one, for the reason and place of a refusal; null counts as left out. */
const field = Type.Optional(Type.Unknown());
const Head = {
  boot: field,
  sentUp: field,
  recordedAt: field,
  startedAt: field,
  type: field,
  outcome: field,
  attributes: field,
};
const Event = Type.Object({ id: field, ...Head, sensors: field, logs: field, settings: field });
type Event = Type.Static<typeof Event>;
const isEvent = Compile(Event);
const FIELDS = named(...STAMP, ...Object.keys(Event.properties));
const isRecord = Compile(Type.Record(Type.String(), Type.Unknown()));

/**
 * A gateway reports what a device did, once it is done (docs/mqtt.md, events). Sensors, logs and settings are its parts:
 * a bad one costs itself alone, and joins its event when it is mended and sent again. All else is the head, which is
 * taken or refused as a whole.
 */
export const events: Kind = {
  name: 'events',
  levels: ['devices', ':device', 'events'],
  payload: Payload,
  eachStamp: wholeStamp,
  rows(message, limits) {
    const unknown = collectUnknown();
    try {
      const { payload } = message;
      if (!isEvent.Check(payload))
        throw new Fault('PAYLOAD_INVALID', 'an event is one object: {recordedAt, type, ...}');
      unknown.note(payload, FIELDS, '');
      return { ...NO_ROWS, ...readEvent(payload, message, limits, unknown), unknownFields: unknown.found };
    } catch (error) {
      return { ...NO_ROWS, refusals: [toRefusal(error)], unknownFields: unknown.found };
    }
  },
};

function readEvent(given: Event, message: Message, limits: TimeLimits, unknown: UnknownFields) {
  const givenId = at('/id', () => readId(given.id));
  const powerUp = readPowerUp(given, message);
  const readAt = (time: unknown) => readTime(time, message.receivedAt, limits, powerUp);
  const head = readHead(given, readAt, limits);
  const left = { numbers: MAX_NUMBERS, lines: MAX_LOG_LINES, characters: MAX_LOG_CHARACTERS };
  const context: PartContext = { readAt, counted: powerUp !== undefined, left, unknown };
  const sensors = readList('/sensors', given.sensors, MAX_SENSORS, (sensor) => readSensor(sensor, context));
  const logs = readList('/logs', given.logs, MAX_LOGS, (log) => {
    requireKept(head.recordedAt, limits.keptFrom?.logs);
    return readLog(log, context);
  });
  const settings = readList('/settings', given.settings, MAX_SETTINGS, (setting) => readSetting(setting, context));
  const id = givenId ?? deriveId(message, [head, ...sensors.good, ...logs.good, ...settings.good]);
  const inEvent = wrapIn(given, id);
  const event: EventRow = {
    id,
    ...head,
    sensors: inEvent('sensors', sensors.good),
    logs: inEvent('logs', logs.good),
    settings: inEvent('settings', settings.good),
  };
  const refusals = [
    ...inEvent('sensors', sensors.bad),
    ...inEvent('logs', logs.bad),
    ...inEvent('settings', settings.bad),
  ];
  return { events: [event], refusals };
}

/** Makes the part that a row or refusal is about an event of its own, to be sent again: of the same head and id. */
function wrapIn(given: Event, id: string) {
  const head = Object.fromEntries(Object.keys(Head).map((name) => [name, given[name as keyof Event] ?? undefined]));
  return <Part extends { readonly item?: unknown }>(list: string, parts: readonly Part[]) =>
    parts.map((part) => ({ ...part, item: { id, ...head, [list]: part.item } }));
}

function readHead(given: Event, readAt: PartContext['readAt'], { keptFrom }: TimeLimits): Omit<EventHead, 'id'> {
  const recordedAt = at('/recordedAt', () => {
    if (given.recordedAt == null) throw new Fault('TIME_UNKNOWN', 'an event says when it was recorded');
    return requireKept(readAt(given.recordedAt), keptFrom?.events);
  });
  const startedAt = at('/startedAt', () => (given.startedAt == null ? null : readAt(given.startedAt)));
  const type = at('/type', () => readName(given.type));
  const outcome = at('/outcome', () => (given.outcome == null ? null : oneOf(OUTCOMES, given.outcome)));
  const attributes = at('/attributes', () => readAttributes(given.attributes ?? {}));
  const hash = hashOf('event', [recordedAt, startedAt, type, outcome, attributes]);
  return { recordedAt, startedAt, type, outcome, attributes: Object.fromEntries(attributes), hash };
}

function readId(given: unknown): string | undefined {
  if (given == null) return undefined;
  if (typeof given === 'string' && UUID.test(given)) return given.toLowerCase();
  throw new Fault('PAYLOAD_INVALID', 'the id of an event is a UUID');
}

/** In the order of their names, whatever order they came in; those that are null are left out. */
function readAttributes(given: unknown): [string, number | boolean | string][] {
  if (!isRecord.Check(given)) throw new Fault('PAYLOAD_INVALID', 'attributes are an object: {name: value}');
  const entries = Object.entries(given).filter(([, value]) => value !== null);
  if (entries.length > MAX_ATTRIBUTES) {
    throw new Fault('PAYLOAD_TOO_LARGE', `${entries.length} attributes; ${MAX_ATTRIBUTES} are allowed`);
  }
  const read = entries.map(([name, value]) =>
    at(`/${escapePointer(name)}`, (): [string, number | boolean | string] => {
      const text = typeof value === 'string' ? readText(value, MAX_ATTRIBUTE_CHARACTERS) : value;
      return [readLabel(name), readValue(text)];
    }),
  );
  return read.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The id of an event that came without: of its sender and content, so that a resend has the same (RFC 9562, version 8). */
function deriveId({ gatewayId, deviceKey }: Message, contents: readonly { readonly hash: Buffer }[]): string {
  const hash = createHash('sha256').update(`${gatewayId}\n${deviceKey}\n`);
  for (const content of contents) hash.update(content.hash);
  const bytes = hash.digest().subarray(0, 16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
