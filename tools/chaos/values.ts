// Values of a JSON Schema: such as it allows, such as it just does not, and such as parsers and databases mishandle.
import fc from 'fast-check';
import type { ApiDocument, Schema } from '../../test/support/operations.ts';

type ResolveRef = ApiDocument['resolveRef'];

const TEXT_MAX = 80;
const ITEMS_MAX = 4;

/** Values that the schema allows. */
export function validValues(given: Schema, resolveRef: ResolveRef): fc.Arbitrary<unknown> {
  const schema = resolveRef(given ?? {});
  const inner = (each: Schema) => validValues(each, resolveRef);
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map(inner));
  if (schema.allOf)
    return fc
      .tuple(...schema.allOf.map(inner))
      .map((parts: unknown[]) => Object.assign({}, ...(parts as object[])));
  if (Array.isArray(schema.type))
    return fc.oneof(...schema.type.map((type: string) => inner({ ...schema, type })));
  const examples = [...(schema.examples ?? []), ...('example' in schema ? [schema.example] : [])].filter(
    (each) => typeOf(each) === schema.type,
  );
  const made = valuesOfType(schema, resolveRef);
  return examples.length > 0 ? fc.oneof({ weight: 4, arbitrary: made }, fc.constantFrom(...examples)) : made;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function valuesOfType(schema: Schema, resolveRef: ResolveRef): fc.Arbitrary<unknown> {
  const { minimum = -1_000, maximum = 1_000, items, minItems = 0, maxItems = ITEMS_MAX } = schema;
  switch (schema.type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer': {
      const least = Math.max(minimum, Number.MIN_SAFE_INTEGER);
      const most = Math.min(maximum, Number.MAX_SAFE_INTEGER);
      return fc.oneof(
        fc.integer({ min: least, max: Math.min(most, least + 20) }),
        fc.maxSafeInteger().map((n) => least + (Math.abs(n) % (most - least + 1))),
        fc.constantFrom(least, most),
      );
    }
    case 'number':
      return fc.double({ min: minimum, max: maximum, noNaN: true });
    case 'string':
      return texts(schema);
    case 'array': {
      const maxLength = Math.max(minItems, Math.min(maxItems, ITEMS_MAX));
      return fc.array(validValues(items, resolveRef), { minLength: minItems, maxLength });
    }
    case 'object':
      return objects(schema, resolveRef);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function objects({ properties = {}, required = [] }: Schema, resolveRef: ResolveRef): fc.Arbitrary<object> {
  const values = Object.entries<Schema>(properties).map(([key, each]) => [
    key,
    validValues(each, resolveRef),
  ]);
  return fc.record(Object.fromEntries(values), { requiredKeys: required, noNullPrototype: true });
}

const FORMATS: Record<string, () => fc.Arbitrary<string>> = {
  email: () => fc.emailAddress(),
  uuid: () => fc.uuid(),
  uri: () => fc.webUrl({ validSchemes: ['https'] }),
  url: () => fc.webUrl({ validSchemes: ['https'] }),
  'date-time': () => times().map((time) => time.toISOString()),
  date: () => times().map((time) => time.toISOString().slice(0, 10)),
};

const times = () =>
  fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });

function texts({ format, pattern, minLength = 0, maxLength = TEXT_MAX }: Schema): fc.Arbitrary<string> {
  const made = FORMATS[format ?? '']?.();
  const fits = (text: string) => text.length >= minLength && text.length <= maxLength;
  if (made) return made.filter(fits);
  if (pattern) {
    const expression = new RegExp(pattern, 'u');
    return fc.stringMatching(expression, { size: 'small' }).filter(fits);
  }
  const most = Math.max(minLength, Math.min(maxLength, TEXT_MAX));
  return fc.oneof(
    fc.string({ unit: 'grapheme-ascii', minLength, maxLength: most }),
    fc.string({ unit: 'grapheme', minLength, maxLength: most }).filter(fits),
    fc.constantFrom('trains', '2026-01-01', 'a @mira and #bodø', 'x', '0', '007').filter(fits),
  );
}

/** Values just outside of what the schema allows, or at its very edge. */
export function nearlyValidValues(given: Schema, resolveRef: ResolveRef): fc.Arbitrary<unknown> {
  const schema = resolveRef(given ?? {});
  const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (choices) return fc.oneof(...choices.map((each: Schema) => nearlyValidValues(each, resolveRef)));
  const valid = validValues(schema, resolveRef);
  return fc.oneof(
    fc.constantFrom(...edgesOf(schema)),
    valid.map((value) => (typeof value === 'string' ? ` ${value}\u00a0` : String(value))),
    valid.map((value) => [value]),
    valid.map((value) => (typeof value === 'string' ? value.toUpperCase().normalize('NFD') : value)),
    valid.map((value) => (Array.isArray(value) ? [...value, ...value] : value)),
    valid.map((value) =>
      typeOf(value) === 'object' ? { ...(value as object), unknown_key: 1, __proto__: 1 } : null,
    ),
  );
}

function edgesOf({ minimum, maximum, minLength, maxLength, maxItems, enum: words }: Schema): unknown[] {
  return [
    '',
    null,
    ...(minimum === undefined ? [] : [minimum, minimum - 1, String(minimum), `0${minimum}`, `+${minimum}`]),
    ...(maximum === undefined ? [] : [maximum, maximum + 1, maximum + 0.5, `${maximum}0`]),
    ...(minLength === undefined ? [] : ['x'.repeat(Math.max(0, minLength - 1)), ' '.repeat(minLength)]),
    ...(maxLength === undefined
      ? []
      : ['x'.repeat(maxLength), 'ﷺ'.repeat(maxLength), 'x'.repeat(maxLength + 1)]),
    ...(maxItems === undefined ? [] : [Array(maxItems + 1).fill('x'), Array(maxItems).fill('x')]),
    ...(words ?? []).map((word: unknown) => String(word).toUpperCase()),
  ];
}

/** Values that parsers, databases and prototypes often mishandle, whatever is asked for. */
export const HOSTILE_VALUES: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(
      '\0',
      'a\0b',
      '\ud800',
      '\udc00\ud800',
      ' ',
      '\u00a0\u2003',
      '\u202e',
      '\ufeff',
      '\ufffe',
      '💥'.repeat(100),
      'ﷺ'.repeat(2_000),
      'a\u0301'.repeat(500),
      'x'.repeat(20_000),
      "'; DROP TABLE posts; --",
      '%',
      '_',
      '\\',
      '$1',
      '{}',
      '{"a"}',
      '[object Object]',
      '__proto__',
      'constructor',
      '../../etc/passwd',
      '<script>alert(1)</script>',
      'javascript:alert(1)',
      'http://user:secret@[::1]:1/',
      'https://127.0.0.1/',
      'a\r\nSet-Cookie: b=c',
      '2026-02-30T00:00:00.000Z',
      '0000-00-00',
      '+275760-09-13T00:00:00.001Z',
      '-Infinity',
      'NaN',
      'null',
      'undefined',
      '1e999',
      '0x10',
      '١٢٣',
      '1'.repeat(400),
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
      false,
      null,
      [],
      [null],
      [[]],
      Array(1_000).fill('x'),
      {},
      { $ne: null },
      { length: 1e9 },
      { length: { toString: 1 } },
      { toString: 1, valueOf: 1 },
      { toJSON: 1 },
      Object.fromEntries([['then', {}]]),
      { constructor: { name: 'String' } },
    ),
  },
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
);

/** Names of keys and parameters that nobody has documented. */
export const HOSTILE_NAMES: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 10 }),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'length', '0', '', 'a[b]', 'a.b', '$where'),
);
