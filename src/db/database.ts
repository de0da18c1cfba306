import { NeonDbError, type NeonQueryFunction, neon, neonConfig } from '@neondatabase/serverless';
import { fillPlaceholders, type SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { databaseUnavailable, sessionEnded } from '../problems';
import { isContention, persist } from './retry';

/** Who asks: both null for an anonymous reader, both set once a token was verified. */
export interface Caller {
  user: number | null;
  session: string | null;
}

export interface DatabaseSettings {
  DATABASE_URL: string;
  DATABASE_ENDPOINT?: string | undefined;
  DATABASE_TIMEOUT_MS: number;
}

/** The database as one request sees it; `round_trips` counts what that request has cost so far. */
export interface Database {
  readonly client: NeonQueryFunction<false, false>;
  readonly timeout_ms: number;
  round_trips: number;
}

/** A row broke a rule that the database keeps: `constraint` is its name. */
export class ConstraintViolation extends Error {
  readonly constraint: string;

  constructor(constraint: string) {
    super(`violates ${constraint}`);
    this.constraint = constraint;
  }
}

/**
 * A statement of ours that Postgres or its proxy could not serve: a defect. The SQLSTATE, or the status of the proxy, is
 * all that may be told of it.
 */
export class StatementRefused extends Error {
  readonly reason: { sql_state?: string | undefined; http_status?: number };

  constructor(reason: StatementRefused['reason']) {
    super('The database refused a statement.');
    this.reason = reason;
  }
}

type Values = Record<string, unknown>;
type Kind = 'read' | 'write';

const dialect = new PgDialect();
const clients = new Map<string, NeonQueryFunction<false, false>>();

/** Opens the database for one request. Costs nothing: there is no connection to make. */
export function openDatabase(settings: DatabaseSettings): Database {
  let client = clients.get(settings.DATABASE_URL);
  if (!client) {
    if (settings.DATABASE_ENDPOINT) neonConfig.fetchEndpoint = settings.DATABASE_ENDPOINT;
    client = neon(settings.DATABASE_URL);
    clients.set(settings.DATABASE_URL, client);
  }
  return { client, timeout_ms: settings.DATABASE_TIMEOUT_MS, round_trips: 0 };
}

/** SQL that only reads: compiled once, tried again when the outcome is unknown. Resolves to its rows. */
export const read = <Row>(query: SQL) => prepare<Row>('read', query);

/** SQL that writes: compiled once, tried again only when the database said that nothing was done. */
export const write = <Row>(query: SQL) => prepare<Row>('write', query);

/** A statement with its values, ready for `batch`. */
interface Step {
  text: string;
  params: unknown[];
}

export interface Statement<Row> {
  (db: Database, values?: Values): Promise<Row[]>;
  with(values: Values): Step;
}

function prepare<Row>(kind: Kind, query: SQL): Statement<Row> {
  const compiled = dialect.sqlToQuery(query);
  const bind = (values: Values): Step => ({
    text: compiled.sql,
    params: fillPlaceholders(compiled.params, values),
  });
  const run = (db: Database, values: Values = {}) => {
    const { text, params } = bind(values);
    return execute(db, kind, (options) => db.client.query(text, params, options)) as Promise<Row[]>;
  };
  return Object.assign(run, { with: bind });
}

/**
 * Several statements as one transaction in one round trip; each sees what was committed before it began. Resolves to
 * the rows of each.
 */
export function batch(db: Database, steps: Step[]): Promise<unknown[][]> {
  return execute(db, 'write', (options) =>
    db.client.transaction(
      steps.map(({ text, params }) => db.client.query(text, params)),
      options,
    ),
  ) as Promise<unknown[][]>;
}

type Send = (options: { fetchOptions: { signal: AbortSignal } }) => Promise<unknown>;

async function execute(db: Database, kind: Kind, send: Send): Promise<unknown> {
  const deadline = Date.now() + db.timeout_ms;
  try {
    return await persist(
      () => once(db, send, deadline - Date.now()),
      (error) => Date.now() < deadline && mayRunAgain(error, kind),
    );
  } catch (error) {
    throw translate(error);
  }
}

/** One round trip. The timer is cleared, unlike `AbortSignal.timeout`, which keeps the request alive until it fires. */
async function once(db: Database, send: Send, timeout_ms: number): Promise<unknown> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeout_ms);
  db.round_trips += 1;
  try {
    return await send({ fetchOptions: { signal: abort.signal } });
  } finally {
    clearTimeout(timer);
  }
}

const SESSION_ENDED = 'LG401';

function mayRunAgain(error: unknown, kind: Kind): boolean {
  if (isContention(sqlState(error))) return true;
  return kind === 'read' && isOutage(error);
}

/** No code means that the proxy, not Postgres, answered; then the classes of PostgreSQL's appendix A. */
function isOutage(error: unknown): boolean {
  const code = sqlState(error);
  if (code === undefined) return tooLarge(error) === undefined;
  return /^(57014|53|57P|08|40)/.test(code);
}

const sqlState = (error: unknown) => (error instanceof NeonDbError ? error.code || undefined : undefined);

/**
 * The status with which Neon's proxy refuses a request (413) or an answer (507) above 10 MiB. The next try would be as
 * large: that is no outage. The driver says it in its message only.
 */
function tooLarge(error: unknown): number | undefined {
  const status =
    error instanceof NeonDbError && /^Server error \(HTTP status (413|507)\)/.exec(error.message)?.[1];
  return status ? Number(status) : undefined;
}

/** The driver's messages hold SQL and hosts: nothing of them goes further than this. */
function translate(error: unknown): Error {
  const code = sqlState(error);
  if (code === SESSION_ENDED) return sessionEnded();
  if (error instanceof NeonDbError && code?.startsWith('23') && error.constraint) {
    return new ConstraintViolation(error.constraint);
  }
  if (isOutage(error)) return databaseUnavailable();
  const http_status = tooLarge(error);
  return new StatementRefused(http_status ? { http_status } : { sql_state: code });
}
