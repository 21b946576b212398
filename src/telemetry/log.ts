import { type Logger, pino } from 'pino';
import { PinoPretty } from 'pino-pretty';

export type Log = Logger;

export interface LogOptions {
  /** pino level; `silent` writes nothing. */
  level: string;
  /** Readable lines for a person at a terminal instead of JSON for a collector. */
  pretty: boolean;
}

/** The log of one process, on standard output. Secrets never enter a log line; ids and counts do. */
export function createLog(role: string, { level, pretty }: LogOptions): Log {
  const options = { level, base: { role }, timestamp: pino.stdTimeFunctions.isoTime };
  return pretty
    ? pino(
        options,
        PinoPretty({
          translateTime: 'SYS:HH:MM:ss',
          ignore: 'pid,hostname,role',
          messageFormat: '{role}: {msg}',
          sync: true,
          singleLine: true,
        }),
      )
    : pino(options);
}
