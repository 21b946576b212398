import { Type } from 'typebox';
import { findLiveSubjects, type LiveSubjects } from '../../db/live-views.ts';
import { StepCloudError } from '../../errors.ts';
import type { App } from '../app.ts';
import { openEventStream } from '../live/event-stream.ts';
import { decodePosition } from '../live/position.ts';
import { failures } from '../problems.ts';
import { closed, Id } from '../schemas.ts';
import { createSlots } from '../slots.ts';
import type { UserRouteOptions } from './options.ts';

/** Of both kinds together: with the id of an event beside them, no more fit into the head of a request. */
const MAX_SUBJECTS = 200;
const SLOTS = { what: 'streams', perUser: 20, perProcess: Number.POSITIVE_INFINITY, retryAfterS: 10 };

const DESCRIPTION = `Server-sent events of the devices and gateways that are named, from now on. After a cut, connect again with the id of the last event in \`Last-Event-ID\` (browsers do that by themselves): nothing is missing then, and nothing comes twice. \`docs/live.md\` has an example.

| event | data |
|---|---|
| \`ready\` | \`serverTime\`, \`resumed\`. All that is stored from now on will come: what was before is read from the other routes, after this event. |
| \`readings\` | \`deviceId\` and \`readings\`: each \`label\`, \`unit\`, \`valueType\`, \`value\`, \`recordedAt\`, \`receivedAt\`, in the order in which they were stored. Late data comes as well. |
| \`event\` | \`deviceId\`, \`eventId\`, \`type\`, \`outcome\`, \`recordedAt\` of an event that is new or got new parts. |
| \`dead-letter\` | \`gatewayId\`, \`deviceKey\`, \`code\`, \`detail\`, \`ref\`, \`seen\` of what was refused: all of a gateway that is named, and that of the devices that are. |
| \`connectivity\` | \`gatewayId\`, \`online\`, \`onlineSince\`, \`offlineSince\` of these gateways and of those that hear these devices: after \`ready\` and when it changes. A gateway that begins to hear one of them is shown within some ten seconds, and what is refused of it from then on. A state and no message: it has no id. |
| \`slow\` | \`heldUpMs\`: the reader took nothing for so long, and gets now what has waited. |
| \`gap\` | \`from\`, \`to\`: what was stored in between may be missing here, since the stream was away for more than 14 minutes or the database has crashed. It is in the other routes. |
| \`beat\` | \`serverTime\`, every 15 s. |
| \`end\` | \`reason\`: the session or API token was ended or something of this is not yours any more. |`;

export function stream(app: App, { db, live, caller }: UserRouteOptions): void {
  const slots = createSlots(SLOTS);
  const manySubjects = (what: string) =>
    Type.Optional(
      Type.Array(Id, {
        maxItems: MAX_SUBJECTS,
        uniqueItems: true,
        description: `A ${what} to watch; may be repeated. Devices and gateways are ${MAX_SUBJECTS} in all at most.`,
      }),
    );
  const lastEventId = Type.String({
    maxLength: 4096,
    description: 'The id of the last event that came, to go on behind it.',
  });
  const schema = {
    summary: 'Live events',
    description: DESCRIPTION,
    tags: ['devices'],
    querystring: closed({
      deviceId: manySubjects('device'),
      gatewayId: manySubjects('gateway'),
      lastEventId: Type.Optional({
        ...lastEventId,
        description: 'In place of the header, which comes first.',
      }),
    }),
    headers: Type.Object({ 'last-event-id': Type.Optional(lastEventId) }),
    response: {
      200: {
        description: 'Events without end.',
        content: { 'text/event-stream': { schema: Type.String() } },
      },
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND', 'RATE_LIMITED'),
    },
  };
  app.get('/stream', { config: { access: 'viewer' }, schema, exposeHeadRoute: false }, async (request, reply) => {
    const user = caller(request);
    const { deviceId: deviceIds = [], gatewayId: gatewayIds = [] } = request.query;
    const wanted = { deviceIds, gatewayIds };
    if (deviceIds.length + gatewayIds.length === 0)
      throw new StepCloudError('REQUEST_INVALID', 'name a device (deviceId) or a gateway (gatewayId) to watch');
    if (deviceIds.length + gatewayIds.length > MAX_SUBJECTS)
      throw new StepCloudError('REQUEST_INVALID', `one stream watches ${MAX_SUBJECTS} devices and gateways at most`);
    const resumed = request.headers['last-event-id'] || request.query.lastEventId;
    const position = resumed ? decodePosition(resumed) : undefined;
    if (resumed && !position) throw new StepCloudError('REQUEST_INVALID', 'the last event id is not one of a stream');
    const subjects = await findLiveSubjects(db, user.scope, wanted);
    const missing = findMissing(wanted, subjects);
    if (missing) throw new StepCloudError('NOT_FOUND', `there is no such ${missing}, or it is not yours`);

    const leave = slots.take(user.userId);
    const out = openEventStream(reply);
    out.onEnd(leave);
    const lookAgain = async () => {
      const scope = await user.lookAgain();
      return scope && findLiveSubjects(db, scope, wanted);
    };
    await live.open({ out, subjects, position, lookAgain });
  });
}

function findMissing(
  { deviceIds, gatewayIds }: { deviceIds: readonly string[]; gatewayIds: readonly string[] },
  { devices, gateways }: LiveSubjects,
): string | undefined {
  const found = new Set([...devices, ...gateways].map(({ id }) => id));
  const device = deviceIds.find((id) => !found.has(id.toLowerCase()));
  if (device) return `device as ${device}`;
  const gateway = gatewayIds.find((id) => !found.has(id.toLowerCase()));
  return gateway && `gateway as ${gateway}`;
}
