import type { Db } from '../db/database.ts';
import { hasDeviceRows } from '../messages/kind.ts';
import type { DecodedMessage } from './decode.ts';
import { writeEvents } from './events.ts';
import type { Accepted, Outcome } from './outcome.ts';
import { writeReadings } from './readings.ts';
import type { References } from './references.ts';
import { writeRegistrations } from './registrations.ts';
import { writeStatus } from './status.ts';

/** Writes what the messages come to, each table once, and says what became of every message. */
export async function writeRows(
  tx: Db,
  references: References,
  messages: readonly DecodedMessage[],
): Promise<Outcome[]> {
  const outcomes = messages.map(toOutcome);
  const accepted: Accepted[] = [];
  for (const outcome of outcomes) {
    if (!hasDeviceRows(outcome.message)) continue;
    const device = references.device(outcome.message);
    if ('refused' in device) outcome.refusals.push({ code: device.refused, path: '', detail: device.detail });
    else accepted.push({ outcome, device });
  }
  await writeReadings(tx, accepted);
  await writeRegistrations(tx, accepted); // before events, which are judged by the units that sensors have
  await writeEvents(tx, accepted);
  await writeStatus(tx, outcomes);
  return outcomes;
}

function toOutcome(message: DecodedMessage): Outcome {
  return { message, stored: 0, duplicate: 0, refusals: [...message.refusals], values: [], events: [] };
}
