import type { GatewayBoot } from '../db/gateway-boots.ts';
import type { GatewayClock } from '../db/gateway-clocks.ts';
import { StepCloudError } from '../errors.ts';
import type { Kind, Message, Stamp } from './kind.ts';
import { isFields } from './payload.ts';
import { readBoot, zeroOf } from './power-up.ts';
import { parseTime } from './values.ts';

/** What the stamps of messages tell of the gateways that sent them. */
export interface Told {
  /** Every power-up as often as it is named, with the zero that this receipt of it tells. */
  readonly boots: GatewayBoot[];
  /** By gateway, the last that its messages tell. */
  readonly clocks: Map<string, GatewayClock>;
}

export const STAMP = ['boot', 'sentUp', 'sentAt'] as const;

/** `eachStamp` of kinds whose payload is one object with one stamp. */
export function wholeStamp(payload: unknown, visit: (stamp: Stamp) => void): void {
  if (isFields(payload)) visit(payload);
}

/** Adds what a message tells. What cannot be read tells nothing: where it is needed, it is refused. */
export function collectStamps(kind: Kind, { gatewayId, payload, receivedAt }: Message, { boots, clocks }: Told): void {
  kind.eachStamp(payload, (stamp) => {
    if (stamp.boot != null) {
      const named = readBoot(stamp);
      if ('boot' in named) boots.push({ gatewayId, boot: named.boot, zero: zeroOf(named, receivedAt), receivedAt });
    }
    const sentAt = stamp.sentAt == null ? undefined : readSentAt(stamp.sentAt);
    if (sentAt !== undefined) clocks.set(gatewayId, { gatewayId, skewMs: receivedAt - sentAt, measuredAt: receivedAt });
  });
}

function readSentAt(given: unknown): number | undefined {
  try {
    return parseTime(given);
  } catch (error) {
    if (error instanceof StepCloudError) return undefined;
    throw error;
  }
}
