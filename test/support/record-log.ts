import { pino } from 'pino';

/** A log whose lines a test can read. */
export function recordLog() {
  const lines: { level: number; msg: string; [field: string]: unknown }[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  return { log, lines, saying: (msg: string) => lines.filter((line) => line.msg.startsWith(msg)) };
}
