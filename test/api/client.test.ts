import type { AddressInfo } from 'node:net';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClients } from '../../web/client/index.ts';
import { createScene, type Home, type Scene } from './scene.ts';

let scene: Scene;
let home: Home;
let baseUrl: string;
beforeAll(async () => {
  scene = await createScene();
  home = await scene.createOffice(await scene.createCustomer());
  await scene.app.listen({ host: '127.0.0.1', port: 0 });
  baseUrl = `http://127.0.0.1:${(scene.app.server.address() as AddressInfo).port}`;
});
afterAll(() => scene?.close());

interface Document {
  paths: Record<string, Record<string, { responses: Record<string, object> }>>;
}

/** Every refusal has one type, whatever its status: told once for each operation, or the types would be ten times as long. */
function withOneRefusal({ paths, ...document }: Document): OpenAPI3 {
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  const operation = <O extends { responses: Record<string, object> }>({ responses, ...rest }: O) => {
    const answers = Object.entries(responses).filter(([status]) => status < '400');
    return { ...rest, responses: { ...Object.fromEntries(answers), default: { description: 'A refusal.', content } } };
  };
  const all = Object.entries(paths).map(([path, methods]) => {
    return [path, Object.fromEntries(Object.entries(methods).map(([method, one]) => [method, operation(one)]))];
  });
  return { ...document, paths: Object.fromEntries(all) } as unknown as OpenAPI3;
}

const HEADER = '// Made by `npm run types:api` from the OpenAPI document: never by hand.\n\n';

it.each(['user', 'admin', 'gateway'])('the types of the %s API are those of its document', async (name) => {
  const page = name === 'user' ? '/docs' : `/${name}/docs`;
  const { body } = await scene.get(`${page}/json`);
  const types =
    HEADER + astToString(await openapiTS(withOneRefusal(body), { alphabetize: true, defaultNonNullable: false }));
  await expect(types).toMatchFileSnapshot(`../../web/client/${name}.gen.ts`);
});

describe('the client', () => {
  it('does what a user does, and knows what comes back', async () => {
    const token = await scene.signIn(await scene.createUser({ homes: [{ ...home, role: 'manager' }] }));
    const { user } = createClients({ baseUrl, token: () => token });
    const made = await user.POST('/api/v1/gateways', { body: { officeId: home.officeId, label: 'Hall 2' } });
    const gatewayId = made.data?.gateway.id as string;
    const { data } = await user.GET('/api/v1/gateways', { params: { query: { q: 'hall', limit: 1 } } });
    expect(data?.items.map(({ id, label }) => ({ id, label }))).toEqual([{ id: gatewayId, label: 'Hall 2' }]);
    const gone = await user.DELETE('/api/v1/gateways/{gatewayId}', { params: { path: { gatewayId } } });
    expect(gone.response.status).toBe(204);

    const { gateway } = createClients({ baseUrl, token: () => made.data?.tokens.accessToken });
    const refused = await gateway.GET('/gateway/api/v1/test-token');
    expect(refused.error?.code).toBe('CREDENTIALS_INVALID');
  });

  it('tells a refusal with its code and the place of each fault', async () => {
    const token = await scene.signIn(await scene.createUser({ isAdmin: true }));
    const { admin, user } = createClients({ baseUrl, token: () => token });
    const made = await admin.POST('/admin/api/v1/customers', { body: { name: '' } });
    expect(made.error).toMatchObject({ code: 'REQUEST_INVALID', errors: [{ pointer: '/name' }] });
    const unknown = { params: { path: { deviceId: home.officeId } } };
    expect((await user.GET('/api/v1/devices/{deviceId}', unknown)).error?.code).toBe('NOT_FOUND');
    const { user: nobody } = createClients({ baseUrl, token: () => undefined });
    expect((await nobody.GET('/api/v1/me')).response.status).toBe(401);
  });
});
