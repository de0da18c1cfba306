import { describe, expect, it } from 'vitest';
import { api } from './support/api';
import { findLoggedSecrets, lines } from './support/log';
import { codeMailedTo } from './support/mail';
import { signIn, signUp } from './support/people';

const entries = () => lines.map((line) => JSON.parse(line));

describe('the log', () => {
  it('has one line for each request', async () => {
    const person = await signUp();

    const { headers } = await api('GET /users/ada?secret=battery', { token: person.token });

    const logged = entries().filter(({ request_id }) => request_id === headers.get('x-request-id'));
    expect(logged).toEqual([
      {
        level: 'info',
        event: 'request',
        request_id: expect.any(String),
        method: 'GET',
        route: '/users/:user',
        status: 404,
        ms: expect.any(Number),
        round_trips: 1,
        user: person.id,
      },
    ]);
  });

  it.each([
    ['GET /users/me', '/users/me'],
    ['GET /posts/mine', '/posts/mine'],
    ['GET /posts/0', '/posts/:id'],
  ])('names the route of %s', async (call, route) => {
    for (const token of [(await signUp()).token, 'garbage']) {
      const { headers } = await api(call, { token });
      const logged = entries().find(({ request_id }) => request_id === headers.get('x-request-id'));
      expect(logged).toMatchObject({ route });
    }
  });

  it('has security events without secrets', async () => {
    const person = await signIn(await signUp());
    const from = lines.length;
    await api('POST /auth/login', { json: { username: person.email, password: 'not it, battery staple' } });
    await api('POST /auth/password/forgot', { json: { email: person.email } });
    const code = await codeMailedTo(person.email);
    const reset = (typed: string) =>
      api('POST /auth/password/reset', {
        json: { email: person.email, code: typed, new_password: 'a newer battery staple' },
      });
    await reset('WRONG');
    await reset(code);
    const again = await signIn(person, 'a newer battery staple');
    const refresh = ({ refresh_token }: { refresh_token: string }) =>
      api('POST /auth/refresh', { json: { refresh_token } });
    const { body: next } = await refresh(again);
    await refresh(next);
    await refresh(again);

    const events = entries()
      .slice(from)
      .map(({ event }) => event)
      .filter((event) => event !== 'request');
    expect(events).toEqual(['login_failed', 'reset_code_wrong', 'password_reset', 'refresh_token_reused']);
    expect(findLoggedSecrets()).toEqual([]);
  });

  it('fails a test file when it holds a secret', async () => {
    const person = await signIn(await signUp());
    const count = lines.length;
    for (const secret of [person.token, person.refresh_token, person.email, person.password])
      lines.push(JSON.stringify({ level: 'info', secret }));

    expect(findLoggedSecrets()).toHaveLength(4);
    lines.length = count;
  });
});
