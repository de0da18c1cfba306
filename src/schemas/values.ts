import { z } from '@hono/zod-openapi';

const ID_MAX = Number.MAX_SAFE_INTEGER;

const codePoints = (value: string) => [...value].length;

/** Postgres stores no NUL in a text, and half of a surrogate pair is not a character. */
export const isUnicodeText = (value: string) => !value.includes('\0') && value.isWellFormed();

export const NOT_UNICODE_TEXT = {
  error: 'must be Unicode text without NUL',
  params: { code: 'invalid_characters' },
};

/** UAX #15 §13, the Stream-Safe Text Format: normalising takes time that grows with the square of a run of marks. */
const MARKS_IN_A_ROW_MAX = 30;
const TOO_MANY_MARKS = new RegExp(`\\p{M}{${MARKS_IN_A_ROW_MAX + 1}}`, 'u');

/** A text of at most `max` code points, trimmed; with `min` 1 it must not be empty. */
export function textOf(max: number, min = 1) {
  return z
    .string()
    .trim()
    .superRefine((value, ctx) => {
      const fault = (code: string, message: string) =>
        ctx.addIssue({ code: 'custom', params: { code }, message });
      if (!isUnicodeText(value)) fault('invalid_characters', NOT_UNICODE_TEXT.error);
      const length = codePoints(value);
      if (length < min)
        fault('too_short', min === 1 ? 'must not be empty' : `must have at least ${min} characters`);
      if (length > max) fault('too_long', `must have at most ${max} characters`);
      if (TOO_MANY_MARKS.test(value))
        fault('invalid_characters', `must have at most ${MARKS_IN_A_ROW_MAX} combining marks in a row`);
    })
    .openapi({ minLength: min, maxLength: max });
}

/** An id in a body: a positive integer that JavaScript can hold. */
export const Id = z.int().min(1).max(ID_MAX).openapi({ example: 1 });

/** An integer in a path or a query: plain digits, no sign, no exponent. */
export function integerParam(min: number, max: number) {
  const error = `must be an integer from ${min} to ${max}`;
  return z
    .string()
    .regex(/^(0|[1-9][0-9]{0,15})$/, { error })
    .transform(Number)
    .pipe(z.number().min(min, { error }).max(max, { error }));
}

const IdText = integerParam(1, ID_MAX).openapi({ type: 'integer', minimum: 1, maximum: ID_MAX, example: 1 });

export const IdParam = z.object({ id: IdText.openapi({ param: { name: 'id', in: 'path' } }) });

/** Up to 100 ids, separated by commas; each once. */
export const IdList = z
  .string()
  .regex(/^[1-9][0-9]{0,15}(,[1-9][0-9]{0,15}){0,99}$/, {
    error: 'must be 1 to 100 ids, separated by commas',
  })
  .transform((value) => [...new Set(value.split(',').map(Number))])
  .pipe(z.array(z.number().max(ID_MAX)))
  .openapi({ type: 'string', pattern: '^[1-9][0-9]{0,15}(,[1-9][0-9]{0,15}){0,99}$', example: '1,2,3' });

export const Flag = z
  .enum(['true', 'false'])
  .transform((value) => value === 'true')
  .openapi({ type: 'boolean' });

export const Timestamp = z.iso.datetime().openapi({ example: '2026-11-20T09:30:00.000Z' });

/** RFC 3339 §5.6 */
const NOT_A_BOUND = {
  error: 'must be a day (2026-01-31) or a time with its zone (2026-01-31T09:30:00Z; + is %2B)',
};

/** A bound of a span of time, inclusive: a whole day in UTC, or a time. */
const timeBound = (timeOfDay: string, example: string, description: string) =>
  z
    .union(
      [
        z.iso.date().transform((day) => `${day}T${timeOfDay}Z`),
        z.iso.datetime({ offset: true, ...NOT_A_BOUND }),
      ],
      NOT_A_BOUND,
    )
    // RFC 3339 allows more digits and wider offsets than Postgres does: it gets UTC, to the millisecond.
    .transform((time) => new Date(time).toISOString())
    .refine((time) => /^(?!0000)\d{4}-/.test(time), { error: 'must be in the years 1 to 9999' })
    .openapi({ type: 'string', example, description });

export const Since = timeBound(
  '00:00:00.000',
  '2026-01-01',
  'A day (from its start, in UTC) or a time. Inclusive.',
);
export const Until = timeBound(
  '23:59:59.999',
  '2099-12-31',
  'A day (to its end, in UTC) or a time. Inclusive.',
);

export const Count = z.int().min(0).openapi({ example: 3 });
