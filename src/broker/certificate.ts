import { createPrivateKey, X509Certificate } from 'node:crypto';
import { access, readdir, readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { Log } from '../telemetry/log.ts';

const LOOK_INTERVAL_MS = 1_000;
/** In a path: any one folder. Caddy names one after who issued the certificate. */
const ANY_FOLDER = '/*/';

export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** A certificate, with its chain, and the key that fits it; both PEM. */
export interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly expiresAt: number;
}

export interface WatchOptions {
  files: CertificateFiles;
  /** Is given each good pair that differs from the one before. */
  serve: (certificate: Certificate) => void;
  log: Log;
  intervalMs?: number | undefined;
}

/**
 * Looks at the files each second, by their content: a renewal may write them, rename them or turn a link. A pair that is
 * missing or broken changes nothing; the log says so when the next look finds the same, since it may just be written.
 */
export async function watchCertificate({ files, serve, log, intervalMs = LOOK_INTERVAL_MS }: WatchOptions) {
  let served: Certificate | undefined;
  let fault: string | undefined;
  let told: string | undefined;
  let isLooking = false;

  async function look(): Promise<void> {
    const found = await findCertificate(files, served);
    if (found === served) return;
    serve(found);
    served = found;
    log.info({ expires: new Date(found.expiresAt) }, 'MQTT over TLS has a new certificate');
  }

  async function lookSafely(): Promise<void> {
    try {
      await look();
      fault = told = undefined;
    } catch (error) {
      const reason = (error as Error).message;
      if (reason === fault && reason !== told) {
        const meanwhile = served ? 'the one before stays' : 'until there is one nobody can connect';
        log.error({ reason }, `MQTT over TLS cannot use its certificate: ${meanwhile}`);
        told = reason;
      }
      fault = reason;
    }
  }

  await lookSafely();
  const timer = setInterval(async () => {
    if (isLooking) return;
    isLooking = true;
    await lookSafely();
    isLooking = false;
  }, intervalMs);
  timer.unref();
  return { close: () => clearInterval(timer) };
}

/** Of the pairs that the files lead to, the good one that ends last. Throws what is wrong where none is good. */
async function findCertificate(files: CertificateFiles, known: Certificate | undefined): Promise<Certificate> {
  const read = await Promise.allSettled((await locate(files)).map((pair) => readCertificate(pair, known)));
  const good = read.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const [last] = good.sort((a, b) => b.expiresAt - a.expiresAt);
  if (last) return last;
  throw read.find((one) => one.status === 'rejected')?.reason ?? new Error(`there is no ${files.certFile}`);
}

async function locate({ certFile, keyFile }: CertificateFiles): Promise<CertificateFiles[]> {
  const [root, rest] = certFile.split(ANY_FOLDER);
  if (rest === undefined) return [{ certFile, keyFile }];
  const found: CertificateFiles[] = [];
  for (const folder of await readdir(root as string)) {
    const pair = {
      certFile: `${root}/${folder}/${rest}`,
      keyFile: keyFile.replace(ANY_FOLDER, `/${folder}/`),
    };
    const isThere = await access(pair.certFile).then(
      () => true,
      () => false,
    );
    if (isThere) found.push(pair);
  }
  return found;
}

/** Returns the known one where the files have not changed. */
async function readCertificate({ certFile, keyFile }: CertificateFiles, known: Certificate | undefined) {
  const cert = await readFile(certFile);
  const key = await readFile(keyFile);
  if (known?.cert.equals(cert) && known.key.equals(key)) return known;
  const leaf = explain(certFile, () => new X509Certificate(cert));
  const secret = explain(keyFile, () => createPrivateKey(key));
  if (!leaf.checkPrivateKey(secret)) throw new Error(`${keyFile} is not the key of ${certFile}`);
  explain(certFile, () => createSecureContext({ cert, key })); // looks at the rest of the chain, too
  return { cert, key, expiresAt: Date.parse(leaf.validTo) };
}

function explain<T>(file: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new Error(`${file}: ${(cause as Error).message}`, { cause });
  }
}
