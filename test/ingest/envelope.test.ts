import fc from 'fast-check';
import { v7 as uuid, validate, version } from 'uuid';
import { describe, expect, it } from 'vitest';
import { REFUSAL_CODES, type RefusalCode } from '../../src/errors.ts';
import { decodeEnvelope, type Envelope, encodeEnvelope, messageId } from '../../src/ingest/envelope.ts';

const GATEWAY = '01938f4e-6d2a-7c11-9f0e-5b2c7d8e9f10';
const BROKER = '01938f4e-0000-7c11-9f0e-5b2c7d8e9f10';
const AT = Date.UTC(2026, 10, 23);

const anyText = fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)), maxLength: 20 });
const topic = fc.oneof(
  anyText,
  fc.constantFrom('', '__proto__', 'constructor', `v1/gateways/${GATEWAY}/devices/d/readings`),
);
const payload = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
const gateway = fc.oneof(fc.constant(GATEWAY), fc.uuid());
const refused = fc.record({
  code: fc.constantFrom(...(Object.keys(REFUSAL_CODES) as RefusalCode[])),
  detail: anyText,
  size: fc.nat(1 << 28),
});
const message = fc
  .record({
    gatewayId: gateway,
    topic,
    receivedAt: fc.integer({ min: AT, max: AT + 60_000 }),
    payload,
    number: fc.nat(),
  })
  .chain((plain) => fc.option(refused).map((why) => (why === null ? plain : { ...plain, refused: why })));
const ranges = fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 3 });
const envelope: fc.Arbitrary<Envelope> = fc.record({
  brokerId: fc.uuid(),
  messages: fc.array(message, { maxLength: 12 }),
  voided: fc.array(fc.tuple(gateway, ranges), { maxLength: 3 }).map((entries) => new Map(entries)),
});

const lone = (bytes: Buffer, at = 'a/topic'): Envelope => ({
  brokerId: BROKER,
  messages: [{ gatewayId: GATEWAY, topic: at, receivedAt: AT, payload: bytes, number: 1 }],
  voided: new Map(),
});

describe('an envelope', () => {
  it('comes out as it went in, whatever its bytes and texts', () => {
    fc.assert(
      fc.property(envelope, (given) => {
        expect(decodeEnvelope(encodeEnvelope(given))).toEqual(given);
      }),
      { numRuns: 500 },
    );
  });

  it('is text that every queue can keep', () => {
    fc.assert(
      fc.property(envelope, (given) => {
        expect(encodeEnvelope(given)).toMatch(/^[A-Za-z0-9+/]*={0,2}$/);
      }),
    );
  });

  it.each<[string, Envelope]>([
    ['no messages', { brokerId: BROKER, messages: [], voided: new Map() }],
    ['no bytes', lone(Buffer.alloc(0))],
    ['every byte there is', lone(Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)))],
    ['16 MiB', lone(Buffer.alloc(16 << 20, 7))],
    ['U+0000 and half of a surrogate pair in a topic', lone(Buffer.from('{}'), 'a\0b\ud800')],
    ['a topic of 65,535 characters', lone(Buffer.from('{}'), 'x'.repeat(65_535))],
    [
      'numbers given to messages that were never acknowledged',
      {
        ...lone(Buffer.from('{}')),
        voided: new Map([
          [
            GATEWAY,
            [
              [2, 3],
              [7, 7],
            ],
          ],
        ]),
      },
    ],
  ])('carries %s', (_, given) => {
    const { messages, ...rest } = decodeEnvelope(encodeEnvelope(given));
    expect(rest).toEqual({ brokerId: given.brokerId, voided: given.voided });
    expect(messages.map((of) => ({ ...of, payload: of.payload.toString('hex') }))).toEqual(
      given.messages.map((of) => ({ ...of, payload: of.payload.toString('hex') })),
    );
  });

  it('names a gateway and a topic once, however many messages they have', () => {
    const [first] = lone(Buffer.from('{}'), 'a/topic/that/is/long').messages;
    const messages = Array.from({ length: 100 }, () => first as Envelope['messages'][number]);
    const bytes = Buffer.from(encodeEnvelope({ ...lone(Buffer.alloc(0)), messages }), 'base64').toString('latin1');
    expect(bytes.split('a/topic/that/is/long')).toHaveLength(2);
    expect(bytes.split(GATEWAY)).toHaveLength(2);
  });
});

describe('a body that is damaged', () => {
  it('is rejected wherever it was cut short, and never read as something else', () => {
    fc.assert(
      fc.property(envelope, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (given, part) => {
        const bytes = Buffer.from(encodeEnvelope(given), 'base64');
        const cut = bytes.subarray(0, Math.floor(bytes.length * part));
        expect(() => decodeEnvelope(cut.toString('base64'))).toThrow();
      }),
      { numRuns: 500 },
    );
  });

  it('is rejected when it has more bytes than it says', () => {
    fc.assert(
      fc.property(envelope, fc.uint8Array({ minLength: 1, maxLength: 9 }), (given, more) => {
        const bytes = Buffer.concat([Buffer.from(encodeEnvelope(given), 'base64'), more]);
        expect(() => decodeEnvelope(bytes.toString('base64'))).toThrow('another length');
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['three bytes', Buffer.alloc(3).toString('base64')],
    ['a header longer than the body', Buffer.from([0xff, 0xff, 0xff, 0xff, 0x7b]).toString('base64')],
    ['a header that is no JSON', Buffer.from([0, 0, 0, 1, 0x7b]).toString('base64')],
    ['no header', Buffer.alloc(4).toString('base64')],
    ['words', 'this is no batch'],
  ])('is rejected: %s', (_, body) => {
    expect(() => decodeEnvelope(body)).toThrow();
  });
});

describe('the id of a message', () => {
  const batch = () => `${uuid().slice(0, 32)}0000`;

  it('is a UUIDv7 of its own, later messages of a batch sorting after earlier ones', () => {
    const id = batch();
    const ids = Array.from({ length: 60_000 }, (_, index) => messageId(id, index));
    expect(ids.every((of) => validate(of) && version(of) === 7)).toBe(true);
    expect(new Set([id, ...ids]).size).toBe(60_001);
    expect([...ids].sort()).toEqual(ids);
  });

  it('is another one in another batch, and later batches of a process sort after earlier ones', () => {
    const ids = Array.from({ length: 5_000 }, batch).flatMap((id) => [messageId(id, 0), messageId(id, 59_999)]);
    expect(new Set(ids).size).toBe(10_000);
    expect([...ids].sort()).toEqual(ids);
  });
});
