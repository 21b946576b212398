import { describe, expect, it } from 'vitest';
import { cutPublish, faultOf, readFixedHeader, refusalOfConnect } from '../../src/broker/packets.ts';
import { type Connect, connect, field, frame, lengthOf, publish, subscribe, uint16, unsubscribe } from './wire.ts';

const ILL_FORMED = Buffer.from([0x61, 0xc3, 0x28]);
const SURROGATE = Buffer.from([0xed, 0xa0, 0x80]);

/** The fault of a whole packet as it stands on the wire. */
function fault(packet: Buffer): string | undefined {
  const header = readFixedHeader(packet, 0);
  if (typeof header !== 'object') throw new Error('no header');
  expect(packet).toHaveLength(header.headerBytes + header.remaining);
  return faultOf(header.type, header.flags, packet.subarray(header.headerBytes));
}

describe('the fixed header', () => {
  it.each([
    [0, 1],
    [127, 1],
    [128, 2],
    [16_383, 2],
    [16_384, 3],
    [2_097_151, 3],
    [2_097_152, 4],
    [268_435_455, 4],
  ])('of a packet of %i bytes has a length of %i bytes, and is not read before its last', (remaining, lengthBytes) => {
    const bytes = Buffer.concat([Buffer.from([0x3d]), lengthOf(remaining)]);
    expect(bytes).toHaveLength(1 + lengthBytes);
    for (let end = 0; end < bytes.length; end++) expect(readFixedHeader(bytes.subarray(0, end), 0)).toBeUndefined();
    const header = { type: 3, flags: 13, headerBytes: 1 + lengthBytes, remaining };
    expect(readFixedHeader(bytes, 0)).toEqual(header);
    expect(readFixedHeader(Buffer.concat([Buffer.from([0xff, 0xff]), bytes]), 2)).toEqual(header);
  });

  it('is malformed with a fifth byte of length, at the fourth', () => {
    expect(readFixedHeader(Buffer.from([0x10, 0xff, 0xff, 0xff]), 0)).toBeUndefined();
    expect(readFixedHeader(Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff]), 0)).toBe('malformed');
    expect(readFixedHeader(Buffer.from([0x10, 0x80, 0x80, 0x80, 0x80, 0x00]), 0)).toBe('malformed');
  });

  it('may have a length in more bytes than it needs', () => {
    const bytes = Buffer.concat([Buffer.from([0xc0]), lengthOf(0, 4)]);
    expect(readFixedHeader(bytes, 0)).toEqual({ type: 12, flags: 0, headerBytes: 5, remaining: 0 });
  });
});

const user = { username: 'user', password: 'secret' };
const will = { topic: 'a/b', payload: 'gone', qos: 1 };

describe('a CONNECT', () => {
  it.each<[string, Connect]>([
    ['of MQTT 3.1.1', user],
    ['of MQTT 3.1', { ...user, protocol: 'MQIsdp', level: 3 }],
    ['of a stock bridge', { ...user, level: 0x84, will }],
    ['without user name', {}],
    ['with a user name alone', { username: 'user' }],
    ['with a Will that has no payload', { ...user, will: { ...will, payload: '' } }],
    ['with an empty client id', { ...user, clientId: '' }],
    ['with a client id in Chinese', { ...user, clientId: '网关' }],
    ['with a password that is no text', { username: 'user', password: ILL_FORMED }],
  ])('%s passes', (_, fields) => {
    expect(fault(connect(fields))).toBeUndefined();
    expect(refusalOfConnect(connect(fields).subarray(2))).toBeUndefined();
  });

  it.each<[string, Buffer]>([
    ['of another protocol', connect({ ...user, protocol: 'hj' })],
    ['without any byte', frame(1, 0)],
    ['with a Will of QoS 3', connect({ ...user, will: { ...will, qos: 3 } })],
    ['with a password but no user name', connect({ password: 'secret' })],
    ['with a client id that is no UTF-8', connect({ ...user, clientId: ILL_FORMED })],
    ['with a client id that has a surrogate', connect({ ...user, clientId: SURROGATE })],
    ['with a client id that has a NUL', connect({ ...user, clientId: 'a\0b' })],
    ['with a user name that is no UTF-8', connect({ ...user, username: ILL_FORMED })],
    ['with a Will topic that is no UTF-8', connect({ ...user, will: { ...will, topic: ILL_FORMED } })],
    ['with bytes behind its last field', frame(1, 0, Buffer.concat([connect(user).subarray(2), Buffer.from([0])]))],
  ])('%s is at fault', (_, packet) => {
    expect(fault(packet)).toEqual(expect.any(String));
  });

  it('is at fault wherever it is cut short', () => {
    const body = connect({ ...user, will }).subarray(2);
    for (let end = 0; end < body.length; end++)
      expect(faultOf(1, 0, body.subarray(0, end))).toEqual(expect.any(String));
    expect(faultOf(1, 0, body)).toBeUndefined();
  });

  it.each<[string, Connect, number]>([
    ['MQTT 5', { ...user, level: 5 }, 1],
    ['level 0', { ...user, level: 0 }, 1],
    ['level 6', { ...user, level: 6 }, 1],
    ['no client id for a session that shall stay', { ...user, clientId: '', clean: false }, 2],
  ])('that asks for %s is refused with a code', (_, fields, code) => {
    expect(fault(connect(fields))).toBeUndefined();
    expect(refusalOfConnect(connect(fields).subarray(2))).toBe(code);
  });
});

describe('a PUBLISH', () => {
  it.each<[string, Buffer]>([
    ['at QoS 0', publish({ topic: 'a/b', payload: 'x' })],
    ['at QoS 1', publish({ topic: 'a/b', payload: 'x', qos: 1, id: 1 })],
    ['at QoS 2, again', publish({ topic: 'a/b', payload: 'x', qos: 2, id: 65_535, dup: true })],
    ['without payload', publish({ topic: 'a/b' })],
    ['with the longest topic', publish({ topic: 't'.repeat(65_535), payload: 'x' })],
  ])('%s passes', (_, packet) => expect(fault(packet)).toBeUndefined());

  it.each<[string, Buffer]>([
    ['with both bits of QoS', publish({ topic: 'a', qos: 3, id: 1 })],
    ['with packet id 0', publish({ topic: 'a', qos: 1, id: 0 })],
    ['without packet id', publish({ topic: 'a', qos: 2 })],
    ['with half a packet id', frame(3, 2, Buffer.concat([field('a'), Buffer.from([1])]))],
    ['without any byte', frame(3, 0)],
    ['with one byte', frame(3, 0, Buffer.from([0]))],
    ['with a topic longer than itself', frame(3, 0, Buffer.concat([uint16(9), Buffer.from('short')]))],
    ['with a topic that is no UTF-8', publish({ topic: ILL_FORMED })],
    ['with a surrogate in its topic', publish({ topic: SURROGATE })],
    ['with a NUL in its topic', publish({ topic: 'a\0b' })],
  ])('%s is at fault', (_, packet) => expect(fault(packet)).toEqual(expect.any(String)));
});

describe('a SUBSCRIBE or UNSUBSCRIBE', () => {
  const filters = (count: number) => Array.from({ length: count }, (_, n) => `f/${n}`);

  it.each<[string, Buffer]>([
    ['with one filter', subscribe(1, ['#'])],
    ['with eight filters', subscribe(1, filters(8))],
    ['that takes eight back', unsubscribe(1, filters(8))],
  ])('%s passes', (_, packet) => expect(fault(packet)).toBeUndefined());

  it.each<[string, Buffer]>([
    ['with nine filters', subscribe(1, filters(9))],
    ['that takes nine back', unsubscribe(1, filters(9))],
    ['without filter', subscribe(1, [])],
    ['that takes none back', unsubscribe(1, [])],
    ['without any byte', frame(8, 2)],
    ['with packet id 0', subscribe(0, ['a'])],
    ['that takes one back, with packet id 0', unsubscribe(0, ['a'])],
    ['with a filter that is no UTF-8', subscribe(1, [ILL_FORMED])],
    ['with a NUL in its filter', subscribe(1, ['a\0'])],
    ['with a filter longer than itself', frame(8, 2, Buffer.concat([uint16(1), uint16(9), Buffer.from('short')]))],
    ['without the QoS of its filter', frame(8, 2, Buffer.concat([uint16(1), field('a')]))],
    ['with half a length', frame(8, 2, Buffer.concat([uint16(1), Buffer.from([0])]))],
  ])('%s is at fault', (_, packet) => expect(fault(packet)).toEqual(expect.any(String)));
});

describe('any other packet', () => {
  it.each([4, 5, 6, 7])('of type %i has a packet id and nothing more', (type) => {
    expect(fault(frame(type, 0, uint16(1)))).toBeUndefined();
    for (const body of ['', '\x01', '\x00\x00', '\x00\x01\x00']) {
      expect(fault(frame(type, 0, Buffer.from(body, 'latin1')))).toEqual(expect.any(String));
    }
  });

  it.each([12, 14])('of type %i has no body', (type) => {
    expect(fault(frame(type, 0))).toBeUndefined();
    expect(fault(frame(type, 0, Buffer.from([0])))).toEqual(expect.any(String));
  });

  it.each([0, 2, 9, 11, 13, 15])('of type %i is none that a client sends', (type) => {
    expect(fault(frame(type, 0, uint16(1)))).toContain(`type ${type}`);
  });
});

describe('a PUBLISH that is cut', () => {
  it.each([0, 1, 2])('keeps topic, packet id and the first of its payload at QoS %i', (qos) => {
    const id = qos > 0 ? 7 : undefined;
    const whole = publish({ topic: 'a/b', payload: 'x'.repeat(5_000), qos, id, dup: true });
    const { packet, payloadOffset } = cutPublish((qos << 1) | 8, whole.subarray(3), 1024);
    expect(packet).toEqual(publish({ topic: 'a/b', payload: 'x'.repeat(1024), qos, id, dup: true }));
    expect(payloadOffset).toBe(5 + (qos > 0 ? 2 : 0));
  });
});
