import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { type FixedHeader, readFixedHeader } from '../../src/broker/packets.ts';
import { createWorld, type TestGateway, type World } from '../support/world.ts';
import { heldBytes } from './memory.ts';
import { connectOf, openRaw, type RawClient } from './raw.ts';
import {
  disconnect,
  frame,
  lengthOf,
  pingreq,
  publish,
  pubrel,
  split,
  subscribe,
  uint16,
  unsubscribe,
} from './wire.ts';

/** `npm run soak` asks for a million, by another seed each time. */
const PACKETS = Number(process.env.STEPCLOUD_FUZZ_PACKETS ?? 1_500);
const SEED = Number(process.env.STEPCLOUD_FUZZ_SEED ?? (process.env.STEPCLOUD_FUZZ_PACKETS ? Date.now() % 1e9 : 1));
const STREAMS_TOGETHER = 32;
const GATEWAYS = 8;
/** What may be held more in the end than after the first tenth: caches fill up, but nothing of a connection stays. */
const GROWTH_BYTES = 16 << 20;
const WAIT = { timeout: 60_000, interval: 200 };
const MAX_PUBLISH_BYTES = 1 << 20;
const MAX_SMALL_BYTES = 8 * 1024;
const MAX_FILLED_BYTES = 256 * 1024;

let world: World;
let gateways: TestGateway[];

beforeAll(async () => {
  world = await createWorld();
  gateways = await Promise.all(Array.from({ length: GATEWAYS }, () => world.createGateway()));
});
afterAll(() => world.close());

/** Mulberry32: small, and the same everywhere. */
function createRandom(seed: number) {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(fraction() * limit);
  return {
    below,
    chance: (probability: number): boolean => fraction() < probability,
    one: <T>(of: readonly T[]): T => of[below(of.length)] as T,
    bytes: (length: number): Buffer => Buffer.from(Array.from({ length }, () => below(256))),
  };
}
type Random = ReturnType<typeof createRandom>;

/** A packet that a gateway may send once it is in. */
function validPacket(random: Random, { id: gatewayId }: TestGateway): Buffer {
  const id = 1 + random.below(random.chance(0.5) ? 5 : 65_535);
  if (random.chance(0.6)) {
    const device = `v1/gateways/${gatewayId}/devices/${random.one(['a', 'b', '%C3%A4'])}/readings`;
    const other = `v1/gateways/${random.one(gateways).id}/devices/a/readings`;
    const payloads = [
      JSON.stringify({ ts: Date.now() - random.below(1_000_000), values: { n: random.below(100) } }),
      JSON.stringify({ series: { s: { start: Date.now() - 5_000, step: 10, values: [1, 2, null, 3] } } }),
      random.bytes(random.below(40)),
      'x'.repeat(random.one([100, 130, 5_000, 20_000])),
    ];
    const qos = random.below(3);
    const topic = random.one([device, device, device, `${device}/ref-1`, other, 'unknown', '$SYS/broker/connection/b']);
    const flags = { dup: random.chance(0.1), retain: random.chance(0.1) };
    return publish({ topic, payload: random.one(payloads), qos, id: qos ? id : undefined, ...flags });
  }
  const filters = [`v1/gateways/${gatewayId}/down/#`, '#', '+/+', '$SYS/#', 'a/b'];
  return random.one([
    () => subscribe(id, filters.slice(random.below(4)), random.below(3)),
    () => unsubscribe(id, filters.slice(random.below(4))),
    () => pubrel(id),
    () => frame(random.one([4, 5, 7]), 0, uint16(id)),
    () => pingreq,
    () => (random.chance(0.1) ? disconnect : pingreq),
  ])();
}

type Mutation = (bytes: Buffer, random: Random, other: Buffer) => Buffer;
const MUTATIONS: readonly Mutation[] = [
  function flipBits(bytes, random) {
    const mutated = Buffer.from(bytes);
    for (let n = 1 + random.below(3); n > 0; n--) {
      const at = random.below(random.chance(0.5) ? Math.min(12, bytes.length) : bytes.length);
      mutated[at] = (mutated[at] as number) ^ (1 << random.below(8));
    }
    return mutated;
  },
  function setByte(bytes, random) {
    const mutated = Buffer.from(bytes);
    mutated[random.below(bytes.length)] = random.one([0, 1, 0x7f, 0x80, 0xff, random.below(256)]);
    return mutated;
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, random.below(bytes.length));
  },
  function duplicate(bytes) {
    return Buffer.concat([bytes, bytes]);
  },
  function splice(bytes, random, other) {
    return Buffer.concat([bytes.subarray(0, random.below(bytes.length)), other.subarray(random.below(other.length))]);
  },
  function insert(bytes, random) {
    const at = random.below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), random.bytes(1 + random.below(8)), bytes.subarray(at)]);
  },
  function editLength(bytes, random) {
    const { headerBytes, remaining } = readFixedHeader(bytes, 0) as FixedHeader;
    const claims = [0, 1, 2, remaining - 1, remaining + 1, remaining + 2, 200, 8_193, 100_000, 2_000_000, 268_435_455];
    const length = lengthOf(Math.max(0, random.one(claims)), 1 + random.below(4));
    return Buffer.concat([bytes.subarray(0, 1), length, bytes.subarray(headerBytes)]);
  },
  function editShape(bytes, random) {
    return Buffer.concat([Buffer.from([random.below(256)]), bytes.subarray(1)]);
  },
];

/** A run of packets, some of them mutated, cut into segments at random; `from` is where the mutated ones begin. */
function mutatedStream(random: Random, gateway: TestGateway, clientId: string) {
  const isInside = random.chance(0.5);
  const first = connectOf(gateway, { clientId, ...(random.chance(0.2) ? { password: 'no token' } : {}) });
  const packets = Array.from({ length: 1 + random.below(10) }, () => validPacket(random, gateway));
  if (!isInside) packets.unshift(first);
  let mutations = 0;
  const mutated = packets.map((packet, index) => {
    const isLast = index === packets.length - 1;
    if (!random.chance(0.4) && !(isLast && mutations === 0)) return packet;
    mutations++;
    return random.one(MUTATIONS)(packet, random, random.one(packets));
  });
  return { isInside, bytes: Buffer.concat(mutated), mutations };
}

/**
 * What completes the packet that the bytes leave unfinished, as the broker must read them; undefined when it will never
 * be complete, or not worth completing.
 */
function completion(bytes: Buffer): Buffer | undefined {
  const { left } = split(bytes);
  if (left.length === 0) return left;
  const header = readFixedHeader(Buffer.concat([left, Buffer.alloc(4)]), 0); // zeros end a length
  if (typeof header !== 'object') return undefined;
  const isTaken = header.remaining <= (header.type === 3 ? MAX_PUBLISH_BYTES : MAX_SMALL_BYTES);
  const missing = header.headerBytes + header.remaining - left.length;
  return isTaken && missing <= MAX_FILLED_BYTES ? Buffer.alloc(missing) : undefined;
}

const isPing = (packet: Buffer) => packet[0] === 0xc0 && (readFixedHeader(packet, 0) as FixedHeader).remaining === 0;

/** Sends a stream and sees to it that the broker closes, or answers a PINGREQ behind it. */
async function play(
  random: Random,
  gateway: TestGateway,
  clientId: string,
): Promise<{ packets: number; alive: boolean }> {
  const { isInside, bytes, mutations } = mutatedStream(random, gateway, clientId);
  const client = await openRaw(world.mqttPort);
  try {
    if (isInside) {
      client.send(connectOf(gateway, { clientId }));
      await client.until('connack');
    }
    for (let at = 0, end = 0; at < bytes.length; at = end) {
      end = at + 1 + random.below(random.one([3, 50, 5_000]));
      client.send(bytes.subarray(at, end));
    }
    const rest = completion(bytes);
    if (rest === undefined) {
      client.socket.end();
      await client.closed();
      return { packets: mutations, alive: false };
    }
    client.send(rest, pingreq);
    const pings = split(Buffer.concat([bytes, rest])).packets.filter(isPing).length + 1;
    return { packets: mutations, alive: await pongOrClose(client, pings) };
  } catch (error) {
    throw new Error(
      `${(error as Error).message}; sent ${isInside ? 'after' : 'instead of'} CONNECT: ${bytes.toString('hex')}`,
    );
  } finally {
    client.destroy();
  }
}

async function pongOrClose(client: RawClient, pings: number): Promise<boolean> {
  return client.until('pingresp', pings).then(
    () => true,
    (error) => {
      if (!client.isClosed) throw error;
      return false;
    },
  );
}

it(`survives ${PACKETS} mutated packets (seed ${SEED})`, { timeout: Math.max(120_000, PACKETS * 10) }, async () => {
  const fatal: unknown[] = [];
  const onFatal = (fault: unknown) => fatal.push(fault);
  process.on('uncaughtException', onFatal).on('unhandledRejection', onFatal);
  onTestFinished(() => void process.off('uncaughtException', onFatal).off('unhandledRejection', onFatal));
  const count = { packets: 0, streams: 0, alive: 0 };

  async function fuzz(packets: number): Promise<void> {
    const players = Array.from({ length: STREAMS_TOGETHER }, async () => {
      while (count.packets < packets) {
        const stream = count.streams++;
        const gateway = gateways[stream % GATEWAYS] as TestGateway;
        // Each stream has a seed of its own: which one runs when changes nothing in it.
        const played = await play(createRandom(SEED + stream), gateway, `fuzz-${stream}`);
        count.packets += played.packets;
        if (played.alive) count.alive++;
      }
    });
    await Promise.all(players);
  }

  await fuzz(PACKETS / 10);
  const before = await heldBytes();
  await fuzz(PACKETS);
  const { packets, streams, alive } = count;

  const good = await world.createGateway();
  const client = await world.connect(good);
  const payload = JSON.stringify({ ts: Date.now() - 1_000, values: { n: 1 } });
  await client.publishAsync(`v1/gateways/${good.id}/devices/good/readings`, payload, { qos: 1 });
  await vi.waitFor(async () => expect((await world.ledger(good.id)).stored).toBe(1), WAIT);
  let growth = 0;
  await vi.waitFor(async () => {
    growth = (await heldBytes()) - before;
    expect(growth).toBeLessThan(GROWTH_BYTES);
  }, WAIT);
  console.log(
    `fuzz: seed ${SEED}, ${packets} mutated packets in ${streams} streams, ${alive} of them still answered at the end,` +
      ` ${(growth / 2 ** 20).toFixed(1)} MiB more held`,
  );
  expect(fatal).toEqual([]);
  expect(alive).toBeGreaterThan(0);
  expect(alive).toBeLessThan(streams);
});
