import { describe, expect, it } from 'vitest';
import { api } from '../support/api';
import { countOutcomes } from '../support/count-outcomes';
import { PASSWORD, signUp, unusedName } from '../support/people';
import { sql } from '../support/sql';

describe('20 registrations at once', () => {
  it('with one email create one account', async () => {
    const email = `${unusedName()}@example.com`;
    const spellings = Array.from({ length: 20 }, (_, i) => (i % 2 ? email : email.toUpperCase()));

    const answers = await Promise.all(
      spellings.map((spelling) => api('POST /users', { json: { email: spelling, password: PASSWORD } })),
    );

    expect(countOutcomes(answers)).toEqual({ 201: 1, email_taken: 19 });
    const [row] =
      await sql`SELECT count(*)::integer AS people FROM users WHERE lower(email) = lower(${email})`;
    expect(row?.people).toBe(1);
  });

  it('with one username create one account', async () => {
    const username = unusedName();

    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        api('POST /users', { json: { email: `${unusedName()}@example.com`, username, password: PASSWORD } }),
      ),
    );

    expect(countOutcomes(answers)).toEqual({ 201: 1, username_taken: 19 });
  });
});

describe('a user who is deleted while they post', () => {
  it('has no posts left', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { id, token } = await signUp();
      const json = { content: 'The last.', tags: ['last'] };

      const [, ...answers] = await Promise.all([
        sql`DELETE FROM users WHERE id = ${id}`,
        ...Array.from({ length: 25 }, () => api('POST /posts', { token, json })),
      ]);

      const { 201: written = 0, token_revoked: revoked = 0, ...other } = countOutcomes(answers);
      expect([other, written + revoked]).toEqual([{}, 25]);
      const [row] = await sql`SELECT count(*)::integer AS posts FROM posts WHERE owner_id = ${id}`;
      expect(row?.posts).toBe(0);
    }
  });
});
