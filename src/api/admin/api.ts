import type { Database } from '../../db/database.ts';
import type { Tokens } from '../../identity/tokens.ts';
import type { Queue } from '../../queue/batch.ts';
import type { App } from '../app.ts';
import { documentApi } from '../documents.ts';
import { guardAdmins } from '../guards.ts';
import { overview } from './overview.ts';

export interface AdminApiOptions {
  db: Database;
  tokens: Tokens;
  queue: Queue;
  clock: () => number;
  version: string;
}

/** For the people who run an installation. */
export async function adminApi(app: App, { db, tokens, queue, clock, version }: AdminApiOptions): Promise<void> {
  await documentApi(app, {
    title: 'StepCloud admin API',
    description: 'For those who run this installation. Sign in with **Authorize** as a user who is an admin.',
    version,
    page: '/admin/docs',
    security: 'login',
    tags: [{ name: 'installation', description: 'What runs here, and how it is.' }],
  });
  await app.register(
    async (scope) => {
      const guarded = scope as App;
      guarded.addHook('onRequest', guardAdmins({ db, tokens, clock }).admit);
      overview(guarded, { db, queue, version });
    },
    { prefix: '/admin/api/v1' },
  );
}
