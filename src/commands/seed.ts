import { sql } from 'kysely';
import { type Database, openDatabase } from '../db/database.ts';
import {
  DEMO_EMAIL,
  type DemoTenant,
  ensureDemoDevices,
  ensureDemoGateway,
  ensureDemoTenant,
  findDemoUser,
  setDemoUser,
} from '../db/demo.ts';
import { hashPassword, randomPassword } from '../identity/passwords.ts';
import { SIMULATED_DEVICES } from '../simulator/index.ts';
import { createLog } from '../telemetry/log.ts';
import { loadInstallation } from './installation.ts';

export interface Seeded {
  tenant: DemoTenant;
  userId: string;
  email: string;
  /** Set only when it was made just now: it is stored hashed and cannot be shown again. */
  password: string | undefined;
  gatewayId: string;
  /** Ids of the demo gateway's devices by key. */
  devices: ReadonlyMap<string, string>;
}

/** `stepcloud seed`: the demo customer, where it is missing. */
export async function seed(options: { newPassword: boolean }): Promise<void> {
  const config = await loadInstallation();
  const log = createLog('seed', config.log);
  const db = openDatabase({ url: config.databaseUrl, poolSize: 2, log });
  try {
    const { email, password } = await seedAll(db, options);
    log.info(password ? `sign in as ${email} with the password ${password}` : `${email} keeps its password`);
  } finally {
    await db.destroy();
  }
}

/** Adds what is missing and changes nothing else. Safe to run again, and by several at once. */
export async function seedAll(db: Database, { newPassword }: { newPassword: boolean }): Promise<Seeded> {
  const password = randomPassword();
  const passwordHash = await hashPassword(password);
  return db.transaction().execute(async (tx) => {
    await sql`SELECT pg_advisory_xact_lock(hashtextextended('stepcloud.seed', 0))`.execute(tx);
    const tenant = await ensureDemoTenant(tx);
    const fresh = newPassword || (await findDemoUser(tx)) === undefined;
    if (fresh) await setDemoUser(tx, tenant, passwordHash);
    const userId = (await findDemoUser(tx)) as string;
    const { gatewayId } = await ensureDemoGateway(tx, tenant, 1);
    const devices = await ensureDemoDevices(tx, tenant, SIMULATED_DEVICES);
    return { tenant, userId, email: DEMO_EMAIL, password: fresh ? password : undefined, gatewayId, devices };
  });
}
