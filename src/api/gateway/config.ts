import { createHash } from 'node:crypto';
import type { Db } from '../../db/database.ts';
import { listDeviceStates } from '../../db/device-states.ts';
import type { GatewayIdentity } from '../../identity/sessions.ts';
import { DeviceConfig } from '../../messages/downlink.ts';
import { toDeviceConfig } from '../../messages/reports.ts';
import type { App } from '../app.ts';
import { ETAG, hasTag, notModified, tagOf } from '../etags.ts';
import type { Guard } from '../guards.ts';
import { failures } from '../problems.ts';
import { closed } from '../schemas.ts';

/** What StepCloud wants of a gateway, for those without MQTT. */
export function config(app: App, { db, caller }: { db: Db; caller: Guard<GatewayIdentity>['caller'] }): void {
  const { complete, devices } = DeviceConfig.properties;
  const description = 'All devices of the gateway; any other is none of its any more.';
  const schema = {
    summary: 'Read the configuration',
    description:
      'What comes on `down/config` over MQTT, all at once: which devices the gateway has, whether their data are taken, and whether they are wanted. Send the `ETag` of the last answer as `If-None-Match`: while nothing has changed the answer is 304 and has no body, so that asking often costs little.',
    tags: ['devices'],
    querystring: closed({}),
    response: {
      200: closed({ complete, devices }, { description, headers: ETAG }),
      304: notModified('It is what the gateway has already.'),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID'),
    },
  };
  app.get('/config', { schema }, async (request, reply) => {
    const known = toDeviceConfig(await listDeviceStates(db, caller(request).gatewayId), { complete: true });
    const hash = createHash('sha256').update(JSON.stringify(known)).digest();
    reply.headers({ etag: tagOf(hash), 'cache-control': 'private, no-cache' });
    return hasTag(request.headers['if-none-match'], hash) ? reply.code(304).send(undefined) : known;
  });
}
