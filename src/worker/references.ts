import type { BrokerSettings } from '../config.ts';
import type { Db } from '../db/database.ts';
import {
  countPendingDevices,
  createPendingDevices,
  type DeviceName,
  findDevices,
  type KnownDevice,
  noteHeard,
} from '../db/devices.ts';
import { findGatewayHomes, type GatewayHome } from '../db/gateways.ts';
import { createSensors, findSensors, type ValueType } from '../db/sensors.ts';
import type { RefusalCode } from '../errors.ts';
import type { Value } from '../messages/kind.ts';
import type { DecodedMessage } from './decode.ts';

/** States of devices are looked up again after this time; ids and types of sensors never change. */
const TRUSTED_MS = 5_000;
const HEARD_EVERY_MS = 60_000;
const CACHED_DEVICES = 50_000;

export interface Sensor {
  readonly id: number;
  readonly valueType: ValueType;
}

export interface Device extends KnownDevice {
  readonly sensors: Map<string, Sensor>;
}

interface CachedDevice extends Device {
  checkedAt: number;
  /** When each gateway's hearing of it was last written down. */
  readonly heardAt: Map<string, number>;
}

/** The rows that a batch refers to, by the names it uses. */
export interface References {
  home(gatewayId: string): GatewayHome | undefined;
  /** The device a message is about, or why its data cannot be taken. */
  device(message: DecodedMessage): Device | { refused: RefusalCode; detail: string };
}

export interface ReferenceCache {
  /** Looks up what a batch refers to; makes devices and sensors that are heard of for the first time. */
  resolve(messages: readonly DecodedMessage[]): Promise<References>;
}

/**
 * Devices and sensors are made before the transaction that stores their readings, each in a statement of its own: two
 * workers that meet a new sensor at once then wait for one row, not for a whole batch, and a row too many does no harm.
 */
export function createReferenceCache(db: Db, limits: BrokerSettings['limits'], clock: () => number): ReferenceCache {
  const homes = new Map<string, GatewayHome>();
  const devices = new Map<string, CachedDevice>();

  return {
    async resolve(messages) {
      await loadHomes(messages);
      const overLimit = await loadDevices(messages);
      await loadSensors(messages);
      await writeHeard(messages);
      return {
        home: (gatewayId) => homes.get(gatewayId),
        device(message) {
          const device = deviceOf(message);
          if (device?.state === 'blocked' || device?.state === 'archived') {
            return { refused: 'DEVICE_BLOCKED', detail: `the device is ${device.state}` };
          }
          if (device) return device;
          const limit = `${limits.pendingDevicesPerGateway} devices of this gateway wait for approval already`;
          return overLimit.has(message.gatewayId)
            ? { refused: 'DEVICE_LIMIT', detail: limit }
            : { refused: 'STORAGE_REFUSED', detail: 'the device could not be created' };
        },
      };
    },
  };

  function deviceOf({ gatewayId, deviceKey }: DecodedMessage): CachedDevice | undefined {
    const home = homes.get(gatewayId);
    return home && deviceKey !== undefined ? devices.get(cacheKey(home.officeId, deviceKey)) : undefined;
  }

  async function loadHomes(messages: readonly DecodedMessage[]): Promise<void> {
    const missing = new Set(messages.map(({ gatewayId }) => gatewayId).filter((id) => !homes.has(id)));
    if (missing.size === 0) return;
    for (const [id, home] of await findGatewayHomes(db, [...missing])) homes.set(id, home);
  }

  /** Returns the gateways that may have no more pending devices. */
  async function loadDevices(messages: readonly DecodedMessage[]): Promise<Set<string>> {
    if (devices.size > CACHED_DEVICES) devices.clear();
    const staleBefore = clock() - TRUSTED_MS;
    const wanted = new Map<string, DeviceName>();
    for (const message of messages) {
      const { gatewayId, deviceKey } = message;
      const home = homes.get(gatewayId);
      if (!home || deviceKey === undefined || message.readings.length === 0) continue;
      const key = cacheKey(home.officeId, deviceKey);
      if ((devices.get(key)?.checkedAt ?? 0) <= staleBefore) wanted.set(key, { gatewayId, key: deviceKey, ...home });
    }
    const absent = await lookUp([...wanted.values()]);
    const { allowed, overLimit } = await withinLimit(absent);
    if (allowed.length > 0) {
      await createPendingDevices(db, allowed);
      await lookUp(allowed);
    }
    return overLimit;
  }

  /** Puts what is there into the cache and returns what is not. */
  async function lookUp(names: readonly DeviceName[]): Promise<DeviceName[]> {
    if (names.length === 0) return [];
    const found = await findDevices(db, names);
    const checkedAt = clock();
    return names.filter((name, index) => {
      const device = found[index];
      const key = cacheKey(name.officeId, name.key);
      if (!device) return devices.delete(key) || true;
      const cached = devices.get(key);
      if (cached?.id === device.id) Object.assign(cached, { state: device.state, checkedAt });
      else devices.set(key, { ...device, checkedAt, sensors: new Map(), heardAt: new Map() });
      return false;
    });
  }

  async function withinLimit(
    absent: readonly DeviceName[],
  ): Promise<{ allowed: DeviceName[]; overLimit: Set<string> }> {
    const room = new Map<string, number>();
    const overLimit = new Set<string>();
    const allowed: DeviceName[] = [];
    for (const name of absent) {
      const left =
        room.get(name.gatewayId) ?? limits.pendingDevicesPerGateway - (await countPendingDevices(db, name.gatewayId));
      if (left > 0) allowed.push(name);
      else overLimit.add(name.gatewayId);
      room.set(name.gatewayId, left - 1);
    }
    return { allowed, overLimit };
  }

  async function loadSensors(messages: readonly DecodedMessage[]): Promise<void> {
    const wanted = new Map<string, { device: CachedDevice; label: string; valueType: ValueType }>();
    for (const message of messages) {
      const device = deviceOf(message);
      if (!device) continue;
      for (const { label, value } of message.readings) {
        const key = `${device.id}\n${label}`;
        if (!device.sensors.has(label) && !wanted.has(key))
          wanted.set(key, { device, label, valueType: typeOf(value) });
      }
    }
    if (wanted.size === 0) return;
    const byId = new Map([...wanted.values()].map(({ device }) => [device.id, device]));
    await readSensors(byId);
    const absent = [...wanted.values()].filter(({ device, label }) => !device.sensors.has(label));
    const room = new Map<CachedDevice, number>();
    const allowed = absent.filter(({ device }) => {
      const left = room.get(device) ?? limits.sensorsPerDevice - device.sensors.size;
      room.set(device, left - 1);
      return left > 0;
    });
    if (allowed.length === 0) return;
    await createSensors(
      db,
      allowed.map(({ device, label, valueType }) => ({ deviceId: device.id, label, valueType })),
    );
    await readSensors(byId);
  }

  async function readSensors(byId: ReadonlyMap<string, CachedDevice>): Promise<void> {
    for (const { deviceId, label, id, valueType } of await findSensors(db, [...byId.keys()])) {
      byId.get(deviceId)?.sensors.set(label, { id, valueType });
    }
  }

  async function writeHeard(messages: readonly DecodedMessage[]): Promise<void> {
    const heard = new Map<string, { deviceId: string; gatewayId: string; at: number; device: CachedDevice }>();
    for (const message of messages) {
      const device = deviceOf(message);
      if (!device || message.receivedAt < (device.heardAt.get(message.gatewayId) ?? 0) + HEARD_EVERY_MS) continue;
      heard.set(`${device.id} ${message.gatewayId}`, {
        deviceId: device.id,
        gatewayId: message.gatewayId,
        at: message.receivedAt,
        device,
      });
    }
    await noteHeard(db, [...heard.values()]);
    for (const { device, gatewayId, at } of heard.values()) device.heardAt.set(gatewayId, at);
  }
}

export function typeOf(value: Value): ValueType {
  return typeof value as ValueType;
}

function cacheKey(officeId: string, key: string): string {
  return `${officeId}\n${key}`;
}
