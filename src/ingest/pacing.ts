import type { BrokerSettings } from '../config.ts';
import type { Delay, DelayReason } from '../db/delays.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Backlog } from './backlog.ts';
import { type Bucket, createBucket, type Rate } from './bucket.ts';

/** How often those that wait are looked at: so long a wait may be longer than it need be. */
const TURN_MS = 50;
/** A gateway that was held within this time is delayed: one over its rate is held and let go many times a second. */
const DELAYED_FOR_MS = 3_000;
const TIDY_MS = 60_000;
/** When who cannot be held may come again. */
const BACKLOG_RETRY_MS = 5_000;
const RATE_RETRY_MS = 1_000;

/** How fast one connection may send. */
export interface Pace {
  /** How many messages may go now. 0: none, and `release` is called when there may be one. */
  ask(release: () => void): number;
  /** Tells what went. */
  spend(messages: number, bytes: number): void;
  /** The connection has ended: nobody waits any more. */
  end(): void;
}

/** No limits. */
export const AT_WILL: Pace = { ask: () => Number.POSITIVE_INFINITY, spend: () => {}, end: () => {} };

export interface Sender {
  readonly gatewayId: string;
  readonly customerId: string;
}

export interface Pacing {
  of(sender: Sender): Pace;
  /** Lets one message pass that cannot be held, and returns 0; or returns how many milliseconds it should wait. */
  admit(sender: Sender, bytes: number): number;
  /** How much of the burst of a gateway is spent. */
  used(gatewayId: string): { messages: number; bytes: number };
  /** The gateways that are delayed now. */
  delays(): Delay[];
  /** Which part of a customer's rate may be spent here; all of it where nothing is said. */
  setShares(shares: ReadonlyMap<string, number>): void;
  close(): void;
}

export interface PacingOptions {
  rates: BrokerSettings['rates'];
  backlog: Pick<Backlog, 'level'>;
  monotonic: () => number;
  metrics: Metrics['ingest'];
}

/** A bucket, and who uses it. */
interface Shared {
  readonly bucket: Bucket;
  connections: number;
  /** Connections that wait for it now. */
  waiting: number;
}

/** One connection that waits, in line with others. */
interface Waiting {
  readonly gatewayId: string;
  readonly customer: Shared;
  reason: DelayReason;
  release(): void;
  look(now: number): number | DelayReason;
}

/**
 * Promise 7: who sends too much is read less often, and so sends less. A connection asks before each run of packets; one
 * that must wait stands in line with the others and is called. What a customer may send is shared evenly among those of
 * its connections that wait for it.
 */
export function createPacing({ rates, backlog, monotonic, metrics }: PacingOptions): Pacing {
  const gateways = new Map<string, Shared>();
  const customers = new Map<string, Shared>();
  const line = new Set<Waiting>();
  const delayed = new Map<string, { reason: DelayReason; since: number; seenAt: number }>();
  const tidying = setInterval(tidy, TIDY_MS).unref();
  let turning: NodeJS.Timeout | undefined;

  function bucketOf(buckets: Map<string, Shared>, id: string, rate: Rate): Shared {
    let known = buckets.get(id);
    if (!known) {
      known = { bucket: createBucket(rate, rates.burstSeconds, monotonic()), connections: 0, waiting: 0 };
      buckets.set(id, known);
    }
    return known;
  }

  const bucketsOf = ({ gatewayId, customerId }: Sender) => ({
    gateway: bucketOf(gateways, gatewayId, rates.gateway),
    customer: bucketOf(customers, customerId, rates.customer),
  });

  /** Buckets outlive their connections, or each would begin with a burst; full ones are as good as new ones. */
  function tidy(): void {
    const now = monotonic();
    for (const buckets of [gateways, customers])
      for (const [id, { bucket, connections }] of buckets)
        if (connections === 0 && bucket.isFull(now)) buckets.delete(id);
  }

  /** How many messages may go, or why none. */
  function look(gateway: Shared, customer: Shared, now: number): number | DelayReason {
    if (backlog.level() !== 'none') return 'backlog';
    const own = gateway.bucket.available(now);
    if (own === 0) return 'gateway_rate';
    const common = customer.bucket.available(now);
    if (common === 0) return 'customer_rate';
    return Math.min(own, Math.max(Math.floor(common / Math.max(customer.waiting, 1)), 1));
  }

  function takeTurns(): void {
    const now = monotonic();
    for (const one of [...line]) {
      const found = one.look(now);
      if (typeof found === 'string') stay(one, found, now);
      else one.release(); // it asks again, and leaves the line if it still may
    }
    if (line.size > 0) return;
    clearInterval(turning);
    turning = undefined;
  }

  /** In line, at its end where it was not in it. */
  function stay(one: Waiting, reason: DelayReason, now: number): void {
    const isNew = !line.has(one);
    if (!isNew && one.reason === 'customer_rate') one.customer.waiting--;
    if (reason === 'customer_rate') one.customer.waiting++;
    one.reason = reason;
    note(one.gatewayId, reason, now);
    if (!isNew) return;
    line.add(one);
    metrics.delays.inc({ reason });
    turning ??= setInterval(takeTurns, TURN_MS).unref();
  }

  function leave(one: Waiting): void {
    if (line.delete(one) && one.reason === 'customer_rate') one.customer.waiting--;
  }

  function note(gatewayId: string, reason: DelayReason, now: number): void {
    const known = delayed.get(gatewayId);
    if (known && now - known.seenAt <= DELAYED_FOR_MS) Object.assign(known, { reason, seenAt: now });
    else delayed.set(gatewayId, { reason, since: now, seenAt: now });
  }

  return {
    of(sender) {
      const { gateway, customer } = bucketsOf(sender);
      gateway.connections++;
      customer.connections++;
      const one: Waiting = {
        gatewayId: sender.gatewayId,
        customer,
        reason: 'backlog',
        release: () => {},
        look: (now) => look(gateway, customer, now),
      };
      let room = 0;
      return {
        ask(release) {
          const now = monotonic();
          // Who comes while others wait for the customer's rate stands behind them.
          const mustQueue = customer.waiting > 0 && !line.has(one);
          const found = mustQueue ? 'customer_rate' : one.look(now);
          if (typeof found === 'number') {
            leave(one);
            room = found;
            return found;
          }
          one.release = release;
          stay(one, found, now);
          return 0;
        },
        spend(messages, bytes) {
          gateway.bucket.spend(messages, bytes);
          customer.bucket.spend(messages, bytes);
          if (messages < room) return;
          // It took all it was given, and would have taken more.
          const now = monotonic();
          note(sender.gatewayId, gateway.bucket.available(now) === 0 ? 'gateway_rate' : 'customer_rate', now);
        },
        end() {
          leave(one);
          gateway.connections--;
          customer.connections--;
        },
      };
    },

    admit(sender, bytes) {
      const { gateway, customer } = bucketsOf(sender);
      const now = monotonic();
      const found = look(gateway, customer, now);
      if (found === 'backlog') return BACKLOG_RETRY_MS;
      if (typeof found === 'string') {
        note(sender.gatewayId, found, now);
        metrics.delays.inc({ reason: found });
        return RATE_RETRY_MS;
      }
      gateway.bucket.spend(1, bytes);
      customer.bucket.spend(1, bytes);
      return 0;
    },

    used: (gatewayId) => gateways.get(gatewayId)?.bucket.used(monotonic()) ?? { messages: 0, bytes: 0 },

    delays() {
      const now = monotonic();
      for (const [id, { seenAt }] of delayed) if (now - seenAt > DELAYED_FOR_MS) delayed.delete(id);
      return [...delayed].map(([gatewayId, { reason, since }]) => ({ gatewayId, reason, forMs: now - since }));
    },

    setShares(shares) {
      for (const [id, { bucket }] of customers) bucket.setShare(shares.get(id) ?? 1);
    },

    close() {
      clearInterval(tidying);
      clearInterval(turning);
    },
  };
}
