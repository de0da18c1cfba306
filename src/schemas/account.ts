import { z } from '@hono/zod-openapi';
import { isCommonPassword } from './common-passwords';
import { ACCOUNT, ACCOUNT_CHANGE, NEW_ACCOUNT, PROMOTED_ACCOUNT, ROLE_CHANGE } from './examples';
import { fault } from './faults';
import { ROUTE_WORDS } from './route-words';
import {
  email,
  knownPassword,
  nameOf,
  optionalPublicUrl,
  optionalTextOf,
  optionalUsername,
  passwordOf,
  username,
} from './texts';
import { profile } from './user';

const UNREAD_MAX = 100;

/** Words that no route has, but that would be taken for something else than a person. */
const OTHER_WORDS =
  'abuse admin administrator api block blocks bookmark bookmarks feed help ledge moderator mute mutes new notifications null official postmaster reports root search security settings staff support swagger system undefined';
const RESERVED = new Set(`${ROUTE_WORDS} ${OTHER_WORDS}`.split(' '));
const refuseReserved = (name: string) =>
  RESERVED.has(name.toLowerCase()) ? fault('reserved', 'is reserved') : undefined;

export const Username = username(refuseReserved).openapi({ example: NEW_ACCOUNT.username });

export const Email = email().openapi({ example: NEW_ACCOUNT.email });

export const NewPassword = passwordOf(8, 128, (password) =>
  isCommonPassword(password) ? fault('too_common', 'is among the most common passwords') : undefined,
).openapi({ example: 'correct horse battery staple' });

export const Bio = optionalTextOf(500).openapi({ example: NEW_ACCOUNT.bio });

export const AvatarUrl = optionalPublicUrl().openapi({
  example: NEW_ACCOUNT.avatar_url,
  description: 'On a public host, without a name or a password in it.',
});

/** What the owner of an account and admins see of it. */
export const Account = profile
  .extend({ email: z.string(), email_verified: z.boolean(), role: z.enum(['user', 'admin']) })
  .openapi('Account', { example: PROMOTED_ACCOUNT });
export type Account = z.infer<typeof Account>;

/** An account as its owner sees it. */
export const Me = profile
  .extend({
    ...Account.pick({ email: true, email_verified: true, role: true }).shape,
    unread_notifications: z
      .int()
      .min(0)
      .max(UNREAD_MAX)
      .openapi({
        description: `The number of unread notifications; ${UNREAD_MAX} stands for ${UNREAD_MAX} or more.`,
      }),
  })
  .openapi('Me', { example: ACCOUNT });
export type Me = z.infer<typeof Me>;

export const Registration = z
  .object({
    email: Email,
    password: NewPassword,
    username: optionalUsername(refuseReserved)
      .openapi({
        example: NEW_ACCOUNT.username,
        description: 'If you leave it out, the server chooses one.',
      })
      .optional(),
    bio: Bio.optional(),
    avatar_url: AvatarUrl.optional(),
  })
  .openapi('Registration');

const currentPassword = knownPassword();

export const AccountPatch = z
  .object({
    username: Username,
    bio: Bio,
    avatar_url: AvatarUrl,
    email: Email.openapi({
      description: 'Replaces the old address once it is verified. Needs `current_password`.',
    }),
    current_password: currentPassword,
  })
  .partial()
  .refine(({ email, current_password }) => email === undefined || current_password !== undefined, {
    path: ['current_password'],
    error: 'is needed to change the email',
    params: { code: 'required' },
  })
  .openapi('AccountPatch', { example: ACCOUNT_CHANGE });
export type AccountPatch = z.infer<typeof AccountPatch>;

export const AccountRemoval = z.object({ current_password: currentPassword }).openapi('AccountRemoval');

const FreshPassword = NewPassword.openapi({ example: 'rooftops full of tomatoes' });
const KnownEmail = Email.openapi({ example: 'aiko@example.com' });

export const PasswordChange = z
  .object({ current_password: currentPassword, new_password: FreshPassword })
  .openapi('PasswordChange');

export const ForgottenPassword = z.object({ email: KnownEmail }).openapi('ForgottenPassword');

const Code = nameOf(64).openapi({
  example: '7K3M9QTX',
  description: 'The code from the email. Case, spaces and dashes are ignored.',
});

export const PasswordReset = z
  .object({ email: KnownEmail, code: Code, new_password: FreshPassword })
  .openapi('PasswordReset');

export const EmailVerification = z.object({ code: Code }).openapi('EmailVerification');

export const RoleChange = z
  .object({ role: z.enum(['user', 'admin']).openapi({ example: ROLE_CHANGE.role }) })
  .openapi('RoleChange');

export const Accepted = z.object({ message: z.string() }).openapi('Accepted');
