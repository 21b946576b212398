import { Type } from 'typebox';
import type { Db } from '../../db/database.ts';
import { findModelUnknown } from '../../db/dead-letter-views.ts';
import { DEVICE_ORDER, listDevices } from '../../db/device-views.ts';
import { isTwin } from '../../db/failures.ts';
import type { Scope } from '../../db/scope.ts';
import { StepCloudError } from '../../errors.ts';
import { readPayload } from '../../messages/payload.ts';
import type { App } from '../app.ts';
import type { UserCaller } from '../guards.ts';
import { anyOf, listQuery, readPage, search } from '../lists.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, page, Time, text } from '../schemas.ts';
import { changeDevice, requireModel } from './device-changes.ts';
import type { ResourceOptions } from './options.ts';
import { requireDevice, requireDeviceDetails, requireGateway, requireOffice, requirePartOf } from './visible.ts';

const State = Type.Enum(['pending', 'active', 'blocked', 'archived'], {
  description: 'A device that a gateway heard and nobody approved yet is pending.',
});

const properties = {
  id: Id,
  key: Type.String({ description: 'Its name on its gateway.', examples: ['SN-4711'] }),
  label: nullable(Type.String({ examples: ['Printer by the window'] })),
  state: State,
  customerId: Id,
  officeId: Id,
  officeName: Type.String(),
  model: nullable(
    closed({
      id: Id,
      name: Type.String({ examples: ['Form 4'] }),
      supplier: Type.String({ examples: ['Formlabs'] }),
    }),
  ),
  monitoring: Type.Boolean({ description: 'Whether its data is wanted.' }),
  serialNumber: nullable(Type.String()),
  lastHeardAt: nullable({
    ...Time,
    description: 'When something of it last arrived here, to the minute; null before the first time.',
  }),
  newestRecordedAt: nullable({
    ...Time,
    description: 'The newest time at which something of it was measured, or an event ended; null before the first.',
  }),
  createdAt: Time,
};
const Device = closed(properties, { description: 'A device.' });

export const DeviceInFull = closed(
  {
    ...properties,
    registrationCode: nullable(Type.String({ examples: ['7F3K'] })),
    interfaceName: nullable(
      Type.String({ description: 'By which interface its gateway reaches it.', examples: ['eth0'] }),
    ),
    networkAddress: nullable(Type.String({ examples: ['192.168.1.20'] })),
    heardBy: Type.Array(
      closed({
        gatewayId: Id,
        label: nullable(Type.String({ examples: ['Workshop 1'] })),
        firstHeardAt: Time,
        lastHeardAt: Time,
      }),
      { description: 'The gateways that have heard it, the last one first; all of them mean this one device.' },
    ),
    triedModel: nullable(
      Type.String({
        description:
          'The model by which it last tried to register and which the catalogue does not know, while it has none.',
        examples: ['MAX 2 UV385'],
      }),
    ),
  },
  { description: 'A device, with what stands in no list.' },
);

const Text = text(128);

export const deviceParams = closed({ deviceId: Id });

export function devices(app: App, { db, clock, caller }: ResourceOptions): void {
  const list = {
    summary: 'List devices',
    description:
      'The devices of your customers and offices. Those that are pending or archived are listed only when `state` asks for them.',
    tags: ['devices'],
    querystring: closed({
      state: anyOf(State, 'Only devices in this state.'),
      customerId: anyOf(Id, 'Only devices of this customer.'),
      officeId: anyOf(Id, 'Only devices of this office.'),
      gatewayId: anyOf(Id, 'Only devices that this gateway has heard.'),
      modelId: anyOf(Id, 'Only devices of this model.'),
      key: anyOf(text(128), 'Only the devices that their gateways call so.'),
      serialNumber: anyOf(text(128), 'Only devices with this serial number.'),
      monitoring: Type.Optional(Type.Boolean({ description: 'Only those whose data is wanted, or is not.' })),
      q: search('key, label or serial number'),
      ...listQuery(DEVICE_ORDER, 'id'),
    }),
    response: {
      200: closed(page(Device), { description: 'A page of devices.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND'),
    },
  };
  app.get('/devices', { config: { access: 'viewer' }, schema: list }, async (request) => {
    const user = caller(request);
    const { customerId = [], officeId = [], gatewayId = [] } = request.query;
    for (const id of customerId) await requirePartOf(user, id);
    for (const id of officeId) await requireOffice(db, user, id);
    for (const id of gatewayId) await requireGateway(db, user, id);
    return readPage(request.query, (page) => listDevices(db, user.scope, request.query, page));
  });

  const one = {
    summary: 'Show a device',
    description:
      'Whatever its state: of one that is pending, its latest values and readings can be seen before it is approved.',
    tags: ['devices'],
    params: deviceParams,
    querystring: closed({}),
    response: { 200: DeviceInFull, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND') },
  };
  app.get('/devices/:deviceId', { config: { access: 'viewer' }, schema: one }, (request) =>
    showInFull(db, caller(request), request.params.deviceId),
  );

  const change = {
    summary: 'Change a device',
    description:
      'Changes what is given. A gateway of the office that it left makes a new device, pending, when it hears this key again. What is null has a next registration fill it in; where the device is reached (`networkAddress`) follows the newest registration anyway.',
    tags: ['devices'],
    params: deviceParams,
    querystring: closed({}),
    body: closed(
      {
        label: Type.Optional(nullable(Text)),
        officeId: Type.Optional({
          ...Id,
          description:
            'Another office of the same customer, where the caller has the same role: the device goes there with all its data. CONFLICT where that office has a device of this key.',
        }),
        monitoring: Type.Optional(Type.Boolean({ description: 'Whether its data is wanted; its gateway is told.' })),
        modelId: Type.Optional(nullable(Id)),
        serialNumber: Type.Optional(nullable(Text)),
        registrationCode: Type.Optional(nullable(Text)),
        networkAddress: Type.Optional(nullable(Text)),
      },
      { minProperties: 1 },
    ),
    response: {
      200: DeviceInFull,
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT'),
      ...failures('TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED'),
    },
  };
  app.patch('/devices/:deviceId', { config: { access: 'operator' }, schema: change }, async (request) => {
    const user = caller(request);
    const { id, customerId } = await requireDevice(db, user, request.params.deviceId);
    const { modelId, officeId } = request.body;
    if (officeId !== undefined && (await requireOffice(db, user, officeId)).customerId !== customerId)
      throw new StepCloudError('CONFLICT', 'a device never changes customer');
    const given = { ...request.body, ...(modelId && { modelId: await requireModel(db, modelId) }) };
    const changer = { user, request, now: clock() };
    await changeDevice(db, changer, id, { action: 'device.changed', change: () => given }).catch((fault: unknown) => {
      throw isTwin(fault) ? new StepCloudError('CONFLICT', 'the other office has a device of this key') : fault;
    });
    return showInFull(db, user, id);
  });
}

/** A device with what stands in no list. */
export async function showInFull(db: Db, user: UserCaller, deviceId: string) {
  const device = await requireDeviceDetails(db, user, deviceId);
  return { ...device, triedModel: device.model ? null : await findTriedModel(db, user.scope, device.id) };
}

async function findTriedModel(db: Db, scope: Scope, deviceId: string): Promise<string | null> {
  const item = await findModelUnknown(db, scope, deviceId);
  if (!item) return null;
  const { model } = (await readPayload(item)) as { model?: unknown };
  return typeof model === 'string' ? model : null;
}
