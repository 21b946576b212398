import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../src/api/app.ts';
import { loadConfig } from '../../src/config.ts';
import { createLog } from '../../src/telemetry/log.ts';

const CLIENT = '198.51.100.7';
const apps: App[] = [];

/** What the API takes for the client's address when it is asked from this address. */
async function seen(trustedProxies: readonly string[], remoteAddress: string, forwardedFor?: string) {
  const app = await createApp(createLog('test', { level: 'silent', pretty: false }), trustedProxies);
  apps.push(app);
  app.get('/ip', async ({ ip }) => ip);
  const headers = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor };
  return (await app.inject({ url: '/ip', remoteAddress, headers })).body;
}

let ofCompose: readonly string[];
beforeAll(async () => {
  const env = { DATABASE_URL: 'postgres://x/y', HTTP_TRUSTED_PROXIES: '172.16.0.0/12, 192.168.0.0/16,fd00::/8' };
  ofCompose = (await loadConfig(env)).http.trustedProxies;
});
afterAll(() => Promise.all(apps.map((app) => app.close())));

describe("the client's address", () => {
  it('is what a trusted proxy says', async () => {
    expect(await seen(ofCompose, '172.18.0.5', CLIENT)).toBe(CLIENT);
    expect(await seen(ofCompose, '::ffff:192.168.1.5', CLIENT)).toBe(CLIENT);
    expect(await seen(ofCompose, 'fd12::5', '2001:db8::7')).toBe('2001:db8::7');
    expect(await seen(['127.0.0.1'], '127.0.0.1', CLIENT)).toBe(CLIENT);
  });

  it('is what the last proxy that is not ours says, whatever the client wrote before', async () => {
    expect(await seen(ofCompose, '172.18.0.5', `192.0.2.1, ${CLIENT}`)).toBe(CLIENT);
    expect(await seen(ofCompose, '172.18.0.5', `192.0.2.1, ${CLIENT}, 192.168.1.1`)).toBe(CLIENT);
  });

  it('is that of the proxy where it says nothing', async () => {
    expect(await seen(ofCompose, '172.18.0.5')).toBe('172.18.0.5');
  });

  it.each([
    ['by default', [], '127.0.0.1'],
    ['from outside the networks of the proxies', ['172.16.0.0/12'], '172.32.0.1'],
    ['from another address than that of the proxy', ['127.0.0.1'], '127.0.0.2'],
  ] as const)('is where the request comes from, %s', async (_, trusted, remoteAddress) => {
    expect(await seen(trusted, remoteAddress, CLIENT)).toBe(remoteAddress);
  });
});
