import { titleOf } from './document.ts';
import { ask } from './requests.ts';

type Item = Record<string, unknown>;

/** What the ids of a list stand for: of so many at once, of others one by one. They are kept for as long as the page is open. */
const AT_ONCE = 200;
const lists = new Map<string, Promise<Map<unknown, Promise<string> | string>>>();

/** What people call the item of a list; the begin of its id where it is gone. */
export async function titleIn(list: string, id: string): Promise<string> {
  const known = lists.get(list) ?? loadTitles(list);
  lists.set(list, known);
  const titles = await known;
  const title = titles.get(id) ?? ask<Item>('get', `${list}/${id}`).then(titleOf, () => `${id.slice(0, 8)}…`);
  titles.set(id, title);
  return title;
}

function loadTitles(list: string) {
  return ask<{ items: Item[] }>('get', list, { query: { limit: AT_ONCE } }).then(
    ({ items }) => new Map<unknown, Promise<string> | string>(items.map((item) => [item.id, titleOf(item)])),
    () => new Map<unknown, Promise<string> | string>(),
  );
}
