// What must have happened before the call of a route in the table succeeds.
import { api } from './api';
import { codeMailedTo } from './mail';
import { promote } from './people';
import type { World } from './routes';

export const PREPARATIONS: Record<string, (world: World) => Promise<Partial<World>>> = {
  'POST /auth/password/reset': async ({ me }) => {
    await api('POST /auth/password/forgot', { json: { email: me.email } });
    return { code: await codeMailedTo(me.email) };
  },
  'POST /auth/email/verify': async ({ me }) => {
    await api('POST /auth/email/verify/resend', { token: me.token });
    return { code: await codeMailedTo(me.email) };
  },
  'PATCH /users/{user}': promoted,
  'DELETE /users/{user}': promoted,
};

async function promoted({ me }: World) {
  await promote(me);
  return {};
}
