import { createHash } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import type { DeadLetter } from '../db/dead-letters.ts';
import { messageId } from '../ingest/envelope.ts';
import type { Refusal } from '../messages/kind.ts';
import type { DecodedBatch } from './decode.ts';
import type { Outcome } from './outcome.ts';
import type { References } from './references.ts';

const MAX_DETAIL_CHARACTERS = 1000;
/** Room for the longest key of a device, percent-encoded. */
const MAX_TOPIC_CHARACTERS = 1500;
/** What a few kilobytes of gzip unfold to must not fill the disk: a larger item is kept as the message that brought it. */
const MAX_ITEM_BYTES = 1024 * 1024;

/** The refusals of a batch as rows, the same fault of the same gateway once, with how often it was seen. */
export function toDeadLetters(references: References, batch: DecodedBatch, outcomes: readonly Outcome[]): DeadLetter[] {
  const letters = new Map<string, DeadLetter>();
  for (const outcome of outcomes) {
    const home = references.home(outcome.message.gatewayId);
    if (!home) continue;
    for (const refusal of outcome.refusals) {
      const letter = toLetter(batch.id, outcome, refusal, home.customerId);
      const key = letter.gatewayId + letter.fingerprint.toString('base64');
      letters.set(key, { ...letter, seen: (letters.get(key)?.seen ?? 0) + 1 });
    }
  }
  return [...letters.values()];
}

function toLetter(
  batch: string,
  { message }: Outcome,
  { code, path, detail, item }: Refusal,
  customerId: string,
): DeadLetter {
  const given = item === undefined ? message.item : item;
  const alone = given === undefined ? undefined : Buffer.from(toJson(given));
  const isKept = alone !== undefined && alone.length <= Math.max(MAX_ITEM_BYTES, message.payload.length);
  const bytes = isKept ? alone : message.payload;
  // The topic is the one that what is kept can be sent again under.
  const { topic } = isKept ? message : (message.carrier ?? message);
  return {
    id: uuid(),
    customerId,
    gatewayId: message.gatewayId,
    fingerprint: createHash('sha256').update(`${code}\n${path}\n${topic}\n`).update(bytes).digest().subarray(0, 16),
    code,
    path: storable(message.path + path, MAX_TOPIC_CHARACTERS),
    detail: storable(detail, MAX_DETAIL_CHARACTERS),
    topic: storable(topic, MAX_TOPIC_CHARACTERS),
    deviceKey: message.deviceKey,
    ref: message.ref,
    item: bytes,
    size: isKept ? alone.length : message.size,
    messageId: messageId(batch, message.index),
    receivedAt: new Date(message.receivedAt),
    seen: 1,
  };
}

/** JSON has no infinity: the number that was too large is shown as text, where null would hide it. */
function toJson(item: unknown): string {
  return JSON.stringify(item, (_, value) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );
}

/** What a gateway sent may have characters that no text column takes; the item itself is kept as bytes. */
function storable(text: string, maxCharacters: number): string {
  return text.slice(0, maxCharacters).replaceAll('\0', '\uFFFD').toWellFormed();
}
