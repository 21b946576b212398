import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batch } from '../../src/messages/batch.ts';
import { events } from '../../src/messages/events.ts';
import { readings } from '../../src/messages/readings.ts';
import { registration } from '../../src/messages/registration.ts';
import { judgeAs } from './judge.ts';

const NOW = Date.UTC(2026, 10, 23);
const LIMITS = { horizonMs: 10 * 86_400_000, aheadMs: 300_000 };
const judge = (payload: unknown) =>
  judgeAs(batch, { gatewayId: 'any', deviceKey: undefined, payload, receivedAt: NOW }, LIMITS);
const one = (changed: object = {}) => ({ device: 'd', kind: 'readings', payload: { values: { t: 1 } }, ...changed });

describe('a batch', () => {
  it('is the messages that it carries, each judged as if it had come alone', () => {
    const given = [
      { device: 'a', kind: 'readings', payload: [{ ts: NOW, values: { t: 1 } }, { values: { t: null, u: {} } }] },
      { device: 'b/ä', kind: 'events', ref: '17', payload: { recordedAt: NOW, type: 'x', logs: [{}] } },
      { device: 'a', kind: 'registration', ref: null, payload: { model: 'm' } },
    ];
    const alone = (index: number, kind: typeof batch) => {
      const { device: deviceKey, payload } = given[index] as (typeof given)[number];
      return kind.rows({ gatewayId: 'any', deviceKey, payload, receivedAt: NOW }, LIMITS);
    };
    const { carried, ...own } = judge(given);
    expect(own).toMatchObject({ readings: [], events: [], registration: undefined, refusals: [] });
    expect(carried).toEqual(
      [
        { kind: readings, deviceKey: 'a', ref: undefined, path: '/0/payload', rows: alone(0, readings) },
        { kind: events, deviceKey: 'b/ä', ref: '17', path: '/1/payload', rows: alone(1, events) },
        { kind: registration, deviceKey: 'a', ref: undefined, path: '/2/payload', rows: alone(2, registration) },
      ].map((expected, index) => ({ ...expected, payload: given[index]?.payload })),
    );
    expect(carried[0]?.rows.refusals).toMatchObject([{ path: '/1/values/u' }]);
  });

  it('gives readings without a time that of its receipt', () => {
    const [first, second] = judge([one(), one({ device: 'e' })]).carried;
    expect([first, second].map((item) => item?.rows.readings[0]?.recordedAt)).toEqual([NOW, NOW]);
  });

  it.each([
    ['no object', 17, 'PAYLOAD_INVALID ', {}],
    ['null', null, 'PAYLOAD_INVALID ', {}],
    ['without a payload', { device: 'd', kind: 'readings', ref: 'r' }, 'PAYLOAD_INVALID ', {}],
    ['without a device', one({ device: undefined, ref: 'r' }), 'PAYLOAD_INVALID /device', { ref: 'r' }],
    ['of a device without a name', one({ device: '' }), 'PAYLOAD_INVALID /device', {}],
    ['of a device with a long name', one({ device: 'x'.repeat(129) }), 'PAYLOAD_INVALID /device', {}],
    ['of a device with U+0000', one({ device: 'a\0' }), 'PAYLOAD_INVALID /device', {}],
    ['of a device with half of a surrogate pair', one({ device: '\ud800' }), 'PAYLOAD_INVALID /device', {}],
    ['of a numbered device', one({ device: 17 }), 'PAYLOAD_INVALID /device', {}],
    ['without a kind', one({ kind: undefined }), 'PAYLOAD_INVALID /kind', { deviceKey: 'd' }],
    ['of no kind that has a device', one({ kind: 'status' }), 'PAYLOAD_INVALID /kind', { deviceKey: 'd' }],
    ['that is a batch', one({ kind: 'batch', ref: 'r' }), 'PAYLOAD_INVALID /kind', { deviceKey: 'd', ref: 'r' }],
    ['with a ref that no topic has', one({ ref: 'a b' }), 'PAYLOAD_INVALID /ref', { deviceKey: 'd' }],
  ])('refuses a message %s alone, ready to be sent again as a batch', (_, item, refusal, named) => {
    const { carried, refusals } = judge([one(), item, one()]);
    expect(refusals).toEqual([]);
    expect(carried.map(({ rows }) => rows.readings.length)).toEqual([1, 0, 1]);
    const { rows, ...bad } = carried[1]!;
    expect(bad).toEqual({
      kind: undefined,
      deviceKey: undefined,
      ref: undefined,
      ...named,
      path: '/1',
      payload: [item],
    });
    expect(rows.refusals.map(({ code, path }) => `${code} ${path}`)).toEqual([refusal]);
  });

  it.each([
    ['that is no list', { device: 'd' }, 'PAYLOAD_INVALID'],
    ['that is empty', [], 'PAYLOAD_INVALID'],
    ['of too many messages', Array(1_001).fill(one()), 'PAYLOAD_TOO_LARGE'],
    ['of too many values', Array(3).fill(one({ payload: Array(70_000).fill(0) })), 'PAYLOAD_TOO_LARGE'],
  ])('%s is refused as a whole', (_, payload, code) => {
    expect(judge(payload)).toMatchObject({ carried: [], refusals: [{ code, path: '' }] });
  });

  it('whatever its messages are, has each of them once and in order, with rows or a reason', () => {
    const item = fc.oneof(
      fc.jsonValue(),
      fc.record({
        device: fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue()),
        kind: fc.constantFrom('readings', 'events', 'registration', 'status', 17),
        payload: fc.jsonValue(),
      }),
    );
    fc.assert(
      fc.property(fc.array(item, { minLength: 1 }), (given) => {
        const { carried } = judge(given);
        expect(carried.map(({ path }) => Number(path.split('/')[1]))).toEqual([...given.keys()]);
        for (const { kind, rows } of carried) if (!kind) expect(rows.refusals).toHaveLength(1);
      }),
    );
  });
});
