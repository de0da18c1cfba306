import type { Context } from 'hono';
import { invalidInput } from '../problems';
import { IDEMPOTENCY_KEY as EXAMPLE } from '../schemas/examples';

const KEY = /^[\x20-\x7e]{1,255}$/;
const NAME = 'Idempotency-Key';
const DESCRIPTION =
  'A unique value of your choice, such as a UUID. A request that is sent again with the same key within 24 hours is not executed again, and gets the same response.';

/** Documents the header among the `parameters` of a route. */
export const IDEMPOTENCY_KEY = {
  // Not `example`: Swagger UI would send it with every other post, too.
  schema: { type: 'string' as const, pattern: KEY.source, description: DESCRIPTION, examples: [EXAMPLE] },
  required: false,
  description: DESCRIPTION,
  name: NAME,
  in: 'header' as const,
};

/** Reads the key; throws a 422 if it is malformed. */
export function idempotencyKey(c: Context): string | undefined {
  const key = c.req.header(NAME);
  if (key === undefined || KEY.test(key)) return key;
  throw invalidInput({
    path: NAME,
    code: 'invalid_format',
    message: 'must be 1 to 255 printable ASCII characters',
  });
}
