import uPlot from 'uplot';
import { axisOf, wide } from '../parts/chart-axis.ts';
import { writeClock, writeDay, writeDuration, writeNumber } from '../parts/format.ts';
import { type CurveStyle, isHollow, markPath, type Shape, type XKind } from './curves.ts';

export interface ChartLook {
  readonly width: number;
  readonly height: number;
  readonly shape: Shape;
  readonly xKind: XKind;
  readonly timeZone: string;
  readonly styles: readonly CurveStyle[];
  /** Colours of the axes, as they stand on the page. */
  readonly ink: string;
  readonly grid: string;
  /** Where the pointer is: an index into the columns for each curve, null where it is not over one. */
  onPoint(indexes: readonly (number | null)[]): void;
  /** When what is visible changed. */
  onRange(min: number, max: number): void;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MARK_SIZE = 7;
/** How far from the pointer a curve without a point just there is looked for. */
const NEAR = 2_000;
/** Where clocks have their ticks. */
const CLOCK_STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 30].map((n) => n * DAY),
];

/** A chart of curves over a common axis: dragging across it zooms, a double click shows all again. */
export function chartOptions(look: ChartLook): uPlot.Options {
  const { width, height, xKind, timeZone } = look;
  const axis = axisOf(look);
  return {
    ...{ width, height, ms: 1 },
    tzDate: (at) => uPlot.tzDate(new Date(at), timeZone),
    scales: { x: { time: xKind === 'time', range: (_u, min, max) => wide(min, max) } },
    axes: [
      {
        ...axis,
        values: (_u, splits, _axis, _space, step) => splits.map((at) => writeX(at, xKind, timeZone, step)),
        space: xKind === 'number' ? 50 : 90,
        ...(xKind === 'elapsed' && { incrs: CLOCK_STEPS }),
      },
      { ...axis, size: 64, values: (_u, splits) => splits.map(writeNumber) },
    ],
    series: [{}, ...look.styles.map((style) => seriesOptions(look, style))],
    legend: { show: false },
    cursor: {
      drag: { x: true, y: false },
      points: { size: 8 },
      dataIdx: (u, series, index) => nearest(u.data[series], index),
    },
    hooks: {
      setCursor: [(u) => look.onPoint((u.cursor.idxs ?? []).slice(1).map((index) => index ?? null))],
      setScale: [(u, key) => key === 'x' && look.onRange(u.scales.x?.min ?? 0, u.scales.x?.max ?? 0)],
    },
  };
}

function seriesOptions({ shape, styles }: ChartLook, style: CurveStyle): uPlot.Series {
  const base: uPlot.Series = { stroke: style.color, width: 1.5, points: { show: false } };
  if (shape === 'scatter') return { ...base, paths: () => null, points: marks(style) };
  const bars = uPlot.paths.bars;
  if (shape === 'bar' && styles.length === 1 && bars)
    return { ...base, fill: `${style.color}66`, paths: bars({ size: [0.6, 40] }) };
  return { ...base, dash: [...style.dash], points: { show: false } };
}

/** Points drawn with the mark of their curve. */
function marks({ color, mark }: CurveStyle): uPlot.Series.Points {
  return {
    show: true,
    paths: (u, series, from, to) => {
      const [xs, ys] = [u.data[0], u.data[series] as (number | null | undefined)[]];
      const path = new Path2D();
      for (let index = from; index <= to; index++) {
        const y = ys[index];
        if (y === null || y === undefined) continue;
        const [left, top] = [u.valToPos(xs[index] as number, 'x', true), u.valToPos(y, 'y', true)];
        path.addPath(new Path2D(markPath(mark, left, top, MARK_SIZE * devicePixelRatio)));
      }
      return { stroke: path, fill: isHollow(mark) ? null : path, flags: 0 };
    },
    stroke: color,
    fill: color,
    width: 1.5,
  };
}

function nearest(column: ArrayLike<number | null | undefined> | undefined, index: number): number {
  if (!column || column[index] != null) return index;
  for (let far = 1; far <= NEAR; far++) {
    if (column[index - far] != null) return index - far;
    if (column[index + far] != null) return index + far;
  }
  return index;
}

/** A tick of the axis; `step` is how far it is to the next one, 0 for a value by itself. */
export function writeX(x: number, kind: XKind, timeZone: string, step: number): string {
  const digits = step < SECOND ? 3 : 0;
  if (kind === 'number') return writeNumber(x);
  if (kind === 'elapsed') return writeDuration(x, digits);
  return step >= DAY ? writeDay(x, timeZone) : writeClock(x, timeZone, digits);
}
