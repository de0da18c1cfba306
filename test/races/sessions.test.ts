import { describe, expect, it } from 'vitest';
import { api } from '../support/api';
import { signIn, signUp } from '../support/people';

const refresh = (refresh_token: string) => api('POST /auth/refresh', { json: { refresh_token } });

describe('POST /auth/refresh, twenty at once', () => {
  it('answers one valid successor to all', async () => {
    const person = await signUp();

    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(person.refresh_token)));

    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    const successors = new Set(answers.map(({ body }) => body.refresh_token));
    expect(successors.size).toBe(1);
    expect((await refresh([...successors][0])).status).toBe(200);
    for (const { body } of answers)
      expect((await api('GET /users/me', { token: body.access_token })).status).toBe(200);
  });
});

describe('sessions that are ended at once', () => {
  it('end without an error, together with posts that are created', async () => {
    const person = await signUp();
    const others = await Promise.all(Array.from({ length: 10 }, () => signIn(person)));

    const answers = await Promise.all([
      ...others.map(({ token }) => api('DELETE /auth/sessions', { token })),
      ...others.map(({ token }) => api('POST /auth/logout', { token })),
      ...others.map(({ token }) => api('POST /posts', { token, json: { content: 'Still here?' } })),
    ]);

    expect(answers.filter(({ status }) => ![201, 204, 401].includes(status))).toEqual([]);
    for (const { token } of [person, ...others])
      expect((await api('GET /users/me', { token })).status).toBe(401);
  });
});
