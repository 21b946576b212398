import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { events } from '../../src/messages/events.ts';
import { timeLimits } from '../../src/messages/limits.ts';
import { readings } from '../../src/messages/readings.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const DAY = 86_400_000;
const { settings } = await loadConfig({ DATABASE_URL: 'postgres://localhost/none' });
const limitsOf = (days: { readings?: number; events?: number; logs?: number }) =>
  timeLimits({ ...settings, retentionDays: { ...settings.retentionDays, logs: null, ...days } }, NOW);
const message = (payload: unknown, receivedAt = NOW) => ({ gatewayId: 'g', deviceKey: 'd', payload, receivedAt });
const ago = (days: number) => NOW - days * DAY;

describe('what is older than it is kept is refused', () => {
  it.each<[string, (ts: number) => unknown, string]>([
    ['a reading', (ts) => ({ ts, values: { t: 1 } }), '/ts'],
    ['a reading of a list', (ts) => [{ ts, values: { t: 1 } }], '/0/ts'],
    ['a point of a series', (ts) => ({ series: { t: { ts: [ts], values: [1] } } }), '/series/t/values/0'],
    ['a reading since power-up', (ts) => ({ boot: 'b', sentUp: NOW - ts, up: 0, values: { t: 1 } }), '/up'],
  ])('%s', (_, payload, path) => {
    const judge = (ts: number, limits = limitsOf({ readings: 60 })) => readings.rows(message(payload(ts)), limits);
    expect(judge(ago(60))).toMatchObject({ readings: [{ recordedAt: ago(60) }], refusals: [] });
    expect(judge(ago(60) - 1)).toMatchObject({ readings: [], refusals: [{ code: 'TIME_TOO_OLD', path }] });
    expect(judge(ago(60) - 1, limitsOf({ events: 60 })).refusals).toEqual([]);
  });

  it('a reading of the time of its receipt that waited for longer than it is kept', () => {
    const { refusals } = readings.rows(message({ values: { t: 1 } }, ago(61)), limitsOf({ readings: 60 }));
    expect(refusals).toMatchObject([{ code: 'TIME_TOO_OLD' }]);
  });

  it('an event, and of one that is kept the logs that are not', () => {
    const event = (recordedAt: number) => ({
      ...{ id: '01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f', recordedAt, type: 'x' },
      logs: [{ label: 'l', level: 'error', data: { content: ['x'] } }],
    });
    const judge = (days: number) => events.rows(message(event(ago(days))), limitsOf({ events: 60, logs: 30 }));
    expect(judge(30)).toMatchObject({ events: [{ logs: [{ label: 'l' }] }], refusals: [] });
    const kept = judge(31);
    expect(kept.events).toMatchObject([{ recordedAt: ago(31), logs: [] }]);
    expect(kept.refusals).toMatchObject([{ code: 'TIME_TOO_OLD', path: '/logs/0' }]);
    expect(judge(61)).toMatchObject({ events: [], refusals: [{ code: 'TIME_TOO_OLD', path: '/recordedAt' }] });
  });

  it('and the horizon holds where that is nearer', () => {
    const limits = { ...limitsOf({ readings: 60 }), horizonMs: 10 * DAY };
    const { refusals } = readings.rows(message({ ts: ago(11), values: { t: 1 } }), limits);
    expect(refusals).toMatchObject([{ code: 'TIME_TOO_OLD' }]);
  });
});
