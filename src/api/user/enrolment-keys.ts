import { Type } from 'typebox';
import { v7 as uuid } from 'uuid';
import { recordAudit } from '../../db/audit.ts';
import {
  ENROLMENT_KEY_ORDER,
  insertEnrolmentKey,
  listEnrolmentKeys,
  revokeEnrolmentKey,
} from '../../db/enrolment-keys.ts';
import { StepCloudError } from '../../errors.ts';
import { randomEnrolmentKey } from '../../identity/enrolment.ts';
import { hashSecret } from '../../identity/refresh.ts';
import type { App } from '../app.ts';
import { actorOf } from '../guards.ts';
import { anyOf, listQuery, readPage, search } from '../lists.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, page, Time, text } from '../schemas.ts';
import { DAY_MS } from '../time-range.ts';
import type { UserRouteOptions } from './options.ts';
import { requireEnrolmentKey, requireOffice, requirePartOf, requirePlace, requireRoleSomewhere } from './visible.ts';

const properties = {
  id: Id,
  customerId: Id,
  officeId: nullable({ ...Id, description: 'The only office it is for; null for any office of the customer.' }),
  label: nullable(Type.String({ examples: ['SD card image of November'] })),
  maxGateways: Type.Integer({ description: 'How many gateways may be approved that come by it.' }),
  enrolled: Type.Integer({ description: 'How many were approved.' }),
  createdAt: Time,
  createdBy: nullable(Id),
  expiresAt: { ...Time, description: 'Until when gateways may ask by it.' },
};

export function enrolmentKeys(app: App, { db, clock, caller }: UserRouteOptions): void {
  const refusals = ['REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN', 'NOT_FOUND'] as const;

  const create = {
    summary: 'Create an enrolment key',
    description:
      'For an SD card image: gateways that come by this key ask to come in to this customer, or to this one office, and wait until somebody approves them. The key is shown only now.',
    tags: ['enrolment'],
    querystring: closed({}),
    body: closed({
      customerId: Id,
      officeId: Type.Optional({ ...Id, description: 'Only for this office; left out, for any of the customer.' }),
      label: Type.Optional(text(128, { examples: ['SD card image of November'] })),
      maxGateways: Type.Integer({ minimum: 1, maximum: 10_000 }),
      expiresInDays: Type.Integer({ minimum: 1, maximum: 400 }),
    }),
    response: {
      201: closed(
        { ...properties, key: Type.String({ description: 'Put it into the image.', examples: ['scek_...'] }) },
        { description: 'The enrolment key. It is shown only now.' },
      ),
      ...failures(...refusals, 'TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED'),
    },
  };
  app.post('/enrolment-keys', { config: { access: 'manager' }, schema: create }, async (request, reply) => {
    const user = caller(request);
    const { customerId, officeId = null, label = null, maxGateways, expiresInDays } = request.body;
    await requirePlace(db, user, customerId, officeId);
    const key = randomEnrolmentKey();
    const now = clock();
    const made = {
      id: uuid(),
      customerId,
      officeId,
      label,
      maxGateways,
      createdAt: new Date(now),
      createdBy: user.userId,
      expiresAt: new Date(now + expiresInDays * DAY_MS),
    };
    await db.transaction().execute(async (tx) => {
      await insertEnrolmentKey(tx, { ...made, hash: hashSecret(key) });
      await recordAudit(tx, {
        at: made.createdAt,
        actor: actorOf(user, request),
        action: 'enrolment_key.created',
        subject: { kind: 'enrolment_key', id: made.id, name: label },
        customerId,
        officeId,
        detail: { maxGateways, expiresInDays },
      });
    });
    return reply.code(201).send({ ...made, enrolled: 0, key });
  });

  const list = {
    summary: 'List enrolment keys',
    description: 'Those that were not revoked, the newest first by default; never the keys themselves.',
    tags: ['enrolment'],
    querystring: closed({
      customerId: anyOf(Id, 'Only keys of this customer.'),
      officeId: anyOf(Id, 'Only keys for this office alone.'),
      q: search('label'),
      ...listQuery(ENROLMENT_KEY_ORDER, '-id'),
    }),
    response: {
      200: closed(page(closed(properties)), { description: 'A page of enrolment keys.' }),
      ...failures(...refusals),
    },
  };
  app.get('/enrolment-keys', { config: { access: 'manager' }, schema: list }, async (request) => {
    const user = caller(request);
    const { customerId = [], officeId = [] } = request.query;
    requireRoleSomewhere(user);
    for (const id of customerId) await requirePartOf(user, id);
    for (const id of officeId) await requireOffice(db, user, id);
    return readPage(request.query, (page) => listEnrolmentKeys(db, user.scope, request.query, page));
  });

  const revoke = {
    summary: 'Revoke an enrolment key',
    description:
      'Nobody can ask by it any more. Gateways that were approved stay; those that wait still have to be approved or denied.',
    tags: ['enrolment'],
    params: closed({ enrolmentKeyId: Id }),
    querystring: closed({}),
    response: { 204: Type.Null({ description: 'The key is revoked.' }), ...failures(...refusals) },
  };
  app.delete(
    '/enrolment-keys/:enrolmentKeyId',
    { config: { access: 'manager' }, schema: revoke },
    async (request, reply) => {
      const user = caller(request);
      const key = await requireEnrolmentKey(db, user, request.params.enrolmentKeyId);
      const now = new Date(clock());
      await db.transaction().execute(async (tx) => {
        if (!(await revokeEnrolmentKey(tx, key.id, now)))
          throw new StepCloudError('NOT_FOUND', 'the key is revoked already');
        await recordAudit(tx, {
          at: now,
          actor: actorOf(user, request),
          action: 'enrolment_key.revoked',
          subject: { kind: 'enrolment_key', id: key.id, name: key.label },
          customerId: key.customerId,
          officeId: key.officeId,
        });
      });
      return reply.code(204).send(null);
    },
  );
}
