import type { Me } from './accounts';
import { type Caller, callAs, type Database } from './database';
import type { PersonRef } from './users';

/** Why a change of roles was refused. */
export type Refusal = 'user_not_found' | 'admin_only' | 'last_admin';

/** The account as an admin sees it. */
export function updateRole(
  db: Database,
  caller: Caller,
  person: PersonRef,
  role: Me['role'],
): Promise<Me | Refusal | undefined> {
  return callAs(db, caller, 'set_role', { person: String(person), role });
}

/** `removed`, or why not. */
export async function deleteUser(
  db: Database,
  caller: Caller,
  person: PersonRef,
): Promise<'removed' | Refusal | undefined> {
  const outcome = await callAs(db, caller, 'delete_user', { person: String(person) });
  return outcome as 'removed' | Refusal;
}

/** The account of the caller, while it has the password that was checked. */
export async function deleteMe(
  db: Database,
  caller: Caller,
  password_hash: string,
): Promise<'removed' | 'last_admin' | 'wrong_password' | undefined> {
  const outcome = await callAs(db, caller, 'delete_me', { password_hash });
  return outcome as 'removed' | 'last_admin' | 'wrong_password';
}
