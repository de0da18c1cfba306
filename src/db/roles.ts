import { type Caller, callAs, type Database } from './database';
import type { PersonRef, User } from './users';

/** Why a change by an admin was refused. */
export type Refusal = 'user_not_found' | 'admin_only' | 'use_own_account' | 'last_admin';

/** Resolves to the account as an admin sees it. */
export function updateRole(
  db: Database,
  caller: Caller,
  person: PersonRef,
  role: 'user' | 'admin',
): Promise<Required<User> | Refusal | undefined> {
  return callAs(db, caller, 'set_role', { person: String(person), role });
}

export async function deleteUser(
  db: Database,
  caller: Caller,
  person: PersonRef,
  rest_days: number,
): Promise<'deleted' | Refusal | undefined> {
  const outcome = await callAs(db, caller, 'delete_user', { person: String(person), rest_days });
  return outcome as 'deleted' | Refusal;
}

/** Deletes the caller's account if it still has the password that was checked. */
export async function deleteMe(
  db: Database,
  caller: Caller,
  password_hash: string,
  rest_days: number,
): Promise<'deleted' | 'last_admin' | 'wrong_password' | undefined> {
  const outcome = await callAs(db, caller, 'delete_me', { password_hash, rest_days });
  return outcome as 'deleted' | 'last_admin' | 'wrong_password';
}
