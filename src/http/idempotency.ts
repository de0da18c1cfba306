import type { Context } from 'hono';
import { invalidInput } from '../problems';
import { IDEMPOTENCY_KEY as EXAMPLE } from '../schemas/post';

const KEY = /^[\x20-\x7e]{1,255}$/;
const NAME = 'Idempotency-Key';
const DESCRIPTION =
  'Sent again with the same body within 24 hours, the request is answered as it was the first time.';

/** What a route that takes the header declares among its `parameters`. */
export const IDEMPOTENCY_KEY = {
  // Not `example`: a page to try things out on would send it with every other post, too.
  schema: { type: 'string' as const, pattern: KEY.source, description: DESCRIPTION, examples: [EXAMPLE] },
  required: false,
  description: DESCRIPTION,
  name: NAME,
  in: 'header' as const,
};

/** The key that came, if one did; throws a 422 for what is none. */
export function idempotencyKey(c: Context): string | undefined {
  const key = c.req.header(NAME);
  if (key === undefined || KEY.test(key)) return key;
  throw invalidInput({
    path: NAME,
    code: 'invalid_format',
    message: 'must be 1 to 255 printable ASCII characters',
  });
}
