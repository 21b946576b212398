import { Client, type DatabaseError } from 'pg';
import { StepCloudError } from '../errors.ts';
import { type Cluster, STEPCLOUD } from './cluster.ts';
import type { Postmaster } from './postmaster.ts';
import { poll } from './processes.ts';

/** How long the server may take to notice that the process that held the claim was killed. */
const MAX_RELEASE_MS = 3_000;
/** What only a server in use answers. */
const TOO_MANY_CONNECTIONS = '53300';

export function databaseUrl({ password }: Cluster, { port }: Postmaster, database = STEPCLOUD): string {
  return `postgres://${STEPCLOUD}:${password}@127.0.0.1:${port}/${database}`;
}

/**
 * A connection that marks the cluster as in use by this process until it ends, however it ends. Rejects with
 * CONFIG_INVALID when another process holds the claim, and with another error when the server does not answer as ours.
 */
export async function claimCluster(cluster: Cluster, postmaster: Postmaster): Promise<Client> {
  const connectionString = databaseUrl(cluster, postmaster, 'postgres');
  const client = new Client({ connectionString, ssl: false, connectionTimeoutMillis: 15_000, query_timeout: 30_000 });
  // Whoever queries hears of a lost server; here it is no reason to end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    await expectFolder(client, cluster.folder);
    const mine = await poll(async () => (await tryLock(client)) || undefined, MAX_RELEASE_MS);
    if (mine) return client;
  } catch (error) {
    await client.end();
    if ((error as DatabaseError).code !== TOO_MANY_CONNECTIONS) throw error;
  }
  await client.end();
  throw new StepCloudError(
    'CONFIG_INVALID',
    `another StepCloud is running on the same data (${cluster.folder}, port ${postmaster.port}): ` +
      'stop it first, or choose another data folder',
  );
}

async function expectFolder(client: Client, folder: string): Promise<void> {
  const { rows } = await client.query<{ data_directory: string }>('show data_directory');
  const found = rows[0]?.data_directory;
  if (found !== folder) throw new Error(`it is another cluster that answers: ${found}`);
}

async function tryLock(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock(1) as mine');
  return rows[0]?.mine ?? false;
}

export async function createDatabase(client: Client): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [STEPCLOUD]);
  if (rowCount === 0) await client.query(`create database ${STEPCLOUD}`);
}
