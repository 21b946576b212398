import type { Ingest } from '../../ingest/ingest.ts';
import type { Pacing } from '../../ingest/pacing.ts';
import type { App } from '../app.ts';
import { documentApi } from '../documents.ts';
import { guardGateways } from '../guards.ts';
import type { RateLimits } from '../rate-limits.ts';
import { config } from './config.ts';
import { devices } from './devices.ts';
import { type EnrolmentOptions, enrolment } from './enrolment.ts';
import { errors } from './errors.ts';
import { ingestion } from './ingestion.ts';
import { refresh } from './refresh.ts';
import { type SessionOptions, session } from './session.ts';
import { testToken } from './test-token.ts';

const PREFIX = '/gateway/api/v1';

export interface GatewayApiOptions extends EnrolmentOptions {
  ingest: Ingest;
  pacing: Pacing;
  /** Largest message that is taken in, but for events. */
  maxPacketBytes: number;
  settings: SessionOptions['settings'];
  version: string;
  rateLimits: RateLimits;
}

/** For gateways, beside MQTT. */
export async function gatewayApi(app: App, { rateLimits, ...options }: GatewayApiOptions): Promise<void> {
  await documentApi(app, {
    title: 'StepCloud gateway API',
    description:
      'For gateways, beside MQTT: how they come in, how they renew their tokens after an outage, and how they send without it. What goes over MQTT is [described by AsyncAPI](/gateway/asyncapi). **Authorize** with the token that the gateway uses as its MQTT password.',
    version: options.version,
    page: '/gateway/docs',
    security: ['gatewayToken'],
    tags: [
      { name: 'enrolment', description: 'How a gateway comes in.' },
      { name: 'token', description: 'What a token is good for, and fresh ones.' },
      { name: 'devices', description: 'What becomes of the data of its devices.' },
      { name: 'messages', description: 'What a gateway without MQTT sends.' },
    ],
  });
  await app.register(
    async (scope) => {
      scope.addHook('onRequest', rateLimits.open);
      enrolment(scope as App, options);
      refresh(scope as App, options);
    },
    { prefix: PREFIX },
  );
  await app.register(
    async (scope) => {
      const guarded = scope as App;
      const { admit, caller } = guardGateways(options);
      guarded.addHook(
        'onRequest',
        rateLimits.guarded('gateway', admit, (request) => caller(request).gatewayId),
      );
      testToken(guarded, { caller });
      session(guarded, { ...options, caller });
      config(guarded, { db: options.db, caller });
      devices(guarded, { db: options.db, caller });
      errors(guarded, { ...options, caller });
      await guarded.register(async (raw) => ingestion(raw as App, { ...options, caller }));
    },
    { prefix: PREFIX },
  );
}
