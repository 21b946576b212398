import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';

const BLOCK = 512;
const CHUNK = 1 << 20;

/**
 * Unpacks a tar as Postgres makes it (ustar, with files and folders alone), for its owner's eyes only. `said` is told of
 * the size of each file.
 */
export async function unpackTar(
  file: string,
  folder: string,
  said: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const tar = await open(file);
  try {
    for (let at = 0; ; ) {
      signal.throwIfAborted();
      const entry = readHeader(await read(tar, at, BLOCK), file);
      if (!entry) return;
      await unpackEntry(tar, at + BLOCK, entry, folder);
      said(entry.size);
      at += BLOCK + Math.ceil(entry.size / BLOCK) * BLOCK;
    }
  } finally {
    await tar.close();
  }
}

interface Entry {
  path: string;
  isFolder: boolean;
  size: number;
}

async function read(tar: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await tar.read(Buffer.allocUnsafe(length), 0, length, at);
  if (bytesRead < length) throw new Error('the tar ends in the middle of a file');
  return buffer;
}

/** Undefined at the end, which is a block of zeros. */
function readHeader(header: Buffer, file: string): Entry | undefined {
  if (header[0] === 0) return undefined;
  const text = (from: number, to: number) => header.toString('utf8', from, to).replace(/\0.*$/s, '');
  const [path, type] = [text(0, 100), text(156, 157)];
  // From 8 GB on it is a number in binary, after a byte that says so.
  const size = header[124] === 0x80 ? Number(header.readBigUInt64BE(128)) : Number.parseInt(text(124, 136), 8);
  const isOurs = text(257, 263) === 'ustar' && ['', '0', '5'].includes(type) && size >= 0 && text(345, 500) === '';
  if (!isOurs || path.startsWith('/') || path.split('/').includes('..'))
    throw new Error(`${file} has something that is no file or folder of a cluster: ${path}`);
  return { path, isFolder: type === '5', size };
}

async function unpackEntry(tar: FileHandle, start: number, { path, isFolder, size }: Entry, folder: string) {
  const target = join(folder, path);
  if (isFolder) return mkdir(target, { recursive: true, mode: 0o700 });
  const content = await open(target, 'wx', 0o600);
  try {
    for (let done = 0; done < size; done += CHUNK)
      await content.appendFile(await read(tar, start + done, Math.min(CHUNK, size - done)));
  } finally {
    await content.close();
  }
}
