import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';

/**
 * `npm run screenshots -- <folder>`: every place of the main navigation, and the first thing in it, in light and dark, on a desktop and a
 * phone, of the StepCloud at STEPCLOUD_URL as the person of STEPCLOUD_EMAIL and STEPCLOUD_PASSWORD. For eyes, before a release.
 */
const {
  STEPCLOUD_URL: url = 'http://127.0.0.1:8080',
  STEPCLOUD_EMAIL: email = 'demo@stepcloud.example',
  STEPCLOUD_PASSWORD: password = '',
  CHROMIUM: executablePath = '/usr/bin/chromium',
} = process.env;
const folder = process.argv[2] ?? 'screenshots';
const SIZES = { desktop: { width: 1280, height: 860 }, phone: { width: 390, height: 844 } };

async function signIn(page: Page): Promise<void> {
  await page.goto(url);
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor({ state: 'attached' });
}

/** Opens a view, waits until it has drawn what it asked for, and keeps its picture. */
async function take(page: Page, path: string, name: string): Promise<void> {
  await page.goto(url + path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('.v-skeleton-loader').first().waitFor({ state: 'detached' });
  await page.waitForTimeout(1_000); // transitions
  await page.screenshot({ path: join(folder, `${name}.png`) });
  console.log(name, path);
}

async function hrefsOf(page: Page, selector: string): Promise<string[]> {
  const links = await page.locator(selector).all();
  return Promise.all(links.map(async (link) => (await link.getAttribute('href')) ?? ''));
}

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
await mkdir(folder, { recursive: true });
for (const [size, viewport] of Object.entries(SIZES)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ viewport, colorScheme, reducedMotion: 'reduce' });
    await signIn(page);
    const name = (path: string) => `${path.split('/').filter(Boolean)[0] ?? 'overview'}-${size}-${colorScheme}`;
    for (const path of await hrefsOf(page, 'nav .v-list a')) {
      await take(page, path, name(path));
      const [first] = await hrefsOf(page, '#content tbody th a');
      if (first) await take(page, first, `${name(path)}-one`);
      if (first?.includes('/events/')) {
        const [comparison] = await hrefsOf(page, '#content a[href*="/tasks/compare"]');
        if (comparison) await take(page, comparison, `${name(path)}-compared`);
      }
    }
    await page.context().close();
  }
}
await browser.close();
