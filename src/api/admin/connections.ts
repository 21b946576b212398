import { Type } from 'typebox';
import { recordAudit } from '../../db/audit.ts';
import { findAnyConnection, kickConnection, listAllConnections } from '../../db/connection-views.ts';
import { TRANSPORTS, type Transport } from '../../db/connections.ts';
import { StepCloudError } from '../../errors.ts';
import { signal } from '../../signals/signals.ts';
import type { App } from '../app.ts';
import { createCursor, toPage } from '../cursor.ts';
import { actorOf } from '../guards.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, page, pageQuery, Time } from '../schemas.ts';
import type { AdminRouteOptions } from './options.ts';

const Connection = closed({
  id: Id,
  gatewayId: Id,
  gatewayLabel: nullable(Type.String({ examples: ['Workshop 1'] })),
  customerId: Id,
  customerName: Type.String({ examples: ['Example Dental Lab'] }),
  officeId: Id,
  clientId: Type.String({ description: 'As the gateway chose it.', examples: ['live'] }),
  sessionId: { ...Id, description: 'Whose token it came with.' },
  address: nullable(
    Type.String({
      description: 'Where it comes from; that of a load balancer, behind one.',
      examples: ['203.0.113.7'],
    }),
  ),
  transport: Type.Unsafe<Transport | null>({
    type: ['string', 'null'],
    enum: [...TRANSPORTS, null],
    description: 'What it came by; null of a broker of an earlier release.',
  }),
  connectedAt: Time,
  processId: { ...Id, description: 'The broker process that holds it.' },
  host: Type.String({ description: 'The machine or container of that process.', examples: ['iot-1'] }),
});

const cursor = createCursor(closed({ before: Id }));

export function connections(app: App, { db, clock, caller }: AdminRouteOptions): void {
  const refusals = ['REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN'] as const;

  const list = {
    summary: 'List open connections',
    description:
      'The MQTT connections that are open now, of all customers and brokers, newest first. One that ended within the last second may still stand here. When a gateway was online before: `GET /api/v1/gateways/{gatewayId}/connectivity` of the user API.',
    tags: ['gateways'],
    querystring: closed({
      customerId: Type.Optional({ ...Id, description: 'Only of the gateways of this customer.' }),
      gatewayId: Type.Optional({ ...Id, description: 'Only of this gateway.' }),
      processId: Type.Optional({ ...Id, description: 'Only those that this broker process holds.' }),
      ...pageQuery(),
    }),
    response: { 200: closed(page(Connection), { description: 'A page of connections.' }), ...failures(...refusals) },
  };
  app.get('/connections', { schema: list }, async ({ query: { cursor: given, ...query } }) => {
    const before = given === undefined ? undefined : cursor.decode(given).before;
    const { customerId, gatewayId, processId, limit } = query;
    const rows = await listAllConnections(db, { customerId, gatewayId, processId, before, limit: limit + 1 });
    return toPage(rows, limit, ({ id }) => cursor.encode({ before: id }));
  });

  const kick = {
    summary: 'End a connection',
    description:
      'The broker that holds it closes it within two seconds. Nothing is lost: what was not acknowledged stays with the gateway, which may connect again at once. To keep it out, end its sessions.',
    tags: ['gateways'],
    params: closed({ connectionId: Id }),
    querystring: closed({}),
    response: {
      204: Type.Null({ description: 'The broker is told.' }),
      ...failures(...refusals, 'NOT_FOUND'),
    },
  };
  app.delete('/connections/:connectionId', { schema: kick }, async (request, reply) => {
    await db.transaction().execute(async (tx) => {
      const found = await findAnyConnection(tx, request.params.connectionId);
      if (!found) throw new StepCloudError('NOT_FOUND', 'there is no such connection, or it has ended');
      if (!(await kickConnection(tx, found.id))) return;
      const { gatewayId, gatewayLabel, customerId, officeId, clientId, address } = found;
      await recordAudit(tx, {
        at: new Date(clock()),
        actor: actorOf(caller(request), request),
        action: 'connection.kicked',
        subject: { kind: 'gateway', id: gatewayId, name: gatewayLabel },
        customerId,
        officeId,
        detail: { clientId, address },
      });
      await signal(tx, 'access');
    });
    return reply.code(204).send(null);
  });
}
