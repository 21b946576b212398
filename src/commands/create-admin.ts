import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { ensureUser, updateUser } from '../db/accounts.ts';
import { type AuditAction, recordAudit } from '../db/audit.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { requireSchema } from '../db/migrator.ts';
import { StepCloudError } from '../errors.ts';
import { replacePassword } from '../identity/password-change.ts';
import { hashPassword, randomPassword } from '../identity/passwords.ts';
import { createLog } from '../telemetry/log.ts';
import { loadInstallation } from './installation.ts';

export interface AdminFlags {
  email: string | undefined;
  newPassword: boolean;
}

/** `stepcloud create-admin`: a user of this address who may use the admin API. */
export async function createAdmin({ email, newPassword }: AdminFlags): Promise<void> {
  const address = readAddress(email);
  const config = await loadInstallation();
  const db = openDatabase({ url: config.databaseUrl, poolSize: 2, log: createLog('create-admin', config.log) });
  try {
    await requireSchema(db);
    const { password, hasPassword } = await ensureAdmin(db, address, { newPassword, now: Date.now() });
    if (password) console.log(`${address} is an admin with the password ${password} (shown only now)`);
    else if (hasPassword) console.log(`${address} is an admin and keeps the password`);
    else console.log(`${address} is an admin, but has no password yet: --new-password sets one`);
  } finally {
    await db.destroy();
  }
}

/**
 * Makes the user an admin who may sign in, and gives a new one, or with `newPassword` any, a random password. A password
 * that is replaced ends the sessions that rest on it. Safe to run again.
 */
export async function ensureAdmin(
  db: Database,
  email: string,
  { newPassword, now }: { newPassword: boolean; now: number },
): Promise<{ password: string | undefined; hasPassword: boolean }> {
  const random = randomPassword();
  const passwordHash = await hashPassword(random);
  return db.transaction().execute(async (tx) => {
    const user = await ensureUser(tx, { email });
    const record = (action: AuditAction) => {
      const subject = { kind: 'user', id: user.id, name: user.email };
      return recordAudit(tx, { at: new Date(now), actor: { kind: 'operator' }, action, subject });
    };
    if (user.isNew) await record('user.created');
    if (await updateUser(tx, user.id, { active: true })) await record('user.activated');
    if (await updateUser(tx, user.id, { is_admin: true })) await record('user.admin_granted');
    if (!user.isNew && !newPassword) return { password: undefined, hasPassword: user.passwordHash !== null };
    await replacePassword(tx, { ...user, passwordHash });
    if (!user.isNew) await record('user.password_changed');
    return { password: random, hasPassword: true };
  });
}

const Address = Type.String({ format: 'email', maxLength: 320 });

function readAddress(email: string | undefined): string {
  if (email === undefined) throw new StepCloudError('CONFIG_INVALID', 'say whom: create-admin --email ada@example.org');
  if (!Value.Check(Address, email)) throw new StepCloudError('CONFIG_INVALID', `"${email}" is not an email address`);
  return email.toLowerCase();
}
