import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type Packet, parser } from 'mqtt-packet';
import { createWebSocketStream, WebSocket } from 'ws';
import type { TestGateway, World } from '../support/world.ts';
import { type Connect, connect } from './wire.ts';

const DEADLINE_MS = 15_000;

/** A client that sends whatever bytes it is told to and keeps what comes back. */
export interface RawClient {
  readonly socket: Duplex;
  /** Everything that came, in order. */
  readonly received: readonly Packet[];
  readonly isClosed: boolean;
  send(...packets: Buffer[]): void;
  /** Resolves when as many packets of a kind have come; rejects when the connection ends before. */
  until(cmd: Packet['cmd'], count?: number): Promise<void>;
  /** Packet ids of all packets of a kind that have come. */
  ids(cmd: Packet['cmd']): number[];
  /** Resolves when the broker has closed the connection. */
  closed(): Promise<void>;
  destroy(): void;
}

export async function openRaw(port: number): Promise<RawClient> {
  const socket = connectSocket({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return rawClient(socket);
}

/** The same over WebSocket. */
export async function openRawWebSocket(port: number): Promise<RawClient> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/mqtt`, ['mqtt']);
  const stream = createWebSocketStream(socket);
  socket.on('close', () => stream.destroy());
  const client = rawClient(stream);
  await once(socket, 'open');
  return client;
}

function rawClient(socket: Duplex): RawClient {
  const received: Packet[] = [];
  let isClosed = false;
  let fault: string | undefined;
  let changed = () => {};
  const packets = parser();
  packets.on('packet', (packet) => received.push(packet));
  packets.on('error', (error) => (fault = error.message));
  socket.on('data', (chunk) => {
    packets.parse(chunk);
    changed();
  });
  socket.on('error', () => {}); // a reset is one way of closing
  socket.on('close', () => {
    isClosed = true;
    changed();
  });
  const of = (cmd: Packet['cmd']) => received.filter((packet) => packet.cmd === cmd);

  async function until(what: string, isDone: () => boolean, isHopeless: () => boolean): Promise<void> {
    const deadline = performance.now() + DEADLINE_MS;
    const story = () => `${what}; came: ${received.map(({ cmd }) => cmd).slice(0, 20)}${isClosed ? ', closed' : ''}`;
    while (!isDone()) {
      if (fault) throw new Error(`the broker sent what is no packet: ${fault}`);
      if (isHopeless()) throw new Error(`the broker closed without ${story()}`);
      if (performance.now() > deadline) throw new Error(`waited too long for ${story()}`);
      await Promise.race([new Promise<void>((resolve) => (changed = resolve)), delay(200, undefined, { ref: false })]);
    }
  }

  return {
    socket,
    received,
    get isClosed() {
      return isClosed;
    },
    send: (...packets) => void socket.write(Buffer.concat(packets)),
    until: (cmd, count = 1) =>
      until(
        `${count} ${cmd}`,
        () => of(cmd).length >= count,
        () => isClosed,
      ),
    ids: (cmd) => of(cmd).map(({ messageId }) => messageId as number),
    closed: () =>
      until(
        'a close',
        () => isClosed,
        () => false,
      ),
    destroy: () => socket.destroy(),
  };
}

/** The CONNECT of a gateway of the world. */
export const connectOf = ({ id, token }: TestGateway, fields: Connect = {}): Buffer =>
  connect({ username: id, password: token, ...fields });

/** A gateway's connection, past its CONNACK. */
export async function openGateway(
  world: World,
  gateway: TestGateway,
  fields: Connect = {},
  port = world.mqttPort,
): Promise<RawClient> {
  const client = await openRaw(port);
  client.send(connectOf(gateway, fields));
  await client.until('connack');
  const [connack] = client.received;
  if (connack?.cmd !== 'connack' || connack.returnCode !== 0) throw new Error(`not let in: ${JSON.stringify(connack)}`);
  return client;
}
