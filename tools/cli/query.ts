import type { Database } from '../../src/db/database.ts';
import { isContention, retry } from '../../src/db/retry.ts';
import { type Backend, DatabaseError } from '../neon/backend.ts';
import { type ArrayElements, learnTypes, renderAnswer } from '../neon/json.ts';

/** One SELECT, over CTEs where something is to be written; resolves to its rows as JSON makes them. */
export async function rows<Row>(
  session: Pick<Backend, 'query'>,
  statement: string,
  params: (string | number | null)[] = [],
  ctes?: string,
): Promise<Row[]> {
  const answer = await session.query({
    text: `${ctes ? `WITH ${ctes}` : ''} SELECT row_to_json(answer) FROM (${statement}) AS answer`,
    params: params.map((value) => (value === null ? null : String(value))),
  });
  return answer.rows.map(([json]) => JSON.parse(json ?? 'null') as Row);
}

/** The same, tried again where Postgres undid it for the sake of others that ran at once. Not in a transaction. */
export const writtenRows = <Row>(...statement: Parameters<typeof rows>): Promise<Row[]> =>
  retry(
    () => rows<Row>(...statement),
    (error) => error instanceof DatabaseError && isContention(error.code),
  );

const INT8 = 20;
const NUMERIC = 1700;

/** Any one statement, as a person wrote it; resolves to its rows, or to what it did where it has none. */
export async function runStatement(
  backend: Pick<Backend, 'query'>,
  text: string,
  params: (string | number | null)[],
): Promise<unknown> {
  const answer = await backend.query({
    text,
    params: params.map((value) => (value === null ? null : String(value))),
  });
  const { fields, command, rowCount } = answer;
  if (fields.length === 0) return { command, rowCount };
  const elements: ArrayElements = new Map();
  await learnTypes([answer], elements, backend);
  const { rows: found } = JSON.parse(renderAnswer(answer, false, elements)) as {
    rows: Record<string, unknown>[];
  };
  // Strings to Neon's driver; a person counts with numbers.
  const numbers = fields.filter(({ dataTypeID }) => dataTypeID === INT8 || dataTypeID === NUMERIC);
  for (const row of found)
    for (const { name } of numbers) row[name] = row[name] === null ? null : Number(row[name]);
  return found;
}

const TIMEOUT_MS = 60_000;

/** Lets the Worker's own queries at a database, through a Neon of this process. */
export async function withQueries<T>(backend: Backend, work: (db: Database) => Promise<T>): Promise<T> {
  const { openDatabase } = await import('../../src/db/database.ts');
  const { startNeon } = await import('../neon/server.ts');
  const { newKey } = await import('../neon/key.ts');
  const neon = await startNeon({ backend, password: newKey() });
  try {
    const { databaseUrl, endpoint } = neon;
    return await work(
      openDatabase({
        DATABASE_URL: databaseUrl,
        DATABASE_ENDPOINT: endpoint,
        DATABASE_TIMEOUT_MS: TIMEOUT_MS,
      }),
    );
  } finally {
    await neon.close();
  }
}

/** `12` is an id; anything else is a username or an email. */
export const WHOSE = `CASE WHEN $1 ~ '^[0-9]{1,18}$' THEN id = $1::bigint
  ELSE lower(username) = lower($1) OR lower(email) = lower($1) END`;

/**
 * Who is meant by `target`, and whether nobody else is an admin. All whom the answer depends on are held in the order of
 * their ids, as the API holds them: of two admins who are taken away at once, the second is seen to be the last.
 */
export const judged = (target: string, others = 'false') => `held AS MATERIALIZED (
    SELECT id, username, role, posts, ${target} AS meant FROM users
      WHERE ${target} OR role = 'admin' OR ${others} ORDER BY id FOR UPDATE),
  verdict AS MATERIALIZED (
    SELECT id, username, posts, role = 'admin' AND NOT EXISTS (
        SELECT FROM held AS other WHERE other.role = 'admin' AND NOT other.meant) AS last
      FROM held WHERE meant)`;

/** What is shown of a person. */
export const PERSON = `id, username, email, role, posts, followers, to_char(created_at, 'YYYY-MM-DD') AS since`;
