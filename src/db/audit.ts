import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { Db } from './database.ts';

/** What is written down of who did it; docs/security.md explains each. */
export const AUDIT_ACTIONS = {
  'user.login': 'signed in',
  'user.login_failed': 'tried to sign in with a wrong password',
  'user.logout': 'signed out',
  'user.logout_everywhere': 'ended all sessions of the user',
  'user.refresh_reused': 'used an old refresh token; the session was ended',
  'user.password_changed': 'changed the password',
  'user.recovery_requested': 'asked for a link to set a new password',
  'user.password_reset': 'set a new password by a link',
  'user.created': 'created a user',
  'user.deactivated': 'took a user out of service',
  'user.activated': 'took a user back into service',
  'user.admin_granted': 'made a user an admin',
  'user.admin_revoked': 'took the admin role from a user',
  'user.changed': 'changed the names or the address of a user',
  'user.deleted': 'deleted a user',
  'membership.created': 'gave a user a role',
  'membership.changed': 'changed the role of a user',
  'membership.deleted': 'took a role from a user',
  'customer.created': 'created a customer',
  'customer.changed': 'changed the name, the VAT id or the contract level of a customer',
  'customer.deleted': 'deleted a customer',
  'customer.suspended': 'suspended a customer',
  'customer.resumed': 'resumed a customer',
  'office.created': 'created an office',
  'office.changed': 'changed what is known of an office',
  'office.deleted': 'deleted an office',
  'gateway.created': 'created a gateway',
  'gateway.changed': 'changed the label, the serial number or the office of a gateway',
  'gateway.deleted': 'deleted a gateway',
  'gateway.hardware_replaced': 'replaced the hardware of a gateway',
  'gateway.tokens_issued': 'issued tokens for a gateway',
  'gateway.refresh_refused': 'used an old refresh token; it was refused',
  'connection.kicked': 'ended a connection of a gateway, which may come back',
  'device.approved': 'approved a device, or took it back into service',
  'device.registered': 'registered a device, which is active by that',
  'device.changed': 'changed what is known of a device',
  'device.blocked': 'blocked a device',
  'device.archived': 'archived a device',
  'sensor.changed': 'changed what a sensor of a device measures, its unit or how it is drawn',
  'session.rotated': 'replaced the tokens of a session',
  'session.revoked': 'revoked a session',
  'api_token.created': 'created an API token',
  'api_token.revoked': 'revoked an API token',
  'enrolment.approved': 'let a gateway in',
  'enrolment.denied': 'turned a gateway away',
  'enrolment_key.created': 'created an enrolment key',
  'enrolment_key.revoked': 'revoked an enrolment key',
  'supplier.created': 'created a supplier',
  'supplier.changed': 'changed the name of a supplier',
  'supplier.deleted': 'deleted a supplier',
  'device_model.created': 'created a device model',
  'device_model.changed': 'changed a device model, or its picture',
  'device_model.deleted': 'deleted a device model',
  'model_identifier.created': 'gave a device model an identifier',
  'model_identifier.changed': 'changed an identifier of a device model',
  'model_identifier.deleted': 'took an identifier from a device model',
  'dead_letter.discarded': 'discarded dead letters of a gateway',
  'dead_letter.replayed': 'sent dead letters of a gateway again',
  'keys.rotated': 'rotated the signing keys',
  'keys.retired': 'retired a signing key',
  'queue.retried': 'had batches that were given up tried again',
  'maintenance.requested': 'asked for a maintenance job to run now',
} as const;
export type AuditAction = keyof typeof AUDIT_ACTIONS;

/** Who acts. An operator is somebody with a shell on a machine of the installation. */
export type Actor =
  | {
      kind: 'user' | 'gateway';
      id: string;
      name: string | null;
      address?: string | undefined;
      /** Of a user who was not there: a script acts by this token. */
      apiToken?: { id: string; name: string } | undefined;
    }
  | { kind: 'operator' }
  | { kind: 'nobody'; address?: string | undefined };

export interface AuditRecord {
  at: Date;
  actor: Actor;
  action: AuditAction;
  subject?: { kind: string; id: string; name?: string | null };
  /** Whose affair it is; that customer's users can read it. */
  customerId?: string | null;
  officeId?: string | null;
  /** More of what was done; never a secret. */
  detail?: Record<string, string | number | boolean | null>;
}

/** Writes down what was done; in the transaction that does it. */
export async function recordAudit(db: Db, record: AuditRecord): Promise<void> {
  await recordAudits(db, [record]);
}

/** The same of many things that were done together. */
export async function recordAudits(db: Db, records: readonly AuditRecord[]): Promise<void> {
  if (records.length === 0) return;
  const rows = records.map(toRow);
  const column = (name: keyof ReturnType<typeof toRow>) => rows.map((row) => row[name]);
  await sql`
    INSERT INTO audit_entry (id, at, actor_kind, actor_id, actor_name, action, subject_kind, subject_id, subject_name,
      customer_id, office_id, address, detail)
    SELECT * FROM unnest(
      ${column('id')}::uuid[], ${column('at')}::timestamptz[], ${column('actorKind')}::text[], ${column('actorId')}::uuid[],
      ${column('actorName')}::text[], ${column('action')}::text[], ${column('subjectKind')}::text[],
      ${column('subjectId')}::uuid[], ${column('subjectName')}::text[], ${column('customerId')}::uuid[],
      ${column('officeId')}::uuid[], ${column('address')}::text[], ${column('detail')}::jsonb[]
    )`.execute(db);
}

function toRow({ at, actor, action, subject, customerId = null, officeId = null, detail = {} }: AuditRecord) {
  const known = actor.kind === 'user' || actor.kind === 'gateway' ? actor : undefined;
  const apiToken = known?.apiToken;
  return {
    id: uuid(),
    at,
    actorKind: actor.kind,
    actorId: known?.id ?? null,
    actorName: known?.name ?? null,
    action,
    subjectKind: subject?.kind ?? null,
    subjectId: subject?.id ?? null,
    subjectName: subject?.name ?? null,
    customerId,
    officeId,
    address: ('address' in actor && actor.address) || null,
    detail: JSON.stringify({ ...detail, ...(apiToken && { apiTokenId: apiToken.id, apiTokenName: apiToken.name }) }),
  };
}
