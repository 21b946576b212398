import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { StepCloudError } from '../errors.ts';

/** argon2id (the library's default) with OWASP's parameters: 19 MiB, 2 passes, 1 lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const CONCURRENT_HASHES = 2;
const WAITING_HASHES = 20;

let running = 0;
const waiting: (() => void)[] = [];

export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password, PARAMETERS));
}

/**
 * True when the password belongs to the hash. Without a hash (an unknown user, or one who signs in elsewhere) it takes
 * as long and says no, so that the time tells nobody which accounts exist.
 */
export function verifyPassword(password: string, passwordHash: string | null | undefined): Promise<boolean> {
  return inTurn(async () => {
    const known = passwordHash ?? (await someHash());
    return (await verify(known, password)) && passwordHash != null;
  });
}

/** A password nobody has to invent: 20 characters, 100 bits. */
export function randomPassword(): string {
  return [...randomBytes(20)].map((byte) => 'abcdefghijkmnpqrstuvwxyz23456789'[byte % 32]).join('');
}

let decoy: Promise<string> | undefined;
function someHash(): Promise<string> {
  decoy ??= hash(randomBytes(16).toString('hex'), PARAMETERS);
  return decoy;
}

/** Hashing takes a core and 19 MiB: a few at a time, a short line behind them, RATE_LIMITED beyond. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= CONCURRENT_HASHES) {
    if (waiting.length >= WAITING_HASHES)
      throw new StepCloudError('RATE_LIMITED', 'too many sign-ins at once; try again soon');
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  running++;
  try {
    return await work();
  } finally {
    running--;
    waiting.shift()?.();
  }
}
