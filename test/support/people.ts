import { env } from 'cloudflare:workers';
import { sign } from 'hono/jwt';
import { api } from './api';
import { insertPeople, type SignedIn } from './insert-people';
import { rememberAdmin, rememberEmail } from './leaks';
import { sql } from './sql';

export { PASSWORD, unusedName } from './insert-people';

const ACCESS_LIFETIME_SECONDS = 30 * 60;

export interface Person extends SignedIn {
  /** An access token of `session`. */
  token: string;
}

/** A person who is registered and signed in. */
export async function signUp(prefix?: string): Promise<Person> {
  return (await signUpMany(1, prefix))[0] as Person;
}

/** People who are registered with `PASSWORD` and signed in, inserted by SQL; `users.test.ts` and `auth.test.ts` test the API itself. */
export async function signUpMany(count: number, prefix?: string): Promise<Person[]> {
  const query = (text: string, params: unknown[]) => sql.query(text, params);
  const people = await insertPeople(count, env, query, prefix);
  return Promise.all(
    people.map(async (person) => {
      rememberEmail(person.email, person.id);
      return { ...person, token: await signToken(person) };
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

export async function signUpAdmin(): Promise<Person> {
  const admin = await signUp('admin');
  await promote(admin);
  return admin;
}

/** Creates a post through the API: a published one without a title, unless `draft` says otherwise. */
export async function write(person: Pick<Person, 'token'>, draft: Record<string, unknown> = {}) {
  const { body } = await api('POST /posts', { token: person.token, json: { content: 'A note.', ...draft } });
  return body;
}
