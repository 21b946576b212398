import type { Db } from '../../db/database.ts';
import { type DeviceView, findDevice } from '../../db/device-views.ts';
import { findGateway } from '../../db/gateway-views.ts';
import { findOffice } from '../../db/offices.ts';
import type { Scope } from '../../db/scope.ts';
import { StepCloudError } from '../../errors.ts';
import type { UserCaller } from '../guards.ts';

// What an id of a request names. Each throws NOT_FOUND for what does not exist and for what belongs to others alike, and
// FORBIDDEN for what the caller may see but not with the role that the route asks for.

export async function requireGateway(db: Db, caller: UserCaller, gatewayId: string) {
  return requireOne('gateway', caller, (scope) => findGateway(db, scope, gatewayId));
}

export async function requireOffice(db: Db, caller: UserCaller, officeId: string) {
  return requireOne('office', caller, (scope) => findOffice(db, scope, officeId));
}

export async function requireDevice(db: Db, caller: UserCaller, deviceId: string): Promise<DeviceView> {
  return requireOne('device', caller, (scope) => findDevice(db, scope, deviceId));
}

/** A customer as a whole: a role in one of its offices is not enough. */
export async function requireCustomer(caller: UserCaller, customerId: string): Promise<string> {
  const member = caller.memberships.some((membership) => membership.customerId === customerId);
  return requireOne('customer', caller, async (scope) =>
    scope.customerIds.includes(customerId) || (member && scope === caller.visible) ? customerId : undefined,
  );
}

async function requireOne<T>(
  what: string,
  caller: UserCaller,
  find: (scope: Scope) => Promise<T | undefined>,
): Promise<T> {
  const found = await find(caller.scope);
  if (found !== undefined) return found;
  if (caller.scope !== caller.visible && (await find(caller.visible)) !== undefined)
    throw new StepCloudError('FORBIDDEN', `this needs the role ${caller.access} for this ${what}`);
  throw new StepCloudError('NOT_FOUND', `there is no such ${what}, or it is not yours`);
}
