import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/**
 * Stands in for a network of Docker: each container gets a loopback address of its own, so that all of them keep the ports
 * of docker-compose.yml, and a DNS knows them by the names of their services. Only Linux has these addresses.
 */
export interface Network {
  /** Where the DNS is: Docker's own is at 127.0.0.11. */
  readonly dns: string;
  /** A new address, under which nobody is found yet. */
  address(): string;
  /** Who is found under a name from now on. */
  name(service: string, addresses: readonly string[]): void;
  close(): Promise<void>;
}

export const hasNetwork = process.platform === 'linux';

export async function createNetwork(): Promise<Network> {
  const prefix = `127.${randomInt(1, 255)}.${randomInt(0, 255)}`;
  const names = new Map<string, readonly string[]>();
  let last = 0;
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    socket.send(answer(query, names), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    dns: `127.0.0.1:${socket.address().port}`,
    address: () => `${prefix}.${++last}`,
    name: (service, addresses) => void names.set(service, addresses),
    async close() {
      socket.close();
      await once(socket, 'close');
    },
  };
}

const HEADER_BYTES = 12;
const TYPE_A = 1;
const NXDOMAIN = 3;

/** RFC 1035: A records for the names that are known; a query has one question. */
function answer(query: Buffer, names: ReadonlyMap<string, readonly string[]>): Buffer {
  let end = HEADER_BYTES;
  const labels: string[] = [];
  for (let length = query[end] as number; length > 0; length = query[end] as number) {
    labels.push(query.toString('latin1', end + 1, end + 1 + length));
    end += 1 + length;
  }
  const type = query.readUInt16BE(end + 1);
  const question = query.subarray(HEADER_BYTES, end + 5);
  const found = names.get(labels.join('.').toLowerCase());
  const records = type === TYPE_A ? (found ?? []).map(toRecord) : [];
  const header = Buffer.alloc(HEADER_BYTES);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8580 | (found?.length ? 0 : NXDOMAIN), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([header, question, ...records]);
}

/** The name of the question, type A, class IN, valid for no time at all. */
function toRecord(address: string): Buffer {
  return Buffer.from([0xc0, HEADER_BYTES, 0, TYPE_A, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]);
}
