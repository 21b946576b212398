import type { Db } from '../db/database.ts';
import { recordWarnings, type Sighting } from '../db/warnings.ts';
import { messageId } from '../ingest/envelope.ts';
import type { DecodedBatch, DecodedMessage } from './decode.ts';

const DAY = 86_400_000;
const WARNINGS_PER_GATEWAY = 100;
const CACHED_WARNINGS = 50_000;

/** Writes down what a batch has that nobody reads, each such thing once a day. */
export type NoteWarnings = (batch: DecodedBatch) => Promise<void>;

/** Without unknown fields, or with such as were noted less than a day ago, nothing is asked of the database. */
export function createWarnings(db: Db): NoteWarnings {
  /** Of each gateway, what was noted and when that was seen. */
  const noted = new Map<string, Map<string, number>>();
  let size = 0;

  return async ({ id, messages }) => {
    const due = new Map<string, Map<string, Sighting>>();
    for (const message of messages) {
      if (message.unknownFields.length > 0) collect(id, message, due);
    }
    const sightings = [...due.values()].flatMap((own) => [...own.values()]);
    if (sightings.length === 0) return;
    await recordWarnings(db, sightings, WARNINGS_PER_GATEWAY);
    if (size > CACHED_WARNINGS) {
      noted.clear();
      size = 0;
    }
    for (const { gatewayId, kind, path, receivedAt } of sightings) {
      ownOf(noted, gatewayId).set(keyOf(kind, path), receivedAt.getTime());
      size++;
    }
  };

  function collect(batch: string, message: DecodedMessage, due: Map<string, Map<string, Sighting>>): void {
    const { gatewayId, kind = '', topic, ref, receivedAt, index } = message;
    const known = noted.get(gatewayId);
    const own = ownOf(due, gatewayId);
    for (const path of message.unknownFields) {
      const key = keyOf(kind, path);
      const seenAt = known?.get(key);
      const isDue =
        seenAt === undefined ? (known?.size ?? 0) + own.size < WARNINGS_PER_GATEWAY : receivedAt >= seenAt + DAY;
      if (!isDue) continue;
      const sighting = { gatewayId, code: 'FIELD_UNKNOWN', kind, path, topic, ref } as const;
      own.set(key, { ...sighting, messageId: messageId(batch, index), receivedAt: new Date(receivedAt) });
    }
  }
}

function ownOf<T>(all: Map<string, Map<string, T>>, gatewayId: string): Map<string, T> {
  const own = all.get(gatewayId) ?? new Map<string, T>();
  all.set(gatewayId, own);
  return own;
}

function keyOf(kind: string, path: string): string {
  return `${kind} ${path}`;
}
