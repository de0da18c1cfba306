// What keeps rows of a course database from coming over: by the API's own schemas they could not be shown, not be used,
// or break what holds them.
import { z } from 'zod';
import { Email } from '../../src/schemas/account.ts';
import { NewPost } from '../../src/schemas/post.ts';
import { integerParam } from '../../src/schemas/values.ts';
import { isBcrypt } from '../../src/security/bcrypt.ts';

/** Rows as they are found. Ids as text: one over 2^53 is to be named as it is; and nothing says that a column is filled. */
export interface Found {
  users: { id: string | null; email: string | null; password: string | null; created_at: string | null }[];
  posts: {
    id: string | null;
    owner_id: string | null;
    title: string | null;
    content: string | null;
    published: boolean | null;
    created_at: string | null;
  }[];
  votes: { user_id: string | null; post_id: string | null }[];
}

const NAMED_MAX = 10;
/** A page holds 100 posts, and Neon answers up to 10 MiB. */
const POST_BYTES_MAX = 80_000;
const EARLIEST = Date.UTC(1970);
const CLOCKS_DIFFER_MS = 24 * 60 * 60 * 1000;
const ID_MAX = Number.MAX_SAFE_INTEGER;

/** More than anybody will give. */
const IDS_TO_COME = 2 ** 50;

const Id = integerParam(1, ID_MAX);
const Time = z.iso.datetime({ offset: true, local: true });
/** Letters of all scripts, which the course took; nothing that a mail's header or a terminal would obey. */
const AnyEmail = z
  .string()
  .max(254)
  .regex(z.regexes.unicodeEmail)
  .regex(/^\P{C}+$/u);

/** Whether the API takes it as it stands. */
export const isEmail = (email: string) => Email.safeParse(email).data === email;

/** Whether it is longer than in a new post. */
export const isLong = (post: { title: string | null; content: string }) =>
  (['title', 'content'] as const).some((key) => faultOf(NewPost.shape[key], post[key]) === 'too_long');

function faultOf(schema: z.ZodType, value: unknown): string | undefined {
  const [issue] = schema.safeParse(value).error?.issues ?? [];
  if (!issue) return undefined;
  return issue.code === 'custom' ? String(issue.params?.code) : issue.code;
}

function isTime(text: string | null): boolean {
  if (!Time.safeParse(text).success) return false;
  const time = Date.parse(text as string);
  return time >= EARLIEST && time <= Date.now() + CLOCKS_DIFFER_MS;
}

/** As it stands in an answer of Neon: JSON in JSON. */
const answerBytes = (...texts: (string | null)[]) =>
  Buffer.byteLength(JSON.stringify(JSON.stringify(texts.join(''))));

type Rule<Row> = [isBroken: (row: Row) => boolean, why: string];

const isNoId = (id: string | null) => !Id.safeParse(id).success;
const noId = `the id is not a number from 1 to ${ID_MAX}`;
const noTime = 'created_at is not a time from 1970 until now';

/** Whether a value came up before. */
function repeats<Row>(of: (row: Row) => string): (row: Row) => boolean {
  const seen = new Set<string>();
  return (row) => seen.size === seen.add(of(row)).size;
}

const userRules = (): Rule<Found['users'][number]>[] => [
  [({ id }) => isNoId(id), noId],
  [repeats(({ id }) => String(id)), 'another has the same id'],
  [({ email }) => !AnyEmail.safeParse(email).success, 'the email is not one'],
  [({ created_at }) => !isTime(created_at), noTime],
];

const postRules = (users: Set<string | null>): Rule<Found['posts'][number]>[] => [
  [({ id }) => isNoId(id), noId],
  [repeats(({ id }) => String(id)), 'another has the same id'],
  [({ owner_id }) => !users.has(owner_id), 'the owner is nobody'],
  [
    ({ content }) => !['too_long', undefined].includes(faultOf(NewPost.shape.content, content)),
    'the content is empty',
  ],
  [
    ({ title, content }) => answerBytes(title, content) > POST_BYTES_MAX,
    `title and content are longer than ${POST_BYTES_MAX} bytes: a page of such posts is more than the database answers`,
  ],
  [({ published }) => typeof published !== 'boolean', 'published is neither true nor false'],
  [({ created_at }) => !isTime(created_at), noTime],
];

const voteRules = (users: Set<string | null>, posts: Set<string | null>): Rule<Found['votes'][number]>[] => [
  [({ user_id }) => !users.has(user_id), 'the user is nobody'],
  [({ post_id }) => !posts.has(post_id), 'there is no such post'],
  [repeats(({ user_id, post_id }) => `${user_id} ${post_id}`), 'it was given twice'],
];

/** The first of many, and how many there are in all. */
export const listed = (names: string[], separator = ', ') =>
  names.length <= NAMED_MAX
    ? names.join(separator)
    : `${names.slice(0, NAMED_MAX).join(separator)}${separator}… (${names.length} in all)`;

/** `user 3`, or `the users 3, 5`. */
export const count = (noun: string, rows: { id: string | number | null }[]) =>
  rows.length === 1 ? `${noun} ${rows[0]?.id}` : `the ${noun}s ${listed(rows.map(({ id }) => String(id)))}`;

/** Throws a sentence for each kind of fault, with the ids of rows and nothing else that is in them. */
export function refuseFaults(
  { users, posts, votes }: Found,
  lastIds: { users: number; posts: number },
): void {
  const ids = (rows: { id: string | null }[]) => new Set(rows.map(({ id }) => id));
  const faults = [
    ...accountFaults(users),
    ...sequenceFaults('users', users, lastIds.users),
    ...sequenceFaults('posts', posts, lastIds.posts),
    ...broken('users', users, userRules(), ({ id }) => String(id)),
    ...broken('posts', posts, postRules(ids(users)), ({ id }) => String(id)),
    ...broken(
      'votes (user_id, post_id)',
      votes,
      voteRules(ids(users), ids(posts)),
      ({ user_id, post_id }) => `(${user_id}, ${post_id})`,
    ),
  ];
  if (faults.length > 0)
    throw new Error(
      [
        ...faults,
        "Nothing was written. Mend or delete these rows in the course's database, and try again.",
      ].join('\n'),
    );
}

function broken<Row>(table: string, rows: Row[], rules: Rule<Row>[], name: (row: Row) => string): string[] {
  return rules.flatMap(([isBroken, why]) => {
    const found = rows.filter(isBroken);
    return found.length > 0 ? [`${table} ${listed(found.map(name))}: ${why}.`] : [];
  });
}

/** New ids go on after these. */
function sequenceFaults(table: string, rows: { id: string | null }[], last: number): string[] {
  const highest = rows.reduce((top, { id }) => Math.max(top, isNoId(id) ? 0 : Number(id)), last);
  return highest <= ID_MAX - IDS_TO_COME
    ? []
    : [`The highest id of ${table}, or their sequence, is so high that no room is left for new ids.`];
}

function accountFaults(users: Found['users']): string[] {
  const byEmail = Map.groupBy(users, ({ email }) => String(email).toLowerCase());
  const twins = [...byEmail.values()].filter(({ length }) => length > 1);
  const faults = [];
  if (twins.length > 0) {
    const pairs = twins.map((group) =>
      listed(
        group.map(({ id }) => String(id)),
        ' and ',
      ),
    );
    faults.push(
      `The users ${listed(pairs, ', and ')} have the same email but for its case, and here that is one. Change or delete one of ${twins.length > 1 ? 'each pair' : 'them'} there.`,
    );
  }
  const foreign = users.filter(({ password }) => !isBcrypt(String(password)));
  if (foreign.length > 0)
    faults.push(
      `The password of ${count('user', foreign)} is not a bcrypt hash. Mend or delete ${foreign.length > 1 ? 'these users' : 'that user'} there.`,
    );
  return faults;
}
