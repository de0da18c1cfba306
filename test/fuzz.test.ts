// Sends random requests to all routes: every answer must be documented and below 500.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { api } from './support/api';
import { type Route, resolveRef, routes } from './support/document';
import { createFixture } from './support/fixture';
import { signUpMany } from './support/people';
import { type Fixture, ROUTES } from './support/routes';

/** Values that parsers, databases and prototypes often mishandle. */
const NASTY: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(
  '\0',
  '\ud800',
  ' ',
  '\u00a0\u2003',
  '\u202e',
  '💥'.repeat(100),
  'x'.repeat(20_000),
  "'; DROP TABLE posts; --",
  '%',
  '\\',
  '$1',
  '{}',
  '[object Object]',
  '__proto__',
  '2026-02-30T00:00:00.000Z',
  '-Infinity',
  '1e999',
  0,
  -0,
  -1,
  0.1,
  2 ** 31,
  2 ** 53,
  2 ** 63,
  Number.MAX_VALUE,
  Number.MIN_VALUE,
  true,
  null,
  [],
  [null],
  [[]],
  {},
  { $ne: null },
  { length: 1e9 },
);
const value = fc.oneof(
  { weight: 2, arbitrary: NASTY },
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'grapheme' }),
);
const key = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 10 }),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'length', '0', ''),
);

interface RandomRequest {
  body: unknown;
  query: [string, string][];
  params: string[];
}

/** Random requests: bodies of the route's shape with changed or missing keys, or any JSON; random queries and parameters. */
function randomRequests({ operation, template }: Route, good: unknown): fc.Arbitrary<RandomRequest> {
  const keys = Object.keys(shapeOf(operation));
  const known = keys.length > 0 ? fc.constantFrom(...keys) : key;
  const changed = fc
    .array(fc.tuple(fc.oneof(known, key), value), { minLength: 1, maxLength: 3 })
    .map((changes) => ({ ...(good as object), ...Object.fromEntries(changes) }));
  const names = (operation.parameters ?? []).filter((each) => each.in === 'query').map(({ name }) => name);
  const name = fc.oneof(names.length > 0 ? fc.constantFrom(...names) : key, key);
  const text = fc.oneof(
    value.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))),
    fc.integer().map(String),
    fc.string({ unit: 'binary' }),
  );
  const count = template.split('{').length - 1;
  return fc.record({
    body: fc.oneof({ weight: 4, arbitrary: changed }, value),
    query: fc.array(fc.tuple(name, text), { maxLength: 3 }),
    params: fc.array(text, { minLength: count, maxLength: count }),
  });
}

function shapeOf({ requestBody }: Route['operation']): object {
  const schema = requestBody?.content['application/json']?.schema ?? {};
  return resolveRef(schema).properties ?? {};
}

/** The path with valid or random parameters, and the query. */
function pathOf(
  path: string,
  { template }: Route,
  { params, query }: RandomRequest,
  isRandom: boolean,
): string {
  const wellFormed = (text: string) => encodeURIComponent(text.toWellFormed()).replace(/^\.{1,2}$/, '%2E');
  const rest = [...params];
  const chosen = isRandom ? template.replaceAll(/\{[^}]+\}/g, () => wellFormed(rest.shift() || '0')) : path;
  const pairs = query.map(([name, text]) => `${wellFormed(name)}=${wellFormed(text)}`);
  return pairs.length === 0 ? chosen : `${chosen}${chosen.includes('?') ? '&' : '?'}${pairs.join('&')}`;
}

describe('a random request', () => {
  it.each(routes)('to $name gets a documented answer below 500', async (route) => {
    const fixture: Fixture = await createFixture();
    const { path = route.template, json, form } = ROUTES[route.name]?.call(fixture) ?? {};
    const takesBody = route.operation.requestBody !== undefined;
    // Hashing a password takes a hundred times as long as anything else.
    const numRuns = /password/.test(JSON.stringify(json ?? form ?? '')) ? 6 : 20;
    let turn = 0;

    await fc.assert(
      fc.asyncProperty(randomRequests(route, json), async (attempt) => {
        turn += 1;
        const call = `${route.method} ${pathOf(path, route, attempt, turn % 3 === 0)}`;
        const { status } = await api(call, {
          token: fixture.me.token,
          ...(takesBody && { json: attempt.body }),
        });

        expect(status).toBeLessThan(500);
      }),
      { numRuns },
    );
  });

  it('gets an answer below 500 when many are sent at once', async () => {
    const people = await signUpMany(5);
    const calls = people.flatMap(({ token }) =>
      routes
        .filter(({ method, operation }) => method === 'GET' && operation.security)
        .map(({ template }) =>
          api(`GET ${template.replaceAll(/\{[^}]+\}/g, '1')}?x=${'%F0%9F%92%A5'.repeat(50)}`, { token }),
        ),
    );

    for (const { status } of await Promise.all(calls)) expect(status).toBeLessThan(500);
  });
});
