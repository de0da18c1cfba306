import { NeonDbError, neon, neonConfig } from '@neondatabase/serverless';
import { type Port, PostgresError } from './port';

export interface NeonSettings {
  DATABASE_URL: string;
  DATABASE_ENDPOINT?: string | undefined;
}

const ports = new Map<string, Port>();

/** Serverless Postgres over HTTP. Nothing is sent until the first call. */
export function neonPort({ DATABASE_URL, DATABASE_ENDPOINT }: NeonSettings): Port {
  let port = ports.get(DATABASE_URL);
  if (!port) {
    if (DATABASE_ENDPOINT) neonConfig.fetchEndpoint = DATABASE_ENDPOINT;
    const client = neon(DATABASE_URL, { arrayMode: true });
    port = {
      async row(text, params) {
        try {
          const [row] = await client.query(text, params);
          // A proxy may answer what Postgres never does.
          if (row === undefined) throw new PostgresError({});
          return row as unknown[];
        } catch (error) {
          throw toPostgresError(error);
        }
      },
    };
    ports.set(DATABASE_URL, port);
  }
  return port;
}

/** A failure of the network has no code, as Postgres was not reached. */
function toPostgresError(error: unknown): PostgresError {
  if (!(error instanceof NeonDbError)) return new PostgresError({});
  return new PostgresError({
    code: error.code || undefined,
    constraint: error.constraint || undefined,
    http_status: sizeRefusal(error),
  });
}

/**
 * The status with which Neon's proxy refuses a request (413) or an answer (507) above 10 MiB. The driver has it only in
 * the message of its error.
 */
function sizeRefusal({ message }: NeonDbError): number | undefined {
  const status = /^Server error \(HTTP status (413|507)\)/.exec(message)?.[1];
  return status ? Number(status) : undefined;
}
