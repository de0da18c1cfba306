import { z } from '@hono/zod-openapi';
import { USER } from './examples';
import { pageQuery } from './page';
import { Count, Id, IdList, Timestamp, textOf } from './values';

/** The public part of an account. */
export const profile = z.object({
  id: Id,
  username: z.string().openapi({ example: 'mira' }),
  bio: z.string().nullable(),
  avatar_url: z.string().nullable(),
  created_at: Timestamp,
  posts: Count.openapi({ description: 'The number of published posts, including replies.' }),
  followers: Count,
  following: Count,
  viewer: z.object({ following: z.boolean(), followed_by: z.boolean() }).nullable().openapi({
    description:
      'Whether you follow this user, and whether this user follows you. Null if you are not signed in.',
  }),
});

export const User = profile.openapi('User', { example: USER });

const NO_PERSON = 'must be an id or a username';
/** A client that takes `me` for a username is told what to write instead. */
const NOT_ME = `${NO_PERSON}; "me" is neither: give your own, or read /users/me and /posts/mine`;

/** An id or a username; a username starts with a letter, so it can't be mistaken for an id. */
export const PersonRef = z
  .string()
  .regex(/^([1-9][0-9]{0,15}|[A-Za-z][A-Za-z0-9_]{2,29})$/, {
    error: ({ input }) => (input === 'me' ? NOT_ME : NO_PERSON),
  })
  .transform((value) => (/^[0-9]/.test(value) ? Number(value) : value))
  .refine((value) => typeof value === 'string' || Number.isSafeInteger(value), { error: NO_PERSON })
  .openapi({ type: 'string', example: 'aiko', description: 'An id or a username.' });

export const PersonParam = z.object({ user: PersonRef.openapi({ param: { name: 'user', in: 'path' } }) });

export const UserQuery = z.object({
  ...pageQuery,
  q: textOf(30)
    .optional()
    .openapi({ description: 'Users whose username contains this text, ignoring case.', example: 'ai' }),
  ids: IdList.optional().openapi({
    description: 'Only the users with these ids. Users who do not exist are left out.',
  }),
});
