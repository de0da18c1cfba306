import { describe, expect, it } from 'vitest';
import { api } from './support/api';
import { routes } from './support/document';
import { createFixture } from './support/fixture';
import { codeMailedTo } from './support/mail';
import { promote, signIn, signUp } from './support/people';
import { type Fixture, ROUTES } from './support/routes';

const NEW = 'a newer battery staple';

/** All ways to end a session through the API. */
const ENDS: [string, (fixture: Fixture) => Promise<{ status: number }>][] = [
  ['logout', ({ me }) => api('POST /auth/logout', { token: me.token })],
  [
    'the end of this session from another one',
    async ({ me }) => {
      const { token } = await signIn(me);
      return api(`DELETE /auth/sessions/${me.session}`, { token });
    },
  ],
  [
    'the end of all sessions',
    async ({ me }) => {
      const { token } = await signIn(me);
      return api('DELETE /auth/sessions', { token });
    },
  ],
  [
    'a change of the password from another session',
    async ({ me }) => {
      const { token } = await signIn(me);
      const json = { current_password: me.password, new_password: NEW };
      return api('PUT /auth/password', { token, json });
    },
  ],
  [
    'a reset of the password',
    async ({ me: { email } }) => {
      await api('POST /auth/password/forgot', { json: { email } });
      const json = { email, code: await codeMailedTo(email), new_password: NEW };
      return api('POST /auth/password/reset', { json });
    },
  ],
  [
    'a refresh token used again',
    async ({ me: { refresh_token } }) => {
      const { body: next } = await api('POST /auth/refresh', { json: { refresh_token } });
      await api('POST /auth/refresh', { json: { refresh_token: next.refresh_token } });
      await api('POST /auth/refresh', { json: { refresh_token } });
      return { status: 204 };
    },
  ],
  [
    'the deletion of the account by its owner',
    ({ me }) => api('DELETE /users/me', { token: me.token, json: { current_password: me.password } }),
  ],
  [
    'the deletion of the account by an admin',
    async ({ me }) => {
      const admin = await signUp();
      await promote(admin);
      return api(`DELETE /users/${me.id}`, { token: admin.token });
    },
  ],
];

describe('an access token', () => {
  it.each(ENDS)('is refused by every route that needs one after %s', async (_, end) => {
    const fixture = await createFixture();
    expect((await end(fixture)).status).toBe(204);

    for (const { name, method } of routes) {
      const route = ROUTES[name];
      if (!route || route.access === 'anyone') continue;
      const { path, ...call } = route.call(fixture);

      const answer = await api(`${method} ${path}`, { ...call, token: fixture.me.token });

      expect([name, answer.status, answer.body.code]).toEqual([name, 401, 'token_revoked']);
    }
  });
});
