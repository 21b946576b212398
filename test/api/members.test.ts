import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hashPassword } from '../../src/identity/passwords.ts';
import { type Answer, createScene, DAY, type Home, type Scene } from './scene.ts';

const MEMBERS = '/api/v1/members';
const PASSWORD = 'correct horse battery';

let scene: Scene;
let customerId: string;
let berlin: Home;
let hamburg: Home;
let foreign: Home;
let manager: { id: string; email: string };
let token: string;
let ofBerlin: string;
let viewer: string;
let passwordHash: string;

beforeAll(async () => {
  scene = await createScene({ mail: true });
  passwordHash = await hashPassword(PASSWORD);
  customerId = await scene.createCustomer('Print Works');
  berlin = await scene.createOffice(customerId, 'Berlin');
  hamburg = await scene.createOffice(customerId, 'Hamburg');
  foreign = await scene.createOffice(await scene.createCustomer('Theirs'));
  manager = await scene.createUser({ homes: [{ customerId, officeId: null, role: 'manager' }] });
  token = await scene.signIn(manager);
  ofBerlin = await scene.signIn(await scene.createUser({ homes: [{ ...berlin, role: 'manager' }] }));
  viewer = await scene.signIn(await scene.createUser({ homes: [{ customerId, officeId: null, role: 'viewer' }] }));
});
afterAll(() => scene?.close());

const newEmail = () => `${uuid()}@example.org`;
const send = (method: 'POST' | 'PATCH' | 'DELETE', path: string, by: string, payload?: object) =>
  scene.request({ method, url: MEMBERS + path, token: by, ...(payload && { payload }) });
const add = (by: string, payload: object) => send('POST', '', by, payload);
const outcome = ({ status, body }: Answer) => [status, body.code];

async function addMember(email: string, role: string, officeId?: string): Promise<string> {
  const { status, body } = await add(token, { customerId, email, role, ...(officeId && { officeId }) });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.id;
}

async function findMember(id: string) {
  const members = await scene.getAll(`${MEMBERS}?limit=200`, token);
  return members.find((member) => member.id === id);
}

/** What was audited about a user, oldest first. */
async function auditOf(email: string) {
  return scene.db
    .selectFrom('audit_entry')
    .where('subject_name', '=', email)
    .where('action', 'not like', 'user.%ed_by')
    .select(['action', 'actor_id', 'customer_id', 'office_id', 'address', 'detail'])
    .orderBy('id')
    .execute();
}

async function mailTo(email: string) {
  return vi.waitFor(() => {
    const mail = scene.mails.findLast(({ to }) => to === email);
    if (!mail) throw new Error(`no mail to ${email}`);
    return mail;
  });
}

describe('a person whom nobody knows', () => {
  it('becomes a user without a password, is invited by mail, and has the role once a password is set', async () => {
    const email = newEmail();
    const answer = await add(token, {
      customerId,
      email: email.toUpperCase(),
      role: 'operator',
      officeId: berlin.officeId,
      firstName: 'Grace',
      lastName: 'Hopper',
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({ id: expect.any(String), email, ...berlin, role: 'operator' });
    expect(await findMember(answer.body.id)).toEqual({
      id: answer.body.id,
      userId: expect.any(String),
      email,
      firstName: 'Grace',
      lastName: 'Hopper',
      active: true,
      ...berlin,
      officeName: 'Berlin',
      role: 'operator',
    });

    const { subject, text } = await mailTo(email);
    expect(subject).toBe(`${manager.email} invites you to Print Works on StepCloud`);
    const [, secret] = /https:\/\/iot\.example\.org\/reset-password#token=(\S+)/.exec(text) ?? [];
    expect(text).toContain(' as JSON to https://iot.example.org/api/v1/password/reset.');
    const set = { token: secret, newPassword: 'a sentence of my own' };
    scene.clock.now += 7 * DAY - 1_000;
    const url = '/api/v1/password/reset';
    expect((await scene.request({ method: 'POST', url, payload: set })).status).toBe(204);
    scene.clock.now -= 7 * DAY - 1_000;
    const payload = new URLSearchParams({ username: email, password: set.newPassword }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const login = await scene.request({ method: 'POST', url: '/api/v1/login/access-token', payload, headers });
    const me = await scene.get('/api/v1/me', login.body.access_token);
    expect(me.body.memberships).toEqual([{ ...berlin, customerName: 'Print Works', role: 'operator' }]);
  });

  it('cannot use the invitation after 7 days', async () => {
    const email = newEmail();
    await addMember(email, 'viewer');
    const [, secret] = /#token=(\S+)/.exec((await mailTo(email)).text) ?? [];
    scene.clock.now += 7 * DAY;
    const payload = { token: secret, newPassword: 'a sentence of my own' };
    const answer = await scene.request({ method: 'POST', url: '/api/v1/password/reset', payload });
    scene.clock.now -= 7 * DAY;
    expect(outcome(answer)).toEqual([400, 'REQUEST_INVALID']);
  });

  it('is audited as a new user and a new role, with who did it from where', async () => {
    const email = newEmail();
    const id = await addMember(email, 'viewer', hamburg.officeId);
    const by = { actor_id: manager.id, address: '127.0.0.1' };
    expect(await auditOf(email)).toEqual([
      { ...by, action: 'user.created', customer_id: null, office_id: null, detail: {} },
      {
        ...by,
        action: 'membership.created',
        customer_id: customerId,
        office_id: hamburg.officeId,
        detail: { membershipId: id, role: 'viewer' },
      },
    ]);
  });

  it('is one user, though two managers invite at the same moment', async () => {
    const email = newEmail();
    const answers = await Promise.all([
      add(token, { customerId, email, role: 'viewer' }),
      add(ofBerlin, { ...berlin, email, role: 'operator' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    const users = await scene.db.selectFrom('user').where('email', '=', email).select('id').execute();
    expect(users).toHaveLength(1);
  });
});

describe('a person who has an account', () => {
  it('gets the role and a mail about it, and keeps name and password', async () => {
    const { id: userId, email } = await scene.createUser({ passwordHash, homes: [foreign] });
    const { status, body } = await add(token, { customerId, email, role: 'manager', firstName: 'Eve' });
    expect(status).toBe(201);
    expect(await findMember(body.id)).toMatchObject({ userId, firstName: 'Ada', role: 'manager', officeId: null });
    const { subject, text } = await mailTo(email);
    expect(subject).toBe(`${manager.email} lets you see Print Works on StepCloud`);
    expect(text).toContain('https://iot.example.org\n');
    expect(text).not.toContain('#token=');
    expect(await scene.db.selectFrom('password_reset').where('user_id', '=', userId).selectAll().execute()).toEqual([]);
  });

  it('gets the same answer as one who has none', async () => {
    const known = await scene.createUser({ passwordHash });
    const answers = [];
    for (const email of [known.email, newEmail()]) {
      const { status, body } = await add(token, { customerId, email, role: 'viewer' });
      answers.push({ status, body: { ...body, id: '', email: '' } });
    }
    expect(answers[0]).toEqual(answers[1]);
    scene.clock.now += 1; // a span of time ends before its end
    const actions = (await scene.get('/api/v1/audit?limit=200', token)).body.items.map(
      ({ action }: { action: string }) => action,
    );
    expect(actions).toContain('membership.created');
    expect(actions).not.toContain('user.created');
  });

  it('is invited anew while no password was set, and the newer link counts', async () => {
    const email = newEmail();
    await addMember(email, 'viewer', berlin.officeId);
    const first = (await mailTo(email)).text;
    await addMember(email, 'viewer', hamburg.officeId);
    await vi.waitFor(() => expect(scene.mails.filter(({ to }) => to === email)).toHaveLength(2));
    const texts = [first, (await mailTo(email)).text];
    const set = async (text: string | undefined) => {
      const payload = { token: /#token=(\S+)/.exec(text ?? '')?.[1], newPassword: 'a sentence of my own' };
      return (await scene.request({ method: 'POST', url: '/api/v1/password/reset', payload })).status;
    };
    expect([await set(texts[0]), await set(texts[1])]).toEqual([400, 204]);
  });

  it('gets no mail when it was taken out of service', async () => {
    const { email } = await scene.createUser({ active: false, passwordHash });
    await addMember(email, 'viewer');
    const later = newEmail();
    await addMember(later, 'viewer');
    await mailTo(later);
    expect(scene.mails.map(({ to }) => to)).not.toContain(email);
  });

  it('cannot have two roles in the same place', async () => {
    const email = newEmail();
    await addMember(email, 'viewer');
    expect(outcome(await add(token, { customerId, email, role: 'manager' }))).toEqual([409, 'CONFLICT']);
    await addMember(email, 'viewer', berlin.officeId);
    expect(outcome(await add(token, { ...berlin, email, role: 'operator' }))).toEqual([409, 'CONFLICT']);
  });
});

describe('who may give what', () => {
  it('a manager of an office gives roles in that office only', async () => {
    const email = newEmail();
    expect((await add(ofBerlin, { ...berlin, email, role: 'manager' })).status).toBe(201);
    for (const [place, expected] of [
      [{ customerId }, 403],
      [{ ...hamburg }, 404],
      [{ ...foreign }, 404],
      [{ customerId: foreign.customerId }, 404],
      [{ customerId: foreign.customerId, officeId: berlin.officeId }, 404],
      [{ customerId, officeId: foreign.officeId }, 404],
    ] as const) {
      const { status } = await add(ofBerlin, { ...place, email: newEmail(), role: 'viewer' });
      expect.soft(status, JSON.stringify(place)).toBe(expected);
    }
  });

  it('a manager of an office neither sees nor touches who is for the whole customer or another office', async () => {
    const [whole, other] = [
      await addMember(newEmail(), 'viewer'),
      await addMember(newEmail(), 'viewer', hamburg.officeId),
    ];
    const items = await scene.getAll(`${MEMBERS}?customerId=${customerId}`, ofBerlin);
    expect(items.length).toBeGreaterThan(0);
    expect(new Set(items.map(({ officeId }) => officeId))).toEqual(new Set([berlin.officeId]));
    for (const id of [whole, other]) {
      expect(outcome(await send('PATCH', `/${id}`, ofBerlin, { role: 'operator' }))).toEqual([404, 'NOT_FOUND']);
      expect(outcome(await send('DELETE', `/${id}`, ofBerlin))).toEqual([404, 'NOT_FOUND']);
    }
  });

  it('a viewer gives nothing and sees no list', async () => {
    const id = await addMember(newEmail(), 'viewer');
    expect(outcome(await scene.get(MEMBERS, viewer))).toEqual([403, 'FORBIDDEN']);
    expect(outcome(await scene.get(`${MEMBERS}?customerId=${customerId}`, viewer))).toEqual([403, 'FORBIDDEN']);
    expect(outcome(await add(viewer, { customerId, email: newEmail(), role: 'viewer' }))).toEqual([403, 'FORBIDDEN']);
    expect(outcome(await send('PATCH', `/${id}`, viewer, { role: 'manager' }))).toEqual([403, 'FORBIDDEN']);
    expect(outcome(await send('DELETE', `/${id}`, viewer))).toEqual([403, 'FORBIDDEN']);
  });

  it('to a stranger, members do not exist', async () => {
    const id = await addMember(newEmail(), 'viewer');
    const home = { customerId: foreign.customerId, officeId: null, role: 'manager' as const };
    const stranger = await scene.signIn(await scene.createUser({ homes: [home] }));
    expect(outcome(await scene.get(`${MEMBERS}?customerId=${customerId}`, stranger))).toEqual([404, 'NOT_FOUND']);
    expect((await scene.getAll(MEMBERS, stranger)).map((member) => member.customerId)).not.toContain(customerId);
    expect(outcome(await send('PATCH', `/${id}`, stranger, { role: 'viewer' }))).toEqual([404, 'NOT_FOUND']);
    expect(outcome(await send('DELETE', `/${id}`, stranger))).toEqual([404, 'NOT_FOUND']);
    expect(await findMember(id)).toMatchObject({ role: 'viewer' });
  });

  it('too many invitations are refused for the rest of the day', async () => {
    const home = { customerId: await scene.createCustomer(), officeId: null, role: 'manager' as const };
    const eager = await scene.signIn(await scene.createUser({ homes: [home] }));
    const { email } = await scene.createUser({ active: false, homes: [home] });
    const ask = () => add(eager, { customerId: home.customerId, email, role: 'viewer' });
    for (let n = 0; n < 100; n++) expect((await ask()).status).toBe(409);
    expect(outcome(await ask())).toEqual([429, 'RATE_LIMITED']);
  });
});

describe('a change of role', () => {
  it('counts from the next request on, and is audited with what was before', async () => {
    const user = await scene.createUser();
    const session = await scene.signIn(user);
    const id = await addMember(user.email, 'viewer');
    expect(outcome(await scene.get(MEMBERS, session))).toEqual([403, 'FORBIDDEN']);
    const { status, body } = await send('PATCH', `/${id}`, token, { role: 'manager' });
    expect([status, body]).toEqual([200, await findMember(id)]);
    expect(body.role).toBe('manager');
    expect((await scene.get(MEMBERS, session)).status).toBe(200);
    await send('PATCH', `/${id}`, token, { role: 'manager' }); // no change, no entry
    expect((await auditOf(user.email)).slice(1)).toEqual([
      expect.objectContaining({
        action: 'membership.changed',
        customer_id: customerId,
        detail: { membershipId: id, role: 'manager', before: 'viewer' },
      }),
    ]);
  });

  it('a removed member is out at the next request', async () => {
    const user = await scene.createUser();
    const session = await scene.signIn(user);
    const gatewayId = await scene.createGateway(berlin);
    const id = await addMember(user.email, 'operator');
    expect((await scene.get(`/api/v1/gateways/${gatewayId}`, session)).status).toBe(200);
    expect((await send('DELETE', `/${id}`, token)).status).toBe(204);
    expect((await scene.get(`/api/v1/gateways/${gatewayId}`, session)).status).toBe(404);
    expect((await scene.get('/api/v1/me', session)).body.memberships).toEqual([]);
    expect(await findMember(id)).toBeUndefined();
    expect(outcome(await send('DELETE', `/${id}`, token))).toEqual([404, 'NOT_FOUND']);
    expect((await auditOf(user.email)).at(-1)).toMatchObject({
      action: 'membership.deleted',
      detail: { membershipId: id, role: 'operator' },
    });
  });
});

it('two who remove the same member at once do it once', async () => {
  const email = newEmail();
  const id = await addMember(email, 'viewer');
  const answers = await Promise.all([send('DELETE', `/${id}`, token), send('DELETE', `/${id}`, token)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 404]);
  expect((await auditOf(email)).filter(({ action }) => action === 'membership.deleted')).toHaveLength(1);
});

describe('the last manager', () => {
  async function customerWith(count: number) {
    const home = { customerId: await scene.createCustomer(), officeId: null, role: 'manager' as const };
    const managers = [];
    for (let n = 0; n < count; n++) {
      const user = await scene.createUser({ homes: [home] });
      const session = await scene.signIn(user);
      const { id: membershipId } = await scene.db
        .selectFrom('membership')
        .where('user_id', '=', user.id)
        .select('id')
        .executeTakeFirstOrThrow();
      managers.push({ ...user, session, membershipId });
    }
    return { ...home, managers };
  }
  type Managers = Awaited<ReturnType<typeof customerWith>>['managers'];

  it('of a customer can neither go nor step down', async () => {
    const { managers } = await customerWith(1);
    const [{ session, membershipId }] = managers as [Managers[number]];
    expect(outcome(await send('DELETE', `/${membershipId}`, session))).toEqual([409, 'CONFLICT']);
    expect(outcome(await send('PATCH', `/${membershipId}`, session, { role: 'viewer' }))).toEqual([409, 'CONFLICT']);
    expect((await scene.get(MEMBERS, session)).body.items).toMatchObject([{ id: membershipId, role: 'manager' }]);
  });

  it('may go once there is another; one of an office, or one who may not sign in, is not enough', async () => {
    const { customerId, managers } = await customerWith(1);
    const [{ session, membershipId }] = managers as [Managers[number]];
    const office = await scene.createOffice(customerId);
    await scene.createUser({ homes: [{ ...office, role: 'manager' }] });
    await scene.createUser({ active: false, homes: [{ customerId, officeId: null, role: 'manager' }] });
    expect((await send('DELETE', `/${membershipId}`, session)).status).toBe(409);
    await scene.createUser({ homes: [{ customerId, officeId: null, role: 'manager' }] });
    expect((await send('DELETE', `/${membershipId}`, session)).status).toBe(204);
  });

  it('of an office may go while somebody manages the customer', async () => {
    const customer = await scene.createCustomer();
    const office = await scene.createOffice(customer);
    const user = await scene.createUser({ homes: [{ ...office, role: 'manager' }] });
    const session = await scene.signIn(user);
    const [{ id }] = (await scene.get(MEMBERS, session)).body.items;
    expect((await send('DELETE', `/${id}`, session)).status).toBe(409);
    await scene.createUser({ homes: [{ customerId: customer, officeId: null, role: 'manager' }] });
    expect((await send('DELETE', `/${id}`, session)).status).toBe(204);
  });

  it('is left when two go at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const { customerId, managers } = await customerWith(2);
      const answers = await Promise.all(
        managers.map(({ session, membershipId }, n) =>
          n === round % 2
            ? send('DELETE', `/${membershipId}`, session)
            : send('PATCH', `/${membershipId}`, session, { role: 'viewer' }),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toContain(409);
      const left = await scene.db
        .selectFrom('membership')
        .where('customer_id', '=', customerId)
        .where('role', '=', 'manager')
        .select('id')
        .execute();
      expect(left).toHaveLength(1);
    }
  });
});

it('pages lead through all members once', async () => {
  const before = (await scene.get(`${MEMBERS}?limit=200`, token)).body.items;
  expect(await scene.getAll(`${MEMBERS}?limit=3`, token)).toEqual(before);
});

it.each([
  ['no address', { email: 'ada' }, '/email'],
  ['a line break in the address', { email: 'ada@example.org\r\nBcc: eve@example.org' }, '/email'],
  ['another role', { role: 'admin' }, '/role'],
  ['U+0000 in a name', { firstName: 'A\u0000' }, '/firstName'],
  ['an unknown field', { isAdmin: true }, '/isAdmin'],
  ['null for all offices', { officeId: null }, '/officeId'],
])('%s is refused', async (_, wrong, pointer) => {
  const { status, body } = await add(token, { customerId, email: newEmail(), role: 'viewer', ...wrong });
  expect([status, body.errors.map((error: { pointer: string }) => error.pointer)]).toEqual([400, [pointer]]);
});

it('an installation that sends no mail says so to everybody, known or not', async () => {
  const silent = await createScene();
  try {
    const home = { customerId: await silent.createCustomer(), officeId: null, role: 'manager' as const };
    const by = await silent.signIn(await silent.createUser({ homes: [home] }));
    for (const email of [(await silent.createUser({ passwordHash })).email, newEmail()]) {
      const payload = { customerId: home.customerId, email, role: 'viewer' };
      const answer = await silent.request({ method: 'POST', url: MEMBERS, token: by, payload });
      expect(outcome(answer)).toEqual([501, 'NOT_CONFIGURED']);
    }
    expect(await silent.db.selectFrom('membership').selectAll().execute()).toHaveLength(1);
  } finally {
    await silent.close();
  }
});
