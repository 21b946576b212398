import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

export interface Service {
  image: string;
  command?: string[];
  environment?: Record<string, string>;
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  ports?: string[];
  volumes?: string[];
  networks?: string[];
  profiles?: string[];
  build?: string;
  restart?: string;
  container_name?: string;
  stop_grace_period?: string;
  secrets?: string[];
}

export interface Compose {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean } | null>;
  volumes: Record<string, null>;
  secrets: Record<string, { file: string }>;
}

export const ROOT = new URL('../../', import.meta.url);

/** docker-compose.yml as it is written, with its anchors resolved. */
export async function readCompose(): Promise<Compose> {
  return parse(await readFile(new URL('docker-compose.yml', ROOT), 'utf8'), { merge: true }) as Compose;
}

/** The same as Compose would run it with these settings of .env. Throws where a required one is missing or empty. */
export function withSettings(compose: Compose, settings: Record<string, string>): Compose {
  return JSON.parse(JSON.stringify(compose), (_, value: unknown) =>
    typeof value === 'string' ? interpolate(value, settings) : value,
  ) as Compose;
}

function interpolate(text: string, settings: Record<string, string>): string {
  return text.replace(/\$\{(\w+)(?:(:[-?])([^}]*))?\}/g, (_, name: string, operator?: string, operand = '') => {
    const value = settings[name];
    if (value || operator === undefined) return value ?? '';
    if (operator === ':?') throw new Error(`${name}: ${operand}`);
    return operand;
  });
}
