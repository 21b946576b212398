import type { BatchSubjects } from '../db/batches.ts';
import type { DeadLetter } from '../db/dead-letters.ts';
import type { LiveItem, LiveReadings } from '../db/live.ts';
import type { DecodedMessage } from './decode.ts';
import type { NewValue, Outcome } from './outcome.ts';
import type { References } from './references.ts';

/** Readings in one item, so that an item is a few tens of kilobytes at most but for long texts. */
const READINGS_TOGETHER = 200;

/** Whom a batch may have something new of. */
export function toSubjects(references: References, messages: readonly DecodedMessage[]): BatchSubjects {
  const gatewayIds = new Set<string>();
  const topics = new Set<string>();
  for (const message of messages) {
    gatewayIds.add(message.gatewayId);
    const device = references.device(message);
    if (!('refused' in device)) topics.add(device.id);
  }
  return { gatewayIds: [...gatewayIds], topics: [...topics, ...gatewayIds] };
}

/** What a batch has for the topics that are watched. */
export function toLive(
  references: References,
  outcomes: readonly Outcome[],
  letters: readonly DeadLetter[],
  watched: ReadonlySet<string>,
): LiveItem[] {
  const values = new Map<string, (readonly NewValue[])[]>();
  const items: LiveItem[] = [];
  for (const outcome of outcomes) {
    const topic = deviceOf(references, outcome);
    if (topic === undefined || !watched.has(topic)) continue;
    const known = values.get(topic);
    if (known) known.push(outcome.values);
    else values.set(topic, [outcome.values]);
    for (const event of outcome.events) items.push({ topic, kind: 'event', body: event });
  }
  for (const [topic, parts] of values) {
    const own = parts.flat();
    for (let from = 0; from < own.length; from += READINGS_TOGETHER) {
      items.push({ topic, kind: 'readings', body: own.slice(from, from + READINGS_TOGETHER).map(toReading) });
    }
  }
  for (const { gatewayId: topic, code, detail, deviceKey = null, ref = null, seen } of letters) {
    if (watched.has(topic)) items.push({ topic, kind: 'dead-letter', body: { code, detail, deviceKey, ref, seen } });
  }
  return items;
}

/** Undefined where nothing of a device is new. */
function deviceOf(references: References, { message, values, events }: Outcome): string | undefined {
  if (values.length + events.length === 0) return undefined;
  const device = references.device(message);
  return 'refused' in device ? undefined : device.id;
}

function toReading({ sensorId, recordedAt, value, receivedAt }: NewValue): LiveReadings[number] {
  return [sensorId, recordedAt, typeof value === 'string' ? value : Number(value), receivedAt];
}
