import uPlot from 'uplot';
import { type Curve, type CurveStyle, columnsOf, isHollow, markPath, type Shape, type XKind } from './curves.ts';
import { writeClock, writeDay, writeDuration, writeNumber } from './format.ts';
import type { Span } from './spans.ts';

/** What is under the pointer, of one curve. */
export interface Point {
  readonly x: number;
  readonly y: number;
  /** The band. */
  readonly min: number | null | undefined;
  readonly max: number | null | undefined;
}

export interface ChartLook {
  readonly width: number;
  readonly height: number;
  readonly shape: Shape;
  readonly xKind: XKind;
  readonly timeZone: string;
  readonly styles: readonly CurveStyle[];
  /** The only curve has a band from its least to its greatest values. */
  readonly hasBand: boolean;
  /** Colours of the axes, as they stand on the page. */
  readonly ink: string;
  readonly grid: string;
  /** What is visible along x; all of the data where it is not said. */
  span(): Span | undefined;
  /** A part was chosen by dragging across it. Who asked for the chart draws it, so that the address can have it too. */
  onShow(from: number, to: number): void;
  /** What is under the pointer, for each curve. */
  onPoint(points: readonly (Point | undefined)[]): void;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MARK_SIZE = 7;
/** More points than that have dots for marks, which are drawn faster and overlap less. */
const MOST_MARKS = 3_000;
/** Fewer pixels than that are a click and no drag. */
export const LEAST_DRAG = 4;
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

export function chartOptions(look: ChartLook): uPlot.Options {
  const { width, height, xKind, timeZone } = look;
  const axis: uPlot.Axis = {
    stroke: look.ink,
    font: '12px system-ui, sans-serif',
    grid: { stroke: look.grid, width: 1 },
    ticks: { stroke: look.grid, width: 1 },
  };
  return {
    ...{ width, height, ms: 1 },
    tzDate: (at) => uPlot.tzDate(new Date(at), timeZone),
    scales: {
      x: { time: xKind === 'time', range: (_u, min, max) => [...(look.span() ?? wide(min, max))] },
      ...(look.shape === 'bar' && { y: { range: fromZero } }),
    },
    axes: [
      {
        ...axis,
        values: (_u, splits, _axis, _space, step) => splits.map((at) => writeTick(at, look, step)),
        space: xKind === 'number' ? 50 : 90,
        ...(xKind === 'elapsed' && { incrs: CLOCK_STEPS }),
      },
      { ...axis, size: (_u, values) => widthOf(values ?? []), values: (_u, splits) => splits.map(writeNumber) },
    ],
    series: [
      {},
      ...look.styles.map((style) => seriesOptions(look, style)),
      ...(look.hasBand ? [{ points: { show: false } }, { points: { show: false } }] : []),
    ],
    ...(look.hasBand && { bands: [{ series: [3, 2] as [number, number], fill: `${look.styles[0]?.color}40` }] }),
    legend: { show: false },
    cursor: {
      drag: { x: true, y: false, setScale: false },
      points: { size: 8 },
      dataIdx: (u, series, index) => nearest(u.data[series], index),
    },
    hooks: {
      setCursor: [(u) => look.onPoint(look.styles.map((_, index) => pointOf(u, index + 1)))],
      setSelect: [(u) => chooseSelected(u, look)],
    },
  };
}

function chooseSelected(u: uPlot, look: ChartLook): void {
  const { left, width } = u.select;
  if (width < LEAST_DRAG) return;
  u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  look.onShow(u.posToVal(left, 'x'), u.posToVal(left + width, 'x'));
}

function pointOf({ cursor, data }: uPlot, series: number): Point | undefined {
  const at = cursor.idxs?.[series];
  const [x, y] = at == null ? [] : [data[0][at], data[series]?.[at]];
  if (at == null || x === undefined || y == null) return undefined;
  return { x, y, min: data[series + 1]?.[at], max: data[series + 2]?.[at] };
}

/** The columns that uPlot draws; it only reads them. */
export function columns(curves: readonly Curve[]): uPlot.AlignedData {
  return columnsOf(curves) as unknown as uPlot.AlignedData;
}

/** A single point has room around it. */
function wide(min: number, max: number): [number, number] {
  return min === max ? [min - 1, max + 1] : [min, max];
}

/** Bars that do not stand on zero lie about how they compare. */
function fromZero(_u: uPlot, min: number, max: number): [number, number] {
  const { min: low, max: high } = { min: Math.min(min ?? 0, 0), max: Math.max(max ?? 1, 0) };
  const room = (high - low || 1) * 0.08;
  return [low < 0 ? low - room : 0, high > 0 ? high + room : 0];
}

/** Room for the numbers at the y axis. */
function widthOf(values: readonly string[]): number {
  return 22 + 7 * Math.max(2, ...values.map((value) => value?.length ?? 0));
}

function seriesOptions({ shape, styles }: ChartLook, style: CurveStyle): uPlot.Series {
  const base: uPlot.Series = { stroke: style.color, width: 1.5 };
  if (shape === 'scatter') return { ...base, paths: () => null, points: marks(style) };
  const bars = uPlot.paths.bars;
  if (shape === 'bar' && styles.length === 1 && bars)
    return { ...base, fill: `${style.color}66`, paths: bars({ size: [0.7, 40] }), points: { show: false } };
  return { ...base, dash: [...style.dash], ...(styles.length > 1 && { points: { show: false } }) };
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
        if (to - from > MOST_MARKS)
          path.rect(left - devicePixelRatio, top - devicePixelRatio, 2 * devicePixelRatio, 2 * devicePixelRatio);
        else path.addPath(new Path2D(markPath(mark, left, top, MARK_SIZE * devicePixelRatio)));
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

type XLook = Pick<ChartLook, 'xKind' | 'timeZone'>;

/** A tick of the axis, which is so far from the next one. */
export function writeTick(x: number, { xKind, timeZone }: XLook, step: number): string {
  const digits = step < SECOND ? 3 : 0;
  if (xKind === 'number') return writeNumber(x);
  if (xKind === 'elapsed') return writeDuration(x, digits);
  if (step >= DAY) return writeDay(x, timeZone);
  const clock = writeClock(x, timeZone, digits);
  if (clock.startsWith('00:00:00')) return writeDay(x, timeZone);
  return step < MINUTE ? clock : clock.slice(0, 5);
}

/** A place on the axis by itself. */
export function writeX(x: number, { xKind, timeZone }: XLook): string {
  if (xKind === 'number') return writeNumber(x);
  return xKind === 'elapsed' ? writeDuration(x, 3) : writeClock(x, timeZone, 3);
}
