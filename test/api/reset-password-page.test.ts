import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildApi } from '../../src/api/server.ts';
import { openPage, type Page } from '../support/browser.ts';
import { missing } from '../support/found.ts';
import { createScene, type Scene } from './scene.ts';

const WAIT = { timeout: 20_000, interval: 20 };

let scene: Scene;
beforeAll(async () => {
  scene = await createScene({ mail: true });
});
afterAll(() => scene?.close());

describe('the page where a password is set', () => {
  it('is there with its script, and may do nothing else', async () => {
    const { status, headers, text } = await scene.get('/reset-password');
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).not.toMatch(/<script[^>]*>\s*[^\s<]|<style|style=|\son[a-z]+=|https?:/i);
    const loaded = [...text.matchAll(/<(?:script|link|img)[^>]* (?:src|href)="(\/[^"]+)"/g)].map(
      ([, url]) => url as string,
    );
    expect(loaded).toContain('/reset-password/reset-password.js');
    for (const url of loaded) expect.soft((await scene.get(url)).status, url).toBe(200);
    expect(String(headers['content-security-policy'])).toContain("default-src 'none'; script-src 'self'");
  });
});

describe.skipIf(missing('chromium'))('a person who has forgotten the password (chromium)', () => {
  let app: FastifyInstance;
  let page: Page | undefined;
  let address: string;

  beforeAll(async () => {
    app = await buildApi({ ...scene.parts, publicUrl: () => address });
    address = await app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterEach(async () => {
    await page?.close();
    page = undefined;
  });
  afterAll(() => app?.close());

  const read = (id: string): Promise<string> => (page as Page).evaluate(`document.getElementById('${id}').textContent`);

  it('sets another by the link in the mail, once', async () => {
    const { email } = await scene.createUser();
    await app.inject({ method: 'POST', url: '/api/v1/password/recovery', payload: { email } });
    const mail = await vi.waitFor(() => {
      const found = scene.mails.find(({ to }) => to === email);
      if (!found) throw new Error('the mail has not come yet');
      return found;
    }, WAIT);
    const [link] = /http\S+#token=\S+/.exec(mail.text) as RegExpExecArray;

    page = await openPage(link);
    await page.evaluate("document.getElementById('password').focus()");
    await page.type(email);
    await page.press('Enter');
    await vi.waitFor(
      async () => expect(await read('message')).toContain('the new password is the email address'),
      WAIT,
    );
    await page.evaluate("document.getElementById('password').select()");
    await page.type('correct horse battery staple');
    await page.press('Enter');
    const isDone = () => page?.evaluate("document.getElementById('done').checkVisibility()");
    await vi.waitFor(async () => expect(await isDone()).toBe(true), WAIT);
    const payload = new URLSearchParams({ username: email, password: 'correct horse battery staple' }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const login = await app.inject({ method: 'POST', url: '/api/v1/login/access-token', headers, payload });
    expect(login.statusCode).toBe(200);
    await page.close();

    page = await openPage(link);
    await page.evaluate("document.getElementById('password').focus()");
    await page.type('another one that is long');
    await page.press('Enter');
    await vi.waitFor(async () => expect(await read('message')).toContain('the link was used before'), WAIT);
  });

  it('hears that a link is not whole', async () => {
    page = await openPage(`${address}/reset-password`);
    expect(await read('message')).toContain('This link is not whole.');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  });
});
