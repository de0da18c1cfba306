// Apart from the other commands about people, which need none of the Worker's modules and so start sooner.
import type { Command } from 'commander';
import { Registration } from '../../src/schemas/account.ts';
import { hashPassword } from '../../src/security/password.ts';
import { DatabaseError } from '../neon/backend.ts';
import { readPassword } from './ask.ts';
import { Failure } from './failure.ts';
import { printJson, type Row } from './print.ts';
import type { Options } from './program.ts';
import { callFunction } from './query.ts';
import { withTarget } from './target.ts';

interface CreateOptions extends Options {
  admin?: boolean;
  verified?: boolean;
  bio?: string;
}

/** By the rules of `POST /users`. */
export async function create(email: string, username: string, command: Command): Promise<void> {
  const { bio, admin, verified, json } = command.optsWithGlobals<CreateOptions>();
  const checked = Registration.safeParse({ email, username, password: await readPassword(), bio });
  if (!checked.success) {
    const [fault] = checked.error.issues;
    throw new Failure(`${fault?.path.join('.')}: ${fault?.message}`);
  }
  const { data: person } = checked;
  await withTarget(command, 'write', async ({ backend }) => {
    const made = await callFunction<Row>(backend, 'admin_create_user', {
      email: person.email,
      username,
      password_hash: await hashPassword(person.password),
      role: admin ? 'admin' : 'user',
      email_verified: verified ?? false,
      bio: person.bio ?? null,
    }).catch(taken);
    if (json) printJson(made);
    else console.log(`Created ${username} with the id ${made.id}.`);
  });
}

const TAKEN: Record<string, string> = {
  users_email_key: 'Somebody has this email already.',
  users_username_key: 'Somebody has this username already.',
};

function taken(error: unknown): never {
  const sentence = error instanceof DatabaseError && TAKEN[error.fields.constraint ?? ''];
  throw sentence ? new Failure(sentence) : error;
}
