import { type Shown, showEnvironment, showSettings } from '../config/shown.ts';
import { readConfig } from '../config.ts';

/** `stepcloud config`: what is in force and who says so, secrets masked. Names every fault instead, where there are some. */
export async function config(): Promise<void> {
  const { environment, settingsFile } = await readConfig(process.env, []);
  console.log(`Environment\n${table(showEnvironment(environment))}\n`);
  console.log(`${settingsFile.file ?? 'no broker.config.ts'}\n${table(showSettings(settingsFile))}`);
}

function table(rows: readonly Shown[]): string {
  const names = Math.max(...rows.map(({ name }) => name.length));
  const values = Math.min(60, Math.max(...rows.map(({ value }) => value.length)));
  return rows
    .map(({ name, value, source }) => `  ${name.padEnd(names)}  ${value.padEnd(values)}  ${source}`)
    .join('\n');
}
