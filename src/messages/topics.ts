import type { RefusalCode } from '../errors.ts';
import type { Kind } from './kind.ts';
import { KINDS } from './kinds.ts';
import { isDeviceKey, isRef, MAX_KEY_CHARACTERS } from './names.ts';

/** What a topic says: which kind of message, about which device, under which name of the sender's. */
export interface Address {
  readonly kind: Kind;
  readonly deviceKey?: string | undefined;
  readonly ref?: string | undefined;
}
export type Route = Address | { readonly refused: RefusalCode; readonly detail: string };

/** A device key, percent-encoded. */
export const KEY_LEVEL = /^(?:[A-Za-z0-9._:~-]|%[0-9A-Fa-f]{2})+$/;

/**
 * Reads `v1/gateways/{gatewayId}/...` as published by that gateway: an address, or why there is none. Only the topic is
 * looked at, so the broker (which must not spend time on payloads) and the worker judge alike.
 */
export function routeTopic(topic: string, gatewayId: string): Route {
  const [version, gateways, owner, ...levels] = topic.split('/');
  if (version !== 'v1' || gateways !== 'gateways' || owner === undefined) {
    return refuse('TOPIC_UNKNOWN', `topics begin v1/gateways/${gatewayId}/`);
  }
  if (owner.toLowerCase() !== gatewayId) {
    return refuse('TOPIC_FOREIGN', `this connection may publish under v1/gateways/${gatewayId}/ only`);
  }
  for (const kind of KINDS) {
    const route = matchKind(kind, levels);
    if (route) return route;
  }
  return refuse('TOPIC_UNKNOWN', `no kind of message has the topic .../${levels.join('/').slice(0, 200)}`);
}

/** The topic under which a gateway publishes this; what `routeTopic` reads. */
export function topicOf(gatewayId: string, { kind, deviceKey = '', ref }: Address): string {
  const levels = kind.levels.map((level) => (level === ':device' ? deviceLevel(deviceKey) : level));
  return ['v1', 'gateways', gatewayId, ...levels, ...(ref === undefined ? [] : [ref])].join('/');
}

function matchKind(kind: Kind, levels: readonly string[]): Route | undefined {
  const extra = levels.length - kind.levels.length;
  if (extra !== 0 && extra !== 1) return undefined;
  let deviceKey: string | undefined;
  for (const [index, expected] of kind.levels.entries()) {
    const level = levels[index] as string;
    if (expected === ':device') deviceKey = decodeKey(level) ?? '';
    else if (expected !== level) return undefined;
  }
  if (deviceKey === '')
    return refuse(
      'TOPIC_UNKNOWN',
      `the device key is not 1 to ${MAX_KEY_CHARACTERS} characters of percent-encoded UTF-8`,
    );
  const ref = extra === 1 ? (levels.at(-1) as string) : undefined;
  if (ref !== undefined && !isRef(ref)) {
    return refuse('TOPIC_UNKNOWN', 'a ref is 1 to 36 of the characters A-Z a-z 0-9 _ . -');
  }
  return { kind, ...(deviceKey === undefined ? {} : { deviceKey }), ...(ref === undefined ? {} : { ref }) };
}

/** A device key as a level of a topic. */
function deviceLevel(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%3A', ':')
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function decodeKey(level: string): string | undefined {
  if (!KEY_LEVEL.test(level)) return undefined;
  try {
    const key = decodeURIComponent(level);
    return isDeviceKey(key) ? key : undefined;
  } catch {
    return undefined; // percent-encoded bytes that are not UTF-8
  }
}

function refuse(refused: RefusalCode, detail: string): Route {
  return { refused, detail };
}
