// The OpenAPI document as others read it: people, and generators of clients.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { inlineReferences } from '../../tools/generate/references.ts';

interface Schema {
  $ref?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  default?: unknown;
  [keyword: string]: unknown;
}

interface Answer {
  $ref?: string;
  description?: string;
  content?: Record<string, { schema: Schema; examples?: Record<string, { $ref?: string }> }>;
}

interface Operation {
  operationId: string;
  summary: string;
  description: string;
  parameters?: { $ref?: string; name?: string }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, Answer>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, Schema>;
    responses: Record<string, Answer>;
    examples: Record<string, { value: { code: string } }>;
  };
}

const TEXT = readFileSync(path.resolve(import.meta.dirname, '../../openapi.json'), 'utf8');
const document = JSON.parse(TEXT) as Document;
const inlined = inlineReferences<Document>(document);
const operations = ({ paths }: Document) => Object.values(paths).flatMap((item) => Object.values(item));
const { schemas, responses, examples } = document.components;

/** Keys of objects in a schema, and in what it refers to, that have a default and may be left out. */
function optionalWithDefault(schema: Schema, seen = new Set<Schema>()): string[] {
  const named = schemas[schema.$ref?.split('/').at(-1) ?? ''] ?? schema;
  if (seen.has(named)) return [];
  seen.add(named);
  const { properties = {}, required = [] } = named;
  const own = Object.entries(properties).filter(
    ([key, { default: value }]) => value !== undefined && !required.includes(key),
  );
  const parts = Object.values(named).flatMap((value) =>
    typeof value === 'object' && value ? Object.values(value) : [],
  );
  const inner = [...Object.values(named), ...parts].filter(
    (part): part is Schema => typeof part === 'object' && part !== null,
  );
  return [...own.map(([key]) => key), ...inner.flatMap((part) => optionalWithDefault(part, seen))];
}

describe('the document', () => {
  it('has less than 200 KB as it is served, without indentation', () => {
    expect(Buffer.byteLength(JSON.stringify(document))).toBeLessThan(200_000);
  });

  it('names every schema that an operation takes or answers', () => {
    const bodies = operations(document).flatMap(({ operationId, requestBody, responses: answers }) =>
      [requestBody, ...Object.values(answers)].flatMap((body) =>
        Object.values(body?.content ?? {}).map(({ schema }) => ({ operationId, schema })),
      ),
    );
    expect(bodies.length).toBeGreaterThan(50);
    expect(bodies.filter(({ schema }) => !schema.$ref)).toEqual([]);
    expect(Object.keys(schemas)).toEqual(expect.arrayContaining(['PostPage', 'UserPage', 'SessionPage']));
  });

  it('refers to each error by name, with an example of each of its codes', () => {
    const errors = operations(document).flatMap(({ responses: answers }) =>
      Object.entries(answers).filter(([status]) => status >= '400'),
    );
    expect(errors.length).toBeGreaterThan(300);
    expect(errors.filter(([, { $ref }]) => !$ref?.startsWith('#/components/responses/'))).toEqual([]);
    for (const [name, { content }] of Object.entries(responses)) {
      const { schema, examples: given = {} } = content?.['application/problem+json'] ?? {};
      const codes = (schema?.allOf as Schema[] | undefined)?.[1]?.properties?.code?.enum;
      expect(codes, name).toEqual(Object.keys(given));
      for (const code of Object.keys(given)) expect(examples[code]?.value.code).toBe(code);
    }
  });

  it('has no parameter twice', () => {
    const all = operations(document).flatMap(({ parameters = [] }) =>
      parameters.map((one) => JSON.stringify(one)),
    );
    const own = all.filter((text) => !text.startsWith('{"$ref"'));
    expect(own).toEqual([...new Set(own)]);
  });

  it('leads to everything that it refers to, and names nothing that nobody uses', () => {
    const names = [...TEXT.matchAll(/"#\/components\/(\w+\/\w+)"/g)].map(([, name]) => name);
    const defined = Object.entries(document.components)
      .filter(([kind]) => kind !== 'securitySchemes')
      .flatMap(([kind, parts]) => Object.keys(parts).map((name) => `${kind}/${name}`));
    expect([...new Set(names)].sort()).toEqual(defined.sort());
    expect(
      operations(inlined)
        .flatMap((one) => Object.values(one.responses))
        .filter(({ $ref }) => $ref),
    ).toEqual([]);
  });

  // openapi-typescript takes a key with a default for one that is always there.
  it('gives no default to a key of a request that may be left out', () => {
    const found = operations(document).flatMap(({ operationId, requestBody }) =>
      Object.values(requestBody?.content ?? {}).flatMap(({ schema }) =>
        optionalWithDefault(schema).map((key) => `${operationId}: ${key}`),
      ),
    );
    expect(found).toEqual([]);
    const trap = { properties: { list: { items: { properties: { draft: { default: true } } } } } };
    expect(optionalWithDefault(trap)).toEqual(['draft']);
  });
});

/** Every text that people read, with its place. */
function textsIn(part: unknown, place = ''): [string, string][] {
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([key, value]): [string, string][] => {
    const here = `${place}/${key}`;
    const isText = (key === 'summary' || key === 'description') && typeof value === 'string';
    return isText ? [[here, value]] : textsIn(value, here);
  });
}

describe('the texts of the document', () => {
  const texts = textsIn(document);

  /** Words that a developer stumbles over, and what the field says instead. */
  const RIDDLES: [RegExp, string][] = [
    [/\banswer(?:s|ed)?\b/i, 'returns, response'],
    [/\brows?\b/i, 'items'],
    [/passed over|nobody knows|no more\b|says otherwise/i, 'left out, does not exist'],
    [/\bfor good\b|\bat once and\b|\bgo(?:es)? by\b/i, 'permanently'],
    [
      /\bsomebody\b.*\bno more\b|\bwriting once\b|\btold by mail\b|\bmails a\b/i,
      'unfollow, idempotency, notified',
    ],
    [/\beither way\b|\bbeneath\b/i, 'above, below'],
  ];

  it('use the usual words', () => {
    const found = texts.flatMap(([place, text]) =>
      RIDDLES.filter(([words]) => words.test(text)).map(([, usual]) => `${place}: ${text} (${usual})`),
    );
    expect(found).toEqual([]);
  });

  it.each(operations(document).map((operation) => [operation.operationId, operation] as const))(
    'say in an imperative what %s does, then in sentences how',
    (_, { summary, description }) => {
      expect(summary).toMatch(/^[A-Z][a-z]+(?<!s) .*[^.]$|^(?:Sign|Register)\b/);
      expect(summary.length).toBeLessThan(60);
      expect(description).toMatch(/^[A-Z0-9`][\s\S]*\.$/);
    },
  );

  it('are sentences wherever a value is described', () => {
    const fragments = textsIn(schemas).filter(([, text]) => !/[.:]$/.test(text));
    expect(fragments).toEqual([]);
  });
});
