import { channel } from 'node:diagnostics_channel';
import type { FastifyInstance, RouteOptions } from 'fastify';
import type { Access } from '../../src/api/guards.ts';

export interface KnownRoute {
  method: string;
  /** As it was registered: `/api/v1/devices/:deviceId`. */
  url: string;
  access: Access | undefined;
}

/** Every route that an application registers while `build` runs, documented or not; HEAD goes with its GET. */
export async function routesOf(build: () => Promise<unknown>): Promise<KnownRoute[]> {
  const routes: KnownRoute[] = [];
  const onRoute = ({ method, url, config }: RouteOptions): void => {
    for (const one of [method].flat()) {
      if (one !== 'HEAD') routes.push({ method: one, url, access: config?.access });
    }
  };
  const watch = (message: unknown): void => {
    (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', onRoute);
  };
  channel('fastify.initialization').subscribe(watch);
  try {
    await build();
  } finally {
    channel('fastify.initialization').unsubscribe(watch);
  }
  return routes;
}
