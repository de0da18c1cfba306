import { sql } from 'drizzle-orm';
import { type CodeDraft, coding, mailing, occasion } from './codes';
import { type Caller, type Database, read, write } from './database';
import { asCaller, asWriter } from './fragments';
import { ownTag, publicColumns, type User } from './users';

/** A person as they see themselves. */
export interface Me extends User {
  email: string;
  email_verified: boolean;
  role: 'user' | 'admin';
}

/** An account with the tag of this view of it (RFC 9110 §8.8.3); the first number is the account's version. */
export interface TaggedMe {
  me: Me;
  etag: string;
}

export interface Registration {
  email: string;
  password_hash: string;
  username: string;
  bio: string | null;
  avatar_url: string | null;
}

export const ownColumns = sql`'email', users.email, 'email_verified', users.email_verified, 'role', users.role`;

const meItem = sql`json_build_object(${publicColumns}, ${ownColumns},
  'viewer', json_build_object('following', false, 'followed_by', false))`;

const tagged = sql`json_build_object('me', ${meItem}, 'etag', ${ownTag})`;

const insert = write<{ me: Me; mailed: boolean }>(sql`
  WITH users AS (
    INSERT INTO users (email, username, password_hash, bio, avatar_url)
      VALUES (${sql.placeholder('email')}, ${sql.placeholder('username')}, ${sql.placeholder('password_hash')},
              ${sql.placeholder('bio')}, ${sql.placeholder('avatar_url')})
      RETURNING *
  ),
  ${mailing(sql`SELECT email, ${occasion('verification')} AS occasion FROM users`)},
  ${coding('email', sql`SELECT id, email FROM users`)}
  SELECT ${meItem} AS me, EXISTS (SELECT FROM code) AS mailed FROM users`);

/**
 * `mailed` says whether the code may be sent to the address. Throws `ConstraintViolation` when the email or the username
 * is somebody's already.
 */
export async function createUser(
  db: Database,
  registration: Registration,
  code: CodeDraft,
): Promise<{ me: Me; mailed: boolean }> {
  const [row] = await insert(db, { ...registration, ...code });
  return row as { me: Me; mailed: boolean };
}

const findSelf = read<{ found: TaggedMe }>(sql`
  ${asCaller}
  SELECT ${tagged} AS found FROM caller JOIN users ON users.id = caller.id`);

export async function findMe(db: Database, caller: Caller): Promise<TaggedMe | undefined> {
  const [row] = await findSelf(db, { ...caller });
  return row?.found;
}

/** What a person changes of their account; what is undefined stays. A new `email` waits until it is verified. */
export interface AccountChange {
  username?: string | undefined;
  bio?: string | null | undefined;
  avatar_url?: string | null | undefined;
  email?: string | undefined;
}

export type AccountOutcome =
  | { outcome: 'changed'; changed: TaggedMe }
  | { outcome: 'stale' | 'email_taken' | 'mails_exhausted' };

const given = (key: string) => sql`CASE WHEN ${sql.placeholder(`gives_${key}`)}::boolean
  THEN ${sql.placeholder(key)} ELSE users.${sql.raw(key)} END`;

const newEmail = sql`${sql.placeholder('email')}::text`;

// The verdict comes before the change: a stale or refused one sends no mail, and counts none.
const update = write<{ stale: boolean; taken: boolean; changed: TaggedMe | null }>(sql`
  ${asWriter},
  target AS MATERIALIZED (
    SELECT users.id,
        ${sql.placeholder('versions')}::integer[] IS NOT NULL
          AND users.version <> ALL (${sql.placeholder('versions')}::integer[]) AS stale,
        EXISTS (SELECT FROM users AS other WHERE lower(other.email) = lower(${newEmail}) AND other.id <> users.id) AS taken
      FROM caller JOIN users ON users.id = caller.id FOR NO KEY UPDATE OF users
  ),
  ${mailing(sql`SELECT ${newEmail} AS email, ${occasion('change')} AS occasion FROM target
    WHERE ${newEmail} IS NOT NULL AND NOT stale AND NOT taken`)},
  ${coding('email', sql`SELECT id, ${newEmail} AS email FROM target`)},
  changed AS (
    UPDATE users SET username = ${given('username')}, bio = ${given('bio')}, avatar_url = ${given('avatar_url')},
                     version = users.version + 1
      FROM target WHERE users.id = target.id AND NOT stale AND NOT taken
        AND (${newEmail} IS NULL OR EXISTS (SELECT FROM code))
      RETURNING users.*
  )
  SELECT target.stale, target.taken, (SELECT ${tagged} FROM changed AS users) AS changed
    FROM caller JOIN target ON target.id = caller.id`);

/** Only while the account has one of `versions` (null: whichever it has). Throws `ConstraintViolation` for a taken username. */
export async function updateMe(
  db: Database,
  caller: Caller,
  change: AccountChange,
  versions: number[] | null,
  code: CodeDraft,
): Promise<AccountOutcome | undefined> {
  const { username, bio = null, avatar_url = null, email = null } = change;
  const [row] = await update(db, {
    ...caller,
    ...code,
    versions,
    email,
    username: username ?? null,
    gives_username: username !== undefined,
    bio,
    gives_bio: change.bio !== undefined,
    avatar_url,
    gives_avatar_url: change.avatar_url !== undefined,
  });
  if (!row) return undefined;
  if (row.changed) return { outcome: 'changed', changed: row.changed };
  if (row.stale) return { outcome: 'stale' };
  return { outcome: row.taken ? 'email_taken' : 'mails_exhausted' };
}
