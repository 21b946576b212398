/** A value within a setting that two events have alike, differently, or of which only one has it. */
export interface Compared {
  readonly label: string;
  /** A JSON pointer into the setting (RFC 6901); empty where the setting itself is the value. */
  readonly path: string;
  readonly status: 'same' | 'changed' | 'onlyLeft' | 'onlyRight';
  readonly left?: unknown;
  readonly right?: unknown;
}

export interface Setting {
  readonly label: string;
  readonly data: unknown;
}

/** Every value of the settings of both, by label and in the order of the left ones; what only the right has comes behind. */
export function compareSettings(left: readonly Setting[], right: readonly Setting[]): Compared[] {
  const labels = new Set([...left, ...right].map(({ label }) => label));
  const valuesOf = (settings: readonly Setting[], label: string) =>
    new Map(settings.filter((setting) => setting.label === label).flatMap(({ data }) => [...leavesOf(data, '')]));
  return [...labels].flatMap((label) => compareValues(label, valuesOf(left, label), valuesOf(right, label)));
}

function compareValues(label: string, left: Map<string, unknown>, right: Map<string, unknown>): Compared[] {
  return [...new Set([...left.keys(), ...right.keys()])].map((path): Compared => {
    const sides = {
      ...(left.has(path) && { left: left.get(path) }),
      ...(right.has(path) && { right: right.get(path) }),
    };
    if (!right.has(path)) return { label, path, status: 'onlyLeft', ...sides };
    if (!left.has(path)) return { label, path, status: 'onlyRight', ...sides };
    // What is compared is a scalar, or an object or list with nothing in it.
    const isSame = JSON.stringify(left.get(path)) === JSON.stringify(right.get(path));
    return { label, path, status: isSame ? 'same' : 'changed', ...sides };
  });
}

/** The values in a JSON value that have none within, each with the pointer to it. */
function* leavesOf(data: unknown, path: string): Generator<[string, unknown]> {
  const entries = typeof data === 'object' && data !== null ? Object.entries(data) : [];
  if (entries.length === 0) yield [path, data];
  for (const [name, value] of entries) {
    yield* leavesOf(value, `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  }
}

/** The names and indexes of a JSON pointer. */
export function parsePointer(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}
