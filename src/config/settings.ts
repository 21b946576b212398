import { type Static, Type } from 'typebox';

const count = (fallback: number, description: string, maximum = 1_000_000_000) =>
  Type.Integer({ minimum: 1, maximum, default: fallback, description });
const days = (fallback: number | null, description: string) =>
  Type.Unsafe<number | null>({
    type: ['integer', 'null'],
    minimum: 1,
    maximum: 24_000,
    default: fallback,
    description,
  });
const strict = { additionalProperties: false, default: {} };
const rate = (of: string, messagesPerSecond: number, bytesPerSecond: number) =>
  Type.Object(
    {
      messagesPerSecond: count(messagesPerSecond, `messages of ${of} in a second, on average; more are delayed`),
      bytesPerSecond: count(bytesPerSecond, `bytes of ${of} in a second, on average, of packets as they are sent`),
    },
    strict,
  );

/** What an operator may set in broker.config.ts. Every value has a default; sizes are bytes, times milliseconds. */
export const BrokerSettings = Type.Object(
  {
    maxPacketBytes: count(
      1024 * 1024,
      'largest PUBLISH that is taken in; a larger one becomes a dead letter',
      16 << 20,
    ),
    connectTimeoutMs: count(10_000, 'time a new connection has to send CONNECT and to be authenticated'),
    ackTimeoutMs: count(10_000, 'how long a PUBACK waits for the queue before the connection is closed'),
    maxInflightMessages: count(1000, 'messages of one connection that wait for their PUBACK together'),
    batch: Type.Object(
      {
        maxMessages: count(2000, 'messages in one job', 60_000),
        maxBytes: count(512 * 1024, 'payload bytes in one job'),
        lingerMs: Type.Integer({
          minimum: 0,
          maximum: 1000,
          default: 3,
          description: 'how long a busy broker gathers before the next job; a lone message never waits',
        }),
      },
      strict,
    ),
    shards: count(1, 'queues; a gateway always uses the same one', 64),
    time: Type.Object(
      {
        horizonDays: count(3653, 'how far back a measurement may lie', 24_000),
        aheadMs: count(5 * 60_000, 'how far ahead of the server a clock may run'),
      },
      strict,
    ),
    limits: Type.Object(
      {
        maxConnections: count(20_000, 'MQTT connections of one broker process'),
        maxConnectionsPerAddress: count(2_000, 'MQTT connections from one address; a load balancer is one address'),
        pendingDevicesPerGateway: count(1000, 'devices of a gateway that nobody approved yet'),
        sensorsPerDevice: count(2000, 'sensors of one device'),
        deadLettersPerGateway: count(10_000, 'dead letters kept of one gateway; more are only counted'),
      },
      strict,
    ),
    rates: Type.Object(
      {
        gateway: rate('one gateway', 1_000, 2 << 20),
        customer: rate('all gateways of one customer', 10_000, 20 << 20),
        burstSeconds: count(
          60,
          'how much may be saved up for the time after an outage, in seconds of the rate',
          86_400,
        ),
      },
      strict,
    ),
    backlog: Type.Object(
      {
        delayJobs: count(50_000, 'jobs in the queue from which on all gateways are delayed'),
        delayAgeMs: count(600_000, 'how long the next job may have waited before all gateways are delayed'),
        refuseJobs: count(200_000, 'jobs in the queue from which on no new connections are taken'),
      },
      { ...strict, description: 'when workers are too far behind' },
    ),
    webSocketOrigins: Type.Array(Type.String(), {
      default: [],
      description: 'origins of web pages that may connect over WebSocket; clients that are no browsers send none',
    }),
    http: Type.Object(
      {
        origins: Type.Array(Type.String({ pattern: '^https?://[^/\\s*]+$' }), {
          default: [],
          description: 'origins of web pages on other hosts that may use the REST APIs, as in https://app.example.org',
        }),
        requestsPerMinute: Type.Object(
          {
            user: count(
              1200,
              'requests of one user, or of one API token, that each process of the API takes in a minute',
            ),
            gateway: count(6000, 'the same of one gateway'),
            address: count(6000, 'the same from one address, of who has no credentials, or wrong ones'),
          },
          strict,
        ),
      },
      strict,
    ),
    partitionSpan: Type.Enum(['month', 'week', 'day'], {
      default: 'month',
      description: 'span of the partitions to come: month for a workshop, day for hundreds',
    }),
    retentionDays: Type.Object(
      {
        readings: days(null, 'readings; what is older is refused, too'),
        events: days(null, 'events with all their parts; what is older is refused, too'),
        logs: days(null, 'logs of events; the events stay; older ones are refused, too'),
        rollups: days(null, 'rollups of readings, which may outlive the readings'),
        deadLetters: days(30, 'dead letters, since their fault was last seen'),
        audit: days(730, 'who did what'),
        sessions: days(90, 'sessions and enrolments that have ended, and refresh tokens that were used'),
        ledger: days(730, 'the books of accepted messages'),
        connectivity: days(400, 'times in which gateways were online'),
        receipts: days(1, 'receipts that their gateway did not fetch'),
        warnings: days(30, 'warnings of what gateways send, since that was last seen'),
        batches: days(90, 'ids of stored batches, by which a second run of a job is known'),
      },
      { ...strict, description: 'for how many days data is kept, by kind; null: for ever' },
    ),
    disk: Type.Object(
      {
        warnFreePercent: count(10, 'warn when less than this part of the disk of the database is free', 99),
        warnDaysLeft: count(14, 'warn when the disk of the database will be full sooner than this, in days', 3650),
      },
      { ...strict, description: 'when to warn of a disk that fills up' },
    ),
  },
  strict,
);
export type BrokerSettings = Static<typeof BrokerSettings>;

type DeepPartial<T> = { [K in keyof T]?: T[K] extends object ? DeepPartial<T[K]> : T[K] };

/** Types broker.config.ts; what it leaves out has the default of `BrokerSettings`. */
export function defineConfig(settings: DeepPartial<BrokerSettings>): DeepPartial<BrokerSettings> {
  return settings;
}

export interface Setting {
  /** As in `batch.maxMessages`. */
  readonly name: string;
  readonly default: unknown;
  readonly description: string;
}

/** Every setting, one by one; docs/configuration.md has the same table, held to this one by a test. */
export function listSettings(): Setting[] {
  return flatten(BrokerSettings, '');
}

/** What of a schema is shown. */
interface Shape {
  readonly properties?: Record<string, object>;
  readonly default?: unknown;
  readonly description?: string;
}

function flatten(schema: object, name: string): Setting[] {
  const { properties, default: value, description = '' } = schema as Shape;
  if (!properties) return [{ name, default: value, description }];
  return Object.entries(properties).flatMap(([key, inner]) => flatten(inner, name === '' ? key : `${name}.${key}`));
}
