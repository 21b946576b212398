import { pipeline, Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import type { Format } from './formats.ts';
import type { Page } from './pages.ts';

export interface BodyOptions {
  readonly format: Format;
  readonly columns: readonly string[];
  readonly pages: AsyncIterable<Page>;
  /** What the export is of, for its end. */
  readonly of: object;
  readonly gzip: boolean;
  /** How long a reader may take for one page. */
  readonly stallMs: number;
}

export interface Body {
  readonly stream: Readable;
  /** How many rows there were; undefined before the end. */
  rows(): number | undefined;
}

/**
 * The body of an export: a page at a time, the next one looked up while the last one is sent, and none after that before the
 * reader has taken it. Whatever ends it before its end destroys it, so that the reader sees that something is missing.
 */
export function createBody({ format, columns, pages, of, gzip, stallMs }: BodyOptions): Body {
  let rows = 0;
  let ended = false;
  async function* write(): AsyncGenerator<string | Buffer> {
    yield format.head(columns);
    for await (const page of ahead(pages)) {
      rows += page.rows;
      const stalled = setTimeout(() => source.destroy(new Error('the reader of an export stands still')), stallMs);
      try {
        yield page.bytes;
      } finally {
        clearTimeout(stalled);
      }
    }
    ended = true;
    yield format.tail({ complete: true, rows, ...of });
  }
  const source = Readable.from(write(), { objectMode: false, highWaterMark: 1 });
  const stream = gzip ? pipeline(source, createGzip({ level: constants.Z_BEST_SPEED }), () => {}) : source;
  return { stream, rows: () => (ended ? rows : undefined) };
}

/** The same, each asked for while the one before is used. */
async function* ahead<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  let coming = iterator.next();
  try {
    for (;;) {
      const { done, value } = await coming;
      if (done) return;
      coming = iterator.next();
      coming.catch(() => {}); // told to whoever awaits it, if anybody does
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}
