import { z } from '@hono/zod-openapi';
import { PROBLEMS, type ProblemCode } from '../problems';

const CODES = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];

export const ProblemBody = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    code: z.enum(CODES).openapi({ description: 'Stable; for programs.' }),
    detail: z.string().openapi({ description: 'For people.' }),
    request_id: z.string().openapi({ description: 'Also in the header `X-Request-Id`.' }),
    errors: z
      .array(z.object({ path: z.string(), code: z.string(), message: z.string() }))
      .optional()
      .openapi({ description: 'What is wrong with the input, and where. Only with 422.' }),
  })
  .openapi('Problem', { description: 'An error (RFC 9457).' });
