import { unwrap } from '../session/failure.ts';
import { api } from '../session/session.ts';
import type { EventDetail, EventSummary } from './events.ts';

const EVER = { from: '0000-01-01T00:00:00Z', to: '9999-12-31T23:59:59Z' };

/** The events of the same kind before and behind one, of its device. */
export async function readNeighbours({ deviceId, type, recordedAt, id }: EventDetail) {
  const one = async (query: { from: string; to: string; order: 'asc' | 'desc' }): Promise<EventSummary | undefined> => {
    // Two, as the event itself may be the first: both ends of a span are at its time.
    const params = { path: { deviceId }, query: { ...query, type, limit: 2 } };
    const { items } = await unwrap(api.user.GET('/api/v1/devices/{deviceId}/events', { params }));
    return items.find((event) => event.id !== id);
  };
  const [previous, next] = await Promise.all([
    one({ from: EVER.from, to: recordedAt, order: 'desc' }),
    one({ from: recordedAt, to: EVER.to, order: 'asc' }),
  ]);
  return { previous, next };
}
