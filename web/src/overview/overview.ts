import { loadPages } from '../parts/pages.ts';
import { unwrap } from '../session/failure.ts';
import { api } from '../session/session.ts';

/** Offices of a page: so many that their gateways fit into one live stream, and few enough to read. */
const OFFICES = 24;
/** Gateways, and devices, of a page of offices that are counted; where there are more, the counts say so. */
const MOST = 1_000;
/** Of what needs someone, so many are counted. */
const COUNTED = 100;
/** Nothing heard for so long, though the connection stands. */
const SILENT_MS = 3_600_000;

export type Office = Awaited<ReturnType<typeof loadOfficePage>>['items'][number];
export type Gateway = Awaited<ReturnType<typeof loadGateways>>['items'][number];
export type Device = Awaited<ReturnType<typeof loadDevices>>['items'][number];

export interface OfficeSummary {
  readonly office: Office;
  readonly gateways: readonly Gateway[];
  readonly devices: readonly Device[];
  readonly online: number;
  readonly lastHeardAt: string | undefined;
  readonly newestRecordedAt: string | undefined;
  readonly pending: number;
}

function loadOfficePage(query: { q?: string; cursor?: string }) {
  return unwrap(api.user.GET('/api/v1/offices', { params: { query: { ...query, sort: 'name', limit: OFFICES } } }));
}

function loadGateways(officeId: string[]) {
  const load = (cursor?: string) =>
    unwrap(
      api.user.GET('/api/v1/gateways', { params: { query: { officeId, limit: 200, ...(cursor && { cursor }) } } }),
    );
  return loadPages(load, MOST);
}

function loadDevices(officeId: string[]) {
  const state: ('pending' | 'active' | 'blocked')[] = ['pending', 'active', 'blocked'];
  const query = { officeId, state, limit: 200 };
  const load = (cursor?: string) =>
    unwrap(api.user.GET('/api/v1/devices', { params: { query: { ...query, ...(cursor && { cursor }) } } }));
  return loadPages(load, MOST);
}

/** A page of offices, each with what stands in it. */
export async function loadOverview(query: { q?: string; cursor?: string }) {
  const page = await loadOfficePage(query);
  const ids = page.items.map(({ id }) => id);
  if (ids.length === 0) return { offices: [], nextCursor: page.nextCursor, isWhole: true };
  const [gateways, devices] = await Promise.all([loadGateways(ids), loadDevices(ids)]);
  return {
    offices: summarize(page.items, gateways.items, devices.items),
    nextCursor: page.nextCursor,
    isWhole: gateways.isWhole && devices.isWhole,
  };
}

export function summarize(
  offices: readonly Office[],
  gateways: readonly Gateway[],
  devices: readonly Device[],
): OfficeSummary[] {
  const gatewaysOf = byOffice(gateways);
  const devicesOf = byOffice(devices);
  return offices.map((office) => {
    const [itsGateways, itsDevices] = [gatewaysOf.get(office.id) ?? [], devicesOf.get(office.id) ?? []];
    return {
      office,
      gateways: itsGateways,
      devices: itsDevices,
      online: itsGateways.filter(({ online }) => online).length,
      lastHeardAt: newest([...itsGateways, ...itsDevices].map(({ lastHeardAt }) => lastHeardAt)),
      newestRecordedAt: newest(itsDevices.map(({ newestRecordedAt }) => newestRecordedAt)),
      pending: itsDevices.filter(({ state }) => state === 'pending').length,
    };
  });
}

function byOffice<T extends { officeId: string }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(item.officeId);
    if (group) group.push(item);
    else groups.set(item.officeId, [item]);
  }
  return groups;
}

function newest(times: readonly (string | null)[]): string | undefined {
  return times.reduce<string | undefined>((last, at) => (at && (!last || at > last) ? at : last), undefined);
}

/** How many there are of what needs someone; `100+` where nobody counts any further. */
export async function loadAttention(now: number) {
  const limit = COUNTED;
  const [deadLetters, devices, enrolments, offline, heardLongAgo] = await Promise.all([
    unwrap(api.user.GET('/api/v1/dead-letters', { params: { query: { limit } } })),
    unwrap(api.user.GET('/api/v1/devices', { params: { query: { limit, state: ['pending'] } } })),
    unwrap(api.user.GET('/api/v1/enrolments', { params: { query: { limit, state: ['pending'] } } })),
    unwrap(api.user.GET('/api/v1/gateways', { params: { query: { limit, online: false } } })),
    unwrap(api.user.GET('/api/v1/gateways', { params: { query: { limit, online: true, sort: 'lastHeardAt' } } })),
  ]);
  const isSilent = ({ lastHeardAt }: Gateway) => !lastHeardAt || now - Date.parse(lastHeardAt) > SILENT_MS;
  const silent = heardLongAgo.items.filter(isSilent);
  return {
    letters: deadLetters,
    deadLetters: written(deadLetters),
    devices: written(devices),
    enrolments: written(enrolments),
    offline: written(offline),
    silent: written({
      items: silent,
      nextCursor: silent.length < heardLongAgo.items.length ? null : heardLongAgo.nextCursor,
    }),
  };
}
export type Attention = Awaited<ReturnType<typeof loadAttention>>;

export function written({ items, nextCursor }: { items: readonly unknown[]; nextCursor: string | null }): string {
  return items.length === 0 ? '' : `${items.length}${nextCursor ? '+' : ''}`;
}
