// Holds an answer against the document: its status, its headers, its content type and every key of its body.
import { Validator } from '@cfworker/json-schema';
import { type DocumentedAnswer, openApi, type Route, referred, type Schema } from './document';

export interface Answered {
  method: string;
  path: string;
  route: Route | undefined;
  /** Whom the token of the request names. */
  caller: number | undefined;
  status: number;
  headers: Headers;
  text: string;
}

const PROBLEM_TYPE = 'application/problem+json';
/** Pages and files that are no part of the API that the document describes. */
const UNDOCUMENTED = new Set(['/openapi.json', '/docs', '/redoc']);
/** A client acts on these, so an answer that carries one must be documented to. */
const MEANT_FOR_CLIENTS = ['ETag', 'Link', 'Location', 'Retry-After', 'WWW-Authenticate'];
const WORDS_OF_SQL = /\b(SELECT|INSERT INTO|DELETE FROM|RETURNING|SQLSTATE|NeonDbError)\b/;

/** Keywords that say nothing about what is valid, and those whose value is no schema. */
const ANNOTATIONS = new Set(['default', 'description', 'example', 'examples']);
const VERBATIM = new Set(['const', 'enum', 'required']);

/** Throws when the answer isn't what the document says; the message names the place. */
export function checkAnswer(answer: Answered): void {
  const faults = [
    ...faultsOfAll(answer),
    ...(answer.route ? faultsOfRoute(answer, answer.route) : strayFaults(answer)),
  ];
  if (faults.length === 0) return;
  const { method, path, status, text } = answer;
  throw new Error(
    `${method} ${path} answered ${status}, which breaks its contract:\n- ${faults.join('\n- ')}\n${text.slice(0, 2_000)}`,
  );
}

/** What every answer owes, whatever the route. */
function faultsOfAll({ status, headers, text, method }: Answered): string[] {
  const faults: string[] = [];
  const id = headers.get('x-request-id');
  const caching = headers.get('cache-control');
  // Everybody who is answered from a cache would get the id of whoever filled it.
  if (caching?.startsWith('public')) {
    if (id) faults.push('an X-Request-Id that a cache would share');
    if (headers.get('vary') !== 'Authorization, Origin') faults.push('a shared answer without its Vary');
  } else {
    if (!id) faults.push('no X-Request-Id');
    if (caching !== 'no-store') faults.push('an answer that may be kept, and does not say for how long');
  }
  if (headers.get('x-content-type-options') !== 'nosniff') faults.push('no X-Content-Type-Options: nosniff');
  if (headers.get('access-control-allow-origin') === '*') faults.push('CORS for everybody');
  if (status < 400 || method === 'HEAD') return faults;
  if (headers.get('content-type') !== PROBLEM_TYPE) return [...faults, `an error that is no ${PROBLEM_TYPE}`];
  if (caching !== 'no-store') faults.push('an error that a cache may keep');
  const problem = JSON.parse(text);
  if (problem.status !== status) faults.push('a problem with another status than its answer');
  if (problem.request_id !== id) faults.push('a problem with another request_id than its header');
  if (WORDS_OF_SQL.test(text)) faults.push('SQL in a problem');
  if (status === 422 && !problem.errors?.length && problem.code === 'invalid_input')
    faults.push('a 422 that does not say what is wrong');
  if (status === 401 && !headers.has('www-authenticate')) faults.push('a 401 without WWW-Authenticate');
  if (status === 405 && !headers.has('allow')) faults.push('a 405 without Allow');
  if ((status === 429 || status === 503) && !headers.has('retry-after')) faults.push('no Retry-After');
  return faults;
}

function strayFaults({ method, path, status, text }: Answered): string[] {
  if (method === 'OPTIONS' || UNDOCUMENTED.has(path)) return [];
  if (status < 400) return ['a good answer of a route that the document does not name'];
  return method === 'HEAD' ? [] : faultsOfBody('Problem', { $ref: '#/components/schemas/Problem' }, text);
}

function faultsOfRoute(
  { method, status, headers, text, caller }: Answered,
  { name, operation }: Route,
): string[] {
  const documented = operation.responses[status];
  if (!documented) return [`the status ${status} is not documented`];
  const faults = faultsOfHeaders(`${name} ${status}`, documented, headers);
  const isPrivate = !/^(GET|HEAD)$/.test(method) || (caller !== undefined && operation.security?.length);
  if (isPrivate && headers.get('cache-control') !== 'no-store')
    faults.push('a private answer that a cache may keep');
  if (method === 'HEAD') return faults;
  const type = headers.get('content-type')?.split(';')[0];
  if (!documented.content) return text || type ? [...faults, 'a body that is not documented'] : faults;
  const content = type === undefined ? undefined : documented.content[type];
  if (!content) return [...faults, `the content type ${type} is not documented`];
  return [...faults, ...faultsOfBody(`${name} ${status} ${type}`, content.schema, text)];
}

function faultsOfHeaders(place: string, documented: DocumentedAnswer, headers: Headers): string[] {
  const named = Object.entries(documented.headers ?? {});
  const known = new Set(named.map(([name]) => name.toLowerCase()));
  const faults = MEANT_FOR_CLIENTS.filter((name) => headers.has(name) && !known.has(name.toLowerCase())).map(
    (name) => `the header ${name} is not documented`,
  );
  for (const [name, { required, schema }] of named) {
    const value = headers.get(name);
    if (value === null && required) faults.push(`the header ${name} is missing`);
    if (value === null) continue;
    const typed = schema.type === 'integer' || schema.type === 'number' ? Number(value) : value;
    faults.push(...faultsOfValue(`${place} ${name}`, schema, typed));
  }
  return faults;
}

function faultsOfBody(place: string, schema: Schema, text: string): string[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return ['a body that is no JSON'];
  }
  return faultsOfValue(place, schema, value);
}

const validators = new Map<string, Validator>();
const components = closed(openApi.components);

function faultsOfValue(place: string, schema: Schema, value: unknown): string[] {
  let validator = validators.get(place);
  if (!validator) {
    validator = new Validator({ ...closed(schema), components }, '2020-12', false);
    validators.set(place, validator);
  }
  return validator
    .validate(value)
    .errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`);
}

/**
 * A copy in which an object has the keys that are documented and no other. The parts of an `allOf` stay open, because
 * each names some of the keys only: there the whole is closed.
 */
function closed(schema: Schema, isPart = false): Schema {
  if (Array.isArray(schema)) return schema.map((item) => closed(item));
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema.allOf)) {
    const parts = schema.allOf.map((part: Schema) => closed(referred(part), true));
    return { ...schema, allOf: parts, ...(!isPart && { unevaluatedProperties: false }) };
  }
  const copy: Schema = {};
  for (const [key, value] of Object.entries<Schema>(schema)) {
    if (ANNOTATIONS.has(key)) continue;
    if (key === 'properties') copy.properties = closedValues(value);
    else copy[key] = VERBATIM.has(key) ? value : closed(value);
  }
  if (copy.properties && copy.additionalProperties === undefined && !isPart)
    copy.additionalProperties = false;
  return copy;
}

function closedValues(schemas: Record<string, Schema>): Schema {
  return Object.fromEntries(Object.entries(schemas).map(([key, schema]) => [key, closed(schema)]));
}
