import { readFileSync } from 'node:fs';
import { VARIABLES, type Variable, type VariableName } from './variables.ts';

type ValueOf<V extends Variable> = V extends { default: string }
  ? ReturnType<V['kind']>
  : ReturnType<V['kind']> | undefined;
type Values = { [N in VariableName]: ValueOf<(typeof VARIABLES)[N]> };

export interface Environment {
  readonly values: Values;
  /** The variable that each value is from; a missing one has its default. */
  readonly sources: ReadonlyMap<VariableName, string>;
}

/** Reads every variable; one that is set to nothing counts as not set. Adds what is wrong to `faults`, all of it. */
export function readEnvironment(env: NodeJS.ProcessEnv, faults: string[]): Environment {
  const sources = new Map<VariableName, string>();
  const entries = Object.entries<Variable>(VARIABLES).map(([name, variable]) => {
    const source = variable.masked && env[`${name}_FILE`] ? `${name}_FILE` : name;
    if (env[source]) sources.set(name as VariableName, source);
    try {
      const given = source === name ? env[name] : readSecret(name, env);
      const text = given || variable.default;
      return [name, text === undefined ? undefined : variable.kind(text)];
    } catch (error) {
      faults.push(`${source} ${(error as Error).message}`);
      return [name, undefined];
    }
  });
  return { values: Object.fromEntries(entries) as Values, sources };
}

/** Whether a variable is set, itself or by its file. */
export function isSet(name: VariableName, env: NodeJS.ProcessEnv): boolean {
  return Boolean(env[name] || env[`${name}_FILE`]);
}

/** The one line of a file; editors and `echo` put a newline at its end, which is no part of it. */
function readSecret(name: string, env: NodeJS.ProcessEnv): string {
  if (env[name]) throw new Error(`and ${name} are both set`);
  const secret = readFileText(env[`${name}_FILE`] as string).replace(/\r?\n$/, '');
  if (secret === '') throw new Error('names a file that is empty');
  if (/[\r\n]/.test(secret)) throw new Error('names a file with more than one line');
  return secret;
}

function readFileText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`names a file that cannot be read: ${(error as Error).message}`);
  }
}
