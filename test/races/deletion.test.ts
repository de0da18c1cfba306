import { describe, expect, it } from 'vitest';
import { SCHEMA } from '../../src/db/functions';
import { api } from '../support/api';
import { type Person, signUpMany, write } from '../support/people';
import { sql } from '../support/sql';
import { watchCounters } from '../support/wrong-counters';

const unlimited = { checks: { roundTrips: false } } as const;
const PEOPLE = 24;

describe('two large accounts that are deleted while their followers write', () => {
  it('leave every counter exact, and nobody gets an answer of 500 or above', {
    timeout: 300_000,
  }, async () => {
    const [first, second, ...people] = (await signUpMany(PEOPLE + 2)) as [Person, Person, ...Person[]];
    const posts: number[] = [];
    for (const person of [first, second]) {
      const hello = await write(person, { content: `@${people[0]?.username} #race` });
      posts.push(hello.id, (await write(people[1] as Person, { parent_id: hello.id })).id);
      await sql`
        WITH crowd AS (
          INSERT INTO users (email, username, password_hash)
            SELECT ${person.username} || n || '@crowd.example', left(${person.username}, 24) || n, '-' FROM generate_series(1, 1500) AS n
            RETURNING id)
        INSERT INTO follows SELECT id, ${person.id} FROM crowd`;
      await sql`INSERT INTO posts (owner_id, content, tags, published_at)
        SELECT ${person.id}, 'One of many.', '{race}', now() FROM generate_series(1, 150)`;
    }
    const own = await sql`SELECT id::integer AS id FROM posts WHERE owner_id IN (${first.id}, ${second.id})`;
    posts.push(...own.map(({ id }) => id as number));

    const findWrong = await watchCounters();
    let deleting = true;
    const failures: string[] = [];
    const writer = async (me: Person, at: number) => {
      for (let turn = at; deleting; turn += 1) {
        const post = posts[(turn * 7) % posts.length];
        const other = turn % 3 === 0 ? first.id : turn % 3 === 1 ? second.id : people[turn % PEOPLE]?.id;
        const calls = [
          [`PUT /users/${other}/follow`],
          [`PUT /votes/${post}`],
          ['POST /posts', { content: `@${first.username} @${second.username} #race`, parent_id: post }],
          [`DELETE /votes/${post}`],
          [`DELETE /users/${other}/follow`],
        ] as const;
        for (const [call, json] of calls) {
          const { status, text } = await api(call, { ...unlimited, token: me.token, json });
          if (status >= 500) failures.push(text);
        }
      }
    };
    const writers = people.slice(0, 12).map(writer);
    const deleted = await Promise.all(
      [first, second].map(({ token, password }) =>
        api('DELETE /users/me', { ...unlimited, token, json: { current_password: password } }),
      ),
    );
    // Beside what the requests do after their answers.
    const cleaner = async () => {
      while ((await sql.query(`SELECT ${SCHEMA}.delete_rest_of_account() AS more`))[0]?.more);
    };
    await Promise.all([cleaner(), cleaner(), cleaner()]);
    deleting = false;
    await Promise.all(writers);

    expect(deleted.map(({ status }) => status)).toEqual([204, 204]);
    expect(failures).toEqual([]);
    expect(await sql`SELECT FROM users WHERE id IN (${first.id}, ${second.id})`).toEqual([]);
    expect(await findWrong()).toEqual([]);
  });
});
