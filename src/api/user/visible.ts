import { showCustomer } from '../../db/customers.ts';
import type { Db } from '../../db/database.ts';
import { findDeadLetter } from '../../db/dead-letter-views.ts';
import { type DeviceDetailsView, type DeviceView, findDevice, showDevice } from '../../db/device-views.ts';
import { findEnrolmentKey } from '../../db/enrolment-keys.ts';
import { findEnrolment } from '../../db/enrolments.ts';
import { findEventHead } from '../../db/event-views.ts';
import { findGateway } from '../../db/gateway-views.ts';
import { findMember, type Member } from '../../db/memberships.ts';
import { showOffice } from '../../db/office-views.ts';
import { findOffice } from '../../db/offices.ts';
import { EVERYTHING, type Places, type Scope } from '../../db/scope.ts';
import { StepCloudError } from '../../errors.ts';
import type { UserCaller } from '../guards.ts';

// What an id of a request names. Each throws NOT_FOUND for what does not exist and for what belongs to others alike, and
// FORBIDDEN for what the caller may see but not with the role that the route asks for.

export async function requireGateway(db: Db, caller: UserCaller, gatewayId: string) {
  return requireOne('gateway', caller, (scope) => findGateway(db, scope, gatewayId));
}

/** One that was not deleted. */
export async function requireGatewayInUse(db: Db, caller: UserCaller, gatewayId: string) {
  return requireOne('gateway', caller, async (scope) => {
    const gateway = await findGateway(db, scope, gatewayId);
    return gateway?.deletedAt ? undefined : gateway;
  });
}

export async function requireEnrolment(db: Db, caller: UserCaller, id: string, now: Date) {
  return requireOne('enrolment', caller, (scope) => findEnrolment(db, scope, id, now));
}

export async function requireEnrolmentKey(db: Db, caller: UserCaller, id: string) {
  return requireOne('enrolment key', caller, (scope) => findEnrolmentKey(db, scope, id));
}

export async function requireMember(db: Db, caller: UserCaller, membershipId: string): Promise<Member> {
  return requireOne('member', caller, (scope) => findMember(db, scope, membershipId));
}

export async function requireOffice(db: Db, caller: UserCaller, officeId: string) {
  return requireOne('office', caller, (scope) => findOffice(db, scope, officeId));
}

export async function requireOfficeInFull(db: Db, caller: UserCaller, officeId: string) {
  return requireOne('office', caller, (scope) => showOffice(db, scope, officeId));
}

/** A customer that the caller has a part in. */
export async function requireOwnCustomer(db: Db, caller: UserCaller, customerId: string) {
  return requireOne('customer', caller, (scope) => showCustomer(db, scope, customerId));
}

export async function requireDevice(db: Db, caller: UserCaller, deviceId: string): Promise<DeviceView> {
  return requireOne('device', caller, (scope) => findDevice(db, scope, deviceId));
}

/** The same with what only a look at one device shows. */
export async function requireDeviceDetails(db: Db, caller: UserCaller, deviceId: string): Promise<DeviceDetailsView> {
  return requireOne('device', caller, (scope) => showDevice(db, scope, deviceId));
}

/** An event of a device that was found so. */
export async function requireEvent(db: Db, device: { id: string }, eventId: string) {
  const event = await findEventHead(db, device, eventId);
  if (!event) throw new StepCloudError('NOT_FOUND', `the device has no event with this id: ${eventId}`);
  return event;
}

export async function requireDeadLetter(db: Db, caller: UserCaller, id: string) {
  return requireOne('dead letter', caller, (scope) => findDeadLetter(db, scope, id));
}

/** A customer as a whole: a role in one of its offices is not enough. */
export async function requireCustomer(caller: UserCaller, customerId: string): Promise<string> {
  const member = caller.memberships.some((membership) => membership.customerId === customerId);
  return requireOne('customer', caller, async (scope) =>
    scope === EVERYTHING || scope.customerIds.includes(customerId) || (member && scope === caller.visible)
      ? customerId
      : undefined,
  );
}

/** A customer in whole or in part: the role in one of its offices is enough. */
export async function requirePartOf(caller: UserCaller, customerId: string): Promise<string> {
  const own = caller.memberships.filter((membership) => membership.customerId === customerId);
  const isPart = ({ customerIds, officeIds }: Places) =>
    own.some(({ officeId }) => (officeId === null ? customerIds.includes(customerId) : officeIds.includes(officeId)));
  return requireOne('customer', caller, async (scope) =>
    scope === EVERYTHING || isPart(scope) ? customerId : undefined,
  );
}

/** One office of a customer, or all of it: where a caller gives something; nobody gives more than they have. */
export async function requirePlace(
  db: Db,
  caller: UserCaller,
  customerId: string,
  officeId: string | null,
): Promise<void> {
  if (officeId === null) await requireCustomer(caller, customerId);
  else if ((await requireOffice(db, caller, officeId)).customerId !== customerId)
    throw new StepCloudError('NOT_FOUND', 'the customer has no such office');
}

/** The role that the route asks for, wherever. */
export function requireRoleSomewhere({ scope, access }: UserCaller): void {
  if (scope !== EVERYTHING && scope.customerIds.length + scope.officeIds.length === 0)
    throw new StepCloudError('FORBIDDEN', `this needs the role ${access}`);
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
