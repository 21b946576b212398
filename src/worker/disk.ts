import { statfs } from 'node:fs/promises';
import type { DiskSpace } from '../db/storage.ts';

/** How large the disk of the database is and what is free; undefined where nobody knows. */
export type MeasureDisk = () => Promise<DiskSpace | undefined>;

/** Measures the disk that a folder lies on. Free is what Postgres may use, which is less than root may. */
export function createDiskMeter(folder: string | undefined): MeasureDisk {
  return async () => {
    if (folder === undefined) return undefined;
    const { bsize, blocks, bavail } = await statfs(folder);
    return { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
  };
}
