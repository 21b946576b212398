import { type Config, loadConfig, namesDatabase, withDatabase } from '../config.ts';
import { findEmbeddedPostgres } from '../embedded/index.ts';
import { StepCloudError } from '../errors.ts';

/** The configuration for a command; without DATABASE_URL it works on the embedded Postgres of a running `stepcloud up`. */
export async function loadInstallation(): Promise<Config> {
  if (namesDatabase()) return loadConfig();
  const { dataDir } = await loadConfig(withDatabase('postgres://embedded'));
  return loadConfig(withDatabase(await findEmbeddedPostgres(dataDir)));
}

/** The configuration for a command that is about the embedded Postgres alone, whether it runs or not. */
export async function loadEmbedded(command: string): Promise<Config> {
  if (!namesDatabase()) return loadConfig(withDatabase('postgres://embedded'));
  throw new StepCloudError(
    'CONFIG_INVALID',
    `${command} is for the embedded Postgres, and DATABASE_URL names another: its own tools do it, such as pg_basebackup; see docs/operations.md, "Backup"`,
  );
}
