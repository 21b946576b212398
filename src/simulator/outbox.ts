import type { Message } from './producer.ts';

export interface Outbox {
  /** Keeps a message until it is acknowledged. True if an older one had to go for it. */
  add(message: Message): boolean;
  /** The next message to send, or undefined if there is none or the window is full. */
  take(): { number: number; message: Message } | undefined;
  /** The message may leave; harmless if it already has. */
  acknowledge(number: number): void;
  /** The connection is gone: what was not acknowledged is next again, the oldest first. */
  rewind(): void;
  counts(): { published: number; acknowledged: number; buffered: number; dropped: number };
}

/**
 * The gateway's offline buffer, in memory: at most `capacity` messages in order, at most `window` of them in flight.
 * Beyond the capacity the oldest that is not in flight is dropped and counted (what is in flight may already have
 * arrived), so published = acknowledged + buffered + dropped at any time.
 */
export function createOutbox(capacity: number, window: number): Outbox {
  const kept = new Map<number, Message>();
  const inFlight = new Set<number>();
  // Room for at least one message out of flight, or the newest would be dropped instead of the oldest.
  const mayFly = Math.min(window, Math.ceil(capacity / 2));
  let published = 0;
  let acknowledged = 0;
  let dropped = 0;
  /** Everything kept before this number is in flight. */
  let next = 0;

  /** Steps over the numbers that were acknowledged out of order before a rewind. */
  const seekNext = () => {
    while (next < published && !kept.has(next)) next += 1;
  };

  return {
    add(message) {
      kept.set(published, message);
      published += 1;
      if (kept.size <= capacity) return false;
      seekNext();
      kept.delete(next);
      dropped += 1;
      return true;
    },
    take() {
      seekNext();
      const message = kept.get(next);
      if (!message || inFlight.size >= mayFly) return undefined;
      inFlight.add(next);
      next += 1;
      return { number: next - 1, message };
    },
    acknowledge(number) {
      inFlight.delete(number);
      if (kept.delete(number)) acknowledged += 1;
    },
    rewind() {
      inFlight.clear();
      const [oldest = published] = kept.keys();
      next = oldest;
    },
    counts: () => ({ published, acknowledged, buffered: kept.size, dropped }),
  };
}
