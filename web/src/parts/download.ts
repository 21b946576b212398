import { failureOf } from '../session/failure.ts';
import { authorizedFetch } from '../session/session.ts';

/**
 * Fetches a file as the signed-in person and hands it to the browser, which puts it to the downloads. Returns its name; throws a Failure,
 * also where the body broke off: then there is no file.
 */
export async function download(path: string, onProgress: (bytes: number) => void): Promise<string> {
  try {
    const answer = await authorizedFetch(new Request(new URL(path, location.href)));
    if (!answer.ok || !answer.body) throw failureOf(await answer.json());
    const name = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')?.[1] ?? 'export.csv';
    save(await collect(answer.body, onProgress), name);
    return name;
  } catch (cause) {
    throw failureOf(cause);
  }
}

async function collect(body: ReadableStream<Uint8Array>, onProgress: (bytes: number) => void): Promise<Blob> {
  const pieces: BlobPart[] = [];
  let bytes = 0;
  for (const reader = body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return new Blob(pieces, { type: 'text/csv' });
    pieces.push(value as Uint8Array<ArrayBuffer>);
    bytes += value.length;
    onProgress(bytes);
  }
}

function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  // Not at once: the browser begins to read it after the click.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
