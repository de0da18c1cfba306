import { z } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import type { $ZodIssue } from 'zod/v4/core';
import { type InputFault, invalidInput } from '../problems';
import { readBody } from './body';
import type { AppEnv } from './context';

/** The input of a route, as declared with `createRoute`. */
export interface RequestContract {
  query?: z.ZodType;
  params?: z.ZodType;
  headers?: unknown;
  body?: { content: Record<string, { schema?: unknown } | undefined> };
}

/** Validates query, parameters, headers and body in this order. The first part that fails is a 422 with all its faults. */
export function validateInput({ query, params, headers, body }: RequestContract): MiddlewareHandler<AppEnv> {
  const types = Object.keys(body?.content ?? {});
  const schema = bodySchema(body);
  const headerSchema = headers instanceof z.ZodObject ? headers : undefined;
  return async function validateInput(c, next) {
    if (query) c.req.addValidatedData('query', parse(query, queryOf(c)));
    if (params) c.req.addValidatedData('param', parse(params, c.req.param()));
    if (headerSchema) c.req.addValidatedData('header', parse(headerSchema, headersOf(c, headerSchema)));
    if (schema) {
      const input = parse(schema, await readBody(c, types));
      c.req.addValidatedData('json', input);
      c.req.addValidatedData('form', input);
    }
    return next();
  };
}

/** All media types of a body share one schema. */
function bodySchema(body: RequestContract['body']): z.ZodType | undefined {
  const [schema, ...others] = new Set(Object.values(body?.content ?? {}).map((media) => media?.schema));
  if (others.length > 0) throw new Error('The media types of a body differ in their schema.');
  return schema as z.ZodType | undefined;
}

/** A repeated parameter is an array, which fails the schema of a single value. */
function queryOf(c: Context): Record<string, string | string[]> {
  const entries = Object.entries(c.req.queries());
  return Object.fromEntries(
    entries.map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  ) as Record<string, string | string[]>;
}

/** Reads only the declared headers: copying all of them costs more than the validation. */
function headersOf(c: Context, schema: z.ZodObject): Record<string, string | undefined> {
  return Object.fromEntries(Object.keys(schema.shape).map((name) => [name, c.req.header(name)]));
}

/** Synchronous: no schema of ours is asynchronous. */
function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> & object {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw invalidInput(...parsed.error.issues.map(toFault));
  return parsed.data as z.output<Schema> & object;
}

const REQUIRED = 'is required';

// A Zod issue doesn't contain its input: a missing key can be told from a wrong type only here.
z.config({
  customError: ({ code, input }) => (code === 'invalid_type' && input === undefined ? REQUIRED : undefined),
});

const LENGTH_CODES = { too_small: 'too_short', too_big: 'too_long' } as const;
const AMOUNT_CODES = { too_small: 'too_small', too_big: 'too_large' } as const;

function toFault(issue: $ZodIssue): InputFault {
  return { path: issue.path.join('.'), code: faultCode(issue), message: issue.message };
}

function faultCode(issue: $ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message === REQUIRED ? 'required' : 'invalid_type';
    case 'too_small':
    case 'too_big':
      return (issue.origin === 'string' || issue.origin === 'array' ? LENGTH_CODES : AMOUNT_CODES)[
        issue.code
      ];
    case 'custom':
      return typeof issue.params?.code === 'string' ? issue.params.code : 'invalid';
    default:
      return issue.code;
  }
}
