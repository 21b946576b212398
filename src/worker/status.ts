import type { Db } from '../db/database.ts';
import { moveStatus, type ReceivedStatus } from '../db/gateway-status.ts';
import type { Outcome } from './outcome.ts';

/** Keeps the newest status that each gateway sent. */
export async function writeStatus(tx: Db, outcomes: readonly Outcome[]): Promise<void> {
  const newest = new Map<string, ReceivedStatus>();
  for (const outcome of outcomes) {
    const { status, gatewayId, receivedAt } = outcome.message;
    if (!status) continue;
    newest.set(gatewayId, { ...status, gatewayId, receivedAt });
    outcome.stored++;
  }
  await moveStatus(
    tx,
    [...newest.values()].sort((a, b) => (a.gatewayId < b.gatewayId ? -1 : 1)),
  );
}
