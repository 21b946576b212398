import type { BrokerSettings } from '../config.ts';

export type Rate = BrokerSettings['rates']['gateway'];

/** What may pass of messages and bytes: it gathers at a rate, up to a burst. */
export interface Bucket {
  /** Messages that may pass now; what passes may overdraw it by the bytes of one run of packets. */
  available(now: number): number;
  spend(messages: number, bytes: number): void;
  /** Part of the rate that counts here, above 0 and up to 1; the rest is spent elsewhere. */
  setShare(share: number): void;
  isFull(now: number): boolean;
  /** How much of the burst is spent. */
  used(now: number): { messages: number; bytes: number };
}

/** A full one. Times are milliseconds of a clock that only goes forward. */
export function createBucket(rate: Rate, burstSeconds: number, startedAt: number): Bucket {
  let share = 1;
  let filledAt = startedAt;
  let messages = rate.messagesPerSecond * burstSeconds;
  let bytes = rate.bytesPerSecond * burstSeconds;

  /** A burst holds one message at least, or none would ever pass. */
  function fill(now: number): void {
    const seconds = ((now - filledAt) / 1000) * share;
    filledAt = now;
    const burst = burstSeconds * share;
    messages = Math.min(messages + rate.messagesPerSecond * seconds, Math.max(rate.messagesPerSecond * burst, 1));
    bytes = Math.min(bytes + rate.bytesPerSecond * seconds, rate.bytesPerSecond * burst);
  }

  const spent = () => ({
    messages: Math.max(rate.messagesPerSecond * burstSeconds * share - messages, 0),
    bytes: Math.max(rate.bytesPerSecond * burstSeconds * share - bytes, 0),
  });

  return {
    available(now) {
      fill(now);
      return bytes > 0 && messages >= 1 ? Math.floor(messages) : 0;
    },
    spend(spentMessages, spentBytes) {
      messages -= spentMessages;
      bytes -= spentBytes;
    },
    setShare(part) {
      share = part;
    },
    isFull(now) {
      fill(now);
      const { messages: m, bytes: b } = spent();
      return m < 1 && b < 1;
    },
    used(now) {
      fill(now);
      const { messages: m, bytes: b } = spent();
      return { messages: Math.ceil(m), bytes: Math.ceil(b) };
    },
  };
}
