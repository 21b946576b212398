import type { Curve, Shape, XKind } from '../parts/curves.ts';
import type { SensorOfEvent } from './events.ts';

/** A chart of a series: of one event, or of the like series of several. */
export interface Plot {
  readonly label: string;
  readonly unit: string | null;
  readonly shape: Shape;
  readonly xKind: XKind;
  /** The x that its gateway gave the series, as the layer; undefined where it is drawn over time. */
  readonly x: { readonly label: string; readonly unit: string | null } | undefined;
  readonly curves: readonly Curve[];
}

/** How to draw a series: as its gateway wishes, as a line otherwise. */
export function shapeOf({ visualization }: Pick<SensorOfEvent, 'visualization'>): Shape {
  return visualization === 'scatter' || visualization === 'bar' ? visualization : 'line';
}

/** Of one event: over the x of the series where it has one, unless time is wanted. */
export function plotOf(sensor: SensorOfEvent, isOverTime: boolean): Plot {
  const { label, unit, ts = [], values = [] } = sensor;
  const x = isOverTime ? undefined : sensor.x;
  const curve = { name: label, x: x ? x.values : ts, y: values };
  return { label, unit, shape: shapeOf(sensor), xKind: x ? 'number' : 'time', x, curves: [curve] };
}
