import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import { StepCloudError } from '../errors.ts';

// Pages of lists that a caller sorts and filters (docs/decisions/0014-lists.md). A page begins behind the last row of the
// one before, wherever that stands by now: so what comes and goes meanwhile moves nothing from page to page.

/** What rows are sorted by. */
export interface SortKey {
  readonly expression: RawBuilder<unknown>;
  readonly type: keyof typeof WRITTEN;
}

/** How a key is written in a position. */
const WRITTEN = {
  text: /^[^\0]*$/,
  int8: /^-?\d{1,18}$/,
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
};

export function byId(column: string): SortKey {
  return { expression: sql.ref(column), type: 'uuid' };
}

/** Letters by their code points, upper and lower case alike: the collation of a database may change with its machine. */
export function byText(text: string | RawBuilder<unknown>): SortKey {
  return { expression: sql`lower(${toExpression(text)}) COLLATE "C"`, type: 'text' };
}

/** To the microsecond, which a Date has no room for. */
export function byTime(time: string | RawBuilder<unknown>): SortKey {
  return { expression: sql`(extract(epoch FROM ${toExpression(time)}) * 1000000)::int8`, type: 'int8' };
}

/** What a list may be sorted by, and the key without twins that breaks ties. */
export interface Order<Field extends string> {
  readonly fields: Readonly<Record<Field, SortKey>>;
  readonly unique: SortKey;
}

/** The last row of a page. */
export interface Position {
  readonly key: string | null;
  readonly unique: string;
}

export interface PageRequest<Field extends string> {
  /** A field, with `-` before it from the last to the first. Rows without it come last, either way. */
  readonly sort: Field | `-${Field}`;
  readonly after: Position | undefined;
  readonly limit: number;
}

export interface Page<Row> {
  readonly items: Row[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: Position | undefined;
}

/** A page of what a query finds. Throws REQUEST_INVALID for a position that is of another list. */
export async function fetchPage<DB, TB extends keyof DB, Row, Field extends string>(
  query: SelectQueryBuilder<DB, TB, Row>,
  { fields, unique }: Order<Field>,
  { sort, after, limit }: PageRequest<Field>,
): Promise<Page<Row>> {
  const isDescending = sort.startsWith('-');
  const key = fields[(isDescending ? sort.slice(1) : sort) as Field];
  const found = await query
    .$if(after !== undefined, (all) => all.where(isBehind(after as Position, key, unique, isDescending)))
    .select([sql<string | null>`(${key.expression})::text`.as('pageKey')])
    .select([sql<string>`(${unique.expression})::text`.as('pageUnique')])
    // What is unique is never null, and an index gives no descending order with nulls last.
    .$if(key !== unique, (all) =>
      all.orderBy(key.expression, (order) => (isDescending ? order.desc() : order.asc()).nullsLast()),
    )
    .orderBy(unique.expression, isDescending && key === unique ? 'desc' : 'asc')
    .limit(limit + 1)
    .execute();
  const rows = found as unknown as { pageKey: string | null; pageUnique: string }[];
  const items = rows.slice(0, limit).map(({ pageKey, pageUnique, ...row }) => row as Row);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items, next: last && { key: last.pageKey, unique: last.pageUnique } };
}

function isBehind(after: Position, key: SortKey, unique: SortKey, isDescending: boolean): RawBuilder<boolean> {
  const isBeyond = (than: SortKey, value: string, descending: boolean) =>
    sql`${than.expression} ${sql.raw(descending ? '<' : '>')} ${toValue(than, value)}`;
  if (key === unique) return sql<boolean>`(${isBeyond(unique, after.unique, isDescending)})`;
  const isTwin = isBeyond(unique, after.unique, false);
  if (after.key === null) return sql<boolean>`(${key.expression} IS NULL AND ${isTwin})`;
  return sql<boolean>`(${isBeyond(key, after.key, isDescending)} OR ${key.expression} IS NULL
    OR (${key.expression} = ${toValue(key, after.key)} AND ${isTwin}))`;
}

function toValue({ type }: SortKey, written: string): RawBuilder<unknown> {
  if (!WRITTEN[type].test(written)) throw new StepCloudError('REQUEST_INVALID', 'the cursor is not one of this list');
  return sql`cast(${written} AS ${sql.raw(type)})`;
}

export type Filter = string | boolean | readonly string[] | undefined;

/** The condition that each of these columns is what is given for it, or one of what is given; undefined holds for all. */
export function matches(...filters: readonly (readonly [string | RawBuilder<unknown>, Filter])[]): RawBuilder<boolean> {
  const conditions = filters.flatMap(([column, filter]) => {
    if (filter === undefined) return [];
    const values = sql.join(Array.isArray(filter) ? filter : [filter]);
    return [sql`${toExpression(column)} IN (${values})`];
  });
  return sql<boolean>`(${sql.join([sql`TRUE`, ...conditions], sql` AND `)})`;
}

/** The condition that a text stands in one of these, in upper or lower case, with no sign that means more than itself. */
export function contains(text: string | undefined, ...within: (string | RawBuilder<unknown>)[]): RawBuilder<boolean> {
  if (text === undefined) return sql<boolean>`TRUE`;
  const conditions = within.map((one) => sql`strpos(lower(${toExpression(one)}), lower(${text}::text)) > 0`);
  return sql<boolean>`(${sql.join(conditions, sql` OR `)})`;
}

function toExpression(given: string | RawBuilder<unknown>): RawBuilder<unknown> {
  return typeof given === 'string' ? sql.ref(given) : given;
}
