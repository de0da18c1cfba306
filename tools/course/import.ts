// The database of the FastAPI courses: users(id, email, password, created_at), posts(id, title, content, published,
// created_at, owner_id), votes(user_id, post_id), with passwords hashed by passlib's bcrypt.
import { Username } from '../../src/schemas/account.ts';
import { readContent } from '../../src/schemas/content.ts';
import { COST_MAX } from '../../src/security/bcrypt.ts';
import type { Backend, Session } from '../neon/backend.ts';
import { NAMED_COLUMNS, NAMED_RECORD, NAMED_VALUES } from '../postgres/named-posts.ts';
import { type Found, isEmail, isLong, nameRows, refuseFaults } from './faults.ts';

interface CourseUser {
  id: number;
  email: string;
  username: string;
  password: string;
  created_at: string;
}

type Person = Omit<CourseUser, 'username'>;

interface CoursePost {
  id: number;
  owner_id: number;
  title: string | null;
  content: string;
  /** The course has none. */
  tags: string[];
  mentions: string[] | null;
  hashtags: string[] | null;
  published: boolean;
  created_at: string;
}

interface CourseVote {
  user_id: number;
  post_id: number;
}

export interface Course {
  users: CourseUser[];
  posts: CoursePost[];
  votes: CourseVote[];
  /** The last ids of the sequences, 0 when unknown. They are higher than any id when rows were deleted. */
  lastIds: { users: number; posts: number };
  /** Sentences for the person who imports. */
  notes: string[];
}

const ROWS_AT_ONCE = 2_000;

/** A row without nulls, except in `Optional`. */
type Complete<Row, Optional = never> = {
  [Key in keyof Row]: Key extends Optional ? Row[Key] : NonNullable<Row[Key]>;
};

/** Reads a course database into the form of Ledge. Throws sentences about rows that can't be imported. */
export async function readCourse(backend: Backend): Promise<Course> {
  const [users, posts, votes, lastUser, lastPost] = await backend.session(async (session) => {
    // One snapshot of all tables, because the course application may still be running.
    await session.execute('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return [
      await readTable<Found['users'][number]>(
        session,
        'id::text AS id, email, password, created_at',
        'users',
        'users.id',
      ),
      await readTable<Found['posts'][number]>(
        session,
        'id::text AS id, owner_id::text AS owner_id, title, content, published, created_at',
        'posts',
        'posts.id',
      ),
      await readTable<Found['votes'][number]>(
        session,
        'user_id::text AS user_id, post_id::text AS post_id',
        'votes',
        'votes.user_id, votes.post_id',
      ),
      await readLastId(session, 'users'),
      await readLastId(session, 'posts'),
    ] as const;
  });
  const lastIds = { users: lastUser ?? 0, posts: lastPost ?? 0 };
  refuseFaults({ users, posts, votes }, lastIds);
  const people = (users as Complete<Found['users'][number]>[]).map((user) => ({
    ...user,
    id: Number(user.id),
  }));
  const texts = (posts as Complete<Found['posts'][number], 'title'>[]).map((post) => ({
    ...post,
    id: Number(post.id),
    owner_id: Number(post.owner_id),
    // A blank title becomes none.
    title: post.title?.trim() ? post.title : null,
    tags: [],
    ...readContent(post.content),
  }));
  const notes = notesOn(people, texts);
  if (lastUser === undefined || lastPost === undefined)
    notes.push(
      'The sequences of users.id or posts.id can not be read: new ids continue after the highest existing one, and may be those of deleted rows.',
    );
  return {
    users: withUsernames(people),
    posts: texts,
    votes: votes.map(({ user_id, post_id }) => ({ user_id: Number(user_id), post_id: Number(post_id) })),
    lastIds,
    notes,
  };
}

function notesOn(users: Person[], posts: CoursePost[]): string[] {
  const notes = [];
  if (users.length > 0) notes.push('Usernames were made from the emails; people can change theirs.');
  const long = posts.filter(isLong);
  if (long.length > 0)
    notes.push(
      `${long.length} posts are longer than new ones may be. They are imported whole, but an edit has to shorten them.`,
    );
  const foreign = users.filter(({ email }) => !isEmail(email));
  if (foreign.length > 0)
    notes.push(
      `The email of ${nameRows('user', foreign)} is one that new accounts can not have: they can sign in with it, but must change it (PATCH /users/me) before they can reset a forgotten password.`,
    );
  const costly = users.filter(({ password }) => Number(password.split('$')[2]) > COST_MAX);
  if (costly.length > 0)
    notes.push(
      `The bcrypt cost of ${nameRows('user', costly)} is over ${COST_MAX}, which the Worker does not verify: they can't sign in before they have set a new password by mail (POST /auth/password/forgot).`,
    );
  return notes;
}

async function readTable<Row>(
  session: Session,
  columns: string,
  table: string,
  order: string,
): Promise<Row[]> {
  const { rows } = await session
    .query({
      text: `SELECT row_to_json(one) FROM (SELECT ${columns} FROM ${table} ORDER BY ${order}) AS one`,
    })
    .catch((cause: Error) => {
      throw new Error(`That is not a database of the course: ${cause.message}.`, { cause });
    });
  return rows.map(([json]) => JSON.parse(json ?? 'null') as Row);
}

/** The last id of a table's sequence; 0 when it has none, undefined when it may not be read. */
async function readLastId(session: Session, table: 'users' | 'posts'): Promise<number | undefined> {
  const { rows } = await session.query({
    text: `SELECT name IS NOT NULL AND NOT has_sequence_privilege(name, 'SELECT, USAGE'),
        (SELECT last_value FROM pg_sequences WHERE format('%I.%I', schemaname, sequencename) = name)
      FROM pg_get_serial_sequence('${table}', 'id') AS name`,
  });
  const [hidden, last] = rows[0] ?? [];
  return hidden === 't' ? undefined : Number(last ?? 0);
}

/** Makes usernames from the part of the email before the @, with the id where it would not be valid or unique. */
function withUsernames(users: Person[]): CourseUser[] {
  const taken = new Set<string>();
  return users.map((user) => {
    const [local = ''] = user.email.split('@');
    const base = local
      .replace(/[^A-Za-z0-9]+/g, '_')
      .replace(/^[^A-Za-z]+|_+$/g, '')
      .slice(0, 30);
    const suffix = `_${user.id}`;
    const candidates = [base, base.slice(0, 30 - suffix.length) + suffix, `user${suffix}`, `person${suffix}`];
    const isFree = (name: string) => Username.safeParse(name).success && !taken.has(name.toLowerCase());
    const username = candidates.find(isFree);
    if (!username) throw new Error(`No username can be made for user ${user.id}.`);
    taken.add(username.toLowerCase());
    return { ...user, username };
  });
}

const STATEMENTS = {
  users: `INSERT INTO users (id, email, username, password_hash, created_at) OVERRIDING SYSTEM VALUE
    SELECT id, email, username, password, created_at
      FROM json_to_recordset($1::json) AS one(id bigint, email text, username text, password text, created_at timestamptz)`,
  posts: `INSERT INTO posts (id, owner_id, title, content, ${NAMED_COLUMNS}, published, created_at, published_at) OVERRIDING SYSTEM VALUE
    SELECT id, owner_id, title, content, ${NAMED_VALUES}, published, created_at, CASE WHEN published THEN created_at END
      FROM json_to_recordset($1::json)
        AS one(id bigint, owner_id bigint, title text, content text, ${NAMED_RECORD}, published boolean, created_at timestamptz)`,
  // The course stores no time of a vote, so it gets the time of its post.
  votes: `INSERT INTO votes (user_id, post_id, owner_id, created_at)
    SELECT one.user_id, one.post_id, nullif(posts.owner_id, one.user_id), posts.created_at
      FROM json_to_recordset($1::json) AS one(user_id bigint, post_id bigint) JOIN posts ON posts.id = one.post_id`,
};

/** Everybody may have been deleted: their usernames are not for the people of the course. They are made, so others do as well. */
const RENAME_RESTING = `UPDATE users SET username = left(username, 29 - length(id::text)) || '_' || id
  FROM resting_usernames
  WHERE resting_usernames.digest = username_digest(users.username) AND resting_usernames.expires_at > now()`;

/** Inserts a course into an empty database and compares counts, in one transaction. `dryRun` rolls it back. */
export async function writeCourse(session: Session, course: Course, { dryRun = false } = {}): Promise<void> {
  await session.execute('BEGIN');
  try {
    if ((await numberOf(session, 'EXISTS (SELECT FROM users)::integer')) > 0)
      throw new Error('The database already has users. An import keeps ids, so it needs an empty one.');
    for (const table of ['users', 'posts', 'votes'] as const) {
      for (let at = 0; at < course[table].length; at += ROWS_AT_ONCE) {
        const slice = JSON.stringify(course[table].slice(at, at + ROWS_AT_ONCE));
        await session.query({ text: STATEMENTS[table], params: [slice] });
      }
    }
    await session.execute(RENAME_RESTING);
    await compareCounts(session, course);
    if (dryRun) return await session.execute('ROLLBACK');
    // Last, because a rollback doesn't undo it.
    for (const table of ['users', 'posts'] as const) {
      await session.execute(
        `SELECT setval('${table}_id_seq', top)
           FROM (SELECT greatest(max(id), ${course.lastIds[table]}) AS top FROM ${table}) AS one WHERE top > 0`,
      );
    }
    await session.execute('COMMIT');
  } catch (error) {
    await session.execute('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** Compares the numbers of rows, and the counters that triggers keep, with what was read. */
async function compareCounts(session: Session, { users, posts, votes }: Course): Promise<void> {
  const published = posts.filter((post) => post.published).length;
  const expected: [what: string, is: string, should: number][] = [
    ['users', '(SELECT count(*) FROM users)', users.length],
    ['posts', '(SELECT count(*) FROM posts)', posts.length],
    ['votes', '(SELECT count(*) FROM votes)', votes.length],
    ['published posts', '(SELECT sum(posts) FROM users)', published],
    ['counted votes', '(SELECT sum(votes) FROM post_counts)', votes.length],
  ];
  for (const [what, is, should] of expected) {
    const counted = await numberOf(session, is);
    if (counted !== should)
      throw new Error(`${counted} ${what} were imported instead of ${should}: nothing was written.`);
  }
}

async function numberOf(session: Session, expression: string): Promise<number> {
  const { rows } = await session.query({ text: `SELECT coalesce(${expression}, 0)` });
  return Number(rows[0]?.[0]);
}
