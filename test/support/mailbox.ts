import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { Mail } from '../../src/mail/mailer.ts';

/** A mail server on 127.0.0.1 that keeps what it gets. */
export interface Mailbox {
  readonly url: string;
  readonly port: number;
  /** What arrived, as a person reads it. */
  readonly mails: readonly (Mail & { from: string })[];
  close(): Promise<void>;
}

export async function openMailbox({
  port = 0,
  ...options
}: SMTPServerOptions & { port?: number } = {}): Promise<Mailbox> {
  const mails: Mailbox['mails'][number][] = [];
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    closeTimeout: 100,
    hideSTARTTLS: true,
    onData(stream, { envelope }, done) {
      text(stream).then((source) => {
        const to = envelope.rcptTo.map(({ address }) => address).join();
        mails.push({ to, ...readMail(source) });
        done();
      }, done);
    },
    ...options,
  });
  server.on('error', () => {}); // of a connection that was cut off
  server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
  const address = server.server.address() as { port: number };
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    port: address.port,
    mails,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** The headers and the one text of a mail, decoded (RFC 2045, 2047). */
function readMail(source: string): { from: string; subject: string; text: string } {
  const end = source.indexOf('\r\n\r\n');
  const lines = source
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  );
  const body = decode(source.slice(end + 4), headers.get('content-transfer-encoding') ?? '7bit');
  const words = (value = '') =>
    value
      .replace(/\?=\s+=\?/g, '?==?')
      .replace(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi, (_, way: string, word: string) =>
        way.toUpperCase() === 'B' ? decode(word, 'base64') : decode(word.replaceAll('_', ' '), 'quoted-printable'),
      );
  return {
    from: words(headers.get('from')),
    subject: words(headers.get('subject')),
    text: body.replaceAll('\r\n', '\n'),
  };
}

function decode(text: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(text, 'base64').toString();
  if (encoding !== 'quoted-printable') return text;
  const bytes = text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
