import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { around, csv, NDJSON, readCells, unguardText, VARIES } from '../../../src/api/exports/formats.ts';
import { createTimeWriters } from '../../../src/api/exports/times.ts';

const guarded = csv({ guarded: true });
const kept = csv({ guarded: false });

describe('CSV', () => {
  it.each<[string, unknown, string]>([
    ['a number', -5.25, '-5.25'],
    ['a boolean', false, 'false'],
    ['nothing', null, ''],
    ['an empty text, which is not nothing', '', '""'],
    ['a text', 'Printer 2', 'Printer 2'],
    ['a comma', 'a,b', '"a,b"'],
    ['quotes', 'say "a"', '"say ""a"""'],
    ['lines', 'a\r\nb\nc', '"a\r\nb\nc"'],
    ['an object, as JSON', { job: 'J-17', layers: 129 }, '"{""job"":""J-17"",""layers"":129}"'],
    ['a formula', '=1+1', "'=1+1"],
    ['one with quotes', '=HYPERLINK("a","b")', `"'=HYPERLINK(""a"",""b"")"`],
    ['what begins like one: +', '+49 30', "'+49 30"],
    ['-', '-5 °C', "'-5 °C"],
    ['@', '@SUM(A1)', "'@SUM(A1)"],
    ['a tab', '\t=1', "'\t=1"],
    ['a return', '\r=1', '"\'\r=1"'],
    ['an apostrophe', "'quoted", "''quoted"],
  ])('writes %s', (_, value, cell) => {
    expect(guarded.cell(value)).toBe(cell);
  });

  it('leaves texts alone where programs read them', () => {
    expect(['=1+1', '-5', "'a"].map(kept.cell)).toEqual(['=1+1', '-5', "'a"]);
  });

  const hazard = fc.constantFrom(...['a', 'ö', '"', ',', "'", '=', '-', '\r', '\n', '\t', ' ']);
  it('gives back any texts, guarded or not, and takes no more cells than it is asked for', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: hazard }), { minLength: 1, maxLength: 8 }), (texts) => {
        const row = (format: typeof kept) => format.row([], texts.map(format.cell)).slice(0, -2);
        expect(readCells(row(kept), texts.length)).toEqual(texts);
        expect(readCells(row(guarded), 99).map(unguardText)).toEqual(texts);
        expect(readCells(row(kept), 1)).toEqual(texts.slice(0, 1));
      }),
    );
  });

  it.each(['"open', '"a"b,c', 'a"b'])('finds no cells beyond what is no CSV: %s', (text) => {
    expect(readCells(text, 3)).toEqual([]);
  });
});

describe('a row of which some cells vary', () => {
  it.each([
    ['CSV', guarded, ['a,"x,y",', ',', ',z\r\n']],
    ['NDJSON', NDJSON, ['{"one":"a","two":"x,y","at":', ',"n":', ',"end":"z"}\n']],
  ])('is cut around these: %s', (_, format, pieces) => {
    const { cell } = format;
    const cells = [cell('a'), cell('x,y'), VARIES, VARIES, cell('z')];
    expect(around(format, ['one', 'two', 'at', 'n', 'end'], cells)).toEqual(pieces);
  });
});

describe('a time', () => {
  const time = fc.integer({ min: Date.UTC(1973, 0), max: Date.UTC(2100, 0) });

  it('is written as toISOString does, in any order of times', () => {
    const write = createTimeWriters(undefined)();
    fc.assert(
      fc.property(time, (at) => {
        expect(write(at)).toBe(new Date(at).toISOString());
      }),
    );
  });

  it.each([
    ['a day of 23 hours', 'Europe/Berlin', '2026-03-29T00:59:59.999Z', '2026-03-29T01:59:59.999+01:00'],
    ['a millisecond later', 'Europe/Berlin', '2026-03-29T01:00:00.000Z', '2026-03-29T03:00:00.000+02:00'],
    ['the first 2:30 of a day of 25', 'Europe/Berlin', '2026-10-25T00:30:00.000Z', '2026-10-25T02:30:00.000+02:00'],
    ['the second', 'Europe/Berlin', '2026-10-25T01:30:00.000Z', '2026-10-25T02:30:00.000+01:00'],
    ['quarters of an hour', 'Asia/Kathmandu', '2026-11-23T18:15:00.001Z', '2026-11-24T00:00:00.001+05:45'],
    ['west of Greenwich', 'America/St_Johns', '2026-11-23T01:00:00.000Z', '2026-11-22T21:30:00.000-03:30'],
    ['UTC', 'UTC', '2026-11-23T01:00:00.000Z', '2026-11-23T01:00:00.000+00:00'],
  ])('is written with the offset of its time zone: %s', (_, zone, at, local) => {
    expect(createTimeWriters(zone)()(Date.parse(at))).toBe(local);
  });

  it('of a time zone is the same time', () => {
    const writers = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'].map((zone) =>
      createTimeWriters(zone)(),
    );
    fc.assert(
      fc.property(time, (at) => {
        expect(writers.map((write) => Date.parse(write(at)))).toEqual([at, at, at, at]);
      }),
    );
  });
});
