import { unwrap } from '../session/failure.ts';
import { api } from '../session/session.ts';
import { loadPages } from './pages.ts';

/** Of what one chooses from; whoever has more finds it by its name, in the lists. */
const MOST = 2_000;

/** The offices to choose from, by name; those of one customer, or of all that the caller may see. */
export async function loadOffices(customerId?: string) {
  const query = { limit: 200, sort: 'name', ...(customerId && { customerId: [customerId] }) } as const;
  const load = (cursor?: string) =>
    unwrap(api.user.GET('/api/v1/offices', { params: { query: { ...query, ...(cursor && { cursor }) } } }));
  return (await loadPages(load, MOST)).items;
}
export type Office = Awaited<ReturnType<typeof loadOffices>>[number];

/** The gateways to choose from, by name. */
export async function loadGateways() {
  const query = { limit: 200, sort: 'label' } as const;
  const load = (cursor?: string) =>
    unwrap(api.user.GET('/api/v1/gateways', { params: { query: { ...query, ...(cursor && { cursor }) } } }));
  return (await loadPages(load, MOST)).items;
}
