/** Some rows of an export, as they are sent. */
export interface Page {
  readonly bytes: Buffer;
  readonly rows: number;
}

/** Gathers the rows of a page. */
export interface PageWriter {
  add(row: string): void;
  /** In bytes, about. */
  size(): number;
  /** What was gathered since the last time. */
  take(): Page;
}

/** A long text that is put together from many costs three times as much as its pieces do: most of it in collecting garbage. */
const PIECE_LENGTH = 16_384;

export function createPageWriter(): PageWriter {
  let pieces: Buffer[] = [];
  let [piece, rows, size] = ['', 0, 0];
  const cut = () => {
    const bytes = Buffer.from(piece);
    pieces.push(bytes);
    size += bytes.length;
    piece = '';
  };
  return {
    add(row) {
      piece += row;
      rows++;
      if (piece.length > PIECE_LENGTH) cut();
    },
    size: () => size,
    take() {
      cut();
      const page = { bytes: Buffer.concat(pieces), rows };
      [pieces, rows, size] = [[], 0, 0];
      return page;
    },
  };
}
