import { Circuit, PROBE_TIMEOUT_MS } from './circuit';
import {
  CallRefused,
  ConstraintViolation,
  DatabaseOutdated,
  DatabaseUnavailable,
  SessionEnded,
} from './errors';
import { FUNCTIONS, type FunctionName, type FunctionTypes, SCHEMA } from './functions';
import { type NeonSettings, neonPort } from './neon';
import { type Port, PostgresError } from './port';
import { isContention, retry } from './retry';

/** Who is calling: both null for an anonymous reader, both set once a token was verified. */
export interface Caller {
  user: number | null;
  session: string | null;
}

export interface DatabaseSettings extends NeonSettings {
  DATABASE_TIMEOUT_MS: number;
}

/** The database for one request, with the number of its round trips so far. */
export interface Database {
  readonly port: Port;
  readonly circuit: Circuit;
  readonly timeout_ms: number;
  round_trips: number;
}

/** A server that is not Cloudflare's brings its own connections to the database; the Worker has none. */
export interface PortBinding {
  DATABASE?: Port;
}

const circuits = new WeakMap<Port, Circuit>();

/** Opens the database for one request. */
export function openDatabase(settings: DatabaseSettings, { DATABASE }: PortBinding = {}): Database {
  const port = DATABASE ?? neonPort(settings);
  let circuit = circuits.get(port);
  if (!circuit) {
    circuit = new Circuit();
    circuits.set(port, circuit);
  }
  return { port, circuit, timeout_ms: settings.DATABASE_TIMEOUT_MS, round_trips: 0 };
}

type Values<Name extends FunctionName> = FunctionTypes[Name]['values'];
type Answer<Name extends FunctionName> = FunctionTypes[Name]['answer'];

/**
 * Calls one function of `drizzle/functions` in one round trip, and up to twice again: a function that only reads when the
 * outcome is unknown, one that writes only when Postgres said that nothing was done. While the circuit is open, most calls
 * are not sent. The type of an answer in JSON is not checked. Throws the errors of `db/errors`.
 */
export async function call<Name extends FunctionName, Expected extends Answer<Name> = Answer<Name>>(
  db: Database,
  name: Name,
  values: Values<Name>,
): Promise<Expected> {
  const { reads, names } = FUNCTIONS[name];
  const params = names.map((argument) => parameterOf((values as Record<string, unknown>)[argument]));
  const began_ms = Date.now();
  const admission = db.circuit.admit(began_ms);
  if (admission === 'refuse') throw new DatabaseUnavailable(undefined);
  const isProbe = admission === 'probe';
  const deadline = began_ms + (isProbe ? Math.min(PROBE_TIMEOUT_MS, db.timeout_ms) : db.timeout_ms);
  const text = statementOf(name, names);
  try {
    return (await retry(
      () => callOnce(db, text, params, deadline - Date.now(), isProbe),
      (error) => Date.now() < deadline && (isProbe || !db.circuit.isOpen) && isRetryable(error, reads),
    )) as Expected;
  } catch (error) {
    throw translate(error);
  }
}

/** Calls a function on behalf of a caller. */
export const callAs = <Name extends FunctionName, Expected extends Answer<Name> = Answer<Name>>(
  db: Database,
  { session, user }: Caller,
  name: Name,
  values: Omit<Values<Name>, 'session' | 'caller'>,
): Promise<Expected> => call(db, name, { ...values, session, caller: user } as unknown as Values<Name>);

/** Objects become JSON; the driver turns arrays into those of Postgres. */
const parameterOf = (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? JSON.stringify(value)
    : (value ?? null);

const statements = new Map<FunctionName, string>();

/** The only SQL of the Worker. Arguments stand in their order: Postgres takes longer to look up named ones. */
function statementOf(name: FunctionName, names: readonly string[]): string {
  let text = statements.get(name);
  if (text === undefined) {
    const argumentList = names.map((_, i) => `$${i + 1}`).join(', ');
    text = `SELECT ${SCHEMA}.${name}(${argumentList})`;
    statements.set(name, text);
  }
  return text;
}

/** How often a call that waits looks whether the circuit is open. */
const LOOK_MS = 1_000;

/**
 * One round trip; after `timeout_ms`, or soon after the circuit opens, an error without a code. A timer costs a third of what
 * an AbortSignal for the fetch costs; an answer that comes later is dropped.
 */
async function callOnce(
  db: Database,
  text: string,
  params: unknown[],
  timeout_ms: number,
  isProbe: boolean,
): Promise<unknown> {
  db.round_trips += 1;
  const began_ms = Date.now();
  let timer: ReturnType<typeof setTimeout> | null = null;
  const timeout = new Promise<never>((_, reject) => {
    const look = (left_ms: number) => {
      const pause_ms = Math.min(left_ms, LOOK_MS);
      timer = setTimeout(() => {
        if (left_ms > pause_ms && (isProbe || !db.circuit.isOpen)) look(left_ms - pause_ms);
        else reject(new PostgresError({}));
      }, pause_ms);
    };
    look(timeout_ms);
  });
  const value = db.port.value(text, params);
  try {
    const answer = await Promise.race([value, timeout]);
    db.circuit.answered();
    return answer;
  } catch (error) {
    if (isAnswer(error)) db.circuit.answered();
    else db.circuit.unanswered(began_ms, Date.now());
    throw error;
  } finally {
    clearTimeout(timer);
    value.catch(() => undefined);
  }
}

/** Whether an error came from Postgres or from the proxy before it. */
const isAnswer = (error: unknown) =>
  error instanceof PostgresError && (error.code !== undefined || error.http_status !== undefined);

const SESSION_ENDED = 'LG401';
/** No such schema, function, table, column or type, or no right to use it: it is not the database of this release. */
const OUTDATED = new Set(['3F000', '42883', '42P01', '42703', '42704', '42501']);
/**
 * The classes of PostgreSQL's appendix A that no statement and no value of ours brings about: connection, prepared
 * statements mixed up by a pooler, a transaction that may only read, authorization, no such database, rollback, resources,
 * state of an object, intervention of an operator, snapshots, system, configuration, internal errors.
 */
const OUTAGES = new Set(['08', '25', '26', '28', '3D', '40', '53', '55', '57', '58', '72', 'F0', 'XX']);

function isRetryable(error: unknown, reads: boolean): boolean {
  if (!(error instanceof PostgresError)) return false;
  return isContention(error.code) || (reads && isOutage(error));
}

/** No code means that Postgres was not reached. */
function isOutage({ code, http_status }: PostgresError): boolean {
  if (code === undefined) return http_status === undefined;
  return OUTAGES.has(code.slice(0, 2));
}

/** The driver's own errors must not leave this file: their messages may hold SQL, hosts or values. */
function translate(error: unknown): Error {
  if (!(error instanceof PostgresError)) return error as Error;
  const { code, constraint, http_status } = error;
  if (code === SESSION_ENDED) return new SessionEnded();
  if (code?.startsWith('23') && constraint) return new ConstraintViolation(constraint);
  if (code !== undefined && OUTDATED.has(code)) return new DatabaseOutdated(code);
  if (isOutage(error)) return new DatabaseUnavailable(code);
  return new CallRefused(http_status ? { http_status } : { sql_state: code });
}
