import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { DatabaseError, ISOLATION_LEVELS, type Isolation, type Query } from './backend.ts';
import { isKey } from './key.ts';

/** 10 MiB, the defaults of Neon's proxy (`sql_over_http_max_request_size_bytes`, `…_response_size_bytes`). */
export const LIMIT_BYTES = 10 * 1024 * 1024;

/** A request that is answered with a status and `{ message }` instead of being run. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface Call {
  batch: boolean;
  queries: (Query & { arrayMode: boolean })[];
  rawText: boolean;
  isolation: Isolation | undefined;
  readOnly: boolean;
  deferrable: boolean;
}

/** What a `POST /sql` asks for, after proxy/src/serverless/sql_over_http.rs; throws a Refusal. */
export function readCall(headers: IncomingHttpHeaders, body: Buffer): Call {
  const isolation = headers['neon-batch-isolation-level'];
  if (isolation !== undefined && !isIsolation(isolation)) throw new Refusal(400, 'invalid isolation level');
  const arrayMode = headers['neon-array-mode'] === 'true';
  const payload = parseBody(body);
  const batch = typeof payload.query !== 'string';
  if (batch && !Array.isArray(payload.queries)) throw parseError('expected "query" or "queries"');
  const queries = batch ? (payload.queries as unknown[]) : [payload];
  return {
    batch,
    queries: queries.map((query) => readQuery(query, arrayMode)),
    rawText: headers['neon-raw-text-output'] === 'true',
    isolation,
    readOnly: headers['neon-batch-read-only'] === 'true',
    deferrable: headers['neon-batch-deferrable'] === 'true',
  };
}

/**
 * Refuses what Neon's `get_conn_info` refuses: the string must name user, password, host and database. If a `password` is
 * given, it must be that one.
 */
export function readConnectionString(value: string | string[] | undefined, password?: string): URL {
  if (typeof value !== 'string') throw new Refusal(400, 'invalid header: neon-connection-string');
  if (!URL.canParse(value)) throw new Refusal(400, 'invalid connection string');
  const url = new URL(value);
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:')
    throw new Refusal(400, 'incorrect scheme');
  if (url.pathname.length < 2) throw new Refusal(400, 'missing database name');
  if (!url.username) throw new Refusal(400, 'missing username');
  if (!url.password) throw new Refusal(400, 'missing authentication credentials: required password');
  if (!url.hostname) throw new Refusal(400, 'missing hostname');
  if (password !== undefined && !isKey(url.password, password)) throw passwordFailed(url.username);
  return url;
}

/** The error of Neon's proxy (`AuthError::PasswordFailed`), in which the SQLSTATE is empty. */
const passwordFailed = (user: string) =>
  new DatabaseError(`password authentication failed for user '${decode(user)}'`, { code: '', severity: '' });

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const parseError = (reason: string) => new Refusal(400, `could not parse the HTTP request body: ${reason}`);

const isIsolation = (value: unknown): value is Isolation =>
  typeof value === 'string' && Object.hasOwn(ISOLATION_LEVELS, value);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseBody(body: Buffer): Record<string, unknown> {
  if (!isUtf8(body)) throw parseError('invalid UTF-8');
  let payload: unknown;
  try {
    payload = JSON.parse(body.toString());
  } catch (error) {
    throw parseError((error as Error).message);
  }
  if (!isRecord(payload)) throw parseError('expected an object');
  return payload;
}

function readQuery(query: unknown, defaultArrayMode: boolean): Call['queries'][number] {
  if (!isRecord(query) || typeof query.query !== 'string') throw parseError('"query" must be a string');
  const { query: text, params = [], arrayMode } = query;
  if (!Array.isArray(params)) throw parseError('"params" must be an array');
  if (arrayMode != null && typeof arrayMode !== 'boolean') throw parseError('"arrayMode" must be a boolean');
  if (!text.isWellFormed()) throw parseError('lone surrogate');
  if (text.includes('\0')) throw new Refusal(400, 'error encoding message to server: embedded null');
  // Bind counts its parameters in 16 bits.
  if (params.length > 65_535) throw new Refusal(400, 'error encoding message to server: too many parameters');
  // Neon's proxy has no COPY protocol to relay.
  if (/^\s*copy\b.*\b(?:from\s+stdin|to\s+stdout)\b/is.test(text))
    throw new Refusal(400, 'unexpected message from server');
  return { text, params: params.map(toText), arrayMode: arrayMode ?? defaultArrayMode };
}

/** A JSON value in Postgres' text format (`json_value_to_pg_text`). The driver sends strings and nulls only. */
function toText(value: unknown): string | null {
  if (value === null) return null;
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw parseError('lone surrogate');
    return value;
  }
  return Array.isArray(value) ? toArrayLiteral(value) : JSON.stringify(value);
}

function toArrayLiteral(items: unknown[]): string {
  const literals = items.map((item) => {
    if (item === null) return 'NULL';
    if (Array.isArray(item)) return toArrayLiteral(item);
    return JSON.stringify(typeof item === 'object' ? JSON.stringify(item) : item);
  });
  return `{${literals.join(',')}}`;
}
