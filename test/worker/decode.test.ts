import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REFUSAL_CODES, type RefusalCode } from '../../src/errors.ts';
import { decodeBatch } from '../../src/worker/decode.ts';
import type { Gateway } from '../db/tenant.ts';
import { batchOf, NOW, noZeros, reading, say, TIME_LIMITS } from './desk.ts';

const GATEWAY: Gateway = {
  id: '01938f4e-6d2a-7c11-9f0e-5b2c7d8e9f10',
  customerId: '01938f4e-6d2a-7c11-9f0e-5b2c7d8e9f11',
  officeId: '01938f4e-6d2a-7c11-9f0e-5b2c7d8e9f12',
};
const decode = async (...messages: Parameters<typeof batchOf>[0]) =>
  (await decodeBatch(batchOf(messages), TIME_LIMITS, noZeros)).messages;

describe('a batch', () => {
  it('is read message by message: what one got wrong is a refusal of that one', async () => {
    const messages = await decode(
      reading(GATEWAY, 'a', 0, { t: 1 }),
      say(GATEWAY, 'b', 'no JSON'),
      say(GATEWAY, 'c', gzipSync(JSON.stringify({ ts: NOW, values: { t: 2 } })), { ref: 'r' }),
      say(GATEWAY, 'd', gzipSync('{}').subarray(0, 12)),
      say(GATEWAY, 'e', '{}', { refused: { code: 'TOPIC_FOREIGN', detail: 'not yours', size: 99 } }),
      say(GATEWAY, 'f', '{}', { topic: 'v1/gateways/somebody/devices/f/readings' }),
    );
    expect(
      messages.map(({ deviceKey, ref, size, readings, refusals }) => ({
        about: [deviceKey, ref],
        size,
        values: readings.map(({ value }) => value),
        codes: refusals.map(({ code }) => code),
      })),
    ).toEqual([
      { about: ['a', undefined], size: expect.any(Number), values: [1], codes: [] },
      { about: ['b', undefined], size: 7, values: [], codes: ['PAYLOAD_NOT_JSON'] },
      { about: ['c', 'r'], size: expect.any(Number), values: [2], codes: [] },
      { about: ['d', undefined], size: 12, values: [], codes: ['PAYLOAD_NOT_JSON'] },
      { about: ['e', undefined], size: 99, values: [], codes: ['TOPIC_FOREIGN'] },
      { about: [undefined, undefined], size: 2, values: [], codes: ['TOPIC_UNKNOWN'] },
    ]);
  });

  it('whatever its messages are, has each of them once and in order, with rows or a reason', async () => {
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
      fc.json().map((text) => Buffer.from(text)),
      fc.json().map((text) => gzipSync(text)),
    );
    const topic = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constant(`v1/gateways/${GATEWAY.id}/devices/d/readings`),
    );
    const code = fc.option(fc.constantFrom(...(Object.keys(REFUSAL_CODES) as RefusalCode[])));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(payload, topic, code), { maxLength: 10 }), async (contents) => {
        const sent = contents.map(([bytes, at, why]) => ({
          ...say(GATEWAY, 'd', bytes, { topic: at }),
          ...(why ? { refused: { code: why, detail: 'said the broker', size: 7 } } : {}),
        }));
        const messages = await decode(...sent);
        expect(messages.map((message) => [message.topic, message.payload.toString('hex')])).toEqual(
          sent.map((message) => [message.topic, message.payload.toString('hex')]),
        );
        for (const [index, { refusals }] of messages.entries()) {
          for (const refusal of refusals) expect(Object.keys(REFUSAL_CODES)).toContain(refusal.code);
          const refused = sent[index]?.refused;
          if (refused) expect(refusals).toEqual([{ code: refused.code, path: '', detail: 'said the broker' }]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['cut short', (body: string) => body.slice(0, -8)],
    ['that is no envelope', () => 'e30='],
  ])('%s is not read as anything', async (_, damage) => {
    const batch = batchOf([reading(GATEWAY, 'd', 0, { t: 1 })]);
    await expect(decodeBatch({ ...batch, body: damage(batch.body) }, TIME_LIMITS, noZeros)).rejects.toThrow();
  });
});
