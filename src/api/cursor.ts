import { type Static, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { StepCloudError } from '../errors.ts';

/** Opaque texts that say where the next page of a list begins. */
export interface Cursor<Position> {
  encode(position: Position): string;
  /** Throws REQUEST_INVALID for what `encode` did not make. */
  decode(text: string): Position;
}

/** A time in a position, in epoch milliseconds. */
export const Instant = Type.Integer({ minimum: Date.UTC(-1, 0), maximum: Date.UTC(10_001, 0) });

/** Cursors to positions of this shape. */
export function createCursor<T extends TSchema>(shape: T): Cursor<Static<T>> {
  const validator = Compile(shape);
  return {
    encode: (position) => Buffer.from(JSON.stringify(position)).toString('base64url'),
    decode(text) {
      const position = parse(text);
      if (!validator.Check(position)) throw new StepCloudError('REQUEST_INVALID', 'the cursor is not one of this list');
      return position;
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** Makes a page of rows, for which one more than `limit` was asked: that one tells whether another page follows. */
export function toPage<Row>(rows: Row[], limit: number, cursorBehind: (last: Row) => string) {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? cursorBehind(last) : null };
}
