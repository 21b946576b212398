import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { StepCloudError } from '../errors.ts';

export interface Listener {
  readonly port: number;
  /** Stops taking connections; those that stand are left alone. */
  close(): Promise<void>;
}

/** Listens for MQTT over TCP. Throws CONFIG_INVALID when the port is taken. */
export async function listenTcp(
  { host, port }: { host: string; port: number },
  handle: (socket: Socket) => void,
): Promise<Listener> {
  const server = createServer({ noDelay: true }, handle);
  await listen(server, host, port);
  return {
    port: (server.address() as { port: number }).port,
    close: async () => {
      server.close();
    },
  };
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new StepCloudError(
      'CONFIG_INVALID',
      `cannot listen for MQTT on ${host}:${port}: ${(error as Error).message}`,
      { cause: error },
    );
  }
}
