import { env } from 'cloudflare:workers';
import { sign } from 'hono/jwt';
import { hashPassword } from '../../src/security/password';
import { digestOf, newRefreshToken } from '../../src/security/refresh';
import { api } from './api';
import { rememberAdmin, rememberEmail } from './leaks';
import { sql } from './sql';

export const PASSWORD = 'correct horse battery staple';
const ACCESS_LIFETIME_SECONDS = 30 * 60;

export interface Person {
  id: number;
  username: string;
  email: string;
  password: string;
  /** An access token of `session`. */
  token: string;
  session: string;
  refresh_token: string;
}

let hash: Promise<string> | undefined;

/** A username that no other test uses. */
export const unusedName = (prefix = 'person') =>
  `${prefix}_${crypto
    .randomUUID()
    .replaceAll('-', '')
    .slice(0, 29 - prefix.length)}`;

/** A person who is registered and signed in. */
export async function signUp(prefix?: string): Promise<Person> {
  return (await signUpMany(1, prefix))[0] as Person;
}

/**
 * People who are registered with `PASSWORD` and signed in. They are inserted by SQL with one hash for all, because hashing
 * in the API would take most of the suite's time; `users.test.ts` and `auth.test.ts` test the API itself.
 */
export async function signUpMany(count: number, prefix?: string): Promise<Person[]> {
  const names = Array.from({ length: count }, () => unusedName(prefix));
  hash ??= hashPassword(PASSWORD);
  const sessions = names.map(() => crypto.randomUUID());
  const tokens = sessions.map((session) => newRefreshToken(env, session));
  const rows = await sql`
    WITH people AS (
      INSERT INTO users (email, username, password_hash)
        SELECT name || '@example.com', name, ${await hash} FROM unnest(${names}::text[]) AS name
        RETURNING id, email, username
    ), signed_in AS (
      INSERT INTO sessions (id, user_id, token_digest, expires_at)
        SELECT session, people.id, decode(digest, 'hex'), now() + interval '30 days'
          FROM unnest(${names}::text[], ${sessions}::uuid[], ${tokens.map(digestOf)}::text[]) AS given (name, session, digest)
            JOIN people ON people.username = given.name
    )
    SELECT id::integer AS id, username, email FROM people ORDER BY id`;
  return Promise.all(
    (rows as Pick<Person, 'id' | 'username' | 'email'>[]).map(async (person) => {
      rememberEmail(person.email, person.id);
      const at = names.indexOf(person.username);
      const signedIn = { ...person, session: sessions[at] as string, refresh_token: tokens[at] as string };
      return { ...signedIn, password: PASSWORD, token: await signToken(signedIn) };
    }),
  );
}

/** The claims of an access token of this person. */
export function claimsOf({ id, session }: Pick<Person, 'id' | 'session'>) {
  const { JWT_ISSUER, JWT_AUDIENCE } = env;
  const now = Math.floor(Date.now() / 1000);
  return {
    sub: String(id),
    user_id: id,
    sid: session,
    iss: JWT_ISSUER as string,
    aud: JWT_AUDIENCE as string,
    iat: now,
    exp: now + ACCESS_LIFETIME_SECONDS,
    jti: crypto.randomUUID() as string,
    token_use: 'access',
  };
}

function signToken(person: Pick<Person, 'id' | 'session'>): Promise<string> {
  return sign(claimsOf(person), env.JWT_SECRET, 'HS256');
}

/** Signs the person in through the API, which opens another session. */
export async function signIn(person: Person, password = person.password): Promise<Person> {
  const { body } = await api('POST /auth/login', { json: { username: person.email, password } });
  const { access_token, refresh_token } = body;
  return { ...person, token: access_token, session: refresh_token.split('.')[0], refresh_token };
}

/** Makes the person an admin. */
export async function promote({ id }: Pick<Person, 'id'>): Promise<void> {
  await sql`UPDATE users SET role = 'admin' WHERE id = ${id}`;
  rememberAdmin(id);
}

/** Creates a post through the API: a published one without a title, unless `draft` says otherwise. */
export async function write(person: Pick<Person, 'token'>, draft: Record<string, unknown> = {}) {
  const { body } = await api('POST /posts', { token: person.token, json: { content: 'A note.', ...draft } });
  return body;
}
