import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildApi } from '../../src/api/server.ts';
import { hashPassword } from '../../src/identity/passwords.ts';
import { openPage, type Page } from '../support/browser.ts';
import { missing } from '../support/found.ts';
import { createScene, type Home, type Scene } from './scene.ts';

const WAIT = { timeout: 20_000, interval: 20 };

let scene: Scene;
let home: Home;
let email: string;
let password: string;

beforeAll(async () => {
  scene = await createScene();
  home = await scene.createOffice(await scene.createCustomer('Ours'), 'Berlin');
  password = randomUUID();
  const homes = [{ ...home, officeId: null, role: 'manager' as const }];
  ({ email } = await scene.createUser({ homes, passwordHash: await hashPassword(password) }));
});
afterAll(() => scene?.close());

describe('the page where a gateway is let in', () => {
  it('is there, for the link without a slash and with one', async () => {
    for (const url of ['/enrol', '/enrol/', '/enrol?code=BCDF-GHJK']) {
      const { status, headers, text } = await scene.get(url);
      expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      expect(text).toContain('<html lang="en">');
    }
  });

  it('finds all it loads, from this host alone', async () => {
    const { text } = await scene.get('/enrol');
    const loaded = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url as string);
    expect(loaded.filter((url) => url !== 'data:,')).toEqual(['/enrol/enrol.css', '/enrol/enrol.js']);
    for (const [url, type] of [
      ['/enrol/enrol.css', 'text/css'],
      ['/enrol/enrol.js', 'text/javascript'],
    ] as const) {
      const { status, headers } = await scene.get(url);
      expect([status, headers['content-type'], headers['x-content-type-options']]).toEqual([
        200,
        `${type}; charset=utf-8`,
        'nosniff',
      ]);
    }
    expect((await scene.get('/enrol/../package.json')).status).toBe(404);
  });

  it('has no code in it, and may do nothing else', async () => {
    const { text, headers } = await scene.get('/enrol');
    expect(text).not.toMatch(/<script[^>]*>\s*[^\s<]|<style|style=|\son[a-z]+=|https?:/i);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  });

  it('has a script that parses', async () => {
    const script = fileURLToPath(new URL('../../web/enrol/enrol.js', import.meta.url));
    await promisify(execFile)(process.execPath, ['--check', script], { timeout: 15_000 });
  });
});

describe.skipIf(missing('chromium'))('a person with a phone (chromium)', () => {
  let app: FastifyInstance;
  let page: Page | undefined;
  let address: string;

  beforeAll(async () => {
    app = await buildApi({ ...scene.parts, publicUrl: () => address });
    address = await app.listen({ host: '127.0.0.1', port: 0 });
  });
  beforeEach(() => scene.db.deleteFrom('throttle').execute());
  afterEach(async () => {
    await page?.close();
    page = undefined;
  });
  afterAll(() => app?.close());

  const ask = async (payload: object) =>
    (await scene.request({ method: 'POST', url: '/gateway/api/v1/enrolment/code', payload })).body;
  const redeem = (deviceCode: string) =>
    scene.request({ method: 'POST', url: '/gateway/api/v1/enrolment/token', payload: { deviceCode } });

  /** Opens the page, and speaks of it as a person does. */
  async function open(path = '/enrol') {
    const opened = await openPage(address + path);
    page = opened;
    const heading = () =>
      opened.evaluate("[...document.querySelectorAll('h1')].find((h) => h.checkVisibility())?.textContent ?? ''");
    const read = (id: string): Promise<string> => opened.evaluate(`document.getElementById('${id}').textContent`);
    return {
      ...opened,
      read,
      sees: (text: string) => vi.waitFor(async () => expect(await heading()).toBe(text), WAIT),
      hears: (text: string) => vi.waitFor(async () => expect(await read('message')).toContain(text), WAIT),
      /** Which control has the focus. */
      focus: (): Promise<string> => opened.evaluate('document.activeElement.id || document.activeElement.textContent'),
      async signIn(secret = password) {
        await opened.evaluate("document.getElementById('email').value = ''");
        await opened.evaluate("document.getElementById('email').focus()");
        await opened.type(email);
        await opened.press('Tab');
        await opened.type(secret);
        await opened.press('Enter');
      },
    };
  }

  it('lets a new gateway in by keys alone, and nothing is complained of', async () => {
    const { deviceCode, verificationUriComplete, userCode } = await ask({
      serialNumber: 'RPI5-<b>1</b>',
      softwareVersion: '2.4.1',
    });
    const person = await open(verificationUriComplete.replace('https://iot.example.org', ''));
    await person.sees('Let a gateway in');
    await person.signIn();
    await person.sees('Is this your gateway?');
    expect(await person.read('serial-number')).toBe('RPI5-<b>1</b>');
    expect([await person.read('software'), await person.read('hardware')]).toEqual(['2.4.1', 'not said']);
    expect(await person.read('shown-code')).toBe(userCode);
    await person.press('Tab'); // the office, since there is no gateway to replace
    expect(await person.focus()).toBe('office');
    await person.press('Tab');
    await person.type('By the window');
    await person.press('Tab');
    expect(await person.focus()).toBe('Let it in');
    await person.press('Enter');
    await person.sees('The gateway is in');
    const { body } = await redeem(deviceCode);
    const gateway = await scene.db
      .selectFrom('gateway')
      .where('id', '=', body.gatewayId)
      .selectAll()
      .executeTakeFirstOrThrow();
    expect([gateway.label, gateway.office_id]).toEqual(['By the window', home.officeId]);
    expect(person.complaints).toEqual([]);
    await scene.db.deleteFrom('gateway').where('id', '=', gateway.id).execute();
  });

  it('replaces a gateway whose id the new hardware brings', async () => {
    await scene.createGateway(home, 'Another');
    const gatewayId = await scene.createGateway(home, 'Cellar');
    const { deviceCode, verificationUriComplete } = await ask({ gatewayId });
    const person = await open(verificationUriComplete.replace('https://iot.example.org', ''));
    await person.signIn();
    await person.sees('Is this your gateway?');
    expect(await person.evaluate("document.getElementById('gateway').selectedOptions[0].text")).toBe('Cellar (Berlin)');
    await person.evaluate("document.querySelector('#decide button').click()");
    await person.sees('The gateway is in');
    expect((await redeem(deviceCode)).body.gatewayId).toBe(gatewayId);
  });

  it('types a code, hears what is wrong, and turns a gateway away', async () => {
    const { deviceCode, userCode } = await ask({});
    const person = await open();
    await person.signIn('wrong');
    await person.hears('The email address or the password is wrong.');
    await person.signIn();
    await person.sees('Which gateway?');
    await person.press('Tab');
    expect(await person.focus()).toBe('code');
    await person.type('BBBB-BBBB');
    await person.press('Enter');
    await person.hears('No gateway waits under this code.');
    await person.evaluate("document.getElementById('code').select()");
    await person.type(userCode.toLowerCase().replace('-', ' '));
    await person.press('Enter');
    await person.sees('Is this your gateway?');
    await person.evaluate("document.getElementById('deny').click()");
    await person.sees('The gateway was turned away');
    expect((await redeem(deviceCode)).body.code).toBe('ACCESS_DENIED');
    await person.evaluate("document.getElementById('another').click()");
    await person.press('Tab');
    await person.type(userCode);
    await person.press('Enter');
    await person.hears('somebody decided already: the gateway was denied');
  });

  it('finds the whole page on a narrow screen, with a name for each control, in light and in dark', async () => {
    await scene.createGateway(home, 'A name that is rather long for a gateway, and would not fit on a narrow screen');
    const { verificationUriComplete } = await ask({ serialNumber: 'X'.repeat(128) });
    const person = await open(verificationUriComplete.replace('https://iot.example.org', ''));
    await expectUsable(person);
    await person.signIn();
    await person.sees('Is this your gateway?');
    await expectUsable(person);
    await person.press('Tab');
    await person.press('ArrowDown');
    expect(await person.evaluate("document.getElementById('as-existing').checkVisibility()")).toBe(true);
    await expectUsable(person);
    for (const value of ['light', 'dark']) {
      await person.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] });
      const ground = await person.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(ground).toBe(value === 'light' ? 'rgb(244, 246, 248)' : 'rgb(16, 21, 27)');
    }
  });

  async function expectUsable({ evaluate, send }: Page) {
    expect(await evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    const { nodes } = await send('Accessibility.getFullAXTree');
    const controls = nodes.filter(({ ignored, role }: { ignored: boolean; role?: { value: string } }) => {
      return !ignored && /^(textbox|button|combobox|radio)$/i.test(role?.value ?? '');
    });
    expect(controls.length).toBeGreaterThan(2);
    for (const { name, role } of controls) expect(name.value, role.value).not.toBe('');
  }
});
