import { createLocalJWKSet, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { validate as isUuid, v4 as uuid } from 'uuid';
import { StepCloudError } from '../errors.ts';
import { type Keys, SIGNING_ALGORITHM } from './keys.ts';

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

export interface TokenClaims {
  /** The user's or the gateway's id, by the kind of the token. */
  subject: string;
  sessionId: string;
  /** Epoch milliseconds. */
  expiresAt: number;
}

export interface Tokens {
  issue(kind: TokenKind, claims: TokenClaims): Promise<string>;
  /** Throws CREDENTIALS_INVALID; whether the session still stands is for the database to say. */
  verify(kind: TokenKind, token: string): Promise<TokenClaims>;
}

export function createTokens(keys: Keys, clock: () => number = Date.now): Tokens {
  const keySet = createLocalJWKSet(structuredClone(keys.publicKeys) as { keys: never[] });
  return {
    issue(kind, { subject, sessionId, expiresAt }) {
      return new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: SIGNING_ALGORITHM, kid: keys.signing.kid, typ: KINDS[kind].typ })
        .setIssuer(ISSUER)
        .setAudience(KINDS[kind].audience)
        .setSubject(subject)
        .setJti(uuid())
        .setIssuedAt(Math.floor(clock() / 1000))
        .setExpirationTime(Math.floor(expiresAt / 1000))
        .sign(keys.signing.key);
    },

    async verify(kind, token) {
      const { typ, audience, maxAgeS } = KINDS[kind];
      if (token.length > MAX_TOKEN_BYTES) throw new StepCloudError('CREDENTIALS_INVALID', 'the token is too long');
      try {
        const { payload } = await jwtVerify(token, keySet, {
          algorithms: [SIGNING_ALGORITHM],
          typ,
          issuer: ISSUER,
          audience,
          requiredClaims: ['sub', 'sid', 'jti', 'iat', 'exp'],
          maxTokenAge: maxAgeS,
          clockTolerance: CLOCK_TOLERANCE_S,
          currentDate: new Date(clock()),
        });
        return readClaims(payload, audience, maxAgeS);
      } catch (error) {
        throw new StepCloudError('CREDENTIALS_INVALID', `the token is not valid: ${(error as Error).message}`, {
          cause: error,
        });
      }
    },
  };
}

function readClaims({ sub, sid, aud, iat, exp }: JWTPayload, audience: string, maxAgeS: number): TokenClaims {
  if (aud !== audience) throw new Error('it has more than one audience');
  if (!isUuid(sub) || !isUuid(sid)) throw new Error('its subject and session must be UUIDs');
  if ((exp as number) - (iat as number) > maxAgeS) throw new Error('it would live longer than tokens of its kind may');
  return { subject: sub as string, sessionId: sid as string, expiresAt: (exp as number) * 1000 };
}
