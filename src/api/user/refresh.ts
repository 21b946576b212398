import { recordAudit } from '../../db/audit.ts';
import { findUser } from '../../db/users.ts';
import { StepCloudError } from '../../errors.ts';
import { type IssuedTokens, type Origin, RefreshTokenReused, refreshSession } from '../../identity/sessions.ts';
import { addressKey, takeTurn } from '../../identity/throttle.ts';
import type { App } from '../app.ts';
import { failures, withHeaders } from '../problems.ts';
import { closed, nullable, text } from '../schemas.ts';
import type { OpenRouteOptions } from './options.ts';
import { SETS_COOKIE } from './refresh-cookie.ts';
import { originOf, SignedIn, toSignedIn } from './signed-in.ts';

/** An office behind one address, with many open pages. */
const PER_ADDRESS = { max: 600, windowMs: 60_000 };

const Body = nullable(
  closed(
    { refreshToken: text(256, { description: 'The newest one of the session.' }) },
    { description: 'Without a body the cookie counts.' },
  ),
);

const REFUSALS = failures(
  'REQUEST_INVALID',
  'CREDENTIALS_INVALID',
  'FORBIDDEN',
  'TOO_LARGE',
  'MEDIA_TYPE_UNSUPPORTED',
  'RATE_LIMITED',
);

export function refresh(app: App, { db, tokens, refreshCookie, clock }: OpenRouteOptions): void {
  const schema = {
    summary: 'Refresh the tokens',
    description:
      'Gives a new access token and a new refresh token, which replaces the one that is sent. Where the answer was lost, ask again with the same one: it gives the same refresh token, until that was used. An older one ends the session, since it was copied. A web page of this host sends the cookie and gets a new cookie.',
    tags: ['session'],
    security: [],
    querystring: closed({}),
    body: Body,
    response: {
      200: SignedIn,
      ...withHeaders(REFUSALS, 401, SETS_COOKIE),
    },
  };
  app.post('/login/refresh', { schema }, async (request, reply) => {
    const origin = originOf(request, clock());
    const { now } = origin;
    await takeTurn(db, `refresh of a user from ${addressKey(request.ip)}`, PER_ADDRESS, now);
    if (request.body) {
      const issued = await rotate(request.body.refreshToken, origin);
      return { ...toSignedIn(issued, now), refresh_token: issued.refreshToken };
    }
    const token = refreshCookie.read(request);
    if (token === undefined)
      throw new StepCloudError('CREDENTIALS_INVALID', 'a refresh token is needed, in the body or in the cookie');
    const issued = await rotate(token, origin).catch((error: unknown) => {
      if (error instanceof StepCloudError && error.code === 'CREDENTIALS_INVALID') refreshCookie.clear(reply);
      throw error;
    });
    refreshCookie.set(reply, issued.refreshToken);
    return toSignedIn(issued, now);
  });

  async function rotate(refreshToken: string, origin: Origin): Promise<IssuedTokens> {
    try {
      return await refreshSession(db, tokens, 'user', refreshToken, origin);
    } catch (error) {
      if (error instanceof RefreshTokenReused) await recordReuse(error, origin);
      throw error;
    }
  }

  async function recordReuse({ subject: id, sessionId }: RefreshTokenReused, { now, address }: Origin): Promise<void> {
    const user = await findUser(db, id);
    await recordAudit(db, {
      at: new Date(now),
      actor: { kind: 'nobody', address },
      action: 'user.refresh_reused',
      subject: { kind: 'user', id, name: user?.email ?? null },
      detail: { sessionId },
    });
  }
}
