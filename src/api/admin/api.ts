import type { Database } from '../../db/database.ts';
import type { Tokens } from '../../identity/tokens.ts';
import type { Queue, QueueDesk } from '../../queue/batch.ts';
import type { App } from '../app.ts';
import { documentApi } from '../documents.ts';
import { guardAdmins } from '../guards.ts';
import type { RateLimits } from '../rate-limits.ts';
import { audit } from './audit.ts';
import { connections } from './connections.ts';
import { customers } from './customers.ts';
import { losses } from './losses.ts';
import { maintenance } from './maintenance.ts';
import type { AdminRouteOptions } from './options.ts';
import { overview } from './overview.ts';
import { processes } from './processes.ts';
import { queues } from './queues.ts';
import { type RetentionRouteOptions, retention } from './retention.ts';
import { sessions } from './sessions.ts';
import { storage } from './storage.ts';
import { users } from './users.ts';

export interface AdminApiOptions {
  db: Database;
  tokens: Tokens;
  queue: Queue & QueueDesk;
  settings: RetentionRouteOptions['settings'];
  clock: () => number;
  version: string;
  rateLimits: RateLimits;
}

/** For the people who run an installation. */
export async function adminApi(app: App, parts: AdminApiOptions): Promise<void> {
  const { db, tokens, queue, settings, clock, version, rateLimits } = parts;
  await documentApi(app, {
    title: 'StepCloud admin API',
    description: 'For those who run this installation. Sign in with **Authorize** as a user who is an admin.',
    version,
    page: '/admin/docs',
    security: ['login'],
    tags: [
      { name: 'installation', description: 'What runs here, and how it is.' },
      { name: 'customers', description: 'Who owns gateways, and whether they may use this installation.' },
      { name: 'users', description: 'Who may sign in, and where they have.' },
      { name: 'gateways', description: 'What collects and sends.' },
      { name: 'audit', description: 'Who did what.' },
    ],
  });
  await app.register(
    async (scope) => {
      const guarded = scope as App;
      const { admit, caller } = guardAdmins({ db, tokens, clock });
      guarded.addHook(
        'onRequest',
        rateLimits.guarded('user', admit, (request) => caller(request).userId),
      );
      const options: AdminRouteOptions = { db, clock, caller };
      overview(guarded, { db, queue, version });
      processes(guarded, options);
      queues(guarded, { ...options, queue });
      losses(guarded, options);
      maintenance(guarded, options);
      retention(guarded, { ...options, settings });
      storage(guarded, options);
      connections(guarded, options);
      customers(guarded, options);
      users(guarded, options);
      sessions(guarded, options);
      audit(guarded, options);
    },
    { prefix: '/admin/api/v1' },
  );
}
