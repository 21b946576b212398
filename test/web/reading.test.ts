import { describe, expect, it } from 'vitest';
import { fromWallClock, toWallClock } from '../../web/src/devices/wall-clock.ts';
import { createEventReader, type ServerEvent } from '../../web/src/live/events.ts';

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
