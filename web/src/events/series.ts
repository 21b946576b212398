import type { Shape } from './curves.ts';
import type { SensorOfEvent } from './events.ts';

/** How to draw a series: as its gateway wishes, as a line otherwise. */
export function shapeOf({ visualization }: Pick<SensorOfEvent, 'visualization'>): Shape {
  return visualization === 'scatter' || visualization === 'bar' ? visualization : 'line';
}
