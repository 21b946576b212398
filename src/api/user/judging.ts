import { findModels } from '../../db/catalogue.ts';
import type { Db } from '../../db/database.ts';
import type { KnownDevice } from '../../db/devices.ts';
import { findOtherUnits } from '../../db/events.ts';
import { findStoredValues } from '../../db/reading-views.ts';
import { findUnits } from '../../db/sensors.ts';
import type { EventRow, ReadingRow, Refusal, RegistrationRow, Rows } from '../../messages/kind.ts';
import { readPayload } from '../../messages/payload.ts';
import { asRefusal, refuseUnit } from '../../messages/refusals.ts';

// What a payload would come to, for previews: as the worker would judge it, without writing anything.

export interface Judged {
  readonly readings: readonly (ReadingRow & { readonly duplicate?: boolean })[];
  readonly events: readonly EventRow[];
  readonly registrations: readonly RegistrationRow[];
  readonly refusals: readonly Refusal[];
}

type Known<Row> = { readonly kept: readonly Row[]; readonly refusals: readonly Refusal[] };

/** What can be told of a payload by itself; `rowsOf` is that of its kind. */
export async function judge(payload: Buffer, rowsOf: (parsed: unknown) => Rows): Promise<Judged> {
  try {
    return flatten(rowsOf(await readPayload(payload)));
  } catch (error) {
    const { code, message: detail } = asRefusal(error);
    return { readings: [], events: [], registrations: [], refusals: [{ code, path: '', detail }] };
  }
}

/** With what it carries. */
function flatten(rows: Rows): Judged {
  const all = [rows, ...rows.carried.map((carried) => carried.rows)];
  return {
    readings: all.flatMap(({ readings }) => readings),
    events: all.flatMap(({ events }) => events),
    registrations: all.flatMap(({ registration }) => registration ?? []),
    refusals: all.flatMap(({ refusals }) => refusals),
  };
}

/** The same by what is stored, of a device that is there or not; of the readings, the first `compared` are compared. */
export async function compareWithStored(
  db: Db,
  device: KnownDevice | undefined,
  judged: Judged,
  compared: number,
): Promise<Judged> {
  if (device?.state === 'blocked' || device?.state === 'archived') {
    const blocked = { code: 'DEVICE_BLOCKED', path: '', detail: `the device is ${device.state}` } as const;
    return { readings: [], events: [], registrations: [], refusals: [...judged.refusals, blocked] };
  }
  const { readings, events, registrations, refusals } = await withKnownModels(db, judged);
  if (!device) return { readings, events, registrations, refusals };
  const values = await compareReadings(db, device, readings, compared);
  const parts = await compareParts(db, device, events);
  const units = await compareUnits(db, device, registrations);
  return {
    readings: values.kept,
    events: parts.kept,
    registrations,
    refusals: [...refusals, ...values.refusals, ...parts.refusals, ...units],
  };
}

async function withKnownModels(db: Db, judged: Judged): Promise<Judged> {
  const models = await findModels(
    db,
    judged.registrations.map(({ model }) => model),
  );
  const unknown = judged.registrations.filter(({ model }) => !models.has(model));
  const refusals = unknown.map(({ model }): Refusal => {
    return { code: 'MODEL_UNKNOWN', path: '/model', detail: `the catalogue has no ${JSON.stringify(model)}` };
  });
  const registrations = judged.registrations.filter(({ model }) => models.has(model));
  return { ...judged, registrations, refusals: [...judged.refusals, ...refusals] };
}

async function compareReadings(
  db: Db,
  device: KnownDevice,
  readings: Judged['readings'],
  compared: number,
): Promise<Known<Judged['readings'][number]>> {
  const stored = await findStoredValues(db, device, readings.slice(0, compared));
  const refusals: Refusal[] = [];
  const kept = readings.flatMap((reading, index) => {
    const { path, value } = reading;
    const known = stored.get(index);
    if (known && known.valueType !== typeof value) {
      const detail = `the sensor has values of type ${known.valueType}, not ${typeof value}`;
      refusals.push({ code: 'TYPE_MISMATCH', path, detail });
    } else if (known && known.value !== null && known.value !== value) {
      const detail = `${JSON.stringify(known.value)} is stored for this time already`;
      refusals.push({ code: 'VALUE_CONFLICT', path, detail });
    } else return [{ ...reading, duplicate: known?.value === value }];
    return [];
  });
  return { kept, refusals };
}

/** Events keep their good sensors. */
async function compareParts(
  db: Db,
  { id: deviceId }: KnownDevice,
  events: readonly EventRow[],
): Promise<Known<EventRow>> {
  const placed = events.map(({ id: eventId, recordedAt, sensors }) =>
    sensors.map((sensor) => ({ ...sensor, deviceId, eventId, recordedAt })),
  );
  const others = await findOtherUnits(db, placed.flat());
  return {
    kept: events.map((event, index) => ({ ...event, sensors: placed[index]?.filter((one) => !others.has(one)) ?? [] })),
    refusals: [...others].map(([sensor, unit]) => refuseUnit(sensor, unit)),
  };
}

/** The refusals of declared sensors that have another unit already. */
async function compareUnits(
  db: Db,
  { id: deviceId }: KnownDevice,
  registrations: readonly RegistrationRow[],
): Promise<readonly Refusal[]> {
  const sensors = registrations.flatMap((row) => row.sensors.map((sensor) => ({ ...sensor, deviceId })));
  const units = await findUnits(db, sensors);
  return sensors.flatMap((sensor, index) => {
    const known = units[index];
    return sensor.unit === null || known === undefined || known === sensor.unit ? [] : [refuseUnit(sensor, known)];
  });
}
