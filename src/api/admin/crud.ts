import { type Static, type TProperties, type TSchema, Type } from 'typebox';
import { v7 as uuid } from 'uuid';
import { type AuditAction, type AuditRecord, recordAudit } from '../../db/audit.ts';
import type { Db } from '../../db/database.ts';
import { isTwin } from '../../db/failures.ts';
import { lockRow } from '../../db/locks.ts';
import { StepCloudError } from '../../errors.ts';
import type { App } from '../app.ts';
import { type Contents, confirmQuery, requireDeletable } from '../deletions.ts';
import { actorOf } from '../guards.ts';
import { failures } from '../problems.ts';
import { closed, Id } from '../schemas.ts';
import type { AdminRouteOptions } from './options.ts';

type Given<Properties extends TProperties> = Static<ReturnType<typeof closed<Properties>>>;

/** A resource that admins alone make, change and delete. */
export interface Resource<Required extends TProperties, Optional extends TProperties, View extends { id: string }> {
  path: string;
  /** Of its id in the path. */
  param: string;
  tag: string;
  /** For people, and for the audit. */
  what: string;
  kind: 'customer' | 'supplier' | 'device_model' | 'model_identifier';
  view: TSchema;
  /** What must be given for a new one; a change gives any of it. */
  required: Required;
  optional: Optional;
  /** What is said where another one has what only one may have. */
  twin: string;
  /** What deleting one means. */
  removal: string;
  nameOf(view: View): string;
  show(db: Db, id: string): Promise<View | undefined>;
  insert(tx: Db, id: string, given: Given<Required> & Partial<Given<Optional>>): Promise<void>;
  update(tx: Db, id: string, given: Partial<Given<Required> & Given<Optional>>): Promise<void>;
  remove(tx: Db, id: string): Promise<void>;
  count(tx: Db, id: string): Promise<Contents>;
}

const BODY_REFUSALS = ['CONFLICT', 'TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED'] as const;

/** The routes by which a resource is made, changed and deleted: alike for all of them. */
export function crud<Required extends TProperties, Optional extends TProperties, View extends { id: string }>(
  app: App,
  { db, clock, caller }: AdminRouteOptions,
  resource: Resource<Required, Optional, View>,
): void {
  const { path, param, tag, what, kind, view, required, optional } = resource;
  const common = { tags: [tag], querystring: closed({}) };
  const params = closed({ [param]: Id });
  const refusals = failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN', 'NOT_FOUND', ...BODY_REFUSALS);
  const idOf = (request: { params: unknown }) => (request.params as Record<string, string>)[param] as string;
  const optionally = (properties: TProperties) =>
    Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, Type.Optional(schema)]));

  const create = {
    ...common,
    summary: `Create a ${what}`,
    body: closed({ ...required, ...optionally(optional) }),
    response: { 201: view, ...refusals },
  };
  app.post(path, { schema: create }, async (request, reply) => {
    const id = uuid();
    const given = request.body as Given<Required> & Partial<Given<Optional>>;
    const made = await db.transaction().execute(async (tx) => {
      await alone(resource.insert(tx, id, given));
      return record(tx, request, 'created', await requireOne(tx, id), given);
    });
    return reply.code(201).send(made);
  });

  const change = {
    ...common,
    summary: `Change a ${what}`,
    description: 'Changes what is given.',
    params,
    body: closed(optionally({ ...required, ...optional }), { minProperties: 1 }),
    response: { 200: view, ...refusals },
  };
  app.patch(`${path}/:${param}`, { schema: change }, async (request) => {
    const given = request.body as Partial<Given<Required> & Given<Optional>>;
    return db.transaction().execute(async (tx) => {
      const before = await hold(tx, idOf(request));
      await alone(resource.update(tx, before.id, given));
      await record(tx, request, 'changed', before, given);
      return requireOne(tx, before.id);
    });
  });

  const remove = {
    ...common,
    summary: `Delete a ${what}`,
    description: resource.removal,
    params,
    querystring: closed(confirmQuery),
    response: {
      204: Type.Null({ description: `The ${what} is deleted.` }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT'),
    },
  };
  app.delete(`${path}/:${param}`, { schema: remove }, async (request, reply) => {
    await db.transaction().execute(async (tx) => {
      const one = await hold(tx, idOf(request));
      const contents = await resource.count(tx, one.id);
      requireDeletable(what, { id: one.id, name: resource.nameOf(one) }, contents, request.query.confirm);
      await resource.remove(tx, one.id);
      await record(tx, request, 'deleted', one, contents.goes);
    });
    return reply.code(204).send(null);
  });

  async function requireOne(tx: Db, id: string): Promise<View> {
    const found = await resource.show(tx, id);
    if (!found) throw new StepCloudError('NOT_FOUND', `there is no such ${what}`);
    return found;
  }

  async function hold(tx: Db, id: string): Promise<View> {
    await lockRow(tx, kind, id);
    return requireOne(tx, id);
  }

  async function alone(written: Promise<void>): Promise<void> {
    await written.catch((error) => {
      throw isTwin(error) ? new StepCloudError('CONFLICT', resource.twin, { cause: error }) : error;
    });
  }

  async function record(
    tx: Db,
    request: Parameters<typeof caller>[0],
    done: 'created' | 'changed' | 'deleted',
    one: View,
    detail: object,
  ): Promise<View> {
    await recordAudit(tx, {
      at: new Date(clock()),
      actor: actorOf(caller(request), request),
      action: `${kind}.${done}` satisfies AuditAction,
      subject: { kind, id: one.id, name: resource.nameOf(one) },
      customerId: kind === 'customer' ? one.id : null,
      detail: detail as NonNullable<AuditRecord['detail']>,
    });
    return one;
  }
}
