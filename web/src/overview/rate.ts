/** What had come in by a time, since some hour. */
export interface Count {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly messages: number;
  readonly values: number;
}

export interface Rate {
  readonly messages: number;
  readonly values: number;
}

/** The counts of this long are kept, and the rate is that over all of them. */
export const WINDOW_MS = 30_000;

/** With one more; what is older than the window is forgotten, but for the last one before it. */
export function keep(counts: readonly Count[], next: Count): Count[] {
  const begin = next.at - WINDOW_MS;
  const all = [...counts, next];
  const first = all.findLastIndex(({ at }) => at <= begin);
  return all.slice(Math.max(first, 0));
}

/** By the second, from the first to the last of the counts; undefined before there are two. */
export function rateOf(counts: readonly Count[]): Rate | undefined {
  const [first, last] = [counts[0], counts.at(-1)];
  if (!first || !last || last.at <= first.at) return undefined;
  const seconds = (last.at - first.at) / 1_000;
  return { messages: (last.messages - first.messages) / seconds, values: (last.values - first.values) / seconds };
}
