import { setTimeout as delay } from 'node:timers/promises';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { v7 as uuid } from 'uuid';
import type { ErrorReport, Receipt } from '../messages/downlink.ts';
import { type Finding, fault, fine } from './findings.ts';

const ANSWER_TIMEOUT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** What doctor sends is in a device of its own, which stays pending and so is shown to nobody. */
const DEVICE = 'stepcloud-doctor';

export interface GatewayLogin {
  url: string;
  gatewayId: string;
  token: string;
}

/** What a gateway does, and what docs/mqtt.md says comes of it. */
interface Trial {
  readonly what: string;
  readonly topic: string;
  readonly payload: string;
  /** The code of its refusal; none: it is stored. */
  readonly code?: string;
}

/** Plays a well- and an ill-behaved gateway, and says whether each message got the answer that docs/mqtt.md promises. */
export async function examineGateway(login: GatewayLogin): Promise<Finding[]> {
  const { url, gatewayId } = login;
  const [stranger, nobody] = await Promise.all([
    isRefused(login, { password: 'no token' }),
    isRefused(login, { username: uuid() }),
  ]);
  const client = await open(login, { clientId: `doctor-${uuid()}` }).catch((error: Error) => error);
  if (client instanceof Error)
    return [
      fault(
        'gateway',
        `${url} does not let it in: ${client.message}`,
        'look at the token, and at the log of the broker',
      ),
    ];
  try {
    const answers = listen(client);
    const [own, foreign] = await subscribe(client, gatewayId);
    const results: Finding[] = [
      verdict('a wrong password is refused', stranger),
      verdict('the token of another gateway is refused', nobody),
      verdict('its own down/ topics are granted', own),
      verdict("another gateway's topics are not granted", foreign),
    ];
    const [good, ...others] = trialsOf(gatewayId) as [Trial, ...Trial[]];
    const stored = await attempt(client, answers, good); // others repeat it, and contradict it
    return [...results, stored, ...(await Promise.all(others.map((trial) => attempt(client, answers, trial))))];
  } finally {
    await client.endAsync(true);
  }
}

function trialsOf(gatewayId: string): Trial[] {
  const topic = `v1/gateways/${gatewayId}/devices/${DEVICE}/readings`;
  const foreign = `v1/gateways/${uuid()}/devices/${DEVICE}/readings`;
  const now = Date.now();
  const reading = (ts: unknown, value: unknown) => JSON.stringify({ ts, values: { probe: value } });
  return [
    { what: 'a good reading is stored', topic, payload: reading(now, 1) },
    { what: 'the same reading again does no harm', topic, payload: reading(now, 1) },
    { what: 'another value of the same time is refused', topic, payload: reading(now, 2), code: 'VALUE_CONFLICT' },
    { what: 'what is not JSON is refused', topic, payload: `{"ts": ${now}`, code: 'PAYLOAD_NOT_JSON' },
    { what: 'an empty payload is refused', topic, payload: '', code: 'PAYLOAD_EMPTY' },
    { what: 'a value that is an object is refused', topic, payload: reading(now + 1, {}), code: 'PAYLOAD_INVALID' },
    { what: 'a time in the future is refused', topic, payload: reading(now + 86_400_000, 1), code: 'TIME_IN_FUTURE' },
    { what: 'a time without a zone is refused', topic, payload: reading('2026-11-23T10:15', 1), code: 'TIME_INVALID' },
    { what: 'a foreign topic is refused', topic: foreign, payload: reading(now, 1), code: 'TOPIC_FOREIGN' },
    {
      what: 'an unknown topic is refused',
      topic: `v1/gateways/${gatewayId}/nonsense`,
      payload: '{}',
      code: 'TOPIC_UNKNOWN',
    },
  ];
}

function open({ url, gatewayId, token }: GatewayLogin, options: IClientOptions = {}): Promise<MqttClient> {
  return connectAsync(url, {
    username: gatewayId,
    password: token,
    reconnectPeriod: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    ...options,
  });
}

async function isRefused(login: GatewayLogin, options: IClientOptions): Promise<boolean> {
  const client = await open(login, { clientId: `doctor-${uuid()}`, ...options }).catch(() => undefined);
  await client?.endAsync(true);
  return client === undefined;
}

interface Answers {
  readonly errors: ErrorReport[];
  readonly receipts: Receipt[];
}

function listen(client: MqttClient): Answers {
  const answers: Answers = { errors: [], receipts: [] };
  client.on('message', (topic, payload) => {
    const name = topic.split('/').at(-1);
    if (name === 'errors') answers.errors.push(JSON.parse(payload.toString()));
    if (name === 'receipts') answers.receipts.push(JSON.parse(payload.toString()));
  });
  return answers;
}

/** Whether its own topics are granted, and whether those of others are not. */
async function subscribe(client: MqttClient, gatewayId: string): Promise<[boolean, boolean]> {
  const granted = (filter: string) =>
    client.subscribeAsync(filter, { qos: 1 }).then(
      (grants) => grants.every(({ qos }) => qos !== 128),
      () => false,
    );
  return [await granted(`v1/gateways/${gatewayId}/down/#`), !(await granted(`v1/gateways/${uuid()}/down/#`))];
}

/** Sends under a name of its own, by which errors and receipts tell what became of it. */
async function attempt(client: MqttClient, answers: Answers, { what, topic, payload, code }: Trial): Promise<Finding> {
  const ref = uuid();
  const named = topic.endsWith('/nonsense') ? topic : `${topic}/${ref}`;
  const isOurs = (one: ErrorReport) => one.ref === ref || one.topic === named;
  const sent = await Promise.race([
    client.publishAsync(named, payload, { qos: 1 }).then(() => true),
    delay(ANSWER_TIMEOUT_MS, false, { ref: false }),
  ]).catch(() => false);
  if (!sent) return verdict(what, false, 'no PUBACK came');
  const deadline = performance.now() + ANSWER_TIMEOUT_MS;
  while (performance.now() < deadline) {
    const refused = answers.errors.find(isOurs);
    if (refused) return verdict(what, refused.code === code, `the answer was ${refused.code}: ${refused.text}`);
    const outcome = answers.receipts.flatMap(({ refs }) => refs).find((one) => one.ref === ref)?.outcome;
    if (code === undefined && outcome && outcome !== 'rejected') return verdict(what, true);
    await delay(50);
  }
  return verdict(what, false, 'PUBACK came, and nothing on down/ within 15 s');
}

function verdict(what: string, isSo: boolean, detail?: string): Finding {
  if (isSo) return fine('gateway', what);
  const text = `not so: ${what}${detail ? ` (${detail})` : ''}`;
  return fault('gateway', text, 'compare with docs/mqtt.md, and look into the logs of broker and worker');
}
