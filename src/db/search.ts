import { type SQL, sql } from 'drizzle-orm';
import { type Key, type Window, where } from './page';

/** So many rows a wanted one are looked at before the index is asked: a common word is found there, and the walk ends. */
const WALK = 30;
const WALK_MIN = 300;
/** However far somebody skips, no more is walked than for so many wanted rows: the index finds the rest. */
const WALK_WANTED_MAX = 101;

/** `%`, `_` and the escape itself are plain characters in what people search for. */
const pattern = (word: string) => `%${word.replace(/[\\%_]/g, '\\$&')}%`;

/** The values of the placeholders that the fragments of this file read. */
export const searchValues = (word: string | undefined) => ({
  search: word ?? null,
  search_pattern: word === undefined ? null : pattern(word),
});

/** That a column holds the word, in any case. */
export const holds = (column: SQL) => sql`${column} ILIKE ${sql.placeholder('search_pattern')}`;

/** What the index over runs of characters is asked for; `sign` stands before the runs of a title. */
const runs = (sign: '' | 'title') =>
  sql`grams_query(${sql.placeholder('search')}, ${sign === 'title' ? sql`E'\\x01'` : sql`''`})`;

export interface Search {
  table: 'posts' | 'users';
  key: Key;
  filters: SQL[];
  /** The indexed runs, and whether those of titles are meant. */
  indexed: SQL;
  sign?: 'title' | '';
  /** What decides whether a row is a hit. */
  match: SQL;
}

export const indexHit = ({ indexed, sign = '' }: Pick<Search, 'indexed' | 'sign'>) =>
  sql`${indexed} @@ ${runs(sign)}`;

/**
 * The hits in a window, in its order, one by one: first by looking at the nearest rows, which is where a common word
 * stands, then week by week through the index, which passes over weeks that lack a rare one. Whoever needs ten
 * stops after ten. A week's hits are found before they are sorted, or Postgres might walk through all of the week
 * in the hope of finding ten sooner.
 */
export function hits(search: Search, window: Window): SQL {
  const { key, filters, match } = search;
  const table = sql.raw(search.table);
  const column = (name: string) => sql`${table}.${sql.raw(name)}`;
  if (!window.limit)
    return sql`(SELECT ${table}.* FROM ${table} ${where([...filters, indexHit(search), match])}) AS ${table}`;
  const reversed = sql.raw(window.ascending ? 'DESC' : 'ASC');
  const walk = sql`${WALK_MIN} + ${WALK} * least(${window.limit}, ${sql.raw(String(WALK_WANTED_MAX))})`;
  const furthest = sql`ORDER BY ${table}.created_at ${reversed}, ${table}.id ${reversed} LIMIT 1`;
  const further = sql.raw(window.ascending ? '>' : '<');
  const step = sql.raw(window.ascending ? '1' : '-1');
  const inWeek = [
    ...filters,
    sql`week_of(${column('created_at')}) = week`,
    sql`(${column('created_at')}, ${column('id')}) ${further} (edge.created_at, edge.id)`,
    indexHit(search),
    match,
  ];
  return sql`(
    WITH near AS MATERIALIZED (
      SELECT ${table}.* FROM ${table} ${where([...filters, ...window.bound(key)])} ${window.order(key)} LIMIT ${walk}
    ),
    edge AS (
      SELECT ${table}.created_at, ${table}.id FROM near AS ${table}
        WHERE (SELECT count(*) FROM near) = ${walk} ${furthest}
    )
    SELECT ${table}.* FROM near AS ${table} WHERE ${match}
    UNION ALL
    SELECT hit.* FROM edge
      CROSS JOIN generate_series(
        week_of(edge.created_at),
        (SELECT week_of(${table}.created_at) FROM ${table} ${where(filters)} ${furthest}),
        ${step}
      ) AS week
      CROSS JOIN LATERAL (
        WITH found AS MATERIALIZED (SELECT ${table}.* FROM ${table} ${where(inWeek)})
        SELECT ${table}.* FROM found AS ${table} ${window.order(key)} LIMIT ${window.limit}
      ) AS hit
  ) AS ${table}`;
}
