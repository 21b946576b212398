import { type Config, loadConfig } from '../config.ts';
import { findEmbeddedPostgres } from '../embedded/index.ts';

/** The configuration for a command; without DATABASE_URL it works on the embedded Postgres of a running `stepcloud up`. */
export async function loadInstallation(): Promise<Config> {
  if (process.env.DATABASE_URL) return loadConfig();
  const { dataDir } = await loadConfig({ ...process.env, DATABASE_URL: 'postgres://embedded' });
  return loadConfig({ ...process.env, DATABASE_URL: await findEmbeddedPostgres(dataDir) });
}
