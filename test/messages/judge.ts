import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { expect } from 'vitest';
import type { Kind, Message, Rows, TimeLimits } from '../../src/messages/kind.ts';

const compiled = new WeakMap<Kind, Validator>();

/** Whether a payload is as its kind describes it (src/messages/schemas). */
export function fits(kind: Kind, payload: unknown): boolean {
  const validator = compiled.get(kind) ?? Compile(kind.payload as TSchema);
  compiled.set(kind, validator);
  return validator.Check(payload);
}

/** What a kind makes of a message. What it takes whole must also be as it describes it, but for what nobody looks at. */
export function judgeAs(kind: Kind, message: Message, limits: TimeLimits): Rows {
  const rows = kind.rows(message, limits);
  if (isTaken(rows)) expect(fits(kind, withGaps(message.payload)), `taken: ${show(message.payload)}`).toBe(true);
  return rows;
}

export function isTaken({ refusals, carried }: Rows): boolean {
  return refusals.length === 0 && carried.every((message) => isTaken(message.rows));
}

/** The same with null for the times that stand beside a value of null, and for stamps: those that count are good ones. */
function withGaps(payload: unknown): unknown {
  if (typeof payload !== 'object' || payload === null) return payload;
  if (Array.isArray(payload)) return payload.map(withGaps);
  const { values, content, ts } = payload as Record<string, unknown>;
  const beside = [values, content].find(Array.isArray) ?? [];
  const entries = Object.entries(payload).map(([name, part]): [string, unknown] => {
    if (['boot', 'sentUp', 'sentAt'].includes(name) || (name === 'up' && ts != null)) return [name, null];
    const isTimes = Array.isArray(part) && ['ts', 'time'].includes(name);
    return [name, isTimes ? part.map((time, index) => (beside[index] === null ? null : time)) : withGaps(part)];
  });
  return Object.fromEntries(entries);
}

function show(payload: unknown): string {
  return String(JSON.stringify(payload)).slice(0, 500);
}
