import { ensurePartitions } from '../../src/db/partitions.ts';
import { events } from '../../src/messages/events.ts';
import { writeEvents } from '../../src/worker/events.ts';
import type { Outcome } from '../../src/worker/outcome.ts';
import { DAY, NOW, type Scene } from './scene.ts';

/** Stores an event as the worker does, and returns its id. */
export async function storeEvent(scene: Scene, gatewayId: string, deviceId: string, payload: object): Promise<string> {
  const message = { gatewayId, deviceKey: 'd', receivedAt: NOW, payload: JSON.parse(JSON.stringify(payload)) };
  const rows = events.rows(message, { horizonMs: 4_000 * DAY, aheadMs: DAY / 24 });
  const [event] = rows.events;
  if (!event || rows.refusals.length > 0) throw new Error(JSON.stringify(rows.refusals));
  for (const table of ['event_sensor', 'event_log', 'event_setting'] as const) {
    await ensurePartitions(scene.db, table, [event.recordedAt], 'month');
  }
  const outcome = { message: { ...message, ...rows }, stored: 0, duplicate: 0, refusals: [], values: [], events: [] };
  const accepted = {
    outcome: outcome as unknown as Outcome,
    device: { id: deviceId, state: 'active', sensors: new Map() },
  };
  await scene.db.transaction().execute((tx) => writeEvents(tx, [accepted as never]));
  return event.id;
}
