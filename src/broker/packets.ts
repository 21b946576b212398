import { isUtf8 } from 'node:buffer';

/** MQTT control packet types, MQTT 3.1.1 section 2.2.1. */
export const CONNECT = 1;
export const PUBLISH = 3;
export const SUBSCRIBE = 8;
export const UNSUBSCRIBE = 10;
export const PINGREQ = 12;

export const PINGRESP = Buffer.from([0xd0, 0]);

export interface FixedHeader {
  readonly type: number;
  readonly flags: number;
  /** Bytes of the fixed header itself. */
  readonly headerBytes: number;
  /** Bytes of the packet behind its fixed header. */
  readonly remaining: number;
}

/**
 * The fixed header at an offset; undefined while it is not complete, 'malformed' when its length has a fifth byte
 * (section 2.2.3).
 */
export function readFixedHeader(bytes: Buffer, offset: number): FixedHeader | 'malformed' | undefined {
  const first = bytes[offset];
  if (first === undefined) return undefined;
  let remaining = 0;
  for (let index = 0; index < 4; index++) {
    const byte = bytes[offset + 1 + index];
    if (byte === undefined) return undefined;
    remaining += (byte & 0x7f) << (7 * index);
    if (byte < 0x80) return { type: first >> 4, flags: first & 0x0f, headerBytes: 2 + index, remaining };
  }
  return 'malformed';
}

/** What is wrong with a whole packet, beyond what Aedes checks; undefined when nothing is. `body` is all behind the fixed header. */
export function faultOf(type: number, flags: number, body: Buffer, maxFilters: number): string | undefined {
  if (type === PUBLISH) return faultOfPublish(flags, body);
  if (type === SUBSCRIBE) return faultOfFilters(body, maxFilters, 1);
  if (type === UNSUBSCRIBE) return faultOfFilters(body, maxFilters, 0);
  return undefined;
}

function faultOfPublish(flags: number, body: Buffer): string | undefined {
  const qos = (flags >> 1) & 3;
  if (qos === 3) return 'QoS 3'; // [MQTT-3.3.1-4]
  if (body.length < 2) return 'a PUBLISH without topic';
  const topicEnd = 2 + body.readUInt16BE(0);
  if (topicEnd > body.length) return 'a topic longer than its packet';
  const topic = body.subarray(2, topicEnd);
  if (!isUtf8(topic) || topic.includes(0)) return 'a topic that is not well-formed UTF-8'; // [MQTT-1.5.3-1], [MQTT-1.5.3-2]
  if (qos === 0) return undefined;
  if (topicEnd + 2 > body.length) return 'a PUBLISH without packet id';
  return body.readUInt16BE(topicEnd) === 0 ? 'packet id 0' : undefined; // [MQTT-2.3.1-1]
}

/** `after` is the number of bytes behind each filter: the QoS of a SUBSCRIBE. */
function faultOfFilters(body: Buffer, maxFilters: number, after: 0 | 1): string | undefined {
  if (body.length < 2 || body.readUInt16BE(0) === 0) return 'packet id 0';
  let filters = 0;
  for (let offset = 2; offset < body.length; filters++) {
    if (offset + 2 > body.length) return 'a filter that is cut short';
    const end = offset + 2 + body.readUInt16BE(offset);
    if (end + after > body.length) return 'a filter longer than its packet';
    if (!isUtf8(body.subarray(offset + 2, end))) return 'a filter that is not well-formed UTF-8';
    offset = end + after;
  }
  if (filters > maxFilters) return `${filters} filters in one packet`;
  return undefined;
}

/** A PUBLISH like the one that began with these bytes, with nothing of its payload but the beginning. */
export function cutPublish(
  flags: number,
  beginning: Buffer,
  keptPayloadBytes: number,
): { packet: Buffer; payloadOffset: number } {
  const qos = (flags >> 1) & 3;
  const payloadOffset = 2 + beginning.readUInt16BE(0) + (qos > 0 ? 2 : 0);
  const body = beginning.subarray(0, payloadOffset + keptPayloadBytes);
  return {
    packet: Buffer.concat([Buffer.from([(PUBLISH << 4) | flags, ...encodeLength(body.length)]), body]),
    payloadOffset,
  };
}

function encodeLength(length: number): number[] {
  const bytes: number[] = [];
  do {
    const low = length % 128;
    length = Math.floor(length / 128);
    bytes.push(length > 0 ? low | 0x80 : low);
  } while (length > 0);
  return bytes;
}
