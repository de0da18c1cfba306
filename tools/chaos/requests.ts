// Requests made from an OpenAPI document: valid, nearly valid and hostile ones, by everybody.
import fc from 'fast-check';
import type { ApiDocument, Operation, Route, Schema } from '../../test/support/operations.ts';
import { bodyOf, strangeBody } from './bodies.ts';
import { ACTORS, type Actor, type Knowledge, lastNoun } from './knowledge.ts';
import { HOSTILE_NAMES, HOSTILE_VALUES, nearlyValidValues, validValues } from './values.ts';

export interface FuzzedRequest {
  route: Route;
  /** In whose name: anonymous without a token, forged with one that nobody has. */
  actor: Actor | 'anonymous' | 'forged';
  /** That of the route, unless the request is to be refused for it. */
  method: string;
  /** Path and query, as they are sent. */
  target: string;
  headers: Record<string, string>;
  /** Bytes in Latin-1, or null for none. */
  body: string | null;
}

export const isActor = (actor: FuzzedRequest['actor']): actor is Actor =>
  actor !== 'anonymous' && actor !== 'forged';

export type Draw = fc.GeneratorValue;
type Parameter = NonNullable<Operation['parameters']>[number];

/** What is wrong with a request: nothing, one thing just so, or up to three things grossly. */
export type Quality = 'valid' | 'near' | 'hostile';
const QUALITIES: fc.Arbitrary<Quality> = fc.constantFrom('valid', 'valid', 'near', 'hostile');

/** So many requests are drawn from one seed, because the first ones of a seed are the simplest. */
const REQUESTS_A_SEED = 200;
/** Hashing a password takes a hundred times as long as anything else. */
const WEIGHT = 8;
const HASHING_WEIGHT = 1;

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'];

/** Headers that no operation documents, and that any client or proxy may add. */
const COMMON_HEADERS: Record<string, string[]> = {
  Accept: [
    '*/*',
    'application/json',
    'text/html',
    'application/problem+json;q=0.1',
    ';;',
    'application/atom+xml',
  ],
  'Accept-Encoding': ['gzip', 'br;q=1.0, *;q=0', 'identity;q=0'],
  'Accept-Language': ['no', '*'],
  'Content-Encoding': ['gzip', 'identity', 'br'],
  Cookie: ['ledge_refresh=x', '__proto__=1; =; a'],
  'If-Modified-Since': ['Wed, 25 Nov 2026 00:00:00 GMT', 'x'],
  'Ledge-Written': [
    '0',
    '1700000000000.00000000000000000000000000000000',
    '9999999999999.ffffffffffffffffffffffffffffffff',
    '1700000000000.',
    '-1.x',
    '__proto__',
    '1'.repeat(4_000),
  ],
  Origin: ['https://app.example.com', 'null', 'https://evil.example', 'x', ''],
  Prefer: ['return=minimal'],
  Range: ['bytes=0-1'],
  'X-Forwarded-For': ['203.0.113.9', "'"],
  'X-HTTP-Method-Override': ['DELETE'],
  'X-Request-Id': ['abc', ' ', 'x'.repeat(300), 'a"b'],
};

/** A request without a token that is its own network, so that limits of networks don't end the run. */
const NETWORKS = fc.ipV4();

export class RequestSource {
  readonly #document: ApiDocument;
  readonly #knowledge: Knowledge;
  readonly #anyRoute: fc.Arbitrary<Route>;

  constructor(document: ApiDocument, knowledge: Knowledge) {
    this.#document = document;
    this.#knowledge = knowledge;
    this.#anyRoute = fc.oneof(
      ...document.routes.map((route) => ({
        weight: hashes(route, document) ? HASHING_WEIGHT : WEIGHT,
        arbitrary: fc.constant(route),
      })),
    );
  }

  /** The same requests for the same seed, as far as the answers are the same: what they told is used in later ones. */
  *all(seed: number, count: number): Generator<FuzzedRequest> {
    for (let sent = 0; sent < count; ) {
      const draws = fc.sample(fc.gen(), { seed: seed + sent, numRuns: REQUESTS_A_SEED });
      for (const draw of draws.slice(0, count - sent)) {
        yield this.#request(
          draw,
          draw(() => this.#anyRoute),
          draw(() => QUALITIES),
        );
        sent += 1;
      }
    }
  }

  /** Valid requests of one route. */
  *valid(route: Route, seed: number): Generator<FuzzedRequest> {
    for (let at = seed; ; at += 1)
      for (const draw of fc.sample(fc.gen(), { seed: at, numRuns: REQUESTS_A_SEED }))
        yield this.#request(draw, route, 'valid');
  }

  #request(draw: Draw, route: Route, quality: Quality): FuzzedRequest {
    const actor = actorOf(draw, route, quality);
    const parts = new Parts(draw, quality, this.#knowledge, this.#document, actor);
    const { operation, template } = route;
    const parameters = operation.parameters ?? [];
    const named = (place: string) => parameters.filter((each) => each.in === place);
    const isStrange = quality === 'hostile' && parts.chance(0.1);
    const body = isStrange ? strangeBody(draw, operation) : bodyOf(draw, parts, operation);
    const headers = { ...headersOf(draw, parts, named('header')), ...body.headers };
    return {
      route,
      actor,
      method: quality === 'hostile' && parts.chance(0.05) ? draw(fc.constantFrom, ...METHODS) : route.method,
      target: pathOf(draw, parts, template, named('path')) + queryOf(draw, parts, named('query')),
      headers,
      body: body.text,
    };
  }
}

/** Whether a request of this route may hash a password. */
function hashes({ operation }: Route, { resolveRef }: ApiDocument): boolean {
  const schemas = Object.values(operation.requestBody?.content ?? {}).map(({ schema }) => resolveRef(schema));
  return schemas.some((schema) => JSON.stringify(schema).includes('password"'));
}

function actorOf(draw: Draw, { operation }: Route, quality: Quality): FuzzedRequest['actor'] {
  const needsToken =
    operation.security?.length && operation.security.every((each) => Object.keys(each).length > 0);
  if (quality === 'valid' && needsToken) return draw(fc.constantFrom, ...ACTORS);
  // Signing in with a token ends its session.
  if (quality === 'valid' && !operation.security?.length) return 'anonymous';
  const everybody = ['user', 'user', 'other', 'admin', 'anonymous', 'anonymous', 'forged'] as const;
  return draw(fc.constantFrom<FuzzedRequest['actor'][]>, ...everybody);
}

/** The parts of one request, of which none, one or some are spoilt. */
export class Parts {
  readonly #draw: Draw;
  readonly #quality: Quality;
  readonly #knowledge: Knowledge;
  readonly #document: ApiDocument;
  readonly #actor: Actor;
  #left: number;

  constructor(
    draw: Draw,
    quality: Quality,
    knowledge: Knowledge,
    document: ApiDocument,
    actor: FuzzedRequest['actor'],
  ) {
    this.#draw = draw;
    this.#quality = quality;
    this.#knowledge = knowledge;
    this.#document = document;
    this.#actor = isActor(actor) ? actor : 'user';
    this.#left = { valid: 0, near: 1, hostile: 3 }[quality];
  }

  chance(probability: number): boolean {
    return this.#draw(fc.nat, 999) < probability * 1_000;
  }

  /** Whether something is to be wrong here. */
  isSpoilt(): boolean {
    if (this.#left === 0 || !this.chance(0.4)) return false;
    this.#left -= 1;
    return true;
  }

  resolveRef(schema: Schema): Schema {
    return this.#document.resolveRef(schema ?? {});
  }

  /** A value of a parameter or a key; `collection` is that whose ids it may be. */
  value(name: string, schema: Schema, collection?: string): unknown {
    const { resolveRef } = this.#document;
    if (this.isSpoilt()) {
      const wrong =
        this.#quality === 'near' || this.chance(0.3) ? nearlyValidValues(schema, resolveRef) : HOSTILE_VALUES;
      return this.#draw(() => wrong);
    }
    const { type } = resolveRef(schema ?? {});
    const known = this.#knowledge.valuesFor(name, this.#actor, collection).filter((each) => fits(each, type));
    if (known.length > 0 && this.chance(0.75)) return this.#draw(fc.constantFrom<unknown[]>, ...known);
    if (/(^|_)ids$/.test(name) && this.chance(0.5)) return this.#someIds(name);
    return this.#draw(() => validValues(schema, resolveRef));
  }

  #someIds(name: string): string {
    const ids = this.#knowledge
      .valuesFor(name.slice(0, -1), this.#actor, 'posts')
      .filter((id) => fits(id, 'integer'));
    return this.#draw(() =>
      fc.subarray(ids.length > 0 ? ids : [1], { minLength: 1, maxLength: Math.min(5, ids.length || 1) }),
    ).join();
  }
}

function fits(value: string | number, type: unknown): boolean {
  if (type === undefined) return true;
  const types: unknown[] = Array.isArray(type) ? type : [type];
  return types.includes('string') || (types.includes('integer') && Number.isSafeInteger(value));
}

const encode = (value: unknown) =>
  encodeURIComponent(
    (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed(),
  ).slice(0, 6_000);

/** Parts of a path that are no percent-encoded UTF-8, or that are something else for a parser of URLs. */
const STRANGE_SEGMENTS = [
  '%',
  '%ff',
  '%00',
  '%2e%2e',
  '..',
  '%2F',
  '%C0%AF',
  '%ud800',
  '',
  '1;a=b',
  '%E2%80%AE',
];

function pathOf(draw: Draw, parts: Parts, template: string, parameters: Parameter[]): string {
  return template.replaceAll(/([^{}]*)\{([^}]+)\}/g, (_, before: string, name: string) => {
    const schema = parameters.find((each) => each.name === name)?.schema ?? {};
    if (parts.isSpoilt() && parts.chance(0.5)) return before + draw(fc.constantFrom, ...STRANGE_SEGMENTS);
    const value = parts.value(name, schema, lastNoun(before));
    return before + (encode(value) || '0');
  });
}

function queryOf(draw: Draw, parts: Parts, parameters: Parameter[]): string {
  const pairs = parameters
    .filter(({ required, schema }) => required || parts.chance(schema.deprecated ? 0.1 : 0.3))
    .map(({ name, schema }) => `${encode(name)}=${encode(parts.value(name, schema))}`);
  if (pairs.length > 0 && parts.isSpoilt()) pairs.push(pairs[0] as string);
  if (parts.isSpoilt())
    pairs.push(
      `${encode(draw(() => HOSTILE_NAMES))}=${draw(fc.constantFrom, '', '1', '%', '%ff', 'a=b', '+')}`,
    );
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

/** What HTTP allows in a value: Latin-1 without controls, and no space at its ends. */
const toHeader = (value: unknown) =>
  String(typeof value === 'object' ? JSON.stringify(value) : value)
    .replaceAll(/[^\x20-\x7e\xa0-\xff]/g, '?')
    .trim()
    .slice(0, 4_000);

function headersOf(draw: Draw, parts: Parts, parameters: Parameter[]): Record<string, string> {
  const headers: Record<string, string> = { 'CF-Connecting-IP': draw(() => NETWORKS) };
  for (const { name, schema, required } of parameters)
    if (required || parts.chance(0.3)) headers[name] = toHeader(parts.value(name, schema));
  for (const [name, values] of Object.entries(COMMON_HEADERS))
    if (parts.chance(0.04) && (name !== 'Content-Encoding' || parts.isSpoilt()))
      headers[name] = draw(fc.constantFrom, ...values);
  return headers;
}
