import { type SQL, sql } from 'drizzle-orm';
import { type Caller, type Database, read } from './database';
import { asCaller, moment } from './fragments';

/** Where a page starts: beside a row's key, or at the list's far end when `key` is null. */
export interface Cursor {
  backwards: boolean;
  /** The row of `key` itself belongs to the page, if it is still there. */
  inclusive: boolean;
  key: (string | number)[] | null;
}

export interface PageRequest {
  limit: number;
  skip: number;
  order: 'asc' | 'desc';
  cursor: Cursor | null;
  total: boolean;
}

export interface Page<Item> {
  items: Item[];
  next: Cursor | null;
  prev: Cursor | null;
  /** Null when nobody asked, and when there are more than `COUNTED_MAX` and no counter is kept. */
  total: number | null;
}

/** What a key column holds, and so what a cursor may say of it. */
export type KeyKind = 'moment' | 'id' | 'count' | 'text' | 'uuid';

/** A unique key that a list is sorted by: what each of its columns holds, under which name. */
export type Key = readonly { column: SQL; kind: KeyKind }[];

/** The stretch of a list that one scan is after. */
export interface Window {
  ascending: boolean;
  /** That a row lies in the stretch, where `key` are the columns it is sorted by. */
  bound(key: Key): SQL[];
  /** `ORDER BY` those columns, in the direction of the scan. */
  order(key: Key): SQL;
  /** The other way round. */
  reversed(key: Key): SQL;
  /** No more rows than these are needed, from the start of the stretch. */
  limit: SQL;
}

/** A list: rows of `subject`, found in `from` by `where`, in the order of a unique `key`. */
export interface Listing {
  /** The table, or the alias in `from`, whose columns `item` and `joins` read. */
  subject: string;
  /** A function where one index can't hold the list: it merges several scans, each no longer than the window. */
  from: SQL | ((window: Window) => SQL);
  where: SQL[];
  key: Key;
  /** `from` yields its rows in order already, one by one: sorting them would read them all. */
  sorted?: boolean;
  /** What one row looks like on the wire, as JSON built by Postgres. */
  item: SQL;
  /** Tables that `item` needs, joined to the rows of the page only. */
  joins?: SQL;
  /** A kept counter that is the size of the list, or a choice between one and `count`: without it the rows are counted. */
  total?: SQL | ((count: SQL) => SQL);
  /** The same rows in an order in which they are counted for less. */
  counted?: Listing;
  /** Whether there is what the list belongs to, a person or a post: without it there is no page. */
  exists?: SQL;
}

interface Row {
  rows: unknown[][];
  beyond: boolean;
  total: string | null;
  found: boolean;
}

type PageStatement = ReturnType<typeof read<Row>>;

const statements = new Map<string, PageStatement>();

/** So many rows are counted for a `total` and no more: a list costs the same however much there is. */
const COUNTED_MAX = 10_000;

const CASTS = { moment: 'timestamptz', id: 'bigint', count: 'bigint', text: 'text', uuid: 'uuid' } as const;

/** One page of a list that is always there. */
export async function listPage<Item>(...request: Parameters<typeof findPage<Item>>): Promise<Page<Item>> {
  return (await findPage<Item>(...request)) as Page<Item>;
}

/**
 * One page of a list, in one statement; undefined when what the list belongs to does not exist. `name` says which list
 * with which filters: the SQL of each is built once. `values` are the filters' values, by placeholder.
 */
export async function findPage<Item>(
  db: Database,
  caller: Caller,
  page: PageRequest,
  name: string,
  listing: () => Listing,
  values: Record<string, unknown> = {},
): Promise<Page<Item> | undefined> {
  const { cursor } = page;
  const shape = [
    name,
    page.order,
    page.total,
    cursor ? `${cursor.backwards}${cursor.inclusive}${cursor.key !== null}` : page.skip > 0,
  ].join(':');
  let statement = statements.get(shape);
  if (!statement) {
    statement = compile(listing(), page);
    statements.set(shape, statement);
  }
  const keys = Object.fromEntries((cursor?.key ?? []).map((part, i) => [`key_${i}`, part]));
  const bounds = { page_rows: page.limit + 1, page_skip: page.skip };
  const [row] = (await statement(db, { ...caller, ...values, ...keys, ...bounds })) as [Row];
  return row.found ? cut<Item>(row, page) : undefined;
}

const comma = sql`, `;

/** `WHERE` all of these, or nothing. */
export const where = (conditions: SQL[]) =>
  conditions.length > 0 ? sql`WHERE ${sql.join(conditions, sql` AND `)}` : sql``;

/** The rows of a table whose ids the placeholder `ids` holds: read by their ids, whatever the order. */
export const givenRows = (table: 'posts' | 'users') => {
  const name = sql.raw(table);
  return sql`(SELECT ${name}.* FROM ${name} WHERE ${name}.id = ANY (${sql.placeholder('ids')}::bigint[]) OFFSET 0) AS ${name}`;
};

/** The rows beside the cursor's key, towards larger keys or smaller ones; without a cursor all of them. */
function windowOf(ascending: boolean, start: { inclusive: boolean } | null, limit: SQL): Window {
  const sign = sql.raw(`${ascending ? '>' : '<'}${start?.inclusive ? '=' : ''}`);
  return {
    ascending,
    bound: (key) => (start ? [sql`(${columnsOf(key)}) ${sign} (${cursorKey(key)})`] : []),
    order: (key) => orderBy(key, ascending),
    reversed: (key) => orderBy(key, !ascending),
    limit,
  };
}

const orderBy = (key: Key, ascending: boolean) =>
  sql`ORDER BY ${sql.join(
    key.map(({ column }) => sql`${column} ${sql.raw(ascending ? 'ASC' : 'DESC')}`),
    comma,
  )}`;

const columnsOf = (key: Key) =>
  sql.join(
    key.map(({ column }) => column),
    comma,
  );

const cursorKey = (key: Key) =>
  sql.join(
    key.map(({ kind }, i) => sql`${sql.placeholder(`key_${i}`)}::${sql.raw(CASTS[kind])}`),
    comma,
  );

const ROWS = sql`${sql.placeholder('page_rows')}::integer`;
const SKIP = sql`${sql.placeholder('page_skip')}::integer`;

function compile(listing: Listing, { order, cursor, total, skip }: PageRequest): PageStatement {
  const { key } = listing;
  const ascending = (order === 'asc') !== (cursor?.backwards ?? false);
  const scan = (columns: SQL, window: Window, order: SQL, rows: SQL, { from, ...list } = listing) => sql`
    SELECT ${columns} FROM ${typeof from === 'function' ? from(window) : from}
      ${where([...list.where, ...(list.sorted ? [] : window.bound(list.key))])} ${list.sorted ? sql`` : order} ${rows}`;
  const subject = sql.raw(listing.subject);
  const named = key.map((_, i) => sql.raw(`key_${i}`));
  const selected = key.map(({ column }, i) => sql`${column} AS ${named[i]}`);
  const keyed = key.map(({ kind }, i) => {
    const column = sql`${subject}.${named[i]}`;
    return kind === 'moment' ? moment(column) : column;
  });
  const pageKey = key.map(({ kind }, i) => ({ column: sql`${subject}.${named[i]}`, kind }));
  const forward = windowOf(ascending, cursor?.key ? cursor : null, sql`${ROWS} + ${SKIP}`);
  // What lies on the other side of where the page starts; with `skip` alone, the list from its beginning.
  const backward = cursor?.key
    ? windowOf(!ascending, { inclusive: !cursor.inclusive }, sql`1`)
    : skip > 0 && windowOf(ascending, null, sql`1`);
  // Not EXISTS, which would drop the order and with it the index.
  const beyond = backward
    ? sql`(${scan(sql`true`, backward, backward.order(key), sql`LIMIT 1`)}) IS NOT NULL`
    : sql`false`;
  const all = windowOf(ascending, null, sql.raw(String(COUNTED_MAX + 1)));
  const count = sql`(
    SELECT CASE WHEN count(*) <= ${sql.raw(String(COUNTED_MAX))} THEN count(*) END
      FROM (${scan(sql`true`, all, sql``, sql`LIMIT ${all.limit}`, listing.counted)}) AS counted)`;
  const counted = typeof listing.total === 'function' ? listing.total(count) : (listing.total ?? count);
  return read<Row>(sql`
    ${asCaller}
    SELECT (
      SELECT coalesce(json_agg(listed.item), '[]') FROM (
        SELECT json_build_array(${listing.item}, ${sql.join(keyed, comma)}) AS item
          FROM (
            ${scan(sql`${subject}.*, ${sql.join(selected, comma)}`, forward, forward.order(key), sql`LIMIT ${ROWS} OFFSET ${SKIP}`)}
          ) AS ${subject}
          ${listing.joins ?? sql``}
          ${forward.order(pageKey)}
      ) AS listed
    ) AS rows, ${beyond} AS beyond, ${total ? counted : sql`NULL`} AS total, ${listing.exists ?? sql`true`} AS found
    FROM caller`);
}

/** Takes off the row that was read only to know whether more follow, and says where the neighbours start. */
function cut<Item>({ rows, beyond, total }: Row, { limit, cursor }: PageRequest): Page<Item> {
  const more = rows.length > limit;
  const kept = more ? rows.slice(0, limit) : rows;
  const backwards = cursor?.backwards ?? false;
  if (backwards) kept.reverse();
  const keyOf = (row: unknown[] | undefined) => row?.slice(1) as (string | number)[] | undefined;
  const before = backwards ? more : beyond;
  const after = backwards ? beyond : more;
  const first = keyOf(kept[0]);
  const last = keyOf(kept.at(-1));
  const empty = cursor?.key
    ? { key: cursor.key, inclusive: !cursor.inclusive }
    : { key: null, inclusive: false };
  const neighbour = (toward: boolean, key: (string | number)[] | undefined) =>
    key ? { backwards: toward, inclusive: false, key } : { backwards: toward, ...empty };
  return {
    items: kept.map((row) => row[0] as Item),
    next: after ? neighbour(false, last) : null,
    prev: before ? neighbour(true, first) : null,
    total: total === null ? null : Number(total),
  };
}
