import { createHmac, createPublicKey, generateKeyPairSync, type JsonWebKeyInput, randomUUID } from 'node:crypto';
import { importJWK, type JWTPayload, SignJWT } from 'jose';
import type { Keys } from '../../src/identity/keys.ts';
import type { TokenKind } from '../../src/identity/tokens.ts';

const KINDS = {
  user: { typ: 'at+jwt', aud: 'stepcloud-api' },
  gateway: { typ: 'gw+jwt', aud: 'stepcloud-mqtt' },
} as const;
const HOUR = 3600;

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * Tokens that must open nothing, though subject and session are those of somebody who may: each by what is wrong with it.
 */
export async function forgeTokens(
  keys: Keys,
  kind: TokenKind,
  { subject, sessionId, now }: { subject: string; sessionId: string; now: number },
): Promise<Record<string, string>> {
  const { kid, key } = await keys.signing();
  const [publicKey] = (await keys.publicKeys()).keys;
  const seconds = Math.floor(now / 1000);
  const { typ, aud } = KINDS[kind];
  const other = KINDS[kind === 'user' ? 'gateway' : 'user'];
  const claims = {
    iss: 'stepcloud',
    aud,
    sub: subject,
    sid: sessionId,
    jti: randomUUID(),
    iat: seconds,
    exp: seconds + HOUR,
  };
  const header = { alg: 'ES256', kid, typ };
  const sign = (changed: JWTPayload = {}, changedHeader: object = {}) =>
    new SignJWT({ ...claims, ...changed }).setProtectedHeader({ ...header, ...changedHeader }).sign(key);
  const hmac = (secret: string | Buffer) => {
    const input = `${encode({ ...header, alg: 'HS256' })}.${encode(claims)}`;
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  };
  const good = await sign();
  const [head, body, signature] = good.split('.') as [string, string, string];
  const pem = createPublicKey({ key: publicKey, format: 'jwk' } as JsonWebKeyInput).export({
    type: 'spki',
    format: 'pem',
  });
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const strangersJwk = { ...stranger.publicKey.export({ format: 'jwk' }), kid: 'stranger', alg: 'ES256' };
  const byStranger = async (changedHeader: object) =>
    new SignJWT(claims)
      .setProtectedHeader({ ...header, ...changedHeader })
      .sign(await importJWK({ ...stranger.privateKey.export({ format: 'jwk' }), alg: 'ES256' }));
  return {
    'alg none': `${encode({ ...header, alg: 'none' })}.${body}.`,
    'alg none with the signature': `${encode({ ...header, alg: 'none' })}.${body}.${signature}`,
    'HS256 signed with the public key as PEM': hmac(pem as string),
    'HS256 signed with the public key as JWK': hmac(JSON.stringify(publicKey)),
    'an edited payload': `${head}.${encode({ ...claims, sub: randomUUID() })}.${signature}`,
    'a truncated signature': good.slice(0, -4),
    'exp in the year 5138': await sign({ exp: 100_000_000_000 }),
    'no exp': await sign({ exp: undefined } as never),
    expired: await sign({ iat: seconds - 2 * HOUR, exp: seconds - HOUR }),
    'iat in the future': await sign({ iat: seconds + HOUR, exp: seconds + 2 * HOUR }),
    'an unknown kid': await byStranger({ kid: 'unknown' }),
    'the key of a stranger': await byStranger({}),
    'jku to a key of a stranger': await byStranger({ kid: 'stranger', jku: 'http://127.0.0.1:1/jwks.json' }),
    'jwk of a stranger': await byStranger({ kid: 'stranger', jwk: strangersJwk }),
    'the wrong audience': await sign({ aud: other.aud }),
    'two audiences': await sign({ aud: [aud, other.aud] }),
    'the wrong type': await sign({}, { typ: other.typ }),
    'no type': await sign({}, { typ: undefined }),
    'another issuer': await sign({ iss: 'somebody' }),
    'another session': await sign({ sid: randomUUID() }),
    'another subject': await sign({ sub: randomUUID() }),
    'the user of a path': await sign({ sub: '../../admin' }),
    'five parts': `${good}.${signature}.${signature}`,
    'a megabyte': 'a'.repeat(1 << 20),
    nonsense: 'no.token.this',
  };
}
