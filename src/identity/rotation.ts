import type { Db } from '../db/database.ts';
import { countSessionsBefore } from '../db/sessions.ts';
import { StepCloudError } from '../errors.ts';
import { changeKeyFile, generateKey, type Key, readKeyFile } from './key-file.ts';
import { signingKey } from './keys.ts';

const HOUR_MS = 3_600_000;
/** Other verifiers keep what /.well-known/jwks.json says for five minutes. */
const PUBLISHED_AHEAD_MS = HOUR_MS / 4;
/** No token of a session that renews lives longer. */
const RENEWED_TOKEN_MS = 27 * HOUR_MS;
/** Processes notice a change after a second, and their clocks differ. */
const LAG_MS = 5_000;

export interface KeyStatus {
  readonly kid: string;
  readonly createdAt: Date | undefined;
  /** All of them verify; one that waits signs from a time on. */
  readonly state: 'signs' | 'waits' | 'verifies';
  readonly signsFrom: Date;
}

/** The keys of a file, newest first. */
export async function listKeys(file: string, now: number): Promise<KeyStatus[]> {
  const keys = await readKeyFile(file);
  return keys.map((key) => {
    const { kid, created_at } = key.stored;
    const { from, until } = signingTime(keys, key, now);
    const state = key === signingKey(keys, now) ? 'signs' : now < from && from < until ? 'waits' : 'verifies';
    const createdAt = created_at === undefined ? undefined : new Date(created_at * 1000);
    return { kid, createdAt, state, signsFrom: new Date(from) };
  });
}

/**
 * Adds a fresh key. It is published at once and signs only when everybody has had time to hear of it, so that nobody
 * refuses a token for want of its key; with `atOnce` it signs as well, for when the others have leaked.
 */
export async function rotateKeys(
  file: string,
  { now, atOnce = false }: { now: number; atOnce?: boolean },
): Promise<{ kid: string; signsFrom: Date }> {
  const fresh = await generateKey(now, atOnce ? now : now + PUBLISHED_AHEAD_MS);
  await changeKeyFile(file, (keys) => [fresh, ...keys.map(({ stored }) => stored)]);
  return { kid: fresh.kid, signsFrom: new Date(fresh.signs_from * 1000) };
}

/**
 * Takes a key away: whatever it signed is refused from then on. Throws NOT_FOUND for an unknown one, and CONFLICT for the
 * one that signs and while sessions may rest on its tokens; without a database nobody asks for those.
 */
export async function retireKey(file: string, kid: string, now: number, db?: Db): Promise<void> {
  if (db) await requireUnused(db, await readKeyFile(file), kid, now);
  await changeKeyFile(file, (keys) => {
    const retired = findRetirable(keys, kid, now);
    return keys.filter((key) => key !== retired).map(({ stored }) => stored);
  });
}

function findRetirable(keys: readonly Key[], kid: string, now: number): Key {
  const key = keys.find(({ stored }) => stored.kid === kid);
  if (!key) throw new StepCloudError('NOT_FOUND', `there is no key ${kid}`);
  if (key === signingKey(keys, now)) {
    throw new StepCloudError('CONFLICT', `${kid} signs: it can go when another one does, see keys rotate`);
  }
  return key;
}

async function requireUnused(db: Db, keys: readonly Key[], kid: string, now: number): Promise<void> {
  const { from, until } = signingTime(keys, findRetirable(keys, kid, now), now);
  if (from >= until || from > now) return; // it never signed
  const renewedUntil = new Date(until + LAG_MS + RENEWED_TOKEN_MS);
  const { count, lastEndsAt } = await countSessionsBefore(db, new Date(until + LAG_MS), renewedUntil, new Date(now));
  if (count === 0) return;
  throw new StepCloudError(
    'CONFLICT',
    `${count} ${count === 1 ? 'session' : 'sessions'} may rest on tokens of ${kid} until ${lastEndsAt?.toISOString()}: ` +
      'wait, revoke them, or end them now with --force',
  );
}

/** A key signs until a newer one does; where the file does not say since when that one signs, it may be since just now. */
function signingTime(keys: readonly Key[], key: Key, now: number): { from: number; until: number } {
  const newer = keys.slice(0, keys.indexOf(key)).filter(({ privateKey }) => privateKey);
  const timeOf = ({ stored }: Key) => stored.signs_from && stored.signs_from * 1000;
  return { from: timeOf(key) ?? 0, until: Math.min(...newer.map((other) => timeOf(other) ?? now)) };
}
