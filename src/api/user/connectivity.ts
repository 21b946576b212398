import { Type } from 'typebox';
import { END_REASONS, type EndReason } from '../../db/presence.ts';
import { listOpenConnections, listPresence } from '../../db/presence-views.ts';
import type { App } from '../app.ts';
import { createCursor, Instant, toPage } from '../cursor.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, page, pageQuery, Time } from '../schemas.ts';
import { DAY_MS, readTimeRange, timeRangeQuery } from '../time-range.ts';
import type { UserRouteOptions } from './options.ts';
import { requireGateway } from './visible.ts';

const SPAN_MS = 30 * DAY_MS;
const SHOWN_CONNECTIONS = 100;

const reasons = Object.entries(END_REASONS).map(([reason, meaning]) => `\`${reason}\`: ${meaning}`);

const Period = closed({
  onlineSince: Time,
  offlineSince: nullable({ ...Time, description: 'When its last connection ended; null while the period lasts.' }),
  endReason: nullable(
    Type.Unsafe<EndReason>({
      type: 'string',
      enum: Object.keys(END_REASONS),
      description: `Why that connection ended; null while the period lasts. ${reasons.join('; ')}.`,
    }),
  ),
  connections: Type.Integer({
    minimum: 1,
    description:
      'How many connections were made in it. Many mean a bad line, or two programs that use one client id and put each other out.',
  }),
});

const Connection = closed({
  clientId: Type.String({ examples: ['gateway'] }),
  address: nullable(Type.String({ description: 'Where it comes from.', examples: ['203.0.113.7'] })),
  connectedAt: Time,
  processId: { ...Id, description: 'The broker process that holds it.' },
});

const Connectivity = closed(
  {
    connections: Type.Array(Connection, {
      description: `The connections that are open now, the newest first; ${SHOWN_CONNECTIONS} at most.`,
    }),
    ...page(Period),
  },
  { description: 'When the gateway was online.' },
);

const cursor = createCursor(closed({ from: Instant, before: Instant }));

export function connectivity(app: App, { db, clock, caller }: UserRouteOptions): void {
  const schema = {
    summary: 'When a gateway was online',
    description:
      'The periods in which the gateway was online that reach into the span, whole and newest first, and the connections that are open now. A gateway is online while it has an open MQTT connection; one that is back within 60 seconds was never offline, unless its access was taken back.',
    tags: ['gateways'],
    params: closed({ gatewayId: Id }),
    querystring: closed({ ...timeRangeQuery('30 days'), ...pageQuery() }),
    response: { 200: Connectivity, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND') },
  };
  app.get('/gateways/:gatewayId/connectivity', { config: { access: 'viewer' }, schema }, async (request) => {
    const user = caller(request);
    const { limit, cursor: given, ...query } = request.query;
    const { id } = await requireGateway(db, user, request.params.gatewayId);
    const position = given === undefined ? undefined : cursor.decode(given);
    const { from, to } = position
      ? { from: new Date(position.from), to: new Date(position.before) }
      : readTimeRange(query, clock(), SPAN_MS);
    const rows = await listPresence(db, user.scope, id, { from, to, limit: limit + 1 });
    const connections = await listOpenConnections(db, user.scope, id, SHOWN_CONNECTIONS);
    const behind = ({ onlineSince }: { onlineSince: Date }) =>
      cursor.encode({ from: from.getTime(), before: onlineSince.getTime() });
    return { connections, ...toPage(rows, limit, behind) };
  });
}
