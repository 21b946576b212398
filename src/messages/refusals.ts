import { type RefusalCode, StepCloudError } from '../errors.ts';
import type { Refusal } from './kind.ts';

/** A refusal found deep in a payload: every level that it passes on its way up puts its own place before the path. */
export class Fault extends StepCloudError {
  declare readonly code: RefusalCode;
  /** JSON pointer (RFC 6901), from the level that caught it. */
  readonly path: string;

  constructor(code: RefusalCode, detail: string, path = '') {
    super(code, detail);
    this.path = path;
  }
}

/** The refusal that an error stands for, one level further up. Throws on what is a fault of ours. */
export function faultAt(path: string, error: unknown): Fault {
  const { code, message } = asRefusal(error);
  return new Fault(code, message, path + (error instanceof Fault ? error.path : ''));
}

/** What `read` returns; its refusals get the path of this level. */
export function at<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw faultAt(path, error);
  }
}

/** The refusal that an error stands for. Throws on what is a fault of ours. */
export function asRefusal(error: unknown): { code: RefusalCode; message: string } {
  if (error instanceof StepCloudError) return error as StepCloudError & { code: RefusalCode };
  throw error;
}

/** The same as a row: of the whole payload, or of the place that a fault names. */
export function toRefusal(error: unknown): Refusal {
  const { code, message: detail } = asRefusal(error);
  return { code, path: error instanceof Fault ? error.path : '', detail };
}

/** The refusal of a declared or reported sensor that names another unit than it has. */
export function refuseUnit(
  { path, item, unit }: Pick<Refusal, 'path' | 'item'> & { readonly unit: string | null },
  known: string,
): Refusal {
  const detail = `the sensor has the unit ${JSON.stringify(known)}, not ${JSON.stringify(unit)}`;
  return { code: 'UNIT_MISMATCH', path: `${path}/unit`, detail, item };
}

/** RFC 6901, section 3. */
export function escapePointer(label: string): string {
  return label.replaceAll('~', '~0').replaceAll('/', '~1');
}
