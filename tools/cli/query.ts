import type { Database } from '../../src/db/database.ts';
import { SCHEMA } from '../../src/db/functions.ts';
import { isContention, retry } from '../../src/db/retry.ts';
import { type Backend, DatabaseError } from '../neon/backend.ts';
import { type ArrayElements, learnTypes, renderAnswer } from '../neon/json.ts';
import { Failure } from './failure.ts';

/** Runs one SELECT; resolves to its rows as objects. */
export async function rows<Row>(
  session: Pick<Backend, 'query'>,
  statement: string,
  params: (string | number | null)[] = [],
): Promise<Row[]> {
  const answer = await session.query({
    text: `SELECT row_to_json(answer) FROM (${statement}) AS answer`,
    params: params.map((value) => (value === null ? null : String(value))),
  });
  return answer.rows.map(([json]) => JSON.parse(json ?? 'null') as Row);
}

/** How long a username rests that was given up: USERNAME_REST_DAYS of the command line, which has no settings of a Worker. */
export function readRestDays(): number {
  const days = process.env.USERNAME_REST_DAYS ?? '30';
  if (/^\d{1,5}$/.test(days)) return Number(days);
  throw new Failure('USERNAME_REST_DAYS must be a number of days.');
}

/**
 * Calls a function of `drizzle/functions`, with retries after deadlocks and serialization failures. Not for use
 * in a transaction.
 */
export async function callFunction<Answer>(
  session: Pick<Backend, 'query'>,
  name: `admin_${string}` | 'delete_rest_of_account',
  values: Record<string, string | number | boolean | null>,
): Promise<Answer> {
  const names = Object.keys(values).map((argument, i) => `${argument} => $${i + 1}`);
  const query = {
    text: `SELECT to_json(${SCHEMA}.${name}(${names.join(', ')}))`,
    params: Object.values(values).map((value) => (value === null ? null : String(value))),
  };
  const answer = await retry(
    () => session.query(query),
    (error) => error instanceof DatabaseError && isContention(error.code),
  );
  return JSON.parse(answer.rows[0]?.[0] ?? 'null') as Answer;
}

const INT8 = 20;
const NUMERIC = 1700;

/** Runs any statement; resolves to its rows, or to its command and count if it has none. */
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
  // Neon's driver has them as strings; numbers are easier to use in the shell.
  const numbers = fields.filter(({ dataTypeID }) => dataTypeID === INT8 || dataTypeID === NUMERIC);
  for (const row of found)
    for (const { name } of numbers) row[name] = row[name] === null ? null : Number(row[name]);
  return found;
}

const TIMEOUT_MS = 60_000;

/** Runs `work` with a database as the Worker has it, through a local Neon. */
export async function withDatabase<T>(backend: Backend, work: (db: Database) => Promise<T>): Promise<T> {
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
