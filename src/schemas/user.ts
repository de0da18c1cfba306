import { z } from '@hono/zod-openapi';
import { USER } from './examples';
import { fault, stringOf } from './faults';
import { pageQuery } from './page';
import { isUsername, searchOf } from './texts';
import { Count, Id, IdList, Timestamp } from './values';

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
  viewer: z
    .object({
      following: z.boolean(),
      followed_by: z.boolean(),
      blocking: z.boolean(),
      muting: z.boolean(),
    })
    .nullable()
    .openapi({
      description:
        'Whether you follow this user, whether this user follows you, and whether you block or mute this user. Null if you are not signed in.',
    }),
});

const adminOnly = { description: 'For admins only.' };

/** A person as others see them. */
export const User = profile
  .extend({
    email: z.string().optional().openapi(adminOnly),
    email_verified: z.boolean().optional().openapi(adminOnly),
    role: z.enum(['user', 'admin']).optional().openapi(adminOnly),
  })
  .openapi('User', { example: USER });
export type User = z.infer<typeof User>;

const NO_PERSON = 'must be an id or a username';
/** A client that takes `me` for a username is told what to write instead. */
const NOT_ME = `${NO_PERSON}; "me" is neither: give your own, or read /users/me and /posts/mine`;

/** A text that is an id or a username; a username starts with a letter, so it can't be mistaken for an id. */
function readPerson(given: string): string | undefined {
  const isId = /^[1-9][0-9]{0,15}$/.test(given) && Number.isSafeInteger(Number(given));
  return isId || isUsername(given) ? given : undefined;
}

const PERSON = { type: 'string' as const, example: 'aiko', description: 'An id or a username.' };

export const PersonRef = stringOf(
  (given) => readPerson(given) ?? fault('invalid_format', given === 'me' ? NOT_ME : NO_PERSON),
).openapi(PERSON);

/** No person has this id. */
const NOBODY = '0';

/** In a path, whatever can be no person's name is the name of nobody, which is a 404. */
export const PersonParam = z.object({
  user: stringOf((given) => readPerson(given) ?? NOBODY).openapi({
    ...PERSON,
    param: { name: 'user', in: 'path' },
  }),
});

export const UserQuery = z.object({
  ...pageQuery,
  q: searchOf(30)
    .optional()
    .openapi({ description: 'Users whose username contains this text, ignoring case.', example: 'ai' }),
  ids: IdList.optional().openapi({
    description:
      'Only the users with these ids, all at once unless `limit` is sent. Users who do not exist are left out.',
  }),
});
