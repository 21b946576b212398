import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type PublishPacket } from 'aedes';
import { generate, parser } from 'mqtt-packet';
import { onTestFinished } from 'vitest';

export interface Arrival {
  topic: string;
  payload: Buffer;
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as { port: number }).port;
}

/** A real broker on a free port that can go away and come back on the same port; `arrivals` is what it has taken. */
export async function startAedes(port = 0) {
  const arrivals: Arrival[] = [];
  const broker = await Aedes.createBroker();
  broker.on('publish', (packet: PublishPacket, client) => {
    if (client) arrivals.push({ topic: packet.topic, payload: packet.payload as Buffer });
  });
  const server = createServer(broker.handle);
  const bound = await listen(server, port);
  const stop = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    await new Promise<void>((resolve) => broker.close(resolve));
    await closed;
  };
  onTestFinished(() => (server.listening ? stop() : undefined));
  return { arrivals, port: bound, url: `mqtt://127.0.0.1:${bound}`, stop };
}

/** A broker of packets: answers CONNECT by the codes given in turn (then 0), and PUBLISH only while `acknowledging`; `halfOpen` never closes. */
export async function startPacketBroker({
  connackCodes = [] as number[],
  acknowledging = true,
  halfOpen = false,
} = {}) {
  const arrivals: (Arrival & { dup: boolean })[] = [];
  const received: string[] = [];
  const withheld: { socket: Socket; messageId: number }[] = [];
  const sockets = new Set<Socket>();
  const broker = { arrivals, received, sockets, url: '', acknowledge };
  const puback = (socket: Socket, messageId: number) => socket.write(generate({ cmd: 'puback', messageId }));

  /** Answers what was withheld and from now on everything at once. */
  function acknowledge() {
    acknowledging = true;
    for (const { socket, messageId } of withheld.splice(0)) puback(socket, messageId);
  }

  const server = createServer({ allowHalfOpen: halfOpen }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    const packets = parser();
    packets.on('packet', (packet) => {
      received.push(packet.cmd);
      if (packet.cmd === 'connect') {
        socket.write(generate({ cmd: 'connack', returnCode: connackCodes.shift() ?? 0, sessionPresent: false }));
      } else if (packet.cmd === 'publish') {
        arrivals.push({ topic: packet.topic, payload: packet.payload as Buffer, dup: packet.dup });
        if (acknowledging) puback(socket, packet.messageId!);
        else withheld.push({ socket, messageId: packet.messageId! });
      }
    });
    socket.on('data', (chunk) => packets.parse(chunk));
  });
  broker.url = `mqtt://127.0.0.1:${await listen(server, 0)}`;
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return broker;
}
