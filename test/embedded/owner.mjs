// Starts the embedded Postgres of the folder in argv and stays; the tests kill it. Node 20 reads TypeScript only by jiti.
import { createJiti } from 'jiti';
import { pino } from 'pino';

const { startEmbeddedPostgres } = await createJiti(import.meta.url).import('../../src/embedded/index.ts');
const { url } = await startEmbeddedPostgres({
  dataDir: process.argv[2],
  log: pino({ level: 'silent' }),
  settings: { fsync: 'off', shared_buffers: '16MB' },
});
process.send(url);
