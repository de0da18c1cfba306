import type { z } from '@hono/zod-openapi';
import type { ProblemCode } from '../problems';

const text = { type: 'string' as const };

const HEADERS = {
  ETag: { description: 'The tag of this view of it (RFC 9110 §8.8.3).', required: true, schema: text },
  'Idempotency-Replayed': {
    description: '`true` when this is the answer that the same request got before.',
    schema: text,
  },
  Link: { description: 'The pages beside this one: `rel="next"`, `rel="prev"` (RFC 8288).', schema: text },
  Location: { description: 'Where it is from now on.', required: true, schema: text },
};

/** Contract of an answer with a JSON body, and of the headers that a client may act on. */
export function jsonResponse<Schema extends z.ZodType>(
  schema: Schema,
  description: string,
  ...headers: (keyof typeof HEADERS)[]
) {
  return {
    content: { 'application/json': { schema } },
    description,
    ...(headers.length > 0 && { headers: Object.fromEntries(headers.map((name) => [name, HEADERS[name]])) }),
  };
}

/** An answer whose example is another than that of its schema: what the example of the request makes of it. */
export function withExample<
  Schema extends z.ZodType,
  Answer extends { content: { 'application/json': { schema: Schema } } },
>(example: z.output<Answer['content']['application/json']['schema']>, answer: Answer): Answer {
  return { ...answer, content: { 'application/json': { ...answer.content['application/json'], example } } };
}

/** Contract of the answer to an `If-None-Match` that holds. */
export const notModified = { description: 'It is as you know it', headers: { ETag: HEADERS.ETag } };

/** Contract of a JSON body that must come. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { content: { 'application/json': { schema } }, required: true as const };
}

/**
 * Spread into a route: the problems that it can answer beside those that follow from its shape. `document` writes
 * them out as responses.
 */
export const problems = (...codes: ProblemCode[]) => ({ 'x-problems': codes });
