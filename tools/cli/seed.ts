import type { Command } from 'commander';
import { hashPassword } from '../../src/security/password.ts';
import type { Session } from '../neon/backend.ts';
import { NAMED_COLUMNS, NAMED_RECORD, NAMED_VALUES } from '../postgres/named-posts.ts';
import { buildWorld, type World } from '../seed/world.ts';
import { Failure, UsageFailure } from './failure.ts';
import { examples, type Options } from './options.ts';
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
  throw new UsageFailure(
    `--scale must be a number from 1 to ${SCALE_MAX}; ${SCALE_MAX} makes 24,000 users with 260,000 posts.`,
  );
}

export function add(program: Command): void {
  program
    .command('seed')
    .description('add example users, posts, votes and follows to what is there; not in production')
    .option('--scale <number>', 'multiplies the number of users and posts', scale, 1)
    .addHelpText('after', examples('seed', 'seed --scale 10'))
    .action((_, command: Command) =>
      withTarget(command, 'destroy', async ({ backend, environment }) => {
        const { scale: times, json } = command.optsWithGlobals<SeedOptions>();
        const signIn = environment === 'development';
        const password_hash = await hashPassword(
          signIn ? PASSWORD : crypto.randomUUID() + crypto.randomUUID(),
        );
        const parts = buildWorld(times);
        const added = await backend.session((session) =>
          inTransaction(session, () => addParts(session, parts, password_hash)),
        );
        const counts = countRows(added);
        const password = signIn ? PASSWORD : null;
        if (json) return printJson({ ...counts, password });
        const [first] = parts;
        const admin = first?.users.find(({ role }) => role === 'admin');
        if (added.length === 0)
          console.log(
            'The example data is already there: nothing was added. For an empty database: npm run ledge -- database reset',
          );
        else console.log(summary(counts));
        if (password)
          console.log(
            `Sign in as ${first?.users[0]?.username}, or any other user, with the password: ${password}\n${admin?.username} is an admin.`,
          );
      }),
    );
}

/** What is counted of a world, by the bar and by the summary. */
const COUNTED = ['users', 'posts', 'votes', 'follows'] as const satisfies (keyof World)[];
const isCounted = (part: string) => (COUNTED as readonly string[]).includes(part);

const countRows = (worlds: World[]) =>
  Object.fromEntries(
    COUNTED.map((part) => [part, worlds.reduce((sum, world) => sum + world[part].length, 0)]),
  ) as Record<(typeof COUNTED)[number], number>;

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, count) => all + count, 0);

const summary = (counts: ReturnType<typeof countRows>) =>
  `Added ${COUNTED.map((part) => `${counts[part]} ${part}`).join(', ')}: ${sum(counts)} rows.`;

async function inTransaction<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.execute('BEGIN');
  try {
    const done = await work();
    await session.execute('COMMIT');
    return done;
  } catch (error) {
    await session.execute('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

const insertHidings = (table: 'blocks' | 'mutes') => `INSERT INTO ${table} (user_id, other_id, created_at)
    SELECT $2::bigint + "user", $2::bigint + other, $5::timestamptz - age_minutes * interval '1 minute'
      FROM json_to_recordset($1::json) AS one("user" bigint, other bigint, age_minutes integer)`;

/** The statements that insert each part of the world from JSON. */
const STATEMENTS: Record<keyof World, string> = {
  users: `INSERT INTO users (id, email, email_verified, username, password_hash, bio, role, created_at, notifications_read_at) OVERRIDING SYSTEM VALUE
    SELECT $2::bigint + id, username || '@example.com', true, username, $4, bio, role,
           $5::timestamptz - age_minutes * interval '1 minute', $5::timestamptz - interval '2 days'
      FROM json_to_recordset($1::json) AS one(id bigint, username text, bio text, role text, age_minutes integer)`,
  posts: `INSERT INTO posts (id, owner_id, parent_id, answered_id, title, content, ${NAMED_COLUMNS}, published, created_at, published_at) OVERRIDING SYSTEM VALUE
    SELECT $3::bigint + id, $2::bigint + owner, $3::bigint + parent, $2::bigint + nullif(answered, owner), title, content, ${NAMED_VALUES},
           published, $5::timestamptz - age_minutes * interval '1 minute',
           CASE WHEN published THEN $5::timestamptz - age_minutes * interval '1 minute' END
      FROM json_to_recordset($1::json) AS one(id bigint, owner bigint, parent bigint, answered bigint, title text, content text,
        ${NAMED_RECORD}, published boolean, age_minutes integer)`,
  edits: `UPDATE posts SET content = one.content, version = version + 1,
      edited_at = $5::timestamptz - one.age_minutes * interval '1 minute'
    FROM json_to_recordset($1::json) AS one(post bigint, content text, age_minutes integer)
    WHERE posts.id = $3::bigint + one.post`,
  votes: `INSERT INTO votes (user_id, post_id, owner_id, created_at)
    SELECT $2::bigint + voter, $3::bigint + post, $2::bigint + nullif(owner, voter), $5::timestamptz - age_minutes * interval '1 minute'
      FROM json_to_recordset($1::json) AS one(voter bigint, post bigint, owner bigint, age_minutes integer)`,
  follows: `INSERT INTO follows (follower_id, followee_id, created_at)
    SELECT $2::bigint + follower, $2::bigint + followee, $5::timestamptz - age_minutes * interval '1 minute'
      FROM json_to_recordset($1::json) AS one(follower bigint, followee bigint, age_minutes integer)`,
  blocks: insertHidings('blocks'),
  mutes: insertHidings('mutes'),
  bookmarks: `INSERT INTO bookmarks (user_id, post_id, created_at)
    SELECT $2::bigint + one.user, $3::bigint + post, $5::timestamptz - age_minutes * interval '1 minute'
      FROM json_to_recordset($1::json) AS one("user" bigint, post bigint, age_minutes integer)`,
  reports: `INSERT INTO reports (reporter_id, post_id, user_id, reason, comment, open, note, created_at, resolved_at, resolved_by)
    SELECT $2::bigint + reporter, $3::bigint + post, $2::bigint + person, reason, comment, resolver IS NULL, note,
           $5::timestamptz - age_minutes * interval '1 minute',
           CASE WHEN resolver IS NOT NULL THEN $5::timestamptz - (age_minutes - 60) * interval '1 minute' END,
           $2::bigint + resolver
      FROM json_to_recordset($1::json) AS one(reporter bigint, post bigint, person bigint, reason text, comment text,
        resolver bigint, note text, age_minutes integer)`,
};

/** Adds the parts that are not there yet; resolves to those. */
async function addParts(session: Session, parts: World[], password_hash: string): Promise<World[]> {
  const missing: World[] = [];
  for (const part of parts) if (!(await isThere(session, part))) missing.push(part);
  const show = progress(sum(countRows(missing)), 'rows');
  let done = 0;
  for (const part of missing)
    await fill(session, part, password_hash, (count) => {
      done += count;
      show(done);
    });
  await session.execute('ANALYZE');
  return missing;
}

/** Whether all people of a part were added before; throws when somebody else has one of their names. */
async function isThere(session: Session, { users }: World): Promise<boolean> {
  const names = users.map(({ username }) => username);
  const found = await rows<{ username: string; seeded: boolean }>(
    session,
    `SELECT username, fold(email) = fold(username || '@example.com') AS seeded FROM users
       WHERE fold(username) = ANY (SELECT fold(name) FROM json_array_elements_text($1::json) AS one(name))
         OR fold(email) = ANY (SELECT fold(name || '@example.com') FROM json_array_elements_text($1::json) AS one(name))`,
    [JSON.stringify(names)],
  );
  if (found.length === 0) return false;
  if (found.length === names.length && found.every(({ seeded }) => seeded)) return true;
  const taken = found.slice(0, 3).map(({ username }) => username);
  throw new Failure(
    `Nothing was added, because these names are taken: ${taken.join(', ')}${found.length > 3 ? ', …' : ''}.`,
    {
      fix: 'For an empty database: npm run ledge -- database reset',
    },
  );
}

/** Adds a part, and tells how many of the counted rows were added. */
async function fill(
  session: Session,
  world: World,
  password_hash: string,
  tell: (count: number) => void,
): Promise<void> {
  const people = await reserve(session, 'users', world.users.length);
  const posts = await reserve(session, 'posts', world.posts.length);
  // Ages are counted from midnight, so that the result is the same all day.
  const now = `${new Date().toISOString().slice(0, 10)}T00:00:00Z`;
  for (const [part, all] of Object.entries(world) as [keyof World, object[]][]) {
    for (let at = 0; at < all.length; at += ROWS_AT_ONCE) {
      const slice = all.slice(at, at + ROWS_AT_ONCE);
      const params = [JSON.stringify(slice), people, posts, password_hash, now];
      await session.query({ text: withParameters(STATEMENTS[part]), params });
      if (isCounted(part)) tell(slice.length);
    }
  }
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
