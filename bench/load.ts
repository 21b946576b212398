import { connect, type Socket } from 'node:net';
import { generate } from 'mqtt-packet';

/**
 * The load generator, a process of its own: raw packets, one numeric value each, QoS 1. It writes packets by changing
 * digits of a template and counts PUBACKs by their length, so that it takes as little of the machine as it can.
 */
export interface LoadOrder {
  port: number;
  username: string;
  password: string;
  topic: string;
  connections: number;
  /** Unacknowledged messages of a connection. */
  window: number;
  messages: number;
  /** Epoch milliseconds of the first reading; each connection has a sensor and each message a millisecond of its own. */
  from: number;
  /** Messages per second over all connections, each with the time of its sending; 0 for as many as go. */
  rate: number;
}

export interface LoadReport {
  seconds: number;
  acknowledged: number;
  /** CPU seconds of this process. */
  cpuSeconds: number;
}

const PUBACK_BYTES = 4;
const CONNACK_BYTES = 4;
const TIME_DIGITS = 13;
const TIME_PLACE = '0'.repeat(TIME_DIGITS);

if (process.send) {
  process.once('message', async (order: LoadOrder) => {
    process.send?.((await run(order)) satisfies LoadReport);
    process.disconnect();
  });
}

async function run(order: LoadOrder): Promise<LoadReport> {
  const sockets = await Promise.all(Array.from({ length: order.connections }, (_, index) => open(order, index)));
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const each = Math.floor(order.messages / order.connections);
  await Promise.all(sockets.map((socket, index) => publish(socket, index, each, order)));
  const seconds = (performance.now() - startedAt) / 1000;
  const used = process.cpuUsage(cpu);
  for (const socket of sockets) socket.destroy();
  return { seconds, acknowledged: each * order.connections, cpuSeconds: (used.user + used.system) / 1e6 };
}

function open({ port, username, password }: LoadOrder, index: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const clientId = `load-${index}`;
    socket.write(
      generate({
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clean: true,
        clientId,
        keepalive: 0,
        username,
        password: Buffer.from(password),
      }),
    );
    socket.once('data', (bytes) =>
      bytes.length >= CONNACK_BYTES && bytes[3] === 0 ? resolve(socket) : reject(new Error('CONNECT refused')),
    );
    socket.once('error', reject);
  });
}

function publish(socket: Socket, connection: number, count: number, order: LoadOrder): Promise<void> {
  const payload = `{"ts":${TIME_PLACE},"values":{"sensor ${connection}":12.5}}`;
  const template = generate({
    cmd: 'publish',
    topic: order.topic,
    payload,
    qos: 1,
    messageId: 1,
    dup: false,
    retain: false,
  });
  const idOffset = template.indexOf(payload) - 2;
  const timeOffset = template.indexOf(TIME_PLACE);
  let sent = 0;
  let acknowledged = 0;
  let leftover = 0;

  function write(wanted: number): void {
    const n = Math.min(wanted, count - sent);
    if (n <= 0) return;
    const bytes = Buffer.allocUnsafe(template.length * n);
    for (let k = 0; k < n; k++) {
      const offset = k * template.length;
      template.copy(bytes, offset);
      bytes.writeUInt16BE((sent % 65_535) + 1, offset + idOffset);
      bytes.write(String(order.rate > 0 ? Date.now() : order.from + sent), offset + timeOffset, 'latin1');
      sent++;
    }
    socket.write(bytes);
  }

  return new Promise((resolve, reject) => {
    socket.on('data', (bytes) => {
      const received = leftover + bytes.length;
      const answered = Math.floor(received / PUBACK_BYTES);
      leftover = received % PUBACK_BYTES;
      acknowledged += answered;
      if (acknowledged >= count) resolve();
      else if (order.rate === 0) write(answered);
    });
    socket.once('close', () =>
      reject(new Error(`connection closed after ${acknowledged} of ${count} acknowledgements`)),
    );
    if (order.rate === 0) return write(order.window);
    const timer = setInterval(
      () => (sent < count ? write(1) : clearInterval(timer)),
      (1000 * order.connections) / order.rate,
    );
  });
}
