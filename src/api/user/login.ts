import formbody from '@fastify/formbody';
import { Type } from 'typebox';
import { recordAudit } from '../../db/audit.ts';
import { lockUser, setPassword } from '../../db/users.ts';
import { StepCloudError } from '../../errors.ts';
import { checkPassword, forgetWrongPasswords } from '../../identity/password-check.ts';
import { hashPassword, isOutdated } from '../../identity/passwords.ts';
import { type IssuedTokens, type Origin, openRenewableSession } from '../../identity/sessions.ts';
import { addressKey, takeTurn } from '../../identity/throttle.ts';
import type { App } from '../app.ts';
import { failures } from '../problems.ts';
import { closed, text } from '../schemas.ts';
import type { OpenRouteOptions } from './options.ts';
import { originOf, SignedIn, toSignedIn } from './signed-in.ts';

const PER_ADDRESS = { max: 30, windowMs: 60_000 };

const ignored = Type.Optional(Type.String({ maxLength: 1024, description: 'Taken and ignored.' }));

const Form = closed({
  grant_type: Type.Optional(Type.Literal('password')),
  username: text(320, { description: 'The email address.', examples: ['demo@stepcloud.example'] }),
  password: text(1024, { format: 'password' }),
  cookie: Type.Optional(
    Type.Enum(['true', 'false'], {
      description:
        'For a web page of this host: `true` puts the refresh token into an HttpOnly cookie and not into the answer.',
    }),
  ),
  scope: ignored,
  client_id: ignored,
  client_secret: ignored,
});

/** OAuth2's password grant (RFC 6749, 4.3). Nothing in its answer tells which accounts exist. */
export async function login(app: App, { db, tokens, refreshCookie, clock }: OpenRouteOptions): Promise<void> {
  app.removeAllContentTypeParsers();
  await app.register(formbody);
  const schema = {
    summary: 'Sign in',
    description:
      'Takes an email address and a password, as a form. Gives an access token, which lives 15 minutes, and a refresh token for the next one; the session ends after 30 days without a refresh. Wrong passwords in a row slow down what follows for the same address.',
    tags: ['session'],
    security: [],
    consumes: ['application/x-www-form-urlencoded'],
    querystring: closed({}),
    body: Form,
    response: {
      200: SignedIn,
      ...failures(
        'REQUEST_INVALID',
        'CREDENTIALS_INVALID',
        'FORBIDDEN',
        'TOO_LARGE',
        'MEDIA_TYPE_UNSUPPORTED',
        'RATE_LIMITED',
      ),
    },
  };
  app.post('/login/access-token', { schema }, async (request, reply) => {
    const { username, password, cookie } = request.body;
    if (cookie === 'true') refreshCookie.requireOwnPage(request);
    const now = clock();
    await takeTurn(db, `sign-in from ${addressKey(request.ip)}`, PER_ADDRESS, now);
    const issued = await signIn(username, password, originOf(request, now));
    if (!issued) throw new StepCloudError('CREDENTIALS_INVALID', 'the email address or the password is wrong');
    const answer = toSignedIn(issued, now);
    if (cookie !== 'true') return { ...answer, refresh_token: issued.refreshToken };
    refreshCookie.set(reply, issued.refreshToken);
    return answer;
  });

  async function signIn(email: string, password: string, origin: Origin): Promise<IssuedTokens | undefined> {
    const { now, address } = origin;
    const user = await checkPassword(db, { email, password, actor: { kind: 'nobody', address }, now });
    if (!user) return undefined;
    const renewed = isOutdated(user.passwordHash) ? await hashPassword(password) : undefined;
    return db.transaction().execute(async (tx) => {
      if (!(await lockUser(tx, user))) return undefined;
      if (renewed) await setPassword(tx, user.id, renewed);
      await forgetWrongPasswords(tx, email);
      const issued = await openRenewableSession(tx, tokens, 'user', user.id, origin);
      const actor = { kind: 'user' as const, id: user.id, name: user.email, address };
      const subject = { kind: 'session', id: issued.sessionId };
      await recordAudit(tx, { at: new Date(now), actor, action: 'user.login', subject });
      return issued;
    });
  }
}
