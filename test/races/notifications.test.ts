import { describe, expect, it } from 'vitest';
import { type Answer, api } from '../support/api';
import { countOutcomes } from '../support/count-outcomes';
import { holdLock } from '../support/locks';
import { type Person, signUp, signUpMany, write } from '../support/people';
import { entryOf, recountNotifications } from '../support/recount-notifications';
import { sql } from '../support/sql';

const PATH = '/users/me/notifications';

/** All notifications of a person, as they page through them. */
async function listAll({ token }: Person) {
  const entries = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body }: Answer = await api(`GET ${PATH}?limit=7&cursor=${cursor}`, { token });
    entries.push(...body.data.map(entryOf));
    cursor = body.page.next_cursor;
  }
  return entries;
}

const readAt = async ({ id }: Person) => {
  const [row] =
    await sql`SELECT (extract(epoch FROM notifications_read_at) * 1000)::bigint AS at FROM users WHERE id = ${id}`;
  return Number(row?.at);
};

describe('the moment up to which notifications are read', () => {
  it('is the latest of forty that are sent at once, in any order', async () => {
    const person = await signUp();
    await sql`UPDATE users SET notifications_read_at = '2020-01-01Z' WHERE id = ${person.id}`;
    const start = Date.parse('2026-03-01T00:00:00Z');
    const moments = Array.from({ length: 40 }, (_, i) => start + ((i * 17) % 40));
    const { unlocked } = await holdLock(
      sql`SELECT FROM users WHERE id = ${person.id} FOR NO KEY UPDATE`,
      () => sql`SELECT 1 FROM users WHERE id = ${person.id} FOR NO KEY UPDATE SKIP LOCKED`,
      20,
    );

    const answers = await Promise.all(
      moments.map((at) =>
        api(`PUT ${PATH}/read`, { token: person.token, json: { up_to: new Date(at).toISOString() } }),
      ),
    );

    await unlocked;
    expect(countOutcomes(answers)).toEqual({ 204: 40 });
    expect(await readAt(person)).toBe(start + 39);
  });

  it('never moves back while others write to the same account', async () => {
    const person = await signUp();
    const others = await signUpMany(4);
    const seen: number[] = [];
    const watch = async () => {
      for (let i = 0; i < 20; i += 1) seen.push(await readAt(person));
    };
    const start = await readAt(person);

    const answers = await Promise.all([
      ...Array.from({ length: 20 }, (_, i) =>
        api(`PUT ${PATH}/read`, {
          token: person.token,
          json: { up_to: new Date(start + (i % 2 ? i - 20 : 60_000 * i)).toISOString() },
        }),
      ),
      ...others.map(({ token }) => api(`PUT /users/${person.id}/follow`, { token })),
      api('PATCH /users/me', { token: person.token, json: { bio: 'Busy.' } }),
      api('POST /posts', { token: person.token, json: { content: 'Busy.' } }),
      watch(),
    ]);

    expect(answers.filter((answer) => answer && answer.status > 204)).toEqual([]);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(await readAt(person)).toBeGreaterThanOrEqual(start);
    const [row] =
      await sql`SELECT notifications_read_at <= now() AS sound FROM users WHERE id = ${person.id}`;
    expect(row?.sound).toBe(true);
  });
});

describe('the notifications of a person', () => {
  it('equal a recount after sixteen others vote, follow, reply, mention, bookmark and take back at once', async () => {
    const [me, ...others] = (await signUpMany(17)) as [Person, ...Person[]];
    const mine: number[] = [];
    for (let i = 0; i < 4; i += 1) mine.push((await write(me)).id);
    const readings: Promise<unknown>[] = [];
    await Promise.all(
      others.map(async ({ token }, n) => {
        const written: number[] = [];
        for (let step = 0; step < 12; step += 1) {
          const post = mine[(n + step) % mine.length];
          const content = `Hm, @${me.username}.`;
          const turn = (n * 7 + step * 5) % 8;
          if (turn < 2) await api(`PUT /votes/${post}`, { token });
          else if (turn === 2) await api(`DELETE /votes/${post}`, { token });
          else if (turn === 3) await api(`PUT /users/${me.id}/follow`, { token });
          else if (turn === 4) await api(`DELETE /users/${me.id}/follow`, { token });
          else if (turn === 5) await api(`PUT /posts/${post}/bookmark`, { token });
          else {
            const json = turn === 6 ? { content, parent_id: post } : { content };
            const { status, body } = await api('POST /posts', { token, json });
            if (status === 201) written.push(body.id);
          }
          const last = written.length > 2 && step % 3 === 0 ? written.shift() : undefined;
          if (last) await api(`DELETE /posts/${last}`, { token });
          if (step % 4 === 0) readings.push(listAll(me));
        }
      }),
    );
    await api(`DELETE /posts/${mine[0]}`, { token: me.token });
    await api(`PATCH /posts/${mine[1]}`, { token: me.token, json: { published: false } });
    await Promise.all(readings);

    const expected = await recountNotifications(me.id);
    expect(new Set(expected.map(({ kind }) => kind)).size).toBe(4);
    expect(await listAll(me)).toEqual(expected);
    const { body } = await api('GET /users/me', { token: me.token });
    expect(body.unread_notifications).toBe(Math.min(expected.length, 100));
  });
});
