import { z } from '@hono/zod-openapi';
import { PROBLEMS, type ProblemCode } from '../problems';

const CODES = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];

export const ProblemBody = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    code: z.enum(CODES).openapi({ description: 'The kind of error, for programs. Codes do not change.' }),
    detail: z.string().openapi({ description: 'What went wrong, for people.' }),
    request_id: z.string().openapi({
      description: 'Identifies the request when you report a problem. Also in the header `X-Request-Id`.',
    }),
    errors: z
      .array(z.object({ path: z.string(), code: z.string(), message: z.string() }))
      .optional()
      .openapi({ description: 'Which values of the input are wrong, and why. Only with `invalid_input`.' }),
  })
  .openapi('Problem', { description: 'An error (RFC 9457).' });
