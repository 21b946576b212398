import type { RefusalCode } from '../errors.ts';
import { StepCloudError } from '../errors.ts';

/** A message as the broker took it in: its sender is known, its payload was not looked into. */
export interface AcceptedMessage {
  readonly gatewayId: string;
  readonly topic: string;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  /** What came; of a refused message only its beginning. */
  readonly payload: Buffer;
  /** Set when its topic or size already refuses it: it becomes a dead letter without being decoded. */
  readonly refused?: { readonly code: RefusalCode; readonly detail: string; readonly size: number };
}

/** A message as it left the queue. */
export interface NumberedMessage extends AcceptedMessage {
  /** 1, 2, 3 ... per gateway and broker process: what the ledger accounts for. */
  readonly number: number;
}

export interface Envelope {
  /** The process that took the messages in; numbers begin anew with each. */
  readonly brokerId: string;
  readonly messages: readonly NumberedMessage[];
  /** Numbers given to messages that were never acknowledged, as [first, last] per gateway: no losses. */
  readonly voided: ReadonlyMap<string, readonly (readonly [number, number])[]>;
}

/** Everything but the payloads; gateways and topics stand once each, messages refer to them by index. */
interface Header {
  broker: string;
  at: number;
  gateways: string[];
  topics: string[];
  /** [gateway, number, milliseconds after `at`, topic, payload bytes] */
  messages: [number, number, number, number, number][];
  /** [index of the message, code, detail, original size] */
  refused: [number, RefusalCode, string, number][];
  voided: [number, number, number][];
}

const LENGTH_BYTES = 4;

/** Packs an envelope into one text: the length of the header, the header as JSON, the payloads; in base64. */
export function encodeEnvelope({ brokerId, messages, voided }: Envelope): string {
  const at = messages[0]?.receivedAt ?? 0;
  const gateways = indexer();
  const topics = indexer();
  const header: Header = {
    broker: brokerId,
    at,
    gateways: gateways.names,
    topics: topics.names,
    messages: [],
    refused: [],
    voided: [],
  };
  const parts: Buffer[] = [Buffer.alloc(LENGTH_BYTES), Buffer.alloc(0)];
  for (const [index, { gatewayId, number, receivedAt, topic, payload, refused }] of messages.entries()) {
    header.messages.push([gateways.indexOf(gatewayId), number, receivedAt - at, topics.indexOf(topic), payload.length]);
    if (refused) header.refused.push([index, refused.code, refused.detail, refused.size]);
    parts.push(payload);
  }
  for (const [gatewayId, ranges] of voided) {
    for (const [first, last] of ranges) header.voided.push([gateways.indexOf(gatewayId), first, last]);
  }
  parts[1] = Buffer.from(JSON.stringify(header));
  parts[0]?.writeUInt32BE(parts[1].length);
  return Buffer.concat(parts).toString('base64');
}

export function decodeEnvelope(body: string): Envelope {
  const bytes = Buffer.from(body, 'base64');
  const headerEnd = LENGTH_BYTES + (bytes.length >= LENGTH_BYTES ? bytes.readUInt32BE() : 0);
  if (headerEnd > bytes.length) throw new StepCloudError('INTERNAL', 'a batch in the queue is cut short');
  const header = JSON.parse(bytes.toString('utf8', LENGTH_BYTES, headerEnd)) as Header;
  const refusals = new Map(header.refused.map(([index, code, detail, size]) => [index, { code, detail, size }]));
  let offset = headerEnd;
  const messages = header.messages.map(([gateway, number, after, topic, length], index) => {
    const refused = refusals.get(index);
    const payload = bytes.subarray(offset, offset + length);
    offset += length;
    return {
      gatewayId: header.gateways[gateway] as string,
      number,
      receivedAt: header.at + after,
      topic: header.topics[topic] as string,
      payload,
      ...(refused === undefined ? {} : { refused }),
    };
  });
  if (offset !== bytes.length)
    throw new StepCloudError('INTERNAL', 'a batch in the queue has another length than it says');
  const voided = new Map<string, [number, number][]>();
  for (const [gateway, first, last] of header.voided) {
    const gatewayId = header.gateways[gateway] as string;
    voided.set(gatewayId, [...(voided.get(gatewayId) ?? []), [first, last]]);
  }
  return { brokerId: header.broker, messages, voided };
}

/**
 * The id of a message: that of its batch with its place added to the last bytes, which the maker of batch ids leaves
 * zero. So every message has a UUIDv7 of its own, and nobody has to make or carry it.
 */
export function messageId(batch: string, index: number): string {
  return batch.slice(0, 32) + (index + 1).toString(16).padStart(4, '0');
}

function indexer() {
  const names: string[] = [];
  const indexes = new Map<string, number>();
  return {
    names,
    indexOf(name: string): number {
      let index = indexes.get(name);
      if (index === undefined) {
        index = names.push(name) - 1;
        indexes.set(name, index);
      }
      return index;
    },
  };
}
