import { randomUUID, type webcrypto } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { StepCloudError } from '../errors.ts';

export const SIGNING_ALGORITHM = 'ES256';

/** The keys of an installation: the first of the file signs, all of them verify. */
export interface Keys {
  readonly signing: { readonly kid: string; readonly key: webcrypto.CryptoKey };
  /** Public parts only: what /.well-known/jwks.json shows. */
  readonly publicKeys: { readonly keys: readonly JWK[] };
}

/** Reads the JWKS file, making it (one fresh key, mode 0600) where there is none yet; safe for several first starts at once. */
export async function loadKeys(file: string): Promise<Keys> {
  const text = await readFile(file, 'utf8').catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    await createKeyFile(file);
    return readFile(file, 'utf8');
  });
  return parseKeys(file, text);
}

async function parseKeys(file: string, text: string): Promise<Keys> {
  try {
    const { keys } = JSON.parse(text) as { keys: JWK[] };
    const [first] = keys;
    if (!first?.kid || !first.d) throw new Error('its first key must have a kid and a private part');
    const key = (await importJWK(first, SIGNING_ALGORITHM)) as webcrypto.CryptoKey;
    return { signing: { kid: first.kid, key }, publicKeys: { keys: keys.map(toPublic) } };
  } catch (error) {
    throw new StepCloudError('CONFIG_INVALID', `${file} is no key file: ${(error as Error).message}`, { cause: error });
  }
}

function toPublic({ kty, crv, x, y, kid, alg, use }: JWK): JWK {
  return { kty, crv, x, y, kid, alg, use } as JWK;
}

async function createKeyFile(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const jwk = await createSigningKey();
  const draft = `${file}.${randomUUID()}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify({ keys: [jwk] }, null, 2)}\n`);
    await handle.sync();
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error; // another process was first, and its key counts
    });
  } finally {
    await handle.close();
    await rm(draft, { force: true });
  }
}

async function createSigningKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, alg: SIGNING_ALGORITHM, use: 'sig', kid: await calculateJwkThumbprint(jwk) };
}
