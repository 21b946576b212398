import type { Db } from '../db/database.ts';
import { moveStatus, type ReceivedStatus } from '../db/gateway-status.ts';
import type { Outcome } from './outcome.ts';

/** Keeps the newest status that each gateway sent, with the versions that were said last. */
export async function writeStatus(tx: Db, outcomes: readonly Outcome[]): Promise<void> {
  const newest = new Map<string, ReceivedStatus>();
  for (const outcome of outcomes) {
    const { status, gatewayId, receivedAt } = outcome.message;
    if (!status) continue;
    const before = newest.get(gatewayId);
    newest.set(gatewayId, {
      ...status,
      softwareVersion: status.softwareVersion ?? before?.softwareVersion ?? null,
      hardwareVersion: status.hardwareVersion ?? before?.hardwareVersion ?? null,
      gatewayId,
      receivedAt,
    });
    outcome.stored++;
  }
  await moveStatus(
    tx,
    [...newest.values()].sort((a, b) => (a.gatewayId < b.gatewayId ? -1 : 1)),
  );
}
