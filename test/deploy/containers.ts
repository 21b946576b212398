import type { Compose } from './compose.ts';
import type { Image } from './image.ts';
import type { Network } from './network.ts';
import { type Program, startProgram } from './programs.ts';

/** That of docker-compose.yml. */
const HEALTH_TIMEOUT_MS = 5_000;

/** A service that runs as Compose would run it, but for where it is. */
export interface Container {
  readonly service: string;
  readonly address: string;
  readonly program: Program;
  /** Asks for what its health check asks, without starting a process for that. */
  isReady(): Promise<boolean>;
  /** Runs its health check as it is written. */
  isHealthy(): Promise<boolean>;
}

export interface ContainerOptions {
  compose: Compose;
  image: Image;
  network: Network;
  /** What stands in for the addresses and folders of docker-compose.yml that only containers have. */
  substitutes: Readonly<Record<string, string>>;
}

/** Starts a service of ours from the image, with the command and the variables of docker-compose.yml and no others. */
export function startContainer(service: string, { compose, image, network, substitutes }: ContainerOptions): Container {
  const { command = [], environment = {}, healthcheck } = compose.services[service] ?? {};
  const address = network.address();
  const localize = (text: string): string =>
    Object.entries({ ...substitutes, '0.0.0.0': address, '127.0.0.1': address }).reduce(
      (result, [one, other]) => (result === text ? text.replaceAll(one, other) : result),
      text,
    );
  const variables = Object.entries({ ...image.environment, ...environment });
  const local = Object.fromEntries(variables.map(([name, value]) => [name, localize(String(value))]));
  const program = startProgram([...image.entrypoint, ...command], { folder: image.folder, environment: local });
  const [kind, ...check] = healthcheck?.test ?? [];
  const [url] = /http:[^']+/.exec(check.map(localize).join(' ')) ?? [];
  return {
    service,
    address,
    program,
    isReady: () =>
      fetch(url as string, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) }).then(
        ({ ok }) => ok,
        () => false,
      ),
    async isHealthy() {
      if (kind !== 'CMD') throw new Error(`${service} has no health check of the kind CMD`);
      return (await startProgram(check.map(localize), { folder: image.folder }).ended) === 0;
    },
  };
}
