import formbody from '@fastify/formbody';
import { Type } from 'typebox';
import type { Db } from '../../db/database.ts';
import { findUserByEmail } from '../../db/users.ts';
import { StepCloudError } from '../../errors.ts';
import { verifyPassword } from '../../identity/passwords.ts';
import { openSession } from '../../identity/sessions.ts';
import type { Tokens } from '../../identity/tokens.ts';
import type { App } from '../app.ts';
import { failures } from '../problems.ts';
import { closed, text } from '../schemas.ts';

const LIFETIME_S = 15 * 60;

const ignored = Type.Optional(Type.String({ maxLength: 1024, description: 'Taken and ignored.' }));

const Form = closed({
  grant_type: Type.Optional(Type.Literal('password')),
  username: text(320, { description: 'The email address.', examples: ['demo@stepcloud.example'] }),
  password: text(1024, { format: 'password' }),
  scope: ignored,
  client_id: ignored,
  client_secret: ignored,
});

const AccessToken = closed(
  {
    access_token: Type.String(),
    token_type: Type.Literal('bearer'),
    expires_in: Type.Integer({ description: 'Seconds.', examples: [LIFETIME_S] }),
  },
  { description: 'Signed in. Send the token with each request: `Authorization: Bearer ...`.' },
);

/** OAuth2's password grant (RFC 6749, 4.3). Nothing in its answer tells which accounts exist. */
export async function login(
  app: App,
  { db, tokens, clock }: { db: Db; tokens: Tokens; clock: () => number },
): Promise<void> {
  app.removeAllContentTypeParsers();
  await app.register(formbody);
  const schema = {
    summary: 'Sign in',
    description: 'Takes an email address and a password, as a form, and gives an access token that lives 15 minutes.',
    tags: ['session'],
    security: [],
    consumes: ['application/x-www-form-urlencoded'],
    body: Form,
    response: {
      200: AccessToken,
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED', 'RATE_LIMITED'),
    },
  };
  app.post('/login/access-token', { schema }, async ({ body, ip }) => {
    const user = await findUserByEmail(db, body.username);
    const right = await verifyPassword(body.password, user?.passwordHash);
    if (!user?.active || !right)
      throw new StepCloudError('CREDENTIALS_INVALID', 'the email address or the password is wrong');
    const lifetimeMs = LIFETIME_S * 1000;
    const { token } = await openSession(db, tokens, 'user', user.id, { now: clock(), lifetimeMs, address: ip });
    return { access_token: token, token_type: 'bearer' as const, expires_in: LIFETIME_S };
  });
}
