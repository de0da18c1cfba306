// Not in users.ts: the other commands don't need the Worker's modules and start faster without them.
import type { Command } from 'commander';
import type { z } from 'zod';
import { PROBLEMS } from '../../src/problems.ts';
import { Registration } from '../../src/schemas/account.ts';
import { faultsOf } from '../../src/schemas/faults.ts';
import { hashPassword } from '../../src/security/password.ts';
import { type Backend, DatabaseError } from '../neon/backend.ts';
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
  const account = parse(Registration.omit({ password: true }), { email, username, bio });
  await withTarget(command, 'write', async ({ backend }) => {
    // Nobody types a password twice for an account that can't be created.
    await requireFree(backend, account.email, TAKEN.users_email_key);
    await requireFree(backend, account.username ?? username, TAKEN.users_username_key);
    const checkPassword = (given: string) =>
      parse(Registration.pick({ password: true }), { password: given });
    const { password } = checkPassword(await readPassword(checkPassword));
    const created = await callFunction<Row>(backend, 'admin_create_user', {
      email: account.email,
      username: account.username ?? username,
      password_hash: await hashPassword(password),
      role: admin ? 'admin' : 'user',
      email_verified: verified ?? false,
      rest_days: readRestDays(),
      bio: account.bio ?? null,
    }).catch(rethrowTaken);
    if (json) printJson(created);
    else console.log(`Created ${created.username} with the id ${created.id}.`);
  });
}

const TAKEN = {
  users_email_key: PROBLEMS.email_taken.detail,
  users_username_key: PROBLEMS.username_taken.detail,
};

function parse<Shape extends z.ZodType>(shape: Shape, values: unknown): z.infer<Shape> {
  const checked = shape.safeParse(values);
  if (checked.success) return checked.data;
  const [fault] = faultsOf(checked.error.issues);
  throw new Failure(`${fault?.path}: ${fault?.message}`);
}

async function requireFree(backend: Backend, person: string, taken: string): Promise<void> {
  if (await callFunction<object | null>(backend, 'admin_find_user', { person })) throw new Failure(taken);
}

function rethrowTaken(error: unknown): never {
  const constraint = error instanceof DatabaseError ? error.fields.constraint : undefined;
  const sentence = constraint !== undefined && TAKEN[constraint as keyof typeof TAKEN];
  throw sentence ? new Failure(sentence) : error;
}
