import { escapePointer } from './refusals.ts';

/** Of one message. */
const MAX_UNKNOWN = 100;
const MAX_NAME_CHARACTERS = 128;

/** The names of fields that something reads. */
export function named(...names: readonly string[]): ReadonlySet<string> {
  return new Set(names);
}

/**
 * What was found so far, and the fields of an object that nobody reads, as JSON pointers. The path to the object has `*` for
 * any entry of a list and any label, so that the same field of many is the same.
 */
export function withUnknown(
  found: readonly string[],
  object: object,
  known: ReadonlySet<string>,
  path: string,
): readonly string[] {
  let all = found;
  for (const name in object) {
    if (all.length >= MAX_UNKNOWN) break;
    if (known.has(name)) continue;
    const pointer = `${path}/${escapePointer(storable(name))}`;
    if (!all.includes(pointer)) all = [...all, pointer];
  }
  return all;
}

/** Collects the unknown fields of the parts of a payload. */
export interface UnknownFields {
  readonly found: readonly string[];
  note(object: object, known: ReadonlySet<string>, path: string): void;
}

export function collectUnknown(): UnknownFields {
  let found: readonly string[] = [];
  return {
    get found() {
      return found;
    },
    note(object, known, path) {
      found = withUnknown(found, object, known, path);
    },
  };
}

/** Names are what a gateway sent, and may have characters that no text column takes. */
function storable(name: string): string {
  return name.slice(0, MAX_NAME_CHARACTERS).replaceAll('\0', '\uFFFD').toWellFormed();
}
