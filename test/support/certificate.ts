import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { found } from './found.ts';

/** A self-signed certificate of localhost and 127.0.0.1, and its key, by openssl; one each time. */
export function makeCertificate(folder: string, { name = 'new', days = 1 } = {}): { cert: string; key: string } {
  const [cert, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', `${days}`];
  execFileSync(found('openssl') as string, ['req', '-x509', ...curve, ...subject, '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  });
  return { cert, key };
}
