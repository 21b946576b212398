import type { FastifyRequest } from 'fastify';
import { type AuditAction, type AuditRecord, recordAudits } from '../../db/audit.ts';
import { findModelId } from '../../db/catalogue.ts';
import type { Database, Db } from '../../db/database.ts';
import { type DeviceDetails, findHearers, type LockedDevice, lockDevices, updateDevices } from '../../db/devices.ts';
import { StepCloudError } from '../../errors.ts';
import { signal } from '../../signals/signals.ts';
import { actorOf, type UserCaller } from '../guards.ts';

/** Who changes devices, and when. */
export interface Changer {
  user: UserCaller;
  request: FastifyRequest;
  now: number;
}

export interface DeviceChange {
  action: AuditAction;
  /** What is to be of a device; throws a StepCloudError where it stays as it is. */
  change(device: LockedDevice): Partial<DeviceDetails>;
}

/** What a device is after a change, and why it was not changed. */
export interface Changed {
  state: LockedDevice['state'];
  fault: StepCloudError | undefined;
}

/**
 * Changes those of these devices that the caller may change, each by itself, and says what became of each by its id. Of two
 * who change a device at once the second one finds what the first one made of it.
 */
export async function changeDevices(
  db: Database,
  { user, request, now }: Changer,
  ids: readonly string[],
  { action, change }: DeviceChange,
): Promise<Map<string, Changed>> {
  return db.transaction().execute(async (tx) => {
    const all = new Map<string, Changed>();
    const changed: LockedDevice[] = [];
    const records: AuditRecord[] = [];
    for (const before of await lockDevices(tx, user.scope, ids)) {
      const { after, fault } = attempt(before, change);
      all.set(before.id, { state: after.state, fault });
      const detail = differences(before, after);
      if (Object.keys(detail).length === 0) continue;
      changed.push(after);
      records.push({ ...aboutDevice(after), at: new Date(now), actor: actorOf(user, request), action, detail });
    }
    await updateDevices(tx, changed);
    await recordAudits(tx, records);
    await tellGateways(tx, changed);
    return all;
  });
}

/** The same of one device. Throws NOT_FOUND when it is gone, and what `change` throws. */
export async function changeDevice(db: Database, changer: Changer, id: string, change: DeviceChange): Promise<void> {
  const changed = (await changeDevices(db, changer, [id], change)).get(id);
  if (!changed || changed.fault) throw changed?.fault ?? noSuchDevice();
}

export function noSuchDevice(): StepCloudError {
  return new StepCloudError('NOT_FOUND', 'there is no such device, or it is not yours');
}

/** The id of a model of the catalogue. */
export async function requireModel(db: Db, modelId: string): Promise<string> {
  const id = await findModelId(db, modelId);
  if (id === undefined) throw new StepCloudError('NOT_FOUND', 'there is no such model');
  return id;
}

function attempt(before: LockedDevice, change: DeviceChange['change']) {
  try {
    return { after: { ...before, ...change(before) }, fault: undefined };
  } catch (fault) {
    if (!(fault instanceof StepCloudError)) throw fault;
    return { after: before, fault };
  }
}

/** What is other than before; of a state also what it was. */
function differences(before: LockedDevice, after: LockedDevice): Record<string, string | boolean | null> {
  const names = (Object.keys(after) as (keyof LockedDevice)[]).filter((name) => before[name] !== after[name]);
  const now = Object.fromEntries(names.map((name) => [name, after[name]]));
  return names.includes('state') ? { ...now, was: before.state } : now;
}

/** For the audit. */
export function aboutDevice({ id, key, label, customerId, officeId }: LockedDevice) {
  return { subject: { kind: 'device', id, name: label ?? key }, customerId, officeId };
}

async function tellGateways(tx: Db, devices: readonly LockedDevice[]): Promise<void> {
  if (devices.length === 0) return;
  const hearers = await findHearers(
    tx,
    devices.map(({ id }) => id),
  );
  if (hearers.length > 0) await signal(tx, 'devices', hearers);
}
