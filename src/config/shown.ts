import type { Environment } from './environment.ts';
import { listSettings } from './settings.ts';
import type { SettingsFile } from './settings-file.ts';
import { VARIABLES, type Variable, type VariableName } from './variables.ts';

/** A setting as people may see it: secrets are masked. */
export interface Shown {
  readonly name: string;
  readonly value: string;
  /** The variable that says so, `file` for broker.config.ts, or `default`. */
  readonly source: string;
}

export function showEnvironment({ values, sources }: Environment): Shown[] {
  return Object.entries<Variable>(VARIABLES).map(([key, { masked, otherwise }]) => {
    const name = key as VariableName;
    const value = values[name];
    const text = value === undefined ? `(${(otherwise ?? 'none').replaceAll('`', '')})` : String(value);
    const isSecret = masked !== undefined && value !== undefined;
    return { name, value: isSecret ? masked(text) : text, source: sources.get(name) ?? 'default' };
  });
}

export function showSettings({ settings, given }: SettingsFile): Shown[] {
  return listSettings().map(({ name }) => ({
    name,
    value: JSON.stringify(at(settings, name)),
    source: at(given, name) === undefined ? 'default' : 'file',
  }));
}

function at(settings: unknown, name: string): unknown {
  return name
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], settings);
}
