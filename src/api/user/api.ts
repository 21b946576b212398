import type { Database } from '../../db/database.ts';
import type { Tokens } from '../../identity/tokens.ts';
import type { App } from '../app.ts';
import { documentApi } from '../documents.ts';
import { guardUsers } from '../guards.ts';
import { deadLetters } from './dead-letters.ts';
import { devices } from './devices.ts';
import { events } from './events.ts';
import { gateways } from './gateways.ts';
import { latest } from './latest.ts';
import { ledger } from './ledger.ts';
import { login } from './login.ts';
import { me } from './me.ts';
import type { UserRouteOptions } from './options.ts';
import { readings } from './readings.ts';

const PREFIX = '/api/v1';

export interface UserApiOptions {
  db: Database;
  tokens: Tokens;
  clock: () => number;
  version: string;
}

/** For people and their programs: what the gateways of their customers sent. */
export async function userApi(app: App, { db, tokens, clock, version }: UserApiOptions): Promise<void> {
  await documentApi(app, {
    title: 'StepCloud user API',
    description:
      'What the gateways of your workshops sent: devices, their latest values and readings, the events that they ended with, what was refused and why, and the books that show that nothing is missing. Sign in with **Authorize**; the token lives 15 minutes.',
    version,
    page: '/docs',
    security: 'login',
    tags: [
      { name: 'session', description: 'Sign in, and who you are.' },
      { name: 'gateways', description: 'What collects and sends, and the books of what it sent.' },
      { name: 'devices', description: 'What is measured.' },
      { name: 'dead letters', description: 'What was refused, with the reason.' },
    ],
  });
  await app.register(async (open) => login(open as App, { db, tokens, clock }), { prefix: PREFIX });
  await app.register(
    async (scope) => {
      const guarded = scope as App;
      const { admit, caller } = guardUsers({ db, tokens, clock });
      guarded.addHook('onRequest', admit);
      const options: UserRouteOptions = { db, tokens, clock, caller };
      me(guarded, options);
      gateways(guarded, options);
      ledger(guarded, options);
      deadLetters(guarded, options);
      devices(guarded, options);
      latest(guarded, options);
      readings(guarded, options);
      events(guarded, options);
    },
    { prefix: PREFIX },
  );
}
