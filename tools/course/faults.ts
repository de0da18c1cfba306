// Finds rows of a course database that can't be imported, because they violate the API's schemas or the limits of answers.
import { z } from 'zod';
import { Email } from '../../src/schemas/account.ts';
import { NewPost } from '../../src/schemas/post.ts';
import { integerParam } from '../../src/schemas/values.ts';
import { isBcrypt } from '../../src/security/bcrypt.ts';

/** Rows as they are read. Ids are text, so that one over 2^53 is reported exactly; any column may be null. */
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
/** A page has up to 100 posts, and an answer of Neon at most 10 MiB. */
const POST_BYTES_MAX = 80_000;
const EARLIEST = Date.UTC(1970);
const CLOCK_SKEW_MS = 24 * 60 * 60 * 1000;
const ID_MAX = Number.MAX_SAFE_INTEGER;

/** Room for new ids, more than will ever be used. */
const FREE_IDS_MIN = 2 ** 50;

const Id = integerParam(1, ID_MAX);
const Time = z.iso.datetime({ offset: true, local: true });
/** Emails with letters of all scripts, which the course accepted, but without control characters. */
const AnyEmail = z
  .string()
  .max(254)
  .regex(z.regexes.unicodeEmail)
  .regex(/^\P{C}+$/u);

/** Whether the API accepts this email unchanged. */
export const isEmail = (email: string) => Email.safeParse(email).data === email;

/** Whether the title or the content is too long for a new post. */
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
  return time >= EARLIEST && time <= Date.now() + CLOCK_SKEW_MS;
}

/** The size in an answer of Neon, which has JSON in JSON. */
const answerBytes = (...texts: (string | null)[]) =>
  Buffer.byteLength(JSON.stringify(JSON.stringify(texts.join(''))));

type Rule<Row> = [isBroken: (row: Row) => boolean, why: string];

const isInvalidId = (id: string | null) => !Id.safeParse(id).success;
const INVALID_ID = `the id is not a number from 1 to ${ID_MAX}`;
const INVALID_TIME = 'created_at is not a time from 1970 until now';

/** A predicate that is true for rows with a value that an earlier row had. */
function isRepeated<Row>(of: (row: Row) => string): (row: Row) => boolean {
  const seen = new Set<string>();
  return (row) => seen.size === seen.add(of(row)).size;
}

const userRules = (): Rule<Found['users'][number]>[] => [
  [({ id }) => isInvalidId(id), INVALID_ID],
  [isRepeated(({ id }) => String(id)), 'another row has the same id'],
  [({ email }) => !AnyEmail.safeParse(email).success, 'the email is invalid'],
  [({ created_at }) => !isTime(created_at), INVALID_TIME],
];

const postRules = (users: Set<string | null>): Rule<Found['posts'][number]>[] => [
  [({ id }) => isInvalidId(id), INVALID_ID],
  [isRepeated(({ id }) => String(id)), 'another row has the same id'],
  [({ owner_id }) => !users.has(owner_id), 'the owner does not exist'],
  [
    ({ content }) => ['too_short', 'invalid_type'].includes(faultOf(NewPost.shape.content, content) ?? ''),
    'the content is empty',
  ],
  [
    ({ title, content }) => answerBytes(title, content) > POST_BYTES_MAX,
    `title and content are longer than ${POST_BYTES_MAX} bytes: a page of such posts is too large for an answer of the database`,
  ],
  [({ published }) => typeof published !== 'boolean', 'published is neither true nor false'],
  [({ created_at }) => !isTime(created_at), INVALID_TIME],
];

const voteRules = (users: Set<string | null>, posts: Set<string | null>): Rule<Found['votes'][number]>[] => [
  [({ user_id }) => !users.has(user_id), 'the user does not exist'],
  [({ post_id }) => !posts.has(post_id), 'the post does not exist'],
  [isRepeated(({ user_id, post_id }) => `${user_id} ${post_id}`), 'the vote is a duplicate'],
];

/** Joins names; of many only the first ones and their number. */
export const joinNames = (names: string[], separator = ', ') =>
  names.length <= NAMED_MAX
    ? names.join(separator)
    : `${names.slice(0, NAMED_MAX).join(separator)}${separator}… (${names.length} in all)`;

/** `user 3`, or `the users 3, 5`. */
export const nameRows = (noun: string, rows: { id: string | number | null }[]) =>
  rows.length === 1
    ? `${noun} ${rows[0]?.id}`
    : `the ${noun}s ${joinNames(rows.map(({ id }) => String(id)))}`;

/** Throws a sentence for each kind of fault, with the ids of the rows and no other values. */
export function refuseFaults(
  { users, posts, votes }: Found,
  lastIds: { users: number; posts: number },
): void {
  const ids = (rows: { id: string | null }[]) => new Set(rows.map(({ id }) => id));
  const faults = [
    ...accountFaults(users),
    ...sequenceFaults('users', users, lastIds.users),
    ...sequenceFaults('posts', posts, lastIds.posts),
    ...findBroken('users', users, userRules(), ({ id }) => String(id)),
    ...findBroken('posts', posts, postRules(ids(users)), ({ id }) => String(id)),
    ...findBroken(
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
        "Nothing was written. Correct or delete these rows in the course's database, and try again.",
      ].join('\n'),
    );
}

function findBroken<Row>(
  table: string,
  rows: Row[],
  rules: Rule<Row>[],
  name: (row: Row) => string,
): string[] {
  return rules.flatMap(([isBroken, why]) => {
    const found = rows.filter(isBroken);
    return found.length > 0 ? [`${table} ${joinNames(found.map(name))}: ${why}.`] : [];
  });
}

/** New ids continue after the highest one. */
function sequenceFaults(table: string, rows: { id: string | null }[], last: number): string[] {
  const highest = rows.reduce((top, { id }) => Math.max(top, isInvalidId(id) ? 0 : Number(id)), last);
  return highest <= ID_MAX - FREE_IDS_MIN
    ? []
    : [`The highest id of ${table}, or their sequence, is so high that no room is left for new ids.`];
}

function accountFaults(users: Found['users']): string[] {
  const byEmail = Map.groupBy(users, ({ email }) => String(email).toLowerCase());
  const duplicates = [...byEmail.values()].filter(({ length }) => length > 1);
  const faults = [];
  if (duplicates.length > 0) {
    const pairs = duplicates.map((group) =>
      joinNames(
        group.map(({ id }) => String(id)),
        ' and ',
      ),
    );
    faults.push(
      `The users ${joinNames(pairs, ', and ')} have the same email in another case, which Ledge does not distinguish. Change or delete one of ${duplicates.length > 1 ? 'each pair' : 'them'} there.`,
    );
  }
  const foreign = users.filter(({ password }) => !isBcrypt(String(password)));
  if (foreign.length > 0)
    faults.push(
      `The password of ${nameRows('user', foreign)} is not a bcrypt hash. Correct or delete ${foreign.length > 1 ? 'these users' : 'that user'} there.`,
    );
  return faults;
}
