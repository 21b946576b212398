import { isIP, isIPv6 } from 'node:net';
import { resolve } from 'node:path';

/** Reads the text of a variable. Throws what the text must be instead; never shows what may have a password in it. */
export type Kind<T> = (text: string) => T;

export const text: Kind<string> = (value) => value;

/** A file or folder, from the working folder on. */
export const path: Kind<string> = (value) => resolve(value);

export const port: Kind<number> = integer(0, 65_535);

export function integer(minimum: number, maximum: number): Kind<number> {
  return (value) => {
    const number = Number(value);
    if (Number.isInteger(number) && number >= minimum && number <= maximum) return number;
    throw new Error(`must be a whole number from ${minimum} to ${maximum}, not "${value}"`);
  };
}

export function oneOf<T extends string>(...allowed: readonly T[]): Kind<T> {
  return (value) => {
    const found = allowed.find((one) => one === value);
    if (found === undefined) throw new Error(`must be one of ${allowed.join(', ')}, not "${value}"`);
    return found;
  };
}

export function url(...protocols: readonly string[]): Kind<string> {
  return (value) => {
    if (isUrl(value, protocols)) return value;
    throw new Error(`must be a URL that begins ${protocols.join('// or ')}//`);
  };
}

export function urls(...protocols: readonly string[]): Kind<string[]> {
  const wanted = `must be URLs that begin ${protocols.join('// or ')}//, separated by commas`;
  return list((value) => isUrl(value, protocols), wanted);
}

export const networks: Kind<string[]> = list(
  isNetwork,
  'must be addresses or networks as in 172.16.0.0/12, separated by commas',
);

/** Who a mail comes from: an address, with or without a name. */
export const sender: Kind<string> = (value) => {
  if (/^([^<>\p{Cc}]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/u.test(value)) return value;
  throw new Error(`must be an address as in StepCloud <stepcloud@localhost>, not ${JSON.stringify(value)}`);
};

export const hide = (): string => '***';

/** The URL without its passwords: that of its user, and those of its parameters. */
export function maskUrl(value: string): string {
  const url = new URL(value);
  if (url.password !== '') url.password = hide();
  for (const name of [...url.searchParams.keys()]) if (/pass/i.test(name)) url.searchParams.set(name, hide());
  return url.href;
}

function list(isGood: (value: string) => boolean, wanted: string): Kind<string[]> {
  return (value) => {
    const values = value
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean);
    const bad = values.filter((one) => !isGood(one)).map((one) => `"${one}"`);
    if (bad.length > 0) throw new Error(`${wanted}, not ${bad.join(', ')}`);
    return values;
  };
}

function isUrl(value: string, protocols: readonly string[]): boolean {
  return URL.canParse(value) && protocols.includes(new URL(value).protocol);
}

/** An IP address, or one with a prefix length (CIDR). */
function isNetwork(value: string): boolean {
  const [, address = '', prefix = '1'] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(value) ?? [];
  return isIP(address) > 0 && Number(prefix) >= 1 && Number(prefix) <= (isIPv6(address) ? 128 : 32);
}
