import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { type Static, Type } from 'typebox';

/** What tells whether a file is what it was. */
export const FileSum = Type.Object({
  bytes: Type.Integer({ minimum: 0 }),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});
export type FileSum = Static<typeof FileSum>;

export interface FileWriter {
  write(bytes: Buffer): Promise<void>;
  /** Brings it to the disk. */
  finish(): Promise<FileSum>;
  close(): Promise<void>;
}

/** A new file that only its owner may read. */
export async function openWriter(path: string): Promise<FileWriter> {
  const file = await open(path, 'wx', 0o600);
  const hash = createHash('sha256');
  let length = 0;
  return {
    async write(bytes) {
      hash.update(bytes);
      length += bytes.length;
      await file.appendFile(bytes);
    },
    async finish() {
      await file.sync();
      return { bytes: length, sha256: hash.digest('hex') };
    },
    close: () => file.close(),
  };
}

export async function writeWhole(path: string, content: Buffer): Promise<FileSum> {
  const writer = await openWriter(path);
  try {
    await writer.write(content);
    return await writer.finish();
  } finally {
    await writer.close();
  }
}

/** Reads a file; `said` is told how much of it came. */
export async function sumOf(path: string, said: (bytes: number) => void, signal: AbortSignal): Promise<FileSum> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, signal })) {
    hash.update(chunk);
    bytes += chunk.length;
    said(chunk.length);
  }
  return { bytes, sha256: hash.digest('hex') };
}
