import { Type } from 'typebox';
import type { Db } from '../../db/database.ts';
import { findDeviceIds } from '../../db/device-views.ts';
import type { Place } from '../../db/places.ts';
import { StepCloudError } from '../../errors.ts';
import type { UserCaller } from '../guards.ts';
import { Id } from '../schemas.ts';
import { requireOffice, requirePartOf } from './visible.ts';

/** More would not fit into a URL that everybody passes on. */
const MAX_DEVICES = 100;

/** What a list across devices may be narrowed to. */
export const placeQuery = {
  customerId: Type.Optional({ ...Id, description: 'Only devices of this customer.' }),
  officeId: Type.Optional({ ...Id, description: 'Only devices of this office.' }),
  deviceId: Type.Optional(
    Type.Array(Id, { maxItems: MAX_DEVICES, uniqueItems: true, description: 'Only these devices. May be repeated.' }),
  ),
};

/** For the description of a route that takes it. */
export const PLACE =
  'of your customers and offices, or what you narrow it to; devices that are pending or archived are left out';

interface PlaceQuery {
  customerId?: string;
  officeId?: string;
  deviceId?: string[];
}

/** The place that was asked for. Throws NOT_FOUND for what the caller may not see. */
export async function readPlace(
  db: Db,
  caller: UserCaller,
  { customerId, officeId, deviceId: deviceIds }: PlaceQuery,
): Promise<Place> {
  if (customerId !== undefined) await requirePartOf(caller, customerId);
  if (officeId !== undefined) await requireOffice(db, caller, officeId);
  if (deviceIds !== undefined) {
    const found = new Set(await findDeviceIds(db, caller.scope, deviceIds));
    const missing = deviceIds.find((id) => !found.has(id.toLowerCase()));
    if (missing !== undefined)
      throw new StepCloudError('NOT_FOUND', `there is no such device, or it is not yours: ${missing}`);
  }
  return { customerId, officeId, deviceIds };
}
