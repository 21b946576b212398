import { type Static, Type } from 'typebox';
import type { LockedDevice } from '../../db/devices.ts';
import { StepCloudError } from '../../errors.ts';
import type { App } from '../app.ts';
import { failures } from '../problems.ts';
import { closed, Id, manyIds, nullable, text } from '../schemas.ts';
import { changeDevice, changeDevices, noSuchDevice, requireModel } from './device-changes.ts';
import { DeviceInFull, deviceParams, showInFull } from './devices.ts';
import type { ResourceOptions } from './options.ts';
import { requireDevice, requireRoleSomewhere } from './visible.ts';

const modelId = Type.Optional({ ...Id, description: 'The model that it is; without it, the one it has, if any.' });

const Outcome = closed({
  id: Id,
  state: nullable(
    Type.String({
      description: 'What the device is now; null if there is no such, or it is not yours.',
      examples: ['active'],
    }),
  ),
  code: nullable(Type.String({ description: 'Why it was not approved; null if it was.', examples: ['CONFLICT'] })),
  detail: nullable(Type.String({ description: 'The same for people.' })),
});

/** What people decide about a device: whether its data belong into the charts, or are not taken at all. */
export function deviceApprovals(app: App, { db, clock, caller }: ResourceOptions): void {
  const common = { tags: ['devices'], querystring: closed({}) };
  const refusals = ['REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN', 'NOT_FOUND'] as const;
  const bodyRefusals = [...refusals, 'TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED'] as const;

  const approve = {
    ...common,
    summary: 'Approve a device',
    description:
      'Takes a device that is pending into the lists and charts, with all that it has sent so far; or one that is blocked or archived back into service. A device that is active already answers CONFLICT: somebody approved it, or it registered.',
    params: deviceParams,
    body: closed({
      modelId,
      label: Type.Optional(text(128, { description: 'What people call it.', examples: ['Printer by the window'] })),
    }),
    response: { 200: DeviceInFull, ...failures(...bodyRefusals, 'CONFLICT') },
  };
  app.post('/devices/:deviceId/approve', { config: { access: 'operator' }, schema: approve }, async (request) => {
    const user = caller(request);
    const { id } = await requireDevice(db, user, request.params.deviceId);
    const given = { ...request.body, ...(await modelOf(request.body)) };
    const change = (device: LockedDevice) => ({ ...given, ...become('active', device) });
    await changeDevice(db, { user, request, now: clock() }, id, { action: 'device.approved', change });
    return showInFull(db, user, id);
  });

  const approveMany = {
    ...common,
    summary: 'Approve many devices',
    description:
      'Each by itself, so that one refusal costs no other. The answer says of each what became of it, in the same order.',
    body: closed({ ids: manyIds, modelId }),
    response: {
      200: closed({ items: Type.Array(Outcome) }, { description: 'What became of each.' }),
      ...failures(...bodyRefusals),
    },
  };
  app.post('/devices/approve', { config: { access: 'operator' }, schema: approveMany }, async (request) => {
    const user = caller(request);
    requireRoleSomewhere(user);
    const { ids, ...body } = request.body;
    const model = await modelOf(body);
    const change = (device: LockedDevice) => ({ ...model, ...become('active', device) });
    const changed = await changeDevices(db, { user, request, now: clock() }, ids, {
      action: 'device.approved',
      change,
    });
    const items = ids.map((id): Static<typeof Outcome> => {
      const { state = null, fault } = changed.get(id.toLowerCase()) ?? { fault: noSuchDevice() };
      return { id, state, code: fault?.code ?? null, detail: fault?.message ?? null };
    });
    return { items };
  });

  const takeAway = [
    {
      path: '/devices/:deviceId/block',
      state: 'blocked',
      action: 'device.blocked',
      summary: 'Block a device',
      description:
        'Within 5 seconds its data are not taken any more: they become dead letters (DEVICE_BLOCKED), which can be replayed once it is approved again. What it sent before stays.',
    },
    {
      path: '/devices/:deviceId/archive',
      state: 'archived',
      action: 'device.archived',
      summary: 'Archive a device',
      description:
        'For one that is out of service: as blocked, and not listed any more, unless archived ones are asked for. What it sent stays.',
    },
  ] as const;
  for (const { path, state, action, ...said } of takeAway) {
    const response = { 200: DeviceInFull, ...failures(...refusals, 'CONFLICT') };
    const schema = { ...common, ...said, params: deviceParams, response };
    app.post(path, { config: { access: 'operator' }, schema }, async (request) => {
      const user = caller(request);
      const { id } = await requireDevice(db, user, request.params.deviceId);
      const change = (device: LockedDevice) => become(state, device);
      await changeDevice(db, { user, request, now: clock() }, id, { action, change });
      return showInFull(db, user, id);
    });
  }

  async function modelOf({ modelId: given }: { modelId?: string }) {
    return given === undefined ? {} : { modelId: await requireModel(db, given) };
  }
}

/** Throws CONFLICT where the device is that already. */
function become(state: LockedDevice['state'], device: LockedDevice): { state: LockedDevice['state'] } {
  if (device.state === state) throw new StepCloudError('CONFLICT', `the device is ${state} already`);
  return { state };
}
