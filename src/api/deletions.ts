import { Type } from 'typebox';
import { StepCloudError } from '../errors.ts';
import { text } from './schemas.ts';

// How things are deleted that have something: docs/decisions/0016-deletions.md.

/** How many there are of each. */
export type Counts = Readonly<Record<string, number>>;

export interface Contents {
  /** What is kept, and so keeps it. */
  readonly keeps: Counts;
  /** What goes along. */
  readonly goes: Counts;
}

/** For the query of a route that deletes what may have something. */
export const confirmQuery = {
  confirm: Type.Optional(
    text(512, {
      description:
        'The name or the id of what is to be deleted: needed where something goes along, which the refusal without it tells in its `counts`.',
    }),
  ),
};

/** Throws CONFLICT with its counts for what is kept by what it has, or would take along what nobody confirmed. */
export function requireDeletable(
  what: string,
  { id, name }: { id: string; name: string },
  { keeps, goes }: Contents,
  confirm: string | undefined,
): void {
  if (sum(keeps) > 0) {
    const detail = `the ${what} is not deleted while it has ${inWords(keeps)}`;
    throw new StepCloudError('CONFLICT', detail, { counts: { ...keeps } });
  }
  const isConfirmed = confirm !== undefined && (confirm === name || confirm.toLowerCase() === id);
  if (isConfirmed || (confirm === undefined && sum(goes) === 0)) return;
  const detail =
    confirm === undefined
      ? `with the ${what} would go ${inWords(goes)}: say its name or id as confirm`
      : `what is confirmed is not the name or the id of the ${what}`;
  throw new StepCloudError('CONFLICT', detail, { counts: { ...goes } });
}

function sum(counts: Counts): number {
  return Object.values(counts).reduce((all, count) => all + count, 0);
}

/** `enrolmentKeys: 2` as `2 enrolment keys`. */
function inWords(counts: Counts): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`)
    .join(', ');
}
