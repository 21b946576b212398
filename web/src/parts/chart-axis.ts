import type uPlot from 'uplot';

/** How the axes of all charts look. */
export const axisOf = ({ ink, grid }: { ink: string; grid: string }): uPlot.Axis => ({
  stroke: ink,
  font: '12px system-ui, sans-serif',
  grid: { stroke: grid, width: 1 },
  ticks: { stroke: grid, width: 1 },
});

/** A single point has room around it. */
export function wide(min: number, max: number): [number, number] {
  return min === max ? [min - 1, max + 1] : [min, max];
}
