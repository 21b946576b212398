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
import { createSensors, findSensors, type KnownSensor, type NewSensor, type ValueType } from '../db/sensors.ts';
import type { RefusalCode } from '../errors.ts';
import { hasDeviceRows, type Value } from '../messages/kind.ts';
import type { DecodedMessage } from './decode.ts';

/** Offices of gateways and states of devices are looked up again after this time; ids and types of sensors stay. */
const TRUSTED_MS = 5_000;
const HEARD_EVERY_MS = 60_000;
const CACHED_DEVICES = 50_000;

export type Sensor = Pick<KnownSensor, 'id' | 'valueType'>;

export interface Device extends KnownDevice {
  readonly sensors: Map<string, Sensor>;
}

interface CachedDevice extends Device {
  checkedAt: number;
  /** When each gateway's hearing of it was last written down. */
  readonly heardAt: Map<string, number>;
}

/** A device as one gateway names it, with what a batch has about it. */
interface Subject extends DeviceName {
  readonly messages: DecodedMessage[];
  device: CachedDevice | undefined;
}

/** The rows that a batch refers to, by the names it uses. */
export interface References {
  home(gatewayId: string): GatewayHome | undefined;
  /** The device a message is about, or why its data cannot be taken. */
  device(message: DecodedMessage): Device | { refused: RefusalCode; detail: string };
  /** Gateways that hear a device which this process did not know them to hear. */
  readonly newHearers: ReadonlySet<string>;
}

export interface ReferenceCache {
  /**
   * Looks up what a batch refers to, in its messages and beside them; makes devices and sensors that are heard of for the
   * first time.
   */
  resolve(messages: readonly DecodedMessage[], otherGateways?: Iterable<string>): Promise<References>;
}

/**
 * Devices and sensors are made before the transaction that stores their readings, each in a statement of its own: two
 * workers that meet a new sensor at once then wait for one row, not for a whole batch, and a row too many does no harm.
 */
export function createReferenceCache(
  db: Db,
  limits: BrokerSettings['limits'],
  clock: () => number,
  maxDevices = CACHED_DEVICES,
): ReferenceCache {
  const homes = new Map<string, GatewayHome & { checkedAt: number }>();
  const cache = new Map<string, CachedDevice>();

  return {
    async resolve(messages, otherGateways = []) {
      await loadHomes(messages, otherGateways);
      const { subjects, subjectOf } = groupBySubject(messages);
      const overLimit = await loadDevices(subjects);
      await loadSensors(subjects);
      const newHearers = await writeHeard(subjects);
      return {
        newHearers,
        home: (gatewayId) => homes.get(gatewayId),
        device: (message) => answer(subjectOf(message), overLimit),
      };
    },
  };

  function answer(subject: Subject | undefined, overLimit: ReadonlySet<string>): ReturnType<References['device']> {
    const device = subject?.device;
    if (device?.state === 'blocked' || device?.state === 'archived') {
      return { refused: 'DEVICE_BLOCKED', detail: `the device is ${device.state}` };
    }
    if (device) return device;
    const limit = `${limits.pendingDevicesPerGateway} devices of this gateway wait for approval already`;
    return overLimit.has(subject?.gatewayId ?? '')
      ? { refused: 'DEVICE_LIMIT', detail: limit }
      : { refused: 'STORAGE_REFUSED', detail: 'the device could not be created' };
  }

  async function loadHomes(messages: readonly DecodedMessage[], others: Iterable<string>): Promise<void> {
    const checkedAt = clock();
    const wanted = new Set<string>();
    const want = (gatewayId: string): void => {
      if ((homes.get(gatewayId)?.checkedAt ?? 0) <= checkedAt - TRUSTED_MS) wanted.add(gatewayId);
    };
    for (const { gatewayId } of messages) want(gatewayId);
    for (const gatewayId of others) want(gatewayId);
    if (wanted.size === 0) return;
    for (const [id, home] of await findGatewayHomes(db, [...wanted])) homes.set(id, { ...home, checkedAt });
  }

  /** The devices that a batch has rows for. */
  function groupBySubject(messages: readonly DecodedMessage[]) {
    const subjects: Subject[] = [];
    const known = new Map<string, Map<string, Subject>>();
    for (const message of messages) {
      const { gatewayId, deviceKey } = message;
      const home = homes.get(gatewayId);
      if (!home || deviceKey === undefined || !hasDeviceRows(message)) continue;
      const own = known.get(gatewayId) ?? new Map<string, Subject>();
      if (own.size === 0) known.set(gatewayId, own);
      let subject = own.get(deviceKey);
      if (!subject) {
        subject = {
          gatewayId,
          ...home,
          key: deviceKey,
          messages: [],
          device: cache.get(cacheKey(home.officeId, deviceKey)),
        };
        own.set(deviceKey, subject);
        subjects.push(subject);
      }
      subject.messages.push(message);
    }
    const subjectOf = ({ gatewayId, deviceKey = '' }: DecodedMessage) => known.get(gatewayId)?.get(deviceKey);
    return { subjects, subjectOf };
  }

  /** Returns the gateways that may have no more pending devices. */
  async function loadDevices(subjects: readonly Subject[]): Promise<Set<string>> {
    if (cache.size > maxDevices) cache.clear();
    const staleBefore = clock() - TRUSTED_MS;
    const absent = await lookUp(subjects.filter(({ device }) => (device?.checkedAt ?? 0) <= staleBefore));
    const { allowed, overLimit } = await withinLimit(absent);
    if (allowed.length > 0) {
      await createPendingDevices(db, allowed);
      await lookUp(allowed);
    }
    return overLimit;
  }

  /** Finds the devices of subjects, in the database, and returns the subjects that have none. */
  async function lookUp(subjects: readonly Subject[]): Promise<Subject[]> {
    if (subjects.length === 0) return [];
    const found = await findDevices(db, subjects);
    const checkedAt = clock();
    for (const [index, subject] of subjects.entries()) {
      const row = found[index];
      const key = cacheKey(subject.officeId, subject.key);
      const known = cache.get(key);
      subject.device = undefined;
      if (!row) cache.delete(key);
      else if (known?.id === row.id) subject.device = Object.assign(known, { state: row.state, checkedAt });
      else subject.device = { ...row, checkedAt, sensors: new Map(), heardAt: new Map() };
      if (subject.device) cache.set(key, subject.device);
    }
    return subjects.filter(({ device }) => !device);
  }

  async function withinLimit(absent: readonly Subject[]): Promise<{ allowed: Subject[]; overLimit: Set<string> }> {
    const room = new Map<string, number>();
    const overLimit = new Set<string>();
    const allowed: Subject[] = [];
    for (const subject of absent) {
      const { gatewayId } = subject;
      const left = room.get(gatewayId) ?? limits.pendingDevicesPerGateway - (await countPendingDevices(db, gatewayId));
      if (left > 0) allowed.push(subject);
      else overLimit.add(gatewayId);
      room.set(gatewayId, left - 1);
    }
    return { allowed, overLimit };
  }

  /** Finds the sensors that the cache does not have, and makes those that the database does not have either. */
  async function loadSensors(subjects: readonly Subject[]): Promise<void> {
    const wanted = wantedSensors(subjects);
    if (wanted.size === 0) return;
    await readSensors(wanted.keys());
    const missing: NewSensor[] = [];
    for (const [{ id, sensors }, labels] of wanted) {
      let room = limits.sensorsPerDevice - sensors.size;
      for (const [label, valueType] of labels) {
        const sensor = sensors.get(label);
        const isMissing = sensor ? sensor.valueType === null && valueType !== null : room-- > 0;
        if (isMissing) missing.push({ deviceId: id, label, valueType });
      }
    }
    if (missing.length === 0) return;
    await createSensors(db, missing);
    await readSensors(wanted.keys());
  }

  /** Labels that the cache does not have, or has no type of, each with the type of its first value or null. */
  function wantedSensors(subjects: readonly Subject[]): Map<CachedDevice, Map<string, ValueType | null>> {
    const wanted = new Map<CachedDevice, Map<string, ValueType | null>>();
    const want = (device: CachedDevice, label: string, valueType: ValueType | null): void => {
      const labels = wanted.get(device) ?? new Map<string, ValueType | null>();
      wanted.set(device, labels);
      labels.set(label, labels.get(label) ?? valueType);
    };
    for (const { device, messages } of subjects) {
      if (!device) continue;
      const isFull = device.sensors.size >= limits.sensorsPerDevice;
      for (const { readings, registration } of messages) {
        for (const { label, value } of readings) {
          const sensor = device.sensors.get(label);
          if (sensor ? sensor.valueType === null : !isFull) want(device, label, typeOf(value));
        }
        for (const { label } of registration?.sensors ?? []) {
          if (!isFull && !device.sensors.has(label)) want(device, label, null);
        }
      }
    }
    return wanted;
  }

  async function readSensors(devices: Iterable<CachedDevice>): Promise<void> {
    const byId = new Map([...devices].map((device) => [device.id, device]));
    for (const { deviceId, label, id, valueType } of await findSensors(db, [...byId.keys()])) {
      byId.get(deviceId)?.sensors.set(label, { id, valueType });
    }
  }

  /** Returns the gateways that hear a device for the first time, as far as the cache knows. */
  async function writeHeard(subjects: readonly Subject[]): Promise<Set<string>> {
    const heard: { device: CachedDevice; deviceId: string; gatewayId: string; at: number }[] = [];
    for (const { device, gatewayId, messages } of subjects) {
      const at = messages.at(-1)?.receivedAt ?? 0;
      if (!device || at < (device.heardAt.get(gatewayId) ?? 0) + HEARD_EVERY_MS) continue;
      heard.push({ device, deviceId: device.id, gatewayId, at });
    }
    await noteHeard(db, heard);
    const newHearers = new Set(
      heard.filter(({ device, gatewayId }) => !device.heardAt.has(gatewayId)).map((one) => one.gatewayId),
    );
    for (const { device, gatewayId, at } of heard) device.heardAt.set(gatewayId, at);
    return newHearers;
  }
}

export function typeOf(value: Value): ValueType {
  return typeof value as ValueType;
}

function cacheKey(officeId: string, key: string): string {
  return `${officeId}\n${key}`;
}
