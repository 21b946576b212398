import type { LogOfEvent } from './events.ts';

export type Level = LogOfEvent['level'];
export const LEVELS: readonly Level[] = ['error', 'build', 'debug'];

export interface LogLine {
  readonly level: Level;
  readonly log: string;
  /** Counted from 1. */
  readonly line: number;
  readonly time: number | null;
  readonly source: string | null;
  readonly content: string;
}

/** The lines of all logs of an event: errors first, as they are what people look for, and each log in its own order. */
export function linesOf(logs: readonly LogOfEvent[]): LogLine[] {
  const byLevel = [...logs].sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
  return byLevel.flatMap(({ label: log, level, data }) =>
    data.content.map((content, index) => ({
      ...{ level, log, line: index + 1, content },
      time: data.time?.[index] ?? null,
      source: data.label?.[index] ?? null,
    })),
  );
}

/** Those of a level, and with a text in them, in upper or lower case. */
export function findLines(lines: readonly LogLine[], level: string | undefined, text: string): readonly LogLine[] {
  const wanted = text.toLowerCase();
  return lines.filter(
    (line) => (!level || line.level === level) && (!wanted || line.content.toLowerCase().includes(wanted)),
  );
}
