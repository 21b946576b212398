import { setTimeout } from 'node:timers/promises';
import { createTransport, type NodemailerError } from 'nodemailer';
import type { Log } from '../telemetry/log.ts';

export interface Mail {
  to: string;
  subject: string;
  text: string;
}

export interface Mailer {
  /** Whether mail can be sent or, in development, shown in the log. */
  readonly isConfigured: boolean;
  /** Never throws and never waits for the server: a failure is retried a few times, then logged, without the text. */
  send(mail: Mail): void;
  /** Waits for what is under way, 5 s at most. */
  close(): Promise<void>;
}

export interface MailerOptions {
  /** Undefined: mail is shown in the log in development, and not sent in production. */
  smtpUrl: string | undefined;
  from: string;
  isDevelopment: boolean;
  log: Log;
  /** Before each further attempt. */
  retryPausesMs?: readonly number[];
  /** How long what is under way may take when the process is asked to stop. */
  closeTimeoutMs?: number;
}

const MAX_WAITING = 1_000;
const RETRY_PAUSES_MS = [1_000, 10_000, 60_000, 300_000];
const CLOSE_TIMEOUT_MS = 5_000;
const TIMEOUTS = { dnsTimeout: 10_000, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 };

/** Connects on the first mail, so that a process may start before its mail server. */
export function openMailer({ smtpUrl, ...options }: MailerOptions): Mailer {
  if (smtpUrl !== undefined) return smtpMailer({ smtpUrl, ...options });
  const { isDevelopment, log } = options;
  return {
    isConfigured: isDevelopment,
    send({ to, subject, text }) {
      // In the message, where a link can be followed from the terminal.
      if (isDevelopment) log.info({ to, subject }, `a mail, shown here since SMTP_URL is not set:\n\n${text}`);
      else log.warn({ to, subject }, 'mail not sent, since SMTP_URL is not set');
    },
    async close() {},
  };
}

type SmtpOptions = MailerOptions & { smtpUrl: string };

function smtpMailer(options: SmtpOptions): Mailer {
  const { smtpUrl, from, log, retryPausesMs = RETRY_PAUSES_MS, closeTimeoutMs = CLOSE_TIMEOUT_MS } = options;
  const transport = createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: 2,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...TIMEOUTS,
  });
  const underWay = new Set<Promise<void>>();
  const closing = new AbortController();

  async function deliver({ to, subject, text }: Mail): Promise<void> {
    for (const pauseMs of [...retryPausesMs, undefined]) {
      try {
        // As an object an address is taken as it is: never a list, never a name with another address in it.
        await transport.sendMail({ from, to: { name: '', address: to }, subject, text });
        return;
      } catch (error) {
        const { message: reason, permanent } = error as NodemailerError; // permanent: RFC 5321, 4.2.1, 5yz
        if (pauseMs === undefined || permanent || closing.signal.aborted)
          return log.error({ to, subject, reason }, 'mail not sent');
        log.warn({ to, subject, reason }, 'mail not sent yet');
        // When closing, the last attempt comes at once.
        await setTimeout(pauseMs, undefined, { signal: closing.signal }).catch(() => {});
      }
    }
  }

  return {
    isConfigured: true,
    send(mail: Mail) {
      const { to, subject } = mail;
      if (/[\r\n\0]/.test(to + subject)) return log.error({ to, subject }, 'mail not sent: a line break in its header');
      if (underWay.size >= MAX_WAITING) return log.warn({ to, subject }, 'mail not sent: too many wait already');
      const delivery = deliver(mail).finally(() => underWay.delete(delivery));
      underWay.add(delivery);
    },
    async close() {
      closing.abort();
      const settled = new AbortController();
      const limit = setTimeout(closeTimeoutMs, undefined, { signal: settled.signal }).catch(() => {});
      await Promise.race([Promise.all(underWay), limit]);
      settled.abort();
      transport.close({ force: true });
      await Promise.all(underWay); // what still waits has failed by that, and is logged
    },
  };
}
