import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** The first of `wanted` that is free on 127.0.0.1, or else any free port. */
export async function choosePort(wanted: number[]): Promise<number> {
  for (const port of wanted) if (await canListen(port)) return port;
  return (await canListen(0))!;
}

async function canListen(port: number): Promise<number | undefined> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return (server.address() as AddressInfo).port;
  } catch {
    return undefined;
  } finally {
    server.close();
  }
}
