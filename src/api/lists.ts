import { type TSchema, Type } from 'typebox';
import type { Order, Page, PageRequest } from '../db/keyset.ts';
import { StepCloudError } from '../errors.ts';
import { createCursor } from './cursor.ts';
import { closed, nullable, pageQuery, text } from './schemas.ts';

// What callers say of lists, in one grammar for all of them: docs/decisions/0014-lists.md.

/** For the description of every API. */
export const LISTS =
  '`sort` names a field, `-` before it turns the order around; what has no such field comes last, and of equal ones the order is that of ids. Texts are sorted by their letters, upper and lower case alike. A parameter that is named like a field keeps the items that have exactly this there; where it may be repeated, one of these. `q` keeps those that have a text in one of their names, in upper or lower case. `from` and `to` bound lists over time, which have an order of their own.';

/** How a list is sorted and paged. */
export const listQuery = <Field extends string>(
  { fields }: Order<Field>,
  fallback: Field | `-${Field}`,
  size?: Parameters<typeof pageQuery>[0],
) => {
  const names = Object.keys(fields) as Field[];
  const all: (Field | `-${Field}`)[] = [...names, ...names.map((name) => `-${name}` as const)];
  return {
    sort: Type.Enum(all, { default: fallback, description: 'In which order; with a `-`, the other way around.' }),
    ...pageQuery(size),
  };
};

/** A filter that may be repeated: one of the values. */
export const anyOf = <T extends TSchema>(value: T, description: string) =>
  Type.Optional(
    Type.Array(value, {
      maxItems: 50,
      uniqueItems: true,
      description: `${description} May be repeated: any of them.`,
    }),
  );

/** A search in what people call things. */
export const search = (names: string) =>
  Type.Optional(text(128, { description: `Only those with this in their ${names}, in upper or lower case.` }));

const cursor = createCursor(closed({ sort: Type.String(), key: nullable(Type.String()), unique: Type.String() }));

interface ListQuery<Field extends string> {
  sort: PageRequest<Field>['sort'];
  limit: number;
  cursor?: string;
}

/** One page of what was asked for; `find` finds its rows. Throws REQUEST_INVALID for a cursor of another order. */
export async function readPage<Field extends string, Row>(
  { sort, limit, cursor: given }: ListQuery<Field>,
  find: (page: PageRequest<Field>) => Promise<Page<Row>>,
) {
  const after = given === undefined ? undefined : cursor.decode(given);
  if (after && after.sort !== sort)
    throw new StepCloudError('REQUEST_INVALID', `the cursor is of a list by ${after.sort}, and this one is by ${sort}`);
  const { items, next } = await find({ sort, after, limit });
  return { items, nextCursor: next ? cursor.encode({ sort, ...next }) : null };
}
