import uPlot from 'uplot';
import { axisOf, wide } from './chart-axis.ts';
import { writeClock, writeDay, writeNumber } from './format.ts';

export type Shape = 'line' | 'scatter' | 'bar';
/** Times in milliseconds, what is to be drawn, and the least and greatest at each time where it is made of several readings. */
export interface ChartData {
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
  readonly min?: readonly (number | null)[];
  readonly max?: readonly (number | null)[];
}

export interface ChartLook {
  readonly width: number;
  readonly height: number;
  readonly shape: Shape;
  readonly xKind: 'time' | 'number';
  readonly timeZone: string;
  readonly unit: string | null;
  readonly hasBand: boolean;
  readonly ink: string;
  readonly grid: string;
  readonly color: string;
  /** What is visible along x; all of the data where it is not said. */
  range(): readonly [number, number] | undefined;
  onZoom(from: number, to: number): void;
  onPoint(index: number | null): void;
}

const DAY_MS = 86_400_000;
/** Fewer pixels than that are a click and no drag. */
const LEAST_DRAG = 4;

/** Dragging tells which span is wanted; who asked draws it, so that the address can have it too. */
export function chartOptions(look: ChartLook): uPlot.Options {
  const { width, height, xKind, timeZone } = look;
  const axis = axisOf(look);
  return {
    ...{ width, height, ms: 1 },
    tzDate: (at) => uPlot.tzDate(new Date(at), timeZone),
    scales: { x: { time: xKind === 'time', range: (_u, min, max) => [...(look.range() ?? wide(min, max))] } },
    axes: [
      { ...axis, values: (_u, splits, _axis, _space, step) => splits.map((at) => writeX(at, look, step)) },
      { ...axis, size: 64, values: (_u, splits) => splits.map(writeNumber) },
    ],
    series: [{}, mainSeries(look), ...(look.hasBand ? [{ points: { show: false } }, { points: { show: false } }] : [])],
    ...(look.hasBand && { bands: [{ series: [3, 2] as [number, number], fill: `${look.color}40` }] }),
    legend: { show: false },
    cursor: { drag: { x: true, y: false, setScale: false }, points: { size: 8 } },
    hooks: {
      setCursor: [(u) => look.onPoint(u.cursor.idx ?? null)],
      setSelect: [
        (u) => {
          const { left, width: dragged } = u.select;
          if (dragged < LEAST_DRAG) return;
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          look.onZoom(u.posToVal(left, 'x'), u.posToVal(left + dragged, 'x'));
        },
      ],
    },
  };
}

export function columns({ x, y, min, max }: ChartData): uPlot.AlignedData {
  // uPlot only reads them.
  return (min && max ? [x, y, min, max] : [x, y]) as unknown as uPlot.AlignedData;
}

function mainSeries({ shape, color }: ChartLook): uPlot.Series {
  const base: uPlot.Series = { stroke: color, width: 1.5 };
  if (shape === 'scatter') return { ...base, paths: () => null, points: { show: true, size: 5, fill: color } };
  const bars = uPlot.paths.bars;
  if (shape === 'bar' && bars)
    return { ...base, fill: `${color}66`, paths: bars({ size: [0.7, 40] }), points: { show: false } };
  return base;
}

function writeX(at: number, { xKind, timeZone }: ChartLook, step: number): string {
  if (xKind === 'number') return writeNumber(at);
  if (step >= DAY_MS) return writeDay(at, timeZone);
  const clock = writeClock(at, timeZone, step < 1_000 ? 3 : 0);
  return clock.startsWith('00:00:00') ? writeDay(at, timeZone) : step < 60_000 ? clock : clock.slice(0, 5);
}
