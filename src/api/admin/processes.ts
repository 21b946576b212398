import { Type } from 'typebox';
import { listProcesses } from '../../db/processes.ts';
import type { App } from '../app.ts';
import { createCursor, toPage } from '../cursor.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, page, pageQuery, Time } from '../schemas.ts';
import type { AdminRouteOptions } from './options.ts';

const Process = closed({
  id: Id,
  role: Type.Enum(['broker', 'worker', 'api']),
  version: Type.String({ examples: ['0.1.0'] }),
  host: Type.String({ description: 'The machine or container that it runs on.', examples: ['iot-1'] }),
  startedAt: Time,
  renewedAt: { ...Time, description: 'When it last said that it lives.' },
  connections: nullable(
    Type.Integer({ minimum: 0, description: 'Open MQTT connections of gateways; null where it is no broker.' }),
  ),
});

const cursor = createCursor(closed({ after: Id }));

export function processes(app: App, { db }: Pick<AdminRouteOptions, 'db'>): void {
  const schema = {
    summary: 'List processes',
    description:
      'The processes of this installation that live, in the order in which they started. One that says nothing for longer than its lease is not listed any more, and its connections are ended.',
    tags: ['installation'],
    querystring: closed(pageQuery()),
    response: {
      200: closed(page(Process), { description: 'A page of processes.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN'),
    },
  };
  app.get('/processes', { schema }, async ({ query: { limit, cursor: given } }) => {
    const after = given === undefined ? undefined : cursor.decode(given).after;
    const rows = await listProcesses(db, { after, limit: limit + 1 });
    return toPage(rows, limit, ({ id }) => cursor.encode({ after: id }));
  });
}
