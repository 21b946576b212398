import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { finestGrid, makeGrid, WIDTH_NAMES } from '../../src/api/bucket-widths.ts';
import { openZone, writeMoment, type Zone } from '../../src/api/zone.ts';

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];

const zoneOf = (name: string) => openZone(name) as Zone;
const show = (zone: Zone, moment: number) => writeMoment(moment, zone.offsetAt(moment));

/** Buckets of a span as `begin hours`, by the clocks of the zone. */
function bucketsOf(name: string, width: string, from: string, to: string): string[] {
  const zone = zoneOf(name);
  const { edges } = makeGrid(zone, width, Date.parse(from), Date.parse(to), 10_000) ?? { edges: [] };
  return edges.slice(0, -1).map((edge, index) => `${show(zone, edge)} ${((edges[index + 1] as number) - edge) / HOUR}`);
}

/** A day as clocks show it: by Intl, and by nothing of ours. */
const clocks = new Map<string, Intl.DateTimeFormat>();
function clockTime(name: string, moment: number): number {
  const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
  let clock = clocks.get(name);
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-US', { timeZone: name, hourCycle: 'h23', second: 'numeric', ...numeric });
    clocks.set(name, clock);
  }
  const part = Object.fromEntries(clock.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  const { year, month, day, hour, minute, second } = part as Record<string, number>;
  const milliseconds = ((moment % SECOND) + SECOND) % SECOND;
  return Date.UTC(year as number, (month as number) - 1, day, hour, minute, second, milliseconds);
}

describe('buckets', () => {
  it.each<[string, [string, string, string, string], string[]]>([
    [
      'of a day have 23 hours in spring',
      ['Europe/Berlin', '1d', '2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z'],
      ['2026-03-28T00:00:00+01:00 24', '2026-03-29T00:00:00+01:00 23', '2026-03-30T00:00:00+02:00 24'],
    ],
    [
      'of a day have 25 hours in autumn',
      ['America/New_York', '1d', '2026-11-01T04:00:00Z', '2026-11-02T05:00:00Z'],
      ['2026-11-01T00:00:00-04:00 25'],
    ],
    [
      'of 6 hours begin at 0, 6, 12 and 18 also then',
      ['Europe/Berlin', '6h', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
      [
        '2026-10-25T00:00:00+02:00 7',
        '2026-10-25T06:00:00+01:00 6',
        '2026-10-25T12:00:00+01:00 6',
        '2026-10-25T18:00:00+01:00 6',
      ],
    ],
    [
      'of an hour are there twice when the hour is',
      ['Europe/Berlin', '1h', '2026-10-24T23:30:00Z', '2026-10-25T02:00:00Z'],
      ['2026-10-25T01:00:00+02:00 1', '2026-10-25T02:00:00+02:00 1', '2026-10-25T02:00:00+01:00 1'],
    ],
    [
      'of 2 hours hold an hour that clocks skip, or the two that look alike',
      ['Europe/Berlin', '2h', '2026-03-29T00:00:00Z', '2026-03-29T02:00:00Z'],
      ['2026-03-29T00:00:00+01:00 2', '2026-03-29T03:00:00+02:00 1'],
    ],
    [
      'of an hour end where clocks change by half of one',
      ['Australia/Lord_Howe', '1h', '2026-04-04T13:30:00Z', '2026-04-04T16:30:00Z'],
      [
        '2026-04-05T00:00:00+11:00 1',
        '2026-04-05T01:00:00+11:00 1',
        '2026-04-05T01:30:00+10:30 0.5',
        '2026-04-05T02:00:00+10:30 1',
      ],
    ],
    [
      'of a day leave out the one that Samoa skipped',
      ['Pacific/Apia', '1d', '2011-12-29T12:00:00Z', '2011-12-31T12:00:00Z'],
      ['2011-12-29T00:00:00-10:00 24', '2011-12-31T00:00:00+14:00 24', '2012-01-01T00:00:00+14:00 24'],
    ],
    [
      'of a day begin when clocks first show it, although they go back to the day before a minute later',
      ['America/St_Johns', '1d', '1988-10-29T12:00:00Z', '1988-10-31T00:00:00Z'],
      ['1988-10-29T00:00:00-01:30 24', '1988-10-30T00:00:00-01:30 26'],
    ],
    [
      'of a day without a midnight begin at its first moment',
      ['America/Havana', '1d', '2026-03-08T12:00:00Z', '2026-03-09T03:00:00Z'],
      ['2026-03-08T01:00:00-04:00 23'],
    ],
    [
      'of a day with two midnights begin at the first one',
      ['America/Havana', '1d', '2026-11-01T12:00:00Z', '2026-11-02T04:00:00Z'],
      ['2026-11-01T00:00:00-04:00 25'],
    ],
    [
      'of an hour lie where the clocks of India show whole ones',
      ['Asia/Kolkata', '1h', '2026-11-23T09:15:00Z', '2026-11-23T10:15:00Z'],
      ['2026-11-23T14:00:00+05:30 1', '2026-11-23T15:00:00+05:30 1'],
    ],
    [
      'of a week begin on Monday',
      ['Europe/Berlin', '1w', '2026-10-25T00:00:00Z', '2026-10-26T00:00:00Z'],
      ['2026-10-19T00:00:00+02:00 169', '2026-10-26T00:00:00+01:00 168'],
    ],
    [
      'of a month are as long as it is',
      ['Asia/Kathmandu', '1mo', '2028-01-31T18:14:00Z', '2028-02-29T18:16:00Z'],
      ['2028-01-01T00:00:00+05:45 744', '2028-02-01T00:00:00+05:45 696', '2028-03-01T00:00:00+05:45 744'],
    ],
    [
      'of a quarter and of a year too',
      ['UTC', '3mo', '2026-11-23T00:00:00Z', '2027-01-01T00:00:00Z'],
      [`2026-10-01T00:00:00Z ${92 * 24}`],
    ],
    ['of a year', ['UTC', '1y', '2024-11-23T00:00:00Z', '2024-11-24T00:00:00Z'], [`2024-01-01T00:00:00Z ${366 * 24}`]],
    [
      'of long ago begin by the sun, whose offset is no whole minute',
      ['Europe/Paris', '1d', '1890-01-01T12:00:00Z', '1890-01-01T13:00:00Z'],
      ['1889-12-31T23:59:39+00:09 24'],
    ],
    ['of an empty span are none', ['UTC', '1h', '2026-11-23T00:00:00Z', '2026-11-23T00:00:00Z'], []],
    [
      'of minutes and seconds are even',
      ['UTC', '15m', '2026-11-23T00:14:59.999Z', '2026-11-23T00:15:00.001Z'],
      ['2026-11-23T00:00:00Z 0.25', '2026-11-23T00:15:00Z 0.25'],
    ],
  ])('%s', (_, given, expected) => {
    expect(bucketsOf(...given)).toEqual(expected);
  });

  const ZONES = [
    ...['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Apia', 'America/St_Johns'],
    ...['America/Havana', 'Asia/Beirut', 'Asia/Kathmandu', 'Africa/Casablanca', 'Pacific/Chatham', 'UTC'],
  ];

  /** Half of them near a moment at which clocks are changed. */
  const begin = (name: string) => {
    const any = fc.integer({ min: Date.UTC(1985, 0), max: Date.UTC(2035, 0) });
    const nearChange = fc.record({ any, before: fc.integer({ min: -26 * HOUR, max: 50 * HOUR }) }).map((near) => {
      const [change = near.any] = zoneOf(name).changesWithin(near.any, near.any + 250 * DAY);
      return change - near.before;
    });
    return fc.oneof(any, nearChange);
  };
  const span = fc.constantFrom(...ZONES).chain((name) =>
    fc.record({
      name: fc.constant(name),
      width: fc.constantFrom(...WIDTH_NAMES),
      from: begin(name),
      length: fc.double({ min: 0.01, max: 30, noNaN: true }),
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    }),
  );

  it('follow each other, hold the span, and hold what clocks say belongs together, in every zone', () => {
    fc.assert(
      fc.property(span, ({ name, width, from, length, at }) => {
        const to = from + Math.ceil(length * lengthOf(width));
        const { edges } = makeGrid(zoneOf(name), width, from, to, 10_000) ?? { edges: [] };
        const [first, second, last] = [edges[0], edges[1], edges.at(-1)] as [number, number, number];
        const holds = [first <= from, second > from, last >= to, (edges.at(-2) as number) < to];
        expect(holds).toEqual([true, true, true, true]);
        for (const [index, edge] of edges.slice(1).entries()) expect(edge).toBeGreaterThan(edges[index] as number);

        const moment = Math.floor(from + at * (to - from));
        const index = edges.findLastIndex((edge) => edge <= moment);
        const [start, end] = [edges[index] as number, edges[index + 1] as number];
        const unit = (other: number) => floorClock(width, clockTime(name, other));
        if (lengthOf(width) <= HOUR) {
          const unitAndOffset = (other: number) => [unit(other), clockTime(name, other) - other];
          for (const other of [start, end - 1]) expect(unitAndOffset(other)).toEqual(unitAndOffset(moment));
          for (const other of [start - 1, end]) expect(unitAndOffset(other)).not.toEqual(unitAndOffset(moment));
        } else {
          // An edge is the first moment of its unit: none before shows it. Behind it clocks may be set back over it.
          expect(unit(moment)).toBeLessThanOrEqual(unit(start));
          if (clockTime(name, start) - start === clockTime(name, moment) - moment)
            expect(unit(moment)).toBe(unit(start));
          for (let before = 1; before < 30 * HOUR; before += 20 * MINUTE)
            expect(unit(start - before)).toBeLessThan(unit(start));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('are as many as a chart has room for, of the finest width', () => {
    const zone = zoneOf('Europe/Berlin');
    const from = Date.UTC(2026, 10, 1);
    const taken = (ms: number, most: number) => finestGrid(zone, from, from + ms, most)?.width;
    expect([taken(HOUR, 3_600), taken(HOUR, 3_599), taken(HOUR, 60), taken(30 * DAY, 1_000)]).toEqual([
      '1s',
      '2s',
      '1m',
      '1h',
    ]);
    expect([taken(30 * DAY, 30), taken(30 * DAY, 29), taken(3_650 * DAY, 119), taken(3_650 * DAY, 11)]).toEqual([
      '1w',
      '1w',
      '3mo',
      '1y',
    ]);
    expect(taken(3_650 * DAY, 5)).toBeUndefined();
  });

  it('that are too many are none, and that is found out quickly', () => {
    const [from, to] = [Date.UTC(0, 0), Date.UTC(9999, 0)];
    expect(makeGrid(zoneOf('Europe/Berlin'), '1s', from, to, 10_000)).toBeUndefined();
    expect(makeGrid(zoneOf('UTC'), '1m', 0, 100 * MINUTE, 100)?.edges).toHaveLength(101);
    expect(makeGrid(zoneOf('UTC'), '1m', 0, 100 * MINUTE + 1, 100)).toBeUndefined();
  });
});

describe('a time zone', () => {
  it('that does not exist is none', () => {
    expect([openZone('Mars/Base'), openZone('Europe/Berlin')?.name]).toEqual([undefined, 'Europe/Berlin']);
  });
});

function lengthOf(width: string): number {
  const [, count, unit] = /^(\d+)(\D+)$/.exec(width) ?? [];
  const units = { s: SECOND, m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY, mo: 30 * DAY, y: 365 * DAY };
  return Number(count) * units[unit as keyof typeof units];
}

function floorClock(width: string, clock: number): number {
  const date = new Date(clock);
  const midnight = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
  const months: Record<string, number> = { '1mo': 1, '3mo': 3, '1y': 12 };
  const step = months[width];
  if (step) return Date.UTC(date.getUTCFullYear(), Math.floor(date.getUTCMonth() / step) * step);
  if (width === '1w') return midnight - ((date.getUTCDay() + 6) % 7) * DAY;
  return Math.floor(clock / lengthOf(width)) * lengthOf(width);
}
