// Bodies of requests: JSON and forms of an operation's schema, and what is neither.
import fc from 'fast-check';
import type { Operation, Schema } from '../../test/support/operations.ts';
import type { Draw, Parts } from './requests.ts';
import { HOSTILE_NAMES, HOSTILE_VALUES, validValues } from './values.ts';

export interface Body {
  headers: Record<string, string>;
  /** Bytes in Latin-1, or null for none. */
  text: string | null;
}

const NO_BODY: Body = { headers: {}, text: null };

const JSON_TYPE = 'application/json';
const MULTIPART_TYPE = 'multipart/form-data';
const BOUNDARY = 'a-boundary';

const toBytes = (text: string) => Buffer.from(text.toWellFormed()).toString('latin1');

/** A body as the operation documents it, with what `parts` spoils; none where it takes none. */
export function bodyOf(draw: Draw, parts: Parts, { requestBody }: Operation): Body {
  const contents = Object.entries(requestBody?.content ?? {});
  if (contents.length === 0) return NO_BODY;
  const json = contents.find(([type]) => type === JSON_TYPE);
  const [type, { schema }] =
    json && parts.chance(0.7) ? json : draw(fc.constantFrom<typeof contents>, ...contents);
  const value = contentOf(draw, parts, schema);
  if (type === JSON_TYPE || typeof value !== 'object' || value === null)
    return { headers: { 'Content-Type': type }, text: toBytes(jsonOf(value)) };
  const pairs = Object.entries(value).map(([key, each]) => [key, textOf(each)] as [string, string]);
  if (pairs[0] && parts.isSpoilt()) pairs.push(pairs[0]);
  if (type !== MULTIPART_TYPE)
    return { headers: { 'Content-Type': type }, text: new URLSearchParams(pairs).toString() };
  const fields = pairs.map(
    ([key, text]) =>
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${key.replaceAll(/["\r\n]/g, '_')}"\r\n\r\n${text}\r\n`,
  );
  return {
    headers: { 'Content-Type': `${type}; boundary=${BOUNDARY}` },
    text: toBytes(`${fields.join('')}--${BOUNDARY}--\r\n`),
  };
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : jsonOf(value));
/** Lone surrogates are written as escapes, as a client may send them. */
const jsonOf = (value: unknown) => JSON.stringify(value) ?? 'null';

function contentOf(draw: Draw, parts: Parts, given: Schema): unknown {
  if (parts.isSpoilt() && parts.chance(0.2)) return draw(() => HOSTILE_VALUES);
  const schema = parts.resolveRef(given);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return contentOf(draw, parts, draw(fc.constantFrom<Schema[]>, ...choices));
  if (schema.allOf)
    return Object.assign({}, ...schema.allOf.map((part: Schema) => contentOf(draw, parts, part)));
  if (!schema.properties) return draw(() => validValues(schema, (each) => parts.resolveRef(each)));
  const required: string[] = schema.required ?? [];
  const entries = Object.entries<Schema>(schema.properties)
    .filter(([key]) =>
      required.includes(key) ? !(parts.isSpoilt() && parts.chance(0.3)) : parts.chance(0.4),
    )
    .map(([key, each]) => [key, parts.value(key, each)]);
  if (parts.isSpoilt()) entries.push([draw(() => HOSTILE_NAMES), draw(() => HOSTILE_VALUES)]);
  return Object.fromEntries(entries);
}

const STRANGE_TEXTS = [
  '',
  '{',
  '[]',
  'null',
  '1e400',
  '"x"',
  '{"a":1,"a":2}',
  '\xff\xfe\x00',
  '\xef\xbb\xbf{}',
  '{"content":"\xed\xa0\x80"}',
  '{"username":{"length":{"toString":1}},"password":"x"}',
  `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
  `{"content":"${'x'.repeat(300_000)}"}`,
  'a=1&a=2&%ff=%',
  `--${BOUNDARY}\r\nContent-Disposition: form-data\r\n\r\n`,
];

const STRANGE_TYPES = [
  JSON_TYPE,
  'application/json; charset=latin1',
  'application/x-www-form-urlencoded',
  `multipart/form-data; boundary=${BOUNDARY}`,
  'multipart/form-data',
  'text/plain',
  'application/merge-patch+json',
  ';',
  'x'.repeat(1_000),
];

/** Any bytes under any type, also where no body is taken. */
export function strangeBody(draw: Draw, { requestBody }: Operation): Body {
  const own = Object.keys(requestBody?.content ?? {});
  const type = draw(fc.constantFrom, '', ...own, ...own, ...STRANGE_TYPES);
  return {
    headers: type === '' ? {} : { 'Content-Type': type },
    text: draw(fc.constantFrom, ...STRANGE_TEXTS),
  };
}
