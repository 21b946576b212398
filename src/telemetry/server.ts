import { once } from 'node:events';
import { createServer } from 'node:http';
import { StepCloudError } from '../errors.ts';
import type { Metrics } from './metrics.ts';

export interface TelemetryOptions {
  listen: { host: string; port: number };
  metrics: Metrics;
  isReady(): Promise<boolean>;
}

export interface TelemetryServer {
  readonly port: number;
  close(): Promise<void>;
}

/** /metrics for Prometheus, /healthz and /readyz for whoever watches over the process; on a port of its own. */
export async function startTelemetryServer({ listen, metrics, isReady }: TelemetryOptions): Promise<TelemetryServer> {
  const pages: Record<string, () => Promise<[number, string, string]> | [number, string, string]> = {
    '/metrics': async () => [200, metrics.registry.contentType, await metrics.registry.metrics()],
    '/healthz': () => [200, 'text/plain', 'alive\n'],
    '/readyz': async () => ((await isReady()) ? [200, 'text/plain', 'ready\n'] : [503, 'text/plain', 'not ready\n']),
  };
  const server = createServer(async (request, response) => {
    const page = pages[request.url ?? ''];
    const [status, type, body] = page ? await page() : ([404, 'text/plain', 'no such page\n'] as const);
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  server.listen(listen.port, listen.host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new StepCloudError('CONFIG_INVALID', `cannot serve metrics: ${(error as Error).message}`, { cause: error });
  }
  return {
    port: (server.address() as { port: number }).port,
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
