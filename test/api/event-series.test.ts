import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downsample } from '../../src/api/downsample.ts';
import { createScene, NOW, type Scene } from './scene.ts';
import { storeEvent } from './store-event.ts';

describe('points of a curve', () => {
  it('keep its ends and the extremes of every part, are as many as asked for at most, and stay in order', () => {
    const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 100 }), (values, most) => {
        const kept = downsample(values, most);
        expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
        expect(kept.length).toBeLessThanOrEqual(most);
        expect([kept[0], kept.at(-1)]).toEqual([0, values.length - 1]);
        if (values.length <= most) expect(kept).toHaveLength(values.length);
        if (most < 4) return;
        const shown = kept.map((index) => values[index] as number);
        expect([Math.min(...shown), Math.max(...shown)]).toEqual([Math.min(...values), Math.max(...values)]);
        // No stretch as long as two slices has a peak that is not there.
        const span = 2 * Math.ceil(values.length / Math.floor((most - 2) / 2));
        for (let from = 0; from + span <= values.length; from += span) {
          const own = kept.filter((index) => index >= from && index < from + span);
          expect(own.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('a series of an event', () => {
  const START = NOW - 60_000;
  let scene: Scene;
  let device: string;
  let eventId: string;
  let token: string;
  const get = (query: string, event = eventId) =>
    scene.get(`/api/v1/devices/${device}/events/${event}/series?${query}`, token);
  const wave = Array.from({ length: 5_000 }, (_, n) =>
    n === 1_234 ? 99 : Math.round(Math.sin(n / 50) * 100) / 100 + 0,
  );

  beforeAll(async () => {
    scene = await createScene();
    const home = await scene.createOffice(await scene.createCustomer());
    token = await scene.signIn(await scene.createUser({ homes: [home] }));
    device = await scene.createDevice(home, 'd');
    const kind = 'timeseries';
    eventId = await storeEvent(scene, await scene.createGateway(home), device, {
      recordedAt: NOW,
      type: 'performed_task',
      sensors: [
        { label: 'wave', unit: 'kg', kind, visualization: 'line', start: START, step: 10, values: wave },
        {
          ...{ label: 'by layer', unit: 'kg', kind, ts: [START, START + 1, START + 2], values: [1, -3, 2] },
          x: { label: 'layer', unit: 'mm', values: [0.05, 0.1, 0.15] },
        },
        { label: 'resin', kind: 'singular', value: 27.1 },
      ],
    });
  });
  afterAll(() => scene?.close());

  it('is shown whole where there is room, with its unit and time zone', async () => {
    const { body, text } = await get('label=by%20layer');
    expect(body, text).toEqual({
      ...{ deviceId: device, eventId, recordedAt: new Date(NOW).toISOString(), timeZone: 'UTC' },
      ...{ label: 'by layer', unit: 'kg', kind: 'timeseries', visualization: 'default', count: 3, isComplete: true },
      ...{ ts: [START, START + 1, START + 2], values: [1, -3, 2] },
      x: { label: 'layer', unit: 'mm', values: [0.05, 0.1, 0.15] },
    });
    expect((await get('label=wave&maxPoints=5000')).body).toMatchObject({
      count: 5_000,
      isComplete: true,
      values: wave,
    });
  });

  it('keeps its peak where there is not', async () => {
    const { body } = await get('label=wave&maxPoints=100');
    expect(body).toMatchObject({ count: 5_000, isComplete: false });
    expect(body.values.length).toBeLessThanOrEqual(100);
    expect(body.values[body.ts.indexOf(START + 12_340)]).toBe(99);
    expect(body.x).toBeUndefined();
    for (const [index, at] of body.ts.entries()) expect(wave[(at - START) / 10]).toBe(body.values[index]);
  });

  it.each<[string, string, number[]]>([
    ['time, from inclusive, to exclusive', `from=${iso(START + 1)}&to=${iso(START + 2)}`, [-3]],
    ['time on one side', `from=${iso(START + 1)}`, [-3, 2]],
    ['what it is drawn over', 'fromX=0.1&toX=0.15', [-3]],
    ['both', `fromX=0.1&to=${iso(START + 1)}`, []],
  ])('can be asked for by %s', async (_, query, expected) => {
    const { body } = await get(`label=by%20layer&${query}`);
    expect([body.values, body.count, body.x.values.length]).toEqual([expected, expected.length, expected.length]);
  });

  it.each([
    ['without a label', '', 400],
    ['over an x that it does not have', 'label=wave&fromX=1', 400],
    ['that ends before it begins', `label=wave&from=${iso(NOW)}&to=${iso(START)}`, 400],
    ['of one point', 'label=wave&maxPoints=1', 400],
    ['of a label that it does not have', 'label=nope', 404],
    ['of a sensor with a single value', 'label=resin', 404],
  ])('is refused %s', async (_, query, status) => {
    expect((await get(query)).status).toBe(status);
  });

  it('of an event that is not there is not found', async () => {
    expect((await get('label=wave', uuid())).body.code).toBe('NOT_FOUND');
  });
});

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
