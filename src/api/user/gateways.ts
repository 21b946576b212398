import { Type } from 'typebox';
import { listGateways } from '../../db/gateway-views.ts';
import type { App } from '../app.ts';
import { createCursor, toPage } from '../cursor.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, page, pageQuery, Time } from '../schemas.ts';
import type { UserRouteOptions } from './options.ts';

const Gateway = closed({
  id: Id,
  label: nullable(Type.String({ examples: ['Workshop 1'] })),
  customerId: Id,
  officeId: Id,
  officeName: Type.String({ examples: ['Berlin'] }),
  serialNumber: nullable(Type.String()),
  softwareVersion: nullable(Type.String({ examples: ['2.4.1'] })),
  hardwareVersion: nullable(Type.String()),
  reportedState: nullable(
    Type.String({ enum: ['online', 'offline'], description: 'What it last said of itself; null before it did.' }),
  ),
  reportedAt: nullable({ ...Time, description: 'When it last said how it is.' }),
  buffered: nullable(Type.Integer({ description: 'Messages that it says wait in it.' })),
  oldestBufferedAt: nullable({ ...Time, description: 'The time of the oldest of them.' }),
  dropped: nullable(Type.Integer({ description: 'Messages that it says it had no room for.' })),
  clockSynced: nullable(Type.Boolean()),
  createdAt: Time,
  lastHeardAt: nullable({
    ...Time,
    description: 'When data of any device last came through it; null before the first.',
  }),
});

const cursor = createCursor(closed({ after: Id }));

export function gateways(app: App, { db, caller }: UserRouteOptions): void {
  const schema = {
    summary: 'List gateways',
    description: 'The gateways of your customers and offices that are in use, in a fixed order.',
    tags: ['gateways'],
    querystring: closed(pageQuery()),
    response: {
      200: closed(page(Gateway), { description: 'A page of gateways.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID'),
    },
  };
  app.get('/gateways', { config: { access: 'viewer' }, schema }, async (request) => {
    const { limit, cursor: given } = request.query;
    const after = given === undefined ? undefined : cursor.decode(given).after;
    const rows = await listGateways(db, caller(request).scope, { after, limit: limit + 1 });
    return toPage(rows, limit, ({ id }) => cursor.encode({ after: id }));
  });
}
