import { type Static, Type } from 'typebox';
import { ENROLMENT_ORDER, type EnrolmentRow, findEnrolmentByUserCode, listEnrolments } from '../../db/enrolments.ts';
import { listOffices } from '../../db/offices.ts';
import { StepCloudError } from '../../errors.ts';
import {
  approveEnrolment,
  type Destination,
  denyEnrolment,
  formatUserCode,
  parseUserCode,
  requirePending,
} from '../../identity/enrolment.ts';
import { addressKey, takeTurn } from '../../identity/throttle.ts';
import type { App } from '../app.ts';
import { actorOf, type UserCaller } from '../guards.ts';
import { anyOf, listQuery, readPage } from '../lists.ts';
import { failures } from '../problems.ts';
import { closed, Id, manyIds, nullable, page, Time, text } from '../schemas.ts';
import type { UserRouteOptions } from './options.ts';
import { requireEnrolment, requireGatewayInUse, requireOffice, requireRoleSomewhere } from './visible.ts';

const TEN_MINUTES = 600_000;
/** Enough for a person who lets gateways in all day, and far too little to guess a code in the time that it lives. */
const CODES = { user: { max: 60, windowMs: TEN_MINUTES }, address: { max: 200, windowMs: TEN_MINUTES } };
const MAX_OFFICES = 1_000;

const State = Type.Enum(['pending', 'approved', 'denied'], {
  description: 'Pending: it waits for somebody to decide.',
});

const said = {
  proposedGatewayId: nullable({ ...Id, description: 'The id that it would like to have.' }),
  serialNumber: nullable(
    Type.String({ description: 'Compare it with what stands on the housing.', examples: ['RPI5-00c0ffee'] }),
  ),
  softwareVersion: nullable(Type.String({ examples: ['2.4.1'] })),
  hardwareVersion: nullable(Type.String()),
  address: nullable(Type.String({ description: 'From where it asked.', examples: ['203.0.113.7'] })),
  createdAt: { ...Time, description: 'Since when it waits.' },
};

const Enrolment = closed({
  id: Id,
  state: State,
  enrolmentKeyId: nullable({ ...Id, description: 'The key by which it came; null if it came by a code.' }),
  customerId: Id,
  officeId: nullable({ ...Id, description: 'The office of the key, then that of the gateway; null if neither says.' }),
  ...said,
  expiresAt: nullable({ ...Time, description: 'Until when it can be approved; null once somebody decided.' }),
  decidedAt: nullable(Time),
  decidedBy: nullable(Id),
  gatewayId: nullable({ ...Id, description: 'The gateway that it became.' }),
});

const Waiting = closed(
  {
    userCode: Type.String({ examples: ['BCDF-GHJK'] }),
    ...said,
    expiresAt: { ...Time, description: 'Until when it can be approved.' },
    offices: Type.Array(closed({ id: Id, name: Type.String(), customerId: Id, customerName: Type.String() }), {
      description: `Where you may let it in; the first ${MAX_OFFICES} by name.`,
    }),
  },
  { description: 'The gateway that waits under this code.' },
);

const label = Type.Optional(text(128, { description: 'What people call it.', examples: ['Workshop 1'] }));
const AsExisting = closed(
  { gatewayId: { ...Id, description: 'The gateway whose hardware this is from now on.' } },
  { description: 'New hardware for this gateway: its sessions end, its history stays.' },
);
const ByCode = Type.Union([
  closed({ officeId: Id, label }, { description: 'A new gateway in this office.' }),
  AsExisting,
]);
const ByKey = Type.Union([
  closed(
    { officeId: Type.Optional({ ...Id, description: 'May be left out where the key names it.' }), label },
    { description: 'A new gateway, in this office or in that of its key.' },
  ),
  AsExisting,
]);

const Approved = closed(
  { gatewayId: { ...Id, description: 'The gateway that it is from now on.' } },
  { description: 'The gateway is let in, and fetches its tokens when it asks next.' },
);
const Denied = Type.Null({ description: 'The gateway is turned away.' });

const Outcome = closed({
  id: Id,
  gatewayId: nullable({ ...Id, description: 'The gateway that it is from now on; null if it was not approved.' }),
  code: nullable(Type.String({ description: 'Why it was not approved.', examples: ['CONFLICT'] })),
  detail: nullable(Type.String({ description: 'The same for people.' })),
});

export function enrolments(app: App, { db, clock, caller }: UserRouteOptions): void {
  const refusals = ['REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT'] as const;
  const bodyRefusals = [...refusals, 'TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED'] as const;
  const common = { tags: ['enrolment'], querystring: closed({}) };
  const idParams = closed({ enrolmentId: Id });
  const codeParams = closed({
    userCode: text(32, {
      description: 'As the gateway shows it; case and dashes do not matter.',
      examples: ['BCDF-GHJK'],
    }),
  });

  /** The gateway that waits under a code, for whoever manages anything: it belongs to nobody yet. */
  async function requireByCode(user: UserCaller, { params, ip }: { params: { userCode: string }; ip: string }) {
    requireRoleSomewhere(user);
    const now = clock();
    await takeTurn(db, `user codes tried by ${user.userId}`, CODES.user, now);
    await takeTurn(db, `user codes tried from ${addressKey(ip)}`, CODES.address, now);
    return requirePending(await findEnrolmentByUserCode(db, parseUserCode(params.userCode), new Date(now)));
  }

  /** Where the body of an approval says the gateway goes; `byKey` is where its key says. */
  async function readDestination(
    user: UserCaller,
    body: Static<typeof ByKey>,
    byKey?: { officeId: string | null },
  ): Promise<Destination> {
    if ('gatewayId' in body) {
      const { id, label, customerId, officeId } = await requireGatewayInUse(db, user, body.gatewayId);
      return { gatewayId: id, label, customerId, officeId };
    }
    const officeId = body.officeId ?? byKey?.officeId;
    if (!officeId) throw new StepCloudError('REQUEST_INVALID', 'the enrolment key names no office: say officeId');
    const { customerId } = await requireOffice(db, user, officeId);
    return { customerId, officeId, label: body.label ?? null };
  }

  const list = {
    summary: 'List enrolments',
    description:
      'Gateways that asked to come in by a key of your customers and offices, and those that came by a code once they were approved; the newest first by default. What nobody decided in time is left out.',
    tags: ['enrolment'],
    querystring: closed({
      state: anyOf(State, 'Only those in this state.'),
      enrolmentKeyId: anyOf(Id, 'Only those that came by this key.'),
      serialNumber: anyOf(text(128), 'Only those that say so of themselves.'),
      ...listQuery(ENROLMENT_ORDER, '-id'),
    }),
    response: {
      200: closed(page(Enrolment), { description: 'A page of enrolments.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID'),
    },
  };
  app.get('/enrolments', { config: { access: 'viewer' }, schema: list }, async (request) => {
    const { scope } = caller(request);
    const { items, nextCursor } = await readPage(request.query, (page) =>
      listEnrolments(db, scope, request.query, page, new Date(clock())),
    );
    return { items: items.map(toView), nextCursor };
  });

  const showCode = {
    ...common,
    summary: 'Show the gateway that waits under a code',
    description:
      'For a person who stands before it, to compare before approving. Needs the role manager anywhere. Tries are limited, so that codes cannot be guessed.',
    params: codeParams,
    response: { 200: Waiting, ...failures(...refusals, 'RATE_LIMITED') },
  };
  app.get('/enrolments/code/:userCode', { config: { access: 'manager' }, schema: showCode }, async (request) => {
    const user = caller(request);
    const waiting = toWaiting(await requireByCode(user, request));
    const userCode = formatUserCode(parseUserCode(request.params.userCode));
    return { ...waiting, userCode, offices: await listOffices(db, user.scope, MAX_OFFICES) };
  });

  const approveCode = {
    ...common,
    summary: 'Approve the gateway that waits under a code',
    params: codeParams,
    body: ByCode,
    response: { 200: Approved, ...failures(...bodyRefusals, 'RATE_LIMITED') },
  };
  app.post(
    '/enrolments/code/:userCode/approve',
    { config: { access: 'manager' }, schema: approveCode },
    async (request) => {
      const user = caller(request);
      const { id } = await requireByCode(user, request);
      const destination = await readDestination(user, request.body);
      const decider = { userId: user.userId, actor: actorOf(user, request), now: clock() };
      return { gatewayId: await approveEnrolment(db, id, destination, decider) };
    },
  );

  const denyCode = {
    ...common,
    summary: 'Turn away the gateway that waits under a code',
    params: codeParams,
    response: { 204: Denied, ...failures(...refusals, 'RATE_LIMITED') },
  };
  app.post(
    '/enrolments/code/:userCode/deny',
    { config: { access: 'manager' }, schema: denyCode },
    async (request, reply) => {
      const user = caller(request);
      const { id } = await requireByCode(user, request);
      await denyEnrolment(db, id, { userId: user.userId, actor: actorOf(user, request), now: clock() });
      return reply.code(204).send(null);
    },
  );

  const approve = {
    ...common,
    summary: 'Approve a gateway that came by a key',
    params: idParams,
    body: ByKey,
    response: { 200: Approved, ...failures(...bodyRefusals) },
  };
  app.post('/enrolments/:enrolmentId/approve', { config: { access: 'manager' }, schema: approve }, async (request) => {
    const user = caller(request);
    const decider = { userId: user.userId, actor: actorOf(user, request), now: clock() };
    const { id, officeId } = await requireEnrolment(db, user, request.params.enrolmentId, new Date(decider.now));
    const destination = await readDestination(user, request.body, { officeId });
    return { gatewayId: await approveEnrolment(db, id, destination, decider) };
  });

  const deny = {
    ...common,
    summary: 'Turn away a gateway that came by a key',
    params: idParams,
    response: { 204: Denied, ...failures(...refusals) },
  };
  app.post('/enrolments/:enrolmentId/deny', { config: { access: 'manager' }, schema: deny }, async (request, reply) => {
    const user = caller(request);
    const decider = { userId: user.userId, actor: actorOf(user, request), now: clock() };
    const { id } = await requireEnrolment(db, user, request.params.enrolmentId, new Date(decider.now));
    await denyEnrolment(db, id, decider);
    return reply.code(204).send(null);
  });

  const approveMany = {
    ...common,
    summary: 'Approve many gateways that came by keys',
    description:
      'Each as a new gateway, in this office or in that of its key; each by itself, so that one refusal costs no other. The answer says of each what became of it, in the same order.',
    body: closed({
      ids: manyIds,
      officeId: Type.Optional({ ...Id, description: 'May be left out where the keys name it.' }),
    }),
    response: {
      200: closed({ items: Type.Array(Outcome) }, { description: 'What became of each.' }),
      ...failures(
        'REQUEST_INVALID',
        'CREDENTIALS_INVALID',
        'FORBIDDEN',
        'NOT_FOUND',
        'TOO_LARGE',
        'MEDIA_TYPE_UNSUPPORTED',
      ),
    },
  };
  app.post('/enrolments/approve', { config: { access: 'manager' }, schema: approveMany }, async (request) => {
    const user = caller(request);
    const { ids, officeId: given } = request.body;
    const decider = { userId: user.userId, actor: actorOf(user, request), now: clock() };
    requireRoleSomewhere(user);
    if (given !== undefined) await requireOffice(db, user, given);
    const items: Static<typeof Outcome>[] = [];
    for (const id of ids) {
      try {
        const { officeId } = await requireEnrolment(db, user, id, new Date(decider.now));
        const destination = await readDestination(user, given === undefined ? {} : { officeId: given }, { officeId });
        const gatewayId = await approveEnrolment(db, id, destination, decider);
        items.push({ id, gatewayId, code: null, detail: null });
      } catch (error) {
        if (!(error instanceof StepCloudError)) throw error;
        items.push({ id, gatewayId: null, code: error.code, detail: error.message });
      }
    }
    return { items };
  });
}

function toView({ expiresAt, ...enrolment }: EnrolmentRow) {
  return {
    ...enrolment,
    customerId: enrolment.customerId as string, // whatever lies in a scope has a customer
    expiresAt: enrolment.state === 'pending' ? expiresAt : null,
  };
}

/** What a gateway says that belongs to nobody yet. */
function toWaiting(enrolment: EnrolmentRow) {
  const { proposedGatewayId, serialNumber, softwareVersion, hardwareVersion, address, createdAt, expiresAt } =
    enrolment;
  return { proposedGatewayId, serialNumber, softwareVersion, hardwareVersion, address, createdAt, expiresAt };
}
