import { batches } from './bad-payloads/batches.ts';
import { documents } from './bad-payloads/documents.ts';
import { events } from './bad-payloads/events.ts';
import { readings } from './bad-payloads/readings.ts';
import { registrations } from './bad-payloads/registrations.ts';
import type { BadPayload } from './bad-payloads/table.ts';
import { texts } from './bad-payloads/texts.ts';
import { times } from './bad-payloads/times.ts';

export { type BadPayload, NOW } from './bad-payloads/table.ts';

/** As much of a path as is kept. */
const MAX_PATH_CHARACTERS = 1_500;

/**
 * Payloads at fault, each with what it comes to. How they travel is for the tests that run through this table: as a batch of
 * the worker, carried by another message, over MQTT, over HTTP. The number before a name is that of its class of hazard;
 * those below 36 are of packets, more of which are in test/broker/hostile.test.ts, those above 58 of requests (test/api).
 */
export const BAD_PAYLOADS: readonly BadPayload[] = [
  ...[documents, readings, events, registrations, batches, texts, times].flat(),
].map((draft, index) => draft(`device-${index}`));

/** The dead letters of a payload that stands at a path, as they are told: without what a column cannot hold. */
export function refusalsUnder(path: string, { refusals }: BadPayload): string[] {
  return refusals
    .map((refusal) => {
      const [code = '', place = ''] = refusal.split(/ (.*)/s);
      return `${code} ${(path + place).slice(0, MAX_PATH_CHARACTERS).replaceAll('\0', '\uFFFD').toWellFormed()}`;
    })
    .toSorted();
}

/** As the rows of a table of tests. */
export function named(bad: readonly BadPayload[]): [string, BadPayload][] {
  return bad.map((one) => [one.name, one]);
}
