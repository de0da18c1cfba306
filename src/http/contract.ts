import type { z } from '@hono/zod-openapi';
import type { ProblemCode } from '../problems';
import { Feed } from '../schemas/feed';

const text = { type: 'string' as const };

const HEADERS = {
  ETag: {
    description: 'The version of the resource (RFC 9110 §8.8.3), to send as `If-None-Match` or `If-Match`.',
    required: true,
    schema: text,
  },
  'Last-Modified': {
    description: 'When what it shows was last changed (RFC 9110 §8.8.2), to send as `If-Modified-Since`.',
    schema: text,
  },
  'Idempotency-Replayed': {
    description: '`true` if this is the stored response to an earlier request with the same key.',
    schema: text,
  },
  Link: {
    description: 'URLs of the next and the previous page: `rel="next"`, `rel="prev"` (RFC 8288).',
    schema: text,
  },
  'Set-Cookie': {
    description: 'With `Ledge-Session: cookie`: the refresh token, or its end.',
    schema: text,
  },
  Location: { description: 'URL of the new resource.', required: true, schema: text },
};

/** Documents an answer with a JSON body, and the headers that a client may act on. */
export function jsonResponse<Schema extends z.ZodType>(
  schema: Schema,
  description: string,
  ...headers: (keyof typeof HEADERS)[]
) {
  return {
    content: { 'application/json': { schema } },
    description,
    ...(headers.length > 0 && withHeaders(...headers)),
  };
}

/** Documents the headers of an answer without a body. */
export const withHeaders = (...names: (keyof typeof HEADERS)[]) => ({
  headers: Object.fromEntries(names.map((name) => [name, HEADERS[name]])),
});

/** Gives an answer an example of its own, which follows from the example of the request. */
export function withExample<
  Schema extends z.ZodType,
  Answer extends { content: { 'application/json': { schema: Schema } } },
>(example: z.output<Answer['content']['application/json']['schema']>, answer: Answer): Answer {
  return { ...answer, content: { 'application/json': { ...answer.content['application/json'], example } } };
}

/** Documents an Atom feed. */
export const feedResponse = (description: string) => ({
  content: { 'application/atom+xml': { schema: Feed } },
  description,
  headers: { ETag: HEADERS.ETag, 'Last-Modified': HEADERS['Last-Modified'] },
});

/** Documents the answer to an `If-None-Match` that matches. */
export const notModified = { description: 'Nothing has changed', headers: { ETag: HEADERS.ETag } };

/** Documents a JSON body that is required. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { content: { 'application/json': { schema } }, required: true as const };
}

/**
 * Spread into a route: the problems that it can answer, beside those that follow from what it takes. `docs/document`
 * turns them into responses.
 */
export const problems = (...codes: ProblemCode[]) => ({ 'x-problems': codes });
