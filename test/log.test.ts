import { describe, expect, it } from 'vitest';
import { maskPath } from '../src/http/masked-path';
import { api, withSettings } from './support/api';
import { findLoggedSecrets, lines } from './support/log';
import { codeMailedTo } from './support/mail';
import { signIn, signUp } from './support/people';

const entries = () => lines.map((line) => JSON.parse(line));

describe('a path in the log', () => {
  const mask = (path: string) => maskPath(new URL(path, 'http://localhost'));

  it.each([
    '/posts',
    '/posts/12/replies?limit=5&total=true',
    '/users/ada_lovelace/followers',
    '/posts?search=night+train&author=mira&since=2026-11-25',
    '/auth/sessions/0192b0a4-0000-7000-8000-000000000001',
    '/posts?ids=12345678,12345679',
    '/posts?q=patterns',
    '/@ada_lovelace/replies',
  ])('shows %s', (path) => {
    expect(mask(path)).toBe(path.replaceAll('+', '%20').replaceAll(',', '%2C'));
  });

  it.each([
    '/users/ada@example.com',
    '/users/ada%40example.com',
    '/@ada@example.com',
    '/ada@',
    '/posts?email=ada',
    '/posts?search=ada@example.com',
    '/posts?search=tell+ada@example.com',
    '/posts?access_token=short',
    '/posts?search=eyJhbGciOiJIUzI1NiJ9.e30.x',
    `/posts?author=${'0192b0a4-0000-7000-8000-000000000001.'}${'x'.repeat(43)}`,
    '/auth/email/verify/7K3M9QTX',
    '/auth/email/verify?q=7k3m-9qtx',
    '/posts?search=7K3M+9QTX',
    '/posts?code=7K3M9QTX',
    `/posts?${'x'.repeat(40)}`,
    '/posts?7K3M9QTX',
    '/posts?password=analytical',
  ])('hides the secret of %s', (path) => {
    expect(mask(path)).toContain('…');
    expect(mask(path)).not.toMatch(/@|%40|7K3M|7k3m|eyJ|x{40}|short|analytical/);
  });

  it('is not there but for a developer', async () => {
    const asked = async (settings: Record<string, string>) => {
      const { headers } = await api('GET /posts?limit=1', { fetch: withSettings(settings) });
      return entries().find(({ request_id }) => request_id === headers.get('x-request-id'));
    };
    expect(await asked({ LOG_DETAILS: 'true' })).toMatchObject({ path: '/posts?limit=1', status: 200 });
    expect(await asked({})).not.toHaveProperty('path');
    const deployed = {
      LOG_DETAILS: 'true',
      ENVIRONMENT: 'production',
      MAIL_FROM: 'a@b.cc',
      MAIL_VIA: 'binding',
    };
    const { status, body } = await api('GET /posts', { fetch: withSettings(deployed) });
    expect([status, body.code]).toEqual([500, 'misconfigured']);
    expect(body.detail).toContain('LOG_DETAILS logs what people type: development only');
  });
});

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
