import { z } from '@hono/zod-openapi';
import { pageQuery } from './page';
import { Flag, isUnicodeText, Moment, NOT_UNICODE_TEXT } from './values';

const field = (description: string) => z.string().min(1).max(1_000).openapi({ description });
/** Of everybody in the world that `ledge seed` makes in development. */
const PASSWORD = 'correct horse battery staple';
const SESSION = '0b8a5f6e-52c1-4d6f-9f0e-3a2f0f1f7c11';
const REFRESH_TOKEN = `${SESSION}.…`;
const tolerated = z.string().max(1_000).optional().openapi({ example: '' });

/** The OAuth 2.0 password form (RFC 6749 §4.3.2); its other fields are taken and ignored. */
export const PasswordForm = z
  .object({
    username: field('An email or a username.')
      .refine(isUnicodeText, NOT_UNICODE_TEXT)
      .openapi({ example: 'mira' }),
    password: field('The password.').openapi({ format: 'password', example: PASSWORD }),
    grant_type: z.enum(['', 'password']).optional().openapi({ example: 'password' }),
    scope: tolerated,
    client_id: tolerated,
    client_secret: tolerated,
  })
  .openapi('PasswordForm');

/** Whom the examples sign in as: they are people of the world that `ledge seed` makes. */
export const PASSWORD_FORMS = {
  person: { summary: 'A person', value: { username: 'mira', password: PASSWORD } },
  admin: { summary: 'An admin', value: { username: 'leila_b', password: PASSWORD } },
};

export const TokenPair = z
  .object({
    access_token: z
      .string()
      .openapi({ description: 'A JWT.', example: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.…' }),
    token_type: z.literal('bearer'),
    expires_in: z.int().openapi({ description: 'Seconds until the access token expires.', example: 1800 }),
    refresh_token: z.string().openapi({ description: 'Opaque; can be used once.', example: REFRESH_TOKEN }),
    refresh_expires_in: z
      .int()
      .openapi({ description: 'Seconds until the session expires.', example: 2592000 }),
  })
  .openapi('TokenPair');

export const Refresh = z
  .object({ refresh_token: z.string().min(1).max(1_000).openapi({ example: REFRESH_TOKEN }) })
  .openapi('Refresh');

const SessionId = z.uuid().openapi({ example: SESSION });

export const Session = z
  .object({
    id: SessionId,
    created_at: Moment,
    last_used_at: Moment.openapi({ description: 'When it last signed in or refreshed.' }),
    user_agent: z.string().nullable().openapi({ example: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0' }),
    current: z.boolean().openapi({ example: true, description: 'Whether this call was made with it.' }),
  })
  .openapi('Session');

export const SessionParam = z.object({ id: SessionId.openapi({ param: { name: 'id', in: 'path' } }) });

export const SessionQuery = z.object(pageQuery);

export const EndQuery = z.object({
  keep_current: Flag.default(false).openapi({
    type: 'boolean',
    default: false,
    description: 'Do not end the session of this call.',
  }),
});
