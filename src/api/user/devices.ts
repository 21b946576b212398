import { Type } from 'typebox';
import { listDevices } from '../../db/device-views.ts';
import type { App } from '../app.ts';
import { createCursor, toPage } from '../cursor.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, page, pageQuery, Time } from '../schemas.ts';
import type { UserRouteOptions } from './options.ts';
import { requireDevice, requireGateway, requireOffice } from './visible.ts';

const State = Type.Enum(['pending', 'active', 'blocked', 'archived'], {
  description: 'A device that a gateway heard and nobody approved yet is pending.',
});

const Device = closed(
  {
    id: Id,
    key: Type.String({ description: 'Its name on its gateway.', examples: ['SN-4711'] }),
    label: nullable(Type.String({ examples: ['Printer by the window'] })),
    state: State,
    officeId: Id,
    officeName: Type.String(),
    model: nullable(
      closed({
        id: Id,
        name: Type.String({ examples: ['Form 4'] }),
        supplier: Type.String({ examples: ['Formlabs'] }),
      }),
    ),
    monitoring: Type.Boolean({ description: 'Whether its data is wanted.' }),
    serialNumber: nullable(Type.String()),
    lastHeardAt: nullable({ ...Time, description: 'When a gateway last heard it; null before the first time.' }),
    createdAt: Time,
  },
  { description: 'A device.' },
);

const cursor = createCursor(closed({ after: Id }));

export function devices(app: App, { db, caller }: UserRouteOptions): void {
  const list = {
    summary: 'List devices',
    description: 'The devices of your customers and offices, in a fixed order.',
    tags: ['devices'],
    querystring: closed({
      state: Type.Optional(State),
      officeId: Type.Optional({ ...Id, description: 'Only devices of this office.' }),
      gatewayId: Type.Optional({ ...Id, description: 'Only devices that this gateway has heard.' }),
      ...pageQuery(),
    }),
    response: {
      200: closed(page(Device), { description: 'A page of devices.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND'),
    },
  };
  app.get('/devices', { config: { access: 'viewer' }, schema: list }, async (request) => {
    const user = caller(request);
    const { state, officeId, gatewayId, limit, cursor: given } = request.query;
    const after = given === undefined ? undefined : cursor.decode(given).after;
    if (officeId !== undefined) await requireOffice(db, user, officeId);
    if (gatewayId !== undefined) await requireGateway(db, user, gatewayId);
    const rows = await listDevices(db, user.scope, { state, officeId, gatewayId, after, limit: limit + 1 });
    return toPage(rows, limit, ({ id }) => cursor.encode({ after: id }));
  });

  const one = {
    summary: 'Show a device',
    tags: ['devices'],
    params: closed({ deviceId: Id }),
    querystring: closed({}),
    response: { 200: Device, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND') },
  };
  app.get('/devices/:deviceId', { config: { access: 'viewer' }, schema: one }, (request) =>
    requireDevice(db, caller(request), request.params.deviceId),
  );
}
