import { readFixedHeader } from '../../src/broker/packets.ts';

/** Packets byte by byte, so that a test may make each of them wrong: mqtt-packet refuses to write what is not valid. */

export type Text = string | Buffer;

/** A field with its length before it. */
export function field(value: Text): Buffer {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([uint16(bytes.length), bytes]);
}

export function uint16(value: number): Buffer {
  return Buffer.from([(value >> 8) & 0xff, value & 0xff]);
}

/** A remaining length in as few bytes as it takes, or in more. */
export function lengthOf(length: number, leastBytes = 1): Buffer {
  const bytes: number[] = [];
  do {
    bytes.push((length % 128) | 0x80);
    length = Math.floor(length / 128);
  } while (length > 0 || bytes.length < leastBytes);
  bytes.push((bytes.pop() as number) & 0x7f);
  return Buffer.from(bytes);
}

/** `length` is what the header claims. */
export function frame(type: number, flags: number, body: Buffer = Buffer.alloc(0), length = body.length): Buffer {
  return Buffer.concat([Buffer.from([(type << 4) | flags]), lengthOf(length), body]);
}

export interface Connect {
  protocol?: Text;
  level?: number;
  /** Instead of those that follow from the fields. */
  flags?: number;
  clean?: boolean;
  keepalive?: number;
  clientId?: Text;
  will?: { topic: Text; payload: Text; qos?: number; retain?: boolean } | undefined;
  username?: Text | undefined;
  password?: Text | undefined;
}

export function connect({
  protocol = 'MQTT',
  level = 4,
  flags,
  clean = true,
  keepalive = 60,
  clientId = 'raw',
  will,
  username,
  password,
}: Connect = {}): Buffer {
  const implied =
    (clean ? 0x02 : 0) |
    (will ? 0x04 | ((will.qos ?? 0) << 3) | (will.retain ? 0x20 : 0) : 0) |
    (password === undefined ? 0 : 0x40) |
    (username === undefined ? 0 : 0x80);
  const fields: Text[] = [clientId];
  if (will) fields.push(will.topic, will.payload);
  if (username !== undefined) fields.push(username);
  if (password !== undefined) fields.push(password);
  const head = [field(protocol), Buffer.from([level, flags ?? implied]), uint16(keepalive)];
  return frame(1, 0, Buffer.concat([...head, ...fields.map(field)]));
}

export interface Publish {
  topic: Text;
  payload?: Text;
  qos?: number;
  /** Left out of the packet when undefined and `qos` is 0. */
  id?: number | undefined;
  dup?: boolean;
  retain?: boolean;
}

export function publish({ topic, payload = '', qos = 0, id, dup = false, retain = false }: Publish): Buffer {
  const flags = (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0);
  const parts = [field(topic), id === undefined ? Buffer.alloc(0) : uint16(id), Buffer.from(payload as string)];
  return frame(3, flags, Buffer.concat(parts));
}

export const subscribe = (id: number, filters: readonly Text[], qos = 0): Buffer =>
  frame(8, 2, Buffer.concat([uint16(id), ...filters.flatMap((filter) => [field(filter), Buffer.from([qos])])]));
export const unsubscribe = (id: number, filters: readonly Text[]): Buffer =>
  frame(10, 2, Buffer.concat([uint16(id), ...filters.map(field)]));
export const puback = (id: number): Buffer => frame(4, 0, uint16(id));
export const pubrel = (id: number): Buffer => frame(6, 2, uint16(id));
export const pingreq = frame(12, 0);
export const pingresp = frame(13, 0);
export const disconnect = frame(14, 0);

/** Cuts bytes into whole packets; `left` is what stands behind the last of them. */
export function split(bytes: Buffer): { packets: Buffer[]; left: Buffer } {
  const packets: Buffer[] = [];
  let offset = 0;
  for (;;) {
    const header = readFixedHeader(bytes, offset);
    const end = typeof header === 'object' ? offset + header.headerBytes + header.remaining : Number.POSITIVE_INFINITY;
    if (end > bytes.length) return { packets, left: bytes.subarray(offset) };
    packets.push(bytes.subarray(offset, end));
    offset = end;
  }
}
