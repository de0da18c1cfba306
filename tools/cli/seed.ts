import { type Command, InvalidArgumentError } from 'commander';
import { hashPassword } from '../../src/security/password.ts';
import type { Session } from '../neon/backend.ts';
import { NAMED_COLUMNS, NAMED_RECORD, NAMED_VALUES } from '../postgres/named-posts.ts';
import { buildWorld, type World } from '../seed/world.ts';
import { Failure } from './failure.ts';
import type { Options } from './options.ts';
import { printJson, progress } from './print.ts';
import { rows } from './query.ts';
import { withTarget } from './target.ts';

interface SeedOptions extends Options {
  scale: number;
}

/** The password of all seeded users in development. Elsewhere they get a random one, so that nobody can sign in as them. */
const PASSWORD = 'correct horse battery staple';
const ROWS_AT_ONCE = 2_000;
const SCALE_MAX = 1_000;

function scale(text: string): number {
  if (/^[1-9][0-9]{0,3}$/.test(text) && Number(text) <= SCALE_MAX) return Number(text);
  throw new InvalidArgumentError(
    `It must be a number from 1 to ${SCALE_MAX}, which makes 24,000 users with 260,000 posts.`,
  );
}

export function add(program: Command): void {
  program
    .command('seed')
    .description('fill an empty database with example users, posts, votes and follows; not in production')
    .option('--scale <number>', 'multiplies the number of users and posts', scale, 1)
    .action((_, command: Command) =>
      withTarget(command, 'destroy', async ({ backend, environment }) => {
        const { scale: times, json } = command.optsWithGlobals<SeedOptions>();
        const signIn = environment === 'development';
        const password_hash = await hashPassword(
          signIn ? PASSWORD : crypto.randomUUID() + crypto.randomUUID(),
        );
        const world = buildWorld(times);
        await backend.session((session) => inTransaction(session, () => fill(session, world, password_hash)));
        const { users, posts, votes, follows } = world;
        const counts = {
          users: users.length,
          posts: posts.length,
          votes: votes.length,
          follows: follows.length,
        };
        if (json) return printJson({ ...counts, password: signIn ? PASSWORD : null });
        const counted = Object.entries(counts).map(([table, count]) => `${count} ${table}`);
        console.log(`Seeded ${counted.join(', ')}.`);
        const admin = world.users.find(({ role }) => role === 'admin');
        if (signIn)
          console.log(
            `Sign in as ${world.users[0]?.username}, or any other user, with the password: ${PASSWORD}\n${admin?.username} is an admin.`,
          );
      }),
    );
}

async function inTransaction(session: Session, work: () => Promise<void>): Promise<void> {
  await session.execute('BEGIN');
  try {
    await work();
    await session.execute('COMMIT');
  } catch (error) {
    await session.execute('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** The statements that insert each part of the world from JSON. */
const STATEMENTS: Record<keyof World, string> = {
  users: `INSERT INTO users (id, email, email_verified, username, password_hash, bio, role, created_at) OVERRIDING SYSTEM VALUE
    SELECT $2::bigint + id, username || '@example.com', true, username, $4, bio, role, $5::timestamptz - age_minutes * interval '1 minute'
      FROM json_to_recordset($1::json) AS one(id bigint, username text, bio text, role text, age_minutes integer)`,
  posts: `INSERT INTO posts (id, owner_id, parent_id, title, content, ${NAMED_COLUMNS}, published, created_at, published_at) OVERRIDING SYSTEM VALUE
    SELECT $3::bigint + id, $2::bigint + owner, $3::bigint + parent, title, content, ${NAMED_VALUES},
           published, $5::timestamptz - age_minutes * interval '1 minute',
           CASE WHEN published THEN $5::timestamptz - age_minutes * interval '1 minute' END
      FROM json_to_recordset($1::json) AS one(id bigint, owner bigint, parent bigint, title text, content text,
        ${NAMED_RECORD}, published boolean, age_minutes integer)`,
  ancestors: `INSERT INTO post_ancestors (ancestor_id, post_id, distance)
    SELECT $3::bigint + ancestor, $3::bigint + post, distance
      FROM json_to_recordset($1::json) AS one(ancestor bigint, post bigint, distance smallint)`,
  edits: `UPDATE posts SET content = one.content, version = version + 1,
      edited_at = $5::timestamptz - one.age_minutes * interval '1 minute'
    FROM json_to_recordset($1::json) AS one(post bigint, content text, age_minutes integer)
    WHERE posts.id = $3::bigint + one.post`,
  votes: `INSERT INTO votes (user_id, post_id, created_at)
    SELECT $2::bigint + voter, $3::bigint + post, $5::timestamptz - age_minutes * interval '1 minute'
      FROM json_to_recordset($1::json) AS one(voter bigint, post bigint, age_minutes integer)`,
  follows: `INSERT INTO follows (follower_id, followee_id, created_at)
    SELECT $2::bigint + follower, $2::bigint + followee, $5::timestamptz - age_minutes * interval '1 minute'
      FROM json_to_recordset($1::json) AS one(follower bigint, followee bigint, age_minutes integer)`,
};

async function fill(session: Session, world: World, password_hash: string): Promise<void> {
  const [found] = await rows<{ people: boolean }>(session, 'SELECT EXISTS (SELECT FROM users) AS people');
  if (found?.people) throw new Failure('The database already has users: npm run ledge -- database reset');
  const people = await reserve(session, 'users', world.users.length);
  const posts = await reserve(session, 'posts', world.posts.length);
  // Ages are counted from midnight, so that the result is the same all day.
  const now = `${new Date().toISOString().slice(0, 10)}T00:00:00Z`;
  const parts = Object.entries(world) as [keyof World, object[]][];
  const show = progress(
    parts.reduce((sum, [, all]) => sum + all.length, 0),
    'rows',
  );
  let done = 0;
  for (const [part, all] of parts) {
    for (let at = 0; at < all.length; at += ROWS_AT_ONCE) {
      const slice = all.slice(at, at + ROWS_AT_ONCE);
      const params = [JSON.stringify(slice), people, posts, password_hash, now];
      await session.query({ text: withParameters(STATEMENTS[part]), params });
      done += slice.length;
      show(done);
    }
  }
  await session.execute('ANALYZE');
}

/** Declares the types of all parameters, which Postgres requires even for those that a statement doesn't use. */
const withParameters = (statement: string) =>
  `WITH parameters AS (SELECT $2::bigint, $3::bigint, $4::text, $5::timestamptz) ${statement}`;

/** Reserves `count` ids of a sequence; resolves to the id before the first one. */
async function reserve(session: Session, table: string, count: number): Promise<string> {
  const sequence = `'${table}_id_seq'::regclass`;
  const {
    rows: [row],
  } = await session.query({
    text: `SELECT first - 1 FROM (SELECT nextval(${sequence}) AS first) AS one, LATERAL setval(${sequence}, first + $1::bigint - 1)`,
    params: [String(count)],
  });
  return row?.[0] ?? '0';
}
