import { durationOf, type PlacedEvent } from '../events/events.ts';
import { nameOfType } from '../events/types.ts';
import { withUnit, writeDuration, writeValue } from '../parts/format.ts';
import type { useTexts } from '../texts/texts.ts';

export type CellValue = string | number | boolean | null | undefined;

/** A column of the table: what it sorts by, and what it shows. */
export interface Column {
  readonly key: string;
  readonly title: string;
  readonly isNumeric?: boolean;
  value(event: PlacedEvent): CellValue;
  text(event: PlacedEvent): string;
}

type Texts = ReturnType<typeof useTexts>;

export const deviceName = ({ deviceLabel, deviceId }: PlacedEvent): string => deviceLabel ?? deviceId.slice(0, 8);

/** Those that every event has, then whatever these events have: attributes, single values, and of series the maximum and the mean. */
export function columnsOf(t: Texts, events: readonly PlacedEvent[], type: string | undefined): Column[] {
  const ofType: Column = plain('type', t('tasks.type'), (event) => nameOfType(t, event.type));
  return [
    ...(type === undefined ? [ofType] : []),
    plain('outcome', t('tasks.outcome'), ({ outcome }) => outcome),
    plain('device', t('tasks.device'), deviceName),
    {
      ...plain('duration', t('tasks.duration'), durationOf),
      isNumeric: true,
      text: (event) => writeMaybe(durationOf(event)),
    },
    ...namesOf(events).map((name) => plain(`attribute:${name}`, name, ({ attributes }) => attributes[name])),
    ...sensorsOf(events).flatMap((sensor) => sensorColumns(t, sensor)),
  ];
}

function plain(key: string, title: string, value: Column['value']): Column {
  return { key, title, value, text: (event) => writeValue(value(event)) };
}

const writeMaybe = (ms: number | undefined) => (ms === undefined ? '' : writeDuration(ms));

function namesOf(events: readonly PlacedEvent[]): string[] {
  return [...new Set(events.flatMap(({ attributes }) => Object.keys(attributes)))];
}

type Sensor = PlacedEvent['sensors'][number];

function sensorsOf(events: readonly PlacedEvent[]): Sensor[] {
  return [
    ...new Map(
      events.flatMap(({ sensors }) => sensors).map((sensor) => [`${sensor.kind}:${sensor.label}`, sensor]),
    ).values(),
  ];
}

function sensorColumns(t: Texts, { label, kind }: Sensor): Column[] {
  const column = (key: string, title: string, read: (sensor: Sensor) => CellValue): Column => {
    const find = ({ sensors }: PlacedEvent) => sensors.find((sensor) => sensor.label === label && sensor.kind === kind);
    const value = (event: PlacedEvent) => {
      const sensor = find(event);
      return sensor && read(sensor);
    };
    return {
      key,
      title,
      isNumeric: true,
      value,
      text: (event) => withUnit(writeValue(value(event)), find(event)?.unit),
    };
  };
  if (kind === 'singular') return [column(`value:${label}`, label, ({ value }) => value)];
  return [
    column(`max:${label}`, t('tasks.max', label), ({ max }) => max),
    column(`mean:${label}`, t('tasks.mean', label), ({ mean }) => mean),
  ];
}

/** By a column, equal ones as they were; what has no value stands at the end either way. By time they come sorted. */
export function sortEvents(
  events: readonly PlacedEvent[],
  columns: readonly Column[],
  sort: string,
): readonly PlacedEvent[] {
  const column = columns.find(({ key }) => key === sort.replace(/^-/, ''));
  if (!column) return events;
  const sign = sort.startsWith('-') ? -1 : 1;
  const isNothing = (value: CellValue) => value === undefined || value === null || value === '';
  return [...events].sort((a, b) => {
    const [left, right] = [column.value(a), column.value(b)];
    if (isNothing(left) || isNothing(right)) return Number(isNothing(left)) - Number(isNothing(right));
    return sign * compare(left as string, right as string);
  });
}

function compare(left: string | number | boolean, right: string | number | boolean): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return String(left).localeCompare(String(right), undefined, { numeric: true });
}
