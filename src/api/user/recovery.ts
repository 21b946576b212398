import { Type } from 'typebox';
import { type Actor, recordAudit } from '../../db/audit.ts';
import { findPasswordReset, replacePasswordReset, takePasswordReset } from '../../db/password-resets.ts';
import { lockUser } from '../../db/users.ts';
import { StepCloudError } from '../../errors.ts';
import { replacePassword } from '../../identity/password-change.ts';
import { hashPassword } from '../../identity/passwords.ts';
import { hashSecret, randomSecret } from '../../identity/refresh.ts';
import { addressKey, takeTurn } from '../../identity/throttle.ts';
import { type PasswordLink, passwordChanged, passwordRecovery } from '../../mail/letters.ts';
import type { App } from '../app.ts';
import { failures } from '../problems.ts';
import { closed, text } from '../schemas.ts';
import { type OpenRouteOptions, USER_API } from './options.ts';
import { NewPassword, requireOtherThan } from './password.ts';

const HOUR_MS = 3_600_000;
const LINK_LIFETIME_MS = HOUR_MS / 2;
const PER_ADDRESS = { max: 30, windowMs: HOUR_MS };
const PER_ACCOUNT = { max: 3, windowMs: HOUR_MS };

/** A new password for who has forgotten it, by a link in a mail. Nothing tells which addresses are known. */
export function recovery(app: App, { db, mailer, publicUrl, clock }: OpenRouteOptions): void {
  const common = { tags: ['session'], security: [], querystring: closed({}) };
  const refusals = ['REQUEST_INVALID', 'TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED', 'RATE_LIMITED'] as const;

  const ask = {
    ...common,
    summary: 'Ask for a link to set a new password',
    description:
      'Sends a mail with a link that works once, for 30 minutes, if the address is that of a user; the answer is the same if not. Three mails an hour at most. A newer link takes the place of an older one.',
    body: closed({ email: text(320, { examples: ['demo@stepcloud.example'] }) }),
    response: {
      202: Type.Unsafe<undefined>({ type: 'null', description: 'If there is such a user, a mail is on its way.' }),
      ...failures(...refusals, 'NOT_CONFIGURED'),
    },
  };
  app.post('/password/recovery', { schema: ask }, async ({ body: { email }, ip }, reply) => {
    if (!mailer.isConfigured) throw new StepCloudError('NOT_CONFIGURED', 'SMTP_URL is not set');
    const now = clock();
    await takeTurn(db, `recovery from ${addressKey(ip)}`, PER_ADDRESS, now);
    if (await hasTurn(email, now)) await sendLink(email, now, ip);
    return reply.code(202).send(undefined);
  });

  async function hasTurn(email: string, now: number): Promise<boolean> {
    try {
      await takeTurn(db, `recovery of ${email.toLowerCase()}`, PER_ACCOUNT, now);
      return true;
    } catch (error) {
      if (error instanceof StepCloudError && error.code === 'RATE_LIMITED') return false;
      throw error;
    }
  }

  async function sendLink(email: string, now: number, address: string): Promise<void> {
    const token = randomSecret();
    const [at, expiresAt] = [new Date(now), new Date(now + LINK_LIFETIME_MS)];
    const user = await db.transaction().execute(async (tx) => {
      const found = await replacePasswordReset(tx, email, { hash: hashSecret(token), createdAt: at, expiresAt });
      const subject = found && { kind: 'user', id: found.id, name: found.email };
      const actor: Actor = { kind: 'nobody', address };
      await recordAudit(tx, { at, actor, action: 'user.recovery_requested', ...(subject && { subject }) });
      return found;
    });
    if (!user) return;
    mailer.send({ to: user.email, ...passwordRecovery(passwordLink(publicUrl(), token)) });
  }

  const reset = {
    ...common,
    summary: 'Set a new password by a link',
    description:
      'Takes the token of a link that came by mail. Ends all sessions of the user, and does not sign in: the new password does. A mail tells the user of it.',
    body: closed({
      token: text(256, { description: 'What stands behind `token=` in the link.' }),
      newPassword: NewPassword,
    }),
    response: { 204: Type.Null({ description: 'The new password counts.' }), ...failures(...refusals) },
  };
  app.post('/password/reset', { schema: reset }, async ({ body: { token, newPassword }, ip: address }, reply) => {
    const at = new Date(clock());
    const hash = hashSecret(token);
    const refused = new StepCloudError('REQUEST_INVALID', 'the link was used before, has expired or is not known');
    const user = await findPasswordReset(db, hash, at);
    if (!user) throw refused;
    requireOtherThan(user.email, newPassword);
    const passwordHash = await hashPassword(newPassword);
    await db.transaction().execute(async (tx) => {
      if (!(await lockUser(tx, user)) || !(await takePasswordReset(tx, hash))) throw refused;
      await replacePassword(tx, { ...user, passwordHash });
      const actor: Actor = { kind: 'user', id: user.id, name: user.email, address };
      await recordAudit(tx, { at, actor, action: 'user.password_reset' });
    });
    mailer.send({ to: user.email, ...passwordChanged({ at, address }) });
    return reply.code(204).send(null);
  });
}

/** How the token gets from a mail into a new password. */
export function passwordLink(publicUrl: string, token: string): PasswordLink {
  // Behind the #, so that it reaches the log of no server.
  return { link: `${publicUrl}/reset-password#token=${token}`, route: `${publicUrl}${USER_API}/password/reset` };
}
