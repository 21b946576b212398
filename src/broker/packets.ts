import { isUtf8 } from 'node:buffer';

/** MQTT control packet types, MQTT 3.1.1 section 2.2.1. */
export const CONNECT = 1;
export const CONNACK = 2;
export const PUBLISH = 3;
const PUBACK = 4;
const PUBREC = 5;
const PUBREL = 6;
const PUBCOMP = 7;
const SUBSCRIBE = 8;
const UNSUBSCRIBE = 10;
export const PINGREQ = 12;
export const DISCONNECT = 14;

export const PINGRESP = Buffer.from([0xd0, 0]);

const MAX_FILTERS = 8;
const WILL_FLAG = 0x04;
const CLEAN_FLAG = 0x02;
const PASSWORD_FLAG = 0x40;
const USER_NAME_FLAG = 0x80;

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

/**
 * What is wrong with a whole packet of a client; undefined when nothing is. Aedes' parser lets much of this pass, and
 * reads on into the next packet where one is too short. `body` is all behind the fixed header.
 */
export function faultOf(type: number, flags: number, body: Buffer): string | undefined {
  switch (type) {
    case CONNECT:
      return faultOfConnect(body);
    case PUBLISH:
      return faultOfPublish(flags, body);
    case PUBACK:
    case PUBREC:
    case PUBREL:
    case PUBCOMP:
      return body.length === 2 ? faultOfPacketId(body, 0) : 'an acknowledgement that is not two bytes long';
    case SUBSCRIBE:
      return faultOfFilters(body, 1);
    case UNSUBSCRIBE:
      return faultOfFilters(body, 0);
    case PINGREQ:
    case DISCONNECT:
      return body.length === 0 ? undefined : 'a body where there is none';
    default:
      return `a packet of type ${type}, which no client sends`;
  }
}

/** Section 3.1. Of a protocol level that we do not speak nothing more is looked at. */
function faultOfConnect(body: Buffer): string | undefined {
  const nameEnd = endOfField(body, 0);
  const name = body.toString('latin1', 2, nameEnd);
  if (name !== 'MQTT' && name !== 'MQIsdp') return 'another protocol than MQTT';
  if (nameEnd + 4 > body.length) return 'a CONNECT that is cut short';
  if (!isLevelSpoken(body, nameEnd)) return undefined;
  const flags = body[nameEnd + 1] as number;
  if (flags & WILL_FLAG && ((flags >> 3) & 3) === 3) return 'a Will of QoS 3'; // [MQTT-3.1.2-14]
  if (flags & PASSWORD_FLAG && !(flags & USER_NAME_FLAG)) return 'a password without user name'; // [MQTT-3.1.2-22]
  const fields: ('text' | 'bytes')[] = ['text'];
  if (flags & WILL_FLAG) fields.push('text', 'bytes');
  if (flags & USER_NAME_FLAG) fields.push('text');
  if (flags & PASSWORD_FLAG) fields.push('bytes');
  let offset = nameEnd + 4;
  for (const field of fields) {
    const end = endOfField(body, offset);
    if (end > body.length) return 'a CONNECT that is cut short';
    if (field === 'text' && !isText(body.subarray(offset + 2, end))) return 'a text that is not well-formed UTF-8';
    offset = end;
  }
  return offset === body.length ? undefined : 'a CONNECT longer than its fields';
}

/** The CONNACK code that refuses a well-formed CONNECT for what it asks; undefined when that can be given. */
export function refusalOfConnect(body: Buffer): 1 | 2 | undefined {
  const nameEnd = endOfField(body, 0);
  if (!isLevelSpoken(body, nameEnd)) return 1; // [MQTT-3.1.2-2]
  const isNameless = body.readUInt16BE(nameEnd + 4) === 0;
  return isNameless && !((body[nameEnd + 1] as number) & CLEAN_FLAG) ? 2 : undefined; // [MQTT-3.1.3-8]
}

/** 3 is MQTT 3.1, 4 is MQTT 3.1.1; stock bridges set the high bit. */
function isLevelSpoken(body: Buffer, nameEnd: number): boolean {
  const level = (body[nameEnd] as number) & 0x7f;
  return level === 3 || level === 4;
}

function faultOfPublish(flags: number, body: Buffer): string | undefined {
  const qos = (flags >> 1) & 3;
  if (qos === 3) return 'QoS 3'; // [MQTT-3.3.1-4]
  const topicEnd = endOfField(body, 0);
  if (topicEnd > body.length) return 'a topic longer than its packet';
  if (!isText(body.subarray(2, topicEnd))) return 'a topic that is not well-formed UTF-8';
  return qos === 0 ? undefined : faultOfPacketId(body, topicEnd);
}

/** `after` is the number of bytes behind each filter: the QoS of a SUBSCRIBE. */
function faultOfFilters(body: Buffer, after: 0 | 1): string | undefined {
  let filters = 0;
  for (let offset = 2; offset < body.length; filters++) {
    const end = endOfField(body, offset);
    if (end + after > body.length) return 'a filter longer than its packet';
    if (!isText(body.subarray(offset + 2, end))) return 'a filter that is not well-formed UTF-8';
    offset = end + after;
  }
  if (filters === 0) return 'no filter'; // [MQTT-3.8.3-3], [MQTT-3.10.3-2]
  if (filters > MAX_FILTERS) return `${filters} filters in one packet`;
  return faultOfPacketId(body, 0);
}

function faultOfPacketId(body: Buffer, offset: number): string | undefined {
  if (offset + 2 > body.length) return 'no packet id';
  return body.readUInt16BE(offset) === 0 ? 'packet id 0' : undefined; // [MQTT-2.3.1-1]
}

/** Where the field that has its length before it ends; beyond the bytes when they are too few. */
function endOfField(bytes: Buffer, offset: number): number {
  return offset + 2 > bytes.length ? offset + 2 : offset + 2 + bytes.readUInt16BE(offset);
}

/** [MQTT-1.5.3-1], [MQTT-1.5.3-2] */
function isText(bytes: Buffer): boolean {
  return isUtf8(bytes) && !bytes.includes(0);
}

/** A PUBLISH like the one that began with these bytes, with nothing of its payload but the beginning. */
export function cutPublish(
  flags: number,
  beginning: Buffer,
  keptPayloadBytes: number,
): { packet: Buffer; payloadOffset: number } {
  const qos = (flags >> 1) & 3;
  const payloadOffset = endOfField(beginning, 0) + (qos > 0 ? 2 : 0);
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
