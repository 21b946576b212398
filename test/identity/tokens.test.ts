import {
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKeyInput,
  randomUUID,
  sign as signBytes,
  type webcrypto,
} from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { importJWK, type JWK, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Keys, loadKeys } from '../../src/identity/keys.ts';
import { createTokens, type TokenKind, type Tokens } from '../../src/identity/tokens.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const S = Math.floor(NOW / 1000);
const [HOUR, DAY] = [3600, 86_400];
const [SUBJECT, SESSION] = [randomUUID(), randomUUID()];

let folder: string;
let keys: Keys;
let tokens: Tokens;
let signing: Awaited<ReturnType<Keys['signing']>>;
let publicJwk: JWK;
let privateJwk: JWK;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepcloud-tokens-'));
  const file = join(folder, 'keys.json');
  keys = await loadKeys(file);
  tokens = createTokens(keys, () => NOW);
  signing = await keys.signing();
  publicJwk = (await keys.publicKeys()).keys[0] as JWK;
  privateJwk = JSON.parse(await readFile(file, 'utf8')).keys[0];
});
afterAll(() => rm(folder, { recursive: true }));

const claims = (): JWTPayload => ({
  iss: 'stepcloud',
  aud: 'stepcloud-mqtt',
  sub: SUBJECT,
  sid: SESSION,
  jti: randomUUID(),
  iat: S,
  exp: S + HOUR,
});
const header = (): JWTHeaderParameters => ({ alg: 'ES256', kid: signing.kid, typ: 'gw+jwt' });

/** A token with the right signature; the test says what else is wrong with it. Undefined takes a claim away. */
function forge(changed: Record<string, unknown> = {}, changedHeader: Record<string, unknown> = {}): Promise<string> {
  return new SignJWT(without({ ...claims(), ...changed }) as JWTPayload)
    .setProtectedHeader(without({ ...header(), ...changedHeader }) as unknown as JWTHeaderParameters)
    .sign(signing.key);
}

/** For what jose would not sign: any header, any signature. */
function assemble(head: object, body: object, sign: (input: string) => Buffer): string {
  const input = `${encode(head)}.${encode(body)}`;
  return `${input}.${sign(input).toString('base64url')}`;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const without = (object: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
const outcome = (token: string, kind: TokenKind = 'gateway', by = tokens): Promise<string> =>
  by.verify(kind, token).then(
    () => 'accepted',
    ({ code }) => code,
  );

describe('a token that was issued', () => {
  it.each<TokenKind>(['user', 'gateway'])('tells who it stands for: %s', async (kind) => {
    const given = { subject: SUBJECT, sessionId: SESSION, expiresAt: NOW + HOUR * 1000 };
    expect(await tokens.verify(kind, await tokens.issue(kind, given))).toEqual({ ...given, keyId: signing.kid });
  });

  it.each<[TokenKind, TokenKind]>([
    ['user', 'gateway'],
    ['gateway', 'user'],
  ])('of a %s never passes for that of a %s', async (issued, expected) => {
    const token = await tokens.issue(issued, { subject: SUBJECT, sessionId: SESSION, expiresAt: NOW + HOUR * 1000 });
    expect(await outcome(token, expected)).toBe('CREDENTIALS_INVALID');
  });

  it('is another one each time', async () => {
    const given = { subject: SUBJECT, sessionId: SESSION, expiresAt: NOW + HOUR * 1000 };
    expect(await tokens.issue('user', given)).not.toBe(await tokens.issue('user', given));
  });

  it.each([
    ['lives until its end', HOUR * 1000 - 1, 'accepted'],
    ['ends a few seconds late, for clocks that differ', (HOUR + 4) * 1000, 'accepted'],
    ['has ended then', (HOUR + 6) * 1000, 'CREDENTIALS_INVALID'],
    ['is not yet valid long before it was issued', -6_000, 'CREDENTIALS_INVALID'],
  ])('%s', async (_, afterMs, expected) => {
    const token = await tokens.issue('gateway', { subject: SUBJECT, sessionId: SESSION, expiresAt: NOW + HOUR * 1000 });
    expect(
      await outcome(
        token,
        'gateway',
        createTokens(keys, () => NOW + afterMs),
      ),
    ).toBe(expected);
  });

  it('may live as long as its kind: 400 days for a gateway, a day for a user', async () => {
    for (const [kind, days] of [
      ['gateway', 400],
      ['user', 1],
    ] as const) {
      const issue = (life: number) =>
        tokens.issue(kind, { subject: SUBJECT, sessionId: SESSION, expiresAt: NOW + life * 1000 });
      expect(await outcome(await issue(days * DAY), kind)).toBe('accepted');
      expect(await outcome(await issue(days * DAY + 1), kind)).toBe('CREDENTIALS_INVALID');
    }
  });
});

describe('a token with a right signature is accepted', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['as it is', {}, {}],
    ['with a claim that nobody asked for', { admin: true }, {}],
    ['with nbf in the past', { nbf: S - 1 }, {}],
  ])('%s', async (_, changed, changedHeader) => {
    expect(await outcome(await forge(changed, changedHeader))).toBe('accepted');
  });
});

describe('a token with a right signature is refused', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['another audience', { aud: 'stepcloud-api' }, {}],
    ['ours among several audiences', { aud: ['stepcloud-mqtt', 'stepcloud-api'] }, {}],
    ['a list of ours alone', { aud: ['stepcloud-mqtt'] }, {}],
    ['no audience', { aud: undefined }, {}],
    ['another issuer', { iss: 'somebody' }, {}],
    ['no issuer', { iss: undefined }, {}],
    ['another typ', {}, { typ: 'at+jwt' }],
    ['the typ of any JWT', {}, { typ: 'JWT' }],
    ['no typ', {}, { typ: undefined }],
    ['no exp', { exp: undefined }, {}],
    ['no iat', { iat: undefined }, {}],
    ['no sub', { sub: undefined }, {}],
    ['no sid', { sid: undefined }, {}],
    ['no jti', { jti: undefined }, {}],
    ['a sub that is no id', { sub: 'admin' }, {}],
    ['a sid that is no id', { sid: "' or 1=1 --" }, {}],
    ['a sid that is no text', { sid: 5 }, {}],
    ['exp in the past', { iat: S - 2 * HOUR, exp: S - HOUR }, {}],
    ['exp before iat', { exp: S - 60 }, {}],
    ['exp in the year 5138', { exp: 99_999_999_999 }, {}],
    ['a longer life than its kind may have', { exp: S + 400 * DAY + 1 }, {}],
    ['an older iat than its kind may have', { iat: S - 401 * DAY, exp: S + 1 }, {}],
    ['iat in the future', { iat: S + HOUR, exp: S + 2 * HOUR }, {}],
    ['iat in the future, exp in the year 5138', { iat: 99_999_999_999 - HOUR, exp: 99_999_999_999 }, {}],
    ['nbf in the future', { nbf: S + HOUR }, {}],
    ['exp as a text', { exp: String(S + HOUR) }, {}],
    ['iat as a text', { iat: String(S) }, {}],
    ['an unknown kid', {}, { kid: 'another' }],
    ['a kid of an object', {}, { kid: '__proto__' }],
    ['a kid that is no text', {}, { kid: 5 }],
    ['no kid', {}, { kid: undefined }],
    ['our typ in other letters', {}, { typ: 'GW+JWT' }],
    ['our typ written in full', {}, { typ: 'application/gw+jwt' }],
    ['a key of its own', {}, { jwk: { kty: 'EC' } }],
    ['a certificate of its own', {}, { x5c: ['MIIB'] }],
    ['the print of a certificate', {}, { x5t: 'AAAA' }],
    ['a content type', {}, { cty: 'JWT' }],
    ['whatever else in its header', {}, { admin: true }],
  ])('%s', async (_, changed, changedHeader) => {
    expect(await outcome(await forge(changed, changedHeader))).toBe('CREDENTIALS_INVALID');
  });
});

describe('a token that cannot be ours by its words', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['another audience', { aud: 'stepcloud-api' }, {}],
    ['several audiences', { aud: ['stepcloud-mqtt', 'stepcloud-api'] }, {}],
    ['another issuer', { iss: 'somebody' }, {}],
    ['exp in the past', { iat: S - 2 * HOUR, exp: S - HOUR }, {}],
    ['exp in the year 5138', { exp: 99_999_999_999 }, {}],
    ['no sub', { sub: undefined }, {}],
    ['no sid', { sid: undefined }, {}],
    ['another typ', {}, { typ: 'at+jwt' }],
    ['the address of a key', {}, { jku: 'https://example.org/jwks.json' }],
  ])('is refused before anybody looks for its key: %s', async (_, changed, changedHeader) => {
    const sought: string[] = [];
    const find: Keys['find'] = (kid) => {
      sought.push(kid);
      return keys.find(kid);
    };
    const strict = createTokens({ ...keys, find }, () => NOW);
    expect(await outcome(await forge(changed, changedHeader), 'gateway', strict)).toBe('CREDENTIALS_INVALID');
    expect(sought).toEqual([]);
    expect(await outcome(await forge(), 'gateway', strict)).toBe('accepted');
    expect(sought).toEqual([signing.kid]);
  });
});

describe('a token whose signature is not ours is refused', () => {
  const own = (algorithm: string) => ({ ...header(), alg: algorithm });
  const publicPem = () =>
    createPublicKey({ key: publicJwk as JsonWebKeyInput['key'], format: 'jwk' }).export({
      type: 'spki',
      format: 'pem',
    });
  const es256 =
    (key: Parameters<typeof signBytes>[2], hash = 'sha256') =>
    (input: string) =>
      signBytes(hash, Buffer.from(input), { key: key as never, dsaEncoding: 'ieee-p1363' });

  it.each<[string, () => string]>([
    ['alg none, unsigned', () => assemble(own('none'), claims(), () => Buffer.alloc(0))],
    ['alg None', () => assemble(own('None'), claims(), () => Buffer.alloc(0))],
    [
      'HS256 with our public key as PEM',
      () => assemble(own('HS256'), claims(), (input) => createHmac('sha256', publicPem()).update(input).digest()),
    ],
    [
      'HS256 with our public key as JWK',
      () =>
        assemble(own('HS256'), claims(), (input) =>
          createHmac('sha256', JSON.stringify(publicJwk)).update(input).digest(),
        ),
    ],
    [
      'another P-256 key under our kid',
      () => assemble(header(), claims(), es256(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)),
    ],
    [
      'ES384 under our kid',
      () =>
        assemble(
          own('ES384'),
          claims(),
          es256(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey, 'sha384'),
        ),
    ],
    [
      'Ed25519 under our kid',
      () =>
        assemble(own('Ed25519'), claims(), (input) =>
          signBytes(null, Buffer.from(input), generateKeyPairSync('ed25519').privateKey),
        ),
    ],
    [
      'a key that the token brings itself',
      () => {
        const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
        return assemble(
          { ...header(), kid: undefined, jwk: pair.publicKey.export({ format: 'jwk' }) },
          claims(),
          es256(pair.privateKey),
        );
      },
    ],
    ['64 zeros for a signature', () => assemble(header(), claims(), () => Buffer.alloc(64))],
    ['no signature', () => assemble(header(), claims(), () => Buffer.alloc(0))],
    [
      'no alg',
      () =>
        assemble(
          { ...header(), alg: undefined },
          claims(),
          es256(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
        ),
    ],
  ])('%s', async (_, make) => {
    expect(await outcome(make())).toBe('CREDENTIALS_INVALID');
  });

  it('ours, had it the right header', async () => {
    const key = (await importJWK(privateJwk, 'ES256')) as webcrypto.CryptoKey;
    const good = await new SignJWT(claims()).setProtectedHeader(header()).sign(key);
    expect(await outcome(good)).toBe('accepted');
  });

  it.each<[string, object]>([
    ['an unknown crit', { crit: ['x-secret'], 'x-secret': 1 }],
    ['an empty crit', { crit: [] }],
    ['a payload that is not encoded', { crit: ['b64'], b64: false }],
  ])('by our key, but with %s', async (_, extra) => {
    const { subtle } = globalThis.crypto;
    const input = `${encode({ ...header(), ...extra })}.${encode(claims())}`;
    const signature = await subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, signing.key, Buffer.from(input));
    expect(await outcome(`${input}.${Buffer.from(signature).toString('base64url')}`)).toBe('CREDENTIALS_INVALID');
  });
});

describe('a key named by address', () => {
  it.each(['jku', 'x5u'])('is never fetched: %s', async (name) => {
    let asked = 0;
    const server = createServer((_, response) =>
      response.end(JSON.stringify({ keys: [publicJwk] }), () => asked++),
    ).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
    expect(await outcome(await forge({}, { [name]: address }))).toBe('CREDENTIALS_INVALID');
    expect(await outcome(await forge({}, { [name]: address, kid: 'another' }))).toBe('CREDENTIALS_INVALID');
    await new Promise((resolve) => server.close(resolve));
    expect(asked).toBe(0);
  });
});

describe('what is no token', () => {
  it.each<[string, (token: string) => string]>([
    ['nothing', () => ''],
    ['a word', () => 'password'],
    ['two dots alone', () => '..'],
    ['one dot', (token) => token.split('.').slice(0, 2).join('.')],
    ['three dots', (token) => `${token}.`],
    ['four dots', (token) => `${token}..`],
    ['five parts, as of an encrypted one', (token) => `${token}.a.b`],
    ['Bearer before it', (token) => `Bearer ${token}`],
    ['a line break in it', (token) => `${token.slice(0, 50)}\n${token.slice(50)}`],
    ['its signature cut short', (token) => token.slice(0, -2)],
    ['its signature twice', (token) => token + token.split('.')[2]],
    ['its payload exchanged', (token) => withPayload(token, { ...claims(), sub: randomUUID() })],
    ['a payload that is no JSON', (token) => withPart(token, 1, Buffer.from('{').toString('base64url'))],
    ['a payload that is a list', (token) => withPart(token, 1, encode([]))],
    ['a header that is no JSON', (token) => withPart(token, 0, 'AAAA')],
    ['a header that is null', (token) => withPart(token, 0, Buffer.from('null').toString('base64url'))],
    ['4,097 characters', (token) => token.padEnd(4_097, 'A')],
    ['1 MB of junk', () => 'A'.repeat(1 << 20)],
    ['1 MB of dots', () => '.'.repeat(1 << 20)],
    ['U+0000', () => '\0'],
  ])('is refused: %s', async (_, spoil) => {
    expect(await outcome(spoil(await forge()))).toBe('CREDENTIALS_INVALID');
  });

  it('is refused wherever a bit of a good one was turned', async () => {
    const token = await forge();
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 1), fc.constantFrom(...'ABYZabyz0189-_.'), async (index, letter) => {
        // The last letter of a signature holds four bits that no byte has.
        fc.pre(token[index] !== letter && index < token.length - 1);
        expect(await outcome(token.slice(0, index) + letter + token.slice(index + 1))).toBe('CREDENTIALS_INVALID');
      }),
      { numRuns: 300 },
    );
  });

  it('is refused without a word of what the right one would be', async () => {
    await expect(tokens.verify('gateway', 'junk')).rejects.toThrow(/^the token is not valid: /);
  });
});

function withPayload(token: string, payload: object): string {
  return withPart(token, 1, encode(payload));
}

function withPart(token: string, index: number, part: string): string {
  return token.split('.').with(index, part).join('.');
}
