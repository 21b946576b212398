import type { BrokerSettings } from '../config.ts';
import type { Db } from '../db/database.ts';
import { type DelayReason, findDelay } from '../db/delays.ts';
import { readUse } from '../db/gateway-use.ts';

/** A limit, and how much of it is in use where that is counted. */
export interface Limit {
  limit: number;
  used?: number;
}

export interface GatewayLimits {
  limits: Record<string, Limit>;
  /** Since when brokers read the gateway less often than it sends, and why; null while they do not. */
  delayed: { reason: DelayReason; since: Date } | null;
}

/** What a gateway may, how much of it is in use, and whether it is delayed: for its `down/session` and both APIs. */
export async function readGatewayLimits(
  db: Db,
  { limits, rates }: Pick<BrokerSettings, 'limits' | 'rates'>,
  gatewayId: string,
): Promise<GatewayLimits> {
  const [use, delay] = [await readUse(db, gatewayId), await findDelay(db, gatewayId)];
  return {
    limits: {
      pendingDevices: { limit: limits.pendingDevicesPerGateway, used: use.pendingDevices },
      sensorsPerDevice: { limit: limits.sensorsPerDevice },
      deadLetters: { limit: limits.deadLettersPerGateway, used: use.deadLetters },
      messagesPerSecond: { limit: rates.gateway.messagesPerSecond, used: use.messagesPerSecond },
      bytesPerSecond: { limit: rates.gateway.bytesPerSecond },
      burstMessages: { limit: rates.gateway.messagesPerSecond * rates.burstSeconds },
      burstBytes: { limit: rates.gateway.bytesPerSecond * rates.burstSeconds },
      customerMessagesPerSecond: { limit: rates.customer.messagesPerSecond },
      customerBytesPerSecond: { limit: rates.customer.bytesPerSecond },
    },
    delayed: delay ?? null,
  };
}
