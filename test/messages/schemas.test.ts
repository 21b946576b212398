import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { DOWNLINKS } from '../../src/messages/downlink.ts';
import type { Kind, Rows } from '../../src/messages/kind.ts';
import { KINDS } from '../../src/messages/kinds.ts';
import { fits, isTaken, judgeAs } from './judge.ts';

const NOW = Date.parse('2026-11-23T10:20:00Z');
const LIMITS = { horizonMs: 3653 * 86_400_000, aheadMs: 5 * 60_000 };
const judge = (kind: Kind, payload: unknown): Rows =>
  judgeAs(
    kind,
    { gatewayId: '01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f', deviceKey: 'd', payload, receivedAt: NOW },
    LIMITS,
  );
const examplesOf = ({ payload }: Kind) => (payload as { examples?: unknown[] }).examples ?? [];
const kindNamed = (name: string) => KINDS.find((kind) => kind.name === name) as Kind;

/** The JSON that docs/mqtt.md shows below the topic that ends so. */
async function shownUnder(ending: string): Promise<unknown[]> {
  const page = await readFile(new URL('../../docs/mqtt.md', import.meta.url), 'utf8');
  const section = page.split(/^(?=##)/m).find((text) => text.split('\n')[0]?.endsWith(ending)) ?? '';
  return [...section.matchAll(/^```json\n(.*?)^```$/gms)].map(([, json]) => JSON.parse(json as string));
}

/** What may stand in a payload in place of something else. */
const hostile = fc.constantFrom<unknown>(
  null,
  {},
  [],
  [{}],
  '',
  'x',
  '\0',
  0,
  -1,
  0.5,
  NOW,
  true,
  { length: 1 },
  'W'.repeat(5000),
);

/** A payload of the kind's examples in which one thing is another one, or gone. */
function mutated(kind: Kind): fc.Arbitrary<unknown> {
  const places = examplesOf(kind).flatMap((example) => pathsOf(example).map((path) => ({ example, path })));
  return fc
    .tuple(fc.constantFrom(...places), fc.option(hostile, { nil: undefined }))
    .map(([{ example, path }, value]) => replaced(example, path, value));
}

function pathsOf(value: unknown): string[][] {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [[], ...inner.flatMap(([name, part]) => pathsOf(part).map((path) => [name, ...path]))];
}

/** Undefined for the value takes what stands there away. */
function replaced(whole: unknown, [name, ...rest]: string[], value: unknown): unknown {
  if (name === undefined) return value ?? null;
  const copy = (Array.isArray(whole) ? [...whole] : { ...(whole as object) }) as Record<string, unknown>;
  const part = rest.length === 0 ? value : replaced(copy[name], rest, value);
  if (part !== undefined) copy[name] = part;
  else if (Array.isArray(copy)) copy.splice(Number(name), 1);
  else delete copy[name];
  return copy;
}

describe.each(KINDS.map((kind) => [kind.name, kind] as const))('what describes %s', (name, kind) => {
  it('says what it is and what each field means', () => {
    const { $id, title, description } = kind.payload as { $id?: string; title?: string; description?: string };
    expect([$id, title, description]).toEqual([expect.any(String), expect.any(String), expect.any(String)]);
  });

  it('has examples, and each is taken whole', () => {
    expect(examplesOf(kind).length).toBeGreaterThan(0);
    for (const example of examplesOf(kind)) expect(isTaken(judge(kind, example)), JSON.stringify(example)).toBe(true);
  });

  it('has the examples of docs/mqtt.md, and no other', async () => {
    expect(examplesOf(kind)).toEqual(await shownUnder(`/${name}\``));
  });

  it('is never stricter than what reads it, whatever stands in place of something', () => {
    fc.assert(
      fc.property(mutated(kind), (payload) => void judge(kind, payload)),
      { numRuns: 500 },
    );
  });
});

describe('a payload that a gateway got wrong in its form', () => {
  const moment = { ts: NOW, values: { a: 1 } };
  const event = { recordedAt: NOW, type: 'x' };
  it.each<[string, string, unknown]>([
    ['readings', 'no values', { ts: NOW }],
    ['readings', 'an empty list', []],
    ['readings', 'an object for a value', { values: { a: {} } }],
    ['readings', 'a time without a zone', { ...moment, ts: '2026-11-23T10:15:00' }],
    ['readings', 'a time in nanoseconds', { ...moment, ts: NOW * 1e6 }],
    ['readings', 'a time since power-up as a text', { boot: 'b', sentUp: 9, up: '5', values: {} }],
    ['readings', 'a bad item in a list', [moment, 5]],
    ['readings', 'a series without times', { series: { a: { values: [1] } } }],
    ['readings', 'a step of 0', { series: { a: { start: NOW, step: 0, values: [1] } } }],
    ['events', 'a list', [event]],
    ['events', 'no time', { type: 'x' }],
    ['events', 'an empty type', { ...event, type: '' }],
    ['events', 'an id that is no UUID', { ...event, id: 'print-1' }],
    ['events', 'an outcome that there is not', { ...event, outcome: 'success' }],
    ['events', 'a sensor without a kind', { ...event, sensors: [{ label: 'a', value: 1 }] }],
    [
      'events',
      'a text in a series',
      { ...event, sensors: [{ label: 'a', kind: 'timeseries', ts: [NOW], values: ['x'] }] },
    ],
    ['events', 'a log of another level', { ...event, logs: [{ label: 'a', level: 'info', data: 'x' }] }],
    ['events', 'a setting without data', { ...event, settings: [{ label: 'a' }] }],
    ['registration', 'no model', {}],
    ['registration', 'a sensor without a measure', { model: 'm', sensors: [{ label: 'a' }] }],
    ['batch', 'one message that is no list', { device: 'd', kind: 'readings', payload: moment }],
    ['batch', 'a kind that there is not', [{ device: 'd', kind: 'status', payload: moment }]],
    ['batch', 'a payload of another kind', [{ device: 'd', kind: 'events', payload: moment }]],
    ['batch', 'no device', [{ kind: 'readings', payload: moment }]],
    ['status', 'no state', {}],
    ['status', 'half a message', { state: 'online', dropped: 0.5 }],
  ])('%s: %s is refused, and does not fit', (name, _, payload) => {
    const kind = kindNamed(name);
    expect([isTaken(judge(kind, payload)), fits(kind, payload)]).toEqual([false, false]);
  });
});

it.each(Object.entries(DOWNLINKS))(
  'the example of down/%s is that of docs/mqtt.md, and as it is described',
  async (name, body) => {
    const { examples } = body as unknown as { examples: unknown[] };
    expect(examples).toEqual(await shownUnder(`/down/${name}\``));
    for (const example of examples) expect(Value.Errors(body, example)).toEqual([]);
  },
);
