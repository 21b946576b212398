import { setImmediate as turn } from 'node:timers/promises';
import type { Aedes, Client } from 'aedes';
import type { IPublishPacket } from 'mqtt-packet';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Connections } from '../../src/broker/connections.ts';
import { createDownlink, type Downlink } from '../../src/broker/downlink.ts';
import { GATEWAY, startHeld } from './aedes.ts';
import type { RawClient } from './raw.ts';
import { disconnect, pingreq, puback, publish, subscribe, unsubscribe } from './wire.ts';

const DOWN = `v1/gateways/${GATEWAY}/down`;
const TOPIC = `${DOWN}/session`;

let aedes: Aedes;
let connections: Connections;
let downlink: Downlink;
let raw: RawClient;
let client: Client;

beforeEach(async () => {
  ({ aedes, client: raw, connections } = await startHeld((held) => queueMicrotask(() => held(undefined, 'm'))));
  downlink = createDownlink(aedes, connections);
  aedes.authorizeForward = downlink.authorizeForward;
  client = [...connections.open.keys()][0] as Client;
});
afterEach(() => {
  vi.useRealTimers();
});

const heard = () => raw.received.filter((packet): packet is IPublishPacket => packet.cmd === 'publish');
const bodies = () => heard().map(({ payload }) => JSON.parse(payload.toString()));

async function subscribed(qos: number, ...filters: string[]): Promise<void> {
  const before = raw.ids('suback').length;
  raw.send(subscribe(before + 1, filters, qos));
  await raw.until('suback', before + 1);
}

it.each([
  [1, TOPIC],
  [1, `${DOWN}/+`],
  [1, `${DOWN}/#`],
  [1, `${TOPIC}/#`],
  [1, `${DOWN}/+/#`],
  [2, TOPIC],
  [2, `${DOWN}/#`],
])('at QoS %i of %s, a message is sent at QoS 1 and done when its PUBACK comes', async (qos, filter) => {
  await subscribed(qos, filter);
  const sent = downlink.send(client, 'session', { n: 1 });
  await raw.until('publish');
  expect(heard()).toMatchObject([{ topic: TOPIC, qos: 1, retain: false, dup: false }]);
  expect(await Promise.race([sent, turn('waiting')])).toBe('waiting');
  raw.send(puback(heard()[0]?.messageId as number));
  expect(await sent).toBe(true);
});

it.each([[TOPIC], [`${DOWN}/#`]])('at QoS 0 of %s, a message is sent at QoS 0 and done', async (filter) => {
  await subscribed(0, filter);
  expect(await downlink.send(client, 'session', { n: 1 })).toBe(true);
  await raw.until('publish');
  expect(heard()).toMatchObject([{ topic: TOPIC, qos: 0 }]);
});

it.each([
  ['nothing', async () => {}],
  ['another topic', () => subscribed(1, `${DOWN}/errors`, `${DOWN}/session/x`, `${DOWN}/+/x`)],
  [
    'the topic and took it back',
    async () => {
      await subscribed(1, TOPIC);
      raw.send(unsubscribe(2, [TOPIC]));
      await raw.until('unsuback');
    },
  ],
])('who subscribed to %s is sent nothing', async (_, prepare) => {
  await prepare();
  expect(await downlink.send(client, 'session', { n: 1 })).toBe(false);
  raw.send(pingreq);
  await raw.until('pingresp');
  expect(heard()).toEqual([]);
});

it('what others want to send to a client does not reach it', async () => {
  await subscribed(1, TOPIC);
  await new Promise<void>((resolve) =>
    client.publish({ cmd: 'publish', topic: TOPIC, payload: 'x', qos: 1, retain: false, dup: false }, () => resolve()),
  );
  raw.send(pingreq);
  await raw.until('pingresp');
  expect(heard()).toEqual([]);
});

it('sends one at a time, in order, whatever else is acknowledged meanwhile', async () => {
  await subscribed(1, TOPIC);
  const sent = [1, 2, 3].map((n) => downlink.send(client, 'session', { n }));
  for (let n = 1; n <= 3; n++) {
    await raw.until('publish', n);
    const id = heard()[n - 1]?.messageId as number;
    const strays = Array.from({ length: 500 }, (_, index) => index + 1).filter((stray) => stray !== id);
    raw.send(...strays.map(puback), pingreq);
    await raw.until('pingresp', n);
    expect(bodies()).toHaveLength(n);
    raw.send(puback(id), puback(id));
  }
  expect(await Promise.all(sent)).toEqual([true, true, true]);
  expect(bodies()).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
});

it("does not mistake the client's own messages, which may have the same packet id", async () => {
  await subscribed(1, TOPIC);
  const sent = downlink.send(client, 'session', { n: 1 });
  await raw.until('publish');
  const id = heard()[0]?.messageId as number;
  const topic = `v1/gateways/${GATEWAY}/devices/d/readings`;
  raw.send(publish({ topic, payload: '{}', qos: 1, id }));
  await raw.until('puback');
  expect(raw.ids('puback')).toEqual([id]);
  expect(await Promise.race([sent, turn('waiting')])).toBe('waiting');
  raw.send(puback(id));
  expect(await sent).toBe(true);
});

it('gives up, for it and for all that waits behind it, when the client goes', async () => {
  await subscribed(1, TOPIC);
  const sent = [1, 2].map((n) => downlink.send(client, 'session', { n }));
  await raw.until('publish');
  raw.send(disconnect);
  expect(await Promise.all(sent)).toEqual([false, false]);
  expect(await downlink.send(client, 'session', { n: 3 })).toBe(false);
});

it('gives up a message that is not acknowledged; a PUBACK that comes after that counts for nothing', async () => {
  await subscribed(1, TOPIC);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const first = downlink.send(client, 'session', { n: 1 });
  await vi.waitUntil(() => heard().length === 1);
  await vi.advanceTimersByTimeAsync(31_000);
  vi.useRealTimers();
  expect(await first).toBe(false);
  const second = downlink.send(client, 'session', { n: 2 });
  await raw.until('publish', 2);
  const [one, two] = heard().map(({ messageId }) => messageId as number) as [number, number];
  raw.send(puback(one), pingreq);
  await raw.until('pingresp');
  expect(await Promise.race([second, turn('waiting')])).toBe('waiting');
  raw.send(puback(two));
  expect(await second).toBe(true);
});

it('tells of each subscription to the topic, and of no other', async () => {
  let told = 0;
  downlink.onSubscribe('session', (subscriber) => {
    expect(subscriber).toBe(client);
    told++;
  });
  await subscribed(1, `${DOWN}/errors`);
  expect(told).toBe(0);
  await subscribed(1, TOPIC);
  await subscribed(0, `${DOWN}/errors`, `${DOWN}/#`);
  expect(told).toBe(2);
});
