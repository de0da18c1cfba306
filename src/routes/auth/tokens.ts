import { createRoute } from '@hono/zod-openapi';
import { callAs } from '../../db/database';
import { createRouter } from '../../http/context';
import { jsonResponse, problems, withHeaders } from '../../http/contract';
import { sessionEnded } from '../../problems';
import { Refresh, TokenPair, TokenRequest } from '../../schemas/auth';
import { PASSWORD_FORMS } from '../../schemas/examples';
import { anyone, publicLimited, signedIn } from '../../security/guard';
import { clearSessionCookie, withSessionCookie } from '../../security/session-cookie';
import { grantByPassword, grantByRefreshToken } from './grants';

const tags = ['auth'];

/** RFC 6749 §4.3.2 and §6 ask for a form. */
const formsOf = <Media>(media: Media) => ({
  'application/x-www-form-urlencoded': media,
  'multipart/form-data': media,
});

const PASSWORD_GRANT = { schema: TokenRequest, examples: PASSWORD_FORMS };
const REFRESH_GRANT = { schema: Refresh };

export const tokens = createRouter();

tokens.openapi(
  createRoute({
    method: 'post',
    path: '/login',
    operationId: 'login',
    summary: 'Sign in',
    description:
      "Takes the form of the OAuth 2.0 password grant, or the same keys as JSON; `username` is an email address or a username. Returns an access token, valid for 30 minutes, and a refresh token, valid for 30 days. An unknown name and a wrong password get the same 401 `invalid_credentials`; after several wrong passwords the response is 429 `too_many_tries`, and `Retry-After` tells how long to wait. If you send the access token of one of your sessions, the new session replaces that one.\n\nThis is a token endpoint of OAuth 2.0 (RFC 6749): it takes `grant_type=refresh_token` too, and then does what `POST /auth/refresh` does. An error also has `error` and `error_description`; its content type is `application/json` if `Accept` allows no other. Client authentication is ignored.\n\nA page of the API's own origin sends `Ledge-Session: cookie`: the refresh token then comes in a cookie (`HttpOnly`, `Secure`, `SameSite=Strict`, for `/auth` alone), and `refresh_token` is not in the body. The session of a cookie that came is replaced.",
    tags,
    ...withSessionCookie(publicLimited),
    request: {
      body: {
        content: { ...formsOf(PASSWORD_GRANT), 'application/json': PASSWORD_GRANT },
        required: true,
      },
    },
    responses: { 200: jsonResponse(TokenPair, 'A new session', 'Set-Cookie') },
    ...problems(
      'invalid_credentials',
      'too_many_tries',
      'token_missing',
      'token_invalid',
      'token_revoked',
      'cross_origin',
      'overloaded',
    ),
  }),
  (c) => {
    const request = c.req.valid('form');
    if (request.grant === 'refresh_token') return grantByRefreshToken(c, request.refresh_token);
    return grantByPassword(c, request.username, request.password);
  },
);

tokens.openapi(
  createRoute({
    method: 'post',
    path: '/refresh',
    operationId: 'refresh',
    summary: 'Refresh the tokens',
    description:
      'Returns a new pair of tokens. A refresh token can be used once. For 10 seconds after that it still returns the same new refresh token, so that two tabs that refresh at once both stay signed in; later use ends the session (401 `token_revoked`: sign in again). A token that was never valid is 401 `token_invalid` and ends nothing. A session lasts at most 30 days. An error also has the `error` and `error_description` of OAuth 2.0.\n\nWith `Ledge-Session: cookie` the refresh token is taken from the cookie that `POST /auth/login` set, the next one comes in that cookie, and the body is left out: with both, the response is 422. A cookie without the header is ignored. The cookie of a session that has ended is deleted.',
    tags,
    ...withSessionCookie(anyone),
    request: {
      body: {
        content: { 'application/json': REFRESH_GRANT, ...formsOf(REFRESH_GRANT) },
        required: false,
      },
    },
    responses: { 200: jsonResponse(TokenPair, 'The new pair of tokens', 'Set-Cookie') },
    ...problems('token_missing', 'token_invalid', 'token_revoked', 'cross_origin'),
  }),
  (c) => grantByRefreshToken(c, c.req.valid('json').refresh_token),
);

tokens.openapi(
  createRoute({
    method: 'post',
    path: '/logout',
    operationId: 'logout',
    summary: 'Sign out',
    description:
      'Ends the session that you are using: its refresh token and its access tokens become invalid. Your other sessions continue. With `Ledge-Session: cookie` the cookie is deleted.',
    tags,
    ...withSessionCookie(signedIn),
    responses: { 204: { description: 'Signed out', ...withHeaders('Set-Cookie') } },
    ...problems('cross_origin'),
  }),
  async (c) => {
    const { db, caller } = c.var;
    if (!(await callAs(db, caller, 'end_own_session', {}))) throw sessionEnded();
    clearSessionCookie(c, caller.session);
    return c.body(null, 204);
  },
);
