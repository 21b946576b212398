import type { FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { IssuedTokens, Origin } from '../../identity/sessions.ts';
import { closed } from '../schemas.ts';
import { SETS_COOKIE } from './refresh-cookie.ts';

const MAX_CLIENT_LENGTH = 200;

/** Named as in RFC 6749, 5.1, since OAuth2 tools read it. */
export const SignedIn = closed(
  {
    access_token: Type.String(),
    token_type: Type.Literal('bearer'),
    expires_in: Type.Integer({ description: 'Seconds.', examples: [900] }),
    refresh_token: Type.Optional(
      Type.String({ description: 'For `POST /login/refresh`, once. Missing where it is in the cookie.' }),
    ),
  },
  {
    description: 'Signed in. Send the access token with each request: `Authorization: Bearer ...`.',
    headers: SETS_COOKIE,
  },
);

export function toSignedIn({ accessToken, accessExpiresAt }: IssuedTokens, now: number): Static<typeof SignedIn> {
  const expiresIn = Math.floor((accessExpiresAt.getTime() - now) / 1000);
  return { access_token: accessToken, token_type: 'bearer', expires_in: expiresIn };
}

export function originOf({ ip, headers }: FastifyRequest, now: number): Origin {
  const client = headers['user-agent']?.replace(/[^\x20-\x7e]/g, '').slice(0, MAX_CLIENT_LENGTH);
  return { now, address: ip, client: client || undefined };
}
