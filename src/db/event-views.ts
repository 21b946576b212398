import { type SelectQueryBuilder, sql } from 'kysely';
import type { Db } from './database.ts';
import type { DB, EventSensor } from './schema.gen.ts';

export interface EventFilter {
  /** Inclusive. */
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
  readonly type: string | undefined;
  readonly outcome: 'ok' | 'failed' | 'aborted' | undefined;
  /** Names and values, as texts, that an event must all have. */
  readonly attributes: readonly (readonly [string, string])[];
  readonly order: 'asc' | 'desc';
  /** Only events behind this one, in the order asked for. */
  readonly after: { readonly recordedAt: Date; readonly id: string } | undefined;
  readonly limit: number;
}

/**
 * Events of a device by time and id, with what their sensors measured in short. The device must have been found within
 * the caller's scope.
 */
export async function listEvents(db: Db, device: { id: string }, filter: EventFilter) {
  const { from, to, type, outcome, attributes, order, after, limit } = filter;
  let query = selectEvents(db, device).where('recorded_at', '>=', from).where('recorded_at', '<', to);
  if (type !== undefined) query = query.where('type', '=', type);
  if (outcome !== undefined) query = query.where('outcome', '=', outcome);
  for (const [name, value] of attributes) query = query.where(sql<boolean>`attributes ->> ${name}::text = ${value}`);
  if (after) {
    const beyond = sql.raw(order === 'asc' ? '>' : '<');
    query = query.where(sql<boolean>`(recorded_at, id) ${beyond} (${after.recordedAt}, ${after.id})`);
  }
  const events = await query.orderBy('recorded_at', order).orderBy('id', order).limit(limit).execute();
  const sensors = await summariseSensors(db, device, events);
  return events.map((event) => ({ ...event, sensors: sensors.get(event.id) ?? [] }));
}

/** One event with all its data, series as they are packed. The device must have been found within the caller's scope. */
export async function findEvent(db: Db, device: { id: string }, eventId: string) {
  const event = await selectEvents(db, device).where('id', '=', eventId).executeTakeFirst();
  if (!event) return undefined;
  const [sensors, logs, settings] = await Promise.all([
    partsOf(db.selectFrom('event_sensor').select([...SENSOR, 'times', 'values', 'x_label', 'x_unit', 'x_values'])),
    partsOf(db.selectFrom('event_log').select(['label', 'level', 'data'])),
    partsOf(db.selectFrom('event_setting').select(['label', 'data'])),
  ]);
  return { ...event, sensors: sensors.map(toSensor), logs, settings };

  /** The time of the event is a parameter, so that other partitions are not touched. */
  function partsOf<Row>(query: SelectQueryBuilder<DB, 'event_sensor' | 'event_log' | 'event_setting', Row>) {
    return query
      .where('device_id', '=', device.id)
      .where('event_id', '=', eventId)
      .where('recorded_at', '=', event?.recordedAt as Date)
      .orderBy('position')
      .orderBy('label')
      .execute();
  }
}

function selectEvents(db: Db, { id }: { id: string }) {
  return db
    .selectFrom('event')
    .where('device_id', '=', id)
    .select(['id', 'gateway_id as gatewayId', 'type', 'outcome', 'attributes'])
    .select(['recorded_at as recordedAt', 'started_at as startedAt', 'received_at as receivedAt']);
}

const SENSOR = [
  'label',
  'unit',
  'kind',
  'visualization',
  'number',
  'boolean',
  'text',
  'count',
  'min',
  'max',
  'mean',
] as const;

async function summariseSensors(db: Db, device: { id: string }, events: readonly { id: string; recordedAt: Date }[]) {
  const byEvent = new Map<string, ReturnType<typeof toSummary>[]>(events.map(({ id }) => [id, []]));
  const [first, last] = [events[0], events.at(-1)];
  if (!first || !last) return byEvent;
  const [from, to] = first.recordedAt < last.recordedAt ? [first, last] : [last, first];
  const rows = await db
    .selectFrom('event_sensor')
    .where('device_id', '=', device.id)
    .where('event_id', '=', sql<string>`any(${[...byEvent.keys()]}::uuid[])`)
    .where('recorded_at', '>=', from.recordedAt)
    .where('recorded_at', '<=', to.recordedAt)
    .select(['event_id', ...SENSOR])
    .orderBy('position')
    .orderBy('label')
    .execute();
  for (const { event_id, ...row } of rows) byEvent.get(event_id)?.push(toSummary(row));
  return byEvent;
}

type SummaryRow = Pick<EventSensor, (typeof SENSOR)[number]>;

/** A sensor has either a value or a series, and so has its view. */
function toSummary({ number, boolean, text, count, min, max, mean, ...sensor }: SummaryRow) {
  return count === null ? { ...sensor, value: number ?? boolean ?? text } : { ...sensor, count, min, max, mean };
}

type SensorRow = SummaryRow & Pick<EventSensor, 'times' | 'values' | 'x_label' | 'x_unit' | 'x_values'>;

function toSensor({ times, values, x_label, x_unit, x_values, ...row }: SensorRow) {
  const x = x_label === null || x_values === null ? undefined : { label: x_label, unit: x_unit, values: x_values };
  const series = times === null || values === null ? undefined : { times, values, x };
  return { ...toSummary(row), series };
}
