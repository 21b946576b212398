import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Chooser {
  readonly port: number;
  close(): Promise<void>;
}

/** A load balancer as simple as can be: each connection goes to the next of the ports that takes it. */
export async function startChooser(ports: readonly number[]): Promise<Chooser> {
  const open = new Set<Socket>();
  let turn = 0;
  const server = createServer((client) => {
    open.add(client.on('error', () => {}));
    client.once('close', () => open.delete(client));
    const first = turn++;
    const pass = (attempt: number): void => {
      if (attempt === ports.length) return void client.destroy();
      const backend = connect(ports[(first + attempt) % ports.length] as number, '127.0.0.1');
      const skip = () => pass(attempt + 1);
      backend.once('error', skip);
      backend.once('connect', () => {
        backend.off('error', skip).on('error', () => {});
        client.pipe(backend).pipe(client);
        client.once('close', () => backend.destroy());
        backend.once('close', () => client.end());
      });
    };
    pass(0);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const client of open) client.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
