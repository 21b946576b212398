/** How rows are written. A value is a number, a boolean, a text, null, or an object, which is written as JSON. */
export interface Format {
  readonly mediaType: string;
  readonly extension: string;
  /** A value of a row. */
  cell(value: unknown): string;
  /** A cell of what needs no quoting but that of its kind: a time. */
  plain(text: string): string;
  /** A row with its line end. */
  row(names: readonly string[], cells: readonly string[]): string;
  /** What goes before the rows. */
  head(names: readonly string[]): string;
  /** What tells a reader that nothing is missing, where the format has a place for it. */
  tail(summary: object): string;
}

/** One JSON object a line; the last one is `end`, without which something is missing. */
export const NDJSON: Format = {
  mediaType: 'application/x-ndjson',
  extension: 'ndjson',
  cell: (value) => JSON.stringify(value),
  plain: (text) => `"${text}"`,
  row: (names, cells) => `{${names.map((name, n) => `"${name}":${cells[n]}`).join(',')}}\n`,
  head: () => '',
  tail: (summary) => `${JSON.stringify({ end: summary })}\n`,
};

/**
 * RFC 4180, in UTF-8. Null is nothing, an empty text is "". A spreadsheet takes a text that begins like a formula for one, and
 * formulas can send data away: such texts get an apostrophe before them, unless the reader is a program that wants them
 * as they are. So do texts that begin with an apostrophe, that it can be taken off again. Numbers of sensors are no texts.
 */
export function csv({ guarded }: { guarded: boolean }): Format {
  const guard = guarded ? guardText : (text: string) => text;
  return {
    mediaType: 'text/csv; charset=utf-8; header=present',
    extension: 'csv',
    cell(value) {
      if (value === null || value === undefined) return '';
      if (typeof value === 'string') return quote(guard(value));
      return typeof value === 'object' ? quote(JSON.stringify(value)) : String(value);
    },
    plain: (text) => text,
    row: (_, cells) => `${cells.join(',')}\r\n`,
    head: (names) => `${names.join(',')}\r\n`,
    tail: () => '',
  };
}

const GUARDED = /^[=+\-@\t\r']/;

function guardText(text: string): string {
  return GUARDED.test(text) ? `'${text}` : text;
}

/** What `guardText` was given. */
export function unguardText(text: string): string {
  return text.startsWith("'") && GUARDED.test(text.slice(1)) ? text.slice(1) : text;
}

function quote(text: string): string {
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The first cells of a CSV record, or fewer where it has no more. */
export function readCells(record: string, count: number): string[] {
  const cells: string[] = [];
  const next = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  while (cells.length < count) {
    const [, quoted, bare = '', end] = next.exec(record) ?? [];
    if (end === undefined) break;
    cells.push(quoted?.replaceAll('""', '"') ?? bare);
    if (end === '') break;
  }
  return cells;
}

/** A row of which all but some cells stand fast: the texts around those that do not. */
export function around(format: Format, names: readonly string[], cells: readonly string[]): string[] {
  return format.row(names, cells).split(VARIES);
}
/** In the place of a cell that varies. No text has this character: it is refused everywhere. */
export const VARIES = '\u0000';
