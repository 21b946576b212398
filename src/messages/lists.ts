import type { Refusal } from './kind.ts';
import { faultAt, toRefusal } from './refusals.ts';

interface List<Columns> {
  /** `item` is a list of the one part that stands at `path`. */
  readonly good: (Columns & { position: number; path: string; item: unknown })[];
  readonly bad: (Refusal & { item: unknown })[];
}

/** The parts of a list, each judged for itself; those that `read` has nothing for are left out. */
export function readList<Columns>(
  path: string,
  list: unknown,
  max: number,
  read: (part: unknown) => Columns | undefined,
): List<Columns> {
  const judged: List<Columns> = { good: [], bad: [] };
  if (list == null) return judged;
  if (!Array.isArray(list)) {
    judged.bad.push({ code: 'PAYLOAD_INVALID', path, detail: 'is not a list', item: list });
  } else if (list.length > max) {
    const detail = `${list.length} entries in the list; ${max} are allowed`;
    judged.bad.push({ code: 'PAYLOAD_TOO_LARGE', path, detail, item: list });
  } else {
    for (const [position, part] of list.entries()) {
      const place = `${path}/${position}`;
      try {
        const columns = read(part);
        if (columns) judged.good.push({ ...columns, position, path: place, item: [part] });
      } catch (error) {
        judged.bad.push({ ...toRefusal(faultAt(place, error)), item: [part] });
      }
    }
  }
  return judged;
}
