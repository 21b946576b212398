import { setTimeout as delay } from 'node:timers/promises';
import { v7 as uuid } from 'uuid';
import type { BrokerSettings } from '../config.ts';
import { StepCloudError } from '../errors.ts';
import { unpackedSize } from '../messages/payload.ts';
import type { Queue } from '../queue/batch.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { type AcceptedMessage, encodeEnvelope, messageId } from './envelope.ts';

const RETRY_MS = 200;

/** Called once per message, in the order of `accept` per gateway: with nothing when the queue holds it, else with why not. */
export type Held = (error: StepCloudError | undefined, messageId: string) => void;

export interface Ingest {
  /** Takes a message towards the queue; never throws and never calls back before it returns. */
  accept(message: AcceptedMessage, held: Held): void;
  /** Calls back in turn, as if it were a message, without sending anything: for what is acknowledged and ignored. */
  pass(gatewayId: string, held: Held): void;
  /** Resolves when everything accepted so far was called back. */
  flush(): Promise<void>;
}

/** Resolves with the id of the message once the queue holds it; rejects with what `accept` calls back with. */
export function intoQueue(ingest: Ingest, message: AcceptedMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    ingest.accept(message, (error, messageId) => (error ? reject(error) : resolve(messageId)));
  });
}

export interface IngestOptions {
  queue: Queue;
  /** Id of this process in the ledger; another one after every start. */
  brokerId: string;
  settings: Pick<BrokerSettings, 'batch' | 'shards' | 'ackTimeoutMs'>;
  metrics: Metrics['ingest'];
  log: Log;
}

interface Waiting {
  message: AcceptedMessage | undefined;
  held: Held;
  /** Milliseconds of the monotonic clock. */
  since: number;
}

/**
 * Group commit: while one batch is on its way into the queue the next messages gather, and leave together when it has
 * arrived. A lone message waits for nothing, and load makes large batches by itself.
 */
export function createIngest(options: IngestOptions): Ingest {
  const { settings } = options;
  const lanes = Array.from({ length: settings.shards }, (_, shard) => createLane(shard, options));
  const laneOf = (gatewayId: string) => lanes[shardOf(gatewayId, settings.shards)] as Lane;
  return {
    accept: (message, held) => laneOf(message.gatewayId).add(message, held),
    pass: (gatewayId, held) => laneOf(gatewayId).add(undefined, held),
    flush: async () => {
      await Promise.all(lanes.map((lane) => lane.idle()));
    },
  };
}

/** Ids are UUIDs whose end is random: good enough a hash, and the same in every process. */
export function shardOf(gatewayId: string, shards: number): number {
  return shards === 1 ? 0 : Number.parseInt(gatewayId.slice(-8), 16) % shards;
}

interface Lane {
  add(message: AcceptedMessage | undefined, held: Held): void;
  idle(): Promise<void>;
}

function createLane(shard: number, { queue, brokerId, settings, metrics, log }: IngestOptions): Lane {
  const { maxMessages, maxBytes, lingerMs } = settings.batch;
  const numbers = new Map<string, number>();
  const voided = new Map<string, [number, number][]>();
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;

  return {
    add(message, held) {
      waiting.push({ message, held, since: performance.now() });
      running ??= Promise.resolve().then(run);
    },
    idle: async () => {
      while (running) await running;
    },
  };

  async function run(): Promise<void> {
    for (let first = true; waiting.length > 0; first = false) {
      // What follows a batch at once is load: a few milliseconds more make the next job larger and the jobs fewer.
      if (!first && lingerMs > 0 && waiting.length < maxMessages) await delay(lingerMs);
      await sendBatch(takeBatch());
    }
    running = undefined;
  }

  function takeBatch(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { message } of waiting) {
      // What it comes to in the worker: a few bytes of gzip may be megabytes of values.
      if (message) bytes += unpackedSize(message.payload);
      if (count > 0 && (count >= maxMessages || bytes > maxBytes)) break;
      count++;
    }
    const taken = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return taken;
  }

  async function sendBatch(taken: readonly Waiting[]): Promise<void> {
    const messages = taken.flatMap(({ message }) =>
      message ? [{ ...message, number: nextNumber(message.gatewayId) }] : [],
    );
    metrics.accepted.inc(messages.length);
    const batch = `${uuid().slice(0, 32)}0000`;
    const error = messages.length === 0 ? undefined : await deliver(batch, messages, taken[0]?.since ?? 0);
    if (error) for (const { gatewayId, number } of messages) void_(gatewayId, number);
    let index = 0;
    for (const { message, held } of taken) held(message && error, messageId(batch, message ? index++ : 0));
  }

  /** Tries until the first message has waited as long as an acknowledgement may take; the same batch id each time. */
  async function deliver(batch: string, messages: Parameters<typeof encodeEnvelope>[0]['messages'], since: number) {
    const body = encodeEnvelope({ brokerId, messages, voided });
    for (;;) {
      const left = Math.max(since + settings.ackTimeoutMs - performance.now(), 1);
      try {
        const sentAt = performance.now();
        await queue.send({ v: 1, batch, shard, body }, left);
        voided.clear();
        metrics.sendSeconds.observe((performance.now() - sentAt) / 1000);
        metrics.acknowledgeSeconds.observe((performance.now() - since) / 1000);
        metrics.batchMessages.observe(messages.length);
        metrics.acknowledged.inc(messages.length);
        return undefined;
      } catch (error) {
        metrics.retries.inc();
        if (since + settings.ackTimeoutMs - performance.now() <= RETRY_MS) {
          metrics.givenUp.inc(messages.length);
          log.warn(
            { messages: messages.length, reason: (error as Error).message },
            'the queue is away: messages stay with their senders',
          );
          return error instanceof StepCloudError
            ? error
            : new StepCloudError('QUEUE_UNAVAILABLE', String(error), { cause: error });
        }
        await delay(RETRY_MS);
      }
    }
  }

  function nextNumber(gatewayId: string): number {
    const number = (numbers.get(gatewayId) ?? 0) + 1;
    numbers.set(gatewayId, number);
    return number;
  }

  /** A number whose message was not acknowledged is no loss; the next batch tells the worker so. */
  function void_(gatewayId: string, number: number): void {
    const ranges = voided.get(gatewayId) ?? [];
    const last = ranges.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
    voided.set(gatewayId, ranges);
  }
}
