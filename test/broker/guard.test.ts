import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGuard, type GuardOptions } from '../../src/broker/guard.ts';
import { type FixedHeader, readFixedHeader } from '../../src/broker/packets.ts';
import type { Pace } from '../../src/ingest/pacing.ts';
import { heldBytes } from './memory.ts';
import {
  connect,
  disconnect,
  frame,
  lengthOf,
  pingreq,
  pingresp,
  publish,
  pubrel,
  split,
  subscribe,
  uint16,
} from './wire.ts';

const KEPT = 1024;
const KEEPALIVE_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** A guard on a stream, and behind it a reader that takes what it may and answers as it is told, as Aedes would. */
function createGate(options: Partial<GuardOptions> = {}, { answering = true } = {}) {
  const clock = { now: 1_000 };
  const runs: Buffer[] = [];
  const written: Buffer[] = [];
  const closings: string[] = [];
  /** True payload sizes of the PUBLISH packets that arrived cut, undefined for whole ones. */
  const sizes: (number | undefined)[] = [];
  let unanswered = 0;
  const stream = new Duplex({
    read() {},
    write(chunk, _encoding, done) {
      written.push(chunk);
      done();
    },
  });
  const guard = createGuard(stream, {
    maxPacketBytes: 2_000,
    maxInflightMessages: 1_000,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    monotonic: () => clock.now,
    onClose: (reason) => closings.push(reason),
    ...options,
  });
  stream.on('readable', () => {
    for (let run = stream.read(); run; run = stream.read()) {
      runs.push(run);
      for (const packet of split(run).packets) {
        if ((packet[0] as number) >> 4 !== 3) continue;
        sizes.push(guard.publishArrived());
        unanswered++;
        if (answering) queueMicrotask(() => answer());
      }
    }
  });
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

  function answer(count = 1): void {
    for (; count > 0; count--) {
      unanswered--;
      guard.publishAnswered();
    }
  }

  const gate = {
    guard,
    stream,
    clock,
    runs,
    sizes,
    closings,
    written: () => Buffer.concat(written),
    unanswered: () => unanswered,
    /** Everything that was let through. */
    passed: () => Buffer.concat(runs),
    /** Each chunk arrives by itself. */
    async feed(...chunks: Buffer[]) {
      for (const chunk of chunks) {
        stream.push(chunk);
        await settled();
      }
    },
    async answer(count?: number) {
      answer(count);
      await settled();
    },
    /** Lets time pass and the guard look at it. */
    async pass(milliseconds: number) {
      clock.now += milliseconds;
      guard.tick();
      await settled();
    },
    /** CONNECT, and what Aedes does on it. */
    async open(keepaliveMs = KEEPALIVE_MS, pace?: Pace) {
      await gate.feed(connect());
      guard.open(keepaliveMs, pace);
      await settled();
      runs.length = 0;
      return gate;
    },
  };
  return gate;
}

const message = (n: number, payload = `message ${n}`) => publish({ topic: `t/${n}`, payload, qos: 1, id: n + 1 });
const messages = (count: number) => Array.from({ length: count }, (_, n) => message(n));

/** Fills what a stream holds for its client, who takes it only when told. */
function blockWrites(stream: Duplex): () => void {
  let flush = () => {};
  stream._write = (_chunk, _encoding, done) => {
    flush = done;
  };
  stream.write(Buffer.alloc(stream.writableHighWaterMark));
  return () => flush();
}

/** What Aedes gets to see of a PUBLISH that is too large. */
function cut(fields: Parameters<typeof publish>[0] & { payload: string }): Buffer {
  return publish({ ...fields, payload: fields.payload.slice(0, KEPT) });
}

describe('a guard', () => {
  it.each([1, 2, 3, 4])(
    'waits for whole packets, wherever a header with %i bytes of length is split',
    async (bytes) => {
      const payload = 'x'.repeat([10, 300, 20_000, 2_100_000][bytes - 1] as number);
      const packet = message(1, payload);
      for (let at = 1; at <= 1 + bytes + 4; at++) {
        const gate = await createGate({ maxPacketBytes: 4_000_000 }).open();
        await gate.feed(packet.subarray(0, at));
        expect(gate.runs).toEqual([]);
        await gate.feed(packet.subarray(at));
        expect(gate.passed().equals(packet)).toBe(true);
      }
    },
  );

  it('gathers a packet that comes byte by byte, and keeps the order around it', async () => {
    const gate = await createGate().open();
    const bytes = Buffer.concat([message(1), pingreq, message(2, 'x'.repeat(300)), pubrel(1), subscribe(9, ['#'])]);
    for (const byte of bytes) await gate.feed(Buffer.from([byte]));
    expect(gate.passed()).toEqual(bytes);
    for (const run of gate.runs) expect(split(run).left).toHaveLength(0);
  });

  it('holds a packet that comes byte by byte in a few pieces', async () => {
    const gate = await createGate({ maxPacketBytes: 1 << 20 }).open();
    const packet = message(1, 'x'.repeat(250_000));
    const before = await heldBytes();
    for (const byte of packet.subarray(0, -1)) {
      gate.stream.push(Buffer.allocUnsafeSlow(1).fill(byte)); // as a socket does: each with memory of its own
      gate.stream.read();
    }
    expect(gate.runs).toEqual([]);
    expect((await heldBytes()) - before).toBeLessThan(4 << 20);
    await gate.feed(packet.subarray(-1));
    expect(gate.passed().equals(packet)).toBe(true);
  });

  it('lets no more messages through together than it may, and the next when the last is answered', async () => {
    const gate = await createGate({ maxInflightMessages: 3 }, { answering: false }).open();
    await gate.feed(Buffer.concat(messages(8)));
    expect(gate.unanswered()).toBe(3);
    await gate.answer(2);
    expect(gate.runs).toHaveLength(1);
    await gate.answer();
    expect(gate.unanswered()).toBe(3);
    await gate.answer(3);
    expect(gate.unanswered()).toBe(2);
    expect(gate.passed()).toEqual(Buffer.concat(messages(8)));
  });

  it('lets no more through when each comes in a segment of its own', async () => {
    const gate = await createGate({ maxInflightMessages: 3 }, { answering: false }).open();
    await gate.feed(...messages(8));
    expect(gate.unanswered()).toBe(1);
    while (gate.unanswered() > 0) {
      expect(gate.unanswered()).toBeLessThanOrEqual(3);
      await gate.answer(gate.unanswered());
    }
    expect(gate.passed()).toEqual(Buffer.concat(messages(8)));
  });

  it('reads no further while it still has whole packets', async () => {
    const gate = await createGate({ maxInflightMessages: 10 }, { answering: false }).open();
    const chunk = Buffer.concat(messages(1_000));
    gate.stream.push(chunk);
    await gate.answer(0);
    for (let n = 0; n < 20; n++) gate.stream.push(chunk);
    for (let round = 0; round < 50; round++) await gate.answer(10);
    expect(gate.sizes).toHaveLength(510);
    expect(gate.stream.readableLength).toBe(20 * chunk.length);
  });

  it('lets other packets through between messages, in order, but not past a message that waits', async () => {
    const gate = await createGate({ maxInflightMessages: 1 }, { answering: false }).open();
    const packets = [pingreq, message(1), subscribe(1, ['a']), message(2), pubrel(2), pingreq];
    await gate.feed(Buffer.concat(packets));
    expect(gate.passed()).toEqual(Buffer.concat(packets.slice(0, 2)));
    await gate.answer();
    expect(gate.passed()).toEqual(Buffer.concat(packets.slice(0, 4)));
    await gate.answer();
    expect(gate.passed()).toEqual(Buffer.concat(packets));
  });

  it('lets nothing through while the client does not read what it was answered', async () => {
    const gate = await createGate().open();
    const flush = blockWrites(gate.stream);
    await gate.feed(pingreq, pingreq);
    expect(gate.runs).toEqual([]);
    flush();
    await gate.answer(0);
    expect(gate.passed()).toEqual(Buffer.concat([pingreq, pingreq]));
  });

  it('lets CONNECT through and nothing more before CONNACK', async () => {
    const gate = createGate();
    await gate.feed(Buffer.concat([connect(), message(1), message(2)]), message(3));
    expect(gate.passed()).toEqual(connect());
    gate.guard.open(KEEPALIVE_MS);
    await gate.answer(0);
    expect(gate.passed()).toEqual(Buffer.concat([connect(), message(1), message(2), message(3)]));
  });

  it('reads no more before CONNACK than a CONNECT may have, and the rest after it', async () => {
    const gate = createGate();
    const begin = Buffer.concat([connect(), ...messages(2_000)]);
    await gate.feed(begin);
    expect(gate.stream.readableLength).toBeGreaterThan(begin.length - 10_000);
    gate.guard.open(KEEPALIVE_MS);
    await gate.feed(message(2_000));
    expect(gate.passed()).toEqual(Buffer.concat([begin, message(2_000)]));
  });

  it('takes a CONNECT of 8 KiB', async () => {
    const gate = createGate();
    const longest = connect({ clientId: 'x'.repeat(8_192 - 12) });
    expect(split(longest)).toMatchObject({ packets: [{ length: 8_192 + 3 }] });
    await gate.feed(longest);
    expect(gate.passed()).toEqual(longest);
  });
});

describe('a PUBLISH that is too large', () => {
  const large = (n: number, qos = 1) => {
    const fields = { topic: `large/${n}`, payload: `${n}`.repeat(3_000), qos, id: qos ? n : undefined };
    return { packet: publish(fields), beginning: cut(fields), size: fields.payload.length };
  };

  it.each([0, 1, 2])('is cut at QoS %i, wherever it is split', async (qos) => {
    const { packet, beginning, size } = large(1, qos);
    const payloadAt = packet.length - 3_000;
    const inHead = Array.from({ length: payloadAt + 2 }, (_, n) => n + 1);
    const endOfKept = [-1, 0, 1].map((n) => payloadAt + KEPT + n);
    for (const at of [...inHead, ...endOfKept, packet.length - 1]) {
      const gate = await createGate().open();
      await gate.feed(message(1), packet.subarray(0, at));
      expect(gate.passed()).toEqual(message(1));
      await gate.feed(packet.subarray(at), message(2));
      expect(gate.passed()).toEqual(Buffer.concat([message(1), beginning, message(2)]));
      expect(gate.sizes).toEqual([undefined, size, undefined]);
    }
  });

  it.each([
    ['in one segment', (bytes: Buffer) => [bytes]],
    ['byte by byte', (bytes: Buffer) => Array.from(bytes, (byte) => Buffer.from([byte]))],
    ['in pieces', (bytes: Buffer) => Array.from({ length: 40 }, (_, n) => bytes.subarray(n * 700, n * 700 + 700))],
  ])('keeps its place behind, before and between others, %s', async (_, cutUp) => {
    const gate = await createGate().open();
    const [first, second, third] = [large(1, 2), large(2, 0), large(3)];
    const packets = [message(1), first.packet, second.packet, message(2), pingreq, third.packet, message(3)];
    await gate.feed(...cutUp(Buffer.concat(packets)).filter(({ length }) => length > 0));
    expect(gate.passed()).toEqual(
      Buffer.concat([message(1), first.beginning, second.beginning, message(2), pingreq, third.beginning, message(3)]),
    );
    expect(gate.sizes).toEqual([undefined, first.size, second.size, undefined, third.size, undefined]);
  });

  it('waits its turn behind messages that are not answered', async () => {
    const gate = await createGate({}, { answering: false }).open();
    const { packet, beginning } = large(1);
    await gate.feed(message(1), packet, message(2));
    expect(gate.passed()).toEqual(message(1));
    await gate.answer();
    expect(gate.passed()).toEqual(Buffer.concat([message(1), beginning, message(2)]));
  });

  it('passes by in constant memory', async () => {
    const gate = await createGate().open();
    const size = 64 << 20;
    const body = Buffer.concat([publish({ topic: 'huge' }).subarray(2)]);
    const before = process.memoryUsage().arrayBuffers;
    await gate.feed(Buffer.concat([Buffer.from([0x30]), lengthOf(size), body]));
    const chunk = Buffer.alloc(65_536, 'x');
    for (let left = size - body.length; left > 0; left -= chunk.length) {
      await gate.feed(chunk.subarray(0, Math.min(chunk.length, left)));
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 << 20);
    expect(gate.sizes).toEqual([size - body.length]);
    expect(gate.passed()).toEqual(publish({ topic: 'huge', payload: 'x'.repeat(KEPT) }));
  });

  it('is not read at all beyond 64 MiB', async () => {
    const gate = await createGate().open();
    await gate.feed(Buffer.concat([Buffer.from([0x30]), lengthOf((64 << 20) + 1)]));
    expect(gate.closings).toEqual([`a packet of ${(64 << 20) + 1} bytes`]);
    expect(gate.stream.destroyed).toBe(true);
  });

  it.each([
    ['packet id 0', publish({ topic: 'a', qos: 1, id: 0, payload: 'x'.repeat(3_000) })],
    ['QoS 3', publish({ topic: 'a', qos: 3, id: 1, payload: 'x'.repeat(3_000) })],
    ['an ill-formed topic', publish({ topic: Buffer.from([0xff]), payload: 'x'.repeat(3_000) })],
    ['a topic longer than itself', frame(3, 0, Buffer.concat([uint16(65_535), Buffer.alloc(3_000, 'x')]))],
  ])('is refused with %s', async (_, packet) => {
    const gate = await createGate().open();
    await gate.feed(packet, message(1));
    expect(gate.runs).toEqual([]);
    expect(gate.closings).toHaveLength(1);
  });
});

describe('a connection is closed, and told why once,', () => {
  it.each<[string, Buffer, string]>([
    ['when the first packet is not CONNECT', pingreq, 'the first packet is not CONNECT'],
    ['for that as soon as the header is there', frame(3, 0, Buffer.alloc(0), 200), 'the first packet is not CONNECT'],
    ['for a CONNECT over 8 KiB, at its header', frame(1, 0, Buffer.alloc(0), 8_193), 'a packet of 8193 bytes'],
    ['for the longest CONNECT', frame(1, 0, Buffer.alloc(0), 268_435_455), 'a packet of 268435455 bytes'],
    ['for a length of five bytes', Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff]), 'a length of more than four bytes'],
    ['for a CONNECT at fault', connect({ protocol: 'hj' }), 'another protocol than MQTT'],
  ])('%s', async (_, bytes, reason) => {
    const gate = createGate();
    await gate.feed(bytes);
    expect(gate.closings).toEqual([reason]);
    expect(gate.stream.destroyed).toBe(true);
    expect(gate.runs).toEqual([]);
    await gate.pass(CONNECT_TIMEOUT_MS * 2);
    expect(gate.closings).toHaveLength(1);
  });

  it.each<[string, Buffer, string]>([
    ['for a SUBSCRIBE over 8 KiB, at its header', frame(8, 2, Buffer.alloc(0), 8_193), 'a packet of 8193 bytes'],
    ['for nine filters', subscribe(1, [...'123456789']), '9 filters in one packet'],
    ['for QoS 3', publish({ topic: 'a', qos: 3, id: 1 }), 'QoS 3'],
    ['for packet id 0', publish({ topic: 'a', qos: 1, id: 0 }), 'packet id 0'],
    ['for a CONNACK', frame(2, 0, uint16(0)), 'a packet of type 2, which no client sends'],
    ['for a length of five bytes', Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80]), 'a length of more than four bytes'],
  ])('after CONNACK %s, with nothing of its segment let through', async (_, bytes, reason) => {
    const gate = await createGate({ maxPacketBytes: 1 << 20 }).open();
    await gate.feed(Buffer.concat([message(1), bytes]));
    expect(gate.closings).toEqual([reason]);
    expect(gate.runs).toEqual([]);
  });

  it.each<[string, Buffer, number]>([
    ['an unknown level of the protocol', connect({ level: 5 }), 1],
    ['an empty client id without a clean session', connect({ clientId: '', clean: false }), 2],
  ])('with a CONNACK for %s', async (_, packet, code) => {
    const gate = createGate();
    await gate.feed(packet);
    expect(gate.written()).toEqual(frame(2, 0, uint16(code)));
    expect(gate.stream.destroyed).toBe(true);
    expect(gate.runs).toEqual([]);
    expect(gate.closings).toEqual([`CONNECT refused with code ${code}`]);
  });
});

describe('time', () => {
  it('ends a connection that sends nothing, or not enough for a CONNECT', async () => {
    const silent = createGate();
    const slow = createGate();
    const packet = connect();
    for (let n = 0; n < CONNECT_TIMEOUT_MS / 500; n++) {
      await slow.feed(packet.subarray(n, n + 1));
      await slow.pass(500);
      await silent.pass(500);
    }
    expect([silent.closings, slow.closings]).toEqual([[], []]);
    await silent.pass(1);
    await slow.pass(1);
    expect([silent.closings, slow.closings]).toEqual([
      ['CONNECT was not done in time'],
      ['CONNECT was not done in time'],
    ]);
  });

  it('ends a connection whose authentication takes too long', async () => {
    const gate = createGate();
    await gate.feed(connect());
    await gate.pass(CONNECT_TIMEOUT_MS + 1);
    expect(gate.closings).toEqual(['CONNECT was not done in time']);
  });

  it('ends one that is silent for one and a half of its keepalive, and no other', async () => {
    const gate = await createGate().open(1_200_000);
    await gate.pass(1_790_000);
    await gate.feed(pingreq);
    await gate.pass(1_800_000);
    expect(gate.closings).toEqual([]);
    await gate.pass(1);
    expect(gate.closings).toEqual(['silent for longer than its keepalive']);
  });

  it('ends one that only trickles, but none that is slow', async () => {
    const packet = publish({ topic: 'slow', payload: 'x'.repeat(1_900) });
    const [trickling, slow] = [await createGate().open(), await createGate().open()];
    for (let at = 0; at < packet.length; at += 100) {
      await trickling.feed(packet.subarray(at / 100, at / 100 + 1));
      await slow.feed(packet.subarray(at, at + 100));
      await trickling.pass(1_000);
      await slow.pass(1_000);
    }
    expect(trickling.closings).toEqual(['silent for longer than its keepalive']);
    expect(slow.closings).toEqual([]);
    expect(slow.passed()).toEqual(packet);
  });

  it('ends one that does not read what it is answered, and none that reads slowly', async () => {
    const [frozen, slow] = [await createGate().open(), await createGate().open()];
    blockWrites(frozen.stream);
    for (let n = 0; n < 10; n++) {
      const flush = blockWrites(slow.stream);
      await slow.pass(500);
      flush();
      await slow.feed(pingreq);
      await slow.pass(500);
      expect(frozen.closings).toEqual([]);
      await frozen.pass(500);
    }
    await frozen.pass(1);
    expect(frozen.closings).toEqual(['does not read what it is answered']);
    expect(slow.closings).toEqual([]);
  });

  it('stands still while it is we who do not read', async () => {
    const gate = await createGate({}, { answering: false }).open();
    await gate.feed(message(1));
    for (let n = 0; n < 100; n++) await gate.pass(1_000);
    await gate.answer();
    await gate.pass(KEEPALIVE_MS * 1.5);
    expect(gate.closings).toEqual([]);
    await gate.pass(1);
    expect(gate.closings).toHaveLength(1);
  });
});

describe('a PINGREQ behind messages that wait', () => {
  const paused = async (options?: Partial<GuardOptions>) => {
    const gate = await createGate(options, { answering: false }).open();
    await gate.feed(message(1));
    return gate;
  };

  it('is answered out of turn after a quarter of the keepalive, once, and everything else keeps its order', async () => {
    const gate = await paused();
    await gate.feed(Buffer.concat([message(2), pingreq, message(3)]), pubrel(1), pingreq);
    await gate.pass(KEEPALIVE_MS / 4);
    expect(gate.written()).toHaveLength(0);
    await gate.pass(1);
    expect(gate.written()).toEqual(Buffer.concat([pingresp, pingresp]));
    await gate.pass(500);
    await gate.feed(message(4), pingreq);
    await gate.pass(500);
    expect(gate.written()).toEqual(Buffer.concat([pingresp, pingresp, pingresp]));
    expect(gate.unanswered()).toBe(1);
    await gate.answer();
    expect(gate.passed()).toEqual(Buffer.concat([message(1), message(2), message(3), pubrel(1), message(4)]));
  });

  it('is found among what was read before each pause', async () => {
    const gate = await createGate({ maxInflightMessages: 1 }, { answering: false }).open();
    await gate.feed(Buffer.concat([message(1), message(2), pingreq]));
    await gate.pass(KEEPALIVE_MS);
    expect(gate.written()).toEqual(pingresp);
    await gate.answer();
    await gate.answer();
    expect(gate.passed()).toEqual(Buffer.concat([message(1), message(2)]));
    await gate.feed(Buffer.concat([message(3), message(4), pingreq]));
    await gate.pass(KEEPALIVE_MS);
    expect(gate.written()).toEqual(Buffer.concat([pingresp, pingresp]));
  });

  it('is found when it is split, and when a packet behind it is', async () => {
    const gate = await paused();
    await gate.feed(pingreq.subarray(0, 1));
    await gate.pass(KEEPALIVE_MS);
    await gate.feed(Buffer.concat([pingreq.subarray(1), message(2).subarray(0, 5)]));
    await gate.pass(KEEPALIVE_MS);
    expect(gate.written()).toEqual(pingresp);
    await gate.answer();
    await gate.feed(message(2).subarray(5));
    expect(gate.passed()).toEqual(Buffer.concat([message(1), message(2)]));
  });

  it('is not seen in the payload of a message, nor where it is malformed', async () => {
    const gate = await paused();
    const pings = Buffer.concat([pingreq, pingreq]).toString('latin1');
    const decoy = publish({ topic: 'a', payload: Buffer.from(pings, 'latin1') });
    const malformed = frame(12, 5);
    await gate.feed(decoy, malformed);
    await gate.pass(KEEPALIVE_MS);
    expect(gate.written()).toHaveLength(0);
    await gate.answer();
    expect(gate.passed()).toEqual(Buffer.concat([message(1), decoy, malformed]));
  });

  it('is not looked for beyond a megabyte', async () => {
    const gate = await paused({ maxPacketBytes: 200_000 });
    const block = publish({ topic: 'a', payload: 'x'.repeat(100_000) });
    for (let n = 0; n < 20; n++) {
      await gate.feed(block);
      await gate.pass(KEEPALIVE_MS);
    }
    expect(gate.stream.readableLength).toBe(20 * block.length - Math.ceil((1 << 20) / block.length) * block.length);
    await gate.answer();
    while (gate.unanswered() > 0) await gate.answer(gate.unanswered());
    expect(gate.sizes).toHaveLength(21);
  });

  it('does not mix up the sizes of messages that were cut', async () => {
    const gate = await createGate({ maxInflightMessages: 1 }, { answering: false }).open();
    const large = { topic: 'large', payload: 'x'.repeat(5_000), qos: 1, id: 9 };
    await gate.feed(Buffer.concat([message(1), publish(large), pingreq, message(2)]));
    await gate.pass(KEEPALIVE_MS);
    expect(gate.written()).toEqual(pingresp);
    while (gate.unanswered() > 0) await gate.answer();
    expect(gate.passed()).toEqual(Buffer.concat([message(1), cut(large), message(2)]));
    expect(gate.sizes).toEqual([undefined, 5_000, undefined]);
  });
});

/** Packets of a client that is in, with what of each must come out. */
const packets = fc.oneof(
  fc
    .constantFrom(pingreq, pubrel(7), subscribe(3, ['a/b', '#']), disconnect)
    .map((packet) => [packet, packet] as const),
  fc
    .record({
      topic: fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => text.isWellFormed() && !/\0/.test(text)),
      payload: fc.integer({ min: 0, max: 2_500 }).map((length) => 'p'.repeat(length)),
      qos: fc.integer({ min: 0, max: 2 }),
      id: fc.integer({ min: 1, max: 65_535 }),
      dup: fc.boolean(),
    })
    .map(({ id, ...rest }) => {
      const fields = { ...rest, id: rest.qos > 0 ? id : undefined };
      const packet = publish(fields);
      const { remaining } = readFixedHeader(packet, 0) as FixedHeader;
      return [packet, remaining > 1_500 ? cut(fields) : packet] as const;
    }),
);

describe('a connection that is to be slower', () => {
  /** Lets as many messages go as it is told. */
  function createPace() {
    const pace = { room: 0, spent: [] as [number, number][], release: () => {}, isEnded: false };
    return Object.assign(pace, {
      ask(release: () => void) {
        pace.release = release;
        return pace.room;
      },
      spend(count: number, bytes: number) {
        pace.room -= count;
        pace.spent.push([count, bytes]);
      },
      end() {
        pace.isEnded = true;
      },
    });
  }
  async function openSlow(room: number, answering = true) {
    const pace = createPace();
    const gate = await createGate({}, { answering }).open(KEEPALIVE_MS, pace);
    pace.room = room;
    return { pace, gate };
  }

  it('lets as many messages through as may go, in order, and the rest when it is called', async () => {
    const { pace, gate } = await openSlow(2);
    const sent = messages(5);
    await gate.feed(Buffer.concat(sent));
    expect(gate.passed().equals(Buffer.concat(sent.slice(0, 2)))).toBe(true);
    expect(pace.spent).toEqual([[2, 2 * (sent[0] as Buffer).length]]);
    pace.room = 10;
    pace.release();
    await gate.feed();
    await gate.answer(0);
    expect(gate.passed().equals(Buffer.concat(sent))).toBe(true);
    expect(pace.room).toBe(7);
  });

  it('lets what is no message through, up to the first that waits', async () => {
    const { gate } = await openSlow(0);
    await gate.feed(Buffer.concat([pingreq, subscribe(1, ['a']), message(1), pingreq]));
    expect(gate.passed().equals(Buffer.concat([pingreq, subscribe(1, ['a'])]))).toBe(true);
  });

  it('reads no more than a little ahead while it waits', async () => {
    const { gate } = await openSlow(0);
    for (let n = 0; n < 100; n++) await gate.feed(message(n, 'x'.repeat(1_900)));
    expect(gate.passed()).toHaveLength(0);
    expect(gate.stream.readableLength).toBeGreaterThan(95 * 1_900);
  });

  it('lets one message through per third of the keepalive all the same', async () => {
    const { gate } = await openSlow(0);
    await gate.feed(Buffer.concat(messages(10)));
    expect(gate.sizes).toHaveLength(0);
    for (let n = 1; n <= 3; n++) {
      await gate.pass(KEEPALIVE_MS / 3 + 1);
      expect(gate.sizes).toHaveLength(n);
    }
  });

  it('is not closed for its silence, however long it waits, and its PINGREQs are answered', async () => {
    const { pace, gate } = await openSlow(0);
    await gate.feed(Buffer.concat(messages(100)));
    for (let n = 0; n < 20; n++) {
      await gate.feed(pingreq);
      for (let step = 0; step < 10; step++) await gate.pass(KEEPALIVE_MS / 10);
    }
    expect(gate.closings).toEqual([]);
    expect(gate.written().length / pingresp.length).toBe(20);
    pace.room = 1_000;
    pace.release();
    for (let n = 0; n < 3; n++) await gate.pass(1);
    expect(gate.sizes).toHaveLength(100);
    for (let n = 0; n < 40; n++) await gate.pass(KEEPALIVE_MS / 10);
    expect(gate.closings).toHaveLength(1); // now it is silent
  });

  it('answers PINGREQs behind messages of which some go all the time', async () => {
    const { pace, gate } = await openSlow(0);
    await gate.feed(Buffer.concat([...messages(1_000), pingreq]));
    for (let n = 0; n < 40; n++) {
      pace.room = 1;
      pace.release();
      await gate.pass(KEEPALIVE_MS / 100);
    }
    expect(gate.sizes.length).toBeLessThan(100);
    expect(gate.written().equals(pingresp)).toBe(true);
  });

  it('is forgotten when it ends', async () => {
    const { pace, gate } = await openSlow(0);
    await gate.feed(message(1));
    gate.stream.destroy();
    await gate.feed();
    await gate.answer(0);
    expect(pace.isEnded).toBe(true);
  });
});

describe('any sequence of packets, cut into any chunks and answered at any time,', () => {
  it('comes out as it went in, with large ones cut', async () => {
    const property = fc.asyncProperty(
      fc.array(packets, { maxLength: 30 }),
      fc.array(fc.nat({ max: 400 }), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
      async (sequence, lengths, maxInflightMessages, pausing) => {
        const options = { maxPacketBytes: 1_500, maxInflightMessages };
        const gate = await createGate(options, { answering: !pausing }).open();
        const bytes = Buffer.concat(sequence.map(([sent]) => sent));
        const chunks: Buffer[] = [];
        for (let at = 0, n = 0; at < bytes.length; n++) {
          const end = at + 1 + (lengths[n % lengths.length] as number);
          chunks.push(bytes.subarray(at, end));
          at = end;
        }
        for (const [n, chunk] of chunks.entries()) {
          await gate.feed(chunk);
          expect(gate.unanswered()).toBeLessThanOrEqual(maxInflightMessages);
          if (pausing && n % 3 === 2) await gate.answer(gate.unanswered());
        }
        while (gate.unanswered() > 0) await gate.answer(gate.unanswered());
        expect(gate.closings).toEqual([]);
        expect(gate.passed()).toEqual(Buffer.concat(sequence.map(([, seen]) => seen)));
        for (const run of gate.runs) expect(split(run).left).toHaveLength(0);
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });
});
