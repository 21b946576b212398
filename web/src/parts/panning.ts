import type uPlot from 'uplot';
import { LEAST_DRAG } from './chart.ts';
import type { Span } from './spans.ts';

interface Panning {
  /** Whether dragging moves along by itself, without Shift. */
  pans(): boolean;
  move(span: Span): void;
  end(): void;
}

/** Lets a chart be dragged along its axis: with Shift held, by finger, or whenever `pans` says so. */
export function panByDragging({ over, scales, bbox }: uPlot, { pans, move, end }: Panning): void {
  over.addEventListener('pointerdown', (down) => {
    const { min, max } = scales.x ?? {};
    const isWanted = down.pointerType === 'touch' || down.shiftKey || pans();
    if (!isWanted || down.button !== 0 || min == null || max == null) return;
    if (down.pointerType !== 'touch') down.preventDefault(); // no mouse event follows, so that nothing is selected
    over.setPointerCapture(down.pointerId);
    const perPixel = (max - min) / (bbox.width / devicePixelRatio);
    let hasMoved = false;
    const onMove = ({ clientX }: PointerEvent): void => {
      const pixels = down.clientX - clientX;
      hasMoved ||= Math.abs(pixels) >= LEAST_DRAG;
      if (hasMoved) move([min + pixels * perPixel, max + pixels * perPixel]);
    };
    const onEnd = (): void => {
      over.removeEventListener('pointermove', onMove);
      end();
    };
    over.addEventListener('pointermove', onMove);
    over.addEventListener('lostpointercapture', onEnd, { once: true });
  });
}
