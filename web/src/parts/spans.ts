/** A part of an axis, in its own numbers: milliseconds where it is time. */
export type Span = readonly [from: number, to: number];

/** `factor` times as long, around its middle, moved by `shift` times its length. */
export function reshape([from, to]: Span, factor: number, shift = 0): Span {
  const length = to - from;
  const middle = (from + to) / 2 + length * shift;
  return [middle - (length * factor) / 2, middle + (length * factor) / 2];
}

/** The same length where it fits into the whole, moved into it. */
export function within([first, last]: Span, [from, to]: Span): Span {
  const length = Math.min(to - from, last - first);
  const begin = Math.min(Math.max(from, first), last - length);
  return [begin, begin + length];
}
