import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { vi } from 'vitest';
import { found } from '../support/found.ts';
import type { Mailbox } from '../support/mailbox.ts';

export type { Page };

/** What a page complained of: errors of scripts, what the content policy blocked, requests that failed; but not that nobody is signed in yet. */
const complaints = new WeakMap<Page, string[]>();
export const complaintsOf = (page: Page): string[] => complaints.get(page) ?? [];

/** The browser of this machine. Without a sandbox, since in a container there is none to be had; it sees our own pages only. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: found('chromium') as string, args: ['--no-sandbox', '--disable-gpu'] });
}

/** A page with cookies and storage of its own, in one language and time zone wherever the test runs. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Berlin', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const heard: string[] = [];
  complaints.set(page, heard);
  page.on('pageerror', (error) => heard.push(String(error.stack ?? error)));
  page.on('console', (message) => {
    const { url } = message.location();
    const asksForSession = url.endsWith('/login/refresh') && message.text().includes('401');
    if (['error', 'warning'].includes(message.type()) && !asksForSession) heard.push(`${message.text()} ${url}`);
  });
  return page;
}

export async function signIn(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  const address = page.getByLabel('Email address');
  await address.and(page.locator(':focus')).waitFor();
  await address.fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor({ state: 'attached' });
}

/** By the link of the newest mail to somebody, as they would. */
export async function setPassword(
  page: Page,
  url: string,
  { mails }: Mailbox,
  email: string,
  password: string,
): Promise<void> {
  const token = await vi.waitFor(() => {
    const [, found] = /#(token=\S+)/.exec(mails.findLast(({ to }) => to === email)?.text ?? '') ?? [];
    if (!found) throw new Error(`no mail with a link has come to ${email}`);
    return found;
  }, 10_000);
  await page.goto(`${url}/reset-password#${token}`);
  await page.getByLabel('New password').fill(password);
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.getByText('The password is set').waitFor();
}
