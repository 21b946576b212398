import type { Database } from '../../db/database.ts';
import type { Tokens } from '../../identity/tokens.ts';
import type { App } from '../app.ts';
import { documentApi } from '../documents.ts';
import { guardGateways } from '../guards.ts';
import { testToken } from './test-token.ts';

export interface GatewayApiOptions {
  db: Database;
  tokens: Tokens;
  clock: () => number;
  version: string;
}

/** For gateways, beside MQTT. */
export async function gatewayApi(app: App, { db, tokens, clock, version }: GatewayApiOptions): Promise<void> {
  await documentApi(app, {
    title: 'StepCloud gateway API',
    description: 'For gateways, beside MQTT. **Authorize** with the token that the gateway uses as its MQTT password.',
    version,
    page: '/gateway/docs',
    security: 'gatewayToken',
    tags: [{ name: 'token', description: 'What a token is good for.' }],
  });
  await app.register(
    async (scope) => {
      const guarded = scope as App;
      const { admit, caller } = guardGateways({ db, tokens, clock });
      guarded.addHook('onRequest', admit);
      testToken(guarded, { caller });
    },
    { prefix: '/gateway/api/v1' },
  );
}
