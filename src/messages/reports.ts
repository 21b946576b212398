import type { DeviceStateRow } from '../db/device-states.ts';
import type { DeviceConfig, SessionReport } from './downlink.ts';

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
