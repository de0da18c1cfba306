import { z } from '@hono/zod-openapi';
import { isCommonPassword } from './common-passwords';
import { ACCOUNT, ACCOUNT_CHANGE, NEW_ACCOUNT, ROLE_CHANGE } from './examples';
import { profile } from './user';
import { isUnicodeText, NOT_UNICODE_TEXT, textOf } from './values';

const USERNAME = /^[A-Za-z][A-Za-z0-9_]{2,29}$/;
/** Words that a path or a client may have in the place of a username, now or later. */
const RESERVED = new Set(
  'me admin administrator api auth docs healthz ledge login logout mine null openapi posts readyz redoc root search sessions settings support system tags timeline undefined users votes'.split(
    ' ',
  ),
);
const EMAIL_MAX = 254;
const AVATAR_URL_MAX = 2_000;

export const Username = z
  .string()
  .trim()
  .regex(USERNAME, { error: 'must be 3 to 30 letters, digits or _, and start with a letter' })
  .refine((name) => !RESERVED.has(name.toLowerCase()), { error: 'is reserved', params: { code: 'reserved' } })
  .openapi({ example: NEW_ACCOUNT.username, minLength: 3, maxLength: 30 });

export const Email = z
  .string()
  .trim()
  .max(EMAIL_MAX)
  .pipe(z.email())
  .openapi({ type: 'string', format: 'email', maxLength: EMAIL_MAX, example: NEW_ACCOUNT.email });

/**
 * Any characters, spaces at the ends included: nothing is trimmed or cut (NIST SP 800-63B §3.1.1.2). Not NUL, with which
 * HMAC pads a short key, and not half of a surrogate pair, which UTF-8 can't tell from another half.
 */
export const NewPassword = z
  .string()
  .superRefine((value, ctx) => {
    const length = [...value].length;
    const fault = (code: string, message: string) =>
      ctx.addIssue({ code: 'custom', params: { code }, message });
    if (!isUnicodeText(value)) fault('invalid_characters', NOT_UNICODE_TEXT.error);
    if (length < 8) fault('too_short', 'must have at least 8 characters');
    // Normalising takes time that grows with the square of a run of marks: only a text of legal length is.
    if (length > 128) return fault('too_long', 'must have at most 128 characters');
    if (isCommonPassword(value)) fault('too_common', 'is among the most common passwords');
  })
  .openapi({ format: 'password', minLength: 8, maxLength: 128, example: 'correct horse battery staple' });

export const Bio = textOf(500).nullable().openapi({ example: NEW_ACCOUNT.bio });

export const AvatarUrl = z
  .url({ protocol: /^https$/, error: 'must be an https URL' })
  .refine(isUnicodeText, NOT_UNICODE_TEXT)
  // In the form of the URL standard, which leaves nothing that has to be escaped in HTML.
  .transform((url) => new URL(url).href)
  .pipe(z.string().max(AVATAR_URL_MAX))
  .nullable()
  .openapi({ format: 'uri', example: NEW_ACCOUNT.avatar_url });

export const Me = profile
  .extend({ email: z.string(), email_verified: z.boolean(), role: z.enum(['user', 'admin']) })
  .openapi('Me', { example: ACCOUNT });

export const Registration = z
  .object({
    email: Email,
    password: NewPassword,
    username: Username.optional().openapi({ description: 'If you leave it out, the server chooses one.' }),
    bio: Bio.optional(),
    avatar_url: AvatarUrl.optional(),
  })
  .openapi('Registration');

const currentPassword = z
  .string()
  .min(1)
  .max(1_000)
  .openapi({ format: 'password', example: 'correct horse battery staple' });

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

export const AccountRemoval = z.object({ current_password: currentPassword }).openapi('AccountRemoval');

const FreshPassword = NewPassword.openapi({ example: 'rooftops full of tomatoes' });
const KnownEmail = Email.openapi({ example: 'aiko@example.com' });

export const PasswordChange = z
  .object({ current_password: currentPassword, new_password: FreshPassword })
  .openapi('PasswordChange');

export const ForgottenPassword = z.object({ email: KnownEmail }).openapi('ForgottenPassword');

const Code = z.string().trim().min(1).max(64).openapi({
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
