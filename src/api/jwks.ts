import { Type } from 'typebox';
import type { Keys } from '../identity/keys.ts';
import type { App } from './app.ts';
import { failures } from './problems.ts';
import { closed } from './schemas.ts';

const Jwk = closed({
  kty: Type.String(),
  crv: Type.String(),
  x: Type.String(),
  y: Type.String(),
  kid: Type.String(),
  alg: Type.String(),
  use: Type.String(),
});

/** The public keys by which others, such as an external broker, verify our tokens. */
export function jwks(app: App, { keys }: { keys: Keys }): void {
  const response = { 200: closed({ keys: Type.Array(Jwk) }), ...failures() };
  app.get('/.well-known/jwks.json', { schema: { summary: 'Public keys', response } }, async (_request, reply) => {
    reply.header('cache-control', 'public, max-age=300');
    return await keys.publicKeys();
  });
}
