import type { Db } from '../db/database.ts';
import { type GatewayClock, moveClocks } from '../db/gateway-clocks.ts';

const MEASURED_EVERY_MS = 60_000;
const CACHED_GATEWAYS = 50_000;

/** Writes down how far clocks are off: of each gateway once a minute, though it may tell with every message. */
export type NoteClocks = (clocks: Iterable<GatewayClock>) => Promise<void>;

/** `measured` is told what is written down, milliseconds. */
export function createClocks(db: Db, measured: (skewMs: number) => void): NoteClocks {
  const measuredAt = new Map<string, number>();

  return async (clocks) => {
    if (measuredAt.size > CACHED_GATEWAYS) measuredAt.clear();
    const due = [...clocks].filter((clock) => {
      return clock.measuredAt >= (measuredAt.get(clock.gatewayId) ?? 0) + MEASURED_EVERY_MS;
    });
    await moveClocks(db, due);
    for (const clock of due) {
      measuredAt.set(clock.gatewayId, clock.measuredAt);
      measured(clock.skewMs);
    }
  };
}
