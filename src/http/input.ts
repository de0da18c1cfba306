import { z } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { invalidInput, Problem } from '../problems';
import { faultsOf } from '../schemas/faults';
import { onceEach, readBody } from './body';
import type { AppEnv } from './context';
import { givenParameters } from './query';

/** The input of a route, as declared with `createRoute`. */
export interface RequestContract {
  query?: z.ZodType;
  params?: z.ZodType;
  headers?: unknown;
  body?: { content: Record<string, { schema?: unknown } | undefined> };
}

/** Validates URL, query, parameters, headers and body in this order. The first part that fails is a 422 with all its faults. */
export function validateInput({ query, params, headers, body }: RequestContract): MiddlewareHandler<AppEnv> {
  const types = Object.keys(body?.content ?? {});
  const schema = bodySchema(body);
  const headerSchema = headers instanceof z.ZodObject ? headers : undefined;
  return async function validateInput(c, next) {
    if (query || params) refuseMalformedUrl(c.req.url);
    if (query) c.req.addValidatedData('query', parse(query, onceEach(givenParameters(c))));
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

/** RFC 3986 §2.5. Decoders disagree about what is not UTF-8: some keep it, some make U+FFFD of it. */
function refuseMalformedUrl(url: string): void {
  if (!url.includes('%')) return;
  try {
    decodeURIComponent(url.replace(/^[^:]+:\/\/[^/?]*/, ''));
  } catch {
    throw new Problem('malformed_url');
  }
}

/** All media types of a body share one schema. */
function bodySchema(body: RequestContract['body']): z.ZodType | undefined {
  const [schema, ...others] = new Set(Object.values(body?.content ?? {}).map((media) => media?.schema));
  if (others.length > 0) throw new Error('The media types of a body differ in their schema.');
  return schema as z.ZodType | undefined;
}

/** Reads only the declared headers: copying all of them costs more than the validation. */
function headersOf(c: Context, schema: z.ZodObject): Record<string, string | undefined> {
  return Object.fromEntries(Object.keys(schema.shape).map((name) => [name, c.req.header(name)]));
}

/** Synchronous: no schema of ours is asynchronous. */
function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> & object {
  const parsed = safeParse(schema, input);
  if (!parsed.success) throw invalidInput(...faultsOf(parsed.error.issues));
  return parsed.data as z.output<Schema> & object;
}

/** A rule that can't bear a value refuses it. */
function safeParse<Schema extends z.ZodType>(schema: Schema, input: unknown) {
  try {
    return schema.safeParse(input);
  } catch {
    throw invalidInput({ path: '', code: 'invalid', message: 'the input has the wrong form' });
  }
}
