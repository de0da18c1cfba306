// The world as the rows of the database say it is, and what only they tell: when something was done.
import { SCHEMA } from '../../../src/db/functions';
import { signUpMany } from '../people';
import { sql } from '../sql';
import { type Deeds, type Person, type Post, type Report, World } from './world';

interface Rows {
  people: Omit<Person, 'token' | 'etags'>[];
  posts: Omit<Post, 'etags'>[];
  reports: Report[];
  deeds: {
    kind: 'votes' | 'bookmarks' | 'follows' | 'blocks' | 'mutes';
    by: number;
    to: number;
    at: string;
  }[];
}

const iso = (column: string) => `${SCHEMA}.iso_time(${column})`;
const deeds = (kind: string, by: string, to: string) =>
  `SELECT '${kind}' AS kind, ${by} AS by, ${to} AS to, ${iso('created_at')} AS at FROM ${kind} WHERE ${by} = ANY ($1)`;
const list = (statement: string) => `(SELECT coalesce(json_agg(one), '[]') FROM (${statement}) AS one)`;

const ROWS = `SELECT json_build_object(
  'people', ${list(`SELECT id, username, email, role, bio, avatar_url, version, ${iso('created_at')} AS created_at,
      ${iso('notifications_read_at')} AS read_at
    FROM users WHERE id = ANY ($1) AND deleted_at IS NULL ORDER BY id`)},
  'posts', ${list(`SELECT id, owner_id AS owner, parent_id AS parent, answered_id AS answered, title, content, published,
      coalesce(given_tags, tags) AS tags, coalesce(mentioned_ids, '{}') AS mentions, version,
      ${iso('created_at')} AS created_at, ${iso('published_at')} AS published_at, ${iso('edited_at')} AS edited_at,
      ARRAY (SELECT ancestor_id FROM post_ancestors WHERE post_id = posts.id ORDER BY distance DESC) AS above,
      ${list(`SELECT version, title, content, tags, coalesce(mentioned_ids, '{}') AS mentions,
          ${iso('created_at')} AS created_at
        FROM post_versions WHERE post_id = posts.id ORDER BY version`)} AS earlier
    FROM posts WHERE owner_id = ANY ($1) ORDER BY id`)},
  'reports', ${list(`SELECT id, reporter_id AS reporter, post_id AS post, user_id AS person, reason, comment, note,
      ${iso('created_at')} AS created_at, ${iso('resolved_at')} AS resolved_at, resolved_by
    FROM reports WHERE reporter_id = ANY ($1) ORDER BY id`)},
  'deeds', ${list(
    [
      deeds('votes', 'user_id', 'post_id'),
      deeds('bookmarks', 'user_id', 'post_id'),
      deeds('follows', 'follower_id', 'followee_id'),
      deeds('blocks', 'user_id', 'other_id'),
      deeds('mutes', 'user_id', 'other_id'),
    ].join(' UNION ALL '),
  )}) AS rows`;

/** The world of these people. */
export async function readRows(people: Person[]): Promise<World> {
  const [row] = await sql.query(ROWS, [people.map(({ id }) => id)]);
  const rows = row?.rows as Rows;
  const world = new World();
  const tokens = new Map(people.map(({ id, token }) => [id, token]));
  for (const person of rows.people)
    world.addPerson({ ...person, token: tokens.get(person.id) ?? '', etags: new Map() });
  for (const post of rows.posts) world.posts.set(post.id, { ...post, etags: new Map() });
  for (const report of rows.reports) world.reports.set(report.id, report);
  for (const { kind, by, to, at } of rows.deeds) world[kind].add(by, to, at);
  return world;
}

/** Tells the model when things were done, of which no answer says it. What was done, it knows itself. */
export async function learnTimes(world: World): Promise<void> {
  const rows = await readRows([...world.people.values()]);
  for (const kind of ['votes', 'bookmarks', 'follows', 'blocks', 'mutes'] as const)
    for (const deed of (world[kind] as Deeds).all())
      deed.at = rows[kind].find(deed.by, deed.to)?.at ?? 'never';
  for (const person of world.people.values())
    person.read_at ??= rows.people.get(person.id)?.read_at ?? 'never';
  for (const report of world.reports.values())
    if (report.resolved_at === '') report.resolved_at = rows.reports.get(report.id)?.resolved_at ?? 'never';
}

/** People come, with names that begin with `mark`. */
export async function addPeople(world: World, count: number, mark: string): Promise<Person[]> {
  const come = await signUpMany(count, mark);
  const rows = await readRows(come.map((person) => ({ ...person, ...NEW })));
  for (const person of rows.people.values()) world.addPerson(person);
  return [...rows.people.values()];
}

const NEW = {
  role: 'user',
  bio: null,
  avatar_url: null,
  created_at: '',
  read_at: null,
  version: 1,
  etags: new Map(),
} as const;

/** A large account is gone at once, and its rows in batches. */
export async function finishDeletions(): Promise<void> {
  for (let more = true; more; )
    more = (await sql.query(`SELECT ${SCHEMA}.delete_rest_of_account() AS more`))[0]?.more;
}
