import { floorTo, HOUR } from '../db/rollups.ts';
import type { Outcome } from './outcome.ts';

/** The hours that got new numbers, with the sensors these are of; texts have no rollups. */
export function toMarks(outcomes: readonly Outcome[]): Map<number, Set<number>> {
  const marks = new Map<number, Set<number>>();
  let last = Number.NaN;
  let sensors = new Set<number>();
  for (const { values } of outcomes) {
    for (const { sensorId, recordedAt, value } of values) {
      if (typeof value === 'string') continue;
      const hour = floorTo(recordedAt, HOUR);
      if (hour !== last) {
        last = hour;
        sensors = marks.get(hour) ?? new Set();
        marks.set(hour, sensors);
      }
      sensors.add(sensorId);
    }
  }
  return marks;
}
