import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StepCloudError } from '../../src/errors.ts';
import { type AcceptedMessage, decodeEnvelope, type Envelope, messageId } from '../../src/ingest/envelope.ts';
import { createIngest, type Held, type IngestOptions, shardOf } from '../../src/ingest/ingest.ts';
import type { Batch, Queue } from '../../src/queue/batch.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';

const [A, B] = ['01938f4e-6d2a-7c11-9f0e-5b2c7d8e9f10', '01938f4e-6d2a-7c11-9f0e-5b2c7d8e9f11'];
const BROKER = '01938f4e-0000-7c11-9f0e-5b2c7d8e9f10';

const metrics = createMetrics().ingest;

/** An `add` that waits for the test to say how it ends. */
interface Attempt {
  readonly batch: Batch;
  readonly envelope: Envelope;
  readonly timeoutMs: number;
  keep(): void;
  fail(error?: Error): void;
}

/** The seam: a queue whose every answer the test gives. */
function createQueue() {
  const made: Attempt[] = [];
  const awaited: ((attempt: Attempt) => void)[] = [];
  const queue: Queue = {
    send: (batch, timeoutMs) =>
      new Promise<void>((resolve, reject) => {
        const fail = (error: Error = new StepCloudError('QUEUE_UNAVAILABLE', 'away')): void => reject(error);
        const attempt = { batch, envelope: decodeEnvelope(batch.body), timeoutMs, keep: resolve, fail };
        const waiter = awaited.shift();
        if (waiter) waiter(attempt);
        else made.push(attempt);
      }),
    depth: async () => ({ waiting: 0, failed: 0 }),
    oldestJob: async () => undefined,
    nextJob: async () => undefined,
    isReady: async () => true,
    close: async () => {},
  };
  const next = (): Promise<Attempt> => {
    const attempt = made.shift();
    return attempt ? Promise.resolve(attempt) : new Promise((resolve) => awaited.push(resolve));
  };
  /** Attempts made and not yet asked for, once everything that does not wait for a timer has happened. */
  const pending = async (): Promise<number> => {
    await new Promise((resolve) => setImmediate(resolve));
    return made.length;
  };
  return { queue, next, pending };
}

interface Called {
  name: string;
  error: StepCloudError | undefined;
  id: string;
}

type Settings = IngestOptions['settings'];

function createRun(settings: Partial<Omit<Settings, 'batch'>> & { batch?: Partial<Settings['batch']> } = {}) {
  const { queue, next, pending } = createQueue();
  const ingest = createIngest({
    queue,
    brokerId: BROKER,
    settings: {
      shards: 1,
      ackTimeoutMs: 10_000,
      ...settings,
      batch: { maxMessages: 100, maxBytes: 100_000, lingerMs: 0, ...settings.batch },
    },
    metrics,
    log: createLog('test', { level: 'silent', pretty: false }),
  });
  const called: Called[] = [];
  const held =
    (name: string): Held =>
    (error, id) =>
      called.push({ name, error, id });
  const accept = (...names: string[]): void => {
    for (const name of names) ingest.accept(toMessage(name), held(name));
  };
  const pass = (name: string): void => ingest.pass(gatewayOf(name), held(name));
  const outcomes = (): string[] => called.map(({ name, error }) => (error ? `${name}: ${error.code}` : name));
  return { ingest, next, pending, accept, pass, held, called, outcomes };
}

/** `a1` is a message of gateway A with that payload, `b1` one of B. */
function toMessage(name: string, bytes = Buffer.from(name)): AcceptedMessage {
  return { gatewayId: gatewayOf(name), topic: `topic/${name}`, receivedAt: Date.UTC(2026, 10, 23), payload: bytes };
}

function gatewayOf(name: string): string {
  return name.startsWith('a') ? A : B;
}

const payloads = ({ envelope }: Attempt): string[] => envelope.messages.map(({ payload }) => payload.toString());
const numbers = ({ envelope }: Attempt): string[] =>
  envelope.messages.map(({ gatewayId, number }) => `${gatewayId === A ? 'a' : 'b'}${number}`);
const voided = ({ envelope }: Attempt) => Object.fromEntries(envelope.voided);

describe('group commit', () => {
  it('a lone message leaves at once, however long a busy broker gathers', async () => {
    const run = createRun({ batch: { lingerMs: 60_000 } });
    run.accept('a1');
    expect(await run.pending()).toBe(1);
    expect(payloads(await run.next())).toEqual(['a1']);
  });

  it('what arrives in one turn leaves as one batch', async () => {
    const run = createRun();
    run.accept('a1', 'b1', 'a2');
    expect(payloads(await run.next())).toEqual(['a1', 'b1', 'a2']);
  });

  it('while one batch is on its way the next messages gather, and leave together when it has arrived', async () => {
    const run = createRun();
    run.accept('a1');
    const first = await run.next();
    run.accept('a2');
    run.accept('b1');
    expect(await run.pending()).toBe(0);
    run.accept('a3');
    first.keep();
    const second = await run.next();
    expect(payloads(second)).toEqual(['a2', 'b1', 'a3']);
    expect(second.batch.batch).not.toBe(first.batch.batch);
  });

  it('a busy broker gathers a little longer', async () => {
    const run = createRun({ batch: { lingerMs: 1 } });
    run.accept('a1');
    const first = await run.next();
    run.accept('a2');
    first.keep();
    const second = run.next();
    await run.pending();
    expect(payloads(await second)).toEqual(['a2']);
  });

  it('a full batch does not wait', async () => {
    const run = createRun({ batch: { lingerMs: 60_000, maxMessages: 2 } });
    run.accept('a1');
    const first = await run.next();
    run.accept('a2', 'a3', 'a4');
    first.keep();
    expect(payloads(await run.next())).toEqual(['a2', 'a3']);
  });

  it('a batch has at most so many messages', async () => {
    const run = createRun({ batch: { maxMessages: 3 } });
    run.accept('a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7');
    const sizes = [];
    for (let batch = 0; batch < 3; batch++) {
      const attempt = await run.next();
      sizes.push(attempt.envelope.messages.length);
      attempt.keep();
    }
    expect(sizes).toEqual([3, 3, 1]);
  });

  it('a batch has at most so many bytes, and a larger message goes alone', async () => {
    const run = createRun({ batch: { maxBytes: 100 } });
    for (const size of [40, 60, 1, 500, 99, 1, 1]) run.ingest.accept(toMessage('a', Buffer.alloc(size)), () => {});
    const sizes = [];
    for (let batch = 0; batch < 5; batch++) {
      const attempt = await run.next();
      sizes.push(attempt.envelope.messages.map(({ payload }) => payload.length));
      attempt.keep();
    }
    expect(sizes).toEqual([[40, 60], [1], [500], [99, 1], [1]]);
  });

  it('a packed message counts as what it unfolds to', async () => {
    const run = createRun({ batch: { maxBytes: 10_000 } });
    const packed = (size: number) => gzipSync(Buffer.alloc(size, 0x20));
    for (const bytes of [packed(6_000), packed(6_000), packed(3_000), packed(1 << 20), Buffer.from([0x1f, 0x8b])]) {
      run.ingest.accept(toMessage('a', bytes), () => {});
    }
    const sizes = [];
    for (let batch = 0; batch < 4; batch++) {
      const attempt = await run.next();
      sizes.push(attempt.envelope.messages.map(({ payload }) => payload.length));
      attempt.keep();
    }
    const [six, three, million] = [6_000, 3_000, 1 << 20].map((size) => packed(size).length);
    expect(sizes).toEqual([[six], [six, three], [million], [2]]);
  });

  it('messages leave as they came, the refused ones too', async () => {
    const run = createRun();
    const refused = { code: 'TOPIC_UNKNOWN', detail: 'no such topic', size: 5_000 } as const;
    const messages = [toMessage('a1'), { ...toMessage('b1'), refused }];
    for (const message of messages) run.ingest.accept(message, () => {});
    const { batch, envelope } = await run.next();
    expect(envelope).toEqual({
      brokerId: BROKER,
      messages: messages.map((of) => ({ ...of, number: 1 })),
      voided: new Map(),
    });
    expect(batch).toMatchObject({ v: 1, shard: 0 });
  });
});

describe('calling back', () => {
  it('never happens before accept or pass returns, and not before the queue has the batch', async () => {
    const run = createRun();
    run.accept('a1');
    run.pass('a2');
    expect(run.outcomes()).toEqual([]);
    const attempt = await run.next();
    expect(await run.pending()).toBe(0);
    expect(run.outcomes()).toEqual([]);
    attempt.keep();
    await run.ingest.flush();
    expect(run.outcomes()).toEqual(['a1', 'a2']);
  });

  it('happens once per message in the order of accept, with an id that belongs to its place in the batch', async () => {
    const run = createRun({ batch: { maxMessages: 2 } });
    run.accept('a1', 'b1', 'a2');
    const first = await run.next();
    first.keep();
    const second = await run.next();
    second.keep();
    await run.ingest.flush();
    expect(run.called).toEqual([
      { name: 'a1', error: undefined, id: messageId(first.batch.batch, 0) },
      { name: 'b1', error: undefined, id: messageId(first.batch.batch, 1) },
      { name: 'a2', error: undefined, id: messageId(second.batch.batch, 0) },
    ]);
  });

  it('of what was accepted in a callback comes later', async () => {
    const run = createRun();
    run.ingest.accept(toMessage('a1'), (error, id) => {
      run.accept('a2');
      run.held('a1')(error, id);
    });
    (await run.next()).keep();
    (await run.next()).keep();
    await run.ingest.flush();
    expect(run.outcomes()).toEqual(['a1', 'a2']);
  });
});

describe('what is only passed', () => {
  it('sends nothing', async () => {
    const run = createRun();
    run.pass('a1');
    run.pass('a2');
    await run.ingest.flush();
    expect(run.outcomes()).toEqual(['a1', 'a2']);
    expect(await run.pending()).toBe(0);
  });

  it('keeps its turn among the messages, and takes no number', async () => {
    const run = createRun();
    run.accept('a1');
    const first = await run.next();
    run.pass('a2');
    run.accept('a3');
    run.pass('a4');
    expect(run.outcomes()).toEqual([]);
    first.keep();
    const second = await run.next();
    expect(numbers(second)).toEqual(['a2']);
    expect(run.outcomes()).toEqual(['a1']);
    second.keep();
    await run.ingest.flush();
    expect(run.outcomes()).toEqual(['a1', 'a2', 'a3', 'a4']);
  });

  it('succeeds in its turn while the messages around it fail', async () => {
    const run = createRun({ ackTimeoutMs: 1 });
    run.accept('a1');
    run.pass('a2');
    run.accept('a3');
    (await run.next()).fail();
    await run.ingest.flush();
    expect(run.outcomes()).toEqual(['a1: QUEUE_UNAVAILABLE', 'a2', 'a3: QUEUE_UNAVAILABLE']);
  });
});

describe('a queue that is away', () => {
  it('is asked again with the same batch, and nothing is called back meanwhile', async () => {
    const run = createRun();
    run.accept('a1', 'b1');
    const first = await run.next();
    first.fail();
    const second = await run.next();
    expect(second.batch).toEqual(first.batch);
    expect(run.outcomes()).toEqual([]);
    second.fail(new Error('socket closed'));
    const third = await run.next();
    expect(third.batch).toEqual(first.batch);
    third.keep();
    await run.ingest.flush();
    expect(run.outcomes()).toEqual(['a1', 'b1']);
  });

  it('has as long as an acknowledgement may take, counted from the first message, and then all fail in order', async () => {
    const run = createRun({ ackTimeoutMs: 500 });
    run.accept('a1', 'b1', 'a2');
    const timeouts: number[] = [];
    const ids = new Set<string>();
    const flushed = run.ingest.flush();
    for (;;) {
      const attempt = await Promise.race([run.next(), flushed]);
      if (!attempt) break;
      timeouts.push(attempt.timeoutMs);
      ids.add(attempt.batch.batch);
      attempt.fail();
    }
    expect(run.outcomes()).toEqual(['a1: QUEUE_UNAVAILABLE', 'b1: QUEUE_UNAVAILABLE', 'a2: QUEUE_UNAVAILABLE']);
    expect(ids.size).toBe(1);
    expect(timeouts.length).toBeGreaterThan(1);
    expect(timeouts.every((timeout) => timeout > 0 && timeout <= 500)).toBe(true);
    expect([...timeouts].sort((a, b) => b - a)).toEqual(timeouts);
  });

  it('is asked once more for what waited behind a batch that failed', async () => {
    const run = createRun({ ackTimeoutMs: 1 });
    run.accept('a1');
    const first = await run.next();
    run.accept('a2');
    first.fail();
    (await run.next()).keep();
    await run.ingest.flush();
    expect(run.outcomes()).toEqual(['a1: QUEUE_UNAVAILABLE', 'a2']);
  });

  it('passes on its own error, and any other as the cause of QUEUE_UNAVAILABLE', async () => {
    const run = createRun({ ackTimeoutMs: 1 });
    const errors = [new StepCloudError('QUEUE_UNAVAILABLE', 'not connected'), new Error('ECONNREFUSED')];
    for (const error of errors) {
      run.accept('a1');
      (await run.next()).fail(error);
      await run.ingest.flush();
    }
    const [own, other] = run.called.map(({ error }) => error);
    expect(own).toBe(errors[0]);
    expect(other).toMatchObject({ code: 'QUEUE_UNAVAILABLE', cause: errors[1] });
  });
});

describe('numbers', () => {
  it('count the messages of each gateway from 1, across batches', async () => {
    const run = createRun();
    run.accept('a1', 'b1', 'a2');
    const first = await run.next();
    run.accept('b2', 'a3');
    first.keep();
    const second = await run.next();
    expect([numbers(first), numbers(second)]).toEqual([
      ['a1', 'b1', 'a2'],
      ['b2', 'a3'],
    ]);
  });

  it('of messages that were not acknowledged are told with every batch until one was delivered, and then no more', async () => {
    const run = createRun({ ackTimeoutMs: 1 });
    const batches: Attempt[] = [];
    for (const [names, arrives] of [
      [['a1', 'a2', 'b1'], false],
      [['a3'], false],
      [['b2'], true],
      [['a4'], true],
    ] as const) {
      run.accept(...names);
      const attempt = await run.next();
      batches.push(attempt);
      arrives ? attempt.keep() : attempt.fail();
      await run.ingest.flush();
    }
    expect(batches.map(voided)).toEqual([{}, { [A]: [[1, 2]], [B]: [[1, 1]] }, { [A]: [[1, 3]], [B]: [[1, 1]] }, {}]);
    expect(batches.map(numbers)).toEqual([['a1', 'a2', 'b1'], ['a3'], ['b2'], ['a4']]);
  });

  it('that are void are told with every attempt to send a batch, so also with the one that arrives', async () => {
    const run = createRun({ ackTimeoutMs: 600 });
    run.accept('a1', 'b1');
    while (run.called.length < 2) if ((await run.pending()) > 0) (await run.next()).fail();
    run.accept('b2');
    const first = await run.next();
    first.fail();
    const second = await run.next();
    second.keep();
    run.accept('a2');
    const third = await run.next();
    expect([first, second, third].map(voided)).toEqual([
      { [A]: [[1, 1]], [B]: [[1, 1]] },
      { [A]: [[1, 1]], [B]: [[1, 1]] },
      {},
    ]);
  });

  it('of a batch that was given up and then failed to be told are told again, with those of the batch that told them', async () => {
    const run = createRun({ ackTimeoutMs: 1 });
    const told = [];
    for (const [name, arrives] of [
      ['a1', false],
      ['b1', false],
      ['b2', true],
    ] as const) {
      run.accept(name);
      const attempt = await run.next();
      told.push(voided(attempt));
      arrives ? attempt.keep() : attempt.fail();
      await run.ingest.flush();
    }
    expect(told).toEqual([{}, { [A]: [[1, 1]] }, { [A]: [[1, 1]], [B]: [[1, 1]] }]);
  });

  it('that were void apart from each other are told apart', async () => {
    const run = createRun({ ackTimeoutMs: 1 });
    for (const arrives of [false, true, false]) {
      run.accept('a');
      const attempt = await run.next();
      arrives ? attempt.keep() : attempt.fail();
      await run.ingest.flush();
    }
    run.accept('b');
    expect(voided(await run.next())).toEqual({ [A]: [[3, 3]] });
  });
});

describe('flush', () => {
  it('resolves at once when nothing waits', async () => {
    await createRun({ shards: 3 }).ingest.flush();
  });

  it('waits until everything was called back, what was accepted meanwhile too', async () => {
    const run = createRun({ batch: { maxMessages: 1 } });
    run.accept('a1', 'a2');
    let flushed = false;
    const flushing = run.ingest.flush().then(() => (flushed = true));
    (await run.next()).keep();
    const second = await run.next();
    expect([flushed, run.outcomes()]).toEqual([false, ['a1']]);
    run.accept('a3');
    second.keep();
    (await run.next()).keep();
    await flushing;
    expect(run.outcomes()).toEqual(['a1', 'a2', 'a3']);
  });

  it('resolves when what waited has failed', async () => {
    const run = createRun({ ackTimeoutMs: 1 });
    run.accept('a1');
    const flushing = run.ingest.flush();
    (await run.next()).fail();
    await flushing;
    expect(run.outcomes()).toEqual(['a1: QUEUE_UNAVAILABLE']);
  });
});

describe('shards', () => {
  it('one of a gateway is always the same, of any number of them each gets its part, and the id may be in capitals', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 1, max: 64 }), (id, shards) => {
        const shard = shardOf(id, shards);
        expect(shard).toBe(shardOf(id.toUpperCase(), shards));
        expect(Number.isInteger(shard) && shard >= 0 && shard < shards).toBe(true);
      }),
    );
    const ids = fc.sample(fc.uuid({ version: [4, 7] }), 1000);
    expect(new Set(ids.map((id) => shardOf(id, 8))).size).toBe(8);
  });

  it('the messages of a gateway take its own, and what is stuck in one does not hold up another', async () => {
    const run = createRun({ shards: 2 });
    expect(shardOf(A, 2)).not.toBe(shardOf(B, 2));
    run.accept('a1', 'b1');
    const attempts = [await run.next(), await run.next()];
    const of = (gateway: string) =>
      attempts.find(({ envelope }) => envelope.messages[0]?.gatewayId === gateway) as Attempt;
    expect([of(A).batch.shard, of(B).batch.shard]).toEqual([shardOf(A, 2), shardOf(B, 2)]);
    run.accept('b2', 'a2');
    of(B).keep();
    const more = await run.next();
    expect([more.batch.shard, payloads(more)]).toEqual([shardOf(B, 2), ['b2']]);
    expect(run.outcomes()).toEqual(['b1']);
  });
});

describe('whatever arrives and whatever the queue answers', () => {
  const step = fc.record({
    names: fc.array(fc.constantFrom('a', 'b', 'pass'), { maxLength: 5 }),
    arrives: fc.boolean(),
  });

  it('each message is called back once and in turn, and its number is either delivered or told to be void', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 12 }),
        fc.integer({ min: 1, max: 4 }),
        async (steps, maxMessages) => {
          const run = createRun({ ackTimeoutMs: 1, batch: { maxMessages } });
          const delivered: Attempt[] = [];
          const names: string[] = [];
          for (const { names: arriving, arrives } of [...steps, { names: ['a', 'b'], arrives: true }]) {
            for (const kind of arriving) {
              const name = `${kind}${names.length}`;
              names.push(name);
              if (kind === 'pass') run.pass(name);
              else run.accept(name);
            }
            while (run.called.length < names.length) {
              if ((await run.pending()) === 0) continue;
              const attempt = await run.next();
              if (arrives) delivered.push(attempt);
              arrives ? attempt.keep() : attempt.fail();
            }
          }
          expect(run.called.map(({ name }) => name)).toEqual(names);
          const acknowledged = run.called
            .filter(({ name, error }) => !error && !name.startsWith('pass'))
            .map(({ name }) => name);
          expect(delivered.flatMap(payloads)).toEqual(acknowledged);
          for (const gateway of [A, B]) {
            const seen = delivered.flatMap(({ envelope }) =>
              envelope.messages.filter((of) => of.gatewayId === gateway).map((of) => of.number),
            );
            const void_ = delivered.flatMap(({ envelope }) =>
              (envelope.voided.get(gateway) ?? []).flatMap(([first, last]) => upTo(first, last)),
            );
            expect([...seen, ...void_].sort((a, b) => a - b)).toEqual(upTo(1, Math.max(...seen)));
          }
        },
      ),
    );
  });
});

function upTo(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
