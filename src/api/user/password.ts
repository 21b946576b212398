import { Type } from 'typebox';
import { recordAudit } from '../../db/audit.ts';
import { lockUser } from '../../db/users.ts';
import { StepCloudError } from '../../errors.ts';
import { replacePassword } from '../../identity/password-change.ts';
import { checkPassword } from '../../identity/password-check.ts';
import { hashPassword } from '../../identity/passwords.ts';
import { passwordChanged } from '../../mail/letters.ts';
import type { App } from '../app.ts';
import { actorOf } from '../guards.ts';
import { failures } from '../problems.ts';
import { closed, text } from '../schemas.ts';
import type { UserRouteOptions } from './options.ts';

export const NewPassword = text(128, {
  minLength: 12,
  format: 'password',
  description: 'Not the email address.',
  examples: ['correct horse battery staple'],
});

export function password(app: App, { db, mailer, clock, caller }: UserRouteOptions): void {
  const schema = {
    summary: 'Change your password',
    description:
      'Ends all your other sessions, and a mail tells you of it. A wrong current password counts as one at sign-in.',
    tags: ['session'],
    querystring: closed({}),
    body: closed({ currentPassword: text(1024, { format: 'password' }), newPassword: NewPassword }),
    response: {
      204: Type.Null({ description: 'The new password counts.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN'),
      ...failures('TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED', 'RATE_LIMITED'),
    },
  };
  app.post('/me/password', { config: { access: 'self' }, schema }, async (request, reply) => {
    const { currentPassword, newPassword } = request.body;
    const { email, credential } = caller(request);
    if (newPassword === currentPassword)
      throw new StepCloudError('REQUEST_INVALID', 'the new password is the current one');
    requireOtherThan(email, newPassword);
    const now = clock();
    const actor = actorOf(caller(request), request);
    const wrong = new StepCloudError('REQUEST_INVALID', 'the current password is wrong');
    const user = await checkPassword(db, { email, password: currentPassword, actor, now });
    if (!user) throw wrong;
    const passwordHash = await hashPassword(newPassword);
    await db.transaction().execute(async (tx) => {
      if (!(await lockUser(tx, user))) throw wrong;
      await replacePassword(tx, { id: user.id, email, passwordHash }, credential.id);
      await recordAudit(tx, { at: new Date(now), actor, action: 'user.password_changed' });
    });
    mailer.send({ to: email, ...passwordChanged({ at: new Date(now), address: request.ip }) });
    return reply.code(204).send(null);
  });
}

/** Throws REQUEST_INVALID. */
export function requireOtherThan(email: string, newPassword: string): void {
  if (newPassword.toLowerCase() === email.toLowerCase())
    throw new StepCloudError('REQUEST_INVALID', 'the new password is the email address');
}
