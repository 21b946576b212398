import { randomUUID, type webcrypto } from 'node:crypto';
import { link, mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { StepCloudError } from '../errors.ts';

export const SIGNING_ALGORITHM = 'ES256';

const Base64Url = Type.String({ pattern: '^[A-Za-z0-9_-]+$' });
const EpochSeconds = Type.Integer({ minimum: 0, maximum: 253_402_300_799 });

/** A key as it stands in the file; the last three members are private to us. */
const StoredKey = Type.Object({
  kty: Type.Literal('EC'),
  crv: Type.Literal('P-256'),
  x: Base64Url,
  y: Base64Url,
  kid: Type.String({ minLength: 1, maxLength: 128 }),
  /** The private part; a key that only verifies needs none. */
  d: Type.Optional(Base64Url),
  created_at: Type.Optional(EpochSeconds),
  /** Until then it only verifies, so that everybody knows it before a token needs it. */
  signs_from: Type.Optional(EpochSeconds),
});
export type StoredKey = Static<typeof StoredKey>;

const KeyFile = Type.Object({ keys: Type.Array(StoredKey, { minItems: 1 }) });

export interface Key {
  readonly stored: StoredKey;
  readonly publicKey: webcrypto.CryptoKey;
  readonly privateKey: webcrypto.CryptoKey | undefined;
}

/** The keys of a JWKS file, newest first. Throws CONFIG_INVALID, without a word of what stands in the file. */
export async function readKeyFile(file: string): Promise<readonly Key[]> {
  try {
    const { keys } = parseKeyFile(await readFile(file, 'utf8'));
    if (!keys.some(({ d }) => d)) throw new Error('none of its keys has a private part');
    if (new Set(keys.map(({ kid }) => kid)).size < keys.length) throw new Error('two of its keys have the same kid');
    return await Promise.all(keys.map(importKey));
  } catch (error) {
    throw new StepCloudError('CONFIG_INVALID', `${file} is no key file: ${(error as Error).message}`);
  }
}

function parseKeyFile(text: string): Static<typeof KeyFile> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new Error('it is not JSON'); // the parser's own message quotes what it could not read
  }
  if (Value.Check(KeyFile, content)) return content;
  const [fault] = Value.Errors(KeyFile, content);
  throw new Error(`${fault?.instancePath || '/'} ${fault?.message}`);
}

async function importKey(stored: StoredKey): Promise<Key> {
  const read = async (jwk: object) => (await importJWK(jwk, SIGNING_ALGORITHM)) as webcrypto.CryptoKey;
  const jwk = toPublic(stored);
  return {
    stored,
    publicKey: await read(jwk),
    privateKey: stored.d === undefined ? undefined : await read({ ...jwk, d: stored.d }),
  };
}

/** What everybody may know of a key. */
export function toPublic({ kty, crv, x, y, kid }: StoredKey) {
  return { kty, crv, x, y, kid, alg: SIGNING_ALGORITHM, use: 'sig' };
}

export async function generateKey(now: number, signsFrom: number): Promise<Required<StoredKey>> {
  const { privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
  const { x, y, d } = (await exportJWK(privateKey)) as { x: string; y: string; d: string };
  const jwk = { kty: 'EC', crv: 'P-256', x, y } as const;
  const kid = await calculateJwkThumbprint(jwk);
  if (kid.startsWith('-')) return generateKey(now, signsFrom); // on a command line it would pass for an option
  return { ...toPublic({ ...jwk, kid }), d, created_at: seconds(now), signs_from: seconds(signsFrom) };
}

const seconds = (epochMs: number) => Math.floor(epochMs / 1000);

/** Makes the file, mode 0600, unless another process is first: then its key counts. */
export async function createKeyFile(file: string, now: number): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(serialise([await generateKey(now, now)]));
    await handle.sync();
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await handle.close();
    await rm(draft, { force: true });
  }
}

/**
 * Replaces the file, whole, by what `change` makes of its keys; owner and mode stay. The draft has one name and is made
 * exclusively, so it is the lock as well: of two changes at once one is refused (CONFLICT), and none is lost.
 */
export async function changeKeyFile(
  file: string,
  change: (keys: readonly Key[]) => readonly StoredKey[],
): Promise<void> {
  await replaceKeyFile(file, change).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof StepCloudError) throw error;
    throw error.code === 'EEXIST'
      ? new StepCloudError(
          'CONFLICT',
          `${error.path} is there: another change is under way, or was cut off; then delete it`,
        )
      : new StepCloudError('CONFIG_INVALID', `${file} cannot be changed: ${error.message}`);
  });
}

async function replaceKeyFile(link: string, change: Parameters<typeof changeKeyFile>[1]): Promise<void> {
  const file = await realpath(link);
  const draft = `${file}.new`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    const keys = change(await readKeyFile(file));
    const { uid, gid, mode } = await stat(file);
    await handle.chown(uid, gid);
    await handle.chmod(mode & 0o777);
    await handle.writeFile(serialise(keys));
    await handle.sync();
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  const folder = await open(dirname(file));
  await folder.sync().finally(() => folder.close());
}

function serialise(keys: readonly StoredKey[]): string {
  return `${JSON.stringify({ keys }, null, 2)}\n`;
}
