// What a call may read, in blocks of 8 kB, and what it may fold, in texts: the same on every machine, unlike its time.
// `npm run explain` reads all lists over a million posts.
import { describe, expect, it } from 'vitest';
import { SCHEMA } from '../src/db/functions';
import { insertPosts } from './support/insert-posts';
import { signUp, unusedName } from './support/people';
import { sql } from './support/sql';

const DAY = 86_400_000;
const WEEK = 7 * DAY;

/** The blocks that a call of a function reads, those that it reads again included, once its plans are made. */
async function blocksOf(call: string): Promise<number> {
  const explain = `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT ${SCHEMA}.${call}`;
  const answers = await sql.transaction([sql.query(`SELECT ${SCHEMA}.${call}`), sql.query(explain)]);
  const [row] = answers[1] as [{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }];
  const plan = row['QUERY PLAN'][0].Plan;
  return (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);
}

/** How many texts a call of a function folds that are not ASCII. */
async function foldsOf(call: string): Promise<number> {
  const answers = await sql.transaction([
    sql`SET LOCAL track_functions = 'pl'`,
    sql.query(`SELECT ${SCHEMA}.${call}`),
    sql`SELECT calls::integer FROM pg_stat_xact_user_functions WHERE funcname = 'fold_unicode'`,
  ]);
  const [row] = answers[2] as [{ calls: number }?];
  return row?.calls ?? 0;
}

/** The rows of a table that a call of a function reads, from it and from its indexes, with plans for what is there now. */
async function rowsOf(table: string, call: string): Promise<number> {
  // What earlier transactions read is in the statistics, too, until Postgres passes it on.
  const count = () =>
    sql`SELECT sum(pg_stat_get_xact_tuples_returned(oid))::integer AS rows FROM pg_class WHERE relname ~ ${`^${table}(_|$)`}`;
  const answers = await sql.transaction([
    sql`DISCARD PLANS`,
    count(),
    sql.query(`SELECT ${SCHEMA}.${call}`),
    count(),
  ]);
  const [, [before], , [after]] = answers as unknown as [[], [{ rows: number }], unknown, [{ rows: number }]];
  return after.rows - before.rows;
}

const time = (at: number) => `"${new Date(at).toISOString()}"`;

/** The first page from `low` to `high`, newest first. */
const pageOf = (low: number, high: number) => `page => '(${time(low)},0,${time(high)},0,f,11,0)'`;

const START = Date.UTC(1990, 0, 1);
const WEEKS = 700;
const END = START + WEEKS * WEEK;
/** As many far away as near, so that a search over a part of the weeks looks at as many rows one by one. */
const TIMES = Array.from({ length: 2 * WEEKS }, (_, n) =>
  n < WEEKS ? START + n * WEEK : END - (n % 40) * WEEK - n * 1_000,
);
const EVERYTHING = pageOf(START, END + WEEK);
const A_PART = pageOf(END - 40 * WEEK, END + WEEK);
/** For another height of an index. */
const A_FEW = 100;

describe('what is read for a word that nobody wrote', () => {
  it('is the same over 700 weeks of posts as over 40', async () => {
    const owner = await signUp();
    const fields = { owner, parent_id: null, title: 'Hay', tags: [], published: true, votes: 0 };
    await insertPosts(TIMES.map((at, n) => ({ ...fields, content: `hay ${n}`, at })));

    // Long, short, Chinese, and of parts that are in every post, but nowhere beside each other.
    for (const word of ['a-word-that-nobody-wrote', 'nowhere', 'qj', '图案', 'hay hay hay', 'yy hay'])
      for (const more of ['', ', in_title => true', `, author => '${owner.id}'`])
        for (const kinds of ['{false}', '{false,true}']) {
          const search = `kinds => '${kinds}', search => '${word}'${more}`;
          const part = await blocksOf(`list_posts(${A_PART}, ${search})`);
          expect(await blocksOf(`list_posts(${EVERYTHING}, ${search})`), search).toBeLessThan(part + A_FEW);
        }
  });

  it('is the same over 700 weeks of people as over 40', async () => {
    const times = TIMES.map((at) => new Date(at).toISOString());
    try {
      await sql`INSERT INTO users (email, username, password_hash, created_at)
        SELECT 'week' || n || '@weeks.example', 'week_' || n, '-', at
          FROM unnest(${times}::timestamptz[]) WITH ORDINALITY AS week (at, n)`;
      for (const word of ['nowhere_at_all', 'qj', 'ek_week', 'kk_']) {
        const part = await blocksOf(`list_users(${A_PART}, search => '${word}')`);
        const all = await blocksOf(`list_users(${EVERYTHING}, search => '${word}')`);
        expect(all, word).toBeLessThan(part + A_FEW);
      }
    } finally {
      await sql`DELETE FROM users WHERE email LIKE '%@weeks.example'`;
    }
  });
});

describe('what is folded for a search', () => {
  it('is the word, and no post, whatever the posts are written in', async () => {
    const owner = await signUp();
    const start = Date.UTC(1975, 0, 1);
    const fields = { owner, parent_id: null, tags: ['fold'], published: true, votes: 0 };
    const posts = await insertPosts(
      ['Straße über Übung', 'été où ça gêne', 'ŉéß', 'Ὀδυσσεύς', 'ЁЛКА', 'İstanbul'].flatMap((text) =>
        Array.from({ length: 100 }, (_, n) => ({
          ...fields,
          title: n % 2 === 0 ? `${text} ${n}` : null,
          content: `${text} ${n} ${text}`,
          at: start + n * 1_000,
        })),
      ),
    );
    const key = (kind: string, low: string, high: string, limit: number) =>
      `${kind} => '(${low},0,${high},0,f,${limit},0)'`;
    const [low, high] = [time(start), time(start + DAY)];
    const byTime = `${key('page', low, high, 101)}, ${key('whole', low, high, 10_001)}`;
    const byVotes = `${key('page', '-1', '9223372036854775807', 101)}, ${key('whole', low, high, 10_001)},
      since => '${new Date(start).toISOString()}', until => '${new Date(start + DAY).toISOString()}'`;
    const ids = `, ids => '{${posts.map(({ id }) => id)}}'`;

    expect(await foldsOf("list_posts(page => NULL, kinds => '{false}', search => 'é')")).toBeGreaterThan(0);
    // In none, in all of some language, and of parts that are in posts, but nowhere beside each other.
    for (const word of ['zq9', 'straße', 'ou ca', 'ßé', 'éßé', 'straßestraße', 'où çaoù ça'])
      for (const more of ['', ', in_title => true', `, author => '${owner.id}'`, ", tag => 'fold'", ids])
        for (const call of [`list_posts(${byTime}`, `list_top_posts(${byVotes}`]) {
          const search = `${call}, kinds => '{false}', search => '${word}'${more})`;
          // Not none: Postgres may look again at the hundred candidates of one language, for the page and for the total.
          expect(await foldsOf(search), search).toBeLessThan(3 * A_FEW);
        }
  });
});

describe('what is read for the top posts of a span of time', () => {
  it('is an index for whole days, and the posts of the days at its ends', async () => {
    const owner = await signUp();
    const [days, aDay, skip] = [40, 52, 40];
    const start = Date.UTC(1980, 0, 1);
    const end = start + days * DAY;
    const fields = { owner, parent_id: null, title: null, content: 'n', tags: [], published: true };
    await insertPosts([
      // More than the rows that are looked at one by one have more votes, and are of another time.
      ...Array.from({ length: 2_000 }, () => ({ ...fields, votes: 1, at: Date.now() })),
      ...Array.from({ length: days * aDay }, (_, n) => ({
        ...fields,
        votes: 0,
        at: start + (n % days) * DAY,
      })),
    ]);
    const read = (skip: number) =>
      rowsOf(
        'posts',
        `list_top_posts(page => '(-1,0,9223372036854775807,0,f,11,${skip})', kinds => '{false}',
        since => '${new Date(start).toISOString()}', until => '${new Date(end).toISOString()}')`,
      );

    // Three times as many posts are looked at one by one, and then no more than those of a day.
    expect(await read(skip)).toBeLessThan(3 * (await read(0)) + 2 * aDay);
  });
});

describe('what is read for somebody whom many people block', () => {
  it('is the same for 4,400 of them as for 1,100, and fewer rows than these', async () => {
    const [reader, writer, friend] = [await signUp(), await signUp(), await signUp()];
    const fields = { title: null, tags: ['blockers'], published: true, votes: 2, at: Date.now() };
    const own = await insertPosts(
      Array.from({ length: 20 }, () => ({ ...fields, owner: reader, parent_id: null, content: 'mine' })),
    );
    const post = own[0] as { id: number };
    const others = await insertPosts(
      Array.from({ length: 40 }, (_, n) => ({
        ...fields,
        owner: n % 2 ? writer : friend,
        parent_id: n % 4 < 2 ? post.id : null,
        content: 'theirs',
      })),
    );
    await sql`INSERT INTO bookmarks (user_id, post_id) SELECT ${reader.id}, unnest(${others.map(({ id }) => id)}::bigint[])`;
    await sql`INSERT INTO votes (user_id, post_id) SELECT ${friend.id}, unnest(${others.map(({ id }) => id)}::bigint[])`;
    await sql`INSERT INTO follows (follower_id, followee_id) VALUES
      (${reader.id}, ${writer.id}), (${writer.id}, ${reader.id}), (${friend.id}, ${reader.id})`;
    await sql`INSERT INTO post_mentions (user_id, post_id, listed_at, notifies)
      SELECT ${reader.id}, id, listed_at, true FROM posts WHERE owner_id = ${writer.id} AND parent_id IS NULL`;

    const name = unusedName().slice(0, 24);
    const block = (from: number, to: number) => sql`
      WITH crowd AS (
        INSERT INTO users (email, username, password_hash)
          SELECT ${name} || n || '@example.com', ${name} || n, '-' FROM generate_series(${from}::integer, ${to}::integer) AS n
          RETURNING id
      )
      INSERT INTO blocks (user_id, other_id) SELECT id, ${reader.id} FROM crowd`;
    const page = `page => '(-infinity,0,infinity,0,f,11,0)'`;
    const events = `'(-infinity,,0,infinity,,0,f,11,0)'`;
    const calls = [
      `list_posts(${page}, kinds => '{false,true}', tag => 'blockers'`,
      `list_top_posts(page => '(-1,0,9223372036854775807,0,f,11,0)', kinds => '{false,true}', tag => 'blockers'`,
      `list_posts(${page}, kinds => '{false,true}', search => 'theirs', author => '${writer.id}'`,
      `list_posts_of_user('${writer.id}', ${page}, kinds => '{false,true}'`,
      `list_posts_voted_by('${friend.id}', ${page}`,
      `list_timeline(${page}, kinds => '{false,true}', include_self => true`,
      `list_replies(${post.id}, ${page}`,
      `read_thread(${post.id}, 500, 100, 1000000`,
      `list_bookmarks(${page}`,
      `list_notifications(page => ${events}, whole => '(-infinity,,0,infinity,,0,f,10001,0)'`,
      'read_me(',
    ].map((call) => `${call}, session => '${reader.session}', caller => ${reader.id})`.replace('(, ', '('));
    const readAll = async () => {
      // Plans that are kept from an empty table read it from end to end.
      await sql`ANALYZE users, blocks, mutes`;
      const rows: number[] = [];
      for (const call of calls) rows.push(await rowsOf('blocks', call));
      return rows;
    };
    try {
      await block(1, 1_100);
      const few = await readAll();
      await block(1_101, 4_400);
      const many = await readAll();
      for (const [i, call] of calls.entries()) {
        expect(many[i], call).toBeLessThan((few[i] as number) + A_FEW);
        expect(many[i], call).toBeLessThan(1_100);
      }
    } finally {
      await sql`DELETE FROM users WHERE username LIKE ${`${name.replaceAll('_', '\\_')}%`}`;
    }
  });
});

describe('what drafts cost those who do not see them', () => {
  it('is nothing in a thread, in the posts of a person, in a timeline and in a feed', async () => {
    const [reader, writer] = [await signUp(), await signUp()];
    const fields = { title: null, tags: [], votes: 0, owner: writer };
    const own = await insertPosts(
      Array.from({ length: 30 }, (_, n) => ({
        ...fields,
        parent_id: null,
        content: `post ${n}`,
        published: true,
        at: START + n * 1_000,
      })),
    );
    const post = own[0] as { id: number };
    await sql`INSERT INTO follows (follower_id, followee_id) VALUES (${reader.id}, ${writer.id})`;
    const addDrafts = (count: number) =>
      insertPosts(
        Array.from({ length: count }, (_, n) => ({
          ...fields,
          parent_id: n % 2 ? post.id : null,
          content: `draft ${n}`,
          published: false,
          at: START + DAY + n * 1_000,
        })),
      );
    const page = `page => '(-infinity,0,infinity,0,f,11,0)'`;
    const caller = `session => '${reader.session}', caller => ${reader.id}`;
    const calls = [
      `read_thread(${post.id}, 500, 100, 1000000, ${caller})`,
      `list_posts(${page}, kinds => '{false,true}', author => '${writer.id}', ${caller})`,
      `list_posts_of_user('${writer.id}', ${page}, kinds => '{false,true}', ${caller})`,
      `list_timeline(${page}, kinds => '{false,true}', include_self => false, ${caller})`,
      `read_feed(${page}, person => '${writer.id}')`,
    ];
    const readAll = async () => {
      const blocks: number[] = [];
      for (const call of calls) blocks.push(await blocksOf(call));
      return blocks;
    };

    await addDrafts(1_000);
    const few = await readAll();
    await addDrafts(10_000);
    const many = await readAll();
    for (const [i, call] of calls.entries())
      expect(many[i], call).toBeLessThan((few[i] as number) + A_FEW / 2);
  });
});
