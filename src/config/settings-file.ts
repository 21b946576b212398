import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createJiti } from 'jiti';
import type { TLocalizedValidationError } from 'typebox/error';
import { Value } from 'typebox/value';
import { BrokerSettings, defineConfig } from './settings.ts';

const PROJECT = fileURLToPath(new URL(import.meta.url.includes('/dist/') ? '../../..' : '../..', import.meta.url));

export interface SettingsFile {
  /** Undefined: there is none. */
  readonly file: string | undefined;
  readonly settings: BrokerSettings;
  /** What the file itself says, without defaults. */
  readonly given: unknown;
}

/** Reads broker.config.ts: the one that is named, else that of the working folder, else the one of StepCloud. */
export async function readSettings(named: string | undefined, faults: string[]): Promise<SettingsFile> {
  const found = named ?? ['broker.config.ts', `${PROJECT}/broker.config.ts`].find((path) => existsSync(path));
  const file = found && resolve(found);
  let given: unknown = {};
  try {
    const jiti = createJiti(PROJECT, { virtualModules: { 'stepcloud/config': { defineConfig } } });
    if (file) given = await jiti.import(file, { default: true });
  } catch (error) {
    faults.push(`${file}: ${(error as Error).message}`);
  }
  const settings = Value.Default(BrokerSettings, Value.Clone(given));
  for (const fault of Value.Errors(BrokerSettings, settings)) {
    if (fault.keyword !== 'additionalProperties')
      faults.push(`${file}: ${fault.instancePath || '/'} ${explain(fault)}`);
  }
  return { file, settings: settings as BrokerSettings, given };
}

/** TypeBox tells of an unknown setting twice: by its own path as the schema `false`, and at its group without its name. */
function explain({ keyword, params, message }: TLocalizedValidationError): string {
  if (keyword === 'boolean') return 'is no setting';
  return keyword === 'enum' ? `${message}: ${params.allowedValues.join(', ')}` : message;
}
