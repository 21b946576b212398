import type { Log } from '../telemetry/log.ts';

const SAY_EVERY_MS = 5_000;

/** Says every few seconds how far a work is that takes long; to be told of each part that is done. */
export function sayProgress(log: Log, done: string, totalBytes: number): (bytes: number) => void {
  let [bytesDone, saidAt] = [0, performance.now()];
  return (bytes) => {
    bytesDone += bytes;
    if (performance.now() < saidAt + SAY_EVERY_MS) return;
    saidAt = performance.now();
    log.info(`${done} ${formatBytes(bytesDone)} of ${formatBytes(totalBytes)}`);
  };
}

export function formatBytes(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
