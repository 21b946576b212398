import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../telemetry/log.ts';

const RETRY_MS = 500;

/** Something of BullMQ's that lives while its store answers. */
export interface Held<T> {
  /** Undefined until the store answered, and while it is being built anew. */
  current(): T | undefined;
  /** Gives up the present one and builds another: for one that does not come back by itself. */
  renew(broken: T): void;
  close(): Promise<T | undefined>;
}

/**
 * Builds as soon as that succeeds and tries for ever until then. BullMQ's objects must not be built earlier: the first
 * failure to connect is remembered by its Postgres backend, and such a queue or worker stays dead without a word.
 */
export function keepOpen<T>(
  what: string,
  log: Log,
  build: () => Promise<T>,
  discard: (broken: T) => Promise<void>,
): Held<T> {
  const closing = new AbortController();
  let current: T | undefined;
  let building = start();

  async function start(): Promise<void> {
    for (let failures = 0; !closing.signal.aborted; failures++) {
      try {
        current = await build();
        if (failures > 0) log.info(`${what}: connected`);
        return;
      } catch (error) {
        if (failures === 0) log.warn({ reason: (error as Error).message }, `${what}: not available yet, trying again`);
        await delay(RETRY_MS, undefined, { signal: closing.signal }).catch(() => {});
      }
    }
  }

  return {
    current: () => current,
    renew(broken) {
      if (broken !== current || closing.signal.aborted) return;
      log.warn(`${what}: building it anew`);
      current = undefined;
      building = discard(broken)
        .catch(() => {})
        .then(start);
    },
    async close() {
      closing.abort();
      await building;
      return current;
    },
  };
}
