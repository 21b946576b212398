import { describe, expect, it } from 'vitest';
import { status } from '../../src/messages/status.ts';
import { judgeAs } from './judge.ts';

const NOW = Date.UTC(2026, 10, 23);
const LIMITS = { horizonMs: 10 * 86_400_000, aheadMs: 300_000 };
const judge = (payload: unknown) =>
  judgeAs(status, { gatewayId: 'any', deviceKey: undefined, payload, receivedAt: NOW }, LIMITS);
const NOTHING = { buffered: null, oldestBufferedAt: null, dropped: null, clockSynced: null };

describe('a status', () => {
  it.each([
    [
      'of the state alone',
      { state: 'online' },
      { softwareVersion: null, hardwareVersion: null, ...NOTHING, state: 'online' },
    ],
    [
      'with all it may have',
      {
        state: 'offline',
        softwareVersion: '2',
        hardwareVersion: 'C',
        buffered: 3,
        oldestBufferedAt: NOW - 1000,
        dropped: 0,
        clockSynced: false,
      },
      {
        state: 'offline',
        softwareVersion: '2',
        hardwareVersion: 'C',
        buffered: 3,
        oldestBufferedAt: NOW - 1000,
        dropped: 0,
        clockSynced: false,
      },
    ],
    [
      'with nulls and fields of a later release',
      { state: 'online', softwareVersion: null, buffered: null, oldestBufferedAt: null, later: {} },
      { softwareVersion: null, hardwareVersion: null, ...NOTHING, state: 'online' },
    ],
  ])('%s is taken', (_, payload, expected) => {
    expect(judge(payload)).toMatchObject({ status: expected, refusals: [] });
  });

  it.each([
    ['no object', [], 'PAYLOAD_INVALID', ''],
    ['null', null, 'PAYLOAD_INVALID', ''],
    ['without a state', {}, 'PAYLOAD_INVALID', ''],
    ['with another state', { state: 'asleep' }, 'PAYLOAD_INVALID', '/state'],
    ['with a negative count', { state: 'online', buffered: -1 }, 'PAYLOAD_INVALID', '/buffered'],
    ['with half a message', { state: 'online', dropped: 0.5 }, 'PAYLOAD_INVALID', '/dropped'],
    ['with U+0000', { state: 'online', softwareVersion: 'a\0' }, 'TEXT_INVALID', '/softwareVersion'],
    ['with a long version', { state: 'online', hardwareVersion: 'x'.repeat(129) }, 'TEXT_INVALID', '/hardwareVersion'],
    [
      'with a time in seconds',
      { state: 'online', oldestBufferedAt: 1_700_000_000 },
      'TIME_INVALID',
      '/oldestBufferedAt',
    ],
    [
      'with a time to come',
      { state: 'online', oldestBufferedAt: NOW + 600_000 },
      'TIME_IN_FUTURE',
      '/oldestBufferedAt',
    ],
  ])('%s is refused', (_, payload, code, path) => {
    const { status: taken, refusals } = judge(payload);
    expect(taken).toBeUndefined();
    expect(refusals).toMatchObject([{ code, path }]);
  });
});
