import { type Actor, recordAudit } from '../db/audit.ts';
import type { Database, Db } from '../db/database.ts';
import { findUserByEmail } from '../db/users.ts';
import { verifyPassword } from './passwords.ts';
import { forgetFailures, recordFailure, requireCalm } from './throttle.ts';

export interface PasswordCheck {
  email: string;
  password: string;
  /** Who asks. */
  actor: Actor;
  now: number;
}

/**
 * The active user whose address and password these are; undefined for anything else, which is recorded. The work is the
 * same then, so that no time tells which addresses are known. Throws RATE_LIMITED after wrong passwords for this address.
 */
export async function checkPassword(
  db: Database,
  { email, password, actor, now }: PasswordCheck,
): Promise<{ id: string; email: string; passwordHash: string } | undefined> {
  await requireCalm(db, accountKey(email), now);
  const user = await findUserByEmail(db, email);
  const isRight = await verifyPassword(password, user?.passwordHash);
  if (user?.active && isRight) return { ...user, passwordHash: user.passwordHash as string };
  await db.transaction().execute(async (tx) => {
    await recordFailure(tx, accountKey(email), now);
    const subject = user && { kind: 'user', id: user.id, name: user.email };
    await recordAudit(tx, { at: new Date(now), actor, action: 'user.login_failed', ...(subject && { subject }) });
  });
  return undefined;
}

/** After the right password, or another proof of who it is. */
export async function forgetWrongPasswords(db: Db, email: string): Promise<void> {
  await forgetFailures(db, accountKey(email));
}

/** Known or not: how an address is throttled must not tell. */
function accountKey(email: string): string {
  return `password of ${email.toLowerCase()}`;
}
