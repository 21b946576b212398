import type { Db } from '../db/database.ts';
import { deletePasswordResets } from '../db/password-resets.ts';
import { setPassword } from '../db/users.ts';
import { forgetWrongPasswords } from './password-check.ts';
import { endSessions } from './sessions.ts';

/** With the old password end the sessions, except this one, and the links that could set another. */
export async function replacePassword(
  tx: Db,
  { id, email, passwordHash }: { id: string; email: string; passwordHash: string },
  except?: string,
): Promise<void> {
  await setPassword(tx, id, passwordHash);
  await endSessions(tx, { userId: id, ...(except !== undefined && { except }) }, 'password changed');
  await deletePasswordResets(tx, id);
  await forgetWrongPasswords(tx, email);
}
