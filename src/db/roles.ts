import type { Account, RoleChange } from '../schemas/account';
import type { PersonRef } from '../schemas/user';
import type { AttemptReset } from './attempts';
import { type Caller, callAs, type Database, type ValuesAs } from './database';

/** Why a change by an admin was refused. */
export type Refusal = 'user_not_found' | 'admin_only' | 'use_own_account' | 'last_admin';

/** `closed`: a large account that is gone for everybody, whose rows `deleteRestOfAccounts` deletes. */
export type Deleted = 'deleted' | 'closed';

export const updateRole = (
  db: Database,
  caller: Caller,
  person: PersonRef,
  role: RoleChange['role'],
): Promise<Account | Refusal> => callAs(db, caller, 'set_role', { person, role });

export const deleteUser = (
  db: Database,
  caller: Caller,
  person: PersonRef,
  rest_days: number,
  reason: string | null,
): Promise<Deleted | Refusal> => callAs(db, caller, 'delete_user', { person, rest_days, reason });

/** Deletes the caller's account if it still has the password that was checked. */
export const deleteMe = (
  db: Database,
  caller: Caller,
  deletion: ValuesAs<'delete_me'> & { reset: AttemptReset },
): Promise<Deleted | 'last_admin' | 'wrong_password'> => callAs(db, caller, 'delete_me', deletion);
