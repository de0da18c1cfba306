// Not in users.ts: the other commands don't need the Worker's modules and start faster without them.
import type { Command } from 'commander';
import { Registration } from '../../src/schemas/account.ts';
import { faultsOf } from '../../src/schemas/faults.ts';
import { hashPassword } from '../../src/security/password.ts';
import { DatabaseError } from '../neon/backend.ts';
import { readPassword } from './ask.ts';
import { Failure } from './failure.ts';
import type { Options } from './options.ts';
import { printJson, type Row } from './print.ts';
import { callFunction, readRestDays } from './query.ts';
import { withTarget } from './target.ts';

interface CreateOptions extends Options {
  admin?: boolean;
  verified?: boolean;
  bio?: string;
}

/** Creates an account by the rules of `POST /users`. */
export async function create(email: string, username: string, command: Command): Promise<void> {
  const { bio, admin, verified, json } = command.optsWithGlobals<CreateOptions>();
  const checked = Registration.safeParse({ email, username, password: await readPassword(), bio });
  if (!checked.success) {
    const [fault] = faultsOf(checked.error.issues);
    throw new Failure(`${fault?.path}: ${fault?.message}`);
  }
  const { data: person } = checked;
  await withTarget(command, 'write', async ({ backend }) => {
    const created = await callFunction<Row>(backend, 'admin_create_user', {
      email: person.email,
      username: person.username ?? username,
      password_hash: await hashPassword(person.password),
      role: admin ? 'admin' : 'user',
      email_verified: verified ?? false,
      rest_days: readRestDays(),
      bio: person.bio ?? null,
    }).catch(rethrowTaken);
    if (json) printJson(created);
    else console.log(`Created ${created.username} with the id ${created.id}.`);
  });
}

const TAKEN: Record<string, string> = {
  users_email_key: 'This email is taken.',
  users_username_key: 'This username is taken.',
};

function rethrowTaken(error: unknown): never {
  const sentence = error instanceof DatabaseError && TAKEN[error.fields.constraint ?? ''];
  throw sentence ? new Failure(sentence) : error;
}
