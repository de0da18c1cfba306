// People who are registered and signed in without the API, because hashing there would take most of the time of a run.
import { hashPassword } from '../../src/security/password';
import { digestOf, newRefreshToken } from '../../src/security/refresh';

export const PASSWORD = 'correct horse battery staple';

/** Someone who was inserted, with one session. */
export interface SignedIn {
  id: number;
  username: string;
  email: string;
  password: string;
  session: string;
  refresh_token: string;
}

type Rows = Record<string, unknown>[];

let hash: Promise<string> | undefined;

/** A username that no other test uses. */
export const unusedName = (prefix = 'person') =>
  `${prefix}_${crypto
    .randomUUID()
    .replaceAll('-', '')
    .slice(0, 29 - prefix.length)}`;

/** Inserts people with `PASSWORD`, whose hash is made once for all. `query` runs a statement as the owner of the tables. */
export async function insertPeople(
  count: number,
  secrets: Parameters<typeof newRefreshToken>[0],
  query: (text: string, params: unknown[]) => Promise<Rows>,
  prefix?: string,
): Promise<SignedIn[]> {
  const names = Array.from({ length: count }, () => unusedName(prefix));
  hash ??= hashPassword(PASSWORD);
  const sessions = names.map(() => crypto.randomUUID());
  const tokens = sessions.map((session) => newRefreshToken(secrets, session));
  const rows = await query(
    `WITH people AS (
      INSERT INTO users (email, username, password_hash)
        SELECT name || '@example.com', name, $1 FROM unnest($2::text[]) AS name
        RETURNING id, email, username
    ), signed_in AS (
      INSERT INTO sessions (id, user_id, token_digest, expires_at)
        SELECT session, people.id, decode(digest, 'hex'), now() + interval '30 days'
          FROM unnest($2::text[], $3::uuid[], $4::text[]) AS given (name, session, digest)
            JOIN people ON people.username = given.name
    )
    SELECT id::integer AS id, username, email FROM people ORDER BY id`,
    [await hash, names, sessions, tokens.map(digestOf)],
  );
  return (rows as unknown as Pick<SignedIn, 'id' | 'username' | 'email'>[]).map((person) => {
    const at = names.indexOf(person.username);
    return {
      ...person,
      password: PASSWORD,
      session: sessions[at] as string,
      refresh_token: tokens[at] as string,
    };
  });
}
