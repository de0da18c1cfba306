import pg from 'pg';
import {
  type Answer,
  type Backend,
  DatabaseError,
  ERROR_FIELDS,
  type Field,
  leavesState,
  RESET_SESSION,
  runTransaction,
  type Session,
} from './backend.ts';

// What a session of Neon starts with, whatever this server's own configuration says; RESET ALL returns to it.
const SESSION_SETTINGS = '-c TimeZone=UTC -c DateStyle=ISO,MDY -c IntervalStyle=postgres -c bytea_output=hex';

const TEXT = { getTypeParser: () => (value: string) => value } as unknown as pg.CustomTypesConfig;

export interface PostgresOptions {
  url: string;
  /** 40 by default. */
  poolSize?: number;
  /** Resets the connection after every query, like Neon: needed for benchmarks, not for tests. */
  alwaysReset?: boolean;
}

/** Any Postgres by its URL; rejects when it can't be reached. */
export async function openPostgres({
  url,
  poolSize = 40,
  alwaysReset = false,
}: PostgresOptions): Promise<Backend> {
  const options = new URL(url).searchParams.get('options');
  const config = {
    connectionString: withOptions(url, options ? `${SESSION_SETTINGS} ${options}` : SESSION_SETTINGS),
    types: TEXT,
    connectionTimeoutMillis: 30_000,
    // As long as Neon's proxy: a new connection has no plans yet.
    idleTimeoutMillis: 5 * 60_000,
  };
  const pool = new pg.Pool({ ...config, max: poolSize });
  // A connection that the server closes emits 'error', which ends the process if nothing listens.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));

  /** Ends what `client` is running; resolves when the server has been told. */
  const cancel = async (client: pg.PoolClient) => {
    const { processID } = client as unknown as { processID: number };
    const other = new pg.Client(config);
    other.on('error', () => undefined);
    await other.connect();
    await other.query('SELECT pg_cancel_backend($1)', [processID]).finally(() => other.end());
  };

  async function withSession<T>(work: (session: Connection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const client = await pool.connect().catch((error: Error) => {
      throw toDatabaseError(error);
    });
    const connection = new Connection(client);
    let cancelled: Promise<void> | undefined;
    const onAbort = () => {
      cancelled = cancel(client).catch(() => undefined);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    // A connection that can't be reset is replaced; the work itself is done.
    const reset = () => connection.execute(RESET_SESSION).catch(() => (connection.broken = true));
    try {
      return await work(connection);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      // A late cancel would cancel the next query of this connection.
      await cancelled;
      connection.broken ||= cancelled !== undefined;
      // After the answer is sent: Neon resets a connection when it returns to the pool.
      if (alwaysReset && !connection.broken)
        setImmediate(() => reset().then(() => client.release(connection.broken)));
      else {
        // Before the answer is sent, after an error too: the next call must not find the locks of this session.
        if (connection.stateful && !connection.broken) await reset();
        client.release(connection.broken);
      }
    }
  }

  const withReset = <T>(work: (session: Session) => Promise<T>) =>
    withSession((session) => {
      session.stateful = true;
      return work(session);
    });

  const backend: Backend = {
    query: (query, signal) => withSession((session) => session.query(query), signal),
    transaction: (queries, options = {}) =>
      withSession((session) => runTransaction(session, queries, options), options.signal),
    execute: (sql) => withReset((session) => session.execute(sql)),
    session: withReset,
    close: () => pool.end(),
  };
  try {
    await backend.query({ text: 'SELECT 1' });
  } catch (error) {
    await pool.end();
    throw new Error(`Postgres can't be reached: ${(error as Error).message}`, { cause: error });
  }
  return backend;
}

class Connection implements Session {
  readonly #client: pg.PoolClient;
  /** The connection may have state that has to be reset. */
  stateful = false;
  /** The connection can't be used again. */
  broken = false;

  constructor(client: pg.PoolClient) {
    this.#client = client;
  }

  async query({ text, params = [] }: Parameters<Session['query']>[0]): Promise<Answer> {
    this.stateful ||= leavesState({ text }, undefined);
    const answer = toAnswer(
      // 'extended' even without parameters, because it refuses a second statement.
      await this.#run({ text, values: params, rowMode: 'array', queryMode: 'extended' }),
    );
    this.stateful ||= leavesState({ text }, answer);
    return answer;
  }

  async execute(sql: string): Promise<void> {
    await this.#run({ text: sql, rowMode: 'array' });
  }

  async #run(config: pg.QueryArrayConfig & { queryMode?: 'extended' }): Promise<pg.QueryArrayResult> {
    try {
      return await this.#client.query(config);
    } catch (error) {
      const converted = toDatabaseError(error as Error);
      this.broken ||= !(converted instanceof DatabaseError) || converted.fields.severity === 'FATAL';
      throw converted;
    }
  }
}

function toAnswer({ fields, rows, command, rowCount }: pg.QueryArrayResult): Answer {
  return { fields: fields as Field[], rows, command: command ?? '', rowCount };
}

function toDatabaseError(error: Error): Error {
  // Node reports a name with several addresses, none of which answers, in an error without a message.
  if (error instanceof AggregateError) return new Error(error.errors.map((each) => each.message).join(', '));
  if (!(error instanceof pg.DatabaseError)) return error;
  return new DatabaseError(error.message, Object.fromEntries(ERROR_FIELDS.map((key) => [key, error[key]])));
}

function withOptions(url: string, options: string): string {
  const changed = new URL(url);
  changed.searchParams.set('options', options);
  // Neon's strings have `require`, which pg treats like `verify-full`, but with a warning.
  const mode = changed.searchParams.get('sslmode') ?? '';
  if (['prefer', 'require', 'verify-ca'].includes(mode) && !changed.searchParams.has('uselibpqcompat'))
    changed.searchParams.set('sslmode', 'verify-full');
  return changed.href;
}
