import pg from 'pg';
import { type Port, PostgresError } from '../src/db/port';

export interface PostgresSettings {
  url: string;
  pool_size: number;
  /** How long to wait for a connection, and for a statement. */
  timeout_ms: number;
}

export interface PostgresPool {
  port: Port;
  /** Runs `work` unless another process does; resolves to whether it ran. */
  runAlone(lock: number, work: () => Promise<void>): Promise<boolean>;
  /** Waits for what runs. */
  close(): Promise<void>;
}

/** How much later than Postgres this end gives a statement up. */
const GIVE_UP_MS = 1_000;

/** Connections to a Postgres, on which each function is prepared once. Opens none before the first call. */
export function openPool({ url, pool_size, timeout_ms }: PostgresSettings): PostgresPool {
  const pool = new pg.Pool({
    connectionString: url,
    max: pool_size,
    connectionTimeoutMillis: timeout_ms,
    // Idle connections stay open: each keeps the plans of the functions that it has called.
    idleTimeoutMillis: 0,
    // Postgres ends what nobody waits for any more.
    statement_timeout: timeout_ms,
    // Where no answer comes at all, as after a connection was lost without a word, the connection is given up: kept, it would
    // be missing in the pool for as long as the network does not notice.
    query_timeout: timeout_ms + GIVE_UP_MS,
    application_name: 'ledge',
    keepAlive: true,
    // Idle connections are probed before a firewall drops them. The default of Linux is two hours.
    keepAliveInitialDelayMillis: 60_000,
  });
  // A connection that the server closes while nobody uses it. The pool opens another one.
  pool.on('error', () => undefined);
  // One that ends while it is used: its query rejects, and the event without a listener would end this process.
  pool.on('connect', (client) => client.on('error', () => undefined));

  /** The name of a prepared statement. There are as many as functions, because a text only names one. */
  const names = new Map<string, string>();
  const nameOf = (text: string) => {
    let name = names.get(text);
    if (name === undefined) {
      name = `call_${names.size + 1}`;
      names.set(text, name);
    }
    return name;
  };

  return {
    port: {
      async row(text, params) {
        const client = await pool.connect().catch((error: unknown) => {
          throw toPostgresError(error);
        });
        try {
          const { rows } = await client.query({ name: nameOf(text), text, values: params, rowMode: 'array' });
          client.release();
          return rows[0] ?? [];
        } catch (error) {
          client.release(isBroken(error));
          throw toPostgresError(error);
        }
      },
    },
    async runAlone(lock, work) {
      // A connection of its own: the work needs those of the pool, of which there may be one.
      const client = new pg.Client({ connectionString: url, application_name: 'ledge', keepAlive: true });
      await client.connect();
      try {
        const { rows } = await client.query('SELECT pg_try_advisory_lock($1) AS locked', [lock]);
        if (!rows[0].locked) return false;
        await work();
        return true;
      } finally {
        // The lock goes with the connection, whatever happened.
        await client.end();
      }
    },
    close: () => pool.end(),
  };
}

/** An error of a statement leaves its connection as good as before. */
const isBroken = (error: unknown) => !(error instanceof pg.DatabaseError) || error.severity === 'FATAL';

/** What is no error of Postgres is one of the network, or of a pool without a free connection: no code, as with Neon's driver. */
function toPostgresError(error: unknown): PostgresError {
  if (!(error instanceof pg.DatabaseError)) return new PostgresError({});
  return new PostgresError({ code: error.code, constraint: error.constraint });
}
