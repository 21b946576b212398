import type { BrokerSettings } from '../../config.ts';
import type { Db } from '../../db/database.ts';
import type { GatewayIdentity } from '../../identity/sessions.ts';
import { readGatewayLimits } from '../../ingest/gateway-limits.ts';
import { SessionReport } from '../../messages/downlink.ts';
import { toSessionReport } from '../../messages/reports.ts';
import type { App } from '../app.ts';
import { GatewayLimits } from '../gateway-limits.ts';
import type { Guard } from '../guards.ts';
import { failures } from '../problems.ts';
import { closed } from '../schemas.ts';

export interface SessionOptions {
  db: Db;
  caller: Guard<GatewayIdentity>['caller'];
  maxPacketBytes: number;
  settings: Pick<BrokerSettings, 'limits' | 'rates'>;
  clock: () => number;
}

/** How long the gateway may go on, and what it may, for those without MQTT. */
export function session(app: App, { db, caller, maxPacketBytes, settings, clock }: SessionOptions): void {
  const { serverTime, exp, maxPacketBytes: largest, renewable: isRenewable } = SessionReport.properties;
  const schema = {
    summary: 'Read limits and their use',
    description:
      'What comes on `down/session` over MQTT, but for a fresh token: that is got by `POST /refresh`. The time of the server, when the token ends, and how much of what a gateway may have is in use.',
    tags: ['token'],
    querystring: closed({}),
    response: {
      200: closed(
        { serverTime, exp, maxPacketBytes: largest, renewable: isRenewable, ...GatewayLimits.properties },
        { description: 'How long the token lasts, and what the gateway may.' },
      ),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID'),
    },
  };
  app.get('/session', { schema }, async (request) => {
    const { gatewayId, expiresAt, renewable } = caller(request);
    const limits = await readGatewayLimits(db, settings, gatewayId);
    return { ...toSessionReport({ serverTime: clock(), expiresAt, maxPacketBytes, renewable }), ...limits };
  });
}
