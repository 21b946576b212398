import { Type } from 'typebox';
import { v7 as uuid } from 'uuid';
import { recordAudit } from '../../db/audit.ts';
import type { Db } from '../../db/database.ts';
import { GATEWAY_ORDER, listGateways, showGateway } from '../../db/gateway-views.ts';
import { deleteGateway, insertGateway, updateGateway } from '../../db/gateways.ts';
import { StepCloudError } from '../../errors.ts';
import { endSessions } from '../../identity/sessions.ts';
import { signal } from '../../signals/signals.ts';
import type { App } from '../app.ts';
import { actorOf, type UserCaller } from '../guards.ts';
import { anyOf, listQuery, readPage, search } from '../lists.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, page, Time, text } from '../schemas.ts';
import { about, IssuedTokens, issueTokens } from './gateway-sessions.ts';
import type { ResourceOptions } from './options.ts';
import { requireGatewayInUse, requireOffice, requirePartOf } from './visible.ts';

const Gateway = closed(
  {
    id: Id,
    label: nullable(Type.String({ examples: ['Workshop 1'] })),
    customerId: Id,
    officeId: Id,
    officeName: Type.String({ examples: ['Berlin'] }),
    serialNumber: nullable(Type.String()),
    softwareVersion: nullable(Type.String({ examples: ['2.4.1'] })),
    hardwareVersion: nullable(Type.String()),
    online: Type.Boolean({
      description:
        'Whether it has an open MQTT connection, or had one within the last minute. What it says of itself is `reportedState`; whether data comes, `lastHeardAt`.',
    }),
    onlineSince: nullable({ ...Time, description: 'Since when it is online; null while it is not.' }),
    offlineSince: nullable({
      ...Time,
      description: 'When its last connection ended; null while it is online, and before the first.',
    }),
    reportedState: nullable(
      Type.String({ enum: ['online', 'offline'], description: 'What it last said of itself; null before it did.' }),
    ),
    reportedAt: nullable({ ...Time, description: 'When it last said how it is.' }),
    buffered: nullable(Type.Integer({ description: 'Messages that it says wait in it.' })),
    oldestBufferedAt: nullable({ ...Time, description: 'The time of the oldest of them.' }),
    dropped: nullable(Type.Integer({ description: 'Messages that it says it had no room for.' })),
    clockSynced: nullable(Type.Boolean()),
    clockSkewMs: nullable(
      Type.Integer({
        description: 'How far its clock is behind, by the last `sentAt` and its receipt; below 0: ahead.',
      }),
    ),
    clockSkewAt: nullable({ ...Time, description: 'When that was measured: at most once a minute.' }),
    createdAt: Time,
    lastHeardAt: nullable({
      ...Time,
      description: 'When data of any device last came through it; null before the first.',
    }),
  },
  { description: 'A gateway.' },
);

const Label = text(128, { description: 'What people call it.', examples: ['Workshop 1'] });
const SerialNumber = text(128, { description: 'What stands on its housing.', examples: ['RPI5-00c0ffee'] });

export function gateways(app: App, { db, tokens, clock, caller }: ResourceOptions): void {
  const common = { tags: ['gateways'], querystring: closed({}) };
  const params = closed({ gatewayId: Id });
  const refusals = ['REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN', 'NOT_FOUND'] as const;
  const bodyRefusals = [...refusals, 'CONFLICT', 'TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED'] as const;

  const list = {
    summary: 'List gateways',
    description: 'The gateways of your customers and offices that are in use.',
    tags: ['gateways'],
    querystring: closed({
      customerId: anyOf(Id, 'Only gateways of this customer.'),
      officeId: anyOf(Id, 'Only gateways of this office.'),
      serialNumber: anyOf(text(128), 'Only gateways with this on their housing.'),
      softwareVersion: anyOf(text(128), 'Only gateways that run this.'),
      online: Type.Optional(Type.Boolean({ description: 'Only those that are online, or are not.' })),
      q: search('label or serial number'),
      ...listQuery(GATEWAY_ORDER, 'id'),
    }),
    response: {
      200: closed(page(Gateway), { description: 'A page of gateways.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND'),
    },
  };
  app.get('/gateways', { config: { access: 'viewer' }, schema: list }, async (request) => {
    const user = caller(request);
    const { customerId = [], officeId = [] } = request.query;
    for (const id of customerId) await requirePartOf(user, id);
    for (const id of officeId) await requireOffice(db, user, id);
    return readPage(request.query, (page) => listGateways(db, user.scope, request.query, page));
  });

  const create = {
    ...common,
    summary: 'Create a gateway by hand',
    description:
      'Makes a gateway and its first tokens, which are shown only now: put them on the gateway. Where a gateway can ask by itself, enrolment is less work.',
    body: closed({
      officeId: Id,
      id: Type.Optional({ ...Id, description: 'The id that the gateway has already; else it gets a new one.' }),
      label: Type.Optional(Label),
      serialNumber: Type.Optional(SerialNumber),
    }),
    response: {
      201: closed({ gateway: Gateway, tokens: IssuedTokens }, { description: 'The gateway and its tokens.' }),
      ...failures(...bodyRefusals),
    },
  };
  app.post('/gateways', { config: { access: 'manager' }, schema: create }, async (request, reply) => {
    const user = caller(request);
    const { body, ip: address } = request;
    const now = clock();
    const { id: officeId, customerId } = await requireOffice(db, user, body.officeId);
    const gateway = {
      id: (body.id ?? uuid()).toLowerCase(),
      customerId,
      officeId,
      label: body.label ?? null,
      serialNumber: body.serialNumber ?? null,
    };
    const created = await db.transaction().execute(async (tx) => {
      if (!(await insertGateway(tx, gateway))) throw new StepCloudError('CONFLICT', 'the id is taken');
      const opened = await issueTokens(tx, tokens, gateway.id, { now, address, issuedBy: user.userId });
      await recordAudit(tx, {
        ...about(gateway, now),
        actor: actorOf(user, request),
        action: 'gateway.created',
        detail: { sessionId: opened.sessionId },
      });
      return { gateway: await show(tx, user, gateway.id), tokens: opened };
    });
    return reply.code(201).send(created);
  });

  const one = { ...common, summary: 'Show a gateway', params };
  const oneResponse = { 200: Gateway, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND') };
  app.get(
    '/gateways/:gatewayId',
    { config: { access: 'viewer' }, schema: { ...one, response: oneResponse } },
    async (request) => {
      const user = caller(request);
      const { id } = await requireGatewayInUse(db, user, request.params.gatewayId);
      return show(db, user, id);
    },
  );

  const change = {
    ...common,
    summary: 'Change a gateway',
    description:
      'Changes what is given. In another office it hears other devices, even of the same name: what it sent so far stays with the devices of the old one.',
    params,
    body: closed(
      {
        label: Type.Optional(nullable(Label)),
        serialNumber: Type.Optional(nullable(SerialNumber)),
        officeId: Type.Optional({ ...Id, description: 'Another office of the same customer.' }),
      },
      { minProperties: 1 },
    ),
    response: { 200: Gateway, ...failures(...bodyRefusals) },
  };
  app.patch('/gateways/:gatewayId', { config: { access: 'manager' }, schema: change }, async (request) => {
    const user = caller(request);
    const gateway = await requireGatewayInUse(db, user, request.params.gatewayId);
    const { officeId } = request.body;
    if (officeId !== undefined && (await requireOffice(db, user, officeId)).customerId !== gateway.customerId)
      throw new StepCloudError('CONFLICT', 'a gateway never changes customer');
    await db.transaction().execute(async (tx) => {
      await updateGateway(tx, gateway.id, request.body);
      if (officeId !== undefined) await signal(tx, 'devices', [gateway.id]);
      const action = 'gateway.changed';
      await recordAudit(tx, {
        ...about(gateway, clock()),
        actor: actorOf(user, request),
        action,
        detail: request.body,
      });
    });
    return show(db, user, gateway.id);
  });

  const remove = {
    ...common,
    summary: 'Delete a gateway',
    description:
      'Its sessions end, and it is not listed any more. What it sent stays, and so do its books; what was acknowledged is still stored.',
    params,
    response: { 204: Type.Null({ description: 'The gateway is deleted.' }), ...failures(...refusals) },
  };
  app.delete('/gateways/:gatewayId', { config: { access: 'manager' }, schema: remove }, async (request, reply) => {
    const user = caller(request);
    const gateway = await requireGatewayInUse(db, user, request.params.gatewayId);
    await db.transaction().execute(async (tx) => {
      if (!(await deleteGateway(tx, gateway.id)))
        throw new StepCloudError('NOT_FOUND', 'the gateway is deleted already');
      await endSessions(tx, { gatewayId: gateway.id }, 'revoked');
      await signal(tx, 'access');
      await recordAudit(tx, { ...about(gateway, clock()), actor: actorOf(user, request), action: 'gateway.deleted' });
    });
    return reply.code(204).send(null);
  });
}

async function show(db: Db, { scope }: UserCaller, id: string) {
  const gateway = await showGateway(db, scope, id);
  if (!gateway) throw new StepCloudError('NOT_FOUND', 'the gateway was deleted or moved meanwhile');
  return gateway;
}
