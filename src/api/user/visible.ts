import type { Db } from '../../db/database.ts';
import { type DeviceView, findDevice } from '../../db/device-views.ts';
import { findGateway } from '../../db/gateway-views.ts';
import { findOffice } from '../../db/offices.ts';
import type { Scope } from '../../db/scope.ts';
import { StepCloudError } from '../../errors.ts';

// What an id of a request names. Each throws NOT_FOUND for what does not exist and for what belongs to others alike.

export async function requireGateway(db: Db, scope: Scope, gatewayId: string) {
  return (await findGateway(db, scope, gatewayId)) ?? missing('gateway');
}

export async function requireOffice(db: Db, scope: Scope, officeId: string) {
  return (await findOffice(db, scope, officeId)) ?? missing('office');
}

export async function requireDevice(db: Db, scope: Scope, deviceId: string): Promise<DeviceView> {
  return (await findDevice(db, scope, deviceId)) ?? missing('device');
}

function missing(what: string): never {
  throw new StepCloudError('NOT_FOUND', `there is no such ${what}, or it is not yours`);
}
