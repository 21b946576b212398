import type { Database } from '../../db/database.ts';
import {
  type ExportFilter,
  type ExportSensor,
  listExportSensors,
  readSensorPages,
  type SensorPage,
  type SensorPosition,
} from '../../db/exports.ts';
import type { Scope } from '../../db/scope.ts';
import type { ValueType } from '../../db/sensors.ts';
import { around, VARIES } from './formats.ts';
import type { Look, Writing } from './look.ts';
import { createPageWriter, type Page, type PageWriter } from './pages.ts';

/** The first three are the key of a row, and so where a later export may go on. */
export const READING_COLUMNS = [
  ...['deviceId', 'label', 'recordedAt', 'value', 'unit', 'receivedAt', 'deviceKey', 'deviceLabel'],
];

export interface ReadingExport {
  readonly filter: ExportFilter & { readonly labels: readonly string[] | undefined };
  readonly after: SensorPosition | undefined;
}

const ROWS_AT_ONCE = 10_000;
const SENSORS_AT_ONCE = 256;

/**
 * Readings by device and label of their sensor, then by time: that is how the index has them, partition by partition. A
 * sensor with many readings takes many pages; of sensors with few, many come with one look.
 */
export async function* readingPages(
  look: Look,
  { filter, after }: ReadingExport,
  writing: Writing,
): AsyncGenerator<Page> {
  const paper = createPageWriter();
  let position = after;
  for (let width = 1; ; ) {
    const limit = Math.floor(ROWS_AT_ONCE / width);
    const { sensors, pages } = await look((db, scope) => readSensors(db, scope, filter, position, { width, limit }));
    const counts = sensors.map(({ id }) => pages.get(id)?.times.length ?? 0);
    const cut = counts.indexOf(limit);
    const whole = cut === -1 ? sensors : sensors.slice(0, cut + 1);
    const last = whole.at(-1);
    if (!last) return;
    for (const sensor of whole) writeReadings(paper, sensor, pages.get(sensor.id), writing);
    const page = paper.take();
    if (page.rows > 0) yield page;
    position = { ...last, at: cut === -1 ? null : Math.round(Number(pages.get(last.id)?.times.at(-1))) };
    // As many as fit twice, if the next ones are like these: what is behind one that does not fit was read for nothing.
    const fitting = Math.floor(ROWS_AT_ONCE / (2 * Math.max(1, ...counts)));
    width = cut === -1 ? Math.max(1, Math.min(fitting, width * 4, SENSORS_AT_ONCE)) : 1;
  }
}

/** So many sensors from behind a position, with the first readings of each that has any. */
async function readSensors(
  db: Database,
  scope: Scope,
  filter: ReadingExport['filter'],
  after: SensorPosition | undefined,
  { width, limit }: { width: number; limit: number },
): Promise<{ sensors: ExportSensor[]; pages: Map<number, SensorPage> }> {
  const sensors = await listExportSensors(db, scope, filter, { after, limit: width });
  const from = ({ deviceId, label }: ExportSensor) =>
    after?.at != null && deviceId === after.deviceId && label === after.label
      ? Math.max(after.at + 1, filter.from.getTime())
      : filter.from.getTime();
  const read = (table: 'reading' | 'reading_text') => {
    const own = sensors.filter(({ valueType }) => (valueType === 'string') === (table === 'reading_text'));
    const wanted = own.map((sensor) => ({ id: sensor.id, from: from(sensor) }));
    return readSensorPages(db, table, wanted, { to: filter.to, limit });
  };
  const found = [...(await read('reading')), ...(await read('reading_text'))];
  return { sensors, pages: new Map(found.map((page) => [page.sensorId, page])) };
}

/** Most of a row is the same for all rows of its sensor, and is written once. */
function writeReadings(
  paper: PageWriter,
  { deviceId, label, unit, deviceKey, deviceLabel, valueType }: ExportSensor,
  page: SensorPage | undefined,
  { format, timeWriter }: Writing,
): void {
  if (!page) return;
  const { cell, plain } = format;
  const cells = [cell(deviceId), cell(label), VARIES, VARIES, cell(unit), VARIES, cell(deviceKey), cell(deviceLabel)];
  const [begin, beforeValue, beforeReceived, end] = around(format, READING_COLUMNS, cells);
  const [writeRecorded, writeReceived] = [timeWriter(), timeWriter()];
  page.times.forEach((time, n) => {
    const at = Math.round(Number(time));
    const value = writeValue(valueType, page.values[n] as string, cell);
    const received = plain(writeReceived(at + Number(page.delays[n]) * 1_000));
    paper.add(`${begin}${plain(writeRecorded(at))}${beforeValue}${value}${beforeReceived}${received}${end}`);
  });
}

/** Booleans are stored as 0 and 1; numbers are as Postgres writes them, which is exact. */
function writeValue(type: ValueType, stored: string, cell: (value: string) => string): string {
  if (type === 'number') return stored;
  return type === 'boolean' ? String(stored === '1') : cell(stored);
}
