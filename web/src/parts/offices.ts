import { unwrap } from '../session/failure.ts';
import { api } from '../session/session.ts';

/** The offices to choose from, by name; the first 200 where there are more. */
export async function loadOffices() {
  const query = { limit: 200, sort: 'name' } as const;
  const { items } = await unwrap(api.user.GET('/api/v1/offices', { params: { query } }));
  return items;
}
export type Office = Awaited<ReturnType<typeof loadOffices>>[number];
