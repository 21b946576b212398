import createClient, { type ClientOptions } from 'openapi-fetch';
import type { paths as AdminPaths } from './admin.gen.ts';
import type { paths as GatewayPaths } from './gateway.gen.ts';
import type { paths as UserPaths } from './user.gen.ts';

export interface ApiClientOptions extends Pick<ClientOptions, 'fetch'> {
  /** Where StepCloud is, without a slash at its end; this page's own host where it is empty. */
  readonly baseUrl: string;
  /** The access token of now, or undefined before there is one. Asked before each request. */
  token(): string | undefined;
}

/**
 * The three APIs with the types of their OpenAPI documents (`npm run types:api`). A call resolves to `data`, or to `error`, which is a
 * problem document (RFC 9457); it rejects only where there is no answer.
 */
export function createClients(options: ApiClientOptions) {
  return {
    user: authorized(createClient<UserPaths>({ ...options }), options),
    admin: authorized(createClient<AdminPaths>({ ...options }), options),
    gateway: authorized(createClient<GatewayPaths>({ ...options }), options),
  };
}

type Client = Pick<ReturnType<typeof createClient>, 'use'>;

function authorized<C extends Client>(client: C, { token }: ApiClientOptions): C {
  client.use({
    onRequest({ request }) {
      const current = token();
      if (current !== undefined) request.headers.set('authorization', `Bearer ${current}`);
    },
  });
  return client;
}
