import { Type } from 'typebox';
import type { Db } from '../../db/database.ts';
import { listDeviceStates } from '../../db/device-states.ts';
import type { GatewayIdentity } from '../../identity/sessions.ts';
import type { App } from '../app.ts';
import { createCursor, toPage } from '../cursor.ts';
import type { Guard } from '../guards.ts';
import { failures } from '../problems.ts';
import { closed, nullable, page, pageQuery, text } from '../schemas.ts';

const Device = closed({
  key: Type.String({ description: 'Its name on this gateway.', examples: ['printer-1'] }),
  state: Type.Enum(['pending', 'active', 'refused'], {
    description:
      'Pending: its data are kept until somebody approves it, or it registers. Refused: its data are not taken, do not send them.',
  }),
  monitored: Type.Boolean({ description: 'Whether its data are wanted.' }),
  model: nullable(Type.String({ examples: ['PRO 4K UV385'] })),
  label: nullable(Type.String({ description: 'What people call it.', examples: ['Printer by the window'] })),
});

const cursor = createCursor(closed({ after: text(128) }));

/** What becomes of the data of the devices that a gateway hears. */
export function devices(app: App, { db, caller }: { db: Db; caller: Guard<GatewayIdentity>['caller'] }): void {
  const schema = {
    summary: 'List devices',
    description:
      'The devices of its office that the gateway has heard, by key. Ask now and then, and after a registration: the answer says whether it was taken.',
    tags: ['devices'],
    querystring: closed(pageQuery({ maximum: 1_000, fallback: 200 })),
    response: {
      200: closed(page(Device), { description: 'A page of devices.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID'),
    },
  };
  app.get('/devices', { schema }, async (request) => {
    const { limit, cursor: given } = request.query;
    const after = given === undefined ? undefined : cursor.decode(given).after;
    const rows = await listDeviceStates(db, caller(request).gatewayId, { after, limit: limit + 1 });
    return toPage(rows, limit, ({ key }) => cursor.encode({ after: key }));
  });
}
