// Checks an answer against the document: its status, its headers, its content type and every key of its body.
import { Validator } from '@cfworker/json-schema';
import type { ApiDocument, DocumentedAnswer, Route, Schema } from './operations';

export interface CheckedAnswer {
  method: string;
  path: string;
  route: Route | undefined;
  /** The user of the request's token. */
  caller: number | undefined;
  status: number;
  headers: Headers;
  text: string;
}

const PROBLEM_TYPE = 'application/problem+json';
/** Pages that are not part of the documented API. */
const UNDOCUMENTED = new Set(['/openapi.json', '/docs', '/redoc']);
/** Headers that clients act on: an answer that has one must document it. */
const CLIENT_HEADERS = ['ETag', 'Link', 'Location', 'Retry-After', 'Set-Cookie', 'WWW-Authenticate'];
const SQL_WORDS = /\b(SELECT|INSERT INTO|DELETE FROM|RETURNING|SQLSTATE|NeonDbError)\b/;

/** Keywords that don't affect validity, and those whose value is not a schema. */
const ANNOTATIONS = new Set(['default', 'description', 'example', 'examples']);
const VERBATIM = new Set(['const', 'enum', 'required']);

/** The page of the web client, which is no part of the documented API. */
const isPage = ({ headers, route }: Pick<CheckedAnswer, 'headers' | 'route'>) =>
  (!route || route.template === '/') && headers.get('content-type')?.startsWith('text/html');

/** A function that throws when an answer is not as documented; the message names the place. */
export function answerChecker(document: ApiDocument): (answer: CheckedAnswer) => void {
  const values = new ValueChecker(document);
  const faultsOf = (answer: CheckedAnswer) => {
    if (isPage(answer)) return [];
    return answer.route ? routeFaults(values, answer, answer.route) : unknownRouteFaults(values, answer);
  };
  return (answer) => {
    const faults = [...generalFaults(answer), ...faultsOf(answer)];
    if (faults.length === 0) return;
    const { method, path, status, text } = answer;
    throw new Error(
      `${method} ${path} answered ${status}, which breaks its contract:\n- ${faults.join('\n- ')}\n${text.slice(0, 2_000)}`,
    );
  };
}

/** The faults that no answer may have, whatever its route. */
function generalFaults({ status, headers, text, method, route }: CheckedAnswer): string[] {
  const faults: string[] = [];
  const id = headers.get('x-request-id');
  const caching = headers.get('cache-control');
  // A cached answer must not have the id of the request that filled the cache.
  if (caching?.startsWith('public')) {
    if (id) faults.push('an X-Request-Id that a cache would share');
    if (headers.get('vary') !== 'Authorization, Origin') faults.push('a shared answer without its Vary');
  } else {
    if (!id) faults.push('no X-Request-Id');
    const isRevalidated = isPage({ headers, route }) && status === 200 && caching === 'private, no-cache';
    if (caching !== 'no-store' && !isRevalidated)
      faults.push('an answer that may be cached, and does not say for how long');
  }
  if (headers.get('x-content-type-options') !== 'nosniff') faults.push('no X-Content-Type-Options: nosniff');
  if (headers.get('access-control-allow-origin') === '*') faults.push('CORS for everybody');
  if (status < 400 || method === 'HEAD' || isPage({ headers, route })) return faults;
  // Token endpoints alone document another type, for clients of OAuth 2.0 that ask for it.
  const types = Object.keys(route?.operation.responses[status]?.content ?? { [PROBLEM_TYPE]: {} });
  if (!types.includes(PROBLEM_TYPE) || !types.includes(headers.get('content-type') ?? ''))
    return [...faults, `an error that is not ${PROBLEM_TYPE}`];
  if (caching !== 'no-store') faults.push('an error that may be cached');
  const problem = JSON.parse(text);
  if (problem.status !== status) faults.push('a problem with another status than its answer');
  if (problem.request_id !== id) faults.push('a problem with another request_id than its header');
  if (SQL_WORDS.test(text)) faults.push('SQL in a problem');
  if (status === 422 && !problem.errors?.length && problem.code === 'invalid_input')
    faults.push('a 422 that does not say what is wrong');
  if (status === 401 && !headers.has('www-authenticate')) faults.push('a 401 without WWW-Authenticate');
  if (status === 405 && !headers.has('allow')) faults.push('a 405 without Allow');
  if ((status === 429 || status === 503) && !headers.has('retry-after')) faults.push('no Retry-After');
  return faults;
}

function unknownRouteFaults(values: ValueChecker, { method, path, status, text }: CheckedAnswer): string[] {
  if (method === 'OPTIONS' || UNDOCUMENTED.has(path)) return [];
  if (status < 400) return ['an undocumented route that succeeds'];
  return method === 'HEAD'
    ? []
    : bodyFaults(values, 'Problem', { $ref: '#/components/schemas/Problem' }, text);
}

function routeFaults(
  values: ValueChecker,
  { method, status, headers, text, caller }: CheckedAnswer,
  { name, operation }: Route,
): string[] {
  const documented = operation.responses[status];
  if (!documented) return [`the status ${status} is not documented`];
  const faults = headerFaults(values, `${name} ${status}`, documented, headers);
  const isPrivate = !/^(GET|HEAD)$/.test(method) || (caller !== undefined && operation.security?.length);
  if (isPrivate && headers.get('cache-control') !== 'no-store')
    faults.push('a private answer that may be cached');
  if (method === 'HEAD') return faults;
  const type = headers.get('content-type')?.split(';')[0];
  if (!documented.content) return text || type ? [...faults, 'a body that is not documented'] : faults;
  const content = type === undefined ? undefined : documented.content[type];
  if (!content) return [...faults, `the content type ${type} is not documented`];
  // What is not JSON is tested where it is written.
  if (!/[/+]json$/.test(type ?? '')) return faults;
  return [...faults, ...bodyFaults(values, `${name} ${status} ${type}`, content.schema, text)];
}

function headerFaults(
  values: ValueChecker,
  place: string,
  documented: DocumentedAnswer,
  headers: Headers,
): string[] {
  const named = Object.entries(documented.headers ?? {});
  const known = new Set(named.map(([name]) => name.toLowerCase()));
  const faults = CLIENT_HEADERS.filter((name) => headers.has(name) && !known.has(name.toLowerCase())).map(
    (name) => `the header ${name} is not documented`,
  );
  for (const [name, { required, schema }] of named) {
    const value = headers.get(name);
    if (value === null && required) faults.push(`the header ${name} is missing`);
    if (value === null) continue;
    const typed = schema.type === 'integer' || schema.type === 'number' ? Number(value) : value;
    faults.push(...values.faults(`${place} ${name}`, schema, typed));
  }
  return faults;
}

function bodyFaults(values: ValueChecker, place: string, schema: Schema, text: string): string[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return ['a body that is not JSON'];
  }
  return values.faults(place, schema, value);
}

type ResolveRef = ApiDocument['resolveRef'];

/** Checks values against schemas of one document. */
class ValueChecker {
  readonly #validators = new Map<string, Validator>();
  readonly #components: Schema;
  readonly #resolveRef: ResolveRef;

  constructor({ openApi, resolveRef }: ApiDocument) {
    this.#components = closeSchema(openApi.components, resolveRef);
    this.#resolveRef = resolveRef;
  }

  /** What is wrong with a value; `place` names its schema. */
  faults(place: string, schema: Schema, value: unknown): string[] {
    let validator = this.#validators.get(place);
    if (!validator) {
      const closed = { ...closeSchema(schema, this.#resolveRef), components: this.#components };
      validator = new Validator(closed, '2020-12', false);
      this.#validators.set(place, validator);
    }
    return validator
      .validate(value)
      .errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`);
  }
}

/**
 * A copy in which objects may have documented keys only. The parts of an `allOf` stay open, because each has some of the
 * keys: there the whole is closed.
 */
function closeSchema(schema: Schema, resolveRef: ResolveRef, isPart = false): Schema {
  if (Array.isArray(schema)) return schema.map((item) => closeSchema(item, resolveRef));
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema.allOf)) {
    const parts = schema.allOf.map((part: Schema) => closeSchema(resolveRef(part), resolveRef, true));
    return { ...schema, allOf: parts, ...(!isPart && { unevaluatedProperties: false }) };
  }
  const copy: Schema = {};
  for (const [key, value] of Object.entries<Schema>(schema)) {
    if (ANNOTATIONS.has(key)) continue;
    if (key === 'properties') copy.properties = closeValues(value, resolveRef);
    else copy[key] = VERBATIM.has(key) ? value : closeSchema(value, resolveRef);
  }
  if (copy.properties && copy.additionalProperties === undefined && !isPart)
    copy.additionalProperties = false;
  return copy;
}

function closeValues(schemas: Record<string, Schema>, resolveRef: ResolveRef): Schema {
  return Object.fromEntries(
    Object.entries(schemas).map(([key, schema]) => [key, closeSchema(schema, resolveRef)]),
  );
}
