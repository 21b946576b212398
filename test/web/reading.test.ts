import { describe, expect, it } from 'vitest';
import { readClient } from '../../web/src/account/clients.ts';
import { fromWallClock, toWallClock } from '../../web/src/devices/wall-clock.ts';
import { readZoom, writeZoom } from '../../web/src/events/zoom.ts';
import { createEventReader, type ServerEvent } from '../../web/src/live/events.ts';
import { columnsOf, extentOf, figuresOf } from '../../web/src/parts/curves.ts';
import { reshape, within } from '../../web/src/parts/spans.ts';

describe('server-sent events', () => {
  it('come whole from pieces that are cut anywhere', () => {
    const sent = 'event: ready\nid: 1:2\ndata: {"resumed":false}\n\nevent: beat\ndata: {}\n\n';
    const whole = [
      { event: 'ready', data: '{"resumed":false}', id: '1:2' },
      { event: 'beat', data: '{}', id: undefined },
    ];
    for (let cut = 0; cut <= sent.length; cut++) {
      const heard: ServerEvent[] = [];
      const read = createEventReader((event) => heard.push(event));
      read(sent.slice(0, cut));
      read(sent.slice(cut));
      expect(heard).toEqual(whole);
    }
  });
});

describe('what a browser says of itself', () => {
  const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)';
  it.each([
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/131.0 Safari/537.36 Edg/131.0`, ['Edge', 'Windows']],
    [`Mozilla/5.0 (Linux; Android 14; Pixel 8) ${webkit} Chrome/131.0 Mobile Safari/537.36`, ['Chrome', 'Android']],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Safari/604.1', ['Safari', 'iOS']],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0', ['Firefox', 'Linux']],
    ['curl/8.9.1', undefined],
  ])('%s', (said, client) => {
    expect(readClient(said)).toEqual(client);
  });
});

describe('the clock on the wall of an office', () => {
  it.each([
    ['2026-07-01T12:00:00', 'Europe/Berlin', '2026-07-01T10:00:00.000Z'],
    ['2026-01-01T12:00:00', 'Europe/Berlin', '2026-01-01T11:00:00.000Z'],
    ['2026-03-29T03:30:00', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
    ['2026-06-01T00:15:00', 'Asia/Kolkata', '2026-05-31T18:45:00.000Z'],
  ])('%s in %s is %s', (written, timeZone, at) => {
    expect(new Date(fromWallClock(written, timeZone)).toISOString()).toBe(at);
    expect(toWallClock(Date.parse(at), timeZone)).toBe(written);
  });

  it('shows no time for what is none', () => {
    expect(fromWallClock('', 'UTC')).toBeNaN();
  });
});

describe('a part of an axis', () => {
  it.each([
    [[40, 60], 0.5, 0, [45, 55]],
    [[40, 60], 2, 0, [30, 70]],
    [[40, 60], 1, 0.5, [50, 70]],
    [[80, 100], 1, 0.5, [80, 100]],
    [[0, 90], 2, 0, [0, 100]],
  ] as const)('%j, %d times as long and moved by %d, is %j of 0 to 100', (span, factor, shift, shown) => {
    expect(within([0, 100], reshape(span, factor, shift))).toEqual(shown);
  });

  it.each([
    ['layer', [12.3456789, 20]],
    ['time', [1_795_428_912_000, 1_795_428_972_000]],
    ['depth: left, in µm', [0.00012, 0.00034]],
  ] as const)('of %s %j stands in the address', (axis, span) => {
    const [from, to] = readZoom(['other:1:2', writeZoom(axis, span)], axis) ?? [0, 0];
    const precision = (span[1] - span[0]) / 1_000;
    expect([Math.abs(from - span[0]) < precision, Math.abs(to - span[1]) < precision]).toEqual([true, true]);
  });

  it.each(['layer', 'layer:1', 'layer:2:1', 'layer:a:b', 'other:1:2'])('is not read from %s', (text) => {
    expect(readZoom([text], 'layer')).toBeUndefined();
  });
});

describe('the columns of a chart', () => {
  it('have every x once, and a gap where a curve has none', () => {
    const curves = [
      { name: 'A', x: [1, 2, 3], y: [10, 20, 30] },
      { name: 'B', x: [3, 2.5], y: [31, 25] },
    ];
    const [x, a, b] = columnsOf(curves);
    expect([x, a, b]).toEqual([
      [1, 2, 2.5, 3],
      [10, 20, undefined, 30],
      [undefined, undefined, 25, 31],
    ]);
    expect(extentOf(curves)).toEqual([1, 3]);
  });

  it('have the band of a curve that is alone', () => {
    const curve = { name: 'A', x: [1, 2], y: [5, null], min: [1, null], max: [9, null] };
    expect(columnsOf([curve])).toEqual([
      [1, 2],
      [5, null],
      [1, null],
      [9, null],
    ]);
    expect(columnsOf([curve, { name: 'B', x: [1], y: [2] }])).toHaveLength(3);
    expect(figuresOf(curve.y)).toEqual({ count: 1, min: 5, max: 5, mean: 5 });
  });
});
