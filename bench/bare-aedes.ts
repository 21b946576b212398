import { createServer } from 'node:net';
import { Aedes } from 'aedes';

/** Aedes that answers PUBACK and does nothing else: what the broker is measured against. */
const aedes = await Aedes.createBroker();
const server = createServer(aedes.handle);
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as { port: number }).port));
process.once('disconnect', () => process.exit());
