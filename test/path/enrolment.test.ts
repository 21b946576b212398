import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createWorld, type World } from '../support/world.ts';

const WAIT = { timeout: 15_000, interval: 20 };

let world: World;
let home: { customerId: string; officeId: string };
let manager: string;

beforeAll(async () => {
  world = await createWorld({ roles: ['worker', 'broker', 'api'] });
  home = await world.createCustomer();
  manager = (await world.createUser(home.customerId)).token;
});
afterAll(() => world?.close());

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
async function post(path: string, body?: object, token?: string): Promise<{ status: number; body: any }> {
  const response = await fetch(world.httpUrl + path, {
    method: 'POST',
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

const asManager = (path: string, body?: object) => post(`/api/v1${path}`, body, manager);
const asGateway = (path: string, body: object) => post(`/gateway/api/v1${path}`, body);
const connect = (id: string, token: string) => world.connect({ id, token, ...home });

/** The gateway sends a reading, which is stored. */
async function send(gatewayId: string, token: string, device: string, value: number) {
  const client = await connect(gatewayId, token);
  const payload = JSON.stringify({ ts: Date.now(), values: { temperature: value } });
  await client.publishAsync(`v1/gateways/${gatewayId}/devices/${device}/readings`, payload, { qos: 1 });
  const stored = async () => (await world.readings()).filter((reading) => reading.device === device);
  await vi.waitFor(async () => expect(await stored()).toMatchObject([{ value }]), WAIT);
  return client;
}

it('a gateway that was made by hand connects, and again after an outage', async () => {
  const { officeId } = home;
  const { status, body } = await asManager('/gateways', { officeId, label: 'By hand' });
  expect(status).toBe(201);
  const { mqtt, accessToken, refreshToken } = body.tokens;
  await send(mqtt.username, accessToken, 'by-hand', 1);
  const refreshed = await asGateway('/refresh', { refreshToken, softwareVersion: '2.5.0' });
  expect(refreshed.body.gatewayId).toBe(body.gateway.id);
  await send(mqtt.username, refreshed.body.accessToken, 'after-outage', 2);
});

it('a gateway that shows a code connects once it was approved, and takes the place of its old hardware', async () => {
  const gateway = await world.createGateway(home);
  const old = await send(gateway.id, gateway.token, 'printer', 1);
  const asked = (await asGateway('/enrolment/code', { serialNumber: 'RPI5-1', softwareVersion: '2.4.1' })).body;
  expect((await fetch(asked.verificationUriComplete)).status).toBe(200);
  const { deviceCode, userCode } = asked;
  expect((await asGateway('/enrolment/token', { deviceCode })).body.code).toBe('AUTHORIZATION_PENDING');
  const approved = await asManager(`/enrolments/code/${userCode}/approve`, { gatewayId: gateway.id });
  expect(approved).toEqual({ status: 200, body: { gatewayId: gateway.id } });
  await vi.waitFor(() => expect(old.connected).toBe(false), WAIT);
  await expect(connect(gateway.id, gateway.token)).rejects.toThrow();
  const { accessToken } = (await asGateway('/enrolment/token', { deviceCode })).body;
  await send(gateway.id, accessToken, 'next-printer', 2);
  expect((await world.readings()).filter(({ device }) => device === 'printer')).toHaveLength(1);
});

it('gateways of one SD card image connect once they were approved in bulk', async () => {
  const terms = { customerId: home.customerId, officeId: home.officeId, maxGateways: 3, expiresInDays: 30 };
  const { key } = (await asManager('/enrolment-keys', terms)).body;
  const deviceCodes: string[] = [];
  for (const serialNumber of ['SN-1', 'SN-2', 'SN-3'])
    deviceCodes.push((await asGateway('/enrolment/key', { enrolmentKey: key, serialNumber })).body.deviceCode);
  const response = await fetch(`${world.httpUrl}/api/v1/enrolments?state=pending`, {
    headers: { authorization: `Bearer ${manager}` },
  });
  const { items } = (await response.json()) as { items: { id: string }[] };
  const ids = items.map(({ id }) => id);
  const outcomes = (await asManager('/enrolments/approve', { ids })).body.items;
  expect(outcomes.map(({ code }: { code: string | null }) => code)).toEqual([null, null, null]);
  const gatewayIds = new Set<string>();
  for (const [n, deviceCode] of deviceCodes.entries()) {
    const { gatewayId, accessToken } = (await asGateway('/enrolment/token', { deviceCode })).body;
    await send(gatewayId, accessToken, `of-image-${n}`, n);
    gatewayIds.add(gatewayId);
  }
  expect(gatewayIds.size).toBe(3);
});
