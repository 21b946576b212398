export interface Leaf {
  readonly path: string;
  readonly value: unknown;
}

/** The values in a JSON value that have none within, each with the names that lead to it. */
export function leavesOf(data: unknown, names: readonly string[] = []): Leaf[] {
  const entries = typeof data === 'object' && data !== null ? Object.entries(data) : [];
  if (entries.length === 0) return [{ path: names.join(' › '), value: data }];
  return entries.flatMap(([name, value]) => leavesOf(value, [...names, name]));
}

/** A JSON pointer as people read it. */
export function readPointer(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join(' › ');
}
