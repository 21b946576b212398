import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { StepCloudError } from '../errors.ts';

/** argon2id (the library's default) with OWASP's parameters: 19 MiB, 2 passes, 1 lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const PREFIX = '$argon2id$v=19$m=19456,t=2,p=1$';
/** Costs what any hash costs, and fits no password that somebody could find. */
const DECOY = `${PREFIX}${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** Hashing takes a core and 19 MiB: a few at a time, and a short line behind them. */
const inTurn = createTurns({ atOnce: 2, waiting: 20 });

export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password, PARAMETERS));
}

/**
 * True when the password belongs to the hash. Without a hash (an unknown user, or one who signs in elsewhere) it takes
 * as long and says no, so that the time tells nobody which accounts exist.
 */
export function verifyPassword(password: string, passwordHash: string | null | undefined): Promise<boolean> {
  return inTurn(async () => (await verify(passwordHash ?? DECOY, password)) && passwordHash != null);
}

/** Whether the hash was made with other parameters than ours of today. */
export function isOutdated(passwordHash: string): boolean {
  return !passwordHash.startsWith(PREFIX);
}

/** A password nobody has to invent: 20 characters, 100 bits. */
export function randomPassword(): string {
  return [...randomBytes(20)].map((byte) => 'abcdefghijkmnpqrstuvwxyz23456789'[byte % 32]).join('');
}

/** Runs so much work at once, lets so much wait in line, and throws RATE_LIMITED beyond. */
export function createTurns(max: { atOnce: number; waiting: number }): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const line: (() => void)[] = [];
  return async (work) => {
    if (running < max.atOnce) running++;
    else if (line.length < max.waiting) await new Promise<void>((takePlace) => line.push(takePlace));
    else throw new StepCloudError('RATE_LIMITED', 'too many sign-ins at once; try again soon', { retryAfterS: 1 });
    try {
      return await work();
    } finally {
      const takePlace = line.shift();
      if (takePlace)
        takePlace(); // the place changes hands: nobody who comes in between finds it free
      else running--;
    }
  };
}
