import type { EventPosition, LogPosition } from '../../db/event-exports.ts';
import type { SensorPosition } from '../../db/exports.ts';
import { StepCloudError } from '../../errors.ts';
import { readCells, unguardText } from '../exports/formats.ts';

// Where an export goes on: behind a row that the caller has, by the cells of its key. Each throws REQUEST_INVALID.

interface Asked {
  readonly after?: string;
  readonly formulas: 'guard' | 'keep';
}

/** Cells of a row of READING_COLUMNS. */
export function readingPosition(asked: Asked): SensorPosition | undefined {
  return position(asked, 3, ([deviceId, label, at]) => ({ deviceId: toId(deviceId), label, at: toTime(at) }));
}

/** Cells of a row of EVENT_COLUMNS. */
export function eventPosition(asked: Asked): EventPosition | undefined {
  return position(asked, 3, ([deviceId, at, id]) => ({ deviceId: toId(deviceId), at: toTime(at), id: toId(id) }));
}

/** Cells of a row of LOG_COLUMNS. */
export function logPosition(asked: Asked): LogPosition | undefined {
  return position(asked, 6, ([deviceId, at, id, level, label, line]) => {
    if (!/^\d{1,9}$/.test(line)) throw refusal(`${line} is no number of a line`);
    return { deviceId: toId(deviceId), at: toTime(at), id: toId(id), level, label, line: Number(line) };
  });
}

type Cells = [string, string, string, string, string, string];

function position<T>({ after, formulas }: Asked, count: number, read: (cells: Cells) => T): T | undefined {
  if (after === undefined) return undefined;
  const cells = readCells(after, count);
  if (cells.length < count) throw refusal(`its first ${count} cells are needed, and it has ${cells.length}`);
  return read((formulas === 'guard' ? cells.map(unguardText) : cells) as Cells);
}

function toId(cell: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(cell)) return cell;
  throw refusal(`${cell} is no id`);
}

function toTime(cell: string): number {
  const at = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(cell) ? Date.parse(cell) : Number.NaN;
  if (Number.isNaN(at)) throw refusal(`${cell} is no time with its zone`);
  return at;
}

function refusal(detail: string): StepCloudError {
  return new StepCloudError('REQUEST_INVALID', `after is not a row of this export: ${detail}`);
}
