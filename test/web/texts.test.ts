import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { END_REASONS } from '../../src/db/presence.ts';
import { REFUSAL_CODES } from '../../src/errors.ts';
import en from '../../web/src/texts/en.ts';

const SOURCE = 'web/src';
const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter(
  (name) => /\.(vue|ts)$/.test(name) && !name.startsWith('texts'),
);
const source = files.map((name) => readFileSync(join(SOURCE, name), 'utf8')).join('\n');

const keysOf = (texts: object, names: readonly string[] = []): string[] =>
  Object.entries(texts).flatMap(([name, text]) =>
    typeof text === 'string' ? [[...names, name].join('.')] : keysOf(text, [...names, name]),
  );
const keys = keysOf(en);

/** Keys as they stand in the source; those that end in a value, as `devices.states.${state}`, as patterns. */
const asked = [...source.matchAll(/(['"`])([a-zA-Z]+(?:\.(?:[\w-]|\$\{[^}`]+\})+)+)\1/g)].map(([, , key = '']) => ({
  key,
  pattern: new RegExp(`^${key.replaceAll('.', '\\.').replace(/\$\{[^}]+\}/g, '[^.]+')}$`),
}));
const isAsked = (key: string): boolean => asked.some(({ pattern }) => pattern.test(key));

it('every text of the page is used', () => {
  expect(keys.filter((key) => !isAsked(key))).toEqual([]);
});

it('every key that the page asks for has a text', () => {
  const calls = [...source.matchAll(/\bt\(\s*(['`])([^'`]+)\1/g)].map(([, , key = '']) => key);
  const missing = calls.filter((call) => {
    const known = asked.find(({ key }) => key === call);
    return !known || !keys.some((key) => known.pattern.test(key));
  });
  expect(missing).toEqual([]);
});

it('every reason of a refusal, and of an end of a connection, is told in plain words', () => {
  expect(Object.keys(en.refusals).sort()).toEqual(Object.keys(REFUSAL_CODES).sort());
  expect(Object.keys(en.gateways.connectivity.reasons).sort()).toEqual(Object.keys(END_REASONS).sort());
});
