import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import type { FastifyInstance } from 'fastify';
import { Check, Errors } from 'typebox/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDocument } from '../../src/api/asyncapi/document.ts';
import { html, prose } from '../../src/api/asyncapi/html.ts';
import { mqttUrls, serversOf } from '../../src/api/asyncapi/servers.ts';
import type { AsyncApi, Channel, Message, Reference } from '../../src/api/asyncapi/types.ts';
import { buildApi } from '../../src/api/server.ts';
import { REFUSAL_CODES, WARNING_CODES } from '../../src/errors.ts';
import { DOWNLINKS } from '../../src/messages/downlink.ts';
import { KINDS } from '../../src/messages/kinds.ts';
import { routeTopic } from '../../src/messages/topics.ts';
import { openPage, type Page } from '../support/browser.ts';
import { missing } from '../support/found.ts';
import { createScene, type Scene } from './scene.ts';

/** What the AsyncAPI Initiative says that a document of version 3.0.0 is. */
const OFFICIAL = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0.json');
const URLS = ['mqtts://iot.example.org:8883', 'wss://iot.example.org/mqtt'];

let scene: Scene;
beforeAll(async () => {
  scene = await createScene();
});
afterAll(() => scene?.close());

describe('the AsyncAPI document', () => {
  const document = createDocument({ version: '1.2.3', urls: URLS, maxPacketBytes: 1024 });
  const text = JSON.stringify(document);
  const channels = Object.entries(document.channels);
  const actionOf = (name: string) =>
    Object.values(document.operations).find(({ channel }) => channel.$ref === `#/channels/${name}`)?.action;

  it('is there for programs', async () => {
    const { status, headers, body } = await scene.get('/gateway/asyncapi.json');
    expect([status, headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
    expect(Object.keys(body.channels)).toEqual(Object.keys(document.channels));
    expect(body.info).toMatchObject({ title: 'StepCloud over MQTT', version: '1.2.3' });
    expect(Object.values(body.servers as AsyncApi['servers']).map(({ host }) => host)).toEqual([
      'iot.example.org:8883',
      'iot.example.org',
    ]);
  });

  it('is AsyncAPI 3.0.0, and would not be with a fault in it', () => {
    const isAsyncApi = new Ajv({ strict: false, validateFormats: false, meta: false }).compile(OFFICIAL);
    isAsyncApi(document);
    expect(isAsyncApi.errors).toBeNull();
    const broken = { ...document, channels: { readings: { ...document.channels.readings, addres: 'x' } } };
    expect(isAsyncApi(broken)).toBe(false);
  });

  it('resolves every reference', () => {
    const references = [...text.matchAll(/"\$ref":"(#[^"]+)"/g)].map(([, reference]) => reference as string);
    expect(references.length).toBeGreaterThan(50);
    for (const reference of references) expect(at(document, reference), reference).toBeDefined();
  });

  it('has the topics of every kind, without a ref and with one, as the broker reads them, and those of every downlink', () => {
    const examples = (address: string) =>
      address.replace(/\{(\w+)\}/g, (_, name) => String(document.components.parameters[name]?.examples[0]));
    const [gatewayId = ''] = document.components.parameters.gatewayId?.examples ?? [];
    const routed = channels
      .filter(([name]) => actionOf(name) === 'receive')
      .map(([, { address }]) => routeTopic(examples(address), gatewayId))
      .map((route) => ('kind' in route ? `${route.kind.name} ${route.deviceKey} ${route.ref}` : route.detail));
    const expected = KINDS.flatMap(({ name, levels }) =>
      ['undefined', '42'].map((ref) => `${name} ${levels.includes(':device') ? 'printer-1' : undefined} ${ref}`),
    );
    expect(routed.sort()).toEqual(expected.sort());
    const told = channels.filter(([name]) => actionOf(name) === 'send').map(([, { address }]) => address);
    expect(told).toEqual(Object.keys(DOWNLINKS).map((name) => `v1/gateways/{gatewayId}/down/${name}`));
  });

  it('says what each parameter of a topic is', () => {
    for (const [name, { address, parameters }] of channels) {
      const used = [...address.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
      expect(Object.keys(parameters), name).toEqual(used);
    }
    for (const key of document.components.parameters.deviceKey?.examples ?? []) {
      const route = routeTopic(`v1/gateways/g/devices/${key}/readings`, 'g');
      expect(route, key).toMatchObject({ deviceKey: decodeURIComponent(key) });
    }
  });

  it('has examples of every message that are as it describes them', () => {
    for (const { name, payload, examples } of Object.values(document.components.messages)) {
      expect(examples.length, name).toBeGreaterThan(0);
      const schema = { ...payload, components: document.components };
      for (const example of examples) expect(Errors(schema, example.payload)[1], name).toEqual([]);
      expect(Check(schema, 5), name).toBe(false);
    }
  });

  it('lists every code of a refusal or warning with its meaning', () => {
    const { description = '', enum: codes } = document.components.schemas.ErrorReport?.properties?.code ?? {};
    expect(codes).toEqual(Object.keys({ ...REFUSAL_CODES, ...WARNING_CODES }));
    for (const [code, meaning] of Object.entries({ ...REFUSAL_CODES, ...WARNING_CODES }))
      expect(description).toContain(`\`${code}\`: ${meaning}`);
  });

  it('says how to connect and at which QoS', () => {
    expect(document.components.securitySchemes.gatewayToken).toMatchObject({ type: 'userPassword' });
    for (const { security, protocolVersion, bindings } of Object.values(document.servers)) {
      expect(security.map((reference) => at(document, reference.$ref))).toEqual([expect.anything()]);
      expect(protocolVersion).toBe('3.1.1');
      expect(bindings).toMatchObject({ mqtt: { cleanSession: true, lastWill: { qos: 1, retain: false } } });
    }
    for (const { bindings } of Object.values(document.operations))
      expect(bindings).toMatchObject({ mqtt: { qos: 1, retain: false } });
  });

  it('has each message once, on all of its topics', () => {
    const { messages } = document.components;
    expect(Object.keys(messages)).toHaveLength(KINDS.length + Object.keys(DOWNLINKS).length);
    const referred = channels.flatMap(([, channel]: [string, Channel]) => Object.values(channel.messages));
    const named = referred.map((reference: Reference) => (at(document, reference.$ref) as Message).name);
    expect(new Set(named)).toEqual(new Set(Object.keys(messages)));
  });
});

describe('where gateways reach MQTT', () => {
  const listening = { host: '0.0.0.0', port: 1883, webSocketPort: undefined, tls: undefined, publicUrls: [] };
  const tls = { port: 8883, certFile: '', keyFile: '' };
  it.each([
    ['where the broker listens', listening, undefined, ['mqtt://0.0.0.0:1883']],
    ['under the public name', listening, 'https://iot.example.org/x', ['mqtt://iot.example.org:1883']],
    ['not on a port that nobody knows yet', { ...listening, port: 0 }, undefined, []],
    [
      'over all that is open',
      { ...listening, host: '::1', webSocketPort: 8083, tls },
      undefined,
      ['mqtt://[::1]:1883', 'mqtts://[::1]:8883', 'ws://[::1]:8083/mqtt'],
    ],
    ['as the operator says', { ...listening, publicUrls: URLS }, 'https://other.example.org', URLS],
  ])('%s', (_, mqtt, publicUrl, urls) => {
    expect(mqttUrls(mqtt, publicUrl)).toEqual(urls);
  });

  it('may be several places of one protocol', () => {
    const servers = serversOf([
      'mqtts://one.example.org',
      'mqtt://two.example.org:1884',
      'mqtts://three.example.org:443',
    ]);
    expect(Object.entries(servers).map(([name, { protocol, host }]) => `${name} ${protocol} ${host}`)).toEqual([
      'mqtts mqtts one.example.org',
      'mqtt mqtt two.example.org:1884',
      'mqtts-2 mqtts three.example.org:443',
    ]);
  });
});

describe('its page', () => {
  it('is there, with and without a slash, and loads its style from here', async () => {
    for (const url of ['/gateway/asyncapi', '/gateway/asyncapi/']) {
      const { status, headers, text } = await scene.get(url);
      expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      expect([...text.matchAll(/<link[^>]*href="(\/[^"]*)"/g)].map(([, file]) => file)).toEqual([
        '/gateway/asyncapi/asyncapi.css',
      ]);
    }
    const style = await scene.get('/gateway/asyncapi/asyncapi.css');
    expect([style.status, style.headers['content-type']]).toEqual([200, 'text/css; charset=utf-8']);
  });

  it('has no code in it, leads to no other host, and may do nothing else', async () => {
    const { text, headers } = await scene.get('/gateway/asyncapi');
    expect(text).not.toMatch(/<script|<style|style=|\son[a-z]+=|https?:/i);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  });

  it('has a place for every link within it, and each place once', async () => {
    const { text } = await scene.get('/gateway/asyncapi');
    const places = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(places).size).toBe(places.length);
    const links = [...text.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(places).toEqual(expect.arrayContaining(links));
    for (const [, url = ''] of text.matchAll(/<a href="(\/[^"]*)"/g))
      expect((await scene.get(url)).status, url).toBe(200);
  });

  it('shows every topic, code and field', async () => {
    const { text } = await scene.get('/gateway/asyncapi');
    const { body } = await scene.get('/gateway/asyncapi.json');
    const fields = [...JSON.stringify(body.components.schemas).matchAll(/"properties":\{"(\w+)"/g)].map(
      ([, name]) => name,
    );
    expect(fields.length).toBeGreaterThan(10);
    const addresses = Object.values(body.channels as AsyncApi['channels']).map(({ address }) => address);
    for (const name of [...fields, ...addresses, ...Object.keys(REFUSAL_CODES)])
      expect.soft(text.includes(`<code>${name}</code>`), name).toBe(true);
  });

  it('is led to from the page of the gateway API', async () => {
    const { body } = await scene.get('/gateway/docs/json');
    expect(body.info.description).toContain('(/gateway/asyncapi)');
  });

  it('takes text for text, wherever it stands', () => {
    const hostile = '<b>&"</b>';
    expect(html`<p>${hostile}${[hostile]}</p>`.markup).not.toContain('<b>');
    const [paragraph, list] = prose(`a \`<i>\` **b** [c](/d) [e](javascript:x)\n\n- ${hostile}\n- f`);
    expect(paragraph?.markup).toBe(
      '<p>a <code>&lt;i&gt;</code> <strong>b</strong> <a href="/d">c</a> [e](javascript:x)</p>',
    );
    expect(list?.markup).toBe('<ul><li>&lt;b&gt;&amp;&quot;&lt;/b&gt;</li><li>f</li></ul>');
  });
});

describe.skipIf(missing('chromium'))('a person who reads it (chromium)', () => {
  let app: FastifyInstance;
  let page: Page;
  beforeAll(async () => {
    app = await buildApi(scene.parts);
    page = await openPage(`${await app.listen({ host: '127.0.0.1', port: 0 })}/gateway/asyncapi`);
  });
  afterAll(async () => {
    await page?.close();
    await app?.close();
  });

  it('finds it whole on a narrow screen, in light and in dark, and nothing is complained of', async () => {
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    for (const [value, ground] of [
      ['light', 'rgb(244, 246, 248)'],
      ['dark', 'rgb(16, 21, 27)'],
    ]) {
      await page.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] });
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(ground);
    }
    expect(page.complaints).toEqual([]);
  });

  it('gets past the contents and around by keys alone', async () => {
    await page.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip the contents');
    expect(await page.evaluate('document.activeElement.getBoundingClientRect().left')).toBeGreaterThanOrEqual(0);
    await page.press('Enter');
    expect(await page.evaluate('location.hash')).toBe('#main');
    await page.press('Tab');
    expect(await page.evaluate("document.querySelector('main').contains(document.activeElement)")).toBe(true);
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
  });
});

/** What a reference within a document leads to. */
function at(document: unknown, reference: string): unknown {
  const names = reference.slice(2).split('/');
  return names.reduce((part, name) => (part as Record<string, unknown> | undefined)?.[name], document);
}
