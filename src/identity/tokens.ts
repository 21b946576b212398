import { decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { validate as isUuid, v4 as uuid } from 'uuid';
import { StepCloudError } from '../errors.ts';
import { SIGNING_ALGORITHM } from './key-file.ts';
import type { Keys } from './keys.ts';

const ISSUER = 'stepcloud';
const MAX_TOKEN_BYTES = 4096;
const CLOCK_TOLERANCE_S = 5;

/**
 * The two kinds of token. They differ in `typ` and in `aud`, so that neither passes for the other (RFC 8725, 3.9, 3.11),
 * and `maxAgeS` bounds the whole life of one from its `iat`, whatever its `exp` says.
 */
const KINDS = {
  user: { typ: 'at+jwt', audience: 'stepcloud-api', maxAgeS: 24 * 3600 },
  gateway: { typ: 'gw+jwt', audience: 'stepcloud-mqtt', maxAgeS: 400 * 24 * 3600 },
} as const;
export type TokenKind = keyof typeof KINDS;

export interface TokenGrant {
  /** The user's or the gateway's id, by the kind of the token. */
  subject: string;
  sessionId: string;
  /** Epoch milliseconds. */
  expiresAt: number;
}

export interface TokenClaims extends TokenGrant {
  /** The key that signed it; `trusts` tells whether that still counts. */
  keyId: string;
}

export interface Tokens {
  issue(kind: TokenKind, grant: TokenGrant): Promise<string>;
  /** Throws CREDENTIALS_INVALID; whether the session still stands is for the database to say. */
  verify(kind: TokenKind, token: string): Promise<TokenClaims>;
  /** False once the key was retired. */
  trusts(keyId: string): Promise<boolean>;
}

export function createTokens(keys: Keys, clock: () => number = Date.now): Tokens {
  return {
    async issue(kind, { subject, sessionId, expiresAt }) {
      const { kid, key } = await keys.signing();
      return new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: SIGNING_ALGORITHM, kid, typ: KINDS[kind].typ })
        .setIssuer(ISSUER)
        .setAudience(KINDS[kind].audience)
        .setSubject(subject)
        .setJti(uuid())
        .setIssuedAt(Math.floor(clock() / 1000))
        .setExpirationTime(Math.floor(expiresAt / 1000))
        .sign(key);
    },

    async verify(kind, token) {
      const { typ, audience, maxAgeS } = KINDS[kind];
      if (token.length > MAX_TOKEN_BYTES) throw new StepCloudError('CREDENTIALS_INVALID', 'the token is too long');
      const now = clock();
      try {
        const claims = readToken(kind, token, now);
        const key = await keys.find(claims.keyId);
        if (!key) throw new Error('no key of ours has its kid');
        await jwtVerify(token, key, {
          algorithms: [SIGNING_ALGORITHM],
          typ,
          issuer: ISSUER,
          audience,
          requiredClaims: ['sub', 'sid', 'jti', 'iat', 'exp'],
          maxTokenAge: maxAgeS,
          clockTolerance: CLOCK_TOLERANCE_S,
          currentDate: new Date(now),
        });
        return claims;
      } catch (error) {
        throw new StepCloudError('CREDENTIALS_INVALID', `the token is not valid: ${(error as Error).message}`, {
          cause: error,
        });
      }
    },

    trusts: async (keyId) => (await keys.find(keyId)) !== undefined,
  };
}

/**
 * What a token says, to be believed once its signature is verified; what can be refused without that is refused here, for
 * next to nothing. A header of ours has three members: no key of its own, no address of one, nothing critical (RFC 8725, 3.10).
 */
function readToken(kind: TokenKind, token: string, now: number): TokenClaims {
  const { typ, audience, maxAgeS } = KINDS[kind];
  const header = decodeProtectedHeader(token);
  const isOurs = header.alg === SIGNING_ALGORITHM && header.typ === typ && Object.keys(header).length === 3;
  if (!isOurs || typeof header.kid !== 'string') throw new Error(`its header is not that of a ${kind}'s token`);

  const { iss, aud, sub, sid, iat, exp } = decodeJwt(token);
  if (iss !== ISSUER || aud !== audience) throw new Error(`its issuer and audience are not those of a ${kind}'s token`);
  if (!isUuid(sub) || !isUuid(sid)) throw new Error('its subject and session must be UUIDs');
  if (typeof iat !== 'number' || typeof exp !== 'number')
    throw new Error('it must say when it was issued and when it ends');
  if (exp + CLOCK_TOLERANCE_S <= now / 1000) throw new Error('it has expired');
  if (exp - iat > maxAgeS) throw new Error('it would live longer than tokens of its kind may');
  return { subject: sub as string, sessionId: sid as string, expiresAt: exp * 1000, keyId: header.kid };
}
