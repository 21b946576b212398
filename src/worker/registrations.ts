import { isDeepStrictEqual } from 'node:util';
import { recordAudits } from '../db/audit.ts';
import { findModels } from '../db/catalogue.ts';
import type { Db } from '../db/database.ts';
import { type DeviceDetails, type LockedDevice, lockAnyDevices, updateDevices } from '../db/devices.ts';
import { findGatewayLabels } from '../db/gateways.ts';
import { type DeclaredSensor, lockSensors, updateSensors } from '../db/sensors.ts';
import type { Refusal, RegistrationRow, SensorRow } from '../messages/kind.ts';
import { refuseUnit } from '../messages/refusals.ts';
import type { DecodedMessage } from './decode.ts';
import type { Accepted, Outcome } from './outcome.ts';
import type { Device } from './references.ts';

/** A registration on its way into its device and sensors, and the message that brought it. */
interface Candidate {
  readonly row: RegistrationRow;
  readonly outcome: Outcome;
  readonly device: Device;
}

/** A registration that took its device into the charts. */
interface Activation {
  readonly device: LockedDevice;
  readonly row: RegistrationRow;
  readonly message: DecodedMessage;
}

/** Rows that the transaction holds, by id, as they are to be; and which of them are other than before. */
interface Held<Row extends { readonly id: unknown }> {
  readonly rows: Map<Row['id'], Row>;
  readonly changed: Set<Row['id']>;
}

/**
 * Registers devices and declares their sensors, in the order of the messages, and notes in their outcomes what became of
 * them. Only what is empty is filled, since a user may have given it; where a device is reached follows the newest.
 */
export async function writeRegistrations(tx: Db, accepted: readonly Accepted[]): Promise<void> {
  const candidates: Candidate[] = [];
  for (const { outcome, device } of accepted) {
    const { registration: row } = outcome.message;
    if (row) candidates.push({ row, outcome, device });
  }
  if (candidates.length === 0) return;
  const models = await findModels(tx, [...new Set(candidates.map(({ row }) => row.model))]);
  const devices = hold(await lockAnyDevices(tx, [...new Set(candidates.map(({ device }) => device.id))]));
  const sensors = hold(await lockSensors(tx, [...new Set(candidates.flatMap(sensorIds))]));
  const activated: Activation[] = [];
  for (const { row, outcome, device } of candidates) {
    const known = devices.rows.get(device.id);
    const modelId = models.get(row.model);
    if (known?.state !== 'pending' && known?.state !== 'active') {
      refuse(outcome, 'DEVICE_BLOCKED', '', `the device is ${known?.state ?? 'gone'}`);
    } else if (modelId === undefined) {
      refuse(outcome, 'MODEL_UNKNOWN', '/model', `the catalogue has no ${JSON.stringify(row.model)}`);
    } else {
      let isNews = change(devices, known, fill(known, row, modelId));
      for (const sensor of row.sensors) isNews = declare(sensors, device, sensor, outcome) || isNews;
      if (known.state === 'pending') activated.push({ device: known, row, message: outcome.message });
      if (isNews) outcome.stored++;
      else outcome.duplicate++;
    }
  }
  await updateDevices(tx, changedRows(devices));
  await updateSensors(tx, changedRows(sensors));
  await auditActivations(tx, activated);
}

function sensorIds({ row, device }: Candidate): number[] {
  return row.sensors.flatMap(({ label }) => device.sensors.get(label)?.id ?? []);
}

function fill<Known extends DeviceDetails>(known: Known, row: RegistrationRow, modelId: string): Known {
  return {
    ...known,
    state: 'active',
    modelId: known.modelId ?? modelId,
    label: known.label ?? row.label,
    serialNumber: known.serialNumber ?? row.serialNumber,
    registrationCode: known.registrationCode ?? row.registrationCode,
    interfaceName: row.interfaceName ?? known.interfaceName,
    networkAddress: row.networkAddress ?? known.networkAddress,
  };
}

/** At the time of receipt, since that is when the gateway did it. */
async function auditActivations(tx: Db, activated: readonly Activation[]): Promise<void> {
  if (activated.length === 0) return;
  const labels = await findGatewayLabels(tx, [...new Set(activated.map(({ message }) => message.gatewayId))]);
  const records = activated.map(({ device, row, message }) => ({
    at: new Date(message.receivedAt),
    actor: { kind: 'gateway', id: message.gatewayId, name: labels.get(message.gatewayId) ?? null } as const,
    action: 'device.registered' as const,
    subject: { kind: 'device', id: device.id, name: device.label ?? row.label ?? device.key },
    customerId: device.customerId,
    officeId: device.officeId,
    detail: { key: device.key, model: row.model },
  }));
  await recordAudits(tx, records);
}

/** Whether that changed anything. Measure and visualization are those of the first declaration. */
function declare(sensors: Held<DeclaredSensor>, { sensors: known }: Device, row: SensorRow, outcome: Outcome) {
  const { label, unit, measure, visualization, path, item } = row;
  const sensor = sensors.rows.get(known.get(label)?.id ?? -1);
  if (!sensor) {
    refuse(outcome, 'SENSOR_LIMIT', path, 'the device has as many sensors as it may have', item);
    return false;
  }
  if (unit !== null && sensor.unit !== null && unit !== sensor.unit) {
    outcome.refusals.push(refuseUnit(row, sensor.unit));
    return false;
  }
  const declared = sensor.isDeclared ? sensor : { ...sensor, measure, visualization, isDeclared: true };
  return change(sensors, sensor, { ...declared, unit: sensor.unit ?? unit });
}

function hold<Row extends { readonly id: unknown }>(rows: readonly Row[]): Held<Row> {
  return { rows: new Map(rows.map((row) => [row.id, row])), changed: new Set() };
}

function change<Row extends { readonly id: unknown }>({ rows, changed }: Held<Row>, before: Row, after: Row): boolean {
  if (isDeepStrictEqual(before, after)) return false;
  rows.set(after.id, after);
  changed.add(after.id);
  return true;
}

function changedRows<Row extends { readonly id: unknown }>({ rows, changed }: Held<Row>): Row[] {
  return [...rows.values()].filter(({ id }) => changed.has(id));
}

function refuse({ refusals }: Outcome, code: Refusal['code'], path: string, detail: string, item?: unknown): void {
  refusals.push({ code, path, detail, item });
}
