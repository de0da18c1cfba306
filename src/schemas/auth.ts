import { z } from '@hono/zod-openapi';
import { PASSWORD_FORMS, REFRESH_TOKEN, SESSION_ID } from './examples';
import { pageQuery } from './page';
import { ignoredText, knownPassword, knownSecret, nameOf } from './texts';
import { Flag, Timestamp } from './values';

/** Sent by libraries for OAuth 2.0, and without a meaning here. */
const ignored = {
  scope: ignoredText().optional().openapi({ example: '' }),
  client_id: ignoredText().optional().openapi({ example: '' }),
  client_secret: ignoredText().optional().openapi({ example: '' }),
};

/** Left out if it is empty (RFC 6749 §3.2). One that is repeated is an array, and not a grant type of another name. */
const grantType = (...types: [string, ...string[]]) =>
  z
    .string()
    .pipe(z.enum(['', ...types], { error: `must be ${types.join(' or ')}` }))
    .optional();

/** A parameter without a value counts as left out (RFC 6749 §3.2). */
const unlessEmpty = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());

/** What a grant needs. A refresh token may be in a cookie, which the body does not tell. */
const GRANTS = { password: ['username', 'password'], refresh_token: ['grant_type'] } as const;

/** The password form of OAuth 2.0 (RFC 6749 §4.3.2) and its refresh (§6), as a form or as JSON. */
export const TokenRequest = z
  .object({
    grant_type: grantType('password', 'refresh_token').openapi({
      example: 'password',
      description: '`password` if it is left out.',
    }),
    username: unlessEmpty(nameOf(1_000)).openapi({
      description: 'An email or a username.',
      example: PASSWORD_FORMS.person.value.username,
    }),
    password: unlessEmpty(knownPassword()).openapi({ example: PASSWORD_FORMS.person.value.password }),
    refresh_token: unlessEmpty(knownSecret()).openapi({
      description: 'For `grant_type=refresh_token` without `Ledge-Session: cookie`.',
      example: REFRESH_TOKEN,
    }),
    ...ignored,
  })
  .superRefine((request, ctx) => {
    for (const name of GRANTS[request.grant_type === 'refresh_token' ? 'refresh_token' : 'password']) {
      if (!request[name])
        ctx.addIssue({ code: 'custom', path: [name], message: 'is required', params: { code: 'required' } });
    }
  })
  .transform(({ grant_type, username = '', password = '', refresh_token }) =>
    grant_type === 'refresh_token'
      ? { grant: 'refresh_token' as const, refresh_token }
      : { grant: 'password' as const, username, password },
  )
  .openapi('TokenRequest', { anyOf: Object.values(GRANTS).map((required) => ({ required: [...required] })) });

export const TokenPair = z
  .object({
    access_token: z.string().openapi({
      description: 'A JWT. Send it as `Authorization: Bearer …`.',
      example: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.…',
    }),
    token_type: z.literal('bearer'),
    expires_in: z.int().openapi({ description: 'Seconds until the access token expires.', example: 1800 }),
    refresh_token: z.string().optional().openapi({
      description:
        'For `POST /auth/refresh`. Can be used once. Left out with `Ledge-Session: cookie`: it is in the cookie.',
      example: REFRESH_TOKEN,
    }),
    refresh_expires_in: z
      .int()
      .openapi({ description: 'Seconds until the session expires.', example: 2592000 }),
  })
  .openapi('TokenPair');

export const Refresh = z
  .object({
    grant_type: grantType('refresh_token').openapi({ example: 'refresh_token' }),
    refresh_token: knownSecret()
      .optional()
      .openapi({ description: 'Required without `Ledge-Session: cookie`.', example: REFRESH_TOKEN }),
    ...ignored,
  })
  .openapi('Refresh');

const SessionId = z.uuid('must be the id of a session').openapi({ example: SESSION_ID });

/** A session as its owner sees it. */
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
export type Session = z.infer<typeof Session>;

export const SessionParam = z.object({ id: SessionId.openapi({ param: { name: 'id', in: 'path' } }) });

export const SessionQuery = z.object(pageQuery);

export const EndQuery = z.object({
  keep_current: Flag.default(false).openapi({
    type: 'boolean',
    default: false,
    description: 'Do not end the session that you are using.',
  }),
});
