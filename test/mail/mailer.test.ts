import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type MailerOptions, openMailer } from '../../src/mail/mailer.ts';
import { type Mailbox, openMailbox } from '../support/mailbox.ts';

const WAIT = { timeout: 20_000, interval: 20 };
const MAIL = { to: 'ada@example.org', subject: 'Hello', text: 'a secret link\n' };

const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function mailbox(...options: Parameters<typeof openMailbox>): Promise<Mailbox> {
  const box = await openMailbox(...options);
  opened.push(box);
  return box;
}

/** A mailer and what it logged. */
function mailerTo(smtpUrl: string | undefined, options: Partial<MailerOptions> = {}) {
  const lines: Record<string, unknown>[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const from = 'StepCloud <stepcloud@example.com>';
  const mailer = openMailer({ smtpUrl, from, isDevelopment: false, log, retryPausesMs: [20, 20], ...options });
  opened.push(mailer);
  const messages = () => lines.map(({ msg }) => msg);
  return { mailer, lines, messages };
}

/** A port on which nobody listens for now. */
async function freePort(): Promise<number> {
  const box = await openMailbox();
  await box.close();
  return box.port;
}

/** Refuses every recipient with this code. */
const refusing = (responseCode: number) => {
  const asked: string[] = [];
  const onRcptTo = ({ address }: { address: string }, _: unknown, done: (error?: Error) => void) => {
    asked.push(address);
    done(Object.assign(new Error('not today'), { responseCode }));
  };
  return { asked, onRcptTo };
};

describe('a mail', () => {
  it('arrives, with every character and long lines', async () => {
    const box = await mailbox();
    const { mailer, lines } = mailerTo(box.url);
    expect(mailer.isConfigured).toBe(true);
    const text = `Grüße, 東京 🔑\n\n${'https://iot.example.org/recover#'.padEnd(300, 'x')}\n.\nFrom here on\n`;
    mailer.send({ to: 'ada@example.org', subject: 'Schlüssel für „Büro 1“', text });
    await expect
      .poll(() => box.mails, WAIT)
      .toMatchObject([
        { to: 'ada@example.org', from: 'StepCloud <stepcloud@example.com>', subject: 'Schlüssel für „Büro 1“', text },
      ]);
    expect(lines).toEqual([]);
  });

  it.each(['ada@example.org, eve@example.net', 'Eve <eve@example.net>', '"eve@example.net ada"@example.org'])(
    'goes to nobody else, whatever the address says: %s',
    async (to) => {
      const box = await mailbox();
      const { mailer } = mailerTo(box.url);
      mailer.send({ ...MAIL, to });
      mailer.send(MAIL);
      await expect.poll(() => box.mails.map((mail) => mail.to), WAIT).toContain('ada@example.org');
      await mailer.close();
      expect(box.mails.map((mail) => mail.to)).not.toContain('eve@example.net');
    },
  );

  it.each([
    { ...MAIL, to: 'ada@example.org\r\nBcc: eve@example.net' },
    { ...MAIL, subject: 'Hello\r\nBcc: eve@example.net' },
    { ...MAIL, subject: 'Hello\nBcc: eve@example.net' },
    { ...MAIL, subject: 'Hello\r\n\r\nanother text' },
  ])('with a line break in its header is not sent: %o', async (mail) => {
    const box = await mailbox();
    const { mailer, messages } = mailerTo(box.url);
    mailer.send(mail);
    await mailer.close();
    expect(box.mails).toEqual([]);
    expect(messages()).toEqual(['mail not sent: a line break in its header']);
  });

  it('waits for a server that is away, and arrives when it is back', async () => {
    const port = await freePort();
    const { mailer, messages } = mailerTo(`smtp://127.0.0.1:${port}`, { retryPausesMs: Array(500).fill(20) });
    mailer.send(MAIL);
    await vi.waitFor(() => expect(messages()).toContain('mail not sent yet'), WAIT);
    const box = await mailbox({ port });
    await expect.poll(() => box.mails, WAIT).toMatchObject([MAIL]);
  });

  it('arrives though the server started again in between', async () => {
    const first = await openMailbox();
    const { mailer } = mailerTo(first.url, { retryPausesMs: Array(500).fill(20) });
    mailer.send(MAIL);
    await expect.poll(() => first.mails, WAIT).toHaveLength(1);
    await first.close();
    const second = await mailbox({ port: first.port });
    mailer.send({ ...MAIL, subject: 'Hello again' });
    await expect.poll(() => second.mails.map(({ subject }) => subject), WAIT).toEqual(['Hello again']);
  });

  it('is tried again where the refusal is for now, and given up in the end', async () => {
    const { asked, onRcptTo } = refusing(451);
    const { mailer, lines, messages } = mailerTo((await mailbox({ onRcptTo })).url);
    mailer.send(MAIL);
    await vi.waitFor(
      () => expect(messages()).toEqual(['mail not sent yet', 'mail not sent yet', 'mail not sent']),
      WAIT,
    );
    expect(asked).toHaveLength(3);
    expect(lines.at(-1)).toMatchObject({ level: 50, to: MAIL.to, subject: MAIL.subject });
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it('is given up at once where the refusal is for good', async () => {
    const { asked, onRcptTo } = refusing(550);
    const { mailer, messages } = mailerTo((await mailbox({ onRcptTo })).url);
    mailer.send(MAIL);
    await vi.waitFor(() => expect(messages()).toEqual(['mail not sent']), WAIT);
    expect(asked).toHaveLength(1);
  });

  it('is dropped with a warning where a thousand wait already', async () => {
    const box = await mailbox();
    const { mailer, messages } = mailerTo(box.url);
    for (let n = 0; n < 1_010; n++) mailer.send(MAIL);
    await expect.poll(() => box.mails, WAIT).toHaveLength(1_000);
    expect(messages()).toEqual(Array(10).fill('mail not sent: too many wait already'));
    mailer.send({ ...MAIL, subject: 'Room again' });
    await expect.poll(() => box.mails.at(-1)?.subject, WAIT).toBe('Room again');
  });
});

describe('closing', () => {
  it('waits for what is under way', async () => {
    const box = await mailbox();
    const { mailer } = mailerTo(box.url);
    for (let n = 0; n < 20; n++) mailer.send(MAIL);
    await mailer.close();
    expect(box.mails).toHaveLength(20);
  });

  it('tries what waits for its next attempt once more, and then gives up', async () => {
    const port = await freePort();
    const { mailer, messages } = mailerTo(`smtp://127.0.0.1:${port}`, { retryPausesMs: [3_600_000, 3_600_000] });
    mailer.send(MAIL);
    await vi.waitFor(() => expect(messages()).toEqual(['mail not sent yet']), WAIT);
    await mailer.close();
    expect(messages()).toEqual(['mail not sent yet', 'mail not sent']);
  });

  it('does not wait for ever for a server that says nothing', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `smtp://127.0.0.1:${(server.address() as { port: number }).port}`;
    const { mailer, messages } = mailerTo(url, { closeTimeoutMs: 200 });
    mailer.send(MAIL);
    await vi.waitFor(() => expect(sockets).toHaveLength(1), WAIT);
    await mailer.close();
    expect(messages()).toEqual(['mail not sent']);
    const closed = once(server, 'close');
    server.close();
    await closed;
  });
});

describe('without a mail server', () => {
  it('the whole mail is shown in the log, in development', () => {
    const { mailer, lines } = mailerTo(undefined, { isDevelopment: true });
    expect(mailer.isConfigured).toBe(true);
    mailer.send(MAIL);
    const { to, subject, text } = MAIL;
    expect(lines).toMatchObject([{ level: 30, to, subject, msg: expect.stringContaining(text) }]);
  });

  it('nothing is sent in production, and a warning says so without the text', () => {
    const { mailer, lines } = mailerTo(undefined);
    expect(mailer.isConfigured).toBe(false);
    mailer.send(MAIL);
    expect(lines).toMatchObject([{ level: 40, to: MAIL.to, subject: MAIL.subject }]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });
});
