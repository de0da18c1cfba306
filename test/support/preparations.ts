// What has to be done before the call of a route in the table can succeed.
import { api } from './api';
import { codeMailedTo } from './mail';
import { promote } from './people';
import type { Fixture } from './routes';

export const PREPARATIONS: Record<string, (fixture: Fixture) => Promise<Partial<Fixture>>> = {
  'POST /auth/password/reset': async ({ me }) => {
    await api('POST /auth/password/forgot', { json: { email: me.email } });
    return { code: await codeMailedTo(me.email) };
  },
  'POST /auth/email/verify': async ({ me }) => {
    await api('POST /auth/email/verify/resend', { token: me.token });
    return { code: await codeMailedTo(me.email) };
  },
  'PATCH /users/{user}': promoteMe,
  'DELETE /users/{user}': promoteMe,
  'GET /posts/reports': promoteMe,
  'GET /posts/reports/audit': promoteMe,
  'PATCH /posts/reports/{id}': async ({ me, theirs }) => {
    const json = { reason: 'spam' };
    const { body } = await api(`POST /posts/${theirs}/reports`, { token: me.token, json });
    await promote(me);
    return { report: body.id };
  },
};

async function promoteMe({ me }: Fixture) {
  await promote(me);
  return {};
}
