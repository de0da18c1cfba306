import { type SQL, sql } from 'drizzle-orm';
import { type Key, type Window, where } from './page';

/** So many rows a wanted one are looked at before the index is asked: a common word is found there, and the walk ends. */
const WALK = 30;
const WALK_MIN = 300;
/** However far somebody skips, no more is walked than for so many wanted rows: the index finds the rest. */
const WALK_WANTED_MAX = 101;

/** The values of the placeholders that the fragments of this file read. */
export const searchValues = (word: string | undefined) => ({ search: word ?? null });

/** That a column holds the word, in any case. Not by ILIKE, which begins anew at each place of a hostile text. */
export const holds = (column: SQL) => sql`strpos(lower(${column}), lower(${sql.placeholder('search')})) > 0`;

/** What the index over runs of characters is asked for; `sign` stands before the runs of a title. */
export const runs = (sign: SQL = sql`''`) => sql`grams_query(${sql.placeholder('search')}, ${sign})`;

/** A list that is sieved out of a longer one: what no index holds in its order. */
export interface Sieve {
  table: 'posts' | 'users';
  /** The order of both lists. */
  key: Key;
  /** The first `limit` rows of the longer list in a window, in its order, as an index holds them. */
  near: (limit: SQL) => SQL;
  /** What decides whether one of them belongs to the list. */
  match: SQL[];
}

/**
 * The rows of a sieved list in a window: first by looking at the nearest rows of the longer list, which is where a common
 * word stands; then, only if those were too few, whatever `rest` finds in an index. `edge` is one row, the last that was
 * looked at, its key as `key_0`, `key_1`; it is there when the rest is needed.
 */
export function sieved({ table, key, near, match }: Sieve, window: Window, rest: SQL): SQL {
  const name = sql.raw(table);
  const wanted = window.limit;
  const walk = sql`${WALK_MIN} + ${WALK} * least(${wanted}, ${sql.raw(String(WALK_WANTED_MAX))})`;
  const columns = key.map(({ column }, i) => sql`${column} AS ${sql.raw(`key_${i}`)}`);
  return sql`(
    WITH near AS MATERIALIZED (
      SELECT ${name}.*, (${sql.join(match, sql` AND `)}) AS matches FROM (${near(walk)}) AS ${name}
    ),
    edge AS MATERIALIZED (
      SELECT ${sql.join(columns, sql`, `)} FROM near AS ${name}
        WHERE (SELECT count(*) = ${walk} AND count(*) FILTER (WHERE matches) < ${wanted} FROM near)
        ${window.reversed(key)} LIMIT 1
    )
    SELECT ${name}.* FROM near AS ${name} WHERE matches
    UNION ALL
    SELECT hit.*, true FROM edge ${rest}
  ) AS ${name}`;
}

/** That a row lies beyond the last one that was looked at. */
export const beyondEdge = (key: Key, { ascending }: Window) =>
  sql`(${sql.join(
    key.map(({ column }) => column),
    sql`, `,
  )}) ${sql.raw(ascending ? '>' : '<')} (${sql.join(
    key.map((_, i) => sql.raw(`edge.key_${i}`)),
    sql`, `,
  )})`;

/**
 * The hits among these rows, in order. They are found before they are sorted, or Postgres might walk through all of
 * them in the hope of finding ten sooner.
 */
export const gathered = (table: SQL, found: SQL, key: Key, window: Window) => sql`
  CROSS JOIN LATERAL (
    WITH found AS MATERIALIZED (${found})
    SELECT ${table}.* FROM found AS ${table} ${window.order(key)} LIMIT ${window.limit}
  ) AS hit`;

/** What the index over runs of characters holds, and how it is asked. */
export interface Search extends Pick<Sieve, 'table' | 'key' | 'match'> {
  /** What every row of the longer list is, as the index holds it that is walked in the order of `key`. */
  walked: SQL[];
  /** As much of that as the index over runs does not hold. */
  filters: SQL[];
  indexed: SQL;
  query: SQL;
}

/**
 * The hits in a window, the newest or the oldest first, one by one. Beyond the nearest rows the index is read week by
 * week, which passes over weeks that lack a rare word; whoever needs ten stops after ten.
 */
export function hits(search: Search, window: Window): SQL {
  const { key, walked, filters, match, indexed, query } = search;
  const table = sql.raw(search.table);
  const week = sql`week_of(${table}.created_at)`;
  // Keys first, from the index alone: of a person whose posts nobody has counted, Postgres would rather sort them all.
  const near = (limit: SQL) => sql`
    SELECT ${table}.* FROM (
      SELECT ${table}.created_at, ${table}.id FROM ${table} ${where([...walked, ...window.bound(key)])}
        ${window.order(key)} LIMIT ${limit}
    ) AS nearest CROSS JOIN LATERAL (SELECT ${table}.* FROM ${table} WHERE ${table}.id = nearest.id OFFSET 0) AS ${table}
    ${window.order([
      { column: sql`nearest.created_at`, kind: 'moment' },
      { column: sql`nearest.id`, kind: 'id' },
    ])}`;
  const inWeek = where([
    ...filters,
    sql`${week} = week`,
    beyondEdge(key, window),
    sql`${indexed} @@ ${query}`,
    ...match,
  ]);
  const step = sql.raw(window.ascending ? '1' : '-1');
  const rest = sql`
    CROSS JOIN generate_series(
      week_of(edge.key_0), (SELECT ${week} FROM ${table} ${where(walked)} ${window.reversed(key)} LIMIT 1), ${step}
    ) AS week
    ${gathered(table, sql`SELECT ${table}.* FROM ${table} ${inWeek}`, key, window)}`;
  return sieved({ ...search, near }, window, rest);
}
