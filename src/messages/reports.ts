import type { Complaint } from '../db/complaints.ts';
import type { DeviceStateRow } from '../db/device-states.ts';
import type { UntoldWarning } from '../db/warnings.ts';
import { WARNING_CODES } from '../errors.ts';
import type { DeviceConfig, ErrorReport, SessionReport } from './downlink.ts';

// What a gateway is told, by the broker on `down/` and by the gateway API alike.

export function toDeviceConfig(devices: readonly DeviceStateRow[], { complete }: { complete: boolean }): DeviceConfig {
  return { complete, devices: devices.map(({ key, ...device }) => ({ device: key, ...device })) };
}

export interface SessionFacts {
  readonly serverTime: number;
  /** When what the gateway came with ends. */
  readonly expiresAt: number;
  readonly maxPacketBytes: number;
  readonly renewable: boolean;
  /** A fresh token. */
  readonly token?: string | undefined;
}

/** All but the limits. Times are epoch milliseconds. */
export function toSessionReport({ serverTime, expiresAt, token, ...facts }: SessionFacts): SessionReport {
  return {
    serverTime: new Date(serverTime).toISOString(),
    exp: new Date(expiresAt).toISOString(),
    ...facts,
    ...(token !== undefined && { token }),
  };
}

/** A dead letter, as its gateway is told of it. */
export function toErrorReport({ ref, detail, lastReceivedAt, gatewayId: _, ...complaint }: Complaint): ErrorReport {
  return {
    severity: 'error',
    ...complaint,
    ...(ref !== null && { ref }),
    text: detail,
    receivedAt: lastReceivedAt.toISOString(),
  };
}

/** A warning, as its gateway is told of it. */
export function toWarningReport({ id, messageId, ref, topic, path, code, lastSeenAt }: UntoldWarning): ErrorReport {
  return {
    severity: 'warning',
    id,
    messageId,
    ...(ref !== null && { ref }),
    topic,
    path,
    code: code as ErrorReport['code'],
    text: WARNING_CODES[code as keyof typeof WARNING_CODES],
    receivedAt: lastSeenAt.toISOString(),
  };
}
