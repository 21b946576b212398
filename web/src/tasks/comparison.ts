import { type EventDetail, type EventKey, readEvent } from '../events/events.ts';
import { type Plot, shapeOf } from '../events/plots.ts';
import type { Curve } from '../parts/curves.ts';
import { unwrap } from '../session/failure.ts';
import { api } from '../session/session.ts';

const MOST_SETTINGS = 10_000;

/** From the link: device/event, repeated. */
export function readKeys(given: unknown, most: number): EventKey[] {
  const texts = [given ?? []].flat().filter((text): text is string => typeof text === 'string');
  return [...new Set(texts)]
    .map((text) => text.split('/'))
    .flatMap(([deviceId, eventId]) => (deviceId && eventId ? [{ deviceId, eventId }] : []))
    .slice(0, most);
}

export const keyText = ({ deviceId, eventId }: EventKey): string => `${deviceId}/${eventId}`;

export function readEvents(keys: readonly EventKey[]): Promise<EventDetail[]> {
  return Promise.all(keys.map(readEvent));
}

/** One value of the settings, as each event has it; undefined where it has none. */
export interface ComparedSetting {
  readonly label: string;
  readonly path: string;
  readonly values: readonly unknown[];
  readonly differs: boolean;
}

/** The settings of all events, each compared with the first one by the server; what differs comes first. */
export async function compareSettings(keys: readonly EventKey[]): Promise<ComparedSetting[]> {
  const [base, ...others] = keys;
  if (!base || others.length === 0) return [];
  const answers = await Promise.all(
    others.map(({ deviceId, eventId }) =>
      unwrap(
        api.user.GET('/api/v1/devices/{deviceId}/events/{eventId}/settings/comparison', {
          params: { path: { ...base }, query: { with: eventId, withDevice: deviceId, limit: MOST_SETTINGS } },
        }),
      ),
    ),
  );
  return mergeComparisons(answers.map(({ items }) => items));
}

interface Compared {
  readonly label: string;
  readonly path: string;
  readonly status: string;
  readonly left?: unknown;
  readonly right?: unknown;
}

/** From comparisons of one event with each of the others to one row for each value. */
export function mergeComparisons(comparisons: readonly (readonly Compared[])[]): ComparedSetting[] {
  const rows = new Map<string, { label: string; path: string; values: unknown[]; differs: boolean }>();
  comparisons.forEach((items, index) => {
    for (const { label, path, status, left, right } of items) {
      const key = JSON.stringify([label, path]);
      const row = rows.get(key) ?? {
        label,
        path,
        values: Array(comparisons.length + 1).fill(undefined),
        differs: false,
      };
      if (left !== undefined) row.values[0] = left;
      row.values[index + 1] = right;
      row.differs ||= status !== 'same';
      rows.set(key, row);
    }
  });
  // What only some of the others have stands in none of the comparisons with the rest.
  const merged = [...rows.values()].map((row) => ({ ...row, differs: row.differs || row.values.includes(undefined) }));
  return [...merged.filter(({ differs }) => differs), ...merged.filter(({ differs }) => !differs)];
}

/** Each label once: over its own x where all have that, else over the time since each event began. A curve for each event, empty where it has no such series. */
export function overlaysOf(events: readonly EventDetail[], names: readonly string[]): Plot[] {
  const found = events.map(({ sensors }) => sensors.filter(({ values }) => values && values.length > 0));
  const labels = [...new Set(found.flat().map(({ label }) => label))];
  return labels.map((label): Plot => {
    const sensors = found.map((of) => of.find((sensor) => sensor.label === label));
    const present = sensors.filter((sensor) => sensor !== undefined);
    const [one] = present as [(typeof present)[number]];
    const hasX = present.every(({ x }) => x !== undefined);
    const curves = sensors.map((sensor, index): Curve => {
      const begin = beginOf(events[index] as EventDetail, sensor?.ts?.[0]);
      const x = hasX ? sensor?.x?.values : sensor?.ts?.map((at) => at - begin);
      return { name: names[index] as string, x: x ?? [], y: sensor?.values ?? [] };
    });
    const [xKind, x] = hasX ? (['number', one.x] as const) : (['elapsed', undefined] as const);
    return { label, unit: one.unit, shape: shapeOf(one), xKind, x, curves };
  });
}

function beginOf({ startedAt }: EventDetail, firstAt: number | undefined): number {
  return startedAt === null ? (firstAt ?? 0) : Date.parse(startedAt);
}

export interface Pair {
  readonly name: string;
  readonly values: readonly unknown[];
  readonly differs: boolean;
}

/** Attributes or the like, side by side, in the order in which they occur. */
export function sideBySide(of: readonly Readonly<Record<string, unknown>>[]): Pair[] {
  const names = [...new Set(of.flatMap((one) => Object.keys(one)))];
  return names.map((name) => {
    const values = of.map((one) => one[name]);
    return { name, values, differs: new Set(values.map((value) => JSON.stringify(value))).size > 1 };
  });
}
