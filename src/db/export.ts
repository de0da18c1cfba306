import { type SQL, sql } from 'drizzle-orm';
import { ownColumns } from './accounts';
import { type Caller, type Database, read } from './database';
import { asCaller, callerId, moment } from './fragments';
import { publicColumns } from './users';

/** A list within an export: rows in the order of a unique key of two numbers, `size` of them at a time. */
interface Section {
  from: SQL;
  where: SQL;
  key: [SQL, SQL];
  item: SQL;
  size: number;
}

/** A hundred texts of the greatest length stay well under the 10 MiB of an answer of Neon's. */
const TEXTS = 30;
const LINES = 5_000;

const since = (column: string) => sql`'created_at', ${moment(sql.raw(column))}`;
// The cast keeps ORDER BY from reading it as the number of a column.
const none = sql`0::bigint`;

const SECTIONS = {
  posts: {
    from: sql`posts`,
    where: sql`posts.owner_id = ${callerId}`,
    key: [sql`posts.id`, none],
    item: sql`'id', posts.id, 'parent_id', posts.parent_id, 'title', posts.title, 'content', posts.content, 'tags', posts.tags,
      'published', posts.published, ${since('posts.created_at')}, 'edited_at', ${moment(sql`posts.edited_at`)}`,
    size: TEXTS,
  },
  post_versions: {
    from: sql`post_versions AS versions JOIN posts ON posts.id = versions.post_id`,
    where: sql`posts.owner_id = ${callerId}`,
    key: [sql`versions.post_id`, sql`versions.version`],
    item: sql`'post_id', versions.post_id, 'title', versions.title, 'content', versions.content, 'tags', versions.tags,
      ${since('versions.created_at')}`,
    size: TEXTS,
  },
  votes: {
    from: sql`votes`,
    where: sql`votes.user_id = ${callerId}`,
    key: [sql`votes.post_id`, none],
    item: sql`'post_id', votes.post_id, ${since('votes.created_at')}`,
    size: LINES,
  },
  following: {
    from: sql`follows`,
    where: sql`follows.follower_id = ${callerId}`,
    key: [sql`follows.followee_id`, none],
    item: sql`'user_id', follows.followee_id, ${since('follows.created_at')}`,
    size: LINES,
  },
  followers: {
    from: sql`follows`,
    where: sql`follows.followee_id = ${callerId}`,
    key: [sql`follows.follower_id`, none],
    item: sql`'user_id', follows.follower_id, ${since('follows.created_at')}`,
    size: LINES,
  },
} satisfies Record<string, Section>;

type SectionName = keyof typeof SECTIONS;
const NAMES = Object.keys(SECTIONS) as SectionName[];

/** Rows of a section, each with its key. */
type Rows = [number, number, unknown][];

const rowsOf = ({ from, where, key: [first, second], item, size }: Section, after: SQL) => sql`(
  SELECT coalesce(json_agg(listed.row), '[]') FROM (
    SELECT json_build_array(${first}, ${second}, json_build_object(${item})) AS row FROM ${from}
      WHERE ${where} AND (${first}, ${second}) > (${after}) ORDER BY ${first}, ${second} LIMIT ${sql.raw(String(size))}
  ) AS listed)`;

const account = sql`
  'account', json_build_object(${publicColumns}, ${ownColumns}),
  'sessions', (
    SELECT coalesce(json_agg(json_build_object('id', sessions.id, 'user_agent', sessions.user_agent,
        ${since('sessions.created_at')}, 'last_used_at', ${moment(sql`sessions.last_used_at`)},
        'expires_at', ${moment(sql`sessions.expires_at`)}) ORDER BY sessions.created_at), '[]')
      FROM sessions WHERE sessions.user_id = ${callerId}
  ),
  'codes', (
    SELECT coalesce(json_agg(json_build_object('purpose', codes.purpose, 'email', codes.email,
        ${since('codes.created_at')}, 'expires_at', ${moment(sql`codes.expires_at`)})), '[]')
      FROM codes WHERE codes.user_id = ${callerId}
  ),
  'idempotency_keys', (
    SELECT coalesce(json_agg(json_build_object('key', keys.key, ${since('keys.created_at')})), '[]')
      FROM idempotency_keys AS keys WHERE keys.user_id = ${callerId}
  )`;

const start = read<{ head: Record<string, unknown>; lists: Record<SectionName, Rows> }>(sql`
  ${asCaller}
  SELECT json_build_object(${account}) AS head, json_build_object(${sql.join(
    NAMES.map((name) => sql`${sql.raw(`'${name}'`)}, ${rowsOf(SECTIONS[name], sql`0, -1`)}`),
    sql`, `,
  )}) AS lists
    FROM caller JOIN users ON users.id = caller.id`);

const after = sql`${sql.placeholder('after')}::bigint, ${sql.placeholder('after_second')}::bigint`;

const next = Object.fromEntries(
  NAMES.map((name) => [
    name,
    read<{ rows: Rows }>(sql`${asCaller} SELECT ${rowsOf(SECTIONS[name], after)} AS rows FROM caller`),
  ]),
) as Record<SectionName, ReturnType<typeof read<{ rows: Rows }>>>;

/** All that the service holds about the caller, as pieces of one JSON text. Resolves once the first piece is there. */
export async function exportAccount(
  db: Database,
  caller: Caller,
): Promise<AsyncGenerator<string> | undefined> {
  const [row] = await start(db, { ...caller });
  return row && pieces(db, caller, row.head, row.lists);
}

/** One round trip for most people; who wrote more than fits in it costs one more for each further piece. */
async function* pieces(
  db: Database,
  caller: Caller,
  head: Record<string, unknown>,
  lists: Record<SectionName, Rows>,
): AsyncGenerator<string> {
  yield JSON.stringify(head).slice(0, -1);
  for (const name of NAMES) {
    let rows = lists[name];
    yield `,"${name}":[${written(rows)}`;
    while (rows.length === SECTIONS[name].size) {
      const [first, second] = rows.at(-1) ?? [];
      const [page] = await next[name](db, { ...caller, after: first, after_second: second });
      rows = page?.rows ?? [];
      if (rows.length > 0) yield `,${written(rows)}`;
    }
    yield ']';
  }
  yield '}';
}

const written = (rows: Rows) => rows.map(([, , item]) => JSON.stringify(item)).join(',');
