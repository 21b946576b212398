import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import { numericArray } from './arrays.ts';
import type { Db } from './database.ts';
import { hasFewDevices, inPlace, type Place } from './places.ts';
import type { DB, EventSensor } from './schema.gen.ts';
import type { Scope } from './scope.ts';

export type Order = 'asc' | 'desc';

/** Where a page of events of one device ends. */
export interface EventPosition {
  readonly recordedAt: Date;
  readonly id: string;
}

export interface EventKind {
  readonly type: string | undefined;
  readonly outcome: 'ok' | 'failed' | 'aborted' | undefined;
  /** Names and values, as texts, that an event must all have. */
  readonly attributes: readonly (readonly [string, string])[];
}

export interface EventFilter<Position = EventPosition> extends EventKind {
  /** Inclusive. */
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
  readonly order: Order;
  /** Only events behind this one, in the order asked for. */
  readonly after: Position | undefined;
  readonly limit: number;
}

/**
 * Events of a device by time and id, with what their sensors measured in short. The device must have been found within
 * the caller's scope.
 */
export async function listEvents(db: Db, device: { id: string }, filter: EventFilter) {
  const { order, after, limit } = filter;
  const events = await selectEvents(db)
    .where('event.device_id', '=', device.id)
    .where(matches(filter))
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(event.recorded_at, event.id) ${beyond(order)} (${after?.recordedAt}, ${after?.id})`),
    )
    .orderBy('event.recorded_at', order)
    .orderBy('event.id', order)
    .limit(limit)
    .execute();
  return withSensors(db, events);
}

/** Where a page of events of many devices ends. */
export interface PlacedPosition extends EventPosition {
  readonly deviceId: string;
}

/** Events of a place by time, device and id, each with where it happened and what its sensors measured in short. */
export async function listEventsOf(db: Db, scope: Scope, place: Place, filter: EventFilter<PlacedPosition>) {
  const { order, after, limit, attributes } = filter;
  // Attributes have an index of their own.
  const isFew = attributes.length === 0 && (await hasFewDevices(db, scope, place));
  const events = await db
    .selectFrom('device')
    .innerJoin('office', 'office.id', 'device.office_id')
    .innerJoinLateral(
      (from) =>
        eventsOfDevice(from.selectFrom('event'), { isFew, order, after, limit })
          .where(matches(filter))
          .selectAll('event')
          .as('event'),
      (join) => join.onTrue(),
    )
    .where(inPlace(scope, place))
    .select(EVENT)
    .select(['device.label as deviceLabel', 'office.id as officeId', 'office.time_zone as timeZone'])
    .orderBy('event.recorded_at', order)
    .orderBy('event.device_id', order)
    .orderBy('event.id', order)
    .limit(limit)
    .execute();
  return withSensors(db, events);
}

interface PlacedPage {
  readonly isFew: boolean;
  readonly order: Order;
  readonly after: PlacedPosition | undefined;
  /** Whether the position is among them. */
  readonly isInclusive?: boolean;
  readonly limit: number;
}

/**
 * Of the device beside it, the events behind a position. Where devices are few, the first ones of each by its own index: by the
 * index of all, those of others in between would be read as well.
 */
export function eventsOfDevice<Row>(
  query: SelectQueryBuilder<DB, 'event', Row>,
  { isFew, order, after, limit, isInclusive = false }: PlacedPage,
) {
  const equal = isInclusive ? '=' : '';
  return query
    .where(sql<boolean>`event.device_id = device.id`)
    .$if(after !== undefined, (behind) =>
      behind.where(
        sql<boolean>`event.recorded_at ${beyond(order)}= ${after?.recordedAt}
          AND (event.recorded_at, event.device_id, event.id)
            ${beyond(order)}${sql.raw(equal)} (${after?.recordedAt}, ${after?.deviceId}, ${after?.id})`,
      ),
    )
    .$if(isFew, (own) => own.orderBy('event.recorded_at', order).orderBy('event.id', order).limit(limit));
}

export function beyond(order: Order): RawBuilder<unknown> {
  return sql.raw(order === 'asc' ? '>' : '<');
}

function matches({ from, to, ...kind }: EventFilter<unknown>): RawBuilder<boolean> {
  return sql<boolean>`event.recorded_at >= ${from} AND event.recorded_at < ${to} AND ${isOfKind(kind)}`;
}

/** The condition that an event is of such a kind. */
export function isOfKind({ type, outcome, attributes }: EventKind): RawBuilder<boolean> {
  const conditions = [sql<boolean>`true`];
  if (type !== undefined) conditions.push(sql`event.type = ${type}`);
  if (outcome !== undefined) conditions.push(sql`event.outcome = ${outcome}`);
  for (const [name, value] of attributes) {
    const forms = formsOf(value).map((form) => sql`event.attributes @> ${JSON.stringify({ [name]: form })}::jsonb`);
    conditions.push(sql`(${sql.join(forms, sql` OR `)})`);
  }
  return sql<boolean>`(${sql.join(conditions, sql` AND `)})`;
}

/** What may be meant by a text: itself, and the number or boolean that JSON writes so. */
function formsOf(text: string): (string | number | boolean)[] {
  if (text === 'true' || text === 'false') return [text, text === 'true'];
  const isNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text));
  return isNumber ? [text, Number(text)] : [text];
}

/** The data of an event, series as they are packed. The event must have been found within the caller's scope. */
export async function readParts(db: Db, event: Found) {
  const [sensors, logs, settings] = await Promise.all([
    partsOf(event, db.selectFrom('event_sensor').select([...SENSOR, ...SERIES])),
    partsOf(event, db.selectFrom('event_log').select(['label', 'level', 'data'])),
    listSettings(db, event),
  ]);
  return { sensors: sensors.map(toSensor), logs, settings };
}

/** An event without its parts. The device must have been found within the caller's scope. */
export async function findEventHead(db: Db, device: { id: string }, eventId: string) {
  const query = selectEvents(db).where('event.device_id', '=', device.id).where('event.id', '=', eventId);
  return query.executeTakeFirst();
}

interface Found {
  readonly id: string;
  readonly deviceId: string;
  readonly recordedAt: Date;
}

/** The settings of an event, in the order they were sent. */
export async function listSettings(db: Db, event: Found) {
  return partsOf(event, db.selectFrom('event_setting').select(['label', 'data']));
}

/** A sensor of an event with its series, as it is packed, if it has one. */
export async function findEventSensor(db: Db, event: Found, label: string) {
  const query = db.selectFrom('event_sensor').select([...SENSOR, ...SERIES]);
  const [sensor] = await partsOf(event, query.where('label', '=', label));
  return sensor && toSensor(sensor);
}

/** The time of the event is a parameter, so that other partitions are not touched. */
function partsOf<Row>(
  { id, deviceId, recordedAt }: Found,
  query: SelectQueryBuilder<DB, 'event_sensor' | 'event_log' | 'event_setting', Row>,
) {
  return query
    .where('device_id', '=', deviceId)
    .where('event_id', '=', id)
    .where('recorded_at', '=', recordedAt)
    .orderBy('position')
    .orderBy('label')
    .execute();
}

function selectEvents(db: Db) {
  return db.selectFrom('event').select(EVENT);
}

const EVENT = [
  'event.id',
  'event.device_id as deviceId',
  'event.gateway_id as gatewayId',
  'event.type',
  'event.outcome',
  'event.attributes',
  'event.recorded_at as recordedAt',
  'event.started_at as startedAt',
  'event.received_at as receivedAt',
] as const;

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
const SERIES = ['times', 'values', 'x_label', 'x_unit', 'x_values'] as const;

type SummaryRow = Pick<EventSensor, (typeof SENSOR)[number]>;

/** The times of all events bound those of their sensors, so that other partitions are not touched. */
async function withSensors<Event extends Found>(db: Db, events: readonly Event[]) {
  const sensors = events.map((): ReturnType<typeof toSummary>[] => []);
  if (events.length > 0) {
    const times = events.map(({ recordedAt }) => recordedAt.getTime());
    const { rows } = await sql<SummaryRow & { place: number }>`
      SELECT place::int4 - 1 AS place, ${sql.join(SENSOR.map((column) => sql.ref(`sensor.${column}`)))}
      FROM unnest(
          ${events.map(({ deviceId }) => deviceId)}::uuid[], ${events.map(({ id }) => id)}::uuid[],
          ${numericArray(times)}::float8[]
        ) WITH ORDINALITY AS event (device_id, id, ms, place)
      JOIN event_sensor AS sensor ON sensor.device_id = event.device_id AND sensor.event_id = event.id
        AND sensor.recorded_at = to_timestamp(event.ms / 1000)
      WHERE sensor.recorded_at >= ${new Date(Math.min(...times))} AND sensor.recorded_at <= ${new Date(Math.max(...times))}
      ORDER BY place, sensor.position, sensor.label`.execute(db);
    for (const { place, ...row } of rows) sensors[place]?.push(toSummary(row));
  }
  return events.map((event, index) => ({ ...event, sensors: sensors[index] as ReturnType<typeof toSummary>[] }));
}

/** A sensor has either a value or a series, and so has its view. */
function toSummary({ number, boolean, text, count, min, max, mean, ...sensor }: SummaryRow) {
  return count === null ? { ...sensor, value: number ?? boolean ?? text } : { ...sensor, count, min, max, mean };
}

type SensorRow = SummaryRow & Pick<EventSensor, (typeof SERIES)[number]>;

function toSensor({ times, values, x_label, x_unit, x_values, ...row }: SensorRow) {
  const x = x_label === null || x_values === null ? undefined : { label: x_label, unit: x_unit, values: x_values };
  const series = times === null || values === null ? undefined : { times, values, x };
  return { ...toSummary(row), series };
}
