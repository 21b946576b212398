import { describe, expect, it } from 'vitest';
import { registration } from '../../src/messages/registration.ts';
import { judgeAs } from './judge.ts';

const LIMITS = { horizonMs: 10 * 86_400_000, aheadMs: 300_000 };
const judge = (payload: unknown) =>
  judgeAs(registration, { gatewayId: 'any', deviceKey: 'd', payload, receivedAt: Date.UTC(2026, 10, 23) }, LIMITS);
const codes = (payload: unknown) => judge(payload).refusals.map(({ code, path }) => `${code} ${path}`);
const withSensors = (...sensors: unknown[]) => ({ model: 'm', serialNumber: 's', sensors });

describe('a registration', () => {
  it('of a model alone is taken', () => {
    expect(judge({ model: 'MAX Mini' })).toMatchObject({
      registration: {
        model: 'MAX Mini',
        label: null,
        interfaceName: null,
        serialNumber: null,
        networkAddress: null,
        registrationCode: null,
        sensors: [],
      },
      refusals: [],
    });
  });

  it('with all it may have is taken', () => {
    const given = {
      label: 'Printer 1',
      interfaceName: 'eth0',
      serialNumber: 'S-1',
      registrationCode: 'R-1',
    };
    const sensors = [
      { label: 'power', unit: 'W', measure: 'gauge', visualization: 'line' },
      { label: 'flashes', measure: 'counter' },
      { label: 'state', unit: '', measure: 'state', visualization: null },
    ];
    expect(judge({ model: 'm', ...given, networkIp: '192.168.1.5', sensors })).toMatchObject({
      registration: {
        ...given,
        networkAddress: '192.168.1.5',
        sensors: [
          { label: 'power', unit: 'W', measure: 'gauge', visualization: 'line' },
          { label: 'flashes', unit: null, measure: 'counter', visualization: 'default' },
          { label: 'state', unit: null, measure: 'state', visualization: 'default' },
        ],
      },
      refusals: [],
    });
  });

  it('takes null and an empty text for left out, and does not mind fields of a later release', () => {
    const given = { model: 'm', label: '', serialNumber: null, sensors: null, later: {} };
    expect(judge(given)).toMatchObject({
      registration: { label: null, serialNumber: null, sensors: [] },
      refusals: [],
    });
  });

  it.each([
    ['no object', [], 'PAYLOAD_INVALID '],
    ['null', null, 'PAYLOAD_INVALID '],
    ['without a model', { label: 'x' }, 'PAYLOAD_INVALID /model'],
    ['with an empty model', { model: '' }, 'TEXT_INVALID /model'],
    ['with a number for a model', { model: 17 }, 'PAYLOAD_INVALID /model'],
    ['with a long model', { model: 'x'.repeat(129) }, 'TEXT_INVALID /model'],
    ['with U+0000', { model: 'm', label: 'a\0' }, 'TEXT_INVALID /label'],
    ['with half of a surrogate pair', { model: 'm', interfaceName: '\ud800' }, 'TEXT_INVALID /interfaceName'],
    ['with a number for an address', { model: 'm', networkIp: 1 }, 'PAYLOAD_INVALID /networkIp'],
    ['with a long code', { model: 'm', registrationCode: 'x'.repeat(129) }, 'TEXT_INVALID /registrationCode'],
  ])('%s is refused as a whole', (_, payload, refusal) => {
    expect(judge(payload).registration).toBeUndefined();
    expect(codes(payload)).toEqual([refusal]);
  });

  it.each([
    ['no object', 'power', 'PAYLOAD_INVALID /sensors/1'],
    ['without a label', { measure: 'gauge' }, 'PAYLOAD_INVALID /sensors/1/label'],
    ['without a measure', { label: 'x' }, 'PAYLOAD_INVALID /sensors/1/measure'],
    ['of another measure', { label: 'x', measure: 'text' }, 'PAYLOAD_INVALID /sensors/1/measure'],
    ['with a long unit', { label: 'x', measure: 'gauge', unit: 'x'.repeat(65) }, 'TEXT_INVALID /sensors/1/unit'],
    [
      'of another visualization',
      { label: 'x', measure: 'gauge', visualization: 'pie' },
      'PAYLOAD_INVALID /sensors/1/visualization',
    ],
  ])('refuses a sensor %s alone, ready to be sent again', (_, sensor, refusal) => {
    const good = { label: 'good', measure: 'gauge' };
    const { registration: row, refusals } = judge(withSensors(good, sensor));
    expect(row?.sensors).toMatchObject([{ label: 'good', path: '/sensors/0', item: withSensors(good) }]);
    expect(refusals.map(({ code, path }) => `${code} ${path}`)).toEqual([refusal]);
    expect(refusals[0]?.item).toEqual(withSensors(sensor));
  });

  it('keeps nothing of a refused sensor but what a registration has', () => {
    const { refusals } = judge({ ...withSensors({ label: 'x' }), later: 'x'.repeat(1_000) });
    expect(refusals.map(({ item }) => item)).toEqual([withSensors({ label: 'x' })]);
  });

  it.each([
    ['is no list', {}, 'PAYLOAD_INVALID /sensors'],
    ['is too long', Array(2_001).fill({ label: 'x', measure: 'gauge' }), 'PAYLOAD_TOO_LARGE /sensors'],
  ])('is taken without its sensors where that %s', (_, sensors, refusal) => {
    expect(judge({ model: 'm', sensors }).registration).toMatchObject({ model: 'm', sensors: [] });
    expect(codes({ model: 'm', sensors })).toEqual([refusal]);
  });
});
