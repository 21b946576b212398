import type { LocationQuery } from 'vue-router';

export const STATES = ['pending', 'active', 'blocked', 'archived'] as const;
export const SORTS = [
  { value: 'label', text: 'name' },
  { value: '-lastHeardAt', text: 'lastHeard' },
  { value: 'lastHeardAt', text: 'longestSilent' },
  { value: 'officeName', text: 'office' },
  { value: 'serialNumber', text: 'serialNumber' },
  { value: '-createdAt', text: 'newest' },
] as const;
type State = (typeof STATES)[number];
type Sort = (typeof SORTS)[number]['value'];

/** All that are not out of service. */
const USUAL: State[] = ['pending', 'active', 'blocked'];

export interface DeviceQuery {
  q?: string;
  state: State[];
  officeId?: string[];
  gatewayId?: string[];
  sort: Sort;
  cursor?: string;
  limit: number;
}

/** What the address asks for, as the API takes it; what it would refuse is left out. */
export function readListQuery(query: LocationQuery): DeviceQuery {
  const all = (name: string) => [query[name]].flat().filter((value): value is string => !!value);
  const [q, cursor, sort] = [all('q')[0], all('cursor')[0], all('sort')[0]];
  const state = all('state').filter((value): value is State => STATES.some((known) => known === value));
  const [officeId, gatewayId] = [all('officeId'), all('gatewayId')];
  return {
    ...(q && { q }),
    state: state.length > 0 ? state : USUAL,
    ...(officeId.length > 0 && { officeId }),
    ...(gatewayId.length > 0 && { gatewayId }),
    ...(cursor && { cursor }),
    sort: SORTS.find(({ value }) => value === sort)?.value ?? 'label',
    limit: 50,
  };
}
