import { Agent as HttpAgent, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import type { IClientOptions } from 'mqtt';
import type { TestGateway, World } from '../support/world.ts';

/** Messages of one gateway that wait for their acknowledgement together; over HTTP no more are taken. */
const MQTT_WINDOW = 20;
const HTTP_WINDOW = 4;
const HTTP_TIMEOUT_MS = 5_000;
/** One of so many messages is refused, and becomes a dead letter. */
export const BAD_EACH = 50;

export interface Sender {
  readonly gateway: TestGateway;
  acknowledged: number;
  /** The longest that it was without a connection, in milliseconds; over HTTP, that a message was on its way. */
  away: number;
  /** How often it was turned away: by a CONNACK that lets nobody in. */
  refused: number;
}

export const createSender = (gateway: TestGateway): Sender => ({ gateway, acknowledged: 0, away: 0, refused: 0 });

export interface Load {
  /** Messages of each gateway. */
  messages: number;
  /** Over how long they are spread, at least. */
  seconds: number;
  /** Time of the first reading. */
  from: number;
  /** Whether no more is to be sent, though there is more. */
  isOver?(): boolean;
}

type Send = (payload: string) => Promise<unknown>;

export const isBad = (n: number): boolean => n % BAD_EACH === BAD_EACH - 1;

/** The n-th message of a gateway: a reading of a time of its own, or what no reading can be. */
function messageOf(n: number, from: number): string {
  return JSON.stringify({ ts: from + n, values: { n: isBad(n) ? { refused: n } : n } });
}

/** Sends each message until it is acknowledged, a few at a time. */
async function sendAll(sender: Sender, load: Load, window: number, send: Send): Promise<void> {
  const { messages, seconds, from, isOver = () => false } = load;
  const startedAt = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let n = next++; n < messages && !isOver(); n = next++) {
      const early = (n / messages) * seconds * 1000 - (performance.now() - startedAt);
      if (early > 0) await delay(early);
      await send(messageOf(n, from));
      sender.acknowledged++;
    }
  };
  await Promise.all(Array.from({ length: window }, lane));
}

/** A gateway on MQTT.js as people use it: it connects again by itself and sends again what was not acknowledged. */
export async function connectSender(world: World, target: IClientOptions, qos: 1 | 2, sender: Sender) {
  const { gateway } = sender;
  const options = {
    ...target,
    reconnectPeriod: 200,
    connectTimeout: 3_000,
    keepalive: 10,
    reconnectOnConnackError: true,
  };
  const client = await world.connect(gateway, options);
  client.on('error', (error) => {
    if (/^Connection refused/.test(error.message)) sender.refused++;
  });
  let closedAt: number | undefined;
  client.on('close', () => {
    closedAt ??= performance.now();
  });
  // Not at `connect`: that comes when all that was under way was sent again.
  client.on('packetreceive', ({ cmd }) => {
    if (cmd !== 'connack') return;
    sender.away = Math.max(sender.away, performance.now() - (closedAt ?? performance.now()));
    closedAt = undefined;
  });
  const topic = `v1/gateways/${gateway.id}/devices/faults/readings`;
  // MQTT.js gives up what it was asked to send while it sent again what was left of the connection before, when that breaks.
  const send: Send = async (payload) => {
    const isAcknowledged = () =>
      client.publishAsync(topic, payload, { qos }).then(
        () => true,
        () => false,
      );
    while (!(await isAcknowledged())) await delay(200);
  };
  return (load: Load) => sendAll(sender, load, MQTT_WINDOW, send);
}

/** A gateway without MQTT: it sends the same again until it is told that it is taken. `ca`: whom it trusts over TLS. */
export async function sendByHttp(origin: string, load: Load, sender: Sender, ca?: Buffer): Promise<void> {
  const { id, token } = sender.gateway;
  const url = `${origin}/gateway/api/v1/readings?device=faults`;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const agent = ca ? new HttpsAgent({ keepAlive: true, ca }) : new HttpAgent({ keepAlive: true });
  const send: Send = async (body) => {
    for (const since = performance.now(); ; ) {
      const status = await post(url, { headers, agent }, body);
      if (status === 202) {
        sender.away = Math.max(sender.away, performance.now() - since);
        return;
      }
      if (status !== 0 && status !== 429 && status < 500) throw new Error(`${id}: HTTP answers ${status}`);
      await delay(200);
    }
  };
  await sendAll(sender, load, HTTP_WINDOW, send);
  agent.destroy();
}

/** The status of the answer, or 0 where none came in time. */
function post(url: string, options: { headers: Record<string, string>; agent: HttpAgent }, body: string) {
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  return new Promise<number>((resolve) => {
    const signal = AbortSignal.timeout(HTTP_TIMEOUT_MS);
    const sending = request(url, { method: 'POST', ...options, signal }, (answer) => {
      answer.once('end', () => resolve(answer.statusCode as number));
      answer.once('error', () => resolve(0));
      answer.resume();
    });
    sending.once('error', () => resolve(0));
    sending.end(body);
  });
}
