import { isIPv6, SocketAddress } from 'node:net';
import type { Db } from '../db/database.ts';
import { countFailure, countTurn, deleteFailures, findBlockedUntil } from '../db/throttles.ts';
import { StepCloudError } from '../errors.ts';

/** Never for good: else anybody could lock out a person by failing in that person's name. */
const WAIT = { allowed: 5, firstMs: 1_000, maxMs: 15 * 60_000 };

/** At most `max` turns per window of this key; a window is a day at most. Throws RATE_LIMITED. */
export async function takeTurn(
  db: Db,
  key: string,
  limit: { max: number; windowMs: number },
  now: number,
): Promise<void> {
  const { count, countedSince } = await countTurn(db, key, limit, now);
  if (count > limit.max) throw tooMany(countedSince + limit.windowMs - now);
}

/** Throws RATE_LIMITED while failures of this key hold it back: from the fifth in a row on, each doubles the wait. */
export async function requireCalm(db: Db, key: string, now: number): Promise<void> {
  const blockedUntil = await findBlockedUntil(db, key);
  if (blockedUntil && blockedUntil.getTime() > now) throw tooMany(blockedUntil.getTime() - now);
}

export async function recordFailure(db: Db, key: string, now: number): Promise<void> {
  await countFailure(db, key, WAIT, now);
}

export async function forgetFailures(db: Db, key: string): Promise<void> {
  await deleteFailures(db, key);
}

/** The address as a throttle sees it: an IPv6 address by its /64, which one customer has whole; IPv4-mapped as IPv4. */
export function addressKey(address: string): string {
  const [bare = ''] = address.split('%'); // fe80::1%eth0
  if (!isIPv6(bare)) return address;
  const canonical = new SocketAddress({ address: bare, family: 'ipv6' }).address;
  const [, mapped] = /^::ffff:([\d.]+)$/.exec(canonical) ?? [];
  if (mapped) return mapped;
  const [head = [], tail = []] = canonical.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return `${[...head, ...zeros, ...tail].slice(0, 4).join(':')}::/64`;
}

function tooMany(waitMs: number): StepCloudError {
  const retryAfterS = Math.max(1, Math.ceil(waitMs / 1_000));
  return new StepCloudError('RATE_LIMITED', `too many attempts; try again in ${retryAfterS} s`, { retryAfterS });
}
