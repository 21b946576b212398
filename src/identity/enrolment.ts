import { randomInt } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { type Actor, recordAudit } from '../db/audit.ts';
import type { Database, Db } from '../db/database.ts';
import { countEnrolled, lockEnrolmentKey } from '../db/enrolment-keys.ts';
import {
  countPending,
  decideEnrolment,
  findEnrolmentByDeviceCode,
  insertEnrolment,
  lockEnrolment,
  recordPoll,
} from '../db/enrolments.ts';
import { findGateway } from '../db/gateway-views.ts';
import { type GatewayHome, type Hardware, insertGateway, replaceHardware } from '../db/gateways.ts';
import { StepCloudError } from '../errors.ts';
import { hashSecret, randomSecret } from './refresh.ts';
import { endSessions, type IssuedTokens, LIFETIMES, type Origin, prepareSession, refreshSession } from './sessions.ts';
import type { Tokens } from './tokens.ts';

const DAY_S = 24 * 3600;

/** How long a gateway waits for its approval, and how often it asks meanwhile, in seconds. */
export const BY_CODE = { expiresInS: 15 * 60, intervalS: 5 } as const;
export const BY_KEY = { expiresInS: 7 * DAY_S, intervalS: 30 } as const;

/** A decision is kept for as long as a session stands that nobody uses. */
const DECISION_KEPT_MS = LIFETIMES.gateway.idleMs;
const MAX_PENDING_PER_KEY = 1_000;

/** No vowels, so that it spells no word, and no digits, which look like letters (RFC 8628, 6.1). */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
const USER_CODE_LENGTH = 8;

/** About 34 bits: enough for a quarter of an hour in which guesses are limited. */
export function randomUserCode(): string {
  return Array.from({ length: USER_CODE_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}

/** As people read it: BCDF-GHJK. */
export function formatUserCode(userCode: string): string {
  return `${userCode.slice(0, 4)}-${userCode.slice(4)}`;
}

/** What a person typed, as it is stored: case, dashes and spaces do not matter. */
export function parseUserCode(typed: string): string {
  return typed.toUpperCase().replace(/[\s-]/g, '');
}

/** The prefix tells people and scanners of leaked secrets what it is. */
export function randomEnrolmentKey(): string {
  return `scek_${randomSecret()}`;
}

/** What a gateway says of itself when it asks to come in. */
export interface Applicant extends Hardware {
  /** The id that it would like to have. */
  proposedGatewayId: string | null;
}

/** A gateway asks to come in by a code that a person approves. */
export async function askByCode(db: Db, applicant: Applicant, origin: Origin) {
  const deviceCode = randomSecret();
  let userCode: string;
  do userCode = randomUserCode();
  while (!(await insertEnrolment(db, { ...toEnrolment(deviceCode, applicant, origin, BY_CODE), by: { userCode } })));
  return { deviceCode, userCode };
}

/** A gateway asks to come in by the key of a customer. Throws CREDENTIALS_INVALID, CONFLICT or RATE_LIMITED. */
export async function askByKey(db: Database, enrolmentKey: string, applicant: Applicant, origin: Origin) {
  const deviceCode = randomSecret();
  const now = new Date(origin.now);
  await db.transaction().execute(async (tx) => {
    const key = await lockEnrolmentKey(tx, hashSecret(enrolmentKey), now);
    if (!key)
      throw new StepCloudError('CREDENTIALS_INVALID', 'the enrolment key is not known, has expired or was revoked');
    if (key.enrolled >= key.maxGateways) throw exhausted();
    if ((await countPending(tx, key, now)) >= MAX_PENDING_PER_KEY) {
      const options = { retryAfterS: BY_KEY.intervalS };
      throw new StepCloudError('RATE_LIMITED', 'too many gateways wait that came by this enrolment key', options);
    }
    const by = { keyId: key.id, customerId: key.customerId, officeId: key.officeId };
    await insertEnrolment(tx, { ...toEnrolment(deviceCode, applicant, origin, BY_KEY), by });
  });
  return { deviceCode };
}

function toEnrolment(
  deviceCode: string,
  applicant: Applicant,
  { now, address }: Origin,
  { expiresInS }: { expiresInS: number },
) {
  return {
    ...applicant,
    id: uuid(),
    deviceCodeHash: hashSecret(deviceCode),
    address,
    createdAt: new Date(now),
    expiresAt: new Date(now + expiresInS * 1000),
  };
}

/**
 * The tokens of a gateway that was let in. Its device code is the first refresh token of its session, so an answer that was
 * lost can be asked for again. Throws AUTHORIZATION_PENDING, SLOW_DOWN, ACCESS_DENIED or EXPIRED_TOKEN (RFC 8628, 3.5), and
 * what refreshing throws.
 */
export async function redeemDeviceCode(
  db: Database,
  tokens: Tokens,
  deviceCode: string,
  origin: Origin,
): Promise<IssuedTokens> {
  const { now } = origin;
  const enrolment = await findEnrolmentByDeviceCode(db, hashSecret(deviceCode), new Date(now));
  if (!enrolment) throw new StepCloudError('EXPIRED_TOKEN', 'the device code is not known or has expired: begin again');
  if (enrolment.state === 'denied') throw new StepCloudError('ACCESS_DENIED', 'a user has turned the gateway away');
  if (enrolment.state === 'approved') return refreshSession(db, tokens, 'gateway', deviceCode, origin);

  const { intervalS: retryAfterS } = enrolment.enrolmentKeyId ? BY_KEY : BY_CODE;
  const inTime = await recordPoll(db, enrolment.id, new Date(now), new Date(now - retryAfterS * 1000));
  if (!inTime) throw new StepCloudError('SLOW_DOWN', `ask again in ${retryAfterS} s, not before`, { retryAfterS });
  throw new StepCloudError('AUTHORIZATION_PENDING', `nobody has decided yet: ask again in ${retryAfterS} s`, {
    retryAfterS,
  });
}

/** What a gateway becomes: a new one of this office, or new hardware for the one that is named. */
export interface Destination extends GatewayHome {
  label: string | null;
  gatewayId?: string;
}

/** Who decides, and when. */
export interface Decider {
  userId: string;
  actor: Actor;
  now: number;
}

/**
 * Lets a gateway in, and returns its id. A new one gets the id that it proposes if that is free. Throws NOT_FOUND when it
 * does not wait any more, and CONFLICT when somebody decided already, its key is used up or not for this destination, the
 * gateway to replace was deleted, or the proposed id is that of a gateway of the same customer: that one must be named.
 */
export async function approveEnrolment(
  db: Database,
  id: string,
  destination: Destination,
  { userId, actor, now }: Decider,
): Promise<string> {
  const { customerId, officeId } = destination;
  const at = new Date(now);
  return db.transaction().execute(async (tx) => {
    const enrolment = await lockPending(tx, id, at);
    requireAllowed(enrolment, destination);
    if (enrolment.enrolmentKeyId && !(await countEnrolled(tx, enrolment.enrolmentKeyId))) throw exhausted();
    const { gatewayId: known } = destination;
    const gatewayId = known ? await replace(tx, enrolment, known) : await create(tx, enrolment, destination);
    await prepareSession(tx, 'gateway', gatewayId, enrolment.deviceCodeHash, {
      now,
      issuedBy: userId,
      address: enrolment.address ?? undefined,
      client: enrolment.softwareVersion ?? undefined,
    });
    await decideEnrolment(tx, id, {
      state: 'approved',
      gateway: { id: gatewayId, customerId, officeId },
      decidedAt: at,
      decidedBy: userId,
      expiresAt: new Date(now + DECISION_KEPT_MS),
    });
    const subject = { kind: 'gateway', id: gatewayId, name: destination.label };
    const { serialNumber, enrolmentKeyId } = enrolment;
    const detail = { enrolmentId: id, enrolmentKeyId, serialNumber };
    await recordAudit(tx, { at, actor, action: 'enrolment.approved', subject, customerId, officeId, detail });
    if (known)
      await recordAudit(tx, { at, actor, action: 'gateway.hardware_replaced', subject, customerId, officeId, detail });
    return gatewayId;
  });
}

/** Turns a gateway away. Throws NOT_FOUND or CONFLICT. */
export async function denyEnrolment(db: Database, id: string, { userId, actor, now }: Decider): Promise<void> {
  const at = new Date(now);
  await db.transaction().execute(async (tx) => {
    const { customerId, officeId, serialNumber } = await lockPending(tx, id, at);
    const expiresAt = new Date(now + DECISION_KEPT_MS);
    await decideEnrolment(tx, id, { state: 'denied', decidedAt: at, decidedBy: userId, expiresAt });
    const subject = { kind: 'enrolment', id, name: serialNumber };
    await recordAudit(tx, { at, actor, action: 'enrolment.denied', subject, customerId, officeId });
  });
}

/** Throws NOT_FOUND, and CONFLICT when somebody decided already. */
export function requirePending<T extends { state: string }>(enrolment: T | undefined): T {
  if (!enrolment) throw new StepCloudError('NOT_FOUND', 'no such gateway waits, or it is not yours to let in');
  if (enrolment.state !== 'pending')
    throw new StepCloudError('CONFLICT', `somebody decided already: the gateway was ${enrolment.state}`);
  return enrolment;
}

async function lockPending(tx: Db, id: string, now: Date) {
  return requirePending(await lockEnrolment(tx, id, now));
}

type Pending = Awaited<ReturnType<typeof lockPending>>;

function requireAllowed({ enrolmentKeyId, customerId, officeId }: Pending, destination: Destination): void {
  if (enrolmentKeyId && customerId !== destination.customerId)
    throw new StepCloudError('CONFLICT', 'the gateway came by the key of another customer');
  if (enrolmentKeyId && officeId && officeId !== destination.officeId)
    throw new StepCloudError('CONFLICT', 'the gateway came by a key for another office');
}

async function create(tx: Db, enrolment: Pending, destination: Destination): Promise<string> {
  const { serialNumber, softwareVersion, hardwareVersion, proposedGatewayId } = enrolment;
  const gateway = { ...destination, serialNumber, softwareVersion, hardwareVersion };
  if (proposedGatewayId) {
    if (await insertGateway(tx, { ...gateway, id: proposedGatewayId })) return proposedGatewayId;
    const customer = { customerIds: [destination.customerId], officeIds: [] };
    const known = await findGateway(tx, customer, proposedGatewayId);
    if (known && !known.deletedAt)
      throw new StepCloudError(
        'CONFLICT',
        `it brings the id ${known.id}, which a gateway of this customer has: choose that gateway, to replace its hardware`,
      );
  }
  const id = uuid();
  await insertGateway(tx, { ...gateway, id });
  return id;
}

async function replace(tx: Db, hardware: Hardware, gatewayId: string): Promise<string> {
  if (!(await replaceHardware(tx, gatewayId, hardware)))
    throw new StepCloudError('CONFLICT', 'the gateway was deleted meanwhile');
  await endSessions(tx, { gatewayId }, 'replaced');
  return gatewayId;
}

function exhausted(): StepCloudError {
  return new StepCloudError('CONFLICT', 'the enrolment key has let in as many gateways as it is for');
}
