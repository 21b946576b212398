import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScene, type Scene } from './scene.ts';

/** Of each operation; `npm run soak` asks for thousands, by another seed each time. */
const RUNS = Number(process.env.STEPCLOUD_FUZZ_REQUESTS ?? 8);
const SEED = Number(process.env.STEPCLOUD_FUZZ_SEED ?? (process.env.STEPCLOUD_FUZZ_REQUESTS ? Date.now() % 1e9 : 1));
const SLOW_MS = 10_000;
/** Stands in all that the other customer has, and in no request. */
const MARKER = 'Nobody-elses-7f3a';

// biome-ignore lint/suspicious/noExplicitAny: schemas of any shape
type Schema = any;
interface Operation {
  method: string;
  path: string;
  parameters: { name: string; in: string; required?: boolean; schema: Schema }[];
  body: { type: string; schema: Schema } | undefined;
  streams: boolean;
}

let scene: Scene;
/** Ids of ours and of the other customer's, to ask for. */
let ids: string[];
let tokens: () => Promise<Record<string, string>>;

beforeAll(async () => {
  scene = await createScene();
  const [ours, others] = [await createTenant('Ours'), await createTenant(MARKER)];
  ids = [...ours.ids, ...others.ids];
  tokens = async () => {
    const homes = [{ customerId: ours.home.customerId, officeId: null }];
    const as = async (role: 'viewer' | 'manager') =>
      scene.signIn(await scene.createUser({ homes: homes.map((home) => ({ ...home, role })) }));
    const admin = await scene.signIn(await scene.createUser({ isAdmin: true }));
    const gateway = await scene.gatewayToken(await scene.createGateway(ours.home));
    return { viewer: await as('viewer'), manager: await as('manager'), admin, gateway };
  };
});
afterAll(() => scene?.close());

async function createTenant(name: string) {
  const home = await scene.createOffice(await scene.createCustomer(name), name);
  const gateway = await scene.createGateway(home, name);
  const device = await scene.createDevice(home, name, gateway);
  await scene.store(device, name, [[scene.clock.now - 60_000, 1.5]]);
  const letter = await scene.createDeadLetter(home, gateway, { detail: name, deviceKey: name });
  const user = await scene.createUser({ homes: [{ customerId: home.customerId, officeId: null, role: 'manager' }] });
  return { home, ids: [home.customerId, home.officeId, gateway, device, letter, user.id] };
}

/** Looks that change nothing first, and what deletes last: so there is something left to be asked for. */
const ORDER = ['get', 'post', 'patch', 'put', 'delete'];

async function operationsOf(page: string): Promise<Operation[]> {
  const { body } = await scene.get(`${page}/json`);
  const all = Object.entries<Schema>(body.paths).flatMap(([path, methods]) =>
    Object.entries<Schema>(methods).map(([method, { parameters = [], requestBody, responses }]) => {
      const [content] = Object.entries<Schema>(requestBody?.content ?? {});
      const streams = 'text/event-stream' in (responses['200']?.content ?? {});
      return { method, path, parameters, body: content && { type: content[0], schema: content[1].schema }, streams };
    }),
  );
  return all.sort((a, b) => ORDER.indexOf(a.method) - ORDER.indexOf(b.method));
}

/** What no schema asks for. */
const junk = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    ' ',
    0,
    -1,
    1e300,
    true,
    [],
    {},
    '\u0000',
    '../..',
    "'; --",
    '💣',
    'x'.repeat(5_000),
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Mostly what a schema asks for, now and then something else. */
function asked(schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: asAsked(schema) }, { weight: 1, arbitrary: junk });
}

function asAsked(schema: Schema): fc.Arbitrary<unknown> {
  const { type, format, properties = {}, required = [], items, minimum = -10, maximum = 1e6, maxLength = 40 } = schema;
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return fc.oneof(...either.map(asked));
  if (Array.isArray(type)) return fc.oneof(...type.map((one: string) => asAsked({ ...schema, type: one })));
  if (type === 'null') return fc.constant(null);
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer') return fc.integer({ min: Math.max(minimum, -(2 ** 31)), max: Math.min(maximum, 2 ** 31) });
  if (type === 'number') return fc.double({ min: minimum, max: maximum, noNaN: true });
  if (type === 'array') return fc.array(asked(items ?? {}), { minLength: schema.minItems ?? 0, maxLength: 3 });
  if (type === 'object') {
    const fields = Object.entries(properties).map(([name, field]) => [name, asked(field)]);
    return fc.record(Object.fromEntries(fields), { requiredKeys: required });
  }
  if (format === 'uuid')
    return fc.oneof(
      fc.nat().map((n) => ids[n % ids.length]),
      fc.uuid(),
    );
  if (format === 'date-time')
    return fc.constantFrom('2026-11-23T09:00:00Z', '2026-11-01T00:00:00+02:00', '0000-01-01T00:00:00Z');
  if (type !== 'string') return fc.jsonValue();
  const examples = (schema.examples ?? (schema.example === undefined ? [] : [schema.example])) as unknown[];
  return fc.oneof(fc.string({ unit: 'binary', maxLength: Math.min(maxLength, 40) }), fc.constantFrom('a', ...examples));
}

/** A cursor as ours are: fields of JSON, in base64. */
const cursor = fc
  .dictionary(
    fc.constantFrom('sort', 'after', 'id', 'key', 'at', 'from', 'to', 'label', 'value', 'device'),
    fc.oneof(junk, fc.constantFrom('id', '-id')),
  )
  .map((position) => Buffer.from(JSON.stringify(position)).toString('base64url'));

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** A request to an operation, and as whom. */
function requestOf({ method, path, parameters, body, streams }: Operation) {
  const inPath = parameters.filter((parameter) => parameter.in === 'path');
  const inQuery = parameters.filter((parameter) => parameter.in === 'query');
  const query = inQuery.map(({ name, schema }) => [
    name,
    name === 'cursor' ? fc.oneof(cursor, asked(schema)) : asked(schema),
  ]);
  const needed = inQuery.filter(({ required }) => required).map(({ name }) => name);
  return fc
    .record({
      as: fc.constantFrom('viewer', 'manager', 'admin', 'gateway'),
      levels: fc.record(Object.fromEntries(inPath.map(({ name, schema }) => [name, asked(schema)]))),
      query: fc.record(Object.fromEntries(query) as Record<string, fc.Arbitrary<unknown>>, { requiredKeys: needed }),
      payload: body ? asked(body.schema) : fc.constant(undefined),
      type: fc.oneof(
        { weight: 12, arbitrary: fc.constant(body?.type) },
        { weight: 1, arbitrary: fc.constantFrom('text/plain', 'application/json', 'x') },
      ),
      from: fc.integer({ min: 1, max: 2 ** 24 - 1 }).map((n) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`),
    })
    .map(({ as, levels, query, payload, type, from }) => {
      const at = path.replace(
        /\{(\w+)\}/g,
        (_, name) => encodeURIComponent(textOf((levels as Record<string, unknown>)[name])) || '%20',
      );
      const pairs = Object.entries(query as object).flatMap(([name, value]) =>
        [value].flat().map((one) => [name, textOf(one)] as [string, string]),
      );
      const isForm = type === 'application/x-www-form-urlencoded';
      const sent = isForm
        ? new URLSearchParams(
            Object.entries(Object(payload)).map(([name, one]) => [name, textOf(one)] as [string, string]),
          ).toString()
        : JSON.stringify(payload);
      const headers = body && sent !== undefined ? { payload: sent, headers: { 'content-type': type as string } } : {};
      return {
        as,
        ...headers,
        method: method.toUpperCase() as 'GET',
        url: `${at}?${new URLSearchParams(pairs)}`,
        remoteAddress: from,
        streams,
      };
    });
}

describe.each(['/docs', '/admin/docs', '/gateway/docs'])('whatever is asked of the API of %s', (page) => {
  it(`has an answer, in time, and without a word of another customer (seed ${SEED})`, {
    timeout: 3_600_000,
  }, async () => {
    for (const operation of await operationsOf(page)) {
      const known = await tokens();
      await fc.assert(
        fc.asyncProperty(requestOf(operation), async ({ as, streams, ...request }) => {
          if (streams && /[?&](device|gateway)Id=/.test(request.url)) return; // it would have no end
          const begun = performance.now();
          const { status, text } = await scene.request({ ...request, token: known[as] as string });
          expect(status === 501 || status < 500, `${status} ${text.slice(0, 300)}`).toBe(true);
          expect(performance.now() - begun).toBeLessThan(SLOW_MS);
          if (as !== 'admin') expect(text).not.toContain(MARKER);
        }),
        { numRuns: RUNS, seed: SEED },
      );
    }
  });
});
