import uPlot from 'uplot';
import type { Span } from './spans.ts';

/** What a chart shows: one series, or the like series of several events. */
export interface Curve {
  readonly name: string;
  /** Epoch milliseconds, milliseconds since the begin, or any number. */
  readonly x: readonly number[];
  /** Null where nothing was measured: the line breaks off. */
  readonly y: readonly (number | null)[];
  /** The least and greatest at each x, where it stands for several readings; only a curve that is alone has its band drawn. */
  readonly min?: readonly (number | null)[];
  readonly max?: readonly (number | null)[];
}

export type Shape = 'line' | 'scatter' | 'bar';
export type XKind = 'time' | 'elapsed' | 'number';

/** How curves are told apart: by colour, by dashes and by the marks of their points, so that no eye needs colours. */
const STYLES = [
  { light: '#0b5cad', dark: '#7fb8f5', dash: [], mark: 'circle' },
  { light: '#b3430b', dark: '#f5a96b', dash: [10, 5], mark: 'square' },
  { light: '#1a6b3c', dark: '#86d5a4', dash: [2, 4], mark: 'triangle' },
  { light: '#8a2b8f', dark: '#e3a1e8', dash: [12, 4, 2, 4], mark: 'diamond' },
  { light: '#6b5a00', dark: '#e5d06b', dash: [18, 6], mark: 'ring' },
  { light: '#a3161b', dark: '#ffb4b0', dash: [6, 3, 2, 3, 2, 3], mark: 'cross' },
] as const;

/** More curves than this could not be told apart. */
export const MOST_CURVES = STYLES.length;

export interface CurveStyle {
  readonly color: string;
  readonly dash: readonly number[];
  readonly mark: (typeof STYLES)[number]['mark'];
}

export function styleOf(index: number, isDark: boolean): CurveStyle {
  const { light, dark, dash, mark } = STYLES[index % STYLES.length] as (typeof STYLES)[number];
  return { color: isDark ? dark : light, dash, mark };
}

type Column = readonly (number | null | undefined)[];

/** Every x that occurs, once, then what each curve has there; behind a single one its band. */
export function columnsOf(curves: readonly Curve[]): readonly Column[] {
  const tables = curves.map(({ x, y, min, max }) =>
    inOrder(x, min && max && curves.length === 1 ? [y, min, max] : [y]),
  );
  const [only] = tables;
  return tables.length === 1 && only ? only : (uPlot.join(tables as unknown as uPlot.AlignedData[]) as Column[]);
}

function inOrder(x: readonly number[], columns: readonly Column[]): readonly Column[] {
  const isSorted = x.every((value, index) => index === 0 || (x[index - 1] as number) <= value);
  if (isSorted) return [x, ...columns];
  const order = x.map((_, index) => index).sort((a, b) => (x[a] as number) - (x[b] as number));
  return [x, ...columns].map((column) => order.map((index) => column[index]));
}

/** The mark of a point in a box of `size` around (x, y), as an SVG path: for the canvas as for the legend. */
export function markPath(mark: CurveStyle['mark'], x: number, y: number, size: number): string {
  const r = size / 2;
  if (mark === 'square') return `M${x - r},${y - r}h${size}v${size}h${-size}z`;
  if (mark === 'triangle') return `M${x},${y - r}L${x + r},${y + r}L${x - r},${y + r}z`;
  if (mark === 'diamond') return `M${x},${y - r}L${x + r},${y}L${x},${y + r}L${x - r},${y}z`;
  if (mark === 'cross') return `M${x - r},${y - r}L${x + r},${y + r}M${x + r},${y - r}L${x - r},${y + r}`;
  return `M${x - r},${y}a${r},${r} 0 1,0 ${size},0a${r},${r} 0 1,0 ${-size},0z`;
}

export const isHollow = (mark: CurveStyle['mark']): boolean => mark === 'ring' || mark === 'cross';

/** From the least to the greatest x of all of them. */
export function extentOf(curves: readonly Curve[]): Span {
  let [first, last] = [Infinity, -Infinity];
  for (const { x } of curves) {
    for (const at of x) {
      first = Math.min(first, at);
      last = Math.max(last, at);
    }
  }
  return first <= last ? [first, last] : [0, 0];
}

export interface Figures {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

export function figuresOf(values: readonly (number | null)[]): Figures | undefined {
  let [count, min, max, sum] = [0, Infinity, -Infinity, 0];
  for (const value of values) {
    if (value === null) continue;
    count += 1;
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
  }
  return count === 0 ? undefined : { count, min, max, mean: sum / count };
}
