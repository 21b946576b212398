import type { RouteOptions } from 'fastify';
import type { Ingest } from '../../ingest/ingest.ts';
import type { TimeLimits } from '../../messages/kind.ts';
import type { Queue, QueueDesk } from '../../queue/batch.ts';
import type { App } from '../app.ts';
import { documentApi } from '../documents.ts';
import { guardAdmins } from '../guards.ts';
import { failures } from '../problems.ts';
import type { RateLimits } from '../rate-limits.ts';
import { catalogue } from '../user/catalogue.ts';
import { deadLetters } from '../user/dead-letters.ts';
import { deviceApprovals } from '../user/device-approvals.ts';
import { deviceSensors } from '../user/device-sensors.ts';
import { devices } from '../user/devices.ts';
import { gatewaySessions } from '../user/gateway-sessions.ts';
import { gateways } from '../user/gateways.ts';
import { members } from '../user/members.ts';
import { offices } from '../user/offices.ts';
import { previews } from '../user/previews.ts';
import { replays } from '../user/replays.ts';
import { audit } from './audit.ts';
import { catalogueChanges } from './catalogue.ts';
import { connections } from './connections.ts';
import { customers } from './customers.ts';
import { losses } from './losses.ts';
import { maintenance } from './maintenance.ts';
import { modelImages } from './model-images.ts';
import type { AdminRouteOptions } from './options.ts';
import { overview } from './overview.ts';
import { processes } from './processes.ts';
import { queues } from './queues.ts';
import { type RetentionRouteOptions, retention } from './retention.ts';
import { sessions } from './sessions.ts';
import { storage } from './storage.ts';
import { users } from './users.ts';

export interface AdminApiOptions extends Omit<AdminRouteOptions, 'caller'> {
  queue: Queue & QueueDesk;
  settings: RetentionRouteOptions['settings'];
  version: string;
  rateLimits: RateLimits;
  ingest: Ingest;
  timeLimits: () => TimeLimits;
}

/** For the people who run an installation. */
export async function adminApi(app: App, parts: AdminApiOptions): Promise<void> {
  const { db, queue, settings, version, rateLimits, ingest, timeLimits } = parts;
  await documentApi(app, {
    title: 'StepCloud admin API',
    description:
      'For those who run this installation. Sign in with **Authorize** as a user who is an admin. Offices, members, gateways, devices and the catalogue have the routes that they have for users, and an admin is a manager of everybody there. Every resource is listed, shown, created (POST), changed (PATCH) and deleted (DELETE) under its plural name, as far as that makes sense; what else can be done to one is a POST under its id.',
    version,
    page: '/admin/docs',
    security: ['login'],
    tags: [
      { name: 'installation', description: 'What runs here, and how it is.' },
      { name: 'customers', description: 'Who owns gateways, and whether they may use this installation.' },
      { name: 'users', description: 'Who may sign in, and where they have.' },
      { name: 'members', description: 'Who may do what in which customer or office.' },
      { name: 'gateways', description: 'What collects and sends.' },
      { name: 'devices', description: 'What is measured.' },
      { name: 'catalogue', description: 'What a device can be.' },
      { name: 'dead letters', description: 'What was refused, with the reason.' },
      { name: 'audit', description: 'Who did what.' },
    ],
  });
  await app.register(
    async (scope) => {
      const guarded = scope as App;
      const { admit, caller } = guardAdmins(parts);
      guarded.addHook(
        'onRequest',
        rateLimits.guarded('user', admit, (request) => caller(request).userId),
      );
      guarded.addHook('onRoute', tellOfGuard);
      const options: AdminRouteOptions = { ...parts, caller };
      overview(guarded, { db, queue, version });
      processes(guarded, options);
      queues(guarded, { ...options, queue });
      losses(guarded, options);
      maintenance(guarded, options);
      retention(guarded, { ...options, settings });
      storage(guarded, options);
      connections(guarded, options);
      customers(guarded, options);
      offices(guarded, options);
      users(guarded, options);
      sessions(guarded, options);
      members(guarded, options);
      gateways(guarded, options);
      gatewaySessions(guarded, options);
      devices(guarded, options);
      deviceApprovals(guarded, options);
      deviceSensors(guarded, options);
      catalogue(guarded, options);
      catalogueChanges(guarded, options);
      await guarded.register(async (bodies) => modelImages(bodies as App, options));
      deadLetters(guarded, options);
      replays(guarded, { ...options, ingest });
      previews(guarded, { ...options, timeLimits });
      audit(guarded, options);
    },
    { prefix: '/admin/api/v1' },
  );
}

/** Routes that users have too may have no role to refuse; here all of them ask for an admin. */
function tellOfGuard(route: RouteOptions): void {
  route.schema = { ...route.schema, response: { ...failures('FORBIDDEN'), ...(route.schema?.response as object) } };
}
