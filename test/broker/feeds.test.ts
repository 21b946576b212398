import type { Client } from 'aedes';
import type { IPublishPacket } from 'mqtt-packet';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { createDownlink, type Downlink } from '../../src/broker/downlink.ts';
import { type Feed, type RunningFeed, startFeed } from '../../src/broker/feeds.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { GATEWAY, startHeld } from './aedes.ts';
import type { RawClient } from './raw.ts';
import { puback, subscribe, unsubscribe } from './wire.ts';

const TOPIC = `v1/gateways/${GATEWAY}/down/errors`;
const WAIT = { timeout: 10_000, interval: 5 };
const SECOND = 1_000;

let raw: RawClient;
let client: Client;
let downlink: Downlink;
let feed: RunningFeed;
/** The feed's clock. */
let now: number;
/** What the gateway is still to be told, as a database would have it, and whether that answers. */
let untold: string[];
let isAway: boolean;
let loads: number;

beforeEach(async () => {
  const held = await startHeld((done) => queueMicrotask(() => done(undefined, 'm')));
  raw = held.client;
  const { aedes, connections } = held;
  downlink = createDownlink(aedes, connections);
  aedes.authorizeForward = downlink.authorizeForward;
  client = [...connections.open.keys()][0] as Client;
  [now, untold, isAway, loads] = [0, [], false, 0];
  const log = createLog('test', { level: 'silent', pretty: false });
  feed = startFeed(letters, { connections, downlink, monotonic: () => now, log });
  onTestFinished(() => {
    raw.destroy(); // a client that stays may still acknowledge what it was told
    return feed.close();
  });
});

/** Tells one letter at a time, until it is acknowledged. */
const letters: Feed<string> = {
  topic: 'errors',
  find: async () => (isAway ? Promise.reject(new Error('away')) : new Set(untold.length > 0 ? [GATEWAY] : [])),
  async load(listeners) {
    loads++;
    if (isAway) throw new Error('away');
    const [first] = untold;
    return new Map(first === undefined ? [] : listeners.map((listener) => [listener, first]));
  },
  async tell(listener, letter) {
    if (!(await downlink.send(listener.client, 'errors', { letter }))) return 'unheard';
    untold = untold.filter((one) => one !== letter);
    return untold.length > 0 ? 'more' : 'done';
  },
};

const heard = () =>
  raw.received
    .filter((packet): packet is IPublishPacket => packet.cmd === 'publish')
    .map(({ payload, messageId }) => ({ letter: JSON.parse(payload.toString()).letter, id: messageId as number }));
const lettersHeard = () => heard().map(({ letter }) => letter);
const acknowledge = () => raw.send(puback(heard().at(-1)?.id as number));

async function subscribeAgain(): Promise<void> {
  const before = raw.ids('suback').length;
  raw.send(subscribe(before + 1, [TOPIC], 1));
  await raw.until('suback', before + 1);
}

async function hears(...expected: string[]): Promise<void> {
  await vi.waitFor(() => expect(lettersHeard()).toEqual(expected), WAIT);
}

it('at subscription tells what there is, and a hint brings what is new, a second later at the earliest', async () => {
  untold = ['a', 'b'];
  await subscribeAgain();
  await hears('a');
  acknowledge();
  await vi.waitFor(() => expect(untold).toEqual(['b']), WAIT);
  untold.push('c');
  const before = loads;
  feed.hint([GATEWAY]);
  feed.hint([GATEWAY]);
  expect(loads).toBe(before);
  now += SECOND;
  await hears('a', 'b');
  acknowledge();
  await vi.waitFor(() => expect(untold).toEqual(['c']), WAIT);
  now += SECOND;
  await hears('a', 'b', 'c');
});

it('a hint that names others, or a gateway that does not listen, is passed over', async () => {
  untold = ['a'];
  feed.hint([GATEWAY]);
  feed.hint([]);
  await subscribeAgain();
  await hears('a');
  acknowledge();
  await vi.waitFor(() => expect(untold).toEqual([]), WAIT);
  now += SECOND;
  const before = loads;
  feed.hint(['another']);
  untold = ['b'];
  feed.hint([GATEWAY]);
  await hears('a', 'b');
  expect(loads).toBe(before + 1);
});

it('finds within seconds what no hint told it of, and at once when hints may have been missed', async () => {
  await subscribeAgain();
  untold = ['a'];
  now += 5 * SECOND;
  await hears('a');
  acknowledge();
  await vi.waitFor(() => expect(untold).toEqual([]), WAIT);
  untold = ['b'];
  now += SECOND;
  feed.hint([]);
  await hears('a', 'b');
});

it('goes on when the database was away', async () => {
  isAway = true;
  untold = ['a'];
  await subscribeAgain();
  await vi.waitFor(() => expect(loads).toBe(1), WAIT);
  isAway = false;
  now += SECOND;
  await hears('a');
});

it('tells again what was not acknowledged, and to nobody who listens no more', async () => {
  untold = ['a'];
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  await subscribeAgain();
  await vi.waitUntil(() => heard().length === 1);
  await vi.advanceTimersByTimeAsync(31_000); // the PUBACK does not come
  now += SECOND;
  await vi.waitUntil(() => heard().length === 2);
  acknowledge();
  vi.useRealTimers();
  await vi.waitFor(() => expect(untold).toEqual([]), WAIT);
  raw.send(unsubscribe(9, [TOPIC]));
  await raw.until('unsuback');
  untold = ['b'];
  now += 10 * SECOND;
  feed.hint([GATEWAY]);
  await vi.waitFor(() => expect(downlink.qosOf(client, 'errors')).toBeUndefined(), WAIT);
  await subscribeAgain();
  await hears('a', 'a', 'b');
});
