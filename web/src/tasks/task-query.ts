import type { LocationQuery, LocationQueryRaw } from 'vue-router';
import { OUTCOMES, TASK } from '../events/events.ts';
import { first, withoutEmpty } from '../parts/query.ts';

export const RANGES = ['1', '7', '30', '90', '365', 'own'] as const;
export const ANY_TYPE = '*';
export const PAGE_ITEMS = 50;
const DAY_MS = 86_400_000;

/** What the table shows, as it stands in the query of its link. */
export interface TaskQuery {
  /** Undefined: of every kind. */
  readonly type: string | undefined;
  readonly outcome: (typeof OUTCOMES)[number] | undefined;
  readonly office: string;
  readonly device: string;
  readonly attributes: readonly string[];
  readonly range: (typeof RANGES)[number];
  /** Days, as 2026-11-24, both inclusive; where the range is one's own. */
  readonly from: string;
  readonly to: string;
  /** The key of a column, behind a minus where the greatest comes first. */
  readonly sort: string;
  readonly cursor: string;
}

export function readTaskQuery(query: LocationQuery): TaskQuery {
  const type = first(query.type) || TASK;
  const range = first(query.range) || '30';
  return {
    type: type === ANY_TYPE ? undefined : type,
    outcome: OUTCOMES.find((outcome) => outcome === first(query.outcome)),
    office: first(query.office),
    device: first(query.device),
    attributes: [query.attribute ?? []].flat().filter((text) => text?.includes(':')) as string[],
    range: RANGES.find((known) => known === range) ?? '30',
    from: first(query.from),
    to: first(query.to),
    sort: first(query.sort) || '-end',
    cursor: first(query.cursor),
  };
}

/** What is as it is anyway does not stand in the link. */
export function writeTaskQuery({ type, attributes, range, sort, from, to, ...rest }: TaskQuery): LocationQueryRaw {
  return withoutEmpty({
    ...rest,
    ...(range === 'own' && { from, to }),
    type: type === TASK ? '' : (type ?? ANY_TYPE),
    attribute: [...attributes],
    range: range === '30' ? '' : range,
    sort: sort === '-end' ? '' : sort,
  });
}

/** The span that is meant, days being those of the clock of this machine. */
export function spanOf({ range, from, to }: TaskQuery, now: number): { from: string; to: string } {
  if (range !== 'own')
    return { from: new Date(now - Number(range) * DAY_MS).toISOString(), to: new Date(now).toISOString() };
  const end = beginOf(to) ?? new Date(now);
  if (beginOf(to)) end.setDate(end.getDate() + 1);
  const begin = beginOf(from) ?? new Date(end.getTime() - 30 * DAY_MS);
  return { from: new Date(Math.min(begin.getTime(), end.getTime())).toISOString(), to: end.toISOString() };
}

function beginOf(day: string): Date | undefined {
  const begin = new Date(`${day}T00:00:00`);
  return Number.isNaN(begin.getTime()) ? undefined : begin;
}

/** What the list and the export of events are both asked. */
export function conditionsOf({ type, outcome, office, device, attributes }: TaskQuery) {
  return {
    ...(type !== undefined && { type }),
    ...(outcome && { outcome }),
    ...(office && { officeId: office }),
    ...(device && { deviceId: [device] }),
    ...(attributes.length > 0 && { attribute: [...attributes] }),
  };
}
