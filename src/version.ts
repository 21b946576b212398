import { readFileSync } from 'node:fs';

/** The release, as package.json has it. */
export const VERSION = (
  JSON.parse(
    readFileSync(
      new URL(import.meta.url.includes('/dist/') ? '../../package.json' : '../package.json', import.meta.url),
      'utf8',
    ),
  ) as { version: string }
).version;
