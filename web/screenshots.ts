import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';

/**
 * `npm run screenshots -- <folder>`: every view, in light and dark, on a desktop and a phone, of the StepCloud at STEPCLOUD_URL as the person
 * of STEPCLOUD_EMAIL and STEPCLOUD_PASSWORD. For eyes, before a release.
 */
const {
  STEPCLOUD_URL: url = 'http://127.0.0.1:8080',
  STEPCLOUD_EMAIL: email = 'demo@stepcloud.example',
  STEPCLOUD_PASSWORD: password = '',
  CHROMIUM: executablePath = '/usr/bin/chromium',
} = process.env;
const folder = process.argv[2] ?? 'screenshots';
const SIZES = { desktop: { width: 1280, height: 860 }, phone: { width: 390, height: 844 } };
const SCHEMES = ['light', 'dark'] as const;

/** For everybody, then for who is signed in. */
const OPEN = ['/sign-in', '/forgotten-password', '/enrol', '/reset-password#token=none', '/gateway/asyncapi'];
const OWN = [
  ...['/', '/devices', '/devices/pending', '/tasks', '/gateways', '/gateways/enrolments', '/gateways/enrolment-keys'],
  ...['/dead-letters', '/account', '/account?tab=tokens', '/account?tab=members', '/account?tab=offices', '/nowhere'],
];
/** What a list leads to: its name, and a part of the link to one of it. */
const FROM_LISTS = [
  { list: '/devices', name: 'device', link: '/devices/' },
  { list: '/tasks', name: 'event', link: '/events/' },
  { list: '/gateways', name: 'gateway', link: '/gateways/' },
  { list: '/dead-letters', name: 'dead-letter', link: '/dead-letters/' },
] as const;
const TABS = { gateway: ['connectivity', 'sessions', 'settings'] } as Record<string, readonly string[]>;

/** Opens a view and waits until it has drawn what it asked for. */
async function open(page: Page, path: string): Promise<void> {
  await page.goto(url + path);
  await page.locator('h1:visible, .v-empty-state:visible').first().waitFor();
  await page.waitForTimeout(500);
  await page.locator('.v-skeleton-loader, .v-progress-linear__indeterminate').first().waitFor({ state: 'hidden' });
  await page.waitForTimeout(500); // transitions
}

/** Keeps the picture of a view in both schemes, as long as the view is; of the document of MQTT, which is very long, its begin. */
async function take(page: Page, path: string, name: string): Promise<void> {
  await open(page, path);
  const width = page.viewportSize()?.width ?? 0;
  const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
  if (wide > width) console.warn(`${path} is ${wide} pixels wide, of ${width}`);
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.waitForTimeout(750);
    await page.screenshot({
      path: join(folder, `${name}-${colorScheme}.png`),
      fullPage: !path.startsWith('/gateway/asyncapi'),
    });
  }
  console.log(name, path);
}

async function linksTo(page: Page, list: string, part: string): Promise<string[]> {
  await open(page, list);
  const links = await page.locator(`#content table a[href*="${part}"]`).all();
  return Promise.all(links.map(async (link) => (await link.getAttribute('href')) ?? ''));
}

const nameOf = (path: string): string => path.replace(/[^a-z]+/g, '-').replace(/^-|-$/g, '') || 'overview';

async function takeAll(page: Page, size: string): Promise<void> {
  for (const path of OPEN) await take(page, path, `${size}-${nameOf(path)}`);
  await page.goto(url);
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor({ state: 'attached' });
  for (const path of OWN) await take(page, path, `${size}-${nameOf(path)}`);
  for (const { list, name, link } of FROM_LISTS) {
    const [one] = await linksTo(page, list, link);
    if (!one) continue;
    await take(page, one, `${size}-${name}`);
    for (const tab of TABS[name] ?? []) await take(page, `${one}?tab=${tab}`, `${size}-${name}-${tab}`);
  }
  const [a, b] = (await linksTo(page, '/tasks', '/events/')).map((path) =>
    path.replace('/devices/', '').replace('/events', ''),
  );
  if (b) await take(page, `/tasks/compare?event=${a}&event=${b}`, `${size}-comparison`);
  if ((await page.locator('nav a[href="/platform"]').count()) === 0) return;
  await open(page, '/platform');
  const areas = await page.locator('#content nav a').all();
  const paths = await Promise.all(areas.map((area) => area.getAttribute('href')));
  for (const path of paths) if (path) await take(page, path, `${size}-${nameOf(path)}`);
}

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
await mkdir(folder, { recursive: true });
for (const [size, viewport] of Object.entries(SIZES)) {
  const page = await browser.newPage({ viewport, reducedMotion: 'reduce' });
  page.setDefaultTimeout(120_000);
  await takeAll(page, size);
  await page.context().close();
}
await browser.close();
