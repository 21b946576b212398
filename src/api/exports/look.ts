import type { Database } from '../../db/database.ts';
import type { Scope } from '../../db/scope.ts';
import { standingScope, type UserCaller } from '../guards.ts';
import type { Format } from './formats.ts';
import type { WriteTime } from './times.ts';

/** Looks something up on behalf of a caller, when it is the turn of this export. */
export type Look = <T>(work: (db: Database, scope: Scope) => Promise<T>) => Promise<T>;

/** How an export writes what it found. */
export interface Writing {
  readonly format: Format;
  /** One for each column of times, since it remembers the last one. */
  readonly timeWriter: () => WriteTime;
}

export interface LookOptions {
  readonly reader: Database;
  readonly clock: () => number;
  readonly turns: <T>(work: () => Promise<T>) => Promise<T>;
}

/** How long a caller who may no more is not noticed. */
const STANDING_MS = 2_000;

/** An export goes on for longer than a request is good for: whether its caller still may is asked again and again. */
export function createLook({ reader, clock, turns }: LookOptions, caller: UserCaller): Look {
  let { scope } = caller;
  let checkedAt = clock();
  return (work) =>
    turns(async () => {
      const now = clock();
      if (Math.abs(now - checkedAt) >= STANDING_MS) {
        scope = await standingScope(caller);
        checkedAt = now;
      }
      return work(reader, scope);
    });
}
