import { readGatewayLimits } from '../../ingest/gateway-limits.ts';
import type { App } from '../app.ts';
import { GatewayLimits } from '../gateway-limits.ts';
import { failures } from '../problems.ts';
import { closed, Id } from '../schemas.ts';
import type { UserRouteOptions } from './options.ts';
import { requireGateway } from './visible.ts';

/** What a gateway may, and whether it is delayed since it sends more. */
export function gatewayLimits(app: App, { db, settings, caller }: UserRouteOptions): void {
  const schema = {
    summary: 'Limits of a gateway',
    description:
      'What the gateway may, how much of it is in use, and whether it is delayed: who sends more than it may is read less often, and nothing of it is lost.',
    tags: ['gateways'],
    params: closed({ gatewayId: Id }),
    querystring: closed({}),
    response: { 200: GatewayLimits, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND') },
  };
  app.get('/gateways/:gatewayId/limits', { config: { access: 'viewer' }, schema }, async (request) => {
    const { id } = await requireGateway(db, caller(request), request.params.gatewayId);
    return readGatewayLimits(db, settings, id);
  });
}
