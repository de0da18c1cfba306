import { z } from '@hono/zod-openapi';
import { PASSWORD_FORMS, REFRESH_TOKEN, SESSION_ID } from './examples';
import { pageQuery } from './page';
import { Flag, isUnicodeText, NOT_UNICODE_TEXT, Timestamp } from './values';

const field = (description: string) => z.string().min(1).max(1_000).openapi({ description });
const ignored = z.string().max(1_000).optional().openapi({ example: '' });

/** The OAuth 2.0 password form (RFC 6749 §4.3.2); its other fields are taken and ignored. */
export const PasswordForm = z
  .object({
    username: field('An email address or a username.')
      .refine(isUnicodeText, NOT_UNICODE_TEXT)
      .openapi({ example: PASSWORD_FORMS.person.value.username }),
    password: field('The password.').openapi({
      format: 'password',
      example: PASSWORD_FORMS.person.value.password,
    }),
    grant_type: z.enum(['', 'password']).optional().openapi({ example: 'password' }),
    scope: ignored,
    client_id: ignored,
    client_secret: ignored,
  })
  .openapi('PasswordForm');

export const TokenPair = z
  .object({
    access_token: z.string().openapi({
      description: 'A JWT. Send it as `Authorization: Bearer …`.',
      example: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.…',
    }),
    token_type: z.literal('bearer'),
    expires_in: z.int().openapi({ description: 'Seconds until the access token expires.', example: 1800 }),
    refresh_token: z
      .string()
      .openapi({ description: 'For `POST /auth/refresh`. Can be used once.', example: REFRESH_TOKEN }),
    refresh_expires_in: z
      .int()
      .openapi({ description: 'Seconds until the session expires.', example: 2592000 }),
  })
  .openapi('TokenPair');

export const Refresh = z
  .object({ refresh_token: z.string().min(1).max(1_000).openapi({ example: REFRESH_TOKEN }) })
  .openapi('Refresh');

const SessionId = z.uuid().openapi({ example: SESSION_ID });

export const Session = z
  .object({
    id: SessionId,
    created_at: Timestamp,
    last_used_at: Timestamp.openapi({
      description: 'When the session started or last refreshed its tokens.',
    }),
    user_agent: z.string().nullable().openapi({ example: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0' }),
    current: z
      .boolean()
      .openapi({ example: true, description: 'Whether this is the session that you are using.' }),
  })
  .openapi('Session');

export const SessionParam = z.object({ id: SessionId.openapi({ param: { name: 'id', in: 'path' } }) });

export const SessionQuery = z.object(pageQuery);

export const EndQuery = z.object({
  keep_current: Flag.default(false).openapi({
    type: 'boolean',
    default: false,
    description: 'Do not end the session that you are using.',
  }),
});
