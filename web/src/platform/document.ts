// What the screens of the platform are made of: the OpenAPI document of the admin API, so that a new resource needs no new screen.

export const BASE = '/admin/api/v1';

/** As much of JSON Schema as the document uses. */
export interface Schema {
  type?: string | string[];
  format?: string;
  enum?: (string | number | null)[];
  default?: unknown;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema: Schema;
}

interface Content {
  description?: string;
  content?: Record<string, { schema: Schema }>;
}

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

export interface Operation {
  summary: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: Content;
  responses: Record<string, Content>;
}

export interface Document {
  paths: Record<string, Partial<Record<Method, Operation>>>;
}

/** What can be done by one request; `path` is a template below BASE, as `/customers/{customerId}`. */
export interface Action {
  method: Method;
  path: string;
  operation: Operation;
}

/** What a path shows, and all that can be done from there. */
export interface Screen {
  template: string;
  /** The path as it stands in the address. */
  path: string;
  /** Values of the parameters of the template. */
  params: Record<string, string>;
  show: Operation;
  /** The schema of what is shown: of one item where it is a list. */
  schema: Schema;
  isList: boolean;
  create: Action | undefined;
  change: Action | undefined;
  remove: Action | undefined;
  /** Done to what the screen shows as a whole. */
  actions: Action[];
  /** Done to all rows of a list that are chosen: their body has `ids`. */
  bulkActions: Action[];
  /** What takes a file, as a picture. */
  uploads: Action[];
  /** Done to one row of a list that has no screen of its own; what says which row may stand in the query. */
  rowActions: Action[];
  /** The template of the screen of a row, if there is one. */
  rowScreen: string | undefined;
  /** Paths of what belongs to it, as the sessions of a user. */
  parts: { path: string; summary: string }[];
}

const isParameter = (level: string): boolean => level.startsWith('{');
const levelsOf = (path: string): string[] => path.split('/').filter(Boolean);
/** `/queues/{shard}/failed/{job}/retry` is about rows of `/queues/failed`. */
const withoutParameters = (path: string): string =>
  `/${levelsOf(path)
    .filter((level) => !isParameter(level))
    .join('/')}`;

export const bodyOf = ({ requestBody }: Operation): Schema | undefined =>
  requestBody?.content?.['application/json']?.schema;

/** The types of file that a request takes as its body. */
export const filesOf = ({ requestBody }: Operation): string[] =>
  Object.keys(requestBody?.content ?? {}).filter((type) => type !== 'application/json');

const takesMany = ({ operation }: Action): boolean => bodyOf(operation)?.properties?.ids !== undefined;

export function answerOf({ responses }: Operation): Schema {
  const [, answer] = Object.entries(responses).find(([status]) => status.startsWith('2')) ?? [];
  return answer?.content?.['application/json']?.schema ?? {};
}

export const queryOf = ({ parameters = [] }: Operation): Parameter[] => parameters.filter((one) => one.in === 'query');

const isListed = (operation: Operation): boolean =>
  answerOf(operation).properties?.items?.items?.properties !== undefined;

/** The areas: everything that is shown without naming anything. */
export function areasOf(document: Document): { path: string; name: string; summary: string }[] {
  return pathsOf(document).flatMap(([path, { get }]) =>
    get && !path.includes('{') ? [{ path, name: toWords(path.slice(1)), summary: get.summary }] : [],
  );
}

const pathsOf = ({ paths }: Document) =>
  Object.entries(paths).map(([path, methods]) => [path.replace(BASE, ''), methods] as const);

/** The screen of a path, or undefined where the API shows nothing there. */
export function screenOf(document: Document, path: string): Screen | undefined {
  const all = pathsOf(document);
  const [found] = all
    .filter(([template, { get }]) => get && fits(template, path))
    .sort(([a], [b]) => a.split('{').length - b.split('{').length);
  if (!found?.[1].get) return undefined;
  const [template, methods] = found;
  const show = found[1].get;
  const isList = isListed(show);
  const rows = isList ? (answerOf(show).properties?.items?.items as Schema) : undefined;
  const actions: Action[] = [];
  const rowActions: Action[] = [];
  const uploads: Action[] = [];
  for (const [other, itsMethods] of all) {
    const below = levelsOf(other).length === levelsOf(template).length + 1 && other.startsWith(`${template}/`);
    const isOfRow = isList && !below && isAboutRowsOf(other, template);
    for (const [method, operation] of Object.entries(itsMethods) as [Method, Operation][]) {
      if (method === 'get') continue;
      const action = { method, path: other, operation };
      if (method === 'put') {
        if (below && filesOf(operation).length > 0) uploads.push(action);
        continue;
      }
      const level = levelsOf(other).at(-1) as string;
      if (below && isParameter(level)) {
        if (method === 'delete' && isList) rowActions.push(action);
      } else if (below && (method === 'post' || method === 'delete') && !(itsMethods.get && isListed(itsMethods.get)))
        actions.push(action);
      else if (isOfRow && method === 'post') rowActions.push(action);
      else if (other === template && method === 'delete' && isList) actions.push(action);
      else if (other === template && method === 'patch' && isList) rowActions.push(action);
    }
  }
  const rowScreen = all.find(([other, { get }]) => get && isList && isBelowByParameter(other, template))?.[0];
  const here = (method: Method): Action | undefined => {
    const operation = methods[method];
    return operation && { method, path: template, operation };
  };
  return {
    template,
    path,
    params: paramsOf(template, path),
    show,
    schema: rows ?? answerOf(show),
    isList,
    create: isList ? here('post') : undefined,
    change: isList ? undefined : here('patch'),
    remove: isList ? undefined : here('delete'),
    actions: actions.filter((action) => !takesMany(action)),
    bulkActions: actions.filter(takesMany),
    uploads,
    rowActions: rowScreen ? [] : rowActions,
    rowScreen,
    parts: isList
      ? []
      : all.flatMap(([other, { get }]) =>
          get &&
          !isBelowByParameter(other, template) &&
          other.startsWith(`${template}/`) &&
          !other.slice(template.length).includes('{')
            ? [{ path: path + other.slice(template.length), summary: get.summary }]
            : [],
        ),
  };
}

function isBelowByParameter(other: string, template: string): boolean {
  const rest = other.startsWith(`${template}/`) ? other.slice(template.length + 1) : '';
  return isParameter(rest) && !rest.includes('/');
}

function isAboutRowsOf(other: string, template: string): boolean {
  const [plain, list] = [withoutParameters(other), withoutParameters(template)];
  const parameters = (path: string) => levelsOf(path).filter(isParameter).length;
  return (
    plain.startsWith(`${list}/`) &&
    levelsOf(plain).length === levelsOf(list).length + 1 &&
    parameters(other) > parameters(template)
  );
}

function fits(template: string, path: string): boolean {
  const [wanted, given] = [levelsOf(template), levelsOf(path)];
  return wanted.length === given.length && wanted.every((level, i) => isParameter(level) || level === given[i]);
}

function paramsOf(template: string, path: string): Record<string, string> {
  const given = levelsOf(path);
  return Object.fromEntries(
    levelsOf(template).flatMap((level, i) => (isParameter(level) ? [[level.slice(1, -1), given[i] as string]] : [])),
  );
}

/** The path of a template: by the parameters of the screen, and by what a row has; the last one is its id where no field is called so. */
export function fill(template: string, params: Record<string, string>, row: Record<string, unknown> = {}): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(params[name] ?? row[name] ?? row.id ?? '')),
  );
}

/** Where an action on a row is sent, with what it must be asked by. */
export function targetOf(
  { path, operation }: Action,
  params: Record<string, string>,
  row: Record<string, unknown>,
): string {
  const required = queryOf(operation).filter((one) => one.required);
  const query = new URLSearchParams(Object.fromEntries(required.map(({ name }) => [name, String(row[name] ?? '')])));
  return `${fill(path, params, row)}${query.size > 0 ? `?${query}` : ''}`;
}

/** The list to choose from for a field like `customerId`: where the API shows one by a parameter of this name. */
export function listFor(document: Document, field: string): string | undefined {
  const found = pathsOf(document).find(
    ([path, { get }]) => get && path.endsWith(`/{${field}}`) && path.split('{').length === 2,
  );
  return found?.[0].replace(`/{${field}}`, '');
}

export const typesOf = ({ type }: Schema): string[] => (Array.isArray(type) ? type : type === undefined ? [] : [type]);
export const isNumber = (schema: Schema): boolean =>
  typesOf(schema).some((type) => type === 'integer' || type === 'number');
export const isNullable = (schema: Schema): boolean => typesOf(schema).includes('null');

/** `contractLevel` and `device-models` as "Contract level" and "Device models". */
export function toWords(name: string): string {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replace(/[-_/]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Of what names an item to people, the first that it has. */
const NAMES = ['name', 'label', 'email', 'key', 'identifier'];

/** What people call an item. */
export function titleOf(item: Record<string, unknown>): string {
  return String(NAMES.map((name) => item[name]).find((title) => title != null) ?? item.id ?? '');
}

/** The field that names the items of this kind. */
export const namingField = ({ properties = {} }: Schema): string | undefined =>
  NAMES.find((name) => name in properties);

/** What a field is called; `customerId` is shown, and chosen, as a customer. */
export const fieldName = (name: string): string => toWords(name.replace(/(?<=.)Id$/, ''));
