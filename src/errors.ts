/**
 * The closed list of error codes. A code says what was wrong, never where it travels: each edge (MQTT, HTTP) has its
 * own `Record<ErrorCode, ...>`, so that a new code without an answer there does not compile.
 */

/** What a gateway sent and StepCloud cannot store: the reasons of dead letters (docs/mqtt.md lists them for people). */
export const REFUSAL_CODES = {
  TOPIC_UNKNOWN: 'the topic names no known kind of message',
  TOPIC_FOREIGN: 'the topic belongs to another gateway',
  DEVICE_BLOCKED: 'the device is blocked or archived',
  DEVICE_LIMIT: 'the gateway has too many devices that nobody approved yet',
  SENSOR_LIMIT: 'the device has too many sensors',
  PAYLOAD_EMPTY: 'the payload has no bytes',
  PAYLOAD_TOO_LARGE: 'the payload is larger than its kind allows',
  PAYLOAD_NOT_JSON: 'the payload is not one JSON document in UTF-8',
  PAYLOAD_TOO_DEEP: 'the payload is nested too deeply',
  PAYLOAD_INVALID: 'the payload does not have the shape of its kind',
  TEXT_INVALID: 'a text is too long or has a character that cannot be stored',
  NUMBER_NOT_FINITE: 'a number is beyond what a double can hold',
  TIME_INVALID: 'a time is not ISO 8601 with a zone, nor epoch milliseconds, nor milliseconds since power-up',
  TIME_TOO_OLD: 'a time lies before the accepted horizon',
  TIME_IN_FUTURE: 'a time lies more than the accepted skew ahead',
  TIME_UNKNOWN: 'a time is missing where it cannot be the time of receipt, or what it is counted from is',
  TYPE_MISMATCH: 'the value has another type than its sensor',
  UNIT_MISMATCH: 'the value has another unit than its sensor',
  VALUE_CONFLICT: 'another value is already stored for this sensor and time',
  EVENT_CONFLICT: 'another event is already stored under this id',
  MODEL_UNKNOWN: 'no model of the catalogue has this identifier',
  STORAGE_REFUSED: 'the database refused the item',
} as const;
export type RefusalCode = keyof typeof REFUSAL_CODES;

/** What a gateway sent and StepCloud stored, but for what these say (docs/mqtt.md lists them too). */
export const WARNING_CODES = {
  FIELD_UNKNOWN: 'the payload has a field that its kind does not know; it was ignored',
} as const;
export type WarningCode = keyof typeof WARNING_CODES;

/** What a caller of the HTTP APIs or an operator can get wrong, or what is out of service. */
export const REQUEST_CODES = {
  REQUEST_INVALID: 'the request does not have the shape that its route describes',
  CREDENTIALS_INVALID: 'the credentials are wrong, expired or revoked',
  FORBIDDEN: 'the caller may not do this',
  NOT_FOUND: 'there is no such thing, or it is not yours',
  CONFLICT: 'what is there already does not allow it',
  TOO_LARGE: 'the body is larger than its route allows',
  MEDIA_TYPE_UNSUPPORTED: 'the content type is not one that the route reads',
  RATE_LIMITED: 'too many requests',
  AUTHORIZATION_PENDING: 'nobody has approved the gateway yet: ask again after the interval',
  SLOW_DOWN: 'asked again before the interval was over',
  ACCESS_DENIED: 'a user has turned the gateway away',
  EXPIRED_TOKEN: 'the device code has expired: begin again',
  NOT_CONFIGURED: 'this installation is not set up for it',
  CONFIG_INVALID: 'the configuration has faults',
  SCHEMA_OUTDATED: 'the database schema is older than this program: run stepcloud migrate',
  QUEUE_UNAVAILABLE: 'the queue does not answer',
  DATABASE_UNAVAILABLE: 'the database does not answer',
  INTERNAL: 'a fault of ours; the log has the details',
} as const;
export type RequestCode = keyof typeof REQUEST_CODES;

export type ErrorCode = RefusalCode | RequestCode;

/** The one error class. `detail` is written for the person who has to mend it. */
export class StepCloudError extends Error {
  override readonly name = 'StepCloudError';
  readonly code: ErrorCode;
  /** After how many seconds the caller may try again, where that is known. */
  readonly retryAfterS: number | undefined;
  /** How many of what stands in the way, or would go along. */
  readonly counts: Record<string, number> | undefined;

  constructor(
    code: ErrorCode,
    detail: string,
    options: ErrorOptions & { retryAfterS?: number; counts?: Record<string, number> } = {},
  ) {
    super(detail, options);
    this.code = code;
    this.retryAfterS = options.retryAfterS;
    this.counts = options.counts;
  }
}
