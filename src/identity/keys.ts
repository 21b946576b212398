import type { webcrypto } from 'node:crypto';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Log } from '../telemetry/log.ts';
import { createKeyFile, type Key, readKeyFile, toPublic } from './key-file.ts';

const LOOK_INTERVAL_MS = 1_000;

/** The keys of an installation, as they stand in its file now: the newest whose time has come signs, all of them verify. */
export interface Keys {
  signing(): Promise<{ readonly kid: string; readonly key: webcrypto.CryptoKey }>;
  /** Undefined for a key that never was, or was retired. */
  find(kid: string): Promise<webcrypto.CryptoKey | undefined>;
  /** Public parts only: what /.well-known/jwks.json shows. */
  publicKeys(): Promise<{ keys: ReturnType<typeof toPublic>[] }>;
}

/**
 * Opens the JWKS file, making it (one fresh key, mode 0600) where there is none yet; safe for several first starts at once.
 * A change of the file is noticed within a second of use, and at once when a kid is not known, though for that once a
 * second at most, whoever asks. A file that is gone or damaged changes nothing: what was known stays, and the log says so.
 */
export async function loadKeys(
  file: string,
  { clock = Date.now, log }: { clock?: () => number; log?: Log } = {},
): Promise<Keys> {
  if (!existsSync(file)) await createKeyFile(file, clock());
  let version = await versionOf(file);
  let keys = await readKeyFile(file);
  let fault: string | undefined;
  let lookedAt = clock();
  let missedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;

  async function readChanges(): Promise<void> {
    try {
      const found = await versionOf(file);
      if (found !== version) {
        keys = await readKeyFile(file);
        version = found;
        log?.info({ kids: keys.map(({ stored }) => stored.kid) }, 'the signing keys have changed');
      }
      fault = undefined;
    } catch (error) {
      const reason = (error as Error).message;
      if (reason !== fault) log?.error({ file, reason }, 'the key file cannot be read; the keys known so far stay');
      fault = reason;
    }
  }

  function look(): Promise<void> {
    looking ??= readChanges().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  /** Also when the clock was set back. */
  const isDue = (since: number) => Math.abs(clock() - since) >= LOOK_INTERVAL_MS;

  async function current() {
    if (isDue(lookedAt)) {
      lookedAt = clock();
      await look();
    } else {
      await looking;
    }
    return keys;
  }

  const findIn = (kid: string) => keys.find(({ stored }) => stored.kid === kid)?.publicKey;

  return {
    async signing() {
      const { stored, privateKey } = signingKey(await current(), clock());
      return { kid: stored.kid, key: privateKey };
    },

    async find(kid) {
      await current();
      if (!findIn(kid) && isDue(missedAt)) {
        missedAt = clock();
        await look();
      }
      return findIn(kid);
    },

    async publicKeys() {
      return { keys: (await current()).map(({ stored }) => toPublic(stored)) };
    },
  };
}

/** Of keys in the order of the file, newest first: the first whose time has come; none, where a clock was set back: the oldest. */
export function signingKey(keys: readonly Key[], now: number) {
  const able = keys.filter((key) => key.privateKey !== undefined) as (Key & { privateKey: webcrypto.CryptoKey })[];
  return (able.find(({ stored }) => (stored.signs_from ?? 0) * 1000 <= now) ?? able.at(-1))!;
}

/** Differs after each change, be it by rename or in place. */
async function versionOf(file: string): Promise<string> {
  const { ino, size, mtimeNs } = await stat(file, { bigint: true });
  return `${ino} ${size} ${mtimeNs}`;
}
